"""`ingest`: load files, folders and data.police.uk downloads into the store."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from shp_data.commands.options import DESK, Commands, add_store_option
from shp_data.domain import settings
from shp_data.domain.counting import choose_noun
from shp_data.domain.errors import StoreError

if TYPE_CHECKING:
    from shp_data.intake.load import LoadOptions
    from shp_data.intake.readers.files import InputFile
    from shp_data.store.files.manifest import Load


def add(commands: Commands) -> None:
    """Add the command and its options."""
    parser = commands.add_parser("ingest", help="load files, folders and data.police.uk downloads into the store")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="CSV, XLSX or Parquet file, folder, or zip")
    add_store_option(parser, reading=False)
    parser.add_argument("--source", metavar="NAME", help="the supplier, if the file does not name it")
    parser.add_argument(
        "--append", action="store_true", help="add to the supplier's existing data instead of replacing it"
    )
    parser.add_argument(
        "--outside-ok", action="store_true", help="load files even if most of their records are outside every area"
    )
    parser.add_argument(
        "--sheet",
        action="append",
        default=[],
        metavar="NAME",
        help="a sheet of a workbook to read; can be repeated for sheets with the same columns",
    )
    parser.add_argument(
        "--rows-are-incidents",
        action="store_true",
        help="load a file that looks like a table of counts: each of its rows is one incident",
    )
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    parser.set_defaults(command=_ingest_files)


def _ingest_files(options: argparse.Namespace) -> int:
    from shp_data.intake.load import LoadOptions  # reading figures does not wait for it
    from shp_data.intake.readers.files import CountsAnswer

    root = options.store or settings.find_store_dir()
    counts = CountsAnswer(is_records=True) if options.rows_are_incidents else None

    def answer_questions(file: InputFile) -> InputFile:
        return replace(file, sheets=tuple(options.sheet), counts=counts)

    load_options = LoadOptions(options.source, options.append, options.outside_ok, answer_questions)
    return load_and_report(options.paths, root, load_options, as_json=options.json)


def load_and_report(paths: Sequence[Path], root: Path, load_options: LoadOptions, *, as_json: bool = False) -> int:
    """Load files into the store at `root` and print the results.

    Return 0, or 1 where every file failed, or any because most of its records are outside every area.
    """
    from shp_data.analysis.loaded import list_apart_in_load
    from shp_data.intake.load import ingest
    from shp_data.intake.rows import reconcile
    from shp_view.text.coverage_words import explain_coverage

    is_new = not root.exists()
    load = ingest(paths, root, load_options, _show_progress)
    print(json.dumps(reconcile.to_json(load, root)) if as_json else reconcile.to_text(load, root))
    for note in list_apart_in_load(load):
        print(f"note: {explain_coverage(note)}", file=sys.stderr)
    # Errors come after the summary, so that the last lines on a terminal say what to correct.
    failed = [file for file in load.files if file.status == "failed"]
    for file in failed:
        print(f"error: {file.message}{_explain_store(file.message, root)}", file=sys.stderr)
    _warn_of_doubts(load, root)
    # A first load that failed must not leave an empty store behind.
    if is_new and len(failed) == len(load.files):
        _remove_empty(root)
    # A file that is outside needs a decision, however many others were loaded.
    return 1 if len(failed) == len(load.files) or any(file.is_outside for file in failed) else 0


def _warn_of_doubts(load: Load, root: Path) -> None:
    """Name the months of a load that look incomplete or too large."""
    if not load.cells:
        return
    from shp_data.analysis.loaded import list_doubts as list_doubtful_months
    from shp_data.store.reading import Reader
    from shp_data.store.version import open_store
    from shp_view.text.coverage_words import list_doubts

    # The load is done, so records of other loads that cannot be read are no failure of it.
    try:
        doubts = list_doubtful_months(Reader(open_store(root), DESK), load)
    except StoreError as error:
        print(f"warning: the months could not be checked: {error}", file=sys.stderr)
        return
    for text in list_doubts(doubts):
        print(f"warning: {text}", file=sys.stderr)
    if doubts:
        print("There is no verdict on what depends on them until you decide on the Data page.", file=sys.stderr)


def _explain_store(message: str, root: Path) -> str:
    """Explain how to show another store on the page that a message names."""
    if "Load files page" not in message or root == settings.find_own_store_dir():
        return ""
    return f" (to see this store there, start the dashboard with SHP_STORE={root})"


def _remove_empty(root: Path) -> None:
    """Remove the folders of a store in which nothing was written."""
    if not any(path.stat().st_size for path in root.rglob("*") if path.is_file()):
        shutil.rmtree(root, ignore_errors=True)


def _show_progress(done: int, files: int, name: str) -> None:
    """Show one line on a terminal that overwrites the last."""
    if sys.stderr.isatty():
        print(
            f"\r\033[K{done} of {files} {choose_noun(files, 'files')}: {name[-60:]}",
            end="\n" if done == files else "",
            file=sys.stderr,
        )
