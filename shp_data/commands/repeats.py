"""`repeats`: the places at which incidents of an indicator happened again and again."""

from __future__ import annotations

import argparse

from shp_data.analysis.places.repeats import repeats
from shp_data.commands.options import DESK, Commands, add_store, opened
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection

COLUMNS = ["location", "longitude", "latitude", "ward", "count"]


def add(commands: Commands) -> None:
    """Its options."""
    found = commands.add_parser("repeats", help="places with many incidents")
    found.add_argument("--indicator", required=True, metavar="ID", help="what is counted")
    found.add_argument("--from", dest="first", required=True, metavar="YYYY-MM", help="first month")
    found.add_argument("--to", dest="last", required=True, metavar="YYYY-MM", help="last month")
    found.add_argument("--area", metavar="NAME", help="a Local Policing Area (default: all)")
    found.add_argument("--minimum", type=int, default=10, metavar="N", help="at least so many (default: 10)")
    add_store(found)
    found.add_argument("--format", choices=("csv", "json"), default="csv", help="a table or data (default: csv)")
    found.set_defaults(command=_repeats)


def _repeats(options: argparse.Namespace) -> int:
    if options.minimum < 1:
        raise UserError(f"--minimum {options.minimum}: expected 1 or more")
    known = partnership()
    areas = (known.areas.lpa(options.area),) if options.area else ()
    period = Period(Month.parse(options.first), Month.parse(options.last))
    chosen = Selection((known.vocabulary.indicator(options.indicator).id,), period, areas)
    table = repeats(opened(options.store), chosen, DESK, options.minimum).table[COLUMNS]
    if options.format == "json":
        print(table.to_json(orient="records", force_ascii=False))
    else:
        print(table.to_csv(index=False, lineterminator="\n"), end="")
    return 0
