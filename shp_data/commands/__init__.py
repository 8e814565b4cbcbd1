"""The commands of `python -m shp_data`, one module each: `add` says its options, and its answer is the exit code."""
