"""Who comes in, and what they are shown: accounts, sign-in, sessions, tokens, the reading log."""
