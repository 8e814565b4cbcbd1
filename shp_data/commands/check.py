"""`check`: list published figures that do not follow from their own counts or the store."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from shp_data.analysis.report.check import check_figures, describe_check, has_no_figure
from shp_data.commands.options import DESK, Commands, add_store_option, open_store_or_sample
from shp_data.store.reading import Reader


def add(commands: Commands) -> None:
    """Add the command and its options."""
    parser = commands.add_parser(
        "check", help="list the published figures that do not follow from their counts, and why"
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a table with the columns of `report --format csv`")
    add_store_option(parser)
    parser.set_defaults(command=_print_check)


def _print_check(options: argparse.Namespace) -> int:
    from shp_data.intake.reported.published import read_published  # reading figures does not wait for it

    rows = read_published(options.file)
    table = check_figures(Reader(open_store_or_sample(options.store), DESK), rows).table
    print(table.to_csv(index=False, lineterminator="\n"), end="")
    print(describe_check(len(rows), len(table), empty=has_no_figure(rows)), file=sys.stderr)
    return 0
