"""
The command line ``attendance``. Data on stdout, all else on stderr, exit codes that mean something.

``main`` is the console script. What a verb needs is imported when it is called, so that a
question about one mark does not wait for what only imports need.
"""

import atexit
import gc
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from delivery.cli.problems import Exit, told


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one call and give its exit code; ``arguments`` default to those typed."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # there are none; looking takes time
    gc.set_threshold(150_000, 20, 100)  # a short life: most of what is collected are imports
    if arguments is None:
        atexit.register(gc.freeze)  # what the process gives back anyway is not searched first
    try:
        from delivery.cli.calls import VERBS
        from delivery.cli.verbs import load

        load(typed)
        ended = _command(len(VERBS))(typed, prog_name="attendance", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except (KeyboardInterrupt, EOFError):
        return 130
    except Exception as problem:
        return told(problem, as_json="--json" in typed)
    return ended if isinstance(ended, int) else Exit.DONE


@cache
def _command(verbs: int) -> Callable[..., Any]:
    """The command of the so many ``verbs`` imported, made once for all calls of a process."""
    from typer.main import get_command

    from delivery.cli.app import app

    return get_command(app)
