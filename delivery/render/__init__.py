"""Answers as people and programs read them: text, JSON, CSV. The same object each time."""
