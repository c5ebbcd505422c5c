"""The pages of whoever looks after the record: audit, retention, data, settings."""

import json
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from delivery.dashboards import TABLES, queries
from delivery.usage import Usage
from delivery.web.asking import offered, questions
from delivery.web.cases import moment_of
from delivery.web.door.verifications import Verifications, Verified
from delivery.web.facts import Telling
from delivery.web.field_words import happened, title
from delivery.web.here import Here
from delivery.web.site import AsOf, Day, Its
from ledger.policy import check
from ledger.retention.certified import standing as gone_wrong
from ledger.store import ActRow
from ledger.store.verify import verify
from projections.dictionary import every
from projections.retention import planned

routes = APIRouter(include_in_schema=False)
MOST_STORED = 20_000
"""Characters of an entry as it is stored that are shown."""
PAGE = 100
"""Acts on a page of the activity."""


@routes.get("/{school}/audit")
def audit(
    site: Its, school: int, asof: AsOf = None, before: Annotated[int | None, Query(gt=1)] = None
) -> Response:
    """What was done, the newest first; and everything else an auditor looks at."""
    with site.at(school, asof) as here:
        last = min(here.view.entry, (before or here.view.entry + 1) - 1)
        acts = list(_newest(here, last))
        return site.page("audit", here, acts=acts, before=acts[-1].first if acts else 0)


@routes.get("/{school}/entries/{entry}")
def entry(site: Its, school: int, entry: int, asof: AsOf = None) -> Response:
    """One entry: what it says, who made it, in which act."""
    with site.at(school, asof) as here:
        if not 1 <= entry <= here.view.entry:
            raise Usage(f"The ledger of school {school} has {here.view.entry:,} entries.")
        act = next(here.view.ledger.acts(entry, entry))
        found = next(iter(here.view.ledger.entries(entry - 1, entry)), None)
        if found is None:
            raise Usage(f"What entry {entry:,} said is gone, under a certificate of its disposal.")
        here.reads(getattr(found.event, "pupil", 0) or 0, "/{school}/entries/{entry}")
        telling, stored = Telling(here, found.event), found.event.model_dump(mode="json")
        return site.page(
            "entry",
            here,
            act=act,
            found=found,
            pupil=telling.pupil,
            title=title(found.event),
            happened=happened(found.event),
            facts=telling.facts(),
            stored=json.dumps(stored, indent=2, ensure_ascii=False)[:MOST_STORED],
        )


@routes.get("/{school}/audit/verify")
def verified(site: Its, school: int) -> Response:
    """Every entry recomputed from what is stored."""
    with site.at(school, None) as here:
        verdict = verify(here.view.ledger)
        wrong = list(gone_wrong(here.view.ledger))
        if site.door.book is not None:
            now, first_bad = site.door.desk.clock(), verdict.first_bad or min(wrong, default=None)
            found = Verified(now, verdict.entries, verdict.root, first_bad)
            Verifications(site.door.book).add(site.door.now(), site.visitor.who, here.urn, found)
        return site.page("verified", here, verdict=verdict, wrong=wrong)


@routes.get("/{school}/audit/retention")
def retention(site: Its, school: int, asof: AsOf = None, on: Day = None) -> Response:
    """What may be disposed of, what is held, what was asked for."""
    with site.at(school, asof) as here:
        found = planned(here.view, on or moment_of(here).date())
        return site.page("retention", here, found=found, back=f"/{school}/audit/retention")


@routes.get("/{school}/data")
def data(site: Its, school: int, asof: AsOf = None) -> Response:
    """What there is to build on: questions, the feed, the tables with every column."""
    with site.at(school, asof) as here:
        listed = [(words, title) for words, title, _ in offered(here, questions())]
        star = [name for name in TABLES if name != "v1_dim_pupil_named"]
        return site.page(
            "data", here, questions=listed, tables=every(), star=star, ready=queries.every()
        )


@routes.get("/{school}/settings")
def settings(site: Its, school: int, asof: AsOf = None) -> Response:
    """What the school decided: times, calendar, people, delegations, policy; what is stale."""
    with site.at(school, asof) as here:
        held = here.view.school
        day = moment_of(here).date()
        rules = held.rules_on(day)
        findings = check(held.policy, day, {one.pack: one.sha256 for one in held.packs})
        staff = sorted({one.staff for one in held.appointments})
        people = [(one, held.person_on(one, day)) for one in staff]
        return site.page(
            "settings",
            here,
            day=day,
            times=sorted(held.times, key=lambda one: one.starts),
            years=held.calendars,
            closures=held.closures,
            people=people,
            delegations=held.delegations,
            names={id_: person.name for id_, person in people if person},
            packs=held.packs,
            values=sorted(rules.values.items()),
            parameters=rules.parameters,
            findings=findings,
            back=f"/{school}/settings",
        )


def _newest(here: Here, last: int) -> Iterator[ActRow]:
    """The acts up to an entry, the newest first."""
    left = PAGE
    while last >= 1 and left:
        act = next(here.view.ledger.acts(last, last))
        yield act
        last, left = act.first - 1, left - 1
