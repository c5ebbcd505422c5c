"""The lists from which the demonstration's people are named. Nobody real is meant."""

# ruff: noqa: SIM905 - names are easier to read and to add to in a line of words

FORENAMES = (
    "Morwenna Jago Aisha Tomasz Priya Kwame Elowen Yusuf Mei Oluwaseun Bethan Ravi Zofia Callum "
    "Ines Hamza Tamsin Diego Niamh Arjun Fatima Piran Lowenna Chidi Anneliese Ibrahim Saoirse "
    "Kenji Demelza Mateo Zainab Perran Amara Oskar Leila Denzil Noor Casimir Rosenwyn Emeka Talan "
    "Sunita Marta Idris Kerensa Luca Hana Jowan Blessing Viktor Eseld Samir Nia Cador Yasmin "
    "Theo Ottilie Bilal Merryn Kofi Ailsa Rohan Senara Andrei Tegan Malik Wen Gerens Adaeze Felix "
    "Isla Massen"
).split()

SURNAME_STARTS = (
    "Tre Pen Pol Okon Kowal Patel Singh Nguyen Fernan Mac Ahmed Ros Car Bose Owusu Lind Abdi Chen "
    "Nan Bol Khan Silva Ola Moreno Haddad Lan"
).split()

SURNAME_ENDS = (
    "marble thimble quill kettle lantern bobbin acorn button pebble whistle feather teapot bramble "
    "puddle compass biscuit harp mitten turnip clock"
).split()

STREETS = (
    "Foxglove Lane|Teapot Terrace|Marmalade Way|Sundial Row|Puddle Hill|Bobbin Close|"
    "Lantern Street|Invented Avenue|Thimble Court|Wherefore Road"
).split("|")

PLACES = "Little Example|Sampleton|St Nowhere|Imagined-on-the-Moor|Much Pretending".split("|")

POSITIONS = (
    # id, position, roles: those whom every school has, beside its class teachers
    ("head", "Headteacher", ("head",)),
    ("champion", "Senior attendance champion", ("champion",)),
    ("attendance", "Attendance officer", ("attendance-officer",)),
    ("office", "School office administrator", ("office",)),
)

TRUST_POSITIONS = (
    # the same person at every school of a trust
    ("ceo", "Chief executive", ("ceo",)),
    ("data", "Trust data manager", ("office", "attendance-officer")),
    ("trustee", "Trustee for attendance", ("board",)),
)
