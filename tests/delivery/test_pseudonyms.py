"""Pseudonyms: stable for one recipient, nobody else's, of one school, and of no use without key."""

import hashlib
import hmac
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.pseudonyms import _under, pseudonyms
from delivery.usage import Usage

urns = st.integers(1, 10**9)
pupils = st.integers(1, 10**7)


def test_a_recipient_gets_the_same_pseudonym_every_time(tmp_path):
    first = pseudonyms(tmp_path, "trust-bi")(999001, 7)

    assert pseudonyms(tmp_path, "trust-bi")(999001, 7) == first
    assert len(first) == 32
    int(first, 16)


def test_two_recipients_cannot_join_what_they_were_given(tmp_path):
    theirs, ours = pseudonyms(tmp_path, "trust-bi"), pseudonyms(tmp_path, "university")

    assert not {theirs(999001, n) for n in range(500)} & {ours(999001, n) for n in range(500)}


def test_it_is_hmac_sha256_under_the_key_in_the_folder(tmp_path):
    """Whoever holds the key can compute it with the standard library, years later."""
    made = pseudonyms(tmp_path, "trust-bi")(999001, 7)
    key = bytes.fromhex((tmp_path / "trust-bi.pseudonyms").read_text())

    told = hmac.new(key, b"attendance pseudonym 1\x00999001\x007", hashlib.sha256).hexdigest()

    assert made == told[:32]


@given(st.lists(st.tuples(urns, pupils), unique=True, max_size=50))
def test_no_two_pupils_of_any_schools_share_one(whom):
    of = _under(bytes(32))

    assert len({of(*one) for one in whom}) == len(whom)


def test_a_school_s_number_does_not_run_into_the_pupil_s():
    of = _under(bytes(32))

    assert of(1, 23) != of(12, 3)


def test_the_key_is_nobody_else_s_to_read(tmp_path):
    pseudonyms(tmp_path / "keys", "trust-bi")

    mode = stat.S_IMODE((tmp_path / "keys" / "trust-bi.pseudonyms").stat().st_mode)
    assert mode == 0o600
    assert [one.name for one in (tmp_path / "keys").iterdir()] == ["trust-bi.pseudonyms"]


def test_two_that_ask_first_at_once_get_one_key(tmp_path):
    with ThreadPoolExecutor(8) as many:
        told = list(many.map(lambda _: pseudonyms(tmp_path, "trust-bi")(1, 1), range(32)))

    assert len(set(told)) == 1


@pytest.mark.parametrize("name", ["", "Trust BI", "../999001", "a/b", "-x", "x" * 64, "x\n"])
def test_a_recipient_s_name_leads_to_no_other_file(tmp_path, name):
    with pytest.raises(Usage, match="cannot name a recipient"):
        pseudonyms(tmp_path, name)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("held", ["", "00", "zz" * 32, "é" * 64, "00" * 33])
def test_a_spoilt_key_is_said_and_not_replaced(tmp_path, held):
    path = tmp_path / "trust-bi.pseudonyms"
    path.write_text(held, encoding="utf-8")

    with pytest.raises(Usage, match="is no key of pseudonyms"):
        pseudonyms(tmp_path, "trust-bi")
    assert path.read_text(encoding="utf-8") == held


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "keys").write_text("a file")

    with pytest.raises(Usage, match="cannot be used"):
        pseudonyms(tmp_path / "keys", "trust-bi")
