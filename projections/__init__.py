"""What the entries add up to: one module per read model, with its questions."""
