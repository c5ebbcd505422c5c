"""Setting up a ledger: init."""

from pathlib import Path
from typing import Annotated

import typer

from delivery.cli.app import app
from delivery.cli.calls import ACT, Call, verb


@verb(app, "init", tuple(one for one in ACT if one[0] != "school"))
def init(call: Call, trust: Annotated[Path, typer.Argument(metavar="TRUST.toml")]) -> None:
    """Set up a ledger from one file.

    Schools, calendars, register times, staff and policy packs. Again with a changed file, only
    what is new is recorded.
    """
    from delivery import acts
    from delivery.bootstrap import desk
    from delivery.cli.doing import say
    from delivery.importers.trust import trust_file

    described = trust_file(trust)
    with acts.trial(call.db) if call.dry_run else desk(call.db, create=True) as at:
        done = acts.init(
            at, described, call.person, home=trust.parent, key=call.key, dry_run=call.dry_run
        )
        say(call, "init", done)
