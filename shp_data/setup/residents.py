"""The rows of populations.csv: residents of each ward by ward year, and of each area, by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shp_data.domain.areas import WardBoundaries
from shp_data.domain.errors import InputError
from shp_data.setup.boundary_files import Boundaries, Zone
from shp_data.setup.population_files import Residents

COLUMNS = ("level", "vintage", "code", "name", "lpa", "year", "basis", "population")
BASIS = "mid-year estimate"


def build_populations(
    residents: Residents, vintages: Sequence[tuple[WardBoundaries, Boundaries]], areas: Sequence[Zone]
) -> list[tuple[object, ...]]:
    """Build the rows of populations.csv, in COLUMNS: each ward of each ward year, and each area as their sum.

    An area has a figure for each year in which every one of its wards has one. Raises InputError where a
    ward has no figure at all, a code is in no ward file, or the wards of two ward years do not add up to
    the same.
    """
    ward_codes = frozenset().union(*(wards.ward_codes for _, wards in vintages))
    for code, location in residents.read_at.items():
        if code not in ward_codes:
            raise InputError(
                f"{location}: ward {code!r} is in none of the ward files ({', '.join(ward_file.file for _, ward_file in vintages)}). "
                "Leave out its rows (or sheet) where they are of other wards, or add the boundaries of that year."
            )
    years_by_code: dict[str, list[int]] = {}
    for code, year in sorted(residents.counts):
        years_by_code.setdefault(code, []).append(year)
    rows: list[tuple[object, ...]] = []
    sums: dict[tuple[str, int], tuple[int, str]] = {}
    for vintage, wards in vintages:
        for zone in wards.zones:
            if zone.code not in years_by_code:
                raise InputError(
                    f"{wards.file}: no population of ward {zone.code} ({zone.name}, {zone.area}) is known; expected "
                    "one for every ward of every vintage. Add its row to the populations, or leave this vintage out."
                )
            rows += [
                ("ward", vintage.id, zone.code, zone.name, zone.area, year, BASIS, residents.counts[zone.code, year])
                for year in years_by_code[zone.code]
            ]
        for area in areas:
            _add_sums(sums, residents, wards, area.name, vintage.id)
    return _list_area_rows(sums, areas) + rows


def _add_sums(
    sums: dict[tuple[str, int], tuple[int, str]], residents: Residents, wards: Boundaries, area: str, ward_year: str
) -> None:
    """Add an area's residents in each year in which every ward of it has a figure."""
    codes = {zone.code for zone in wards.zones if zone.area == area}
    years = {year for code, year in residents.counts if code in codes}
    for year in sorted(years):
        if all((code, year) in residents.counts for code in codes):
            total = sum(residents.counts[code, year] for code in codes)
            earlier, earlier_ward_year = sums.setdefault((area, year), (total, ward_year))
            if earlier != total:
                raise InputError(
                    f"{area}, {year}: its wards of {earlier_ward_year} hold {earlier:,} residents, those of {ward_year} {total:,}; "
                    "expected the same. Are both of the same release of estimates?"
                )


def _list_area_rows(sums: Mapping[tuple[str, int], tuple[int, str]], areas: Sequence[Zone]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for area in areas:
        years = sorted(year for name, year in sums if name == area.name)
        if not years:
            raise InputError(f"{area.name}: no year has a figure for every one of its wards; expected one at least.")
        rows += [("lpa", "", area.code, area.name, area.name, y, BASIS, sums[area.name, y][0]) for y in years]
    return rows
