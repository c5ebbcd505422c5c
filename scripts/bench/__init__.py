"""The bench: the ledger beside its peers, in one run, every answer checked."""
