"""What is on the disk for certain: the names in a folder, as files' own bytes are by ``fsync``."""

import os
from pathlib import Path


def settle(folder: Path) -> None:
    """Have the folder's names on disk, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
