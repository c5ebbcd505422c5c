"""The address of one PostgreSQL database, on one server or on several, as libpq reads it."""

import re
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict


def parts(url: str) -> dict[str, str]:
    """By libpq's own names: of two servers ``host`` is ``a,b`` and ``port`` is ``5432,5432``."""
    return {name: str(value) for name, value in conninfo_to_dict(url).items()}


def shown(url: str) -> str:
    """As it may be shown: each server of it and the database, and nobody's password."""
    address = urlsplit(url)
    servers = address.netloc.rpartition("@")[2].split(",")
    named = ",".join(re.sub(r":\d*$", "", one) for one in servers)
    return f"{address.scheme}://{named}{address.path}"
