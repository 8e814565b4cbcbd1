"""Where things are, which the environment can set, and the limits that protect the machine, the same for all."""

from __future__ import annotations

import os
import re
from pathlib import Path

from shp_data.domain.errors import SettingsError

ROOT = Path(__file__).resolve().parents[2]
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
    """The partnership.toml in use: SHP_PARTNERSHIP, its folder or itself, else the one beside the code."""
    given = Path(os.environ.get("SHP_PARTNERSHIP", ROOT)).absolute()
    return given if given.suffix == ".toml" else given / "partnership.toml"


def boundaries_dir() -> Path:
    """The boundary layers and populations: the folder `boundaries` beside the partnership.toml in use."""
    return partnership_file().parent / "boundaries"


def store_dir() -> Path:
    """Where the partnership's own records are kept: SHP_STORE, else `store/` beside its partnership.toml."""
    return Path(os.environ.get("SHP_STORE", partnership_file().parent / "store"))


def sample_store_dir() -> Path:
    """Where the store made from the sample is kept: SHP_SAMPLE_STORE, else `.sample_store/` beside the code."""
    return Path(os.environ.get("SHP_SAMPLE_STORE", ROOT / ".sample_store"))


def max_sessions() -> int:
    """How many viewers a hosted server process serves at once: SHP_MAX_SESSIONS, else 100. Raises SettingsError."""
    value = os.environ.get("SHP_MAX_SESSIONS", "100")
    if not value.isdecimal() or int(value) < 1:
        raise SettingsError(f"SHP_MAX_SESSIONS is {value!r}: expected a whole number of viewers, 1 or more")
    return int(value)


def frame_ancestors() -> str:
    """Which pages may frame a hosted dashboard: SHP_FRAME_ANCESTORS, their addresses apart by spaces, else none.

    Raises SettingsError.
    """
    value = os.environ.get("SHP_FRAME_ANCESTORS", "").split()
    for origin in value:
        if not re.fullmatch(r"https?://[\w*.-]+(:\d+)?", origin):
            raise SettingsError(
                f"SHP_FRAME_ANCESTORS holds {origin!r}: expected addresses as https://intranet.example, without a path"
            )
    return " ".join(value) or "'none'"
