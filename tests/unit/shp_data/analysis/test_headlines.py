"""The cards of the first screen, on the sample: the counts and rates that the partnership published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from helpers.stores import DESK, chosen, incidents, load, months_not_loaded

from shp_data.analysis.headlines import (
    build_card,
    build_headlines,
    compare_indicators,
    count_residents,
    list_missing_themes,
)
from shp_data.domain.partnership import partnership
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import Store, open_store

HARTLEPOOL = chosen("2020-21-Q3", "asb_police", "Hartlepool")


@pytest.fixture(scope="module")
def sample() -> Store:
    return open_store(prepare_sample_store())


def test_a_card_for_each_theme(sample: Store) -> None:
    cards = {found.theme: found for found in build_headlines(Reader(sample, DESK), HARTLEPOOL)}
    assert list(cards) == ["asb", "deliberate_fires", "drug_offences"]
    figures = {
        theme: found.card.table.iloc[0][["count", "last_year", "difference"]].tolist() for theme, found in cards.items()
    }
    assert figures == {
        "asb": [1246, 896, 350],
        "deliberate_fires": [92, 81, 11],
        "drug_offences": [158, 80, 78],
    }
    asb = cards["asb"].card.table.iloc[0]
    assert round(asb["rate_per_1000"], 1) == 13.3
    assert round(asb["pct_difference"]) == 39


def test_a_sparkline_of_two_years_ends_with_the_period(sample: Store) -> None:
    trend = build_headlines(Reader(sample, DESK), HARTLEPOOL)[0].trend.table
    assert len(trend) == 24
    assert trend["month"].iloc[-1] == "2020-12"
    assert trend["in_period"].tolist() == [False] * 21 + [True] * 3
    assert trend["count"].tail(3).tolist() == [518, 426, 302]
    assert trend["excluding_covid"].tail(3).tolist() == [387, 283, 228]


def test_every_indicator_has_a_row(sample: Store) -> None:
    table = compare_indicators(Reader(sample, DESK), HARTLEPOOL).table.set_index("indicator")
    assert table["count"].to_dict() == {
        "asb_police": 1246,
        "fires_secondary_deliberate": 86,
        "fires_vehicle_deliberate": 6,
        "drugs_possession": 72,
        "drugs_supply": 86,
    }


def test_an_incomplete_period_has_no_figures(sample: Store) -> None:
    figure = build_card(Reader(sample, DESK), chosen("2021-02 to 2021-04", "asb_police", "Hartlepool"))
    assert figure.table[["count", "difference", "rate_per_1000"]].isna().all(axis=None)
    assert months_not_loaded(figure) == ["2021-04"]


def test_a_rate_is_over_the_residents_of_the_areas_or_the_ward() -> None:
    areas = partnership().areas
    every = count_residents(chosen("2020-21-Q3"))
    each = [count_residents(chosen("2020-21-Q3", "asb_police", name)) for name in areas.lpa_names]
    assert every is not None
    assert every.residents == sum(people.residents for people in each if people)
    ward = areas.list_wards("2020", "Hartlepool")[0]
    own = count_residents(replace(HARTLEPOOL, ward=ward.code, vintage="2020"))
    assert own == areas.find_population("ward_2020", ward.code, HARTLEPOOL.period)
    assert count_residents(chosen("2020-21-Q3", "asb_police", "(unplaced)")) is None


def test_headline_themes_that_are_not_loaded_are_listed(sample: Store, tmp_path: Path) -> None:
    assert list_missing_themes(Reader(sample, DESK)) == ()
    load(tmp_path / "asb", incidents(tmp_path / "asb.csv", {"2020-10": 2}))
    assert list_missing_themes(Reader(open_store(tmp_path / "asb"), DESK)) == ("deliberate_fires", "drug_offences")
    load(tmp_path / "other", incidents(tmp_path / "other.csv", {"2020-10": 2}, "burglary"))
    assert list_missing_themes(Reader(open_store(tmp_path / "other"), DESK)) == ()
