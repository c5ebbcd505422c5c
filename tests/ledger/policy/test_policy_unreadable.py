"""A pack with a slip in it: one sentence with the line and the parameter, never a traceback."""

import pytest

from ledger.policy import load, load_text
from ledger.refusals import PackUnreadable

HEAD = """[pack]
title = "Ours"
layer = "school"
lies_over = "england"
confirmed = 2026-11-22

"""
VALUE = '[retention.entry.values.2025-01-01]\nvalue = 7\nreference = "s. 1"\n'
OWN = HEAD.replace('lies_over = "england"\n', "").replace('"school"', '"england"')


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("= 3", "invalid statement (at line 1, column 1)"),
        (HEAD + "[a.b\n", "(at line 7, column 5)"),
        (HEAD + VALUE + VALUE, "cannot declare"),
        (HEAD + VALUE + "value = 8\n", "cannot overwrite a value (at line 10, column 10)"),
        ("", "[pack]: title is missing; [pack]: layer is missing"),
        (HEAD.replace("title", "titel"), "titel is not a key that is known here; did you mean tit"),
        (HEAD.replace('"school"', '"parish"'), "[pack]: layer: should be 'england'"),
        (HEAD.replace("england", "wales"), "there is no pack of that name; there are england, "),
        (HEAD.replace("england", "../secret"), "there is no pack of that name"),
        (HEAD.replace('"school"', '"england"'), "layer england cannot lie over england"),
        (
            HEAD + VALUE.replace("entry", "entri"),
            "line 7, retention.entri: there is no such parameter; did you mean retention.entry?",
        ),
        (HEAD + VALUE.replace("value = 7\n", ""), "line 7, retention.entry: values.2025-01-01.val"),
        (
            HEAD + VALUE.replace("reference", "refrence"),
            "line 7, retention.entry: values.2025-01-01.reference is missing",
        ),
        (HEAD + VALUE.replace("reference", "refrence"), "did you mean reference?"),
        (
            HEAD + VALUE.replace("2025-01-01", "2025-13-01"),
            "line 7, retention.entry: values.2025-1",
        ),
        (HEAD + VALUE.replace("2025-01-01", "january"), "not a date written like 2024-09-03"),
        (
            HEAD + VALUE.replace("7", '"seven"', 1),
            "line 7, retention.entry.values.2025-01-01: value must be a whole number: ",
        ),
        (
            HEAD + VALUE.replace("7", "7.5", 1),
            "value must be a whole number: should be a valid int",
        ),
        (HEAD + VALUE.replace("7", "-1", 1), "greater than or equal to 0"),
        (HEAD + VALUE.replace("7", "true", 1), "value must be a whole number"),
        (HEAD.replace("confirmed = 2026-11-22\n", "") + VALUE, "confirmed is missing: the day som"),
        (
            "retention = 6\n" + HEAD,
            "retention: this is not a parameter: write [group.name.values.D",
        ),
        (HEAD + "[retention]\nentry = 6\n", "this is not a parameter: write [group.name.values.DA"),
        (
            HEAD + '[penalty.threshold.values.2020-01-01]\nreference = "x"\n'
            'value = {sessions = 9, within = 10, of = "months"}\n',
            "value must be a threshold: of: should be 'school weeks' or 'sessions'",
        ),
        (
            HEAD + '[may.take-register.values.2025-01-01]\nreference = "x"\n'
            'value = {caretaker = "school"}\n',
            "value must be a permission: caretaker: should be 'teacher'",
        ),
        (
            HEAD + VALUE + 'applied = "s. 2"\n[[retention.entry.values.2025-01-01.clauses]]\n'
            'clause = "s. 1"\nsays = "seven years"\nvalue = 7\n',
            "applied must name the clause whose value is applied",
        ),
        (
            HEAD + VALUE + 'applied = "s. 1"\n[[retention.entry.values.2025-01-01.clauses]]\n'
            'clause = "s. 1"\nsays = "eight years"\nvalue = 8\n',
            "applied must name the clause whose value is applied",
        ),
        (
            HEAD + '[retention.entry]\npacks_may = "replace"\n',
            "line 7, retention.entry: packs_may can only be 'not change' here",
        ),
        (
            HEAD + '[retention.entry]\nunit = "months"\n',
            "description, unit and shape are said by the lowest pack alone",
        ),
        (HEAD.replace("confirmed", 'codes = "c.csv"\nconfirmed'), "codes: they are national"),
        (OWN + "[a.b]\n", "line 6, a.b: description and shape and packs_may missing"),
        (
            OWN + '[a.b]\ndescription = "x"\nshape = "round"\npacks_may = "replace"\n',
            "a.b: shape must be one of whole number, ",
        ),
        (
            OWN + '[a.b]\ndescription = "x"\nshape = "text"\npacks_may = "raise"\n',
            "a.b: packs cannot raise a value of shape text",
        ),
        (
            OWN.replace("confirmed", 'codes = "c.csv"\nconfirmed'),
            "The policy pack ours cannot be read: c.csv is not with it.",
        ),
    ],
)
def test_a_slip_in_a_pack_is_told_with_its_line_and_parameter(text, sentence):
    with pytest.raises(PackUnreadable) as refused:
        load_text(text, "ours")
    assert str(refused.value).startswith("The policy pack ")
    assert sentence in str(refused.value)


def test_every_slip_in_a_pack_is_told_at_once():
    text = HEAD + VALUE.replace("entry", "entri") + VALUE.replace("7", '"seven"', 1)
    with pytest.raises(PackUnreadable) as refused:
        load_text(text, "ours")
    assert "line 7, " in str(refused.value)
    assert "line 10, " in str(refused.value)


def test_a_pack_that_is_not_there(tmp_path):
    with pytest.raises(PackUnreadable, match="there is no such file"):
        load(tmp_path / "none.toml")
    with pytest.raises(PackUnreadable, match="there is no such file"):
        load(str(tmp_path / "none.toml"))
    with pytest.raises(PackUnreadable, match="there is no pack of that name"):
        load("trusts/none")


def test_a_pack_that_is_not_utf_8(tmp_path):
    file = tmp_path / "ours.toml"
    file.write_bytes(HEAD.encode() + b"# caf\xe9\n")
    with pytest.raises(PackUnreadable, match="byte 90 is not UTF-8 text"):
        load(file)


def test_a_pack_saved_by_a_windows_editor_reads_the_same(tmp_path):
    file = tmp_path / "ours.toml"
    file.write_bytes(b"\xef\xbb\xbf" + (HEAD + VALUE).replace("\n", "\r\n").encode())
    policy = load(file)
    assert policy.name == "ours"
    assert load_text(policy.text, "ours").sha256 == policy.sha256


def test_packs_that_lie_over_each_other_in_a_circle(tmp_path):
    for layer, under in (("trust", "b"), ("school", "a")):
        name = "a" if layer == "trust" else "b"
        (tmp_path / f"{name}.toml").write_text(
            f'[pack]\ntitle = "x"\nlayer = "{layer}"\nlies_over = "{under}"\n'
        )
    with pytest.raises(PackUnreadable, match="in a circle"):
        load("b", tmp_path)


def test_the_codes_file_of_a_pack_must_be_there(tmp_path):
    (tmp_path / "england.toml").write_text(OWN.replace("confirmed", 'codes = "c.csv"\nconfirmed'))
    with pytest.raises(PackUnreadable, match=r"england, c.csv cannot be read: there is no such"):
        load("england", tmp_path)
