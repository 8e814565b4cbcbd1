"""Build populations.csv and authority_populations.csv next to the boundary files, from ONS's published estimates.

Run from the project's folder: `python -m boundaries.build_populations --help`. See README.md here.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd

from boundaries.build import HERE
from shp_data.domain.errors import InputError, UserError
from shp_data.domain.populations import BEFORE_CENSUS
from shp_data.setup.populations import COLUMNS

ESTIMATE = r"^mid\d{4}$"


def list_authorities(estimates: pd.DataFrame, edition: str) -> pd.DataFrame:
    """List every authority of a file with its estimates: the content of authority_populations.csv.

    `estimates`: lad_code, lad_name and a column for each midYYYY. Returns these, with the edition.
    """
    years = list(estimates.filter(regex=ESTIMATE).columns)
    table = estimates.assign(edition=edition)[["lad_code", "lad_name", "edition", *years]]
    return table.sort_values("lad_code", ignore_index=True)


def list_residents(estimates: pd.DataFrame, areas: gpd.GeoDataFrame, edition: str, vintage: str = "") -> pd.DataFrame:
    """List the residents of each LPA, or of each ward of a ward year, by year and as published.

    `estimates`: lad_code or ward_code and a column for each midYYYY. `areas`: LPAs, or wards of the year
    `vintage`. Returns COLUMNS. Raises InputError where an area has no row, or two that differ.
    """
    level = "ward" if vintage else "lpa"
    code = "ward_code" if vintage else "lad_code"
    years = list(estimates.filter(regex=ESTIMATE).columns)
    # A file may have the wards of several years: most of them are in each, with the same figure.
    rows = estimates[[code, *years]].drop_duplicates().rename(columns={code: "code"})
    for wanted in areas.code:
        if (times := int((rows.code == wanted).sum())) != 1:
            raise InputError(f"{wanted}, {edition}: {times} rows with its residents; expected one.")
    long = rows.melt("code", var_name="year", value_name="population").merge(areas[["code", "name", "lpa"]])
    long = long.assign(
        level=level, vintage=vintage, edition=edition, basis="mid-year estimate",
        year=long.year.str.removeprefix("mid"),
    )  # fmt: skip
    return long.sort_values(["code", "year"])[list(COLUMNS)]


def check_sums(populations: pd.DataFrame) -> None:
    """Check that wards add up to their LPA, where both are of one edition. Raises InputError with the first."""
    keys = ["lpa", "edition", "year"]
    sums = populations.groupby([*keys, "level", "vintage"], as_index=False).population.sum()
    wards, lpas = sums[sums.level == "ward"], sums[sums.level == "lpa"]
    both = wards.merge(lpas, on=keys, suffixes=("", "_lpa"))
    for row in both[both.population != both.population_lpa].itertuples():
        raise InputError(
            f"{row.lpa}, {row.year}: its wards of {row.vintage} have {row.population:,} residents, the "
            f"authority {row.population_lpa:,}; expected the same. Are both of the same release of estimates?"
        )


def _read_table(path: Path, code: str) -> pd.DataFrame:
    """Read the estimates of a file, with its columns named as above (`lad23_code`, `mid2022_persons`)."""
    try:
        table = pd.read_csv(path).rename(columns=lambda name: re.sub(r"^lad\d\d_code$", "lad_code", str(name)))
        table = table.rename(columns=lambda name: str(name).removesuffix("_persons"))
        estimates = list(table.filter(regex=ESTIMATE).columns)
        table[estimates] = table[estimates].apply(pd.to_numeric)
    except (OSError, ValueError) as error:  # ValueError: not text, not CSV, or not a number
        raise InputError(f"{path.name}: {error}; expected a CSV, see boundaries/README.md.") from error
    if code not in table or not estimates:
        raise InputError(f"{path.name}: no column {code}, or none such as mid2019; it has {', '.join(table.columns)}.")
    # A missing figure would make the sum of its area too small without any sign of it.
    if (empty := table[[code, *estimates]].isna().any(axis=1)).any():
        raise InputError(f"{path.name}, row {empty.idxmax() + 2}: an empty cell; missing is not zero.")
    return table


def build(options: argparse.Namespace) -> None:
    """Write authority_populations.csv for every authority, and populations.csv for the LPAs and their wards."""
    edition, series = options.authorities
    authorities = _read_table(Path(series), "lad_code")
    lpas = gpd.read_file(options.folder / "lpas.geojson")
    before_census = _read_table(options.before_census, "lad_code")
    tables = [list_residents(before_census, lpas, BEFORE_CENSUS), list_residents(authorities, lpas, edition)]
    for vintage, ward_edition, file in options.wards:
        wards = gpd.read_file(options.folder / f"wards_{vintage}.geojson")
        tables.append(list_residents(_read_table(Path(file), "ward_code"), wards, ward_edition, vintage))
    populations = pd.concat(tables)
    check_sums(populations)
    for name, table in (
        ("authority_populations.csv", list_authorities(authorities, edition)),
        ("populations.csv", populations),
    ):
        table.to_csv(options.folder / name, index=False, lineterminator="\n")
        print(f"{name}: {len(table)} rows")


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0 built, 1 nothing could be built (one line says why), 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m boundaries.build_populations", description=__doc__)
    parser.add_argument(
        "--authorities", nargs=2, required=True, metavar=("EDITION", "FILE"),
        help="estimates of all authorities, and when they were published, such as 'July 2025'",
    )  # fmt: skip
    parser.add_argument(
        "--before-census", type=Path, required=True, metavar="FILE",
        help="estimates of the LPAs as they were before Census 2021",
    )  # fmt: skip
    parser.add_argument(
        "--wards", nargs=3, action="append", required=True, metavar=("YEAR", "EDITION", "FILE"),
        help="estimates of the wards of a ward year; once for each ward year",
    )  # fmt: skip
    parser.add_argument("--folder", type=Path, default=HERE, help="where the boundary files are")
    try:
        build(parser.parse_args(arguments))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
