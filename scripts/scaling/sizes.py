"""What the trust's ledger and its read models weigh on PostgreSQL: bytes a mark, table by table."""

from typing import Any

import psycopg

STORE = ("acts", "heads", "pages", "subtrees")
_SIZES = """
SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY pg_total_relation_size(c.oid) DESC
"""


def sizes(url: str) -> dict[str, Any]:
    """Bytes of each table and its indexes; how many entries, acts, pages, marks that stand."""
    with psycopg.connect(url) as db:
        tables = {name: (int(rows), int(indexes)) for name, rows, indexes in db.execute(_SIZES)}
        counted = db.execute(
            "SELECT (SELECT sum(size) FROM heads), (SELECT count(*) FROM heads),"
            " (SELECT count(*) FROM acts), (SELECT count(*) FROM pages),"
            " (SELECT count(*) FROM current_register)"
        ).fetchone()
    assert counted is not None
    ledger = sum(sum(of) for name, of in tables.items() if name in STORE)
    return {
        **dict(zip(("entries", "schools", "acts", "pages", "marks"), map(int, counted),
                   strict=True)),
        "ledger": ledger, "read_models": sum(map(sum, tables.values())) - ledger,
        "tables": {name: of for name, of in tables.items() if sum(of) >= 100_000},
    }  # fmt: skip
