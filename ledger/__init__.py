"""The register as a ledger: what happened, the rules in force, and the store."""
