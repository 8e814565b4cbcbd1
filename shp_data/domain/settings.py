"""File locations, which the environment can set, and fixed limits that protect the machine."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

from shp_data.domain.errors import SettingsError

_store_in_use: ContextVar[Path | None] = ContextVar("store_in_use", default=None)

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_data" / "incidents.parquet"
AUTHORITY_POPULATIONS = ROOT / "boundaries" / "authority_populations.csv"
SAMPLE_FIGURES = ROOT / "sample_data" / "reported_2020_21.csv"

# Limits on the content of a file. A file beyond them is refused with one clear error.
MAX_FILE_BYTES = 4 * 1024**3
MAX_ZIP_MEMBERS = 5_000
MAX_ZIP_RATIO = 200  # a street-level month shrinks about five-fold
MAX_FIELD_CHARACTERS = 100_000
MAX_COLUMNS = 500
MAX_WORKBOOK_BYTES = 600 * 1024**2  # unpacked; a whole workbook is in memory, a CSV is not


def find_partnership_file() -> Path:
    """Find the partnership.toml in use.

    SHP_PARTNERSHIP names the file or its folder. Otherwise it is the file in the folder of the code.
    """
    # Absolute, because a command may change the working folder before the file is read.
    path = Path(os.environ.get("SHP_PARTNERSHIP", ROOT)).absolute()
    return path if path.suffix == ".toml" else path / "partnership.toml"


def find_boundaries_dir() -> Path:
    """Find the folder `boundaries`, in the same folder as the partnership.toml in use."""
    return find_partnership_file().parent / "boundaries"


def find_store_dir() -> Path:
    """Find the folder of the records in use: that of `use_store`, else the partnership's own."""
    return get_store_in_use() or find_own_store_dir()


def get_store_in_use() -> Path | None:
    """Return the folder of `use_store`; None where the partnership's own is in use."""
    return _store_in_use.get()


def find_own_store_dir() -> Path:
    """Find the folder of the partnership's own records: SHP_STORE, else `store/` next to partnership.toml."""
    return Path(os.environ.get("SHP_STORE", find_partnership_file().parent / "store"))


@contextlib.contextmanager
def use_store(store: Path | None) -> Iterator[None]:
    """Use another folder of records for a while, such as for one command; None changes nothing."""
    token = _store_in_use.set(store or _store_in_use.get())
    try:
        yield
    finally:
        _store_in_use.reset(token)


def find_sample_store_dir() -> Path:
    """Find the folder of the sample store: SHP_SAMPLE_STORE, else `.sample_store/` in the folder of the code."""
    return Path(os.environ.get("SHP_SAMPLE_STORE", ROOT / ".sample_store"))


def read_max_sessions() -> int:
    """Read how many viewers a hosted server serves at once: SHP_MAX_SESSIONS, else 100. Raises SettingsError."""
    return _read_number("SHP_MAX_SESSIONS", 100, "viewers")


def read_max_sessions_per_address() -> int:
    """Read how many pages people who are not signed in may have open from one address.

    SHP_MAX_SESSIONS_PER_ADDRESS, else 20. Raises SettingsError.
    """
    return _read_number("SHP_MAX_SESSIONS_PER_ADDRESS", 20, "pages")


def read_idle_seconds() -> float:
    """Read after how many seconds without a click a page is closed.

    SHP_IDLE_MINUTES, in minutes, else 120. Raises SettingsError.
    """
    return _read_number("SHP_IDLE_MINUTES", 120, "minutes") * 60


def read_upload_limits() -> tuple[int, int]:
    """Read how many bytes of uploads one session, and all of them, may hold on a hosted server.

    SHP_MAX_SESSION_UPLOADS and SHP_MAX_SERVER_UPLOADS, in MB, else 600 and 3,000. Raises SettingsError.
    """
    return (
        _read_number("SHP_MAX_SESSION_UPLOADS", 600, "MB") * 1024**2,
        _read_number("SHP_MAX_SERVER_UPLOADS", 3000, "MB") * 1024**2,
    )


def _read_number(name: str, default: int, unit: str) -> int:
    """Read a whole number from the environment. Raises SettingsError."""
    value = os.environ.get(name, str(default))
    if not value.isdecimal() or int(value) < 1:
        raise SettingsError(f"{name} is {value!r}: expected a whole number of {unit}, 1 or more")
    return int(value)


def read_frame_ancestors() -> str:
    """Read which pages may frame a hosted dashboard.

    SHP_FRAME_ANCESTORS has their addresses, separated by spaces. If it is not set, no page may. Raises
    SettingsError.
    """
    # Checked here, because a browser would ignore a wrong address without a message.
    origins = os.environ.get("SHP_FRAME_ANCESTORS", "").split()
    for origin in origins:
        if not re.fullmatch(r"https?://[\w*.-]+(:\d+)?", origin):
            raise SettingsError(
                f"SHP_FRAME_ANCESTORS has {origin!r}; expected an address such as https://intranet.example, no path"
            )
    return " ".join(origins) or "'none'"
