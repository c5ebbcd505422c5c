"""Files of other systems than a table of ours, each read into the same rows."""
