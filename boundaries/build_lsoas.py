"""Build the files of LSOAs next to the boundary files: their outlines, their residents, and the wards that they are in.

Run from the project's folder: `python -m boundaries.build_lsoas --help`. See README.md here.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.build import HERE
from shp_data.domain.boundaries import LSOAS, LSOAS_DRAWN
from shp_data.domain.errors import InputError, UserError
from shp_data.domain.schema import name_ward_column
from shp_data.setup.boundary_files import find_field, list_fields, read_boundaries, read_texts
from shp_data.setup.folder import format_layer
from shp_data.setup.outlines import GRID, Generalisation, check_coverage, generalise_outlines

CODE = [r"lsoa(21)?_?(cd|code)"]
NAME = [r"lsoa(21)?_?(nm|name)"]
# Records are placed in the outlines as ONS publishes them; a map needs no bend of less than 35 metres.
LAYERS = {LSOAS: Generalisation(0.0, 6, 0.0), LSOAS_DRAWN: Generalisation(35.0, 5, 5000.0)}
# The boundaries of LSOAs and wards are generalised apart, so that lines that are one differ by some metres. A part of
# the area of an LSOA this large may be on the other side and no more.
TOLERANCE = 0.02


def find_containing(lsoas: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, column: str) -> pd.Series[str]:
    """Find the area that has all of each LSOA, but for TOLERANCE; missing where it is in several.

    Parameters
    ----------
    lsoas : code and geometry (British National Grid).
    areas : the value to return, in `column`, and geometry (British National Grid).

    Returns
    -------
    pandas.Series : the value by LSOA code.
    """
    named = areas[["geometry"]].assign(area=areas[column])
    parts = lsoas[["code", "geometry"]].overlay(named, keep_geom_type=True)
    shares = parts.assign(part=parts.area).groupby(["code", "area"], as_index=False).part.sum()
    whole = shares.code.map(lsoas.set_index("code").area)
    return shares[shares.part >= (1 - TOLERANCE) * whole].set_index("code").area.reindex(lsoas.code)


def list_codes(changes: pd.DataFrame) -> pd.DataFrame:
    """List the LSOAs of 2021 that each code means: itself, or those that an LSOA of 2011 became.

    `changes`: lsoa11_code and lsoa21_code, a row for each pair. An LSOA of 2011 that was merged with another lies
    in the one of 2021. Returns the columns code and lsoa21_code.
    """
    current = pd.DataFrame({"code": changes.lsoa21_code, "lsoa21_code": changes.lsoa21_code})
    former = changes.rename(columns={"lsoa11_code": "code"})[["code", "lsoa21_code"]]
    # A code of both years means one area: only an LSOA that did not change has kept it.
    return pd.concat([former, current[~current.code.isin(former.code)]]).drop_duplicates()


def build_lsoas(
    lsoas: gpd.GeoDataFrame, changes: pd.DataFrame, lpas: gpd.GeoDataFrame, wards: dict[str, gpd.GeoDataFrame]
) -> pd.DataFrame:
    """Build the table of LSOAs: code, lpa and the ward code in each ward year, empty where it is in several.

    `lsoas`: code and geometry of 2021; `lpas` and `wards` (by ward year): code, lpa and geometry; all in British
    National Grid. `changes` as in `list_codes`. Raises InputError for an LSOA that is in no single LPA.
    """
    places = pd.DataFrame({"lpa": find_containing(lsoas, lpas, "lpa")})
    for ward_year, frame in wards.items():
        places[name_ward_column(ward_year)] = find_containing(lsoas, frame, "code")
    if lost := sorted(places.index[places.lpa.isna()]):
        raise InputError(f"LSOA {', '.join(lost)}: not in one LPA; expected the LSOAs of the partnership's areas.")
    codes = list_codes(changes[changes.lsoa21_code.isin(places.index)])
    joined = codes.merge(places, left_on="lsoa21_code", right_index=True)
    # Of an LSOA that was split, all parts must lie in the ward.
    grouped = joined.groupby("code")[list(places.columns)]
    common = grouped.first().where(grouped.nunique(dropna=False) == 1)
    return common.sort_index().reset_index()


def read_lsoas(path: Path) -> gpd.GeoDataFrame:
    """Read the LSOAs of a boundary file: code, name (or code again) and geometry (British National Grid), by code."""
    frame, file = read_boundaries(path), path.name
    code, name = (find_field(frame, patterns, file) for patterns in (CODE, NAME))
    if code is None:
        raise InputError(f"{file}: its fields are {list_fields(frame)}; expected LSOA21CD or lsoa21_code.")
    return gpd.GeoDataFrame(
        {"code": read_texts(frame, code), "name": read_texts(frame, name or code)},
        geometry=[_drop_lines(outline) for outline in frame.geometry],
        crs=frame.crs,
    ).sort_values("code", ignore_index=True)


def _drop_lines(outline: shapely.Geometry) -> shapely.Geometry:
    """Drop the parts of an outline that the rounding of a file has turned into lines."""
    parts = [part for part in shapely.get_parts(outline) if part.area > 0]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def list_facts(lsoas: pd.DataFrame, facts: pd.DataFrame, neighbourhoods: pd.DataFrame, edition: str) -> pd.DataFrame:
    """List the facts of each LSOA: the content of lsoas_2021.csv.

    Parameters
    ----------
    lsoas : code, name and lpa.
    facts : lsoa21_code, mid2022_persons (residents) and imd2025_imd_decile (1: the most deprived tenth of England).
    neighbourhoods : msoa21_name and hoc_library_name; an LSOA has the name of its MSOA and a letter.
    edition : of the estimates of residents.

    Returns
    -------
    pandas.DataFrame : code, name, neighbourhood (empty where it has none), lpa, edition, year, population,
        imd2025_decile.

    Raises
    ------
    InputError : for an LSOA without facts.
    """
    names = dict(zip(neighbourhoods.msoa21_name, neighbourhoods.hoc_library_name, strict=True))
    table = lsoas[["code", "name", "lpa"]].merge(facts, left_on="code", right_on="lsoa21_code", how="left")
    if missing := sorted(table.code[table[["mid2022_persons", "imd2025_imd_decile"]].isna().any(axis=1)]):
        raise InputError(f"LSOA {', '.join(missing)}: no residents or no decile; expected both of each LSOA.")
    return pd.DataFrame(
        {
            "code": table.code,
            "name": table.name,
            "neighbourhood": table.name.str[:-1].map(names).fillna(""),
            "lpa": table.lpa,
            "edition": edition,
            "year": 2022,
            "population": table.mid2022_persons.astype(int),
            "imd2025_decile": table.imd2025_imd_decile.astype(int),
        }
    )


def format_layers(lsoas: gpd.GeoDataFrame, file: str) -> dict[str, str]:
    """Format the outlines in full and for drawing, by the names of their files.

    `lsoas`: code, name, lpa and geometry (British National Grid), read from `file`. Raises InputError where they are
    not a whole, valid coverage.
    """
    check_coverage(lsoas.geometry.to_numpy(), list(lsoas.name), np.array([]), file, GRID)
    texts = {}
    for layer, how in LAYERS.items():
        outlines = generalise_outlines(lsoas.geometry.to_numpy(), list(lsoas.name), how)
        zones = zip(lsoas.code, lsoas.name, lsoas.lpa, outlines, strict=True)
        texts[f"{layer}.geojson"] = format_layer(zones, layer, "2021", how)
    return texts


def _read_layer(path: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(path).to_crs(GRID)


def _read_table(path: Path, *columns: str) -> pd.DataFrame:
    try:
        return pd.read_csv(path)[list(columns)]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{path.name}: {error}; expected a CSV with {' and '.join(columns)}.") from error


def build(options: argparse.Namespace) -> None:
    """Write lsoas.csv for the LPAs and every ward file in the boundary folder, and with residents the other files."""
    lsoas = read_lsoas(options.lsoas)
    wards = {
        file.stem.removeprefix("wards_"): _read_layer(file) for file in sorted(options.folder.glob("wards_*.geojson"))
    }
    changes = _read_table(options.changes, "lsoa11_code", "lsoa21_code")
    table = build_lsoas(lsoas, changes, _read_layer(options.folder / "lpas.geojson"), wards)
    # All is worked out before the first file is written, so that a fault leaves the old files as a matching set.
    texts = {"lsoas.csv": table.to_csv(index=False, lineterminator="\n")}
    if options.residents:
        edition, file = options.residents
        lsoas["lpa"] = lsoas.code.map(table.set_index("code").lpa)
        columns = ("msoa21_name", "hoc_library_name")
        names = options.neighbourhoods
        facts = list_facts(
            lsoas,
            _read_table(Path(file), "lsoa21_code", "mid2022_persons", "imd2025_imd_decile"),
            _read_table(names, *columns) if names else pd.DataFrame(columns=columns),
            edition,
        )
        texts |= format_layers(lsoas, options.lsoas.name)
        texts[f"{LSOAS}.csv"] = facts.to_csv(index=False, lineterminator="\n")
    for name, text in texts.items():
        (options.folder / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {len(text.encode()):,} bytes")
    inside = ", ".join(f"{int(table[name_ward_column(year)].notna().sum())} in a ward of {year}" for year in wards)
    print(f"{len(lsoas)} LSOAs of 2021, {len(table)} of 2011 or 2021, {inside}")


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0 built, 1 nothing could be built (one line says why), 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m boundaries.build_lsoas", description=__doc__)
    parser.add_argument("--lsoas", type=Path, required=True, metavar="FILE", help="boundaries of the LSOAs of 2021")
    parser.add_argument("--changes", type=Path, required=True, metavar="FILE", help="ONS's lookup of 2011 to 2021")
    parser.add_argument(
        "--residents", nargs=2, metavar=("EDITION", "FILE"),
        help="residents of mid-2022 and deciles of the Indices of Deprivation 2025, and the edition of the residents; "
        "without them there are no LSOAs on maps and in counts",
    )  # fmt: skip
    parser.add_argument("--neighbourhoods", type=Path, metavar="FILE", help="names of the MSOAs of 2021")
    parser.add_argument("--folder", type=Path, default=HERE, help="where the boundary files are")
    try:
        build(parser.parse_args(arguments))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
