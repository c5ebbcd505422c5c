"""Why somebody who came from a provider is not let in, and what they are told."""

from typing import ClassVar

_OF_US = frozenset(
    {
        "invalid_client",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
    }
)
_LATER = frozenset({"server_error", "temporarily_unavailable"})
_HERE = "With a name and password that you were given here, you can sign in below."


class NotProved(Exception):
    """
    What came back does not prove who somebody is.

    The exception's own words are for the server's log; ``sentence`` is for the person, with the
    provider's label in it.
    """

    status: ClassVar[int] = 403
    sentence: ClassVar[str] = "You were not let in: whoever looks after accounts here can say why."


class NotThere(NotProved):
    """The provider does not answer, or says that it cannot just now."""

    status = 503
    sentence = f"{{}} does not answer just now. Try again in a few minutes. {_HERE}"


class NotSetUp(NotProved):
    """The provider does not take what is in our file: a secret, an address, what we ask for."""

    status = 503
    sentence = (
        "Signing in with {} is not set up rightly here; it is nothing that you did. Please tell "
        f"whoever looks after accounts here. {_HERE}"
    )


class TurnedBack(NotProved):
    """They broke off at the provider, or it does not let them come here."""

    sentence = (
        "You came back from {} without having signed in there, or it does not let you come here. "
        "Try again; if it stays so, whoever looks after accounts there can say why."
    )


class NotOnTheWay(NotProved):
    """Nobody left for there from this browser, or too long ago, or they are back already."""

    sentence = (
        "That took too long, or you have come back already, or you began in another window. "
        "Please begin again."
    )


class NoAccount(NotProved):
    """They are who they say, and no account here is theirs. Of a disabled one nothing is said."""

    sentence = (
        "{} says who you are, but there is no account here for you. Whoever looks after accounts "
        "here can see to it."
    )


def refused(error: str, told: str | None) -> NotProved:
    """What a provider's error says, by its code. References: RFC 6749 4.1.2.1, 5.2."""
    kind = NotProved
    if error in _OF_US:
        kind = NotSetUp
    elif error in _LATER:
        kind = NotThere
    elif error == "access_denied":
        kind = TurnedBack
    return kind(f"the provider says {error}: {told or 'no more than that'}")
