"""England on paper: what the measured figures of a trust come to for every school there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHOOLS, PUPILS = 24_450, 9_000_000
"""Schools of every kind in England, and their pupils, in round figures."""
SESSIONS, YEARS = 380, 6
WINDOW = 600
"""Seconds within which every register of a morning is taken."""
CORES, BUSY = 8, 0.5
"""A server's cores, and the share of them that the morning may take."""


@dataclass(frozen=True)
class England:
    """The arithmetic, from bytes a mark, pupils a register and processor time a register."""

    ledger: float
    read_models: float
    pupils_a_register: float
    register: float
    rebuilt: float

    @classmethod
    def of(cls, measured: Mapping[str, Any]) -> "England":
        """From what ``measured.json`` holds: the slower of the mornings decides."""
        sizes, mornings = measured["sizes"], mornings_of(measured)
        alone = measured["rebuild"]["alone"]
        return cls(
            ledger=sizes["ledger"] / sizes["marks"],
            read_models=sizes["read_models"] / sizes["marks"],
            pupils_a_register=mornings[0]["marks"] / mornings[0]["registers"],
            register=max(one["cpu"] + one["server_cpu"] for one in mornings),
            rebuilt=sum(one["cpu"] + one["server_cpu"] for one in alone)
            / sum(one["marks"] for one in alone),
        )

    @property
    def marks_a_year(self) -> int:
        return PUPILS * SESSIONS

    @property
    def registers(self) -> float:
        """Of one session."""
        return PUPILS / self.pupils_a_register

    @property
    def a_second(self) -> float:
        return self.registers / WINDOW

    @property
    def cores(self) -> float:
        """Wholly taken by the morning's registers."""
        return self.a_second * self.register

    @property
    def servers(self) -> int:
        return -int(-self.cores // (CORES * BUSY))

    def lines(self) -> list[tuple[str, str, str]]:
        """What, how it is reckoned, and what it comes to."""
        marks, six = self.marks_a_year, self.marks_a_year * YEARS
        both = self.ledger + self.read_models
        minute = self.registers / (WINDOW / 60)
        hours = six * self.rebuilt / 3600
        return [
            ("marks a year", f"{PUPILS:,} pupils × {SESSIONS} sessions", f"{marks / 1e9:.2f} bn"),
            ("entries kept, six years", f"{marks / 1e9:.2f} bn × {YEARS}", f"{six / 1e9:.1f} bn"),
            ("the ledgers, a year", f"× {self.ledger:.1f} bytes",
             f"{marks * self.ledger / 1e9:,.0f} GB"),
            ("… six years", f"× {YEARS}", f"{six * self.ledger / 1e12:.2f} TB"),
            ("with every read model, six years", f"{six / 1e9:.1f} bn × {both:.0f} bytes",
             f"{six * both / 1e12:.2f} TB"),
            ("a school at the mean, six years", f"÷ {SCHOOLS:,} schools",
             f"{six * both / SCHOOLS / 1e6:,.0f} MB"),
            ("registers of a session", f"{PUPILS:,} ÷ {self.pupils_a_register:.1f} a register",
             f"{self.registers:,.0f}"),
            ("registers a minute at nine", f"÷ {WINDOW // 60} minutes", f"{minute:,.0f}"),
            ("registers a second", "÷ 60", f"{self.a_second:,.0f}"),
            ("cores that these fill, without HTTP",
             f"× {1000 * self.register:.1f} ms of the processor",
             f"{self.cores:.1f}"),
            (f"servers of {CORES} cores, half filled", f"÷ ({CORES} × {BUSY})", f"{self.servers}"),
            ("schools a server", f"{SCHOOLS:,} ÷ {self.servers}", f"{SCHOOLS / self.servers:,.0f}"),
            ("every read model made anew", f"{six / 1e9:.1f} bn × {1e6 * self.rebuilt:.1f} µs",
             f"{hours:,.0f} hours of a core"),
            ("… on those servers", f"÷ ({self.servers} × {CORES})",
             f"{hours / (self.servers * CORES):.1f} hours"),
        ]  # fmt: skip


def mornings_of(measured: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The mornings that were measured, the slowest arrivals first."""
    found = [one for name, one in measured.items() if name.startswith("peak-")]
    return sorted(found, key=lambda one: float(one["a_second"]))
