"""A case: Ann of 4B with two parents and everything that a pack can hold; others beside her."""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from freezegun import freeze_time
from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    StreamObject,
    TextStringObject,
)

from delivery.cli import main
from ledger.events import Event, by_topic
from ledger.store import Act, open_store

URN = 100001
DAYS = [f"2024-09-{day:02}" for day in (3, 4, 5, 6, 9, 10, 11, 12, 13)]
OTHERS = ("Sample", "A101", "Madeup", "A102", "Invented", "B200")
"""Names and numbers of the others: none may be in a pack about Ann, in whatever form.

Forenames of three letters are not looked for: compressed bytes hold any three by chance."""

PAT = {"id": "parent-1", "name": "Pat Example", "lives_with": True}
PAT |= {"address": "1 Canary Row, Otterham", "telephone": "01632 960001"}
SAM = {"id": "parent-2", "name": "Sam Elsewhere", "lives_with": False}
SAM |= {"address": "9 Secret Street, St Teath", "telephone": "01632 960009"}


def told(topic: str, **changed: object) -> Event:
    """An event of the golden files, about Ann."""
    golden = Path(__file__).parents[2] / "golden" / f"{topic}.v1.json"
    return by_topic(topic).model_validate({**json.loads(golden.read_text()), **changed})


def record(url: str, *events: Event) -> None:
    with open_store(url) as store:
        for event in events:
            key = f"told-{store.ledger(URN).size()}"
            store.ledger(URN).append(Act(key, event.TOPIC, event.made_by, event.made_at), [event])


def marks(changed: dict[tuple[str, str], str]) -> str:
    rows = ["school_urn,upn,date,session,code,comment"]
    for day in DAYS:
        for half, present in (("AM", "/"), ("PM", "\\")):
            ann = changed.get((day, half), present)
            comment = "Seen with Ben Sample at the harbour" if (day, half) == AT_HARBOUR else ""
            rows.append(f"{URN},A100,{day},{half},{ann},{comment}")
            rows.append(f"{URN},A101,{day},{half},{'M' if half == 'AM' else present},Teeth")
    return "\n".join(rows) + "\n"


AT_HARBOUR = ("2024-09-13", "PM")
HOLIDAY = {(day, half): "G" for day in DAYS[:5] for half in ("AM", "PM")}
FIRST = {**dict.fromkeys(HOLIDAY, "N"), ("2024-09-12", "AM"): "N", AT_HARBOUR: "O"}
SECOND = {**HOLIDAY, ("2024-09-12", "AM"): "N", AT_HARBOUR: "O"}


def fill(folder: Path, url: str = "") -> None:
    """Ann's case, in the ledger of the trust of two schools: that of the folder, or another."""
    db = url or f"sqlite:///{folder}/attendance.db"
    at = ["--db", db]
    school = [*at, "--school", str(URN), "--as", "office"]
    both = {"original": [], "amended": [PAT, SAM], "reason": "Told by Pat Example"}
    record(db, told("parents-changed", pupil=1, **both))
    for number, (codes, when) in enumerate(((FIRST, "2024-09-13"), (SECOND, "2024-09-16"))):
        file = folder / f"marks-{number}.csv"
        file.write_text(marks(codes))
        with freeze_time(f"{when} 18:00:00"):
            assert main([*school, "import", "marks", str(file), "--seen-at", f"{when}T18:30"]) == 0
    with freeze_time("2024-09-17 09:00:00"):
        amend = ["amend-mark", "A100", "2024-09-11", "AM", "L", "--reason", "Seen at the gate"]
        assert main([*school, *amend]) == 0
        letter = ["letter", "penalty-warning", "A100", "--on", "2024-09-13", "-o"]
        for parent in ("parent-1", "parent-2"):
            assert main([*school, *letter, str(folder / "l.pdf"), "--parent", parent]) == 0
    when = {"made_at": "2024-09-18T09:00:00Z"}
    leave = {"leave": 1, "pupil": 1, "first": "2024-09-03 AM", "back": "2024-09-10 AM", **when}
    record(
        db,
        told("leave-requested", **leave, asked_by="parent-2", reason="Sam's regatta in Fowey"),
        told("leave-refused", leave=1, pupil=1, **when, reason="Not exceptional"),
        told("contact-attempted", pupil=1, **when, said="Not by Cas Madeup's mother"),
        told("contact-attempted", pupil=1, **when, contact="parent-2", said="Sam said nothing"),
        told("absence-escalated", pupil=1, **when, kind="MASH", reason="Bruise seen"),
        told("support-opened", pupil=1, support=1, **when),
        told("support-opened", pupil=1, support=2, kind="safeguarding considered",
             about="What Ann drew", opened_on="2024-09-17", **when),
        told("pupil-fact-recorded", pupil=1, fact="social worker", **when),
        told("threshold-reached", pupil=1, parent="parent-2", case=1, **when),
        told("penalty-notice-issued", pupil=1, parent="parent-2", notice=1, counted=[], **when),
    )  # fmt: skip


def every_text(data: bytes, name: str = "pack") -> dict[str, str]:
    """Everything that can be read in a file: its bytes, what is packed in it, and so on down."""
    found = {name: data.decode("latin-1"), f"{name} as UTF-16": data.decode("utf-16-be", "ignore")}
    found[f"{name} as UTF-8"] = data.decode("utf-8", "ignore")
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as pack:
            for inner in pack.namelist():
                found |= every_text(pack.read(inner), f"{name}/{inner}")
    if data.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(data))
        found[f"{name} pages"] = " ".join(page.extract_text() for page in reader.pages)
        for inner, (attached, *_) in reader.attachments.items():
            found |= every_text(attached, f"{name}/{inner}")
        for number in range(1, int(reader.trailer["/Size"])):
            held = reader.get_object(number)
            found[f"{name} object {number}"] = " ".join(_strings(held))
            if isinstance(held, StreamObject):
                found[f"{name} stream {number}"] = held.get_data().decode("latin-1")
        for n, stream in enumerate(re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL)):
            with suppress(zlib.error):  # not packed: it is in the bytes of the file as they stand
                raw = zlib.decompressobj().decompress(stream)
                found[f"{name} bytes {n}"] = raw.decode("latin-1")
    return found


def _strings(held: Any) -> Iterator[str]:
    """Every text in an object of a PDF, whatever it is written in; no other object is followed."""
    if isinstance(held, TextStringObject):
        yield str(held)
    elif isinstance(held, ByteStringObject):
        yield bytes(held).decode("latin-1")
    elif isinstance(held, DictionaryObject):
        for key, value in held.items():
            yield key
            yield from _strings(value)
    elif isinstance(held, ArrayObject):
        for one in held:
            yield from _strings(one)


def holding(data: bytes, *words: str) -> list[tuple[str, str]]:
    """Where in a file, however deep, which of some words stands as a word of its own."""
    return [
        (place, word)
        for place, text in every_text(data).items()
        for word in words
        if re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", text)
    ]


def unpacked(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as held:
        return {name: held.read(name) for name in held.namelist()}


def entry_of(record: Any, event: str, nth: int = 0) -> Any:
    """The nth entry of a kind in a pack's record."""
    kinds = (one for one in record["entries"] if json.loads(one["envelope"])["event"] == event)
    return list(kinds)[nth]
