"""`check`: which published figures do not follow from their own counts, or from the store?"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from shp_data.analysis.report.check import check, found_words
from shp_data.commands.options import DESK, Commands, add_store, opened


def add(commands: Commands) -> None:
    """Its options."""
    made = commands.add_parser("check", help="which published figures do not follow, and why")
    made.add_argument("file", type=Path, metavar="FILE", help="a table in the columns of `report --format csv`")
    add_store(made)
    made.set_defaults(command=_check)


def _check(options: argparse.Namespace) -> int:
    from shp_data.intake.reported.published import read_published  # reading figures does not wait for it

    rows = read_published(options.file)
    table = check(opened(options.store), rows, DESK).table
    print(table.to_csv(index=False, lineterminator="\n"), end="")
    print(found_words(len(rows), len(table)), file=sys.stderr)
    return 0
