"""`retain`: show records before a month or from a source, and with --yes remove them permanently."""

from __future__ import annotations

import argparse

from shp_data.commands.options import Commands, add_store_option
from shp_data.domain import settings
from shp_data.domain.counting import choose_noun, format_count
from shp_data.domain.errors import UserError
from shp_data.domain.periods import Month
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.retention import RecordsToRemove, Removal, plan_removal, remove_records


def add(commands: Commands) -> None:
    """Add the command and its options."""
    parser = commands.add_parser(
        "retain", help="remove old months or a supplier's data; without --yes it only lists them"
    )
    parser.add_argument("--before", metavar="YYYY-MM", help="remove the months before this one")
    parser.add_argument("--source", metavar="NAME", help="remove the data of this supplier")
    parser.add_argument("--yes", action="store_true", help="remove the data; without --yes nothing is changed")
    add_store_option(parser, reading=False)
    parser.set_defaults(command=_remove_records)


def _remove_records(options: argparse.Namespace) -> int:
    if options.before is None and options.source is None:
        raise UserError("give --before YYYY-MM, --source NAME or both")
    records = RecordsToRemove(Month.parse(options.before) if options.before else None, options.source)
    layout = StoreLayout(options.store or settings.find_store_dir())
    # With --yes even if there is nothing to remove, because this also finishes a removal that was killed.
    removal = (
        remove_records(layout.root, records)
        if options.yes
        else plan_removal(layout.read_manifest(layout.read_version()), records)
    )
    if not (removal.cells or removal.figures):
        print("No matching records in the store.")
        return 0
    for line in _describe_removal(removal):
        print(line)
    print(
        "removed" if options.yes else "nothing was changed: run the command again with --yes to remove this permanently"
    )
    return 0


def _describe_removal(removal: Removal) -> list[str]:
    """Describe what is removed, a line for each source and indicator."""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for supplier_month, count in removal.cells.items():
        counts.setdefault((supplier_month.source, supplier_month.indicator), {})[supplier_month.month] = count
    lines = [
        f"{source}: {indicator}, {min(months)} to {max(months)}: {_format_records(sum(months.values()))}"
        for (source, indicator), months in counts.items()
    ]
    lines += [format_count(removal.figures, "reported figures")] if removal.figures else []
    lines += [f"rejected rows: {name}" for name in removal.rejected]
    return [*lines, f"total: {_format_records(sum(removal.cells.values()))}"]


def _format_records(count: int) -> str:
    return f"{count:,} {choose_noun(count, 'records')}"
