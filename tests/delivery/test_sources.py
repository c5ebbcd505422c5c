"""What a newcomer gives as a CSV: told apart by its bytes, in words that say what to do."""

import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from delivery.importers import source as sources
from delivery.importers.source import look
from delivery.usage import Usage
from ledger.refusals import FileUnreadable

HEAD = b"upn,date,session,code\n"


def written(tmp_path: Path, content: bytes, name: str = "marks.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def zipped(**members: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return held.getvalue()


NO_TABLE = [
    (b"%PDF-1.7\n%\xe2\xe3", "it is a PDF; a PDF holds no rows"),
    (zipped(xl__workbook="x"), "it is an Excel workbook (.xlsx), not CSV; open it in Excel"),
    (zipped(marks="x"), "it is a ZIP archive, holding marks; unpack it first"),
    (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "it is an old Excel workbook (.xls)"),
    (gzip.compress(HEAD), "it is compressed (gzip); unpack it first"),
    (b"SQLite format 3\0rest", "it is an SQLite database; a ledger is named with --db"),
    (b"\n <!DOCTYPE html><html>", "it is a web page, whatever its name says"),
    (b'\xef\xbb\xbf<?xml version="1.0"?>', "it is XML, not CSV"),
    (b'[{"upn": "A"}]', "it is JSON, not CSV"),
    (b"", "it is empty"),
    (b"\xef\xbb\xbf\r\n\r\n,,\r\n", "it is empty"),
    (HEAD + b"A1,2024-09-03,AM,\0\n", "it holds NUL bytes, so it is no text"),
]


@pytest.mark.parametrize(("content", "told"), NO_TABLE, ids=[told for _, told in NO_TABLE])
def test_what_is_no_table_is_told_with_what_it_is(tmp_path: Path, content: bytes, told: str):
    with pytest.raises(FileUnreadable) as refused:
        look(written(tmp_path, content))

    assert str(refused.value).startswith("marks.csv cannot be taken in: ")
    assert told in str(refused.value)


def test_a_line_without_end_is_refused_before_it_is_held(tmp_path: Path):
    path = written(tmp_path, HEAD + b"A" * (3 * sources.CHUNK))

    with pytest.raises(FileUnreadable, match="a line of more than a million characters"):
        look(path)


def test_a_file_that_is_not_there_and_a_folder_are_typing_mistakes(tmp_path: Path):
    with pytest.raises(Usage, match=r"There is no file .*absent\.csv\."):
        look(tmp_path / "absent.csv")
    with pytest.raises(Usage, match="is a folder; name one file in it"):
        look(tmp_path)


@pytest.mark.parametrize(
    ("letters", "encoding"),
    [
        ("Zoë".encode(), "utf-8-sig"),
        (b"\xef\xbb\xbf" + "Zoë".encode(), "utf-8-sig"),
        ("Zoë".encode("cp1252"), "cp1252"),
        ("Zoë ’quoted’".encode("cp1252"), "cp1252"),
    ],
)
def test_the_letters_are_utf_8_and_else_windows_1252(tmp_path: Path, letters: bytes, encoding: str):
    seen = look(written(tmp_path, letters + b"," + HEAD))

    assert encoding == seen.encoding
    with seen.text() as text:
        assert text.read().startswith("Zoë")


def test_the_first_windows_letter_may_come_late(tmp_path: Path):
    """A letter in the third megabyte decides, without the first two being read again."""
    line = b"A1,2024-09-03,AM,/,Ann\n"
    path = written(tmp_path, HEAD + line * (2 * sources.CHUNK // len(line)) + b"A2,,,I,Zo\xeb\n")

    assert look(path).encoding == "cp1252"


def test_a_utf_8_letter_cut_in_two_by_the_chunk_is_still_utf_8(tmp_path: Path):
    path = written(tmp_path, b"," * 4 + b"\n" + b"a\n" * (sources.CHUNK // 2 - 3) + b"\xc3\xab\n")

    assert path.read_bytes().index(b"\xc3") == sources.CHUNK - 1
    assert look(path).encoding == "utf-8-sig"


def test_excels_unicode_text_is_read(tmp_path: Path):
    seen = look(written(tmp_path, "upn\tdate\tsession\tcode\n".encode("utf-16")))

    with seen.text() as text:
        assert text.read() == "upn\tdate\tsession\tcode\n"


def test_the_hash_is_of_the_bytes_as_they_are(tmp_path: Path):
    content = b"\xef\xbb\xbf" + HEAD

    assert hashlib.sha256(content).hexdigest() == look(written(tmp_path, content)).sha256


def test_progress_is_told_to_the_last_byte(tmp_path: Path):
    path = written(tmp_path, HEAD * 1000)
    heard: list[int] = []

    with look(path).text(heard.append) as text:
        text.read()

    assert path.stat().st_size == sum(heard)
