"""The peers by name. A peer is imported only in the process that runs it."""

from importlib import import_module

from scripts.bench.peer import Peer

SQLITE = {
    "packed": "packed:Packed",
    "rows": "rows:Rows",
    "rows-tuned": "rows:TunedRows",
    "audit": "audit:AuditTable",
    "audit-bulk": "audit:AuditTableBulk",
    "continuum": "continuum:Continuum",
    "library": "library:Library",
    "library-marks": "library_marks:LibraryMarks",
    "ours": "ours:Ours",
    "ours-act": "ours_acts:OursActs",
}
POSTGRES = {
    "pg-packed": "packed_postgres:PackedPostgres",
    "pg-audit": "audit:AuditTableBulk",
    "pg-library": "library:Library",
    "pg-library-marks": "library_marks:LibraryMarks",
    "pg-library-functions": "library:LibraryFunctions",
    "pg-library-marks-functions": "library_marks:LibraryMarksFunctions",
    "pg-ours": "ours:Ours",
    "pg-ours-line": "ours_line:OursInLine",
}


def peer(name: str) -> type[Peer]:
    """The peer's class. Raises ``ImportError`` where what it is built on is not installed."""
    module, _, cls = (SQLITE | POSTGRES)[name].partition(":")
    found: type[Peer] = getattr(import_module(f"scripts.bench.{module}"), cls)
    return found
