"""Evidence packs: what a pupil's case holds, for whom, with the proof beside it."""
