"""A school's year played in one process on a virtual clock, with faults drawn at every commit."""
