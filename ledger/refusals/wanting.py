"""Looked for first: who and what is meant, the calendar, the codes, what a rule wants."""

from ledger.refusals.base import Refused

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


class UnknownParent(Refused):
    """The pupil has no parent under that name in the ledger."""

    code = "unknown-parent"
    kind = "not found"
    message = "{pupil} has no parent {parent} in the admission register. Those there are: {known}."
    reference = "Education Act 1996 s. 576"


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


class UnknownLeave(Refused):
    """No request for leave, and no part-time timetable, under that number."""

    code = "unknown-leave"
    kind = "not found"
    message = "This school has no leave request {leave}. Those there are: {known}."


class UnknownSupport(Refused):
    """No plan, contract, meeting, goal or log entry under that number."""

    code = "unknown-support"
    kind = "not found"
    message = "This school has no support {support}. Those still open: {known}."


class UnknownNotice(Refused):
    """No penalty notice, or no notice to improve, under that number."""

    code = "unknown-notice"
    kind = "not found"
    message = "There is no {kind} {notice} to {parent} for {pupil}. Those there are: {known}."


class UnknownHold(Refused):
    """No legal hold in force under that number."""

    code = "unknown-hold"
    kind = "not found"
    message = "This school has no legal hold {hold}. Those in force: {known}."


class UnknownDisposal(Refused):
    """No disposal was asked for under that number."""

    code = "unknown-disposal"
    kind = "not found"
    message = "Nobody has asked for a disposal {disposal}. Those not done yet: {known}."


class UnknownEntry(Refused):
    """The ledger has no entry of that number, or it was disposed of."""

    code = "unknown-entry"
    kind = "not found"
    message = "This school's ledger holds no entry {entry} any more, or not yet."


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


class NoRuleThen(Refused):
    """A day on which no policy says what the question goes by."""

    code = "no-rule-then"
    message = "That is asked of a day for which there is no rule: {why}."


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
    message = (
        "{asked} needs the nature of the {what} ({whose} asks for it): say it with --nature, or "
        "on stdin after the code."
    )
    reference = "SI 2024/208 reg. 10(5)-(6)"


class NoticeMissing(Refused):
    """An illness recorded as unauthorised before the parent was told."""

    code = "notice-missing"
    message = "{pupil}'s illness may not be recorded as unauthorised yet: {why}."


class AnswersMissing(Refused):
    """Something the policy asks, or a notice must contain, was left out."""

    code = "answers-missing"
    message = "{what}, and on these nothing was said: {missing}."


class StepMissing(Refused):
    """Another act comes first, or a particular without which this one means nothing."""

    code = "step-missing"
    message = "{why}."


class NoEntryToAmend(Refused):
    """Amending what was never entered."""

    code = "no-entry-to-amend"
    message = "There is no entry for {pupil} on {session} to amend. Take the register first."
    reference = "SI 2024/208 reg. 6"
