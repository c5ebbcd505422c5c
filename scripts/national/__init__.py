"""A national week of marks on Parquet, and what is asked of it."""
