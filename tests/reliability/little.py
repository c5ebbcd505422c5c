"""The little trust of the typed calls, made without pytest: for the long runs."""

from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

from freezegun import freeze_time

from delivery.cli import main
from tests.delivery.conftest import CALENDAR, PUPILS, STAFF, TRUST


def little_trust(folder: Path, school: str = "Otterham") -> str:
    """The address of a ledger with the two schools and four pupils, as on 2 September 2024."""
    text = TRUST.replace("@CALENDAR@", CALENDAR).replace("Otterham", school)
    for group in ("4B", "6"):
        text = text.replace("@STAFF@", STAFF.replace("@CLASS@", group), 1)
    (folder / "trust.toml").write_text(text)
    (folder / "pupils.csv").write_text(PUPILS)
    url = f"sqlite:///{folder}/attendance.db"
    pupils = ("import", "pupils", str(folder / "pupils.csv"), "--as", "office")
    typed(url, "2024-09-02 08:00:00", "init", str(folder / "trust.toml"))
    typed(url, "2024-09-02 08:00:00", *pupils, "--seen-at", "2024-09-02")
    return url


def with_one_mark(folder: Path) -> str:
    """The same, and Ann was N on the morning of 3 September 2024 and is I since 10:00."""
    url = little_trust(folder)
    at = ("--school", "100001", "--as")
    register = ("take-register", "4B", "--session", "AM", "--present-except", "N:A100")
    amending = ("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Parent rang")
    typed(url, "2024-09-03 07:50:00", *register, *at, "teacher")
    typed(url, "2024-09-03 09:00:00", *amending, *at, "office")
    return url


def typed(url: str, moment: str, *call: str) -> None:
    """A call typed at a moment, which goes well."""
    said: Sequence[str] = ("--db", url, *call)
    with freeze_time(moment), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        assert main(said) == 0, said
