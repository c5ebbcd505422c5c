"""What each page is about, by its address; one that is not listed is about the whole school."""

from collections.abc import Mapping

from delivery.web.door.rules import Topic

_ABOUT = {
    "/{school}/registers": Topic.LISTED,
    "/{school}/pupils": Topic.LISTED,
    "/{school}/reports": Topic.FIGURES,
    "/{school}/reports/board": Topic.FIGURES,
    "/{school}/audit/verify": Topic.LEDGER,
    "/{school}/audit": Topic.PEOPLE,
    "/{school}/data": Topic.ITS_OWN,
    "/{school}/feed": Topic.ITS_OWN,
    "/{school}/ask": Topic.ITS_OWN,
    "/{school}/ask/{question:path}": Topic.ITS_OWN,
}
_CASES = {
    "/{school}/pupils/{pupil}/history",
    "/{school}/pupils/{pupil}/pack",
    "/{school}/pupils/{pupil}/letters/{kind}",
    "/{school}/pupils/{pupil}/letters/{kind}/look",
}
"""Pages of one pupil that tell more than the register and what follows from it."""


def topic_of(path: str, params: Mapping[str, object]) -> Topic:
    """The topic of the page at a route's address: a pupil's, a class's, or by the list above."""
    if "pupil" in params:
        return Topic.CASE if path in _CASES else Topic.PUPIL
    if "group" in params:
        return Topic.CLASS
    return _ABOUT.get(path, Topic.SCHOOL)
