"""
What a file says, read the plain way, with nothing of the ledger's: an oracle for what was taken in.

It may find marks that nobody would take in (of a day that is none, of a code that is none); what
it does not find, the file does not say. Where a record says two things by one name it says neither.
"""

import csv
import datetime as dt
import io
import json
import re
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import product
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

Said = tuple[str | None, str, str, str, str]
"""School where the file says one, UPN, date, AM or PM, code."""
Fields = dict[str, str]
Numbers = dict[str, set[str]]

WHO = ("upn", "pupilupn", "studentupn", "uniquepupilnumber", "personupn")
NUMBER = ("studentid", "pupilid", "personid", "student", "pupil", "person", "adno", "id", "misid")
DAY = ("date", "datedate", "sessiondate", "attendancedate", "recorddate", "markdate")
HALF = ("session", "sessionname", "attendancerollcallname", "attendancerollcall", "ampm", "period",
        "rollcall")  # fmt: skip
CODE = ("code", "mark", "attendancemark", "attendancecode", "attendancemarkcode", "exportmark",
        "attendancecodecode", "sessionmark")  # fmt: skip
CODE_NUMBER = ("sessionmarkid", "sessionaliasid", "attendancecodeid", "attendancemarkid")


def marks(kind: str, content: bytes, beside: dict[str, bytes]) -> set[Said]:
    """Every mark a file says; ``beside`` are the files that explain it, by their option."""
    people = _numbers(_records("csv", beside["--people"]), WHO) if "--people" in beside else {}
    codes = _numbers(_records("json", beside["--codes"]), CODE) if "--codes" in beside else {}
    if "--layout" in beside:
        return set(_across(content, beside["--layout"], people))
    found = set(_transferred(content)) if kind == "xml" else set()
    for record in _records(kind, content):
        found |= set(_of(record, people, codes))
    return found


def rows(content: bytes) -> list[list[str]]:
    """Every row of a table, by whatever may stand between its cells."""
    return [row for between in ",;\t|" for row in _table(_text(content), between)]


def _of(record: Fields, people: Numbers, codes: Numbers) -> Iterator[Said]:
    school = next((record[n] for n in ("schoolurn", "urn", "school") if record.get(n)), None)
    numbers = [record[n] for n in NUMBER if record.get(n)]
    who = {record[n] for n in WHO if record.get(n)} | set(numbers)
    who |= {upn for number in numbers for upn in people.get(number, ())}
    zone = next((text for name, text in record.items() if name.endswith("timezone")), "")
    days = {_day(record[n], zone) for n in DAY if record.get(n)}
    halves = {half for n in HALF if (half := _half(record.get(n, "")))}
    said = {record[n] for n in CODE if record.get(n)}
    said |= {c for n in CODE_NUMBER for c in codes.get(record.get(n, ""), ())}
    for one in product(who, days, halves, said):
        yield (school, *one)
    for name, code in record.items():  # a table across
        if (head := re.fullmatch(r"(\d{4})(\d\d)(\d\d)t?(am|pm)", name)) and code:
            day = f"{head[1]}-{head[2]}-{head[3]}"
            yield from ((school, one, day, head[4].upper(), code) for one in who)


def _numbers(records: Iterator[Fields], names: Sequence[str]) -> Numbers:
    """What a system's own numbers mean; nothing for one that means two things."""
    found: Numbers = defaultdict(set)
    for record in records:
        for means in {record[n] for n in names if record.get(n)}:
            for number in {record[n] for n in (*NUMBER, *CODE_NUMBER) if record.get(n)}:
                found[number].add(means)
    return {number: means for number, means in found.items() if len(means) == 1}


def _day(text: str, zone: str) -> str:
    if re.fullmatch(r"\d{5}(\.0)?", text):  # a workbook's
        return (dt.date(1899, 12, 30) + dt.timedelta(int(float(text)))).isoformat()
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    try:
        if moment.tzinfo is None and zone and len(text) > 10:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        if moment.tzinfo is not None:
            moment = moment.astimezone(ZoneInfo("Europe/London"))
    except Exception:  # no such place, or a moment beyond every calendar
        return text
    return moment.date().isoformat()


def _half(text: str) -> str:
    words = set(re.findall(r"[a-z0-9]+", text.lower()))
    morning, afternoon = words & {"am", "morning"}, words & {"pm", "afternoon"}
    return "" if bool(morning) == bool(afternoon) else "AM" if morning else "PM"


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def _once(pairs: Sequence[tuple[str, str]]) -> Fields:
    found: dict[str, set[str]] = defaultdict(set)
    for name, text in pairs:
        if text.strip():
            found[_plain(name)].add(text.strip())
    return {name: texts.pop() for name, texts in found.items() if len(texts) == 1}


# --- records, in whatever they stand -----------------------------------------------------------


def _records(kind: str, content: bytes) -> Iterator[Fields]:
    yield from {"csv": _lines, "xml": _elements, "json": _objects, "zip": _sheets}[kind](content)


def _text(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _table(text: str, between: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=between))
    except csv.Error:
        return []


def _lines(content: bytes) -> Iterator[Fields]:
    text = _text(content)
    for between in ",;\t|":
        for whole in (_table(text, between), [r for one in text.splitlines()
                                              for r in _table(one, between)]):  # fmt: skip
            begins = next((n for n, row in enumerate(whole) if any(c.strip() for c in row)), 0)
            for row in whole[begins + 1 :]:
                yield _once(list(zip(whole[begins], row, strict=False)))


def _elements(content: bytes) -> Iterator[Fields]:
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError):
        return
    for element in root.iter():
        leaves = [(_tag(one), one.text or "") for one in element if len(one) == 0]
        yield _once(leaves)


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def _objects(content: bytes) -> Iterator[Fields]:
    text = content.decode("utf-8-sig", "replace")
    for part in (text, *text.splitlines()):
        try:
            yield from _walked(json.loads(part, object_pairs_hook=_Pairs))
        except (ValueError, RecursionError):
            continue


class _Pairs(list[Any]):
    """An object of JSON with everything it says, twice where it says it twice."""


def _walked(held: Any) -> Iterator[Fields]:
    if isinstance(held, _Pairs):
        yield _once(list(_leaves(held, "")))
        held = [value for _, value in held]
    if isinstance(held, list):
        for one in held:
            yield from _walked(one)


def _leaves(pairs: "_Pairs", before: str) -> Iterator[tuple[str, str]]:
    for name, value in pairs:
        called = before if before and name in ("data", "attributes") else before + name
        if isinstance(value, _Pairs):
            yield from _leaves(value, called)
        elif not isinstance(value, list) and value is not None:
            yield called, str(value)


def _sheets(content: bytes) -> Iterator[Fields]:
    parts = list(_parts(content))
    words: list[str] = []
    for name, part in parts:
        if name.endswith("sharedstrings.xml"):
            words = ["".join(t.text or "" for t in one.iter() if _tag(t) == "t")
                     for one in _root(part)]  # fmt: skip
    for _, part in parts:
        sheet = [_cells(row, words) for row in _root(part).iter() if _tag(row) == "row"]
        sheet = [row for row in sheet if any(row.values())]
        for row in sheet[1:]:
            yield _once([(head, row.get(at, "")) for at, head in sheet[0].items()])


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    with suppress(Exception), zipfile.ZipFile(io.BytesIO(content)) as held:
        for one in held.infolist():
            with suppress(Exception):  # in any of the ways that a part of a zip can be spoilt
                yield one.filename.lower(), held.read(one)


def _root(part: bytes) -> Any:
    try:
        return ElementTree.fromstring(part)
    except (ElementTree.ParseError, ValueError, LookupError):
        return ElementTree.Element("nothing")


def _cells(row: Any, words: list[str]) -> dict[str, str]:
    found, place = {}, 0
    for cell in row:
        letters = re.match("[A-Z]+", cell.get("r") or "")
        place += 1
        if letters:
            place = sum((ord(c) - 64) * 26**n for n, c in enumerate(letters[0][:4][::-1]))
        text = "".join(one.text or "" for one in cell.iter() if _tag(one) in ("v", "t"))
        if cell.get("t") == "s":
            number = int(text) if re.fullmatch("[0-9]{1,6}", text) else -1
            text = dict(enumerate(words)).get(number, "")
        found[str(place)] = text
    return found


# --- transfer files, registers printed across ----------------------------------------------------


def _transferred(content: bytes) -> Iterator[Said]:
    upn = ""
    for element in _root(content).iter():
        if _tag(element) == "UPN":
            upn = (element.text or "").strip()
        if _tag(element) != "AttendSessions":
            continue
        said = _once([(_tag(one), one.text or "") for one in element])
        try:
            day = dt.date.fromisoformat(said["attendancestartdate"])
        except (KeyError, ValueError):
            continue
        written = said.get("attendancemarks", "")
        codes = written.split(",") if "," in written else list(written)
        while day.weekday() > 4:
            day += dt.timedelta(1)
        for place, code in enumerate(codes):
            yield None, upn, day.isoformat(), ("AM", "PM")[place % 2], code.strip()
            if place % 2:
                try:
                    day += dt.timedelta(3 if day.weekday() == 4 else 1)
                except OverflowError:
                    break


def _across(content: bytes, layout: bytes, people: Numbers) -> Iterator[Said]:
    try:
        said = tomllib.loads(layout.decode("utf-8-sig"))
    except ValueError:
        return
    heads, dates = said.get("heading_row", 1), said.get("dates_row")
    for between in ",;\t|":
        table = _table(_text(content), between)
        if not all(isinstance(n, int) and 0 < n <= len(table) for n in (heads, dates or 1)):
            continue
        above = ""
        names = table[heads - 1]
        days = []
        over = dict(enumerate(table[dates - 1])) if dates else {}
        for place, name in enumerate(names):
            above = over.get(place, "").strip() or above
            days.append((_written(said, f"{above} {name}"), _half(name)))
        who = said.get("upn") or said.get("person")
        for row in table:
            cells = dict(zip(map(str.strip, names), row, strict=False))
            number = str(cells.get(who, "")).strip()
            for (every, half), code in zip(days, row, strict=False):
                for upn, day in product(people.get(number, {number}), every):
                    yield None, upn, day, half, code.strip()


def _written(said: dict[str, Any], text: str) -> set[str]:
    found = set(re.findall(r"\d{4}-\d\d-\d\d", text))
    for word in text.split():
        try:
            form = str(said.get("dates", "%Y-%m-%d"))
            found.add(dt.datetime.strptime(word, form).date().isoformat())  # noqa: DTZ007
        except ValueError:
            continue
    return found
