"""Rows of incident records: cleaned, placed, judged and reconciled."""
