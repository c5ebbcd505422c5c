"""Accounts as a table: what each is for."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from delivery.render.receipts import london
from delivery.render.table import table

if TYPE_CHECKING:
    from delivery.web.door.accounts import Account
    from delivery.web.door.sessions import Token


def text(accounts: "Sequence[tuple[Account, list[Token]]]", now: int) -> str:
    """One line an account, and one for each of its tokens that is still good."""
    if not accounts:
        return "There is no account yet."
    rows = []
    for one, tokens in accounts:
        what = ", ".join((*((f"staff {one.staff}",) if one.staff else ()), *one.roles))
        schools = "all" if one.schools is None else ", ".join(map(str, sorted(one.schools)))
        state = "disabled" if one.disabled else ("first password" if one.must_change else "")
        named = f"{len(one.pupils)}" if one.pupils else ""
        rows.append((one.login, what, schools, named, "yes" if one.names else "", state))
        for each in tokens:
            if not each.ended and now < each.expires_at:
                until = dt.datetime.fromtimestamp(each.expires_at, dt.UTC).date()
                only = ", ".join(each.questions) if each.questions else "every question"
                rows.append(("", f"token {each.id}", only, "", "", f"until {until}"))
    return table(("account", "for", "schools", "pupils", "names granted", ""), rows)


def comings_text(comings: Sequence[tuple[int, str, str, str]]) -> str:
    """One line a coming."""
    if not comings:
        return "Nobody has come yet."
    rows = [
        (london(dt.datetime.fromtimestamp(at, dt.UTC)), login, what, address)
        for at, login, what, address in comings
    ]
    return table(("at", "name", "what", "from"), rows)
