"""Returns to the local authority: what is owed, reckoned from the ledger, and what was made."""

from ledger.returns.absence import Illness, Marks, Run, Told, attendance_owed, sickness_owed
from ledger.returns.backups import Backup, backups
from ledger.returns.irregular import irregular
from ledger.returns.particulars import held_of, particulars
from ledger.returns.plan import BACK, plan_fall_owed
from ledger.returns.roll import deletions_owed, new_pupils_owed
from ledger.returns.state import Owed, Returns, deadline

__all__ = [
    "BACK",
    "Backup",
    "Illness",
    "Marks",
    "Owed",
    "Returns",
    "Run",
    "Told",
    "attendance_owed",
    "backups",
    "deadline",
    "deletions_owed",
    "held_of",
    "irregular",
    "new_pupils_owed",
    "particulars",
    "plan_fall_owed",
    "sickness_owed",
]
