"""
Taking files in: pupils and marks, of one school or of several in one file.

The command line and the demonstration both call these; none of them prints.
"""

from delivery.imports.marks import MarksTakenIn, import_marks
from delivery.imports.pupils import PupilsTakenIn, import_pupils
from delivery.imports.schools import BadRow

__all__ = ["BadRow", "MarksTakenIn", "PupilsTakenIn", "import_marks", "import_pupils"]
