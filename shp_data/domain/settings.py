"""Where things are, and the limits that protect the machine. Each can be set in the environment."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOUNDARIES = ROOT / "boundaries"
SAMPLE = ROOT / "sample_data" / "incidents.parquet"
SAMPLE_FIGURES = ROOT / "sample_data" / "reported_2020_21.csv"

# Limits on what a file may hold: beyond them it is refused with one clear error.
MAX_FILE_BYTES = 4 * 1024**3
MAX_ZIP_MEMBERS = 5_000
MAX_ZIP_RATIO = 200  # a street-level month shrinks about five-fold
MAX_FIELD_CHARACTERS = 100_000
MAX_COLUMNS = 500
MAX_WORKBOOK_BYTES = 600 * 1024**2  # unpacked; a workbook is held in memory whole, a CSV is not


def partnership_file() -> Path:
    """The partnership.toml in use: SHP_PARTNERSHIP, else the one beside the code."""
    return Path(os.environ.get("SHP_PARTNERSHIP", ROOT / "partnership.toml"))


def store_dir() -> Path:
    """Where the partnership's own records are kept: SHP_STORE, else `store/` beside the code."""
    return Path(os.environ.get("SHP_STORE", ROOT / "store"))


def sample_store_dir() -> Path:
    """Where the store made from the sample is kept: SHP_SAMPLE_STORE, else `.sample_store/` beside the code."""
    return Path(os.environ.get("SHP_SAMPLE_STORE", ROOT / ".sample_store"))
