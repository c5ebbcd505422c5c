"""Sending a letter: what it says is kept exactly, its template once."""

import datetime as dt

import pytest

from commands.letters import SendLetter
from ledger.events import LetterSent, LetterTemplateKept, Parent, ParentsChanged
from ledger.letters import Letters, merged_text, template_hash
from ledger.refusals import Forbidden, NotPermitted, UnknownParent, UnknownPerson, UnknownPupil
from tests.given import AMY, AUDITOR, HEAD, MADE, MONDAY, OFFICE, TEACHER, UPN, ask, at, given

FILES = {"concern.typ": "Dear", "letter.typ": "let"}
OTHERS = {"concern.typ": "Dear all", "letter.typ": "let"}
MERGED = {"figures": {"possible": 12, "attendance": "91.7", "late": None}}
MOTHER = ParentsChanged(
    pupil=AMY, original=(), amended=(Parent(id="parent-1", name="Wenna Penrose"),),
    reason="Form", **MADE,
)  # fmt: skip
SIGNED = {"made_by": OFFICE, "made_at": at()}


def sending(by=OFFICE, **said):
    fields = {
        "kind": "concern", "pupil": UPN[AMY], "parent": "parent-1", "dated": MONDAY,
        "merged": MERGED, "position": 5, "files": FILES, "pdf": "ab" * 32,
        "made_with": "typst 0.15.2",
    }  # fmt: skip
    return ask(SendLetter, by, **{**fields, **said})


def sent(letter: int = 1, files=FILES, **said) -> LetterSent:
    fields = {
        "kind": "concern", "pupil": AMY, "parent": "parent-1", "dated": MONDAY,
        "channel": "first class post", "merged": MERGED, "position": 5, "pdf": "ab" * 32,
        "made_with": "typst 0.15.2",
    }  # fmt: skip
    return LetterSent(letter=letter, template=template_hash(files), **{**fields, **SIGNED, **said})


def kept(files=FILES) -> LetterTemplateKept:
    return LetterTemplateKept(sha256=template_hash(files), kind="concern", files=files, **SIGNED)


def test_a_letter_is_kept_with_what_was_merged_and_its_template():
    given(MOTHER).when(sending()).then(kept(), sent(1))


def test_a_template_is_kept_once_and_again_when_its_wording_changes():
    given(MOTHER, kept(), sent(1)).when(sending()).then(sent(2))
    given(MOTHER, kept(), sent(1)).when(sending(files=OTHERS)).then(kept(OTHERS), sent(2, OTHERS))


def test_numbers_go_on_from_the_highest():
    given(MOTHER, kept(), sent(2), sent(10)).when(sending()).then(sent(11))


def test_a_letter_may_go_to_all_the_parents():
    given(MOTHER, kept()).when(sending(parent=None)).then(sent(1, parent=None))


def test_unknown_pupil_parent_person_are_refused_in_that_order():
    nobody = OFFICE.model_copy(update={"id": "nobody"})
    given(MOTHER).when(sending(nobody, pupil="X1", parent="p9")).then_refused(UnknownPupil, "X1")
    given(MOTHER).when(sending(nobody, parent="p9")).then_refused(UnknownParent, "parent-1")
    given(MOTHER).when(sending(nobody, position=10**6)).then_refused(UnknownPerson, "nobody")


@pytest.mark.parametrize("person", [HEAD, OFFICE])
def test_office_and_head_may_send(person):
    assert given(MOTHER).when(sending(person)).events


@pytest.mark.parametrize("person", [TEACHER, AUDITOR])
def test_a_teacher_and_an_auditor_may_not(person):
    given(MOTHER).when(sending(person, position=10**6)).then_refused(NotPermitted, "send-letter")


def test_figures_cannot_be_of_an_entry_there_is_not():
    last = len(given(MOTHER).told.events)

    assert given(MOTHER).when(sending(position=last)).events
    given(MOTHER).when(sending(position=last + 1)).then_refused(Forbidden, str(last + 1))


def test_the_letters_of_a_pupil_are_in_order_and_no_others():
    letters = Letters.fold([sent(2), sent(1), sent(3, pupil=2), kept()])

    assert [one.letter for one in letters.of_pupil(AMY)] == [1, 2]
    assert letters.next_number == 4
    assert letters.templates == {template_hash(FILES): FILES}


def test_the_same_facts_are_the_same_text_whatever_their_order():
    assert merged_text({"b": 1, "a": {"y": 2, "x": "£"}}) == '{"a":{"x":"£","y":2},"b":1}'
    assert template_hash(dict(reversed(FILES.items()))) == template_hash(FILES)
    assert template_hash(OTHERS) != template_hash(FILES)


def test_the_date_on_the_letter_is_not_the_day_it_was_sent():
    friday = dt.date(2024, 9, 13)
    given(MOTHER, kept()).when(sending(dated=friday)).then(sent(1, dated=friday))
