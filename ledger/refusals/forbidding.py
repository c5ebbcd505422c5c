"""Looked for after: what a rule forbids, what cannot be read, and who came between."""

from ledger.refusals.base import Refused

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


class NotYetDue(Refused):
    """Nothing may be disposed of on that day: every entry is still kept by a rule."""

    code = "not-yet-due"
    message = "Nothing may be disposed of on {date}: {next}."
    reference = "SI 2024/208 reg. 7"


class UnderHold(Refused):
    """A legal hold keeps it, whatever the policy says."""

    code = "under-hold"
    message = "{what} is kept by a legal hold (number {holds}). Release the hold first."
    reference = "UK GDPR Art. 17(3)(e)"


class BackupBroken(Refused):
    """A back-up, or the ledger it was made from, that is not as it was recorded."""

    code = "backup-broken"
    kind = "broken"
    message = "{file} is not sound: entry {entry}: {why}. Nothing was recorded or brought back."


class RecordBroken(Refused):
    """Another school's record that does not prove what it says, or is not signed by its school."""

    code = "record-broken"
    kind = "broken"
    message = "{file} is not as it was recorded: {why}. Nothing was taken in."


class LogDeparts(Refused):
    """What is stored is not what the head of the school's log, or a checkpoint, says it was."""

    code = "log-departs"
    kind = "broken"
    message = (
        "The entries of school {school} are not those of its log: {why}. 'attendance verify' "
        "names the first."
    )


class LedgerOlder(Refused):
    """A back-up that ends before a checkpoint: acknowledged entries would be lost."""

    code = "ledger-older"
    message = (
        "{file} ends at entry {entries}, and a checkpoint was signed at {size}: what came between "
        "is missing. Find a newer back-up, or say --older."
    )


class AnotherPersonNeeded(Refused):
    """What two people must do was asked for by one."""

    code = "another-person-needed"
    message = "{what} by somebody else than {who}, who asked for it."


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
    """A file of marks or pupils older than the one last taken in."""

    code = "out-of-order"
    message = (
        "{file} shows the school as at {seen_at}, before the file last taken in "
        "({last}, as at {last_seen}). Taking it in now would turn back what came later, so "
        "nothing was taken in."
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


class SchoolMoved(Refused):
    """The school's ledger goes on at another server, or is on its way there."""

    code = "school-moved"
    kind = "conflict"
    message = "The ledger of school {school} {why}."


class LedgerUnreachable(Refused):
    """The server does not answer, the address is none, the file is no ledger."""

    code = "ledger-unreachable"
    message = "{where} cannot be opened: {why}."


class LedgerUnwritable(Refused):
    """The disk is full, the file is read-only, the server went away."""

    code = "ledger-unwritable"
    message = "{where} cannot be written: {why}. Nothing was recorded."


class DatabaseForbids(Refused):
    """The login at the database has not the role that this takes."""

    code = "database-forbids"
    kind = "not permitted"
    message = "The login at {where} may not do this ({why}): 'attendance roles' says which may."


class OutcomeUnknown(Refused):
    """It was sent to be recorded, and no answer came that it was: it may be recorded or not."""

    code = "outcome-unknown"
    kind = "unknown"
    message = (
        "It is not known whether {act} was recorded: {why}. Ask again under the same key, "
        "--key {key}: it is recorded once, however often it is asked."
    )
