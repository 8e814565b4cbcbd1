"""`template`: write the workbook of reported figures for an officer to fill in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from shp_data.commands.options import Commands
from shp_data.domain.clock import find_last_quarter
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_quarter

_NAME = "reported-figures.xlsx"


def add(commands: Commands) -> None:
    """Add the command and its options."""
    parser = commands.add_parser("template", help="write the workbook of reported figures to fill in")
    parser.add_argument(
        "--output", type=Path, default=Path(_NAME), metavar="FILE", help=f"where to write it (default: {_NAME})"
    )
    parser.add_argument(
        "--quarter", metavar="YYYY-YY-QN", help="such as 2020-21-Q3 (default: the last complete quarter)"
    )
    parser.add_argument("--area", metavar="NAME", help="a Local Policing Area (default: the area of the partnership)")
    parser.set_defaults(command=_write_template)


def _write_template(options: argparse.Namespace) -> int:
    from shp_data.intake.reported.template import write_template  # reading figures does not wait for it

    quarter = parse_quarter(options.quarter) if options.quarter else find_last_quarter()
    area = partnership().areas.find_lpa(options.area or partnership().area)
    write_template(options.output, quarter, (area,))
    print(f"written: {options.output}, for {area}, {quarter.label}", file=sys.stderr)
    return 0
