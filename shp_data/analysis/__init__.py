"""Store -> figures: measures, change, trends, comparison and hotspots."""
