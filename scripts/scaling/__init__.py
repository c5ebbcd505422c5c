"""A trust of thirty schools on PostgreSQL: built, measured, and set beside all of England."""
