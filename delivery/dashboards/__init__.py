"""The star for dashboards: as files, as one published file, and what stands beside them."""

TABLES = (
    "v1_fact_mark_current",
    "v1_fact_mark_history",
    "v1_fact_rate_daily",
    "v1_dim_date",
    "v1_dim_code",
    "v1_dim_pupil",
    "v1_dim_pupil_named",
    "v1_dim_enrolment",
    "v1_dim_school",
)
"""The tables of the star (``projections/star.py``), known here without a database's library."""

FILES = ("parquet", "csv")
"""What a table of the star is written as."""

FORMS = ("sqlite", *FILES)
"""What the star is published as."""
