"""What an audit of amendments reckons with: whole numbers, nothing else."""

from ledger.audit.chance import odds, raised, tail
from ledger.audit.decisions import decisions

__all__ = ["decisions", "odds", "raised", "tail"]
