"""What is worth a look: the clear changes and the unusual months, as the tables and the Trends page have them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from helpers.stores import load

from shp_data.analysis import hotspots, trends
from shp_data.analysis.signals import MOST, Signals, find_signals
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.text import sentences

Q3 = partnership().select(("asb_police",), parse_period("2020-21-Q3"), ("Hartlepool",))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(open_store(prepare_sample_store()), Viewer())


@pytest.fixture(scope="module")
def signals(reader: Reader) -> Signals:
    return find_signals(reader, Q3)


def test_the_clear_changes_of_the_area_are_those_published(signals: Signals) -> None:
    found = {change.indicator: (change.previous, change.count, change.verdict) for change in signals.areas}
    assert found["drugs_supply"] == (24, 86, "clear increase")
    assert found["asb_police"] == (896, 1246, "clear increase")
    assert found["fly_tipping"] == (386, 614, "clear increase")  # reported as a number
    assert "fires_vehicle_deliberate" not in found
    assert {change.place for change in signals.areas} == {"Hartlepool"}


def test_a_ward_has_the_verdict_of_the_map(reader: Reader, signals: Signals) -> None:
    assert signals.wards
    for change in signals.wards:
        table = hotspots.compare_wards(reader, Q3.select_indicator(change.indicator)).table.set_index("ward")
        row = table.loc[change.place]
        assert (row["count"], row["last_year"], row["verdict"]) == (change.count, change.previous, change.verdict)
        assert change.verdict.startswith("clear")
        assert change.selection.ward == row["code"]
    # Nothing clear is left out.
    table = hotspots.compare_wards(reader, Q3).table
    asb = table[table["verdict"].str.startswith("clear").fillna(False)]
    assert signals.ward_count >= len(asb) > 0


def test_a_month_has_the_mark_of_the_trends_page(reader: Reader, signals: Signals) -> None:
    assert ("asb_police", "2020-10") in {(month.indicator, str(month.month)) for month in signals.months}
    for month in signals.months:
        table = trends.count_by_month(reader, Q3.select_indicator(month.indicator)).table.set_index("month")
        row = table.loc[str(month.month)]
        assert month.mark in (row["signal"], row["shift"])
        assert row["in_period"]


def test_each_kind_has_a_few_and_the_others_are_counted(signals: Signals) -> None:
    for listed, total in (
        (signals.areas, signals.area_count),
        (signals.wards, signals.ward_count),
        (signals.months, signals.month_count),
    ):
        assert len(listed) == min(MOST, total)


def test_a_partner_has_the_same_signals(reader: Reader, signals: Signals) -> None:
    partner = find_signals(Reader(reader.store, Viewer("partner")), Q3)
    assert partner.areas == signals.areas
    assert partner.months == signals.months
    assert partner.ward_count == signals.ward_count


def test_nothing_unusual_is_one_sentence(tmp_path: Path) -> None:
    rows = pd.DataFrame({"date": [f"{year}-{month:02d}" for year in (2020, 2021) for month in range(1, 13)] * 20})
    rows = rows.assign(indicator="asb_police", longitude=-1.2129, latitude=54.6862)
    file = tmp_path / "a.csv"
    rows.to_csv(file, index=False)
    load(tmp_path / "S", file)
    selection = partnership().select(("asb_police",), parse_period("2021-06"), ("Hartlepool",))
    signals = find_signals(Reader(open_store(tmp_path / "S"), Viewer()), selection)
    assert (signals.area_count, signals.ward_count, signals.month_count) == (0, 0, 0)
    assert sentences.summarise_signals(signals, selection) == (
        "No change since last year is clear, and no month was outside its expected range, in Hartlepool in Jun 2021."
    )


def test_what_is_not_tested_is_not_called_unchanged(reader: Reader) -> None:
    first_year = partnership().select(("asb_police",), parse_period("2018-19-Q3"), ("Hartlepool",))
    signals = find_signals(reader, first_year)
    assert not signals.is_tested
    assert sentences.summarise_signals(signals, first_year).startswith("No change was tested")
    public = replace(partnership(), disclosure=replace(partnership().disclosure, public=True))
    rounded = find_signals(Reader(reader.store, Viewer("public"), public), Q3)
    assert not rounded.is_tested
    assert (rounded.areas, rounded.wards, rounded.months) == ((), (), ())


def test_the_words_of_a_signal(signals: Signals) -> None:
    supply = next(change for change in signals.areas if change.indicator == "drugs_supply")
    assert sentences.describe_clear_change(supply) == "Drug supply in Hartlepool: 24 to 86 offences, a clear increase."
    october = next(month for month in signals.months if month.indicator == "asb_police")
    assert sentences.describe_unusual_month(october) == (
        "Police ASB in Hartlepool: compared with the months before, October 2020 was above the expected range."
    )
