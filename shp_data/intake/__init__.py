"""Files to store: readers for each format, cleaning, placing on the map and reconciliation."""
