"""The folder of another partnership, built from ward boundaries and populations."""
