"""Looking after a ledger: rebuild, doctor, policy check, and the demonstration."""

from pathlib import Path
from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app, group
from delivery.cli.calls import OUTPUT, WHEN, WHERE, Call, note, verb
from delivery.cli.problems import Exit
from delivery.cli.sealing import HERE, KEYS

policy = group("policy", "The rules the school works under.")


@verb(policy, "check", (*WHERE, WHEN[0], *OUTPUT))
def policy_check(
    call: Call,
    pack: Annotated[
        str | None, typer.Argument(metavar="[PACK]", help="A name or FILE.toml; else the school's.")
    ] = None,
    on: Annotated[
        Any, typer.Option("--on", parser=parse.date, metavar="DATE", help="As at that day.")
    ] = None,
) -> None:
    """What in a policy a person should look at.

    What is stale, overtaken by a later law or not allowed. Exit 8 if anything is. With --asof,
    under the packs that had been adopted then.
    """
    from delivery.bootstrap import desk, now
    from delivery.cli.asking import entry_of, moment_of
    from delivery.render import checks, envelope
    from ledger.calendar.london import london
    from ledger.policy import check, load

    day = on or london(now()).date()
    school = upto = None
    if pack is not None:
        rules, adopted = load(pack), {}
    else:
        from ledger.school import SCHOOL_EVENTS, School

        with desk(call.db) as at:
            ledger = at.ledger(call.school)
            school = ledger.school
            upto = entry_of(ledger, call.asof)
            day = on or london(moment_of(call, ledger)).date()
            told = [one.event for one in ledger.stream("school", upto)]
        held = School.fold(event for event in told if isinstance(event, SCHOOL_EVENTS))
        rules, adopted = held.policy, {one.pack: one.sha256 for one in held.packs}
    found = check(rules, day, adopted)
    if call.as_json:
        answer = {"on": day, "sha256": rules.sha256, "findings": found}
        asof = None if upto is None else {"entry": upto}
        made = envelope.answer("policy check", answer, school=school, asof=asof, policy=rules.name)
        call.write(envelope.document(made))
    elif call.as_csv:
        call.write(checks.findings_csv(found))
    else:
        call.write(checks.findings_text(rules.name, day, found))
    if found:
        raise typer.Exit(Exit.FINDINGS)


@verb(app, "rebuild", WHERE)
def rebuild(
    call: Call,
    *,
    workers: Annotated[
        int,
        typer.Option("--workers", min=1, metavar="N", help="Schools side by side; PostgreSQL."),
    ] = 1,
) -> None:
    """Compute anew what is computed from the entries."""
    from delivery.bootstrap import desk
    from delivery.cli.progress import counting
    from delivery.rebuilding import may_be_side_by_side, side_by_side
    from delivery.usage import Usage

    if workers > 1 and not may_be_side_by_side(call.db):
        raise Usage("--workers is for PostgreSQL: SQLite lets one process write at a time.")
    with desk(call.db) as at:
        ledgers = at.ledgers(call.school)
        if workers > 1:
            schools = [ledger.school for ledger in ledgers]
            with counting("Schools", len(schools)) as told:
                for done, (school, entry) in enumerate(side_by_side(at, schools, workers), 1):
                    told(done)
                    note(f"School {school}: rebuilt from {entry:,} entries.")
            return
        for ledger in ledgers:
            with counting(f"School {ledger.school}", ledger.size()) as told:
                entry = at.rebuild(ledger, told)
            note(f"School {ledger.school}: rebuilt from {entry:,} entries.")


@verb(app, "doctor", (*WHERE, *OUTPUT))
def doctor(
    call: Call,
    *,
    keys: KEYS = HERE,
    computed: Annotated[
        bool, typer.Option("--computed", help="Only whether all is there and computed rightly.")
    ] = False,
) -> None:
    """Is all well with the ledger?

    Engine and settings, guards, log, what is computed held against the same computed anew,
    clocks, back-ups, holds, keys, disk. Exit 8 if anything is wrong.
    """
    from delivery.bootstrap import desk
    from delivery.render import checks, envelope
    from projections.doctor import doctor as examine

    with desk(call.db) as at:
        found = [examine(at.at(ledger).runner, ledger) for ledger in at.ledgers(call.school)]
        if not computed:
            from delivery.examination import examine as around

            found = [
                one.model_copy(update={"checks": (*one.checks, *around(at.at(of), of, keys))})
                for one, of in zip(found, at.ledgers(call.school), strict=True)
            ]
    faults = [fault for one in found for fault in one.findings]
    if call.as_json:
        answer = {
            "healthy": not faults,
            "schools": [one.model_dump(mode="json", exclude={"header"}) for one in found],
        }
        made = envelope.answer("doctor", answer, school=call.school, asof=None, policy=None)
        call.write(envelope.document(made))
    else:
        call.write((checks.doctor_csv if call.as_csv else checks.doctor_text)(found))
    if faults:
        raise typer.Exit(Exit.FINDINGS)


@verb(app, "roles", OUTPUT[2:])
def roles(
    call: Call,
    *,
    schools: Annotated[
        list[int] | None,
        typer.Option("--for", metavar="URN", help="A role of its own for a school's logins."),
    ] = None,
) -> None:
    """The SQL that makes the roles on PostgreSQL.

    For whoever administers the server: pipe it into psql. Run again it changes nothing.
    """
    from ledger.store.roles import statements
    from projections.guarding import computed

    call.write(";\n".join(statements(computed(), schools or ())) + ";")


@verb(app, "demo", WHERE[:1])
def demo(
    call: Call,
    *,
    folder: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path("attendance-demo"),
) -> None:
    """Build the demonstration and show what is found.

    Invented trusts and their nightly exports are written to DIR (./attendance-demo), taken in
    to DIR/attendance.db, and shown.
    """
    from delivery.demo.run import run

    run(folder, call.said_db)
