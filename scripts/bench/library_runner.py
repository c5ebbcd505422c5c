"""The library's own projection runner, as documented: a view, one transaction per event.

It needs subscriptions, which the library has on PostgreSQL and not on SQLite. Run as
``python -m scripts.bench.library_runner SIZE ADDRESS``.
"""

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Composed

from scripts.bench.grid import ten_weeks
from scripts.bench.library import Library, Register, Registers, environment
from scripts.bench.oracle import Oracle, Reckoned
from scripts.bench.rows import CODE_ROWS
from scripts.bench.workload import SIZES, Workload

KINDS = {code: kinds.index(1) if 1 in kinds else 3 for code, *kinds in CODE_ROWS}
WEEKS: list[int] = []

ADD = (
    "INSERT INTO weekly_counts VALUES (%s, %s, %s, %s) ON CONFLICT (pupil, week, kind)"
    " DO UPDATE SET sessions = weekly_counts.sessions + EXCLUDED.sessions"
)


class WeeklyCounts(PostgresTrackingRecorder):
    """The view: sessions by pupil, week and kind of mark."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sql_create_statements.append(
            Composed(
                [
                    SQL(
                        "CREATE TABLE IF NOT EXISTS weekly_counts (pupil integer, week integer,"
                        " kind integer, sessions integer, PRIMARY KEY (pupil, week, kind))"
                    )
                ]
            )
        )

    def add(self, rows: Iterable[tuple[int, int, int, int]], tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as curs:
            curs.executemany(ADD, list(rows))
            self._insert_tracking(curs, tracking)

    def reckoned(self) -> Reckoned:
        sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        weeks: dict[int, list[int]] = defaultdict(lambda: [0] * (WEEKS[-1] + 1))
        with self.datastore.transaction(commit=False) as curs:
            curs.execute("SELECT pupil, week, kind, sessions FROM weekly_counts")
            for row in curs.fetchall():
                sums[row["pupil"]][row["kind"]] += row["sessions"]
                if row["kind"] == 2:
                    weeks[row["pupil"]][row["week"]] += row["sessions"]
        return {
            pupil: (found[0], found[1], found[2], ten_weeks(weeks[pupil]))
            for pupil, found in sums.items()
        }


class Counting(Projection[WeeklyCounts]):
    """One event in, thirty counts up, and the position, in one transaction."""

    name = "counting"
    topics = ()

    def __init__(self, view: WeeklyCounts) -> None:
        super().__init__(view)
        self.sessions: dict[Any, int] = {}

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if isinstance(domain_event, Register.Taken):  # type: ignore[attr-defined]
            self.sessions[domain_event.originator_id] = domain_event.session
            week = WEEKS[domain_event.session]
            marks = domain_event.marks
            self.view.add([(pupil, week, KINDS[code], 1) for pupil, code in marks], tracking)
        else:
            week, pupil = WEEKS[self.sessions[domain_event.originator_id]], domain_event.pupil
            rows = [
                (pupil, week, KINDS[domain_event.original], -1),
                (pupil, week, KINDS[domain_event.amended], 1),
            ]
            self.view.add(rows, tracking)


def measure(size: str, where: str) -> dict[str, Any]:
    """Marks projected a second over up to 38 days and their amendments."""
    whole = SIZES[size]
    days = min(whole.days, 38)
    work = Workload(replace(whole, days=days, amendments=whole.amendments * days // whole.days))
    WEEKS.extend(work.weeks)
    writer = Library(where, work)
    writer.open(create=True)
    writer.load(work.sheets())
    changes = work.changes()
    for change in changes:
        writer.amend(change)
    last = writer.app.recorder.max_notification_id()
    writer.close()
    settings = os.environ | environment(where)
    began = time.perf_counter()
    with ProjectionRunner(
        application_class=Registers, projection_class=Counting, view_class=WeeklyCounts,
        env=settings,
    ) as runner:  # fmt: skip
        runner.wait(last, timeout=600)
        seconds = time.perf_counter() - began
        assert runner.projection.view.reckoned() == Oracle(work, len(changes)).reckoned()
    marks = sum(map(len, work.marks.values()))
    return {"rate": marks / seconds, "marks": marks, "seconds": seconds}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], sys.argv[2])))
