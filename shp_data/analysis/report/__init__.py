"""The quarterly performance report as values, its check and its revisions."""
