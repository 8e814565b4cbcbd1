"""The store of records: intake writes to it and analysis reads from it. It is their only connection."""
