"""
Taking files in: pupils and marks, of one school or of several in one file.

The command line and the demonstration both call these; none of them prints.
"""
