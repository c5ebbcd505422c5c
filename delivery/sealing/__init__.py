"""The sealer: it signs what a school's log is, and keeps what it signed outside the database."""
