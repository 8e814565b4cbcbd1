"""`fetch`: load the newest months of the force from data.police.uk into the store."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from shp_data.commands.ingest import load_and_report
from shp_data.commands.options import Commands, add_store_option
from shp_data.domain import settings
from shp_data.domain.counting import choose_noun, format_count
from shp_data.domain.errors import SelectionError, UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month

if TYPE_CHECKING:
    from shp_data.intake.police_uk.fetching import FetchedFiles

_URL = "https://data.police.uk/api"


def add(commands: Commands) -> None:
    """Add the command and its options."""
    parser = commands.add_parser("fetch", help="load the newest months of the police force from data.police.uk")
    parser.add_argument(
        "--from", type=_parse_month, metavar="YYYY-MM", dest="first", help="first month (default: see --to)"
    )
    parser.add_argument(
        "--to",
        type=_parse_month,
        metavar="YYYY-MM",
        help="last month (without --from and --to: every month that the store does not have)",
    )
    parser.add_argument(
        "--force", metavar="ID", help="the force's id at data.police.uk (default: force in partnership.toml)"
    )
    add_store_option(parser, reading=False)
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="folder for the months (default: downloads/ next to the store)"
    )
    parser.add_argument(
        "--again", action="store_true", help="fetch months again even if they are in DIR, to get later corrections"
    )
    parser.add_argument("--no-ingest", action="store_true", help="save the months in DIR and do not load them")
    parser.add_argument(
        "--rate", type=_parse_rate, default=5.0, metavar="N", help="maximum number of requests a second (default: 5)"
    )
    parser.add_argument("--url", default=_URL, help=f"address of the interface or of a mirror (default: {_URL})")
    parser.set_defaults(command=_fetch_months)


def _fetch_months(options: argparse.Namespace) -> int:
    from shp_data.intake.load import LoadOptions
    from shp_data.intake.police_uk.fetching import (  # the other commands need no network
        count_stored_records,
        fetch_months,
        select_months,
    )
    from shp_data.intake.police_uk.http_client import ApiClient
    from shp_data.intake.police_uk.police_api import PoliceApi

    root = options.store or settings.find_store_dir()
    id_ = options.force or partnership().force
    if not id_:
        raise UserError("no police force is set: give --force, or set force under [partnership] in partnership.toml")
    api = PoliceApi(ApiClient(options.url, options.rate))
    force = api.find_force(id_)
    published, stored = api.list_months(), count_stored_records(root, force)
    months = select_months(published, stored, options.first, options.to)
    if not months:
        print(f"nothing to fetch: the store has every month of {force.name} that data.police.uk publishes")
        return 0
    folder = options.output or root.parent / "downloads"
    try:
        download = fetch_months(
            api,
            force,
            months,
            folder,
            again=options.again,
            progress=partial(_show_progress, months),
            stored=stored,
            published=published,
        )
    finally:
        _show_line("")
    _note_months_left_out(download, force.name)
    if download.files and not options.no_ingest:
        return load_and_report(download.files, root, LoadOptions())
    for file in download.files:
        print(f"fetched: {file}")
    return 0


def _note_months_left_out(download: FetchedFiles, force: str) -> None:
    """Say which months were left out, and why."""
    # A month without records is not loaded: it would count as zero crimes.
    for month in download.empty:
        print(f"note: {month} has no records in the area yet and was left out", file=sys.stderr)
    for doubt in download.doubtful:
        print(
            f"note: {doubt.month} was left out: data.police.uk has {format_count(doubt.records, 'records')} in the "
            f"area, about {doubt.expected:,} are usual. {force} has probably not published it yet; the records are "
            "those of other forces. Run fetch again later.",
            file=sys.stderr,
        )


def _parse_month(text: str) -> Month:
    try:
        return Month.parse(text)
    except SelectionError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _parse_rate(text: str) -> float:
    """Parse the requests a second, within what data.police.uk allows."""
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 15:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a rate; expected more than 0 and at most 15")
    return rate


def _show_progress(months: Sequence[Month], month: Month, done: int, parts: int) -> None:
    whole = f"{len(months)} {choose_noun(len(months), 'months')}"
    area = f"{parts} {choose_noun(parts, 'parts')} of the area"
    # A month that is fetched only to compare with is none of those asked for.
    position = months.index(month) if month in months else len(months)
    _show_line(f"{position} of {whole}; {month}: {done} of {area}")


def _show_line(text: str) -> None:
    """Show one line on a terminal that overwrites the last."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
