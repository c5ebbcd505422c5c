"""Every entry as it is recorded, for other programs: one source, told as CloudEvents."""
