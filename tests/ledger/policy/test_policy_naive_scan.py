"""Any packs, adopted on any days: ``on(day)`` against a scan that is written the obvious way."""

import datetime as dt
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.policy import lay_over, load, load_text
from ledger.refusals import NotLower

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2020, 2, 9))
SAID = st.dictionaries(DAYS, st.integers(0, 4), max_size=4)
LAYERS = ("local authority", "trust", "school")
HEARD = {
    "replace": lambda value, upper: True,
    "raise": lambda value, upper: value >= upper,
    "lower": lambda value, upper: value <= upper,
    "not change": lambda value, upper: value == upper,
}


def pack_text(layer, said, head):
    under = "" if layer == "england" else 'lies_over = "england"\n'
    lines = [f'[pack]\ntitle = "A"\nlayer = "{layer}"\n{under}confirmed = 2020-01-01\n{head}']
    for starts, value in said.items():
        lines.append(f'[a.b.values.{starts}]\nvalue = {value}\nreference = "R"\n')
    return "\n".join(lines)


@given(
    law=SAID,
    may=st.sampled_from(sorted(HEARD)),
    adopted=st.lists(st.tuples(DAYS, st.sampled_from(LAYERS), SAID), max_size=5),
    asked=st.lists(DAYS, min_size=1, max_size=10),
)
@settings(max_examples=60, deadline=None)
def test_a_day_under_any_packs_is_what_a_naive_scan_finds(law, may, adopted, asked):
    declared = '[a.b]\ndescription = "B"\nshape = "whole number"\n' + f'packs_may = "{may}"\n'
    adopted = sorted(adopted, key=lambda one: one[0])
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "england.toml").write_text(pack_text("england", law, declared))
        england = load("england", Path(home))
        packs = []
        for starts, layer, said in adopted:
            try:
                pack = load_text(pack_text(layer, said, ""), "p", Path(home))
            except NotLower:
                return  # not a pack that could be adopted
            packs.append((starts, pack))
    policy = lay_over(packs, refuse=False) if packs else england

    for day in asked:
        expected = said_on(law, day)
        for layer in LAYERS:
            standing = [said for starts, of, said in adopted if of == layer and starts <= day]
            value = said_on(standing[-1], day) if standing else None
            if value is not None and (expected is None or HEARD[may](value, expected)):
                expected = value
        rules = policy.on(day)
        assert (rules.get("a.b").value if "a.b" in rules else None) == expected


def said_on(said, day):
    begun = [starts for starts in said if starts <= day]
    return said[max(begun)] if begun else None
