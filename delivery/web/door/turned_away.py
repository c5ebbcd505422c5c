"""Whoever is not let in: the few refusals that are of the door and not of the ledger."""

from typing import ClassVar


class TurnedAway(Exception):
    """Somebody is not let in: an HTTP status, a stable code and a sentence."""

    status: ClassVar[int] = 403
    code: ClassVar[str]
    sentence: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.sentence)


class SignInNeeded(TurnedAway):
    """Nobody is signed in, or the session ended."""

    status = 401
    code = "sign-in-needed"
    sentence = "Sign in first: nobody is, or it was too long ago."


class NotYoursToSee(TurnedAway):
    """The school is theirs to look at, but not this."""

    code = "not-yours-to-see"
    sentence = "Your account does not show this. Whoever looks after accounts can say why."


class NotYoursToDo(TurnedAway):
    """The account reads and changes nothing, or does not act as the person named."""

    code = "not-yours-to-do"
    sentence = "Your account may not do this: it only reads, or it does not act as that person."


class FormOutOfDate(TurnedAway):
    """A form without the token that its page was given."""

    code = "form-out-of-date"
    sentence = "This form is out of date: open its page again. Nothing was done."


class TokenUnknown(TurnedAway):
    """A machine's token that is not good, or no longer."""

    status = 401
    code = "token-unknown"
    sentence = "This token is not known here, or it is no longer good."


class PasswordToChange(TurnedAway):
    """Signed in with the password of the first time: choose one first."""

    code = "password-to-change"
    sentence = "Choose a password of your own first."


class NotSecure(TurnedAway):
    """Asked without TLS where sign-in is needed: what is sent could be read on the way."""

    code = "not-secure"
    sentence = "Ask over https: what is sent here must not be read on the way."
