"""How people reach the ledger; the only room that knows all the others."""
