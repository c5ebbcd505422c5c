"""
The example of each answer in the API's description: ``python scripts/examples.py attendance-demo``.

Asks every question of a copy of the demonstration, at a moment that stands still, and keeps of each
list the first one. Run anew when an answer gains a field; a test says so.
"""

import datetime as dt
import json
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi.testclient import TestClient
from freezegun import freeze_time

from delivery.bootstrap import Desk
from delivery.imports.records import import_record
from delivery.web.app import application
from delivery.web.door.book import Book
from delivery.web.door.doorman import Door
from ledger.store import open_store

ANSWERS = Path(__file__).parents[1] / "delivery/web/answers.json"
SCHOOL, NOW = 999001, dt.datetime(2025, 1, 10, 8, 52, tzinfo=dt.UTC)
SUNITA, YUSUF, DAY = "X000900115083", "X000900115100", "2024-12-10"
DONE: list[tuple[str, dict[str, Any]]] = [
    ("request-leave", {"pupil": YUSUF, "asked_by": "parent-1", "first": "2025-02-03",
                       "back": "2025-02-06", "reason": "The wedding of an aunt in Leeds"}),
    ("record-awareness", {"pupil": SUNITA}),
    ("report-absence", {"pupil": YUSUF, "date": DAY, "reason": "A cold", "parent": "parent-1",
                        "as": "office"}),
    ("open-support", {"pupil": SUNITA, "kind": "attendance contract", "about": "Mornings"}),
]  # fmt: skip
TRANSFER = (
    f"<CTFile><Pupil><UPN>{SUNITA}</UPN><Attendance><YearData><Year>2024</Year><LEA>908</LEA>"
    "<Estab>2222</Estab><SchoolName>Example Primary School</SchoolName><AttendSessions>"
    "<AttendanceStartDate>2024-01-08</AttendanceStartDate><AttendanceMarks>/,\\,I,I,/,\\"
    "</AttendanceMarks></AttendSessions></YearData></Attendance></Pupil></CTFile>"
)
"""What another school's register says of a pupil."""
ASKED: dict[str, dict[str, str]] = {
    "explain-mark": {"pupil": SUNITA, "date": "2024-10-18", "half": "AM"},
    "explain-leave": {"request": "1"},
    "register": {"class": "4"},
    "penalty/explain": {"pupil": SUNITA},
    "last-seen": {"pupil": SUNITA},
    "elsewhere": {"pupil": SUNITA},
    "star": {"table": "v1_fact_mark_current"},
    "pack": {"pupil": SUNITA, "check": "true", "from": "2024-09-02", "to": "2024-12-20"},
    "diff/rates": {"between": "31659 44672"},
    "whatif": {"policy": "trusts/nclt_2023 trusts/manor_2024"},
    "audit/reading": {"from": "2025-01-10", "to": "2025-01-10"},
    "absences": {"from": "2024-12-01", "to": "2024-12-20"},
    "unexplained": {"on": "2024-12-20"},
    "registers-not-taken": {"from": "2025-01-09", "to": "2025-01-10"},
}
"""What is said with a question, by its address; of the others nothing is."""


def main(demo: Path) -> None:
    with TemporaryDirectory() as folder:
        shutil.copy(demo / "attendance.db", folder)
        url = f"sqlite:///{folder}/attendance.db"
        desk = Desk(url, open_store(url), clock=lambda: NOW)
        door = Door(desk, "head", Book(Path(folder) / "attendance.door.db"))
        client = TestClient(application(desk, door=door), base_url="http://localhost")
        for act, said in DONE:
            done = client.post(f"/api/{SCHOOL}/{act}", json=said)
            if done.status_code != 200:
                raise SystemExit(f"{act}: {done.text}")
        moved = Path(folder) / "moved.xml"
        moved.write_text(TRANSFER, encoding="utf-8")
        import_record(desk, moved, "office", school=SCHOOL)
        sent = {"without_evidence": "yes", "key": "letter-1"}
        client.post(f"/{SCHOOL}/pupils/{SUNITA}/letters/concern", data=sent).raise_for_status()
        dict(examples(client))  # so that all is loaded before the clock stands still
        with freeze_time(NOW):
            found = dict(examples(client))
        desk.close()
    ANSWERS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def examples(client: TestClient) -> Any:
    """Each question by its words, with its answer cut short."""
    start = "/api/{school}/"
    for path, told in client.get("/api/openapi.json").json()["paths"].items():
        words = path.removeprefix(start)
        asks = "get" in told and path.startswith(start) and "{" not in words
        if not asks or words.startswith(("export/", "feed")):
            continue
        said = {name: one.split() if name in {"between", "policy"} else one
                for name, one in ASKED.get(words, {}).items()}  # fmt: skip
        answered = client.get(f"/api/{SCHOOL}/{words}", params=said)
        if answered.status_code != 200:
            raise SystemExit(f"{words}: {answered.text}")
        yield words.replace("/", " "), cut(answered.json())


def cut(value: Any) -> Any:
    """The same with one thing of each list, and long texts cut."""
    if isinstance(value, dict):
        return {name: cut(one) for name, one in value.items()}
    if isinstance(value, list):
        return [cut(one) for one in value[:1]]
    return value[:400] if isinstance(value, str) else value


if __name__ == "__main__":
    main(Path(sys.argv[1]))
