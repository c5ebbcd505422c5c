"""
Roles on PostgreSQL, for a server that several people or programs reach.

Five roles, none of which may log in itself: grant them to the logins there are. The *owner*
holds tables and functions. The *writer* reads and adds, moves a school's head, and keeps the
read models. The *reader* reads. The *disposer* may besides rewrite a page or an act, through
the door alone (``guards``), and have the bytes cleared. The *sealer* reads, and adds the
checkpoints it signs.

Rows are seen and added school by school. Which schools a login may see at all, it is granted:
``attendance_school_URN`` for one, ``attendance_every_school`` for all. Which of them it sees
now, ``attendance.school`` says: the program sets it for each transaction (``SET LOCAL``), who
types SQL with ``SET``; ``all`` is all that the login may see. Where neither is said, nothing
is seen. The owner of the store's tables and superusers pass all of this: against them the
Merkle log is the control.
"""

from collections.abc import Iterable, Mapping

from ledger.store.beside import COLUMNS as BESIDE
from ledger.store.guards import COLUMNS as GUARDING
from ledger.store.moves import COLUMNS as MOVING
from ledger.store.moves import tables as of_moves
from ledger.store.schema import COLUMNS

OWNER, WRITER, READER = "attendance_owner", "attendance_writer", "attendance_reader"
DISPOSER, SEALER = "attendance_disposer", "attendance_sealer"
ROLES = (OWNER, WRITER, READER, DISPOSER, SEALER)
EVERY_SCHOOL, ONE_SCHOOL = "attendance_every_school", "attendance_school_"
TABLES = (*COLUMNS, *GUARDING, *BESIDE, *MOVING)

MAY = {
    WRITER: {
        "heads": ("SELECT", "INSERT", "UPDATE"),
        "acts": ("SELECT", "INSERT"),
        "pages": ("SELECT", "INSERT"),
        "held": ("SELECT", "INSERT"),  # a hold guards at once; only the disposer lets one go
        "going": (),
        "checkpoints": ("SELECT",),
        "subtrees": ("SELECT",),
        "moves": ("SELECT",),
        "moving": ("SELECT",),
    },
    READER: {
        "heads": ("SELECT",),
        "acts": ("SELECT",),
        "pages": ("SELECT",),
        "held": ("SELECT",),
        "going": (),
        "checkpoints": ("SELECT",),
        "subtrees": ("SELECT",),
        "moves": ("SELECT",),
        "moving": ("SELECT",),
    },
    DISPOSER: {
        "heads": ("SELECT", "UPDATE"),  # to lock the row; ``heads_only_forward`` keeps it as it is
        "acts": ("SELECT", "UPDATE"),
        "pages": ("SELECT", "UPDATE"),
        "held": ("SELECT", "INSERT", "DELETE"),
        "going": ("SELECT", "INSERT", "DELETE"),
        "checkpoints": ("SELECT",),
        "subtrees": ("SELECT",),
        "moves": ("SELECT",),
        "moving": ("SELECT",),
    },
    SEALER: {
        "heads": ("SELECT",),
        "acts": ("SELECT",),
        "pages": ("SELECT",),
        "held": (),
        "going": (),
        "checkpoints": ("SELECT", "INSERT"),
        "subtrees": ("SELECT", "INSERT"),
        "moves": ("SELECT",),
        "moving": ("SELECT",),
    },
}
"""
What each role may do with each table; the owner everything, by being it. The guards of heads and
checkpoints ask ``moves`` and ``moving`` for whoever adds to them.
"""

MAY_COMPUTED = {
    READER: ("SELECT",),
    SEALER: (),
    DISPOSER: ("SELECT", "INSERT", "UPDATE", "DELETE"),
}
"""What each may do with a read model, which the writer owns."""

_GRANTED = (
    f"((SELECT pg_has_role(session_user, '{EVERY_SCHOOL}', 'MEMBER')) OR school::text IN"  # noqa: S608
    f" (SELECT substr(rolname, {len(ONE_SCHOOL) + 1}) FROM pg_roles"
    f" WHERE starts_with(rolname, '{ONE_SCHOOL}') AND pg_has_role(session_user, oid, 'MEMBER')))"
)
_SAID = "(SELECT current_setting('attendance.school', true)) IN ('all', school::text)"
_OF_SCHOOL = f"{_SAID} AND {_GRANTED}"
_ROLE = "SELECT 1 FROM pg_roles WHERE rolname = '{}'"
_CLEARS = ("pg_maintain", "pg_checkpoint")
"""What PostgreSQL itself asks of whoever writes tables anew (17 and later) and empties its log."""


def statements(computed: Mapping[str, bool], schools: Iterable[int] = ()) -> list[str]:
    """
    The statements, for whoever administers the server; run again they change nothing.

    ``computed`` are the read models, tables and views, with whether each has rows of a school;
    ``schools`` get a role of their own, for the logins that may see one school alone.
    """
    named = [*ROLES, EVERY_SCHOOL, *(f"{ONE_SCHOOL}{urn}" for urn in schools)]
    made = [
        _where(f"NOT EXISTS ({_ROLE.format(role)})", f"CREATE ROLE {role} NOLOGIN")
        for role in named
    ]
    made += of_moves()  # an older ledger has none
    for table in TABLES:
        made += [f"ALTER TABLE {table} OWNER TO {OWNER}", *_by_school(table)]
        for role, may in MAY.items():
            made += _granted(role, may[table], table)
    made += [
        f"GRANT USAGE, CREATE ON SCHEMA public TO {WRITER}",
        f"GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {DISPOSER}",
        *(_where(f"EXISTS ({_ROLE.format(one)})", f"GRANT {one} TO {DISPOSER}") for one in _CLEARS),
    ]
    return made + guarding(computed)


def guarding(computed: Mapping[str, bool]) -> list[str]:
    """
    The statements for those read models that are there: the writer's, and what others may.

    Their owner is held to the policy, too; so a view, which reads as its owner does, shows a
    login no school that it may not see.
    """
    made = []
    for table, of_school in computed.items():
        wanted = [f"ALTER TABLE {table} OWNER TO {WRITER}"]
        if of_school:
            wanted += [*_by_school(table), f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"]
        for role, may in MAY_COMPUTED.items():
            wanted += _granted(role, may, table)
        made.append(_where(f"to_regclass('{table}') IS NOT NULL", ";".join(wanted)))
    return made


def _by_school(table: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS of_school ON {table}",
        f"CREATE POLICY of_school ON {table} USING ({_OF_SCHOOL}) WITH CHECK ({_OF_SCHOOL})",
        f"REVOKE ALL ON {table} FROM PUBLIC",
    ]


def _granted(role: str, may: tuple[str, ...], table: str) -> list[str]:
    made = [f"REVOKE ALL ON {table} FROM {role}"]
    return [*made, f"GRANT {', '.join(may)} ON {table} TO {role}"] if may else made


def _where(holds: str, statement: str) -> str:
    return f"DO $$ BEGIN IF {holds} THEN {statement}; END IF; END $$"
