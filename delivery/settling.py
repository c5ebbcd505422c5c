"""What is on the disk for certain: bytes of files, and the names that folders have for them."""

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


def sync(path: Path) -> None:
    """What was written to a file, or the names in a folder, onto the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def replace(rough: Path, path: Path) -> None:
    """
    Let a file that is whole take the place of another, for certain.

    Its bytes are on the disk before it has the name, and the name before this comes back: after a
    power cut there is the one or the other, and never one without its bytes.
    """
    sync(rough)
    rough.replace(path)
    settle(path.parent)
