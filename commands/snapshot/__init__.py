"""A file of marks against what the ledger knows, as columns: no object per mark.

The marks of a session are a ``bytearray`` over the pupils' numbers, each byte the small
number of a code, so that an unchanged session is one comparison.
"""
