"""`counts`: count incidents by any fields."""

from __future__ import annotations

import argparse
import sys

import pandas as pd

from shp_data.analysis.loaded import list_apart
from shp_data.analysis.measures import FIELDS, count_by_field
from shp_data.commands.options import DESK, Commands, add_store_option, note_gaps, open_store_or_sample
from shp_data.domain.errors import SelectionError
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader

_BY = f"one or more of {', '.join(FIELDS)}; lsoa is the code of 2021, by coordinates, and cannot be combined with ward"


def add(commands: Commands) -> None:
    """Add the command and its options."""
    parser = commands.add_parser("counts", help="count incidents by any fields")
    parser.add_argument("--by", required=True, metavar="FIELD[,FIELD...]", help=_BY)
    parser.add_argument("--indicator", action="append", default=[], metavar="ID", help="may be repeated (default: all)")
    parser.add_argument(
        "--theme", action="append", default=[], metavar="ID", help="all indicators of a theme; may be repeated"
    )
    parser.add_argument(
        "--area", action="append", default=[], metavar="NAME", help="an LPA; may be repeated (default: all)"
    )
    parser.add_argument("--from", dest="first", metavar="YYYY-MM", help="first month (default: the first loaded)")
    parser.add_argument("--to", dest="last", metavar="YYYY-MM", help="last month (default: the last loaded)")
    parser.add_argument(
        "--covid",
        choices=("include", "exclude", "only"),
        default="include",
        help="whether to count COVID-related incidents (default: include)",
    )
    parser.add_argument("--wards", metavar="YEAR", help="ward boundaries of this year (default: on the last day)")
    add_store_option(parser)
    parser.add_argument("--format", choices=("csv", "json"), default="csv", help="output format (default: csv)")
    parser.set_defaults(command=_print_counts)


def _print_counts(options: argparse.Namespace) -> int:
    reader = Reader(open_store_or_sample(options.store), DESK)
    # A field given twice would give two columns of one name.
    fields = list(dict.fromkeys(field.strip() for field in options.by.split(",")))
    table = count_by_field(reader, _build_selection(reader, options), fields)
    if options.format == "json":
        print(table.to_json(orient="records"))
    else:
        print(_format_booleans(table).to_csv(index=False, lineterminator="\n"), end="")
    return 0


def _build_selection(reader: Reader, options: argparse.Namespace) -> Selection:
    """Build the selection of the options. Missing months of the period are noted on standard error."""
    from shp_view.text.coverage_words import explain_coverage  # the other commands do without texts

    store, vocabulary, all_areas = reader.store, reader.partnership.vocabulary, reader.partnership.areas
    indicator_ids = [vocabulary.find_indicator(name).id for name in options.indicator]
    for theme in options.theme:
        indicator_ids += vocabulary.select_theme_total(vocabulary.find_theme(theme), store.list_indicators())
    indicators = tuple(dict.fromkeys(indicator_ids)) or (_list_default(reader, options.by) if not options.theme else ())
    months = sorted({month for indicator in indicators for month in store.list_months([indicator])})
    if not months:
        names = ", ".join([*options.indicator, *options.theme]) or "any indicator"
        raise SelectionError(f"nothing is loaded for {names}; loaded indicators: {', '.join(store.list_indicators())}")
    first = Month.parse(options.first) if options.first else months[0]
    last = Month.parse(options.last) if options.last else months[-1]
    ward_year = all_areas.ward_years.check(options.wards) if options.wards else None
    areas = tuple(dict.fromkeys(all_areas.find_lpa(name) for name in options.area))
    selection = reader.partnership.select(indicators, Period(first, last), areas, options.covid, ward_year)
    note_gaps(reader, selection)
    for note in list_apart(reader, selection):
        print(f"note: {explain_coverage(note)}", file=sys.stderr)
    return selection


def _list_default(reader: Reader, fields: str) -> tuple[str, ...]:
    """List the indicators that are counted where none is named: all that are loaded; by theme, those of its total."""
    vocabulary, loaded = reader.partnership.vocabulary, reader.store.list_indicators()
    names = {field.strip() for field in fields.split(",")}
    if "theme" not in names or "indicator" in names:
        return loaded
    return tuple(id_ for theme in vocabulary.themes for id_ in vocabulary.select_theme_total(theme, loaded))


def _format_booleans(table: pd.DataFrame) -> pd.DataFrame:
    """Format booleans as true, false and empty, as other programs write them."""
    # pandas would write True and False, and CSV readers differ in what they accept.
    if "covid_related" not in table:
        return table
    return table.assign(covid_related=table["covid_related"].map({True: "true", False: "false"}).fillna(""))
