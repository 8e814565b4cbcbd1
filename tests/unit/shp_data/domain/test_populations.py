"""The edition of a figure's residents, wards that add up to their area, and how the estimates are named."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from shp_data.analysis.measures import find_population
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.populations import (
    BEFORE_CENSUS,
    Population,
    choose_edition,
    describe_populations,
    scale_wards,
)

AREAS = partnership().areas
NEW = "July 2025"


@pytest.mark.parametrize(
    ("periods", "edition"),
    [
        (["2020-21"], BEFORE_CENSUS),
        (["2021-03"], BEFORE_CENSUS),
        (["2020-21-Q4", "2019-20-Q4"], BEFORE_CENSUS),
        (["2021-04"], NEW),
        (["2021-22-Q1", "2020-21-Q1"], NEW),  # a change that reaches into 2021-22 takes both years from one edition
        (["2020-21", "2021-22"], NEW),
        (["2018-04 to 2021-06"], NEW),  # so does a series
        (["2025-26"], NEW),
    ],
)
def test_one_edition_for_all_the_periods_of_a_figure(periods: list[str], edition: str) -> None:
    wanted = [parse_period(period) for period in periods]
    assert choose_edition([BEFORE_CENSUS, NEW], wanted) == edition
    assert AREAS.choose_edition(wanted) == edition


def test_the_only_edition_is_for_every_year_and_the_newest_for_later_ones() -> None:
    early, late = [parse_period("2020-21")], [parse_period("2024-25")]
    assert choose_edition([BEFORE_CENSUS], late) == BEFORE_CENSUS
    assert choose_edition([""], early) == choose_edition([""], late) == ""
    assert choose_edition([NEW, "July 2026"], early) == "July 2026"


def wards(**residents: dict[int, int]) -> dict[str, dict[int, Population]]:
    return {
        code: {year: Population(people, year, "mid-year estimate", "March 2024") for year, people in years.items()}
        for code, years in residents.items()
    }


def test_wards_are_scaled_to_their_area_in_whole_people() -> None:
    """10 people to 7, 7 and 6 of 20: 3.5, 3.5 and 3; the one left over goes to the first of the largest remainders."""
    total = Population(10, 2024, "mid-year estimate", NEW)
    scaled = scale_wards(total, wards(A={2022: 7}, B={2022: 7}, C={2022: 6}))
    assert {code: ward.residents for code, ward in scaled.items()} == {"A": 4, "B": 3, "C": 3}
    assert {(ward.year, ward.edition) for ward in scaled.values()} == {(2024, NEW)}
    assert {ward.basis for ward in scaled.values()} == {"mid-year estimate, shared between wards as in mid-2022"}


def test_the_ward_estimate_nearest_in_time_is_scaled() -> None:
    estimates = wards(A={2020: 50, 2022: 60}, B={2020: 50, 2022: 40})
    for year, expected in ((2019, 500), (2021, 500), (2022, 600), (2024, 600)):  # 2021: of two as near, the earlier
        assert scale_wards(Population(1000, year, "mid-year estimate"), estimates)["A"].residents == expected


def test_wards_that_add_up_already_keep_their_estimates() -> None:
    scaled = scale_wards(Population(100, 2020, "mid-year estimate", NEW), wards(A={2020: 64}, B={2020: 36}))
    assert scaled["A"] == Population(64, 2020, "mid-year estimate", NEW)


def test_wards_without_any_residents_have_no_share() -> None:
    assert scale_wards(Population(100, 2020, "mid-year estimate"), wards(A={2020: 0})) == {}


@pytest.mark.parametrize(
    ("estimates", "text"),
    [
        ([(2024, "mid-year estimate", NEW)], "mid-2024 estimate, ONS edition of July 2025"),
        ([(2018, "mid-year estimate", BEFORE_CENSUS), (2019, "mid-year estimate", BEFORE_CENSUS)],
         "mid-2018 and mid-2019 estimates, ONS edition before Census 2021"),
        ([(year, "mid-year estimate", NEW) for year in (2022, 2020, 2021)],
         "mid-2020 to mid-2022 estimates, ONS edition of July 2025"),
        ([(2024, "mid-year estimate, shared between wards as in mid-2022", NEW)],
         "mid-2024 estimate, shared between wards as in mid-2022, ONS edition of July 2025"),
        ([(2021, "census", "")], "census 2021"),  # a file from before there were editions
        ([(2019, "derived mid-year estimate", "")], "derived mid-2019 estimate"),
        ([], ""),
    ],
)  # fmt: skip
def test_estimates_are_named_with_their_years_and_edition(estimates: list[tuple[int, str, str]], text: str) -> None:
    assert describe_populations([None, *(Population(1, year, *names) for year, *names in estimates)]) == text


# --- The shipped populations


def test_the_wards_of_each_year_and_edition_add_up_to_their_area() -> None:
    assert list(AREAS.populations) == [BEFORE_CENSUS, NEW]
    for by_code in AREAS.populations.values():
        for area in AREAS.lpas:
            for vintage in AREAS.wards:
                codes = [ward.code for ward in AREAS.list_wards(vintage, area.name)]
                for year, total in by_code["lpa", area.code].items():
                    ward_populations = [by_code[f"ward_{vintage}", code][year] for code in codes]
                    assert sum(ward.residents for ward in ward_populations) == total.residents


def test_victoria_has_its_official_residents() -> None:
    (victoria,) = (ward for ward in AREAS.list_wards("2020", "Hartlepool") if ward.name == "Victoria")
    # 2021-22 is over mid-2020.
    official = AREAS.find_population("ward_2020", victoria.code, parse_period("2021-22"), BEFORE_CENSUS)
    assert official == Population(8_417, 2020, "mid-year estimate", BEFORE_CENSUS)


@pytest.mark.parametrize(
    ("period", "residents", "year"),
    [
        ("2018-19", 93_019, 2017), ("2019-20", 93_242, 2018), ("2020-21", 93_663, 2019),  # as then published
        ("2021-22", 92_202, 2020), ("2023-24", 94_161, 2022), ("2025-26", 98_180, 2024),
        ("2026-27", 98_180, 2024),  # the nearest at hand
    ],
)  # fmt: skip
def test_hartlepool_has_the_residents_of_the_year(period: str, residents: int, year: int) -> None:
    population = find_population(AREAS, "Hartlepool", parse_period(period))
    assert population is not None
    assert (population.residents, population.year) == (residents, year)


def test_shipped_estimates_are_those_published(reference: Path) -> None:
    """Every figure of the reference files, by edition: areas exactly, wards in their own year."""

    def read(name: str) -> list[dict[str, str]]:
        with (reference / "population" / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    files = {BEFORE_CENSUS: "population_lad_cleveland.csv", NEW: "population_lad_ew_mid2011_mid2024.csv"}
    for edition, name in files.items():
        rows = {row.get("lad_code") or row["lad23_code"]: row for row in read(name)}
        for area in AREAS.lpas:
            years = AREAS.populations[edition]["lpa", area.code]
            columns = {column for column in rows[area.code] if column.startswith("mid") and "_" not in column}
            assert {f"mid{year}": str(entry.residents) for year, entry in years.items()} == {
                column: rows[area.code][column] for column in columns
            }
    # Before the census, ward estimates of mid-2020 add up to the authority's, so they are used as they are.
    official = {row["ward_code"]: int(row["mid2020_persons"]) for row in read("ward_population_mid2020_official.csv")}
    by_code = AREAS.populations[BEFORE_CENSUS]
    assert {code: by_code["ward_2020", code][2020].residents for code in official} == official
    # Later ones are scaled from mid-2022, each by its authority's factor alone.
    for row in read("ward_population_mid2022_official.csv"):
        layer = {"WD22": "ward_2022", "WD23": "ward_2025"}[row["ward_vintage"]]
        total = AREAS.populations[NEW]["lpa", row["lad_code"]][2022].residents
        published = sum(
            int(other["mid2022_persons"])
            for other in read("ward_population_mid2022_official.csv")
            if (other["lad_code"], other["ward_vintage"]) == (row["lad_code"], row["ward_vintage"])
        )
        scaled = AREAS.populations[NEW][layer, row["ward_code"]][2022].residents
        assert abs(scaled - int(row["mid2022_persons"]) * total / published) < 1
