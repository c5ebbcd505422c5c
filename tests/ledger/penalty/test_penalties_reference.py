import doctest
from pathlib import Path

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "penalties.md"


def test_the_examples_in_the_reference_are_true():
    failed, tried = doctest.testfile(str(REFERENCE), module_relative=False, encoding="utf-8")

    assert tried > 12
    assert failed == 0
