"""The files that come from elsewhere are those that SOURCES.md names."""

import hashlib
import re
from pathlib import Path

STATIC = Path(__file__).parents[3] / "delivery/web/static"
ROW = re.compile(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", re.MULTILINE)


def test_what_comes_from_elsewhere_is_what_was_fetched():
    told = dict(ROW.findall((STATIC / "SOURCES.md").read_text()))

    assert set(told) == {"govuk.css", "source-sans-3-latin-wght-normal.woff2"}
    for file, digest in told.items():
        assert hashlib.sha256((STATIC / file).read_bytes()).hexdigest() == digest


def test_no_style_sheet_fetches_from_another_machine():
    for sheet in STATIC.glob("*.css"):
        assert not re.search(r"url\([\"']?(https?:)?//", sheet.read_text())
