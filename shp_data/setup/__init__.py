"""Another partnership's folder: ward boundaries and populations -> partnership.toml and boundaries/."""
