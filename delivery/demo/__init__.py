"""The demonstration: an invented world, its files, and what the ledger finds in them."""
