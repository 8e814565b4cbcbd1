"""`ingest`: load files, folders and data.police.uk downloads into the store."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shp_data.commands.options import Commands, add_store
from shp_data.domain import settings
from shp_data.domain.counting import noun

if TYPE_CHECKING:
    from shp_data.intake.load import Options


def add(commands: Commands) -> None:
    """Its options."""
    load = commands.add_parser("ingest", help="load files, folders and data.police.uk downloads into the store")
    load.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="CSV, XLSX or Parquet file, folder, or zip")
    add_store(load, reading=False)
    load.add_argument("--source", metavar="NAME", help="the supplier, where the file does not name it")
    load.add_argument("--append", action="store_true", help="add to the same source's months instead of replacing them")
    load.add_argument("--json", action="store_true", help="print the reconciliation as JSON")
    load.set_defaults(command=_ingest)


def _ingest(options: argparse.Namespace) -> int:
    from shp_data.intake.load import Options  # reading figures does not wait for it

    root = options.store or settings.store_dir()
    return load_and_tell(options.paths, root, Options(options.source, options.append), as_json=options.json)


def load_and_tell(paths: Sequence[Path], root: Path, how: Options, *, as_json: bool = False) -> int:
    """Load files into the store at `root` and print what became of them. 0, or 1 where every file failed."""
    from shp_data.intake.load import ingest
    from shp_data.intake.rows import reconcile

    new = not root.exists()
    load = ingest(paths, root, how, _progress)
    print(json.dumps(reconcile.as_json(load, root)) if as_json else reconcile.as_text(load, root))
    failed = [file for file in load.files if file.status == "failed"]
    for file in failed:
        print(f"error: {file.message}{_where(file.message, root)}", file=sys.stderr)
    if new and len(failed) == len(load.files):
        _remove_empty(root)
    return 1 if len(failed) == len(load.files) else 0


def _where(message: str, root: Path) -> str:
    """How the page that a message sends one to is made to show another store than its own."""
    if "Load files page" not in message or root == settings.store_dir():
        return ""
    return f" (start the dashboard with SHP_STORE={root}, so that its pages show this store)"


def _remove_empty(root: Path) -> None:
    """Take away the folders of a store in which nothing was written."""
    if not any(path.stat().st_size for path in root.rglob("*") if path.is_file()):
        shutil.rmtree(root, ignore_errors=True)


def _progress(done: int, files: int, name: str) -> None:
    """One line that is written over, for a person who waits."""
    if sys.stderr.isatty():
        print(
            f"\r\033[K{done} of {files} {noun(files, 'files')}: {name[-60:]}",
            end="\n" if done == files else "",
            file=sys.stderr,
        )
