"""The quarterly report: its tables, its paper and its files."""
