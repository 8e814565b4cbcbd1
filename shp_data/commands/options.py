"""Options that several commands share: the store and role that they read, and where they write."""

from __future__ import annotations

import argparse
import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from shp_data.analysis.context import find_coverage, find_doubts, find_missing_areas
from shp_data.analysis.measures import find_missing_months
from shp_data.domain import settings
from shp_data.domain.errors import StoreError, UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.files.layout import StoreLayout
from shp_data.store.reading import Reader
from shp_data.store.version import Store, open_store

DESK = Viewer("analyst")  # the command line runs on the analyst's own machine

# Before Python 3.14 the class cannot be subscripted at run time.
if sys.version_info >= (3, 14):  # pragma: no cover
    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_store_option(parser: argparse.ArgumentParser, *, reading: bool = True) -> None:
    """Add the option --store."""
    default = "SHP_STORE, then store/, then the sample" if reading else "SHP_STORE, then store/"
    parser.add_argument("--store", type=Path, metavar="DIR", help=f"folder of the store (default: {default})")


def open_store_or_sample(root: Path | None) -> Store:
    """Open the store named, or SHP_STORE or `store/` if it has any data, or the sample."""
    if root is not None:
        return open_store(root)
    if StoreLayout(settings.find_store_dir()).read_version() is not None:
        store = open_store(settings.find_store_dir())
        if store.coverage or store.list_reported():  # else every load was undone
            return store
    if not partnership().has_sample:
        raise StoreError("nothing is loaded yet: load your records with `python -m shp_data ingest`")
    from shp_data.intake.sample import prepare_sample_store

    # On standard error, so that the table on standard output stays readable by programs.
    print("note: these figures come from the synthetic sample; load your own records with `ingest`", file=sys.stderr)
    return open_store(prepare_sample_store())


def note_gaps(reader: Reader, selection: Selection, *periods: Period) -> None:
    """Print on standard error what is not loaded, not covered or in question in the period of a selection.

    `periods`: other periods to do the same for, in the place of its own.
    """
    from shp_view.text.coverage_words import explain_coverage, list_doubts  # the other commands do without texts

    notes = []
    for period in periods or (selection.period,):
        of_period = replace(selection, period=period)
        if missing := find_missing_months(reader, of_period):
            notes.append(f"note: not loaded for every selected indicator: {', '.join(map(str, missing))}")
        coverages = find_missing_areas(reader, of_period), find_coverage(reader, of_period)
        notes += [f"note: {explain_coverage(coverage)}" for coverage in coverages if not coverage.is_complete]
        notes += [f"warning: {doubt}" for doubt in list_doubts(find_doubts(reader, of_period, period))]
    for note in dict.fromkeys(notes):
        print(note, file=sys.stderr)


def write_output(content: str | bytes, target: Path | None) -> None:
    """Write to the file named in full or not at all, or to standard output. Raises UserError."""
    data = content.encode() if isinstance(content, str) else content
    if target is None:
        _print_bytes(data)
        return
    # Next to the target, because a rename is one step only within one disk.
    temporary = target.with_name(f".{target.name}.part")
    try:
        temporary.write_bytes(data)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UserError(f"{target} cannot be written: {error.strerror or error}") from error
    print(f"written: {target}", file=sys.stderr)


def _print_bytes(data: bytes) -> None:
    """Print text in the terminal's encoding, and other data as it is."""
    sys.stdout.flush()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:  # captured
        sys.stdout.write(data.decode())
