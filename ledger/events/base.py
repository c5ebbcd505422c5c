"""What every event says of itself, and how an old one is read as a new one."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

from ledger.kinds import Frozen, Instant, Person

MODULES = (
    *("register", "pupil", "school", "leave", "absence", "evidence", "support", "letter"),
    *("penalty", "penalty_notice", "improvement", "returns", "elsewhere", "retention"),
)
"""The modules of this package that hold events; those most asked for first."""

_BY_TOPIC: dict[str, type["Event"]] = {}


class Event(Frozen):
    """
    Something that happened, and by whom and when it was made.

    ``TOPIC`` is the stored name; ``VERSION`` counts the shapes it has had. The stream an
    event belongs to follows from its own fields (``stream``). ``made_by`` and ``made_at``
    are the same for every event of one act and are stored once, with the act.
    """

    TOPIC: ClassVar[str]
    VERSION: ClassVar[int] = 1
    UPCASTS: ClassVar[dict[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
    STREAM_FIELDS: ClassVar[frozenset[str]] = frozenset()
    """Fields that the stream's id already says; they are not stored again."""

    made_by: Person
    made_at: Instant

    @property
    def stream(self) -> str:
        """The id of the stream this event belongs to."""
        raise NotImplementedError

    @classmethod
    def said_by_stream(cls, stream: str) -> dict[str, Any]:
        """The values of ``STREAM_FIELDS``, read back from the stream's id."""
        return {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        topic = cls.__dict__.get("TOPIC")
        if topic is None:
            return  # a base that other events share fields through
        assert topic not in _BY_TOPIC, f"two events are stored as {topic}"
        _BY_TOPIC[topic] = cls


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place: the entry number in the school, the version in its stream."""

    entry: int
    stream: str
    version: int
    event: Event


def by_topic(topic: str) -> type[Event]:
    """The event class stored under ``topic``. Raises ``KeyError`` for an unknown one."""
    for module in MODULES:
        if topic in _BY_TOPIC:
            break
        import_module(f"ledger.events.{module}")
    return _BY_TOPIC[topic]


def topics() -> dict[str, type[Event]]:
    """Every stored name with its class."""
    for module in MODULES:
        import_module(f"ledger.events.{module}")
    return dict(_BY_TOPIC)


def upcast(cls: type[Event], version: int, fields: dict[str, Any]) -> dict[str, Any]:
    """
    Bring the fields of an older shape up to the present one, step by step.

    The stored bytes never change; what was not asked for then stays unknown now.
    """
    while version < cls.VERSION:
        fields = cls.UPCASTS[version](fields)
        version += 1
    return fields
