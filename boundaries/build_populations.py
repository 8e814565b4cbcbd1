"""Build populations.csv next to the boundary files: residents of each LPA, and of each ward in each year's boundaries.

Run from the project's folder: `python -m boundaries.build_populations --help`. See README.md here.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd

from boundaries.build import HERE
from shp_data.domain.errors import InputError, UserError
from shp_data.setup.outlines import DEGREES, GRID

COLUMNS = ["level", "vintage", "code", "name", "lpa", "year", "basis", "population"]
ESTIMATE = r"^(?:mid|census)\d{4}$"
BASIS = {"mid": "mid-year estimate", "census": "census"}


def count_lpa_residents(authorities: pd.DataFrame, lpas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Count the residents of each LPA, by year.

    `authorities`: lad_code and a column each for midYYYY or censusYYYY (residents). Returns COLUMNS.
    Raises InputError where an LPA has no row.
    """
    estimates = authorities.set_index("lad_code").filter(regex=ESTIMATE).reindex(lpas.code)
    if estimates.isna().to_numpy().any():
        lacking = ", ".join(estimates.index[estimates.isna().any(axis=1)])
        raise InputError(f"no authority population for {lacking}; expected one a year for every LPA.")
    return _reshape_long(estimates, lpas, "lpa", "", "")


def count_ward_residents(
    neighbourhoods: pd.DataFrame, centres: pd.DataFrame, wards: gpd.GeoDataFrame, vintage: str
) -> pd.DataFrame:
    """Count the residents of each ward, by year: the sum of the LSOAs whose centre is in the ward.

    `neighbourhoods`: lsoa11_code and midYYYY (residents); `centres`: lsoa11cd, lon, lat, the LSOAs'
    population-weighted centres (WGS84). Returns COLUMNS. Raises InputError where the centre of an LSOA is
    missing or in no ward, or if a ward has none. Method: ONS's best fit of small areas by weighted centre.
    """
    joined = neighbourhoods.merge(centres, left_on="lsoa11_code", right_on="lsoa11cd", how="left")
    points = gpd.points_from_xy(joined.lon, joined.lat, crs=DEGREES).to_crs(GRID)
    # The centre is weighted by population, so each LSOA counts where most of its residents are likely to live.
    placed = gpd.GeoDataFrame(joined, geometry=points).sjoin(
        wards.to_crs(GRID)[["code", "geometry"]], how="left", predicate="within"
    )
    if (lost := placed.code.isna()).any():
        lacking = ", ".join(placed.lsoa11_code[lost])
        raise InputError(f"wards of {vintage}: the centre of {lacking} is missing or in no ward.")
    summed = placed.groupby("code")[neighbourhoods.filter(regex=ESTIMATE).columns].sum().reindex(wards.code)
    if summed.isna().to_numpy().any():
        lacking = ", ".join(summed.index[summed.isna().any(axis=1)])
        raise InputError(f"wards of {vintage}: no LSOA has its centre in {lacking}; so it has no population.")
    return _reshape_long(summed, wards, "ward", vintage, "derived ")


def check_sums(populations: pd.DataFrame) -> None:
    """Check that the wards of each year add up to their LPA. Raises InputError with the first that do not."""
    # Wards are sums of LSOAs and LPAs come from another file, so this also compares the two releases.
    sums = populations.groupby(["lpa", "year", "level", "vintage"], as_index=False).population.sum()
    wards, lpas = sums[sums.level == "ward"], sums[sums.level == "lpa"]
    both = wards.merge(lpas, on=["lpa", "year"], suffixes=("", "_lpa"))
    for row in both[both.population != both.population_lpa].itertuples():
        raise InputError(
            f"{row.lpa}, {row.year}: its wards of {row.vintage} have {row.population:,} residents, the "
            f"authority {row.population_lpa:,}; expected the same. Are both of the same release of estimates?"
        )


def _reshape_long(wide: pd.DataFrame, areas: gpd.GeoDataFrame, level: str, vintage: str, prefix: str) -> pd.DataFrame:
    long = wide.rename_axis("code").reset_index().melt("code", var_name="estimate", value_name="population")
    long = long.merge(areas[["code", "name", "lpa"]])
    kind = long.estimate.str.extract(r"(?P<basis>\D+)(?P<year>\d+)")
    long = long.assign(
        level=level, vintage=vintage, year=kind.year, basis=prefix + kind.basis.map(BASIS),
        population=long.population.astype(int),
    )  # fmt: skip
    return long.sort_values(["vintage", "code", "year"])[COLUMNS]


def _read_table(path: Path, *needed: str) -> pd.DataFrame:
    try:
        table = pd.read_csv(path)
        estimates = table.filter(regex=ESTIMATE).columns
        table[estimates] = table[estimates].apply(pd.to_numeric)
    except (OSError, ValueError) as error:  # ValueError: not text, not CSV, or not a number
        raise InputError(f"{path.name}: {error}; expected a CSV, see boundaries/README.md.") from error
    if missing := [column for column in needed if column not in table]:
        raise InputError(f"{path.name}: no column {', '.join(missing)}; it has {', '.join(table.columns)}.")
    # A missing figure would make the sum of its area too small without any sign of it.
    if (empty := table[[*needed, *estimates]].isna().any(axis=1)).any():
        raise InputError(f"{path.name}, row {empty.idxmax() + 2}: an empty cell; missing is not zero.")
    return table


def build(options: argparse.Namespace) -> None:
    """Write populations.csv for the LPAs and for every ward file in the boundary folder."""
    authorities = _read_table(options.authorities, "lad_code")
    neighbourhoods = _read_table(options.lsoas, "lsoa11_code")
    centres = _read_table(options.centres, "lsoa11cd", "lon", "lat")
    tables = [count_lpa_residents(authorities, gpd.read_file(options.folder / "lpas.geojson"))]
    for file in sorted(options.folder.glob("wards_*.geojson")):
        vintage = file.stem.removeprefix("wards_")
        tables.append(count_ward_residents(neighbourhoods, centres, gpd.read_file(file), vintage))
    populations = pd.concat(tables)
    check_sums(populations)
    target = options.folder / "populations.csv"
    populations.to_csv(target, index=False, lineterminator="\n")
    print(f"{target.name}: {len(populations)} rows")


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0 built, 1 nothing could be built (one line says why), 2 wrong usage."""
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
