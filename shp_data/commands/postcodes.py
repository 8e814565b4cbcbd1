"""`postcodes`: save the partnership's part of ONS's postcode directory, so that records with a postcode are placed."""

from __future__ import annotations

import argparse
from pathlib import Path

from shp_data.commands.options import Commands, add_store_option
from shp_data.domain import settings
from shp_data.domain.partnership import partnership

_ABOUT = """Save the partnership's part of the postcode directory of the Office for National Statistics (ONSPD or NSPL)
with the store. A record with a full postcode then counts in the ward that the directory has for it. Download the
directory from https://geoportal.statistics.gov.uk (Postcodes); the zip needs no unpacking."""


def add(commands: Commands) -> None:
    """Add the command and its options."""
    parser = commands.add_parser(
        "postcodes", help="save the partnership's part of ONS's postcode directory", description=_ABOUT
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the directory as downloaded: a zip, or its CSV")
    add_store_option(parser, reading=False)
    parser.set_defaults(command=_save_postcodes)


def _save_postcodes(options: argparse.Namespace) -> int:
    from shp_data.intake.postcodes import save_postcodes  # the other commands do not wait for it

    part = save_postcodes(options.file, options.store or settings.find_store_dir(), partnership().areas)
    areas = ", ".join(f"{lpa} {count:,}" for lpa, count in part.by_lpa.items())
    print(f"{part.read:,} postcodes read, {part.kept:,} saved: {areas}")
    print("Files that are already loaded stay as they are: undo their load on the Data page, and load them again.")
    return 0
