"""How a call ends: what the process gives back anyway is not searched first."""

import subprocess
import sys

SEEN_AT_THE_END = """
import atexit, gc
atexit.register(lambda: print(gc.get_freeze_count() > 0))
from delivery.cli import main
main({arguments})
"""


def at_the_end(arguments: str) -> str:
    script = SEEN_AT_THE_END.format(arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-c", script, "--version"], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


def test_a_call_that_was_typed_leaves_its_memory_to_the_system() -> None:
    assert at_the_end("") == "True"


def test_one_made_within_another_program_leaves_that_program_as_it_was() -> None:
    assert at_the_end("['--version']") == "False"
