"""Build lsoas.csv next to the boundary files: the LPA of each LSOA, and the wards in which all of it lies.

Run from the project's folder: `python -m boundaries.build_lsoas --help`. See README.md here.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd

from boundaries.build import HERE
from shp_data.domain.errors import InputError, UserError
from shp_data.domain.schema import name_ward_column
from shp_data.setup.boundary_files import find_field, list_fields, read_boundaries
from shp_data.setup.outlines import GRID

CODE = [r"lsoa(21)?_?(cd|code)"]
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


def _read_layer(path: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(path).to_crs(GRID)


def _read_changes(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype=str)[["lsoa11_code", "lsoa21_code"]]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{path.name}: {error}; expected a CSV with lsoa11_code and lsoa21_code.") from error


def build(options: argparse.Namespace) -> None:
    """Write lsoas.csv for the LPAs and every ward file in the boundary folder."""
    lsoas = read_boundaries(options.lsoas)
    field = find_field(lsoas, CODE, options.lsoas.name)
    if field is None:
        raise InputError(
            f"{options.lsoas.name}: its fields are {list_fields(lsoas)}; expected LSOA21CD or lsoa21_code."
        )
    wards = {
        file.stem.removeprefix("wards_"): _read_layer(file) for file in sorted(options.folder.glob("wards_*.geojson"))
    }
    table = build_lsoas(
        lsoas.rename(columns={field: "code"}),
        _read_changes(options.changes),
        _read_layer(options.folder / "lpas.geojson"),
        wards,
    )
    target = options.folder / "lsoas.csv"
    table.to_csv(target, index=False, lineterminator="\n")
    inside = ", ".join(f"{int(table[name_ward_column(year)].notna().sum())} in a ward of {year}" for year in wards)
    print(f"{target.name}: {len(table)} LSOAs of 2011 or 2021, {inside}")


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0 built, 1 nothing could be built (one line says why), 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m boundaries.build_lsoas", description=__doc__)
    parser.add_argument("--lsoas", type=Path, required=True, metavar="FILE", help="boundaries of the LSOAs of 2021")
    parser.add_argument("--changes", type=Path, required=True, metavar="FILE", help="ONS's lookup of 2011 to 2021")
    parser.add_argument("--folder", type=Path, default=HERE, help="where the boundary files are")
    try:
        build(parser.parse_args(arguments))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
