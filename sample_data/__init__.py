"""The synthetic sample that ships with the dashboard, and how it is made: see README.md."""
