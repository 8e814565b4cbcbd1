"""Build populations.csv beside the boundary files: residents of each LPA and of each ward of every vintage.

Run from the project's folder: `python -m boundaries.build_populations --help`. See README.md here.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd

from boundaries.build import HERE, METRES, STORED
from shp_data.domain.errors import InputError, UserError

COLUMNS = ["level", "vintage", "code", "name", "lpa", "year", "basis", "population"]
BASIS = {"mid": "mid-year estimate", "census": "census"}


def lpa_populations(authorities: pd.DataFrame, lpas: gpd.GeoDataFrame) -> pd.DataFrame:
    """How many people live in each LPA, by year?

    `authorities`: lad_code and a column each for midYYYY or censusYYYY (residents). Returns COLUMNS.
    Raises InputError where an LPA has no row.
    """
    found = authorities.set_index("lad_code").reindex(lpas.code)
    if found.isna().to_numpy().any():
        lacking = ", ".join(found.index[found.isna().any(axis=1)])
        raise InputError(f"no authority population for {lacking}; expected one a year for every LPA.")
    return _long(found, lpas, "lpa", "", "")


def ward_populations(
    neighbourhoods: pd.DataFrame, centres: pd.DataFrame, wards: gpd.GeoDataFrame, vintage: str
) -> pd.DataFrame:
    """How many people live in each ward, by year: the sum of the LSOAs whose centre lies in the ward.

    `neighbourhoods`: lsoa11_code, lad_name and midYYYY (residents); `centres`: lsoa11cd, lon, lat, the
    population-weighted centres (WGS84). Returns COLUMNS. Raises InputError where an LSOA has no centre, a centre
    lies in no ward, or a ward holds no centre. Method: ONS's best fit of small areas by their weighted centre.
    """
    joined = neighbourhoods.merge(centres, left_on="lsoa11_code", right_on="lsoa11cd", how="left", validate="1:1")
    points = gpd.points_from_xy(joined.lon, joined.lat, crs=STORED).to_crs(METRES)
    placed = gpd.GeoDataFrame(joined, geometry=points).sjoin(
        wards.to_crs(METRES)[["code", "geometry"]], how="left", predicate="within"
    )
    if (lost := placed.code.isna()).any():
        raise InputError(f"wards of {vintage}: the centre of {', '.join(placed.lsoa11_code[lost])} is in no ward.")
    years = [column for column in neighbourhoods if re.fullmatch(r"mid\d{4}", column)]
    summed = placed.groupby("code")[years].sum().reindex(wards.code)
    if summed.isna().to_numpy().any():
        lacking = ", ".join(summed.index[summed.isna().any(axis=1)])
        raise InputError(f"wards of {vintage}: no LSOA has its centre in {lacking}; its population is not known.")
    return _long(summed, wards, "ward", vintage, "derived ")


def _long(wide: pd.DataFrame, areas: gpd.GeoDataFrame, level: str, vintage: str, prefix: str) -> pd.DataFrame:
    known = wide.filter(regex=r"^(?:mid|census)\d{4}$").rename_axis("code").reset_index()
    long = known.melt("code", var_name="estimate", value_name="population").merge(areas[["code", "name", "lpa"]])
    kind = long.estimate.str.extract(r"(?P<basis>\D+)(?P<year>\d+)")
    long = long.assign(
        level=level, vintage=vintage, year=kind.year, basis=prefix + kind.basis.map(BASIS),
        population=long.population.astype(int),
    )  # fmt: skip
    return long.sort_values(["vintage", "code", "year"])[COLUMNS]


def build(options: argparse.Namespace) -> None:
    """Write populations.csv for the LPAs and for every ward file in the boundary folder."""
    try:
        authorities, neighbourhoods, centres = (
            pd.read_csv(file) for file in (options.authorities, options.lsoas, options.centres)
        )
    except (OSError, UnicodeDecodeError, pd.errors.ParserError) as error:
        raise InputError(f"{error}; expected three CSV files, as boundaries/README.md describes them.") from error
    tables = [lpa_populations(authorities, gpd.read_file(options.folder / "lpas.geojson"))]
    for file in sorted(options.folder.glob("wards_*.geojson")):
        vintage = file.stem.removeprefix("wards_")
        tables.append(ward_populations(neighbourhoods, centres, gpd.read_file(file), vintage))
    target = options.folder / "populations.csv"
    pd.concat(tables).to_csv(target, index=False, lineterminator="\n")
    print(f"{target.name}: {sum(map(len, tables))} rows")


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 built, 1 nothing could be built (one line says why), 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m boundaries.build_populations", description=__doc__)
    for name in ("authorities", "lsoas", "centres"):
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="FILE")
    parser.add_argument("--folder", type=Path, default=HERE, help="where the boundary files are")
    try:
        build(parser.parse_args(arguments))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
