"""Counts and rates on the sample: the figures that the partnership published."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from stores import DESK, chosen

from shp_data.analysis.measures import counts, gaps, population_of, rate_per_1000
from shp_data.domain.areas import Population
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.settings import ROOT
from shp_data.intake.sample import sample_store
from shp_data.store.reading import Store, open_store

PUBLISHED = pd.read_csv(ROOT / "sample_data" / "published_2020_21.csv", dtype=str, keep_default_na=False)
COUNTED = {"count": "include", "count_excluding_covid": "exclude", "covid_related": "only"}
COUNTS = PUBLISHED[PUBLISHED["measure"].isin(COUNTED) & (PUBLISHED["location"] == "")].reset_index(drop=True)


@pytest.fixture(scope="module")
def sample() -> Store:
    return open_store(sample_store())


def test_the_file_of_published_figures_holds_enough() -> None:
    assert len(COUNTS) > 60


def test_every_published_count(sample: Store) -> None:
    wrong = []
    for figure in COUNTS.itertuples():
        by = ["ward"] if figure.ward else ["lpa"]
        selection = chosen(figure.period, figure.indicator, figure.lpa, covid=COUNTED[figure.measure], vintage="2020")
        table = counts(sample, selection, by, DESK).set_index(by[0])["count"]
        found = table[figure.ward or figure.lpa]
        if found != int(figure.follows or figure.value):
            wrong.append((figure, found))
    assert wrong == []


@pytest.mark.parametrize(
    ("lpa", "period", "count"),
    [
        ("Hartlepool", "2020-21-Q3", 1246),
        ("Hartlepool", "2019-20-Q3", 896),
        ("Hartlepool", "2020-04 to 2020-12", 4348),
        ("Redcar & Cleveland", "2020-21-Q3", 1762),
        ("Middlesbrough", "2020-21-Q3", 2478),
        ("Stockton-on-Tees", "2020-21-Q3", 2425),
    ],
)
def test_the_headline_counts(sample: Store, lpa: str, period: str, count: int) -> None:
    table = counts(sample, chosen(period, "asb_police", lpa), ["lpa"], DESK)
    assert table[["lpa", "count"]].values.tolist() == [[lpa, count]]


@pytest.mark.parametrize(("period", "rate"), [("2020-21-Q3", 13.3), ("2019-20-Q3", 9.6)])
def test_the_published_rates_of_hartlepool(sample: Store, period: str, rate: float) -> None:
    table = counts(sample, chosen(period, "asb_police", "Hartlepool"), ["lpa", "quarter"], DESK)
    assert table["rate_per_1000"].round(1).tolist() == [rate]


def test_rates_of_several_years_are_over_the_residents_of_each(sample: Store) -> None:
    table = counts(sample, chosen("2018-04 to 2021-03", "asb_police", "Hartlepool"), ["lpa", "year"], DESK)
    code = next(area.code for area in partnership().areas.lpas if area.name == "Hartlepool")
    for row in table.itertuples():
        people = partnership().areas.population("lpa", code, parse_period(row.year))
        assert people is not None
        assert people.year == int(row.year[:4]) - 1
        assert row.rate_per_1000 == pytest.approx(row.count * 1000 / people.residents)


@pytest.mark.parametrize("vintage", ["2020", "2022", "2025"])
def test_wards_add_up(sample: Store, vintage: str) -> None:
    selection = chosen("2020-21-Q3", "asb_police", vintage=vintage)
    wards = counts(sample, selection, ["lpa", "ward"], DESK)
    lpas = counts(sample, selection, ["lpa"], DESK).set_index("lpa")["count"]
    assert wards.groupby("lpa")["count"].sum().to_dict() == lpas.to_dict()
    assert len(wards) >= len(partnership().areas.wards[vintage])


def test_wards_with_none_are_zero(sample: Store) -> None:
    selection = chosen("2020-21-Q3", "drugs_possession", "Hartlepool", vintage="2020")
    table = counts(sample, selection, ["ward"], DESK).set_index("ward")
    assert table["count"]["De Bruce"] == table["rate_per_1000"]["De Bruce"] == 0


def test_months_that_are_not_covered_have_no_row_and_are_gaps(sample: Store) -> None:
    selection = chosen("2021-02 to 2021-05")
    assert counts(sample, selection, ["month"], DESK)["month"].tolist() == ["2021-02", "2021-03"]
    assert [str(month) for month in gaps(sample, selection)] == ["2021-04", "2021-05"]
    assert gaps(sample, chosen("2020-21-Q3")) == ()


def test_faults_are_told(sample: Store) -> None:
    with pytest.raises(SelectionError, match="unknown field 'place'; valid: indicator"):
        counts(sample, chosen("2020-21-Q3"), ["place"], DESK)
    with pytest.raises(SelectionError, match="nothing is loaded for asb_police from 2015-10"):
        counts(sample, chosen("2015-10"), ["month"], DESK)


@pytest.mark.parametrize(
    ("count", "residents", "rate"), [(1246, 93_663, 13.303), (0, 93_663, 0.0), (5, 0, None), (5, None, None)]
)
def test_a_rate(count: int, residents: int | None, rate: float | None) -> None:
    people = None if residents is None else Population(residents, 2019, "mid-year estimate")
    assert rate_per_1000(count, people) == (rate if rate is None else pytest.approx(rate, abs=5e-4))


def test_what_has_no_residents() -> None:
    assert population_of(partnership().areas, "(unplaced)", parse_period("2020-21")) is None


def test_the_sample_is_made_once_and_marked(sample: Store) -> None:
    assert sample.synthetic
    assert sample_store() == sample.layout.root
    assert isinstance(sample.layout.root, Path)
