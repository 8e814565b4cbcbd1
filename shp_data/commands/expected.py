"""`expected`: forecast the months after a month, with the range in which most of them will be."""

from __future__ import annotations

import argparse
import sys

from shp_data.analysis.context import find_doubts
from shp_data.analysis.expected import AHEAD, FIELDS, ExpectedTable, forecast_by_field
from shp_data.analysis.statistics.forecast import FEWEST_FOR_SEASON, FEWEST_MONTHS
from shp_data.commands.options import DESK, Commands, add_store_option, open_store_or_sample
from shp_data.domain.errors import SelectionError
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader

MOST_AHEAD = 12


def add(commands: Commands) -> None:
    """Add the command and its options."""
    parser = commands.add_parser("expected", help="forecast the months after a month, with their expected range")
    parser.add_argument("--by", required=True, metavar="FIELD[,FIELD...]", help=f"one or more of {', '.join(FIELDS)}")
    parser.add_argument("--as-of", required=True, metavar="YYYY-MM", help="the last month to use")
    parser.add_argument(
        "--ahead",
        type=int,
        choices=range(1, MOST_AHEAD + 1),
        default=AHEAD,
        metavar="MONTHS",
        help=f"how many months to forecast, 1 to {MOST_AHEAD} (default: {AHEAD})",
    )
    parser.add_argument("--indicator", action="append", default=[], metavar="ID", help="may be repeated (default: all)")
    parser.add_argument(
        "--area", action="append", default=[], metavar="NAME", help="an LPA; may be repeated (default: all)"
    )
    add_store_option(parser)
    parser.add_argument("--format", choices=("csv", "json"), default="csv", help="output format (default: csv)")
    parser.set_defaults(command=_print_expected)


def _print_expected(options: argparse.Namespace) -> int:
    reader = Reader(open_store_or_sample(options.store), DESK)
    # A field given twice would give two columns of one name.
    fields = list(dict.fromkeys(field.strip() for field in options.by.split(",")))
    selection = _build_selection(reader, options)
    forecast = forecast_by_field(reader, selection, fields, options.ahead)
    _print_notes(reader, selection, forecast)
    # The last digits of the calculation differ from machine to machine.
    table = forecast.table.round({"expected": 2})
    if options.format == "json":
        print(table.to_json(orient="records"))
    else:
        print(table.to_csv(index=False, lineterminator="\n"), end="")
    return 0


def _build_selection(reader: Reader, options: argparse.Namespace) -> Selection:
    """Build the selection of the options: the months from the first one loaded to the last one to use."""
    store, all_areas = reader.store, reader.partnership.areas
    ids = [reader.partnership.vocabulary.find_indicator(name).id for name in options.indicator]
    indicators = tuple(dict.fromkeys(ids)) or store.list_indicators()
    areas = tuple(dict.fromkeys(all_areas.find_lpa(name) for name in options.area))
    as_of = Month.parse(options.as_of)
    months = sorted({month for indicator in indicators for month in store.list_months([indicator])})
    if not months or as_of < months[0]:
        start = f"the first month loaded is {months[0]}" if months else "nothing is loaded for these indicators"
        raise SelectionError(f"there is no month up to {as_of} to forecast from: {start}")
    if as_of > months[-1]:
        print(f"note: the last month loaded is {months[-1]}, so later ones are forecast from there", file=sys.stderr)
    return reader.partnership.select(indicators, Period(months[0], as_of), areas)


def _print_notes(reader: Reader, selection: Selection, forecast: ExpectedTable) -> None:
    """Print on standard error which series have no range or no season, and the months in question."""
    from shp_view.text.coverage_words import list_doubts  # the other commands do without texts

    if forecast.without_range:
        print(
            f"note: {forecast.without_range} of {forecast.series} series have no expected range: it takes at least "
            f"{FEWEST_MONTHS} months",
            file=sys.stderr,
        )
    if forecast.without_season:
        print(
            f"note: {forecast.without_season} of {forecast.series} series are forecast without a season: it takes at "
            f"least {FEWEST_FOR_SEASON} months",
            file=sys.stderr,
        )
    for doubt in list_doubts(find_doubts(reader, selection, selection.period)):
        print(f"warning: {doubt}", file=sys.stderr)
