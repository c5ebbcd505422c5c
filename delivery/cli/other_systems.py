"""The options that explain another system's file: its numbers of pupils and codes, its layout."""

from pathlib import Path
from typing import Annotated

import typer

People = Annotated[
    Path | None,
    typer.Option("--people", help="Whose UPN each of the system's own numbers is: columns id,upn."),
]
OwnCodes = Annotated[
    Path | None,
    typer.Option("--codes", help="The system's own file of codes, for its numbers of them."),
]
Across = Annotated[
    Path | None, typer.Option("--layout", help="How a register printed across is laid out.")
]
