"""`retain`: what is older than a month, or what a source gave, is shown, and with --yes removed for good."""

from __future__ import annotations

import argparse

from shp_data.commands.options import Commands, add_store
from shp_data.domain import settings
from shp_data.domain.counting import counted, noun
from shp_data.domain.errors import UserError
from shp_data.domain.periods import Month
from shp_data.store.files.layout import Layout
from shp_data.store.files.retention import Doomed, Removal, planned, remove


def add(commands: Commands) -> None:
    """Its options."""
    found = commands.add_parser("retain", help="remove old months, or what a source gave; shows it first")
    found.add_argument("--before", metavar="YYYY-MM", help="months before this one")
    found.add_argument("--source", metavar="NAME", help="what this source gave")
    found.add_argument("--yes", action="store_true", help="remove it; without this it is only shown")
    add_store(found, reading=False)
    found.set_defaults(command=_retain)


def _retain(options: argparse.Namespace) -> int:
    if options.before is None and options.source is None:
        raise UserError("nothing is named: give --before YYYY-MM, --source NAME or both")
    doomed = Doomed(Month.parse(options.before) if options.before else None, options.source)
    layout = Layout(options.store or settings.store_dir())
    # With --yes even where nothing will be found: so a removal that was killed is finished.
    found = remove(layout.root, doomed) if options.yes else planned(layout.read_manifest(layout.version()), doomed)
    if not (found.cells or found.figures):
        print("nothing in the store is that old or from there")
        return 0
    for line in _told(found):
        print(line)
    print("removed" if options.yes else "nothing was changed: run it again with --yes to remove this for good")
    return 0


def _told(found: Removal) -> list[str]:
    """What goes, a line for each source and indicator."""
    by: dict[tuple[str, str], dict[str, int]] = {}
    for cell, count in found.cells.items():
        by.setdefault((cell.source, cell.indicator), {})[cell.month] = count
    told = [
        f"{source}: {indicator}, {min(months)} to {max(months)}: {_records(sum(months.values()))}"
        for (source, indicator), months in by.items()
    ]
    told += [counted(found.figures, "reported figures")] if found.figures else []
    told += [f"rejected rows: {name}" for name in found.rejected]
    return [*told, f"in all {_records(sum(found.cells.values()))}"]


def _records(count: int) -> str:
    return f"{count:,} {noun(count, 'records')}"
