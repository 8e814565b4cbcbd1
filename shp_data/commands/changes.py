"""`changes`: how each indicator changed since another period, with the verdict on each change."""

from __future__ import annotations

import argparse

from shp_data.analysis.changes import AreaField, list_changes
from shp_data.analysis.verdicts import count_reported
from shp_data.commands.options import DESK, Commands, add_store_option, note_gaps, open_store_or_sample
from shp_data.domain.errors import SelectionError
from shp_data.domain.periods import parse_period
from shp_data.store.reading import Reader

_FIELDS: dict[tuple[str, ...], AreaField] = {
    ("lpa", "indicator"): "lpa",
    ("indicator", "lpa"): "lpa",
    ("ward", "indicator"): "ward",
    ("indicator", "ward"): "ward",
}


def add(commands: Commands) -> None:
    """Add the command and its options."""
    parser = commands.add_parser("changes", help="how each indicator changed since last year, and how sure that is")
    parser.add_argument(
        "--period", required=True, metavar="PERIOD", help="a quarter, month or financial year, such as 2020-21-Q3"
    )
    parser.add_argument(
        "--by", required=True, type=_parse_fields, metavar="FIELD,FIELD", help="lpa,indicator or ward,indicator"
    )
    parser.add_argument("--area", action="append", default=[], metavar="NAME", help="an LPA; may be repeated")
    parser.add_argument("--indicator", action="append", default=[], metavar="ID", help="may be repeated (default: all)")
    parser.add_argument(
        "--against",
        choices=("last-year", "previous"),
        default="last-year",
        help="the period to compare with: the same one last year (default), or the one before",
    )
    add_store_option(parser)
    parser.add_argument("--format", choices=("csv", "json"), default="csv", help="output format (default: csv)")
    parser.set_defaults(command=_print_changes)


def _parse_fields(text: str) -> tuple[str, ...]:
    fields = tuple(field.strip() for field in text.split(","))
    if fields not in _FIELDS:
        raise argparse.ArgumentTypeError(f"{text!r} is not understood; expected lpa,indicator or ward,indicator")
    return fields


def _print_changes(options: argparse.Namespace) -> int:
    reader = Reader(open_store_or_sample(options.store), DESK)
    period = parse_period(options.period)
    against = period.last_year if options.against == "last-year" else period.previous
    area, vocabulary = _FIELDS[options.by], reader.partnership.vocabulary
    counted = {id_ for id_, _ in count_reported(reader, period, against)} if area == "lpa" else set()
    loaded = (*reader.store.list_indicators(), *sorted(counted - set(reader.store.list_indicators())))
    ids = tuple(dict.fromkeys(vocabulary.find_indicator(name).id for name in options.indicator)) or loaded
    if missing := [id_ for id_ in ids if id_ not in loaded]:
        raise SelectionError(
            f"nothing is loaded for {', '.join(missing)}; indicators with changes: {', '.join(loaded) or 'none'}"
        )
    if not ids:
        raise SelectionError("nothing is loaded yet: load your records with `python -m shp_data ingest`")
    areas = tuple(dict.fromkeys(reader.partnership.areas.find_lpa(name) for name in options.area))
    incidents = tuple(id_ for id_ in ids if id_ in reader.store.list_indicators())
    selection = reader.partnership.select(incidents, period, areas)
    table = list_changes(reader, selection, area, against, counted.intersection(ids))
    if incidents:
        note_gaps(reader, selection, period, against)
    # A stable sort keeps the order of equal rows, so the same data always gives the same file.
    table = table.sort_values(list(options.by), kind="stable").reset_index(drop=True)
    ordered = table[[*options.by, *(name for name in table if name not in options.by)]]
    if options.format == "json":
        print(ordered.to_json(orient="records", double_precision=15))
    else:
        print(ordered.to_csv(index=False, lineterminator="\n"), end="")
    return 0
