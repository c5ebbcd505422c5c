"""What each page is about, by its address; one that is not listed is about the whole school."""

from collections.abc import Mapping

from delivery.web.door.rules import Topic

_ABOUT = {
    "/{school}/registers": Topic.LISTED,
    "/{school}/pupils": Topic.LISTED,
    "/{school}/reports": Topic.FIGURES,
}


def topic_of(path: str, params: Mapping[str, object]) -> Topic:
    """The topic of the page at a route's address: a pupil's, a class's, or by the list above."""
    if "pupil" in params:
        return Topic.PUPIL
    if "group" in params:
        return Topic.CLASS
    return _ABOUT.get(path, Topic.SCHOOL)
