"""SQLAlchemy-Continuum: a version table kept by a listener on the session."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, configure_mappers, mapped_column
from sqlalchemy_continuum import (  # type: ignore[import-untyped]
    make_versioned,
    transaction_class,
    version_class,
)

from scripts.bench.audit import day_rows, engine_for
from scripts.bench.oracle import Pupils, Reckoned
from scripts.bench.peer import Peer
from scripts.bench.rows import CODE_ROWS, WINDOW
from scripts.bench.workload import CODES, Change, Sheet

make_versioned(user_cls=None)


class Base(DeclarativeBase):
    """The tables of this peer."""


class Day(Base):
    """A school day and the number of its school week."""

    __tablename__ = "days"
    date: Mapped[dt.date] = mapped_column(primary_key=True)
    week: Mapped[int]


class CodeRow(Base):
    """What a code counts as."""

    __tablename__ = "codes"
    code: Mapped[str] = mapped_column(primary_key=True)
    attended: Mapped[int]
    authorised: Mapped[int]
    unauthorised: Mapped[int]


class Mark(Base):
    """A pupil's mark for a session, as it stands."""

    __versioned__: ClassVar[dict[str, Any]] = {}
    __tablename__ = "marks"
    __table_args__ = (sa.Index("one_mark", "date", "half", "group", "pupil", unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    date: Mapped[dt.date]
    half: Mapped[str]
    group: Mapped[str]
    pupil: Mapped[int]
    code: Mapped[str]
    reason: Mapped[str | None]
    made_by: Mapped[str]
    made_at: Mapped[dt.datetime]


configure_mappers()
Version: Any = version_class(Mark)
Transaction: Any = transaction_class(Mark)


class Continuum(Peer):
    """Versions kept for us: nothing is written by hand but the mark."""

    title: ClassVar[str] = "SQLAlchemy-Continuum"
    slow: ClassVar[bool] = True

    def open(self, *, create: bool) -> None:
        self.engine = engine_for(self.where)
        if create:
            Base.metadata.create_all(self.engine)
            with self.engine.begin() as db:
                db.execute(insert(Day), day_rows(self.work))
                names = ("code", "attended", "authorised", "unauthorised")
                rows = [dict(zip(names, row, strict=True)) for row in CODE_ROWS]
                db.execute(insert(CodeRow), rows)

    def take(self, sheet: Sheet) -> None:
        self.load([sheet])

    def load(self, sheets: Iterable[Sheet]) -> None:
        """There is no bulk way in: the listener must see every object."""
        with Session(self.engine) as session:
            for sheet in sheets:
                made_at = dt.datetime.fromisoformat(sheet.at)
                date = dt.date.fromisoformat(sheet.date)
                for pupil, code in zip(sheet.pupils, sheet.codes, strict=True):
                    session.add(
                        Mark(date=date, half=sheet.half, group=sheet.group, pupil=pupil,
                             code=CODES[code], made_by=sheet.by, made_at=made_at)
                    )  # fmt: skip
            session.commit()

    def amend(self, change: Change) -> None:
        with Session(self.engine) as session:
            mark = session.scalars(self._one(change.session, change.pupil)).one()
            assert mark.code == change.original
            mark.code = change.amended
            mark.reason = change.reason
            mark.made_by = change.by
            mark.made_at = dt.datetime.fromisoformat(change.at)
            session.commit()

    def _one(self, session: int, pupil: int) -> Any:
        date, half = self.work.sessions[session]
        group = self.work.group_of[pupil]
        return select(Mark).filter_by(
            date=dt.date.fromisoformat(date), half=half, group=group, pupil=pupil
        )

    def cut(self) -> int:
        with Session(self.engine) as session:
            return int(session.scalar(select(func.max(Transaction.id))) or 0)

    def history(self, pupil: int, session: int) -> list[tuple[str, str, str]]:
        with Session(self.engine) as db:
            mark = db.scalars(self._one(session, pupil)).one()
            return [(row.code, row.reason or "", row.made_by) for row in mark.versions]

    def register(self, session: int, group: str, cut: int) -> Pupils:
        date, half = self.work.sessions[session]
        day = dt.date.fromisoformat(date)
        found = self._as_of(cut, date=day, half=half, group=group)
        return {pupil: code for _, pupil, code in found}

    def day(self, morning: int, cut: int) -> tuple[Pupils, Pupils]:
        halves: dict[str, Pupils] = {"AM": {}, "PM": {}}
        day = dt.date.fromisoformat(self.work.sessions[morning][0])
        for half, pupil, code in self._as_of(cut, date=day):
            halves[half][pupil] = code
        return halves["AM"], halves["PM"]

    def _as_of(self, cut: int, **where: object) -> list[tuple[str, int, str]]:
        then = sa.or_(Version.end_transaction_id.is_(None), Version.end_transaction_id > cut)
        wanted = (
            select(Version.half, Version.pupil, Version.code)
            .where(Version.transaction_id <= cut, then)
            .where(*(getattr(Version, name) == value for name, value in where.items()))
        )
        with Session(self.engine) as db:
            return [(half, pupil, code) for half, pupil, code in db.execute(wanted)]

    def rebuild(self) -> Reckoned:
        filled = WINDOW.format(marks="marks", sessions="days", join="marks.date=days.date")
        with self.engine.connect() as db:
            return {row[0]: tuple(row[1:]) for row in db.execute(text(filled))}

    def close(self) -> None:
        with self.engine.connect() as db:
            db.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        self.engine.dispose()
