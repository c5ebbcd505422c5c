"""Files for somebody outside: each the same bytes whenever it is asked for at one entry."""

from delivery.exports.made import Export

__all__ = ["Export"]
