"""One entry shown by parts, and version 1 of the envelope as it will always be."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from ledger.kinds import Person
from ledger.proof import disclosing, leaves
from ledger.proof.merkle import leaf_hash
from ledger.store import Ledger, Store, open_store
from ledger.store.rows import ActRow, Page, Run
from tests.ledger.store.entries import SCHOOL, SHEET, amended, amending, taken, taking

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    store: Store = open_store(f"sqlite:///{tmp_path / 'x.db'}", create=True)
    made = store.ledger(SCHOOL)
    made.append(taking(), taken("/ N \\ L"))
    made.append(amending(), [amended(reason='Mother rang: "100% fever" — 39°')], {SHEET: 4})
    return made


def leaves_of(page: Page) -> list[bytes]:
    act = page.act
    recorded = act.recorded_at
    return leaves.page_leaves(
        page.runs,
        stream=page.stream,
        version=page.version,
        first=page.first,
        index=page.first - act.first,
        on=recorded.date().isoformat(),
        act=leaves.act_commitment(act.school, act, recorded.isoformat(), act.salt),
        salt=act.salt,
    )


def test_every_entry_opens_to_the_leaf_in_the_log(ledger: Ledger) -> None:
    for page in ledger.pages():
        found = [disclosing.opened(page, page.first + at).leaf for at in range(page.count)]

        assert found == leaves_of(page)


def test_a_part_withheld_is_not_there_and_the_rest_is_still_proved(ledger: Ledger) -> None:
    page = list(ledger.pages())[-1]
    entry = disclosing.opened(page, 5)
    shown = json.loads(json.dumps(entry.shown({"mark", "act"})))

    assert disclosing.checked(shown) == entry.leaf
    assert shown["withheld"] == ["prior", "reason"]
    assert "fever" not in json.dumps(shown)
    assert shown["parts"]["mark"]["value"]["amended"] == "I"
    assert "fever" in json.dumps(entry.shown({"reason"}))


@pytest.mark.parametrize("part", ["mark", "act", "prior", "reason"])
def test_a_part_that_was_changed_does_not_fit(ledger: Ledger, part: str) -> None:
    page = list(ledger.pages())[-1]
    shown = disclosing.opened(page, 5).shown({"mark", "act", "prior", "reason"})
    shown["parts"][part]["value"]["code"] = "V"

    with pytest.raises(ValueError, match=f"the {part} part"):
        disclosing.checked(shown)


def test_an_entry_of_another_page_is_refused(ledger: Ledger) -> None:
    page = list(ledger.pages())[-1]
    for entry in (4, 6):
        with pytest.raises(ValueError, match="not on this page"):
            disclosing.opened(page, entry)


# --- golden: what version 1 is, for ever ---------------------------------------------------


def page_of(golden: dict[str, Any]) -> Page:
    act, page = golden["act"], golden["page"]
    row = ActRow(
        school=golden["school"],
        first=act["first"],
        count=act["count"],
        key=act["key"],
        command=act["command"],
        made_by=Person(**act["made_by"]),
        made_at=dt.datetime.fromisoformat(act["made_at"]),
        recorded_at=dt.datetime.fromisoformat(act["recorded_at"]),
        source=act["source"],
        salt=bytes.fromhex(act["salt"]),
    )
    runs = tuple(Run(*run) for run in page["runs"])
    return Page(page["stream"], page["version"], page["first"], page["count"], row, runs)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_version_1_of_the_envelope_never_changes(path: Path) -> None:
    """No file here is ever edited: a leaf that changed would break every proof given out."""
    golden = json.loads(path.read_text(encoding="utf-8"))
    page = page_of(golden)

    assert [one.hex() for one in leaves_of(page)] == [one["leaf"] for one in golden["entries"]]
    for kept in golden["entries"]:
        entry = disclosing.opened(page, kept["entry"])

        assert entry.envelope == kept["envelope"]
        assert leaf_hash(kept["envelope"].encode()).hex() == kept["leaf"]
        assert {name: [part.text, part.salt.hex()] for name, part in entry.parts.items()} == kept[
            "parts"
        ]


def test_there_is_a_golden_envelope_of_each_kind() -> None:
    assert {path.stem for path in GOLDEN} == {"amendment.v1", "import.v1", "pupil.v1", "sheet.v1"}
