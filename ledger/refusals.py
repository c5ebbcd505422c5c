"""Refusals: acts the rules do not allow. Expected, explained, and nobody's bug.

A refusal has a stable code that scripts rely on, a sentence an officer understands, a
legal reference, and a place in the order in which refusals are looked for
(``ORDER``). ``delivery`` alone turns them into exit codes and HTTP statuses.
"""

from typing import ClassVar, Literal

Kind = Literal["not found", "not permitted", "refused", "conflict"]


class Refused(Exception):
    """An act or a question the ledger declines, with its reason in one sentence.

    ``code`` never changes; ``message`` is a template over the particulars; ``reference``
    names the regulation, or the policy where policy asks more than the law.
    """

    code: ClassVar[str]
    message: ClassVar[str]
    reference: ClassVar[str] = ""
    kind: ClassVar[Kind] = "refused"

    def __init__(self, **particulars: object) -> None:
        self.particulars = particulars
        super().__init__(self.message.format(**particulars))

    @property
    def cited(self) -> str:
        """The reference, with a clause named by the particulars where there is one."""
        return str(self.particulars.get("reference") or self.reference)


# --- looked for first: who and what is meant -----------------------------------------


class NoLedgerYet(Refused):
    """Nothing has been set up where the caller looked."""

    code = "no-ledger-yet"
    kind = "not found"
    message = (
        "There is no ledger at {where} yet. Set one up with 'attendance init TRUST.toml', "
        "or try it out with 'attendance demo'."
    )


class UnknownSchool(Refused):
    """The ledger holds no such school."""

    code = "unknown-school"
    kind = "not found"
    message = "This ledger holds no school {school}. It holds: {known}."


class WhichSchool(Refused):
    """The ledger holds several schools and none was named."""

    code = "which-school"
    kind = "not found"
    message = "This ledger holds several schools: {known}. Say which with --school."


class UnknownPerson(Refused):
    """Nobody with that staff id works at the school on the day."""

    code = "unknown-person"
    kind = "not found"
    message = "Nobody with the staff id {person} is on the staff of this school on {date}."


class NobodyNamed(Refused):
    """An act without a person."""

    code = "nobody-named"
    kind = "not permitted"
    message = (
        "An act needs a person: give --as STAFF_ID, or set ATTENDANCE_AS. The name and position "
        "of that person go into the register."
    )
    reference = "SI 2024/208 reg. 6(1)(e)"


class UnknownPupil(Refused):
    """No pupil by that UPN or school id."""

    code = "unknown-pupil"
    kind = "not found"
    message = "No pupil {pupil} is in the admission register of this school."


class UnknownGroup(Refused):
    """No class by that name."""

    code = "unknown-class"
    kind = "not found"
    message = "This school has no class {group}. Its classes: {known}."


class UnknownClosure(Refused):
    """No closure was ever declared under that number."""

    code = "unknown-closure"
    kind = "not found"
    message = "This school has declared no closure {closure}. Those that stand: {known}."


class NotPermitted(Refused):
    """The person may not do this: role, class, or a delegation not in force."""

    code = "not-permitted"
    kind = "not permitted"
    message = "{name} ({position}) may not {act}: {why}."


# --- then: the calendar and the roll ----------------------------------------------------


class NotASchoolDay(Refused):
    """The school does not meet then."""

    code = "not-a-school-day"
    message = "{date} is not a school day at this school: {why}."
    reference = "Education Act 1996 s. 579(1)"


class NotOnRoll(Refused):
    """The pupil is not on the admission register that day."""

    code = "not-on-roll"
    message = "{pupil} is not on the admission register on {date} ({why})."
    reference = "SI 2024/208 reg. 8"


class NotInClass(Refused):
    """The pupil is registered in another class that day."""

    code = "not-in-class"
    message = "{pupil} is not in class {group} on {date}."


# --- then: the codes -----------------------------------------------------------------------


class CodeNotInForce(Refused):
    """A code of another year, or no code at all."""

    code = "code-not-in-force"
    message = "{asked} is not a code in force on {date}. The codes in force that day are {codes}."
    reference = "SI 2024/208 reg. 10"


class CodeNotAllowed(Refused):
    """A code of that day, but not for this session or this pupil."""

    code = "code-not-allowed"
    message = "{asked} may not be entered here: {why}."
    reference = "SI 2024/208 reg. 10"


# --- then: what the rule wants ----------------------------------------------------------------


class ReasonMissing(Refused):
    """An amendment without its reason."""

    code = "reason-missing"
    message = "An amendment needs its reason: give --reason."
    reference = "SI 2024/208 reg. 6(1)(c)"


class NatureMissing(Refused):
    """A code for which the nature of the activity or circumstances must be recorded."""

    code = "nature-missing"
    message = "{asked} needs the nature of the {what} ({whose} asks for it): give --nature."
    reference = "SI 2024/208 reg. 10(5)-(6)"


class NoEntryToAmend(Refused):
    """Amending what was never entered."""

    code = "no-entry-to-amend"
    message = "There is no entry for {pupil} on {session} to amend. Take the register first."
    reference = "SI 2024/208 reg. 6"


# --- then: what the rule forbids -----------------------------------------------------------------


class Forbidden(Refused):
    """The rule forbids it; the sentence says which and why."""

    code = "forbidden"
    message = "{why}."


class EntryAlreadyMade(Refused):
    """The register already holds a different mark: amend it instead."""

    code = "entry-already-made"
    message = (
        "{pupil} already has {original} for {session}. Nothing is overwritten: use amend-mark."
    )
    reference = "SI 2024/208 reg. 6"


class RegisterIsClosed(Refused):
    """The sheet is closed; later truth comes in by amendment."""

    code = "register-is-closed"
    message = "The register of {group} for {session} is closed. Use amend-mark."


class NotLower(Refused):
    """A policy pack may not set this value, or not set it so low."""

    code = "policy-not-allowed"
    message = "{pack} may not set {parameter} to {value}: {why}."


class PackUnreadable(Refused):
    """A policy pack that cannot be read, with the line where it goes wrong."""

    code = "policy-unreadable"
    message = "The policy pack {pack} cannot be read: {why}."


class FileUnreadable(Refused):
    """A file that is not what the importer reads."""

    code = "file-unreadable"
    message = "{file} cannot be taken in: {why}."


class BadRows(Refused):
    """A strict import with rows that cannot be taken in."""

    code = "bad-rows"
    message = "{count} of the rows in {file} cannot be taken in, so none was (--strict)."


class OutOfOrder(Refused):
    """A snapshot older than the one last taken in."""

    code = "out-of-order"
    message = (
        "{file} shows the register as at {seen_at}, before the snapshot last taken in "
        "({last}, as at {last_seen}). Taking it in now would turn later marks back, so nothing "
        "was taken in."
    )


# --- last: the ledger moved on ------------------------------------------------------------------


class Conflict(Refused):
    """Somebody else's act came between reading and writing."""

    code = "conflict"
    kind = "conflict"
    message = (
        "{act} was not recorded: {other}, came between (entry {entry}). Look again, then decide."
    )


class LedgerBusy(Refused):
    """Another writer held the ledger for longer than we wait."""

    code = "ledger-busy"
    kind = "conflict"
    message = "Another process is writing to {where} and did not finish in {seconds} seconds."


class LedgerUnwritable(Refused):
    """The disk is full, the file is read-only, the server is away."""

    code = "ledger-unwritable"
    message = "{where} cannot be written: {why}. Nothing was recorded."
