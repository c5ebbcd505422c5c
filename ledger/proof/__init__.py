"""What a stranger can check: one Merkle log per school, over salted commitments."""
