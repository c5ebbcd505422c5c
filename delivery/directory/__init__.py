"""Schools on several servers: which holds which, and how one moves to another."""
