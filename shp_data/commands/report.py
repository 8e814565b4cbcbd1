"""`report`: write the quarterly performance report, as a table or a document."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from shp_data.analysis.report.report import build_report
from shp_data.commands.options import DESK, Commands, add_store_option, open_store_or_sample, write_output
from shp_data.domain.clock import get_today
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_quarter
from shp_data.store.reading import Reader

_DOCUMENTS = ("docx", "xlsx", "pptx")
_FORMATS = "the table as CSV, everything as JSON, or the report as a Word, Excel or PowerPoint file"


def add(commands: Commands) -> None:
    """Add the command and its options."""
    parser = commands.add_parser("report", help="write the quarterly performance report of an area")
    parser.add_argument("--quarter", required=True, metavar="YYYY-YY-QN", help="such as 2020-21-Q3")
    parser.add_argument("--area", metavar="NAME", help="a Local Policing Area (default: the area of the partnership)")
    add_store_option(parser)
    parser.add_argument("--format", choices=("csv", "json", *_DOCUMENTS), required=True, help=_FORMATS)
    parser.add_argument("--output", type=Path, metavar="FILE", help="where to write it (default: standard output)")
    parser.set_defaults(command=_write_report)


def _write_report(options: argparse.Namespace) -> int:
    from shp_view.report import report_files  # the other commands do without documents

    if options.format in _DOCUMENTS and options.output is None and sys.stdout.isatty():
        raise UserError(f"a {options.format.upper()} file cannot be printed: name a file with --output")
    reader = Reader(open_store_or_sample(options.store), DESK)
    area = partnership().areas.find_lpa(options.area or partnership().area)
    quarter_report = build_report(reader, parse_quarter(options.quarter), area)
    if all(line.quarter_value is None for line in quarter_report.list_all_lines()):
        print(
            f"warning: nothing is loaded for {quarter_report.quarter.label}: the report has no figure", file=sys.stderr
        )
    write_output(report_files.build_file(options.format, reader, quarter_report, get_today()), options.output)
    return 0
