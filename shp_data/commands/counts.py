"""`counts`: how many incidents, by any fields."""

from __future__ import annotations

import argparse
import sys

import pandas as pd

from shp_data.analysis.context import areas_note, not_known
from shp_data.analysis.measures import FIELDS, counts, gaps
from shp_data.commands.options import DESK, Commands, add_store, opened
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection
from shp_data.store.facts import Store


def add(commands: Commands) -> None:
    """Its options."""
    count = commands.add_parser("counts", help="count incidents by any fields")
    count.add_argument("--by", required=True, metavar="FIELD[,FIELD...]", help=f"one or more of {', '.join(FIELDS)}")
    count.add_argument("--indicator", action="append", default=[], metavar="ID", help="may be repeated (default: all)")
    count.add_argument("--theme", action="append", default=[], metavar="ID", help="its indicators; may be repeated")
    count.add_argument(
        "--area", action="append", default=[], metavar="NAME", help="an LPA; may be repeated (default: all)"
    )
    count.add_argument("--from", dest="first", metavar="YYYY-MM", help="first month (default: the first loaded)")
    count.add_argument("--to", dest="last", metavar="YYYY-MM", help="last month (default: the last loaded)")
    count.add_argument(
        "--covid",
        choices=("include", "exclude", "only"),
        default="include",
        help="the COVID-related incidents (default: include)",
    )
    count.add_argument("--wards", metavar="VINTAGE", help="ward vintage (default: in force on the last day)")
    add_store(count)
    count.add_argument("--format", choices=("csv", "json"), default="csv", help="a table or data (default: csv)")
    count.set_defaults(command=_counts)


def _counts(options: argparse.Namespace) -> int:
    store = opened(options.store)
    by = list(dict.fromkeys(field.strip() for field in options.by.split(",")))
    table = counts(store, _selection(store, options), by, DESK)
    if options.format == "json":
        print(table.to_json(orient="records"))
    else:
        print(_booleans(table).to_csv(index=False, lineterminator="\n"), end="")
    return 0


def _selection(store: Store, options: argparse.Namespace) -> Selection:
    """What the options ask for; what is missing of the period is told on standard error."""
    known = partnership()
    words = known.vocabulary
    wanted = [words.indicator(name).id for name in options.indicator]
    for theme in options.theme:
        wanted += [i for i in words.incident_indicators(words.theme(theme)) if i in store.indicators()]
    indicators = tuple(dict.fromkeys(wanted)) or (store.indicators() if not options.theme else ())
    months = sorted({month for i in indicators for month in store.months([i])})
    if not months:
        asked = ", ".join([*options.indicator, *options.theme]) or "any indicator"
        raise SelectionError(f"nothing is loaded for {asked}; loaded are {', '.join(store.indicators())}")
    first = Month.parse(options.first) if options.first else months[0]
    last = Month.parse(options.last) if options.last else months[-1]
    vintage = known.areas.vintage(options.wards) if options.wards else None
    areas = tuple(dict.fromkeys(known.areas.lpa(name) for name in options.area))
    found = Selection(indicators, Period(first, last), areas, options.covid, vintage)
    missing = gaps(store, found)
    if missing:
        print(f"note: not loaded for every indicator asked for: {', '.join(map(str, missing))}", file=sys.stderr)
    for said in dict.fromkeys(filter(None, (areas_note(store, found), not_known(store, found)))):
        print(f"note: {said}", file=sys.stderr)
    return found


def _booleans(table: pd.DataFrame) -> pd.DataFrame:
    """true, false and empty, as other programs write them."""
    if "covid_related" not in table:
        return table
    return table.assign(covid_related=table["covid_related"].map({True: "true", False: "false"}).fillna(""))
