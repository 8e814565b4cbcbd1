"""`fetch`: the newest months of the force from data.police.uk, into the store."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from shp_data.commands.ingest import load_and_tell
from shp_data.commands.options import Commands, add_store
from shp_data.domain import settings
from shp_data.domain.counting import noun
from shp_data.domain.errors import SelectionError, UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month

_URL = "https://data.police.uk/api"


def add(commands: Commands) -> None:
    """Its options."""
    get = commands.add_parser("fetch", help="get the newest months of the force from data.police.uk")
    get.add_argument("--from", type=_month, metavar="YYYY-MM", dest="first", help="first month (see --to)")
    get.add_argument("--to", type=_month, metavar="YYYY-MM", help="last month (with neither: all that the store lacks)")
    get.add_argument("--force", metavar="ID", help="its id there (default: force in partnership.toml)")
    add_store(get, reading=False)
    get.add_argument(
        "--output", type=Path, metavar="DIR", help="where the months go (default: downloads/ by the store)"
    )
    get.add_argument("--again", action="store_true", help="fetch months anew that are in DIR, for later corrections")
    get.add_argument("--no-ingest", action="store_true", help="leave the months in DIR and the store as it is")
    get.add_argument("--rate", type=_rate, default=5.0, metavar="N", help="requests a second at most (default: 5)")
    get.add_argument("--url", default=_URL, help=f"the interface, or a mirror of it (default: {_URL})")
    get.set_defaults(command=_fetch)


def _fetch(options: argparse.Namespace) -> int:
    from shp_data.intake.load import Options
    from shp_data.intake.police_uk.fetching import (  # the other commands need no network
        fetch,
        held_months,
        wanted_months,
    )
    from shp_data.intake.police_uk.police_api import PoliceApi
    from shp_data.intake.police_uk.polite_http import Asker

    root = options.store or settings.store_dir()
    id_ = options.force or partnership().force
    if not id_:
        raise UserError("no force is named: give --force, or set force under [partnership] in partnership.toml")
    api = PoliceApi(Asker(options.url, options.rate))
    force = api.force(id_)
    months = wanted_months(api.months(), held_months(root, force), options.first, options.to)
    if not months:
        print(f"nothing new: the store has every month of {force.name} that data.police.uk holds")
        return 0
    folder = options.output or root.parent / "downloads"
    try:
        found = fetch(api, force, months, folder, again=options.again, progress=partial(_progress, months))
    finally:
        _line("")
    for month in found.empty:
        print(f"note: {month} has no record in the area yet; it was left out", file=sys.stderr)
    if found.files and not options.no_ingest:
        return load_and_tell(found.files, root, Options())
    for file in found.files:
        print(f"fetched: {file}")
    return 0


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except SelectionError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _rate(text: str) -> float:
    """Requests a second, within what data.police.uk allows."""
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 15:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no rate; expected more than 0 and at most 15")
    return rate


def _progress(months: Sequence[Month], month: Month, done: int, parts: int) -> None:
    months_told, parts_told = f"{len(months)} {noun(len(months), 'months')}", f"{parts} {noun(parts, 'parts')}"
    _line(f"{months.index(month)} of {months_told}; {month}: {done} of {parts_told} of the area")


def _line(told: str) -> None:
    """One line that is written over, for a person who waits."""
    if sys.stderr.isatty():
        print(f"\r\033[K{told}", end="", file=sys.stderr, flush=True)
