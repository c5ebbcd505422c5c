"""The ledger in a browser and over HTTP: the same answers, acts and refusals as typed."""
