"""`repeats`: list the locations with repeated incidents of an indicator."""

from __future__ import annotations

import argparse

from shp_data.analysis.places.repeats import find_repeat_locations
from shp_data.commands.options import DESK, Commands, add_store_option, open_store_or_sample
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.store.reading import Reader

COLUMNS = ["location", "longitude", "latitude", "ward", "count"]


def add(commands: Commands) -> None:
    """Add the command and its options."""
    parser = commands.add_parser("repeats", help="list the repeat locations of an indicator")
    parser.add_argument("--indicator", required=True, metavar="ID", help="the indicator to count")
    parser.add_argument("--from", dest="first", required=True, metavar="YYYY-MM", help="first month")
    parser.add_argument("--to", dest="last", required=True, metavar="YYYY-MM", help="last month")
    parser.add_argument("--area", metavar="NAME", help="a Local Policing Area (default: all)")
    parser.add_argument(
        "--minimum", type=int, default=10, metavar="N", help="minimum number of incidents (default: 10)"
    )
    add_store_option(parser)
    parser.add_argument("--format", choices=("csv", "json"), default="csv", help="output format (default: csv)")
    parser.set_defaults(command=_print_repeats)


def _print_repeats(options: argparse.Namespace) -> int:
    if options.minimum < 1:
        raise UserError(f"--minimum {options.minimum}: expected 1 or more")
    config = partnership()
    areas = (config.areas.find_lpa(options.area),) if options.area else ()
    period = Period(Month.parse(options.first), Month.parse(options.last))
    selection = config.select((config.vocabulary.find_indicator(options.indicator).id,), period, areas)
    reader = Reader(open_store_or_sample(options.store), DESK)
    table = find_repeat_locations(reader, selection, options.minimum).table[COLUMNS]
    if options.format == "json":
        print(table.to_json(orient="records", force_ascii=False))
    else:
        print(table.to_csv(index=False, lineterminator="\n"), end="")
    return 0
