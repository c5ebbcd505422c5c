"""Files made to break what reads them: refused in a sentence, within bounds of time and memory."""

import csv
import io
import json
import os
import re
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from delivery.imports.files import a_file
from ledger.refusals import FileUnreadable, readable
from ledger.store import open_store
from tests.delivery.conftest import Call

LONG = "upn,date,session,code"
MARK = "A100,2024-09-03,AM,/"
AT = ["--school", "100001", "--as", "office", "--seen-at", "2024-09-03"]
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TENFOLD = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<!DOCTYPE x [<!ENTITY a0 "ha">{_TENFOLD}]><a><b>&a9;</b></a>'


def book(sheet: bytes = b"", *, more: dict[str, bytes] | None = None, **instead: bytes) -> bytes:
    """A workbook of Excel's with its sheet, or another of its parts, as it should not be."""
    plain, spoilt = io.BytesIO(), io.BytesIO()
    made = openpyxl.Workbook()
    for row in (LONG.split(","), MARK.split(",")):
        made.active.append(row)
    made.save(plain)
    with zipfile.ZipFile(plain) as held, zipfile.ZipFile(spoilt, "w", zipfile.ZIP_DEFLATED) as out:
        for part in held.infolist():
            name = Path(part.filename).stem
            content = sheet if sheet and name == "sheet1" else held.read(part)
            out.writestr(part.filename, content + instead.get(name, b""))
        for called, content in (more or {}).items():
            out.writestr(called, content)
    return spoilt.getvalue()


def cells(row: str, cell: str) -> bytes:
    head = "".join(f'<c r="{at}1" t="inlineStr"><is><t>{name}</t></is></c>'
                   for at, name in zip("ABCD", LONG.split(","), strict=True))  # fmt: skip
    far = f'<row r="{row}"><c r="{cell}{row}" t="inlineStr"><is><t>x</t></is></c></row>'
    return SHEET + f'<row r="1">{head}</row>{far}</sheetData></worksheet>'.encode()


HOSTILE: dict[str, tuple[Callable[[], bytes | str], str]] = {
    "a million columns": (
        lambda: f"{LONG}{',' * 1_000_000}\n{MARK}\n",
        "its first line has 1,000,004 columns",
    ),
    "a million columns of sessions, across": (
        lambda: "upn," + ",".join(f"2024-09-03 AM{n}" for n in range(40_000)) + "\n",
        "its first line has 40,001 columns",
    ),
    "a million cells in each row": (
        lambda: f"{LONG}\n{(MARK + ',' * 900_000 + chr(10)) * 4}",
        "",
    ),
    "a line without an end": (lambda: b"x" * 8_000_000, "a line of more than a million"),
    "the same in UTF-16": (lambda: ("x" * 4_000_000).encode("utf-16"), "more than a million"),
    "a cell of a million": (
        lambda: f"{LONG},comment\n{MARK},{'x' * 900_000}\n",
        "a cell on line 2 is longer than 131,072 characters",
    ),
    "a quotation mark never closed, after a spoilt line": (
        lambda: f'{LONG}\nA1,"x"y,AM,/\n{MARK}\nA2,2024-09-03,AM,"/\n{MARK}\n',
        "opened on line 4 is never closed",
    ),
    "NUL": (lambda: f"{LONG}\n{MARK}\nA1\0,2024-09-03,AM,/\n", "NUL"),
    "NUL in UTF-16": (lambda: f"{LONG}\nA1\0,2024-09-03,AM,/\n".encode("utf-16"), "NUL"),
    "NUL in JSON": (lambda: b'[{"upn": "A1\\u0000", "date": "2024-09-03", "code": "/"}]', "NUL"),
    "NUL in JSON, a line each": (
        lambda: (
            b'{"upn": "A1", "date": "2024-09-03", "code": "/"}\n'
            b'{"upn": "A1\\u0000", "date": "2024-09-03", "code": "/"}\n'
        ),
        "NUL",
    ),
    "NUL in XML": (lambda: b"<a><b>\0</b></a>", "cannot be read"),
    "a billion laughs": (lambda: LAUGHS, "entities of its own"),
    "one long entity many times": (
        lambda: f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]><a>{"&a;" * 50_000}</a>',
        "entities of its own",
    ),
    "XML that nests": (lambda: b"<a>" * 1_000_000, "nests deeper"),
    "JSON that nests": (lambda: b"[" * 1_000_000, "nests deeper"),
    "JSON that nests within a record": (
        lambda: b'[{"upn": "A1", "x": ' + b'{"a":' * 200_000,
        "nests deeper",
    ),
    "JSON that nests on a line": (
        lambda: b'{"a": 1}\n{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}\n",
        "line 2 nests deeper",
    ),
    "JSON with braces in its words": (
        lambda: json.dumps([{"upn": "A1", "date": "d", "code": "/", "note": '[{"\\' * 500}]),
        "",
    ),
    "a number of JSON that ends the process": (
        lambda: b'[{"upn": "A1", "date": "2024-09-03", "code": ' + b"9" * 100_000 + b"}]",
        "a thousand digits",
    ),
    "a record of JSON of megabytes": (
        lambda: b'[{"upn": "A1", "x": [' + b"1," * 2_000_000 + b"1]}]",
        "longer than a million",
    ),
    "backslashes": (lambda: b'[{"upn": "' + b"\\" * 4_000_000 + b'"}]', "than a million"),
    "a zip of 30,000 files": (
        lambda: book(more={f"xl/{n}.xml": b"" for n in range(30_000)}),
        "no workbook so many",
    ),
    "a zip in a zip": (lambda: book(more={"xl/inner.xlsx": book(more={"x": bytes(1 << 24)})}), ""),
    "a sheet of spaces": (lambda: book(SHEET + b" " * (1 << 26)), "without the end of a row"),
    "a sheet whose rows nest": (lambda: book(SHEET + b"<row>" * 1_000_000), "without the end"),
    "a million columns of a sheet": (
        lambda: book(SHEET + b"<row>" + b"<c><v>1</v></c>" * 1_000_000 + b"</row>"),
        "without the end of a row",
    ),
    "spaces after the rows": (
        lambda: book(SHEET + b"<row/></sheetData>" + b" " * (1 << 26)),
        "without the end of a row",
    ),
    "a column beyond a sheet": (lambda: book(cells("2", "ZZZ")), "beyond what a sheet holds"),
    "a row beyond a sheet": (lambda: book(cells("2000000000", "A")), "beyond what a sheet holds"),
    "kinds of parts without end": (
        lambda: book(more={"xl/x.xml": b""}, styles=b" " * (10 << 20)),
        "xl/styles.xml would unpack to 10 megabytes",
    ),
    "entities in a sheet": (lambda: book(LAUGHS.encode()), "cannot be read"),
}


def _bytes(made: bytes | str) -> bytes:
    return made.encode() if isinstance(made, str) else made


def refusal(path: Path) -> str:
    """Why a file is not taken in; nothing where it can be read."""
    try:
        for _ in a_file(path, None, None).rows():
            pass
    except FileUnreadable as why:
        return str(why)
    return ""


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_in_one_sentence_or_read(name, tmp_path):
    made, wanted = HOSTILE[name]
    path = tmp_path / "marks.dat"
    path.write_bytes(_bytes(made()))
    began = time.process_time()

    said = refusal(path)

    assert time.process_time() - began < 5
    assert wanted in said
    assert bool(said) == bool(wanted)
    assert len(said) < 1200
    assert said.isprintable()


@pytest.mark.slow
def test_none_of_them_takes_memory(tmp_path):
    """All of them, one after the other, in a process that may have so much and no more."""
    for number, (made, _) in enumerate(HOSTILE.values()):
        (tmp_path / f"{number}.dat").write_bytes(_bytes(made()))
    program = (
        "import resource, sys; from pathlib import Path;"
        "from tests.delivery.test_hostile_files import refusal;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "[refusal(one) for one in sorted(Path(sys.argv[1]).iterdir())];"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr[-2000:]
    assert int(ran.stdout) < 200_000, "kilobytes beyond what the program itself takes"


def test_what_is_no_file_is_said_to_be_none(trust: Call, folder: Path):
    os.mkfifo(folder / "pipe")
    for named, told in (
        (folder / "pipe", "is no file but a pipe or a device"),
        (Path("/dev/zero"), "is no file but a pipe or a device"),
        (folder, "is a folder; name one file in it"),
        (folder / "none", "There is no file"),
    ):
        for call in (
            ("import", "marks", named, *AT),
            ("import", "pupils", named, *AT),
            ("import", "record", named, *AT[:4]),
            ("import", "totals", named, *AT[:4], "--from", "2024-09-03", "--to", "2024-09-04"),
            ("import", "marks", folder / "pupils.csv", *AT, "--people", named),
            ("import", "marks", folder / "pupils.csv", *AT, "--layout", named),
        ):
            ran = trust(*call)
            assert ran.code in (2, 5), (call, ran)
            assert told in ran.err or call[1] == "record", (call, ran)
            assert "should not have happened" not in ran.err


def test_a_formula_is_no_code_and_no_pupil_and_as_a_comment_it_is_words(trust: Call, folder: Path):
    formula = "=cmd|' /C calc'!A0"
    lines = [
        "upn,date,session,code,comment",
        f'A100,2024-09-03,AM,I,"{formula}"',
        'A101,2024-09-03,AM,"=CHAR(47)",',
        '"=""A102""",2024-09-03,AM,/,',
        "A102,=DATE(2024;9;3),AM,/,",
    ]
    (folder / "marks.csv").write_text("\n".join(lines) + "\n")
    ran = trust("import", "marks", "marks.csv", *AT, "--json")

    assert ran.document["refused"] == 3
    assert ran.document["schools"][0]["recorded"] == 1
    with open_store(f"sqlite:///{folder}/attendance.db") as store:
        told = [getattr(one.event, "comment", None) for one in store.ledger(100001).entries()]
    assert formula in told


def test_no_file_written_of_what_pupils_are_called_begins_a_formula(trust: Call, folder: Path):
    """Names and comments that would be computed, in every answer that is made for a spreadsheet."""
    from delivery.cli.calls import VERBS
    from delivery.cli.verbs import load

    head = "school,upn,surname,forename,date_of_birth,year_group,class,start_date\n"
    names = (("A100", "=1+1", "@SUM(A1)"), ("A101", "+44", "-2+3"), ("A102", "\t=2", "= 3"))
    (folder / "pupils.csv").write_text(
        head + "".join(f'100001,{u},"{s}","{f}",2015-03-01,4,4B,2024-09-02\n' for u, s, f in names)
    )
    assert trust("import", "pupils", "pupils.csv", *AT).code == 0
    rows = [f'{u},2024-09-03,{h},{c},"=HYPERLINK(1)"' for u, *_ in names
            for h, c in (("AM", "N"), ("PM", "U"))]  # fmt: skip
    (folder / "marks.csv").write_text("upn,date,session,code,comment\n" + "\n".join(rows) + "\n")
    assert trust("import", "marks", "marks.csv", *AT).code == 0
    amend = ("A100", "2024-09-03", "AM", "I", "--reason", "=1+1 rang")
    assert trust("amend-mark", *amend, *AT[:4]).code == 0
    load()
    written = 0
    for words, one in VERBS.items():
        wanted = [own for own in one.own if own.default is own.empty]
        if not {"as_csv", "school"} <= {name for name, _, _ in one.shared}:
            continue
        for more in (["A100"], ["A100", "2024-09-03", "AM"], ["4B"], []):
            if len(more) == len(wanted):
                ran = trust(*words.split(), *more, "--csv", *AT[:2])
                written += "=1+1" in ran.out
                assert begin_formulas(ran.out) == [], words
    for what in ("marks", "amendments", "certificate", "daily"):
        ran = trust("export", what, *(["A100"] if what == "certificate" else []), *AT[:2])
        assert begin_formulas(ran.out) == [], what
        written += "=1+1" in ran.out
    assert written >= 4


def begin_formulas(text: str) -> list[str]:
    """The cells that a spreadsheet would compute, read by another reader of CSV than ours."""
    every = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    starts = ("=", "+", "-", "@", "\t", "\r")
    return [
        one
        for one in every
        if one.lstrip(" ").startswith(starts) and not re.fullmatch(r"[+-]\d+(\.\d+)?", one)
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\0b\rc", "a\\x00b\\rc"),
        ("\u202eabc", "\\u202eabc"),
        ("Zoë \\ /", "Zoë \\ /"),
        ("half \ud800", "half \\ud800"),
    ],
)
def test_what_a_sentence_quotes_moves_no_cursor(written, shown):
    assert readable(written) == shown


def test_what_a_sentence_quotes_is_cut(trust: Call, folder: Path):
    (folder / "marks.csv").write_text(f"{LONG}\nA100,2024-09-03,AM,{'x' * 100_000}\n")
    ran = trust("import", "marks", "marks.csv", *AT)

    assert ran.code == 5
    assert len(ran.err) < 1500
