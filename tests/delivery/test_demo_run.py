"""The demonstration run whole on a small world: what it takes in and what it shows."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from delivery import acts
from delivery.bootstrap import desk
from delivery.demo import feeding, world
from delivery.demo.feeding import Fed, Files
from delivery.demo.run import DemoResult, run
from delivery.demo.world import World
from delivery.importers.trust import trust_file
from delivery.usage import Usage


@contextmanager
def unwatched(_what: str, _total: int) -> Iterator[Callable[[int], None]]:
    yield lambda _done: None


@pytest.fixture(scope="module")
def small() -> World:
    return world.build(share=8, only={999001, 999002, 999003})


@pytest.fixture(scope="module")
def shown(
    small: World, tmp_path_factory: pytest.TempPathFactory
) -> tuple[DemoResult, list[str], Path]:
    folder = tmp_path_factory.mktemp("demo")
    said: list[str] = []
    return run(folder, echo=said.append, watched=unwatched, invented=small), said, folder


def _files(small: World, folder: Path, last: dt.date) -> Files:
    return feeding.write(small, folder, unwatched, last)


def _fed(folder: Path, files: Files) -> tuple[Fed, dict[int, int]]:
    with desk(f"sqlite:///{folder / 'attendance.db'}", create=True) as at:
        fed = feeding.feed(at, files, unwatched)
        return fed, {urn: at.store.ledger(urn).size() for urn in at.store.schools()}


def test_an_interrupted_demonstration_goes_on_where_it_stopped(
    small: World, tmp_path: Path
) -> None:
    first, _ = _fed(tmp_path, _files(small, tmp_path, dt.date(2024, 6, 12)))
    second, entries = _fed(tmp_path, _files(small, tmp_path, dt.date(2024, 6, 18)))
    whole, at_once = _fed(tmp_path / "b", _files(small, tmp_path / "b", dt.date(2024, 6, 18)))
    assert second.before == first.files + 1  # and the roll of 1 June
    assert first.files + second.files == whole.files
    assert entries == at_once


def test_a_second_run_records_nothing(small: World, tmp_path: Path) -> None:
    files = _files(small, tmp_path, dt.date(2024, 6, 18))
    first, entries = _fed(tmp_path, files)
    second, afterwards = _fed(tmp_path, files)
    assert first.recorded > 0
    assert second.files == 0
    assert entries == afterwards


def test_every_kind_of_thing_is_found(shown: tuple[DemoResult, list[str], Path]) -> None:
    result, _, _ = shown
    fed = result.fed
    assert fed.vanished == 1
    assert [why.split()[0] for _, _, why in fed.refused] == ["ZZ"]
    assert all(what.startswith("H ") for _, _, what in fed.flagged)
    assert fed.amended > 50
    assert set(result.entries) == {999001, 999002, 999003}
    assert sum(result.entries.values()) > fed.recorded + fed.amended + fed.vanished


def test_the_disputed_mark_is_shown_with_both_amendments(
    shown: tuple[DemoResult, list[str], Path],
) -> None:
    result, said, _ = shown
    told = result.stories["disputed"]
    mark = next(part for part in said if part.startswith("The mark that made the difference"))
    assert told.upn in mark
    assert mark.count("Amended entry") == 2
    assert mark.index("file 2024-10-21.csv") < mark.index("file 2024-11-08.csv")
    why = next(part for part in said if part.startswith(f"Why {told.pupil} is"))
    assert "10 of the 10 sessions" in why


def test_the_calls_to_try_name_the_ledger_and_the_files_there_are(
    shown: tuple[DemoResult, list[str], Path],
) -> None:
    result, said, folder = shown
    assert result.db in said[-1]
    file = next(word for word in said[-1].split() if word.endswith(".csv"))
    assert Path(file).exists()
    assert Path(file).is_relative_to(folder)


def test_the_invented_never_stands_beside_another_school(small: World, tmp_path: Path) -> None:
    files = _files(small, tmp_path / "a", dt.date(2024, 6, 3))
    real = files.trusts["nclt"].read_text("utf-8").replace("999001", "123456")
    files.trusts["nclt"].write_text(real, "utf-8")
    url = f"sqlite:///{tmp_path / 'real.db'}"
    with desk(url, create=True) as at:
        acts.init(at, trust_file(files.trusts["nclt"]), "data")
    with pytest.raises(Usage, match="123456"):
        run(tmp_path / "b", url, echo=lambda _: None, watched=unwatched, invented=small)
