"""The right answers, worked out as plainly as Python allows, sharing nothing with a peer."""

from collections import defaultdict

from scripts.bench.workload import ATTENDED, AUTHORISED, CODES, UNAUTHORISED, Change, Workload

Pupils = dict[int, str]
Reckoned = dict[int, tuple[int, int, int, int | None]]
"""By pupil: attended, authorised, unauthorised, first week with ten in ten weeks running."""


class Oracle:
    """Every answer about one workload, with ``known`` of its amendments made by the cut."""

    def __init__(self, work: Workload, known: int) -> None:
        self.work = work
        self.changes: dict[tuple[int, int], list[tuple[int, Change]]] = defaultdict(list)
        for number, change in enumerate(work.changes()):
            self.changes[change.pupil, change.session].append((number, change))
        self.known = known

    def history(self, pupil: int, session: int) -> list[tuple[str, str, str]]:
        """Each entry in order: code, reason (none for the first), staff id."""
        sheet = self.work.sheet(session, self.work.group_of[pupil])
        first = (CODES[self.work.marks[pupil][session]], "", sheet.by)
        return [first] + [(c.amended, c.reason, c.by) for _, c in self.changes[pupil, session]]

    def register(self, session: int, group: str) -> Pupils:
        """A class register as it stood at the cut."""
        return {pupil: self._as_known(pupil, session) for pupil in self.work.classes[group]}

    def day(self, morning: int) -> tuple[Pupils, Pupils]:
        """The whole school's two sessions of a day as they stood at the cut."""
        am = {pupil: self._as_known(pupil, morning) for pupil in self.work.marks}
        pm = {pupil: self._as_known(pupil, morning + 1) for pupil in self.work.marks}
        return am, pm

    def _as_known(self, pupil: int, session: int) -> str:
        code = CODES[self.work.marks[pupil][session]]
        for number, change in self.changes.get((pupil, session), ()):
            if number < self.known:
                code = change.amended
        return code

    def reckoned(self) -> Reckoned:
        """Rates and the ten-week threshold of every pupil, all amendments counted."""
        return {pupil: self._reckon(pupil) for pupil in self.work.marks}

    def _reckon(self, pupil: int) -> tuple[int, int, int, int | None]:
        codes = [CODES[index] for index in self.work.marks[pupil]]
        for session in range(len(codes)):
            for _, change in self.changes.get((pupil, session), ()):
                codes[session] = change.amended
        bad = [self.work.weeks[n] for n, code in enumerate(codes) if code in UNAUTHORISED]
        tens = {
            week: sum(1 for found in bad if week - 10 < found <= week)
            for week in sorted(set(self.work.weeks))
        }
        first = next((week for week, count in tens.items() if count >= 10), None)
        return (
            sum(code in ATTENDED for code in codes),
            sum(code in AUTHORISED for code in codes),
            len(bad),
            first,
        )
