"""
Roles on PostgreSQL, for a server that several people or programs reach.

Five roles, none of which may log in itself: grant them to the logins there are. The *owner*
holds tables and functions. The *writer* reads and adds, and moves a school's head. The
*reader* reads. The *disposer* may besides rewrite a page or an act, through the door alone
(``guards``). The *sealer* reads, and adds the checkpoints it signs.

Rows are seen and added school by school: ``attendance.school`` says which (``SET LOCAL`` in a
transaction, or ``ALTER ROLE … SET`` for a login); ``all`` is for the one program that serves
several. Where it is not said, nothing is seen. The owner and superusers pass all of this:
against them the Merkle log is the control.
"""

from ledger.store.beside import COLUMNS as BESIDE
from ledger.store.guards import COLUMNS as GUARDING
from ledger.store.schema import COLUMNS

OWNER, WRITER, READER = "attendance_owner", "attendance_writer", "attendance_reader"
DISPOSER, SEALER = "attendance_disposer", "attendance_sealer"
ROLES = (OWNER, WRITER, READER, DISPOSER, SEALER)
TABLES = (*COLUMNS, *GUARDING, *BESIDE)

MAY = {
    WRITER: {
        "heads": ("SELECT", "INSERT", "UPDATE"),
        "acts": ("SELECT", "INSERT"),
        "pages": ("SELECT", "INSERT"),
        "held": ("SELECT",),
        "going": (),
        "checkpoints": ("SELECT",),
        "subtrees": ("SELECT",),
    },
    READER: {
        "heads": ("SELECT",),
        "acts": ("SELECT",),
        "pages": ("SELECT",),
        "held": ("SELECT",),
        "going": (),
        "checkpoints": ("SELECT",),
        "subtrees": ("SELECT",),
    },
    DISPOSER: {
        "heads": ("SELECT", "UPDATE"),  # to lock the row; ``only_forward`` keeps it as it is
        "acts": ("SELECT", "UPDATE"),
        "pages": ("SELECT", "UPDATE"),
        "held": ("SELECT", "INSERT", "DELETE"),
        "going": ("SELECT", "INSERT", "DELETE"),
        "checkpoints": ("SELECT",),
        "subtrees": ("SELECT",),
    },
    SEALER: {
        "heads": ("SELECT",),
        "acts": ("SELECT",),
        "pages": ("SELECT",),
        "held": (),
        "going": (),
        "checkpoints": ("SELECT", "INSERT"),
        "subtrees": ("SELECT", "INSERT"),
    },
}
"""What each role may do with each table; the owner everything, by being it."""

_OF_SCHOOL = "current_setting('attendance.school', true) IN ('all', school::text)"


def statements() -> list[str]:
    """The statements, for whoever administers the server; run again they change nothing."""
    made = [
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}')"  # noqa: S608
        f" THEN CREATE ROLE {role} NOLOGIN; END IF; END $$"
        for role in ROLES
    ]
    for table in TABLES:
        made += [
            f"ALTER TABLE {table} OWNER TO {OWNER}",
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS of_school ON {table}",
            f"CREATE POLICY of_school ON {table} USING ({_OF_SCHOOL}) WITH CHECK ({_OF_SCHOOL})",
            f"REVOKE ALL ON {table} FROM PUBLIC",
        ]
        for role, may in MAY.items():
            made.append(f"REVOKE ALL ON {table} FROM {role}")
            if may[table]:
                made.append(f"GRANT {', '.join(may[table])} ON {table} TO {role}")
    return made
