"""Schools, the policies they adopted, and how each code counts: what the other rows refer to."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Date, Integer, Text

from ledger.events import PolicyAdopted, SchoolOpened
from ledger.store import Page
from projections.context import Context
from projections.cutting import events_of
from projections.schema import column, key, perhaps, school_key, table
from projections.steps import Rows, Step

schools = table(
    "schools",
    "The schools of this database.",
    school_key(),
    column("name", Text(), "The name of the school."),
    column("phase", Text(), "Its phase, such as primary."),
    column("local_authority", Text(), "The local authority whose area it is in."),
    perhaps("trust", Text(), "The trust it belongs to, if any."),
)

policies = table(
    "policies",
    "The policy packs a school works under, each over the law from its day on.",
    school_key(),
    key("entry", Integer(), "The entry that adopted the pack."),
    column("pack", Text(), "The name of the pack."),
    column("starts", Date(), "The first day on which it applies."),
    column("sha256", Text(), "The hash of the pack's bytes as adopted."),
)


def project(pages: Sequence[Page], context: Context) -> Iterator[Step]:
    """The school and its packs, from the school's stream."""
    for recorded in events_of(pages, "school"):
        match recorded.event:
            case SchoolOpened() as event:
                named = (event.name, event.phase, event.local_authority, event.trust)
                yield Rows(schools, [(context.urn, *named)])
            case PolicyAdopted() as event:
                adopted = (event.pack, event.starts.isoformat(), event.sha256)
                yield Rows(policies, [(context.urn, recorded.entry, *adopted)])
            case _:
                pass
