"""A document is the indented JSON that Python's own encoder writes, byte for byte."""

import json

from hypothesis import given
from hypothesis import strategies as st

from delivery.render.envelope import document

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(fields=st.dictionaries(st.text(), PLAIN))
def test_it_is_laid_out_as_ever(fields):
    assert document(fields) == json.dumps(fields, ensure_ascii=False, indent=2) + "\n"
