"""What most would write: SQLAlchemy, a table of marks, and an audit table beside it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, create_engine, event, func, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from scripts.bench.oracle import Pupils, Reckoned
from scripts.bench.peer import Peer
from scripts.bench.rows import CODE_ROWS, WINDOW
from scripts.bench.workload import CODES, Change, Sheet


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

    __tablename__ = "marks"
    __table_args__ = (Index("one_mark", "date", "half", "group", "pupil", unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    date: Mapped[dt.date]
    half: Mapped[str]
    group: Mapped[str]
    pupil: Mapped[int]
    code: Mapped[str]


class Audit(Base):
    """Every value a mark ever had, with who gave it, when and why."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[int] = mapped_column(ForeignKey("marks.id"), index=True)
    original: Mapped[str | None]
    amended: Mapped[str]
    reason: Mapped[str | None]
    made_by: Mapped[str]
    made_at: Mapped[dt.datetime]


def engine_for(where: str) -> Any:
    """An engine on a file or a PostgreSQL address, durable on both."""
    if where.startswith("postgresql"):
        return create_engine(where.replace("postgresql:", "postgresql+psycopg:", 1))
    engine = create_engine(f"sqlite:///{where}")

    @event.listens_for(engine, "connect")
    def durable(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    return engine


def day_rows(work: Any) -> list[dict[str, Any]]:
    """Each school day with the number of its school week."""
    return [
        {"date": dt.date.fromisoformat(date), "week": work.weeks[n]}
        for n, (date, half) in enumerate(work.sessions)
        if half == "AM"
    ]


class AuditTable(Peer):
    """A mark is an object; the session writes it and its audit row, thirty times."""

    title: ClassVar[str] = "SQLAlchemy + audit table, ORM"

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
        with Session(self.engine) as session:
            marks = [Mark(**row) for row in mark_rows(sheet)]
            session.add_all(marks)
            session.flush()
            for mark in marks:
                first = {"mark": mark.id, "amended": mark.code}
                session.add(Audit(**first, made_by=sheet.by, made_at=_instant(sheet.at)))
            session.commit()

    def load(self, sheets: Iterable[Sheet]) -> None:
        with self.engine.begin() as db:
            batch: list[Sheet] = []
            for sheet in sheets:
                batch.append(sheet)
                if len(batch) == 60:
                    self._bulk(db, batch)
                    batch = []
            if batch:
                self._bulk(db, batch)

    @staticmethod
    def _bulk(db: Any, sheets: Sequence[Sheet]) -> None:
        rows = [row for sheet in sheets for row in mark_rows(sheet)]
        who = [(sheet.by, _instant(sheet.at)) for sheet in sheets for _ in sheet.pupils]
        wanted = insert(Mark).returning(Mark.id, sort_by_parameter_order=True)
        ids = db.execute(wanted, rows).scalars().all()
        db.execute(
            insert(Audit),
            [
                {"mark": mark, "amended": row["code"], "made_by": by, "made_at": at}
                for mark, row, (by, at) in zip(ids, rows, who, strict=True)
            ],
        )

    def amend(self, change: Change) -> None:
        with Session(self.engine) as session:
            mark = session.scalars(self._one(change.session, change.pupil)).one()
            assert mark.code == change.original
            mark.code = change.amended
            session.add(
                Audit(
                    mark=mark.id,
                    original=change.original,
                    amended=change.amended,
                    reason=change.reason,
                    made_by=change.by,
                    made_at=_instant(change.at),
                )
            )
            session.commit()

    def _one(self, session: int, pupil: int) -> Any:
        date, half = self.work.sessions[session]
        group = self.work.group_of[pupil]
        return select(Mark).filter_by(
            date=dt.date.fromisoformat(date), half=half, group=group, pupil=pupil
        )

    def cut(self) -> int:
        with Session(self.engine) as session:
            return int(session.scalar(select(func.coalesce(func.max(Audit.id), 0))) or 0)

    def history(self, pupil: int, session: int) -> list[tuple[str, str, str]]:
        with Session(self.engine) as db:
            mark = db.scalars(self._one(session, pupil)).one()
            entries = db.scalars(select(Audit).filter_by(mark=mark.id).order_by(Audit.id))
            return [(row.amended, row.reason or "", row.made_by) for row in entries]

    def register(self, session: int, group: str, cut: int) -> Pupils:
        date, half = self.work.sessions[session]
        day = dt.date.fromisoformat(date)
        return {
            pupil: code for _, pupil, code in self._as_of(cut, date=day, half=half, group=group)
        }

    def day(self, morning: int, cut: int) -> tuple[Pupils, Pupils]:
        date = dt.date.fromisoformat(self.work.sessions[morning][0])
        halves: dict[str, Pupils] = {"AM": {}, "PM": {}}
        for half, pupil, code in self._as_of(cut, date=date):
            halves[half][pupil] = code
        return halves["AM"], halves["PM"]

    def _as_of(self, cut: int, **where: object) -> list[tuple[str, int, str]]:
        """The last value of each mark that the audit table held at the cut."""
        last = (
            select(func.max(Audit.id).label("id"))
            .join(Mark, Mark.id == Audit.mark)
            .where(Audit.id <= cut)
            .where(*(getattr(Mark, name) == value for name, value in where.items()))
            .group_by(Audit.mark)
            .subquery()
        )
        wanted = (
            select(Mark.half, Mark.pupil, Audit.amended)
            .join(last, last.c.id == Audit.id)
            .join(Mark, Mark.id == Audit.mark)
        )
        with Session(self.engine) as db:
            return [(half, pupil, code) for half, pupil, code in db.execute(wanted)]

    def rebuild(self) -> Reckoned:
        filled = WINDOW.format(marks="marks", sessions="days", join="marks.date=days.date")
        with self.engine.connect() as db:
            found = db.execute(text(filled))
            return {row[0]: (int(row[1]), int(row[2]), int(row[3]), row[4]) for row in found}

    def close(self) -> None:
        if not self.where.startswith("postgresql"):
            with self.engine.connect() as db:
                db.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        self.engine.dispose()


class AuditTableBulk(AuditTable):
    """The same tables, a register written as two bulk inserts."""

    title: ClassVar[str] = "SQLAlchemy + audit table, bulk insert"
    only: ClassVar[tuple[str, ...]] = ("take", "load")

    def take(self, sheet: Sheet) -> None:
        self.load([sheet])


def mark_rows(sheet: Sheet) -> list[dict[str, Any]]:
    date = dt.date.fromisoformat(sheet.date)
    return [
        {"date": date, "half": sheet.half, "group": sheet.group, "pupil": pupil,
         "code": CODES[code]}
        for pupil, code in zip(sheet.pupils, sheet.codes, strict=True)
    ]  # fmt: skip


def _instant(written: str) -> dt.datetime:
    return dt.datetime.fromisoformat(written)
