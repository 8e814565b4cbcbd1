"""What several commands share: the store that they read, the role that they read it as, and where they write."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import TypeAlias

from shp_data.domain import settings
from shp_data.domain.errors import StoreError, UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Viewer
from shp_data.store.facts import Store, open_store
from shp_data.store.files.layout import Layout

DESK = Viewer("analyst")  # the command line runs on the analyst's own machine

if sys.version_info >= (3, 14):  # pragma: no cover
    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_store(parser: argparse.ArgumentParser, *, reading: bool = True) -> None:
    """The option --store."""
    default = "SHP_STORE, store/, the sample" if reading else "SHP_STORE, else store/"
    parser.add_argument("--store", type=Path, metavar="DIR", help=f"the store (default: {default})")


def opened(root: Path | None) -> Store:
    """The store named, else SHP_STORE or `store/` where it holds anything, else the sample."""
    if root is not None:
        return open_store(root)
    if Layout(settings.store_dir()).version() is not None:
        own = open_store(settings.store_dir())
        if own.coverage or own.reported(DESK):  # else every load was undone
            return own
    if not partnership().has_sample:
        raise StoreError("nothing is loaded yet: load your records with `python -m shp_data ingest`")
    from shp_data.intake.sample import sample_store

    print("note: figures of the synthetic sample; load your own records with `ingest`", file=sys.stderr)
    return open_store(sample_store())


def write(made: str | bytes, target: Path | None) -> None:
    """Write to the file named, whole or not at all, else to standard output. Raises UserError."""
    data = made.encode() if isinstance(made, str) else made
    if target is None:
        _print(data)
        return
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UserError(f"{target} cannot be written: {error.strerror or error}") from error
    print(f"written: {target}", file=sys.stderr)


def _print(data: bytes) -> None:
    """Text in the terminal's encoding; what is no text as it is."""
    sys.stdout.flush()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:  # captured
        sys.stdout.write(data.decode())
