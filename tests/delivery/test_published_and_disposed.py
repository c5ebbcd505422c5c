"""What was published goes with the entries it holds; what stays is named until it is made again."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from freezegun import freeze_time

from commands.retention.request_disposal import RequestDisposal
from delivery.bootstrap import Desk
from delivery.dashboards import columns, publishing
from delivery.dashboards.remembered import holding, stale
from delivery.dashboards.stands import Wanted
from delivery.dashboards.who import For
from ledger.calendar import instant
from ledger.retention import retention_of
from ledger.store import open_store
from projections.star_rows import Window
from tests.delivery.test_keeping import (
    CEO,
    DUE,
    MARK_DAY,
    OFFICE,
    a_register,
    appointed,
    approve_and_run,
    do,
    set_up,
)

pytestmark = pytest.mark.slow
FORMS = ("sqlite", "parquet", "csv")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    with open_store(url, create=True) as store:
        set_up(store, appointed(CEO, "ceo"))
        made = Desk(url, store, clock=lambda: dt.datetime.now(dt.UTC))
        yield made
        made.runner.engine.dispose()


@pytest.fixture
def exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "exports"
    place.mkdir()
    monkeypatch.setenv("ATTENDANCE_EXPORTS", str(place))
    return place


def published(desk: Desk, place: Path, **window: dt.date) -> None:
    wanted = Wanted(desk, desk.ledgers(None), Window(**window), For())
    publishing.publish(place, wanted, FORMS)


def there(place: Path) -> set[str]:
    names = (
        "star.db",
        "parquet/datasette.json",
        "parquet/datapackage.json",
        "csv/datapackage.json",
    )
    return {name for name in names if (place / name).exists()}


ALL = {"star.db", "parquet/datapackage.json", "csv/datapackage.json"}


def test_what_holds_a_disposed_entry_goes_and_the_rest_is_named(desk: Desk, exports: Path) -> None:
    with freeze_time(instant(MARK_DAY, dt.time(9))) as clock:
        ledger = a_register(desk)
        published(desk, exports / "all")
        published(desk, exports / "later", first=MARK_DAY + dt.timedelta(days=1))
        published(desk, exports.parent / "elsewhere")
        assert there(exports / "all") == there(exports / "later") == ALL
        clock.move_to(instant(DUE, dt.time(9)))
        do(desk, RequestDisposal, OFFICE)

        done = approve_and_run(desk)

        assert there(exports / "all") == set()
        assert there(exports / "later") == ALL, "it held nothing of what went"
        assert there(exports.parent / "elsewhere") == ALL, "nobody said where it is"
        assert sum("removed" in one for one in done.notes) >= 3
        named = named_in(desk, ledger, exports)
        assert len(named) == 3
        assert all("publish again, or remove it" in what for what in named.values())
        published(desk, exports / "later")
        assert named_in(desk, ledger, exports) == {}


def named_in(desk: Desk, ledger: Any, place: Path) -> dict[str, str]:
    return dict(stale([place], ledger.school, retention_of(ledger)))


def test_what_cannot_be_looked_into_goes(desk: Desk, exports: Path, monkeypatch: Any) -> None:
    with freeze_time(instant(MARK_DAY, dt.time(9))):
        ledger = a_register(desk)
        published(desk, exports)
    monkeypatch.setattr(columns, "find_spec", lambda name: None)
    package = (exports / "parquet" / "datapackage.json").resolve()

    assert holding(package, ledger.school, [(10**6, 10**6)]) == package.parent
    package = (exports / "csv" / "datapackage.json").resolve()
    assert holding(package, ledger.school, [(10**6, 10**6)]) is None
    assert holding(package, 1, [(1, 10**6)]) is None, "of another school"
    (exports / "star.db").chmod(0o644)
    (exports / "star.db").write_bytes((exports / "star.db").read_bytes()[:9000])
    assert holding(exports / "star.db", ledger.school, [(1, 9)]) is None, "it is no file of ours"
