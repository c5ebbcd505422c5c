"""The small things every entry is made of: sessions, people, entries' words."""

import datetime as dt
import re
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import core_schema

Half = Literal["AM", "PM"]
HALVES: tuple[Half, Half] = ("AM", "PM")

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def iso_date(written: object) -> object:
    """Let through a date, or one written as ``2024-09-03``; nothing looser.

    Raises ``ValueError`` for text in any other form: a library that reads "0" as 1970
    must not decide on which day a child was absent.
    """
    if isinstance(written, str):
        if not _ISO_DATE.fullmatch(written):
            raise ValueError(f"{written!r} is not a date written like 2024-09-03")
        return dt.date.fromisoformat(written)
    return written


IsoDate = Annotated[dt.date, BeforeValidator(iso_date)]


class Session(NamedTuple):
    """A half-day of a school, as the Regulations count them: morning or afternoon.

    Sessions sort in time order. Written ``2024-09-03 AM``.
    """

    date: dt.date
    half: Half

    def __str__(self) -> str:
        return f"{self.date.isoformat()} {self.half}"

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read ``2024-09-03 AM``. Raises ``ValueError`` for anything else."""
        day, _, half = written.partition(" ")
        for known in HALVES:
            if half == known and _ISO_DATE.fullmatch(day):
                return cls(dt.date.fromisoformat(day), known)
        raise ValueError(f"{written!r} is not a session written like 2024-09-03 AM")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        from_text = core_schema.no_info_after_validator_function(
            cls.parse, core_schema.str_schema()
        )
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.union_schema(
                [core_schema.is_instance_schema(cls), from_text], mode="left_to_right"
            ),
            serialization=core_schema.to_string_ser_schema(),
        )


class Frozen(BaseModel):
    """A value: compared by its fields, never changed, refusing fields it does not know."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")


Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
"""Words a person gave and the law wants kept, such as the reason for an amendment."""

Code = Annotated[str, StringConstraints(min_length=1, max_length=2)]
"""A national attendance or absence code, exactly as recorded: one or two characters."""

PupilId = int
"""A pupil within one school's ledger: a number that says nothing about the child."""

StaffId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
"""A member of staff within one school's ledger; never a name."""

GroupId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,20}$")]
"""A class or tutor group: the pupils whose marks are taken on one sheet."""

Urn = Annotated[int, "unique reference number of a school"]

Instant = AwareDatetime
"""A moment with its offset. The ledger stores UTC."""


class Person(Frozen):
    """Who did it, copied as held that day, because people move and the entry stays.

    The law wants the name of whoever makes an amendment (SI 2024/208 reg. 6(1)(e));
    both seed policies want the position too.
    """

    id: StaffId
    name: Said
    position: Said
