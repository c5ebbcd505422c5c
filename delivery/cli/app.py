"""The command line ``attendance``: its verbs, and the options that may stand before them."""

from typing import Annotated

import typer

from delivery.cli.calls import AS, DB, SCHOOL

HELP = """\
The attendance register of a school in England, kept so that nothing in it is ever lost.

Start with 'attendance demo'. Every option may also stand after the verb.
"""

app = typer.Typer(
    name="attendance",
    help=HELP,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"attendance {version('attendance-ledger')}")
        raise typer.Exit


@app.callback()
def before(
    context: typer.Context,
    db: DB = None,
    school: SCHOOL = None,
    person: AS = None,
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_version, help="Which version this is."),
    ] = False,
) -> None:
    """Remember what stands before the verb."""
    context.obj = {"db": db, "school": school, "person": person}


def group(name: str, help_text: str) -> typer.Typer:
    """A noun with verbs of its own, such as ``import``."""
    made = typer.Typer(name=name, help=help_text, rich_markup_mode=None, no_args_is_help=True)
    app.add_typer(made)
    return made
