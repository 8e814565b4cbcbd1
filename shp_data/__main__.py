"""The command line: `python -m shp_data COMMAND`. Scripts depend on its form; see README.md."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from shp_data.analysis.measures import FIELDS, counts, gaps
from shp_data.domain import settings
from shp_data.domain.errors import SelectionError, UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.layout import Layout
from shp_data.store.reading import Store, open_store

_DESK = Viewer("analyst")  # the command line runs on the analyst's own machine


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0 done; 1 nothing could be done with the data; 2 wrong usage (by argparse)."""
    for stream in (sys.stdout, sys.stderr):  # a name that the terminal's encoding lacks is no fault
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        sys.stderr.close()
    except KeyboardInterrupt:
        print("stopped: nothing was changed", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m shp_data", description="Community safety figures from incident records."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    load = commands.add_parser("ingest", help="load files, folders and data.police.uk downloads into the store")
    load.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="CSV, XLSX or Parquet file, folder, or zip")
    load.add_argument("--store", type=Path, metavar="DIR", help="the store (default: SHP_STORE, else store/)")
    load.add_argument("--source", metavar="NAME", help="the supplier, where the file does not name it")
    load.add_argument("--append", action="store_true", help="add to the same source's months instead of replacing them")
    load.add_argument("--json", action="store_true", help="print the reconciliation as JSON")
    load.set_defaults(command=_ingest)

    count = commands.add_parser("counts", help="count incidents by any fields")
    count.add_argument("--by", required=True, metavar="FIELD[,FIELD...]", help=", ".join(FIELDS))
    count.add_argument("--indicator", action="append", default=[], metavar="ID")
    count.add_argument("--theme", action="append", default=[], metavar="ID")
    count.add_argument("--area", action="append", default=[], metavar="NAME")
    count.add_argument("--from", dest="first", metavar="YYYY-MM")
    count.add_argument("--to", dest="last", metavar="YYYY-MM")
    count.add_argument("--covid", choices=("include", "exclude", "only"), default="include")
    count.add_argument("--wards", metavar="VINTAGE", help="ward vintage (default: in force on the last day)")
    count.add_argument("--store", type=Path, metavar="DIR", help="the store (default: SHP_STORE, store/, the sample)")
    count.add_argument("--format", choices=("csv", "json"), default="csv")
    count.set_defaults(command=_counts)
    return parser


def _ingest(options: argparse.Namespace) -> int:
    from shp_data.intake.load import Options, ingest  # reading figures does not wait for it
    from shp_data.intake.reconcile import as_json, as_text

    root = options.store or settings.store_dir()
    load = ingest(options.paths, root, Options(options.source, options.append), _progress)
    print(json.dumps(as_json(load, root)) if options.json else as_text(load, root))
    failed = [file for file in load.files if file.status == "failed"]
    for file in failed:
        print(f"error: {file.message}", file=sys.stderr)
    return 1 if len(failed) == len(load.files) else 0


def _progress(done: int, files: int, name: str) -> None:
    """One line that is written over, for a person who waits."""
    if sys.stderr.isatty():
        print(
            f"\r\033[K{done} of {files} files: {name[-60:]}",
            end="\n" if done == files else "",
            file=sys.stderr,
        )


def _counts(options: argparse.Namespace) -> int:
    store = _open(options.store)
    by = list(dict.fromkeys(field.strip() for field in options.by.split(",")))
    table = counts(store, _selection(store, options), by, _DESK)
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
    return found


def _open(root: Path | None) -> Store:
    """The store named, else SHP_STORE or `store/` where it holds anything, else the sample."""
    if root is not None:
        return open_store(root)
    if Layout(settings.store_dir()).version() is not None:
        own = open_store(settings.store_dir())
        if own.coverage:  # else every load was undone
            return own
    from shp_data.intake.sample import sample_store

    print("note: figures of the synthetic sample; load your own records with `ingest`", file=sys.stderr)
    return open_store(sample_store())


def _booleans(table: pd.DataFrame) -> pd.DataFrame:
    """true, false and empty, as other programs write them."""
    if "covid_related" not in table:
        return table
    return table.assign(covid_related=table["covid_related"].map({True: "true", False: "false"}).fillna(""))


if __name__ == "__main__":
    sys.exit(main())
