"""Areas under any spelling, the ward vintage in force, and the population that a rate is over."""

from __future__ import annotations

import datetime as dt

import pytest

from shp_data.domain.areas import Area, Areas, WardBoundaries
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.populations import Population

AREAS = partnership().areas


@pytest.mark.parametrize(
    ("spelling", "printed"),
    [
        ("Redcar & Cleveland", "Redcar & Cleveland"),
        ("Redcar and Cleveland", "Redcar & Cleveland"),
        ("REDCAR AND  CLEVELAND", "Redcar & Cleveland"),
        ("redcar_&_cleveland", "Redcar & Cleveland"),
        ("E06000003", "Redcar & Cleveland"),
        ("Stockton on Tees", "Stockton-on-Tees"),
        ("stockton", "Stockton-on-Tees"),
        (" hartlepool ", "Hartlepool"),
        ("(unplaced)", "(unplaced)"),
        ("(outside)", "(outside)"),
    ],
)
def test_an_area_is_printed_in_one_spelling(spelling: str, printed: str) -> None:
    assert AREAS.find_lpa(spelling) == printed


@pytest.mark.parametrize("name", ["Darlington", "", "Redcar &"])
def test_an_unknown_area_is_told_with_the_valid(name: str) -> None:
    with pytest.raises(SelectionError, match="Hartlepool, Middlesbrough, Redcar & Cleveland, Stockton-on-Tees"):
        AREAS.find_lpa(name)


@pytest.mark.parametrize(
    ("day", "vintage"),
    [
        ("1990-01-01", "2020"),
        ("2021-05-05", "2020"),
        ("2021-05-06", "2022"),  # the election of 6 May 2021
        ("2023-05-03", "2022"),
        ("2023-05-04", "2025"),
        ("2030-01-01", "2025"),
    ],
)
def test_the_wards_in_force_on_a_day(day: str, vintage: str) -> None:
    assert AREAS.find_ward_year(dt.date.fromisoformat(day)) == vintage


def test_an_unknown_vintage_is_told_with_the_valid() -> None:
    with pytest.raises(SelectionError, match=r"'2021'.*2020, 2022, 2025"):
        AREAS.ward_years.check("2021")


@pytest.mark.parametrize(
    ("lpa", "vintage", "wards"),
    [
        ("Hartlepool", "2020", 11), ("Hartlepool", "2022", 12), ("Hartlepool", "2025", 12),
        ("Stockton-on-Tees", "2020", 26), ("Stockton-on-Tees", "2022", 26), ("Stockton-on-Tees", "2025", 27),
    ],
)  # fmt: skip
def test_the_wards_of_an_area(lpa: str, vintage: str, wards: int) -> None:
    found = AREAS.list_wards(vintage, lpa)
    assert len(found) == wards
    assert [ward.name for ward in found] == sorted(ward.name for ward in found)


def with_years(*years: int) -> Areas:
    people = {year: Population(year, year, "mid-year estimate") for year in years}
    return Areas((Area("E1", "One"),), (WardBoundaries("2020"),), (), {}, {"": {("lpa", "E1"): people}})


@pytest.mark.parametrize(
    ("period", "known", "year"),
    [
        ("2020-21", (2018, 2019, 2020), 2019),  # the calendar year before the financial year's start
        ("2021-01", (2018, 2019, 2020), 2019),  # January belongs to 2020-21
        ("2020-04", (2018, 2019, 2020), 2019),
        ("2020-03", (2018, 2019, 2020), 2018),  # and March to the year before
        ("2018-19", (2017, 2019), 2017),
        ("2019-20", (2017, 2019), 2017),  # 2018 is not known: of two as near, the earlier
        ("2020-21", (2017, 2020), 2020),  # 2019 is not known: the nearer
        ("2030-31", (2017, 2020), 2020),
        ("2010-04 to 2011-03", (2017, 2020), 2017),
        ("2019-10 to 2020-06", (2018, 2019), 2019),  # over two years: that in which it ends
    ],
)
def test_a_rate_is_over_the_residents_of_the_year_before(period: str, known: tuple[int, ...], year: int) -> None:
    found = with_years(*known).find_population("lpa", "E1", parse_period(period))
    assert found is not None
    assert found.year == year


def test_no_population_is_none() -> None:
    assert with_years().find_population("lpa", "E1", parse_period("2020-21")) is None
    assert with_years(2019).find_population("lpa", "E2", parse_period("2020-21")) is None


@pytest.mark.parametrize("vintage", ["2020", "2022", "2025"])
@pytest.mark.parametrize("period", ["2018-19", "2020-21", "2021-22"])
def test_the_wards_of_an_area_have_its_residents(vintage: str, period: str) -> None:
    for area in AREAS.lpas:
        lpa = AREAS.find_population("lpa", area.code, parse_period(period))
        wards = [
            AREAS.find_population(f"ward_{vintage}", ward.code, parse_period(period))
            for ward in AREAS.list_wards(vintage, area.name)
        ]
        assert lpa is not None
        assert {ward.year for ward in wards if ward} == {lpa.year}
        assert sum(ward.residents for ward in wards if ward) == lpa.residents


# A ward has changed only where its code has: | LPA | ward | of | changed at
@pytest.mark.parametrize(
    ("lpa", "name", "vintage", "changed"),
    [
        ("Hartlepool", "Victoria", "2020", ["2021-05-06"]),
        ("Hartlepool", "Victoria", "2022", ["2021-05-06"]),
        ("Hartlepool", "Victoria", "2025", ["2021-05-06"]),
        ("Hartlepool", "Throston", "2022", ["2021-05-06"]),
        ("Stockton-on-Tees", "Yarm", "2020", ["2023-05-04"]),
        ("Stockton-on-Tees", "Southern Villages", "2025", ["2023-05-04"]),
        ("Middlesbrough", "Nunthorpe", "2022", ["2023-05-04"]),
        ("Middlesbrough", "Marton East", "2025", ["2023-05-04"]),
        ("Middlesbrough", "Marton West", "2020", []),
        ("Middlesbrough", "Central", "2025", []),
        ("Redcar & Cleveland", "Coatham", "2022", []),
    ],
)
def test_a_ward_has_changed_only_where_its_code_has(lpa: str, name: str, vintage: str, changed: list[str]) -> None:
    (ward,) = [ward for ward in AREAS.list_wards(vintage, lpa) if ward.name == name]
    assert [str(change.date) for change in AREAS.find_changes(ward)] == changed
