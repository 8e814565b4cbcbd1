"""`init`: create a partnership.toml with comments and the boundary files of another partnership."""

from __future__ import annotations

import argparse
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from shp_data.commands.options import Commands
from shp_data.domain.areas import WardBoundaries
from shp_data.domain.errors import UserError, describe_unknown
from shp_data.domain.vocabulary import normalise_name

_ABOUT = """Create the folder of a partnership: partnership.toml with comments, and boundaries/. It needs wards
(a shapefile, GeoPackage, GeoJSON or KML, zipped or not, in any coordinate reference system that the file declares, with
ONS's field names such as WD24CD, WD24NM and LAD24NM) and the residents of each ward. docs/your-partnership.md goes
through it step by step."""


def add(commands: Commands) -> None:
    """Add the command and its options."""
    parser = commands.add_parser(
        "init", help="create the folder of a new partnership, from boundaries and populations", description=_ABOUT
    )
    parser.add_argument("--name", required=True, help="name of the partnership, as in the heading of its report")
    parser.add_argument(
        "--wards", nargs="+", type=_parse_wards, required=True, metavar="ID=FILE",
        help="ward boundaries of each year, oldest first: 2020=wards_2020.zip 2024=wards_2024.gpkg",
    )  # fmt: skip
    parser.add_argument(
        "--in-force", nargs="+", type=_parse_in_force, default=[], metavar="ID=YYYY-MM-DD",
        help="day from which they are in force, for each but the first: 2024=2024-05-02",
    )  # fmt: skip
    parser.add_argument(
        "--populations", nargs="+", type=Path, required=True, metavar="FILE",
        help="residents by ward, CSV or XLSX: ward code, year and residents, or estimates as ONS publishes them; also "
        "ONS's estimates of local authorities, if they are newer than those that come with the dashboard",
    )  # fmt: skip
    parser.add_argument(
        "--lpas", type=Path, metavar="FILE",
        help="boundaries of the Local Policing Areas, if they are not the local authorities named in the ward files",
    )  # fmt: skip
    parser.add_argument("--areas", nargs="+", default=[], metavar="NAME", help="keep only these areas (default: all)")
    parser.add_argument("--home", metavar="NAME", help="area that pages open with (default: the only one)")
    parser.add_argument("--region", metavar="NAME", help="name for all areas together (default: the only one)")
    parser.add_argument("--police", required=True, metavar="NAME", help="police force, as the supplier of its figures")
    parser.add_argument("--force", default="", metavar="ID", help="its id at data.police.uk, for `fetch`")
    parser.add_argument("--sources", nargs="+", default=[], metavar="NAME", help="other suppliers of incident files")
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="folder to create; an existing folder is never changed",
    )
    parser.set_defaults(command=_create_folder)


def _create_folder(options: argparse.Namespace) -> int:
    from shp_data.setup.boundary_files import read_areas, read_wards  # brings geopandas, which no other command needs
    from shp_data.setup.folder import PartnershipContent, create_folder
    from shp_data.setup.partnership_text import Names
    from shp_data.setup.populations import read_residents

    if duplicates := [name for name in options.sources if ["police.uk", *options.sources].count(name) > 1]:
        raise UserError(f"--sources: {duplicates[0]!r} is a supplier already; give each supplier once")
    lpas = read_areas(options.lpas, options.areas) if options.lpas else None
    ward_files = tuple(
        (boundaries, read_wards(file, lpas, () if options.lpas else options.areas))
        for boundaries, file in _match_boundaries(options.wards, options.in_force)
    )
    areas = ward_files[-1][1].list_areas()
    home, region = _find_area("--home", options.home, areas), options.region or _find_area("--region", None, areas)
    names = Names(options.name, home, region, options.force, options.police, tuple(options.sources))
    residents = read_residents(options.populations, areas, skip_others=not options.lpas)
    partnership = create_folder(PartnershipContent(names, ward_files, residents), options.output)
    print(f"created: {options.output / 'partnership.toml'}, with comments on what to change")
    for vintage in partnership.areas.ward_boundaries:
        count = len(partnership.areas.wards[vintage.id])
        print(f"ward boundaries of {vintage.id}: {count} wards in {', '.join(partnership.areas.lpa_names)}")
    print(f"to use it, set SHP_PARTNERSHIP to {options.output}; docs/your-partnership.md has the next steps")
    return 0


def _match_boundaries(
    files: Sequence[tuple[str, Path]], in_force: Sequence[tuple[str, dt.date]]
) -> list[tuple[WardBoundaries, Path]]:
    """Match each file of wards with the day from which its boundaries are in force."""
    ids, starts = [id_ for id_, _ in files], dict(in_force)
    for id_ in starts:
        if id_ not in ids[1:]:
            raise UserError(f"--in-force: {describe_unknown('ward boundaries', id_, ids[1:])} (the first need no day)")
    duplicates = [id_ for id_ in ids if ids.count(id_) > 1]
    if duplicates:
        raise UserError(f"--wards: two files have the id {duplicates[0]}; give each its own")
    return [(WardBoundaries(id_, starts.get(id_)), file) for id_, file in files]


def _find_area(option: str, name: str | None, areas: Iterable[str]) -> str:
    """Find the printed name of an area; without a name, the only area."""
    names = list(areas)
    if name is None and len(names) > 1:
        raise UserError(f"{option} is missing: the areas are {', '.join(names)}")
    matches = [area for area in names if name is None or normalise_name(area) == normalise_name(name)]
    if not matches:
        raise UserError(f"{option}: {describe_unknown('area', name, names)}")
    return matches[0]


def _parse_wards(text: str) -> tuple[str, Path]:
    id_, equals, file = text.partition("=")
    if not (re.fullmatch(r"[A-Za-z0-9]+", id_) and equals and file):
        raise argparse.ArgumentTypeError(
            f"{text!r}; expected an id of letters and digits, and a file, such as 2024=wards.zip"
        )
    return id_, Path(file)


def _parse_in_force(text: str) -> tuple[str, dt.date]:
    id_, _, day = text.partition("=")
    try:
        return id_, dt.date.fromisoformat(day)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}; expected an id and a day, such as 2024=2024-05-02") from error
