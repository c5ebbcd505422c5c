"""The envelope, version 1: rebuilt here by hand, from its description alone."""

import datetime as dt
import json
from hashlib import sha256, shake_256

from ledger.proof import leaves
from ledger.store import Act, Run
from ledger.store.rows import DISPOSED
from tests.ledger.store.entries import OFFICER, SHEET, amended, taken

SALT = bytes(range(32))
AT = dt.datetime(2024, 9, 9, 9, 10, tzinfo=dt.UTC)


def by_hand(value: object, part: str, index: int, count: int, at: int) -> str:
    block = shake_256(SALT + part.encode() + b"\x00" + index.to_bytes(8, "big")).digest(32 * count)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(block[32 * at : 32 * at + 32] + text.encode()).hexdigest()


def leaf(envelope: dict) -> bytes:
    text = json.dumps(envelope, sort_keys=True, separators=(",", ":"))
    return sha256(b"\x00" + text.encode()).digest()


def test_the_leaf_of_a_mark() -> None:
    found = leaves.page_leaves(
        [Run.of(taken("/ N \\"))],
        stream=SHEET,
        version=1,
        first=41,
        index=7,
        on="2024-09-09",
        act="a" * 64,
        salt=SALT,
    )

    assert found == [
        leaf(
            {
                "act": "a" * 64,
                "entry": 41 + at,
                "event": "mark-recorded",
                "mark": by_hand(
                    {
                        "pupil": at + 1,
                        "code": code,
                        "shape": 1,
                        "stream": SHEET,
                        "version": 1 + at,
                    },
                    "mark",
                    7,
                    3,
                    at,
                ),
                "on": "2024-09-09",
                "retention": "attendance",
                "v": 1,
            }
        )
        for at, code in enumerate(["/", "N", "\\"])
    ]


def test_the_leaf_of_an_amendment_keeps_prior_and_reason_apart() -> None:
    found = leaves.page_leaves(
        [Run.of([amended(reason='Mother rang: "100% fever" — 39°')])],
        stream=SHEET,
        version=4,
        first=44,
        index=0,
        on="2024-09-09",
        act="b" * 64,
        salt=SALT,
    )

    main = {"pupil": 2, "amended": "I", "shape": 1, "stream": SHEET, "version": 4}
    assert found == [
        leaf(
            {
                "act": "b" * 64,
                "entry": 44,
                "event": "mark-amended",
                "mark": by_hand(main, "mark", 0, 1, 0),
                "on": "2024-09-09",
                "prior": by_hand({"original": "N"}, "prior", 0, 1, 0),
                "reason": by_hand({"reason": 'Mother rang: "100% fever" — 39°'}, "reason", 0, 1, 0),
                "retention": "attendance",
                "v": 1,
            }
        )
    ]


def test_the_act_part_is_hashed_once_and_says_who_when_and_whence() -> None:
    act = Act("key-1", "import-marks", OFFICER, AT, {"file": "tuesday.csv", "sha256": "ab"})

    found = leaves.act_commitment(999001, act, AT.isoformat(), SALT)

    assert found == by_hand(
        {
            "command": "import-marks",
            "key": "key-1",
            "made_at": "2024-09-09T09:10:00+00:00",
            "made_by": {"id": "office", "name": "Mr Ben Holt", "position": "Attendance officer"},
            "recorded_at": "2024-09-09T09:10:00+00:00",
            "school": 999001,
            "source": {"file": "tuesday.csv", "sha256": "ab"},
        },
        "act",
        0,
        1,
        0,
    )


def test_nothing_personal_stands_in_an_envelope() -> None:
    """
    Two pupils' equal marks have unequal leaves, and one guess in a salt's space does not show.
    """
    first, second = leaves.page_leaves(
        [Run.of(taken("/ /"))],
        stream=SHEET,
        version=1,
        first=1,
        index=0,
        on="2024-09-09",
        act="c" * 64,
        salt=SALT,
    )

    assert first != second


def test_a_percent_sign_and_mixed_columns_are_text_like_any_other() -> None:
    run = Run("100%s", 1, 2, {"note": "5% off"}, {"state": ["%d", None], "weight": [1, "ä\n"]})
    parts = [
        {"note": "5% off", "shape": 1, "state": state, "stream": "x/%s", "version": 4 + at,
         "weight": weight}
        for at, (state, weight) in enumerate([("%d", 1), (None, "ä\n")])
    ]  # fmt: skip

    found = leaves.page_leaves(
        [run], stream="x/%s", version=4, first=9, index=2, on="2024-09-09", act="b" * 64, salt=SALT
    )

    assert found == [
        leaf(
            {
                "act": "b" * 64,
                "entry": 9 + at,
                "event": "100%s",
                "fact": by_hand(part, "fact", 2, 2, at),
                "on": "2024-09-09",
                "retention": "other",
                "v": 1,
            }
        )
        for at, part in enumerate(parts)
    ]


def test_the_leaves_of_some_places_on_a_page_are_those_of_the_whole() -> None:
    gone = Run(DISPOSED, 1, 3, {}, {"leaf": [bytes([n] * 32).hex() for n in range(3)]})
    runs = [Run.of(taken("/ N \\")), gone, Run.of([amended(reason="rang"), amended(reason="ill")])]
    place = {"stream": SHEET, "version": 1, "first": 41, "index": 7, "on": "2024-09-09"}
    whole = leaves.page_leaves(runs, **place, act="a" * 64, salt=SALT)

    for first in range(9):
        for last in range(first, 9):
            some = leaves.page_leaves(
                runs, **place, act="a" * 64, salt=SALT, places=slice(first, last)
            )
            assert some == whole[first:last]
