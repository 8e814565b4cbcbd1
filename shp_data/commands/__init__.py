"""The commands of `python -m shp_data`, one module each: `add` adds a command that returns the exit code."""
