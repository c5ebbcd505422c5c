"""The file ends of the importers: what a school's files look like, made into plain rows."""
