"""The dictionary of the read models: every table and view, column by column, as Markdown."""

from sqlalchemy import Date, DateTime, SmallInteger, Table
from sqlalchemy.types import NullType

from ledger.kinds import Frozen
from projections.rates_view import VIEWS
from projections.schema import every_table

VIEW_COLUMNS = {
    "school": "Unique reference number (URN) of the school.",
    "trust": "The trust the schools belong to; empty for a school of none.",
    "pupil": "The pupil's number within the school's ledger; no name.",
    "class": "The class or tutor group.",
    "year_group": "The year group the pupil was in on the day.",
    "period": "The kind of period: day, week, half-term, term or year.",
    "label": "The name of the period, such as 2024/25 Autumn 1.",
    "starts": "The first day of the period, or of the row.",
    "ends": "The last day of the period, or of the row; 9999-12-31 while it lasts.",
    "possible": "Possible attendances: attended, authorised and unauthorised.",
    "attended": "Sessions present or attending a place other than the school.",
    "authorised": "Sessions absent with authority.",
    "unauthorised": "Sessions absent without authority, N among them while it stands.",
    "late": "Sessions with L or U, counted again within attended or unauthorised.",
    "date": "The day of the session.",
    "half": "The half-day of the session: AM or PM.",
    "expected": "Pupils of the class on roll that day.",
    "marked": "Those of them with an entry.",
    "missing": "Those of them without one.",
    "kind": "present, unauthorised or another absence during leave; leave withdrawn; leave that "
    "nobody gave; not on roll.",
    "entered": "The code that stands in the register.",
    "entry": "The number of the last entry about the pupil's session.",
    "leave": "The number of the leave request; empty where there is none.",
    "code": "The code that counts, layers taken into account; of a code, the code itself.",
    "layer": "Where the code comes from: register or closure.",
    "first_code": "The code first entered.",
    "first_entry": "The number of the first entry.",
    "amendments": "How many times the entry was amended.",
    "vanished": "1 if the source no longer shows the entry; the ledger keeps it.",
    "step": "entered for the first entry; then amended, vanished or came back.",
    "original": "The code before; empty for the first entry.",
    "amended": "The code after; empty for one that vanished.",
    "reason": "The reason of the amendment; empty where none was given, and for the first entry.",
    "position": "The position of whoever amended; empty where the source does not say.",
    "lag": "How long after the session it was amended, at latest.",
    "week": "The name of the school week.",
    "half_term": "The name of the half-term.",
    "term": "The name of the term.",
    "year": "The school year.",
    "begins": "The first day of the row.",
    "meaning": "What the code means.",
    "statistical": "How the Department for Education counts it.",
    "threshold": "1 if it counts towards the penalty-notice threshold.",
    "compulsory_from": "First day of compulsory school age (EA 1996 s. 8).",
    "compulsory_to": "Last day of compulsory school age (EA 1996 s. 8).",
    "upn": "Unique pupil number, or the temporary one the school gave.",
    "surname": "Surname.",
    "forename": "Forename.",
    "born": "Date of birth.",
    "name": "The name of the school.",
    "phase": "Its phase, such as primary.",
    "local_authority": "The local authority whose area it is in.",
    "leave_code": "The code that the leave gives or gave; empty where there is none.",
}


class Told(Frozen):
    """A table or view by name: what it holds, and each column with its kind and meaning."""

    name: str
    comment: str
    columns: tuple[tuple[str, str, str], ...]


def every() -> tuple[Told, ...]:
    """Every table and view there is to query."""
    tables = [
        Told(
            name=table.name,
            comment=table.comment or "",
            columns=tuple((c.name, _kind(c.type), c.comment or "") for c in table.columns),
        )
        for table in every_table()
    ]
    views = [
        Told(
            name=name,
            comment=comment,
            columns=tuple(
                (c.name, _kind_of(c.type), VIEW_COLUMNS[c.name]) for c in question.selected_columns
            ),
        )
        for name, (comment, question) in VIEWS.items()
    ]
    return (*tables, *views)


def markdown() -> str:
    """The dictionary: tables first, then views, each with what its columns mean."""
    parts = [_table(table) for table in every_table()]
    parts += [_view(name) for name in VIEWS]
    return "\n".join(parts)


def _table(table: Table) -> str:
    rows = (
        (column.name, _kind(column.type), column.primary_key, column.nullable, column.comment)
        for column in table.columns
    )
    lines = [
        f"| `{name}` | {kind} | {'key' if key else 'may be empty' if empty else ''} | {comment} |"
        for name, kind, key, empty, comment in rows
    ]
    head = ["| column | holds | | meaning |", "|---|---|---|---|"]
    return "\n".join([f"### `{table.name}`", "", f"{table.comment}", "", *head, *lines, ""])


def _view(name: str) -> str:
    comment, question = VIEWS[name]
    lines = [f"| `{c.name}` | {VIEW_COLUMNS[c.name]} |" for c in question.selected_columns]
    head = ["| column | meaning |", "|---|---|"]
    return "\n".join([f"### `{name}` (view)", "", comment, "", *head, *lines, ""])


def _kind_of(kind: object) -> str:
    """The kind of a view's column; nothing where SQL alone says it."""
    return "" if isinstance(kind, NullType) else _kind(kind)


def _kind(kind: object) -> str:
    if isinstance(kind, DateTime):
        return "moment, UTC"
    if isinstance(kind, Date):
        return "date"
    if isinstance(kind, SmallInteger):
        return "small integer"
    return type(kind).__name__.lower()
