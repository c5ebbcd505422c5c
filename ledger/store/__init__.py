"""The store: append-only, one ledger a school, on SQLite or PostgreSQL."""

from ledger.store.ledger import Ledger
from ledger.store.rows import Act, ActRow, Page, PageDraft, Receipt, Run
from ledger.store.store import Store, open_store
from ledger.store.unread import UnreadRun

__all__ = [
    "Act",
    "ActRow",
    "Ledger",
    "Page",
    "PageDraft",
    "Receipt",
    "Run",
    "Store",
    "UnreadRun",
    "open_store",
]
