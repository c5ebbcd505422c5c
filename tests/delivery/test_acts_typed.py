"""Acts as typed: what is recorded, what is shown, what is recorded once."""

from pathlib import Path

from freezegun import freeze_time

from tests.delivery.conftest import Call

AT = ["--school", "100001"]
TED = [*AT, "--as", "teacher"]
OLIVE = [*AT, "--as", "office"]


def test_a_register_is_taken_from_stdin(trust: Call):
    ran = trust(
        "take-register", "4B", "--session", "AM", "--date", "2024-09-03", *TED,
        stdin="A100 I\nA101 @08:49\n",
    )  # fmt: skip

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Recorded as entries ")
    assert "2024-09-03 08:50" in ran.out
    told = trust("explain-mark", "A101", "2024-09-03", "AM", *AT)
    assert "3 September 2024 08:50: Ted Teacher (Class teacher) entered L (Late" in told.out
    assert "4 minutes late" in told.out


def test_everybody_is_present_but_those_named(trust: Call):
    ran = trust("take-register", "4B", "--session", "AM", "--present-except", "I:A100", *TED)

    assert ran.code == 0
    page = trust("register", "--class", "4B", *AT, "--json").document["answer"]
    assert [line["now"]["code"] for line in page["lines"]] == ["I", "/"]


def test_a_dry_run_shows_and_records_nothing(trust: Call):
    taking = ("take-register", "4B", "--session", "AM", "--present-except", "I:A100", *TED)

    shown = trust(*taking, "--dry-run")
    assert "Would record 3 entries:" in shown.out
    assert "mark recorded: session 2024-09-03 AM, group 4B, pupil 1, code I" in shown.out
    assert trust("register", "--class", "4B", *AT).code == 3
    assert trust(*taking).code == 0


def test_the_same_key_twice_records_once(trust: Call):
    taking = ("take-register", "4B", "--session", "AM", "--present-except", "I:A100", *TED)

    first = trust(*taking, "--key", "k1", "--json").document["receipts"][0]["receipt"]
    again = trust(*taking, "--key", "k1", "--json").document["receipts"][0]["receipt"]
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert (first["first"], first["last"]) == (again["first"], again["last"])


def test_an_amendment_keeps_the_five_particulars(trust: Call):
    trust("take-register", "4B", "--session", "AM", "--present-except", "N:A100", *TED)
    with freeze_time("2024-09-03 10:00:00"):
        amending = ("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Parent called")
        assert trust(*amending, *OLIVE).code == 0
    told = trust("explain-mark", "A100", "2024-09-03", "AM", *AT)

    particulars = told.out[told.out.index("Original entry") :]
    assert [line.split(":", 1)[1].strip() for line in particulars.splitlines()[:5]] == [
        "N",
        "I",
        "Parent called",
        "2024-09-03",
        "Olive Office, Attendance officer",
    ]


def test_a_closure_lies_over_the_marks_and_is_taken_back(trust: Call):
    trust("take-register", "4B", "--session", "AM", "--present-except", "I:A100", *TED)
    heads = [*AT, "--as", "head"]
    closing = ("declare-closure", "--from", "2024-09-03", "--to", "2024-09-03", "--code", "Y4")

    assert trust(*closing, "--reason", "Burst pipe", *heads).code == 0
    over = trust("explain-mark", "A100", "2024-09-03", "AM", *AT)
    assert "Because of: closure (Burst pipe); beneath it register I" in over.out
    assert trust("withdraw-closure", 1, "--reason", "Mended", *heads).code == 0
    assert "Counts as:  I " in trust("explain-mark", "A100", "2024-09-03", "AM", *AT).out


def test_an_act_may_be_delegated_and_the_delegate_may_do_it(trust: Call):
    amending = ("amend-mark", "A102", "2024-09-03", "AM", "I", "--reason", "Note", *TED)
    trust("take-register", "4A", "--session", "AM", "--present-except", "N:A102", *OLIVE)

    assert trust(*amending).code == 7
    given = trust(
        "delegate", "amend-mark", "teacher", "--starts", "2024-09-03", *AT, "--as", "head"
    )
    assert given.code == 0
    assert trust(*amending).code == 0


def test_a_policy_is_adopted_once(trust: Call):
    cornwall = ("adopt-policy", "local_authorities/cornwall", "--starts", "2024-09-03")

    assert trust(*cornwall, *AT, "--as", "ceo").code == 0
    again = trust(*cornwall, *AT, "--as", "ceo")
    assert (again.code, again.out) == (0, "Nothing to record: the register says so already.\n")
    told = trust("rates", "--by", "school", *AT, "--from", "2024-09-03", "--json").document
    assert told["policy"].startswith("local_authorities/cornwall over england")


OWN = """
[pack]
title = "Otterham's own"
layer = "school"
lies_over = "england"
confirmed = 2024-09-01

[register.open_minutes_max.values.2024-09-01]
value = 20
reference = "Governors' minutes"
"""


def test_a_policy_of_the_schools_own_is_kept_whole(trust: Call, folder: Path):
    (folder / "own.toml").write_text(OWN)

    adopted = trust("adopt-policy", "own.toml", "--starts", "2024-09-03", *AT, "--as", "ceo")
    (folder / "own.toml").unlink()
    assert adopted.code == 0
    assert trust("policy", "check", *AT, "--json").document["policy"].startswith("own from")


def test_init_a_second_time_records_nothing_new(trust: Call):
    again = trust("init", "trust.toml")

    assert (again.code, again.err) == (0, "")
    assert again.out.count("Nothing to record: the register says so already.") == 2


def test_a_dry_run_of_init_makes_no_ledger(set_up_once: Path, attendance: Call, folder: Path):
    shown = attendance("init", set_up_once / "trust.toml", "--dry-run")

    assert shown.code == 0
    assert "school opened: urn 100001, name Otterham" in shown.out
    assert list(folder.iterdir()) == []


def test_options_may_stand_before_the_verb_after_it_or_in_the_environment(trust: Call, monkeypatch):
    taking = ("take-register", "4B", "--session", "AM", "--present-except", "I:A100")

    before = trust(*TED, *taking, "--dry-run")
    after = trust(*taking, *TED, "--dry-run")
    monkeypatch.setenv("ATTENDANCE_SCHOOL", "100001")
    monkeypatch.setenv("ATTENDANCE_AS", "teacher")
    said = trust(*taking, "--dry-run")
    assert before.out == after.out == said.out
    assert "Would record 3 entries" in said.out


def test_a_register_of_which_nothing_is_said_is_not_taken_for_all_absent(trust: Call):
    """An empty pipe after closing time would have entered a class as N."""
    typed = ("take-register", "4B", "--session", "AM", "--date", "2024-09-03", *TED)
    assert trust(*typed).code == 2
    assert "Nothing was said on stdin" in trust(*typed).err
    assert trust(*typed, "--close", "--dry-run").code == 0
