"""Repeat locations: which, whether new, what else happens there, chance, and how few places hold half."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.stores import DESK, chosen, load, months_not_loaded, opened, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

from shp_data.analysis.measures import count_by_field
from shp_data.analysis.places.concentration import (
    Half,
    build_curve,
    estimate_by_chance,
    find_corners,
    find_half,
    sum_repeat_locations,
)
from shp_data.analysis.places.repeats import (
    CLEARED,
    REPEATS,
    count_at_location,
    find_cleared_locations,
    find_repeat_locations,
)
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.schema import LABELS
from shp_data.domain.selection import Covid, Selection
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import Store, open_store
from shp_view.text import wording
from shp_view.text.coverage_words import list_caveats

PUBLISHED = Path(__file__).parents[5] / "sample_data" / "published_2020_21.csv"
FIRE = "fires_secondary_deliberate"
# One point in each row, 10 and 20 metres apart, all in one ward; the years between stay empty.
TABLE = """
date    | indicator                  | location   | longitude | latitude | times
2019-10 | asb_police                 | Raby Road  | -1.2129   | 54.6862  | 4
2020-09 | asb_police                 | Raby Road  | -1.2129   | 54.6862  | 3
2020-09 | asb_police                 | Park Road  | -1.2129   | 54.6863  | 2
2020-09 | asb_police                 | Car Park   | -1.2129   | 54.6861  | 2
2020-10 | asb_police                 | Raby Road  | -1.2129   | 54.6862  | 2
2020-10 | asb_police                 | Car Park   | -1.2129   | 54.6861  | 1
2020-10 | asb_police                 | York Road  | -1.2129   | 54.6860  | 5
2020-10 | asb_police                 |            |           |          | 1
2020-11 | fires_secondary_deliberate | Raby Road  | -1.2129   | 54.6862  | 1
2020-11 | fires_secondary_deliberate | Thief Lane | -1.2129   | 54.6859  | 1
"""


@pytest.fixture(scope="module")
def sample() -> Store:
    return open_store(prepare_sample_store())


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("small")
    rows = pd.DataFrame(rows_of(TABLE))
    rows.loc[rows.index.repeat(rows.pop("times").astype(int))].to_csv(folder / "small.csv", index=False)
    load(folder / "S", folder / "small.csv")
    return opened(folder / "S")


@pytest.mark.parametrize("quarter", ["2020-21-Q3", "2020-21-Q4"])
def test_the_published_repeat_locations_and_no_other(sample: Store, quarter: str) -> None:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["measure"] == "repeat_location" and r["period"] == quarter]
    published = {(r["ward"], r["location"]) for r in rows if r["indicator"] == "asb_police"}
    found = find_repeat_locations(Reader(sample, DESK), chosen(quarter, "asb_police", "Hartlepool")).table
    assert len(found) == len(published) > 2
    assert set(zip(found["ward"], found["location"], strict=True)) == published


def test_new_continuing_and_cleared(small: Store) -> None:
    """In September Raby Road, Park Road and the car park had two or more; in October Raby Road and York Road."""
    found = find_repeat_locations(Reader(small, DESK), chosen("2020-10"), 2).table
    assert tuple(found.columns) == REPEATS
    columns = ["location", "count", "months_present", "last_period", "last_year", "state"]
    assert found[columns].to_numpy().tolist() == [
        ["York Road", 5, 1, 0, 0, "new"],
        ["Raby Road", 2, 1, 3, 4, "continuing"],
    ]
    gone = find_cleared_locations(Reader(small, DESK), chosen("2020-10"), 2).table
    assert tuple(gone.columns) == CLEARED
    assert gone[["location", "count", "last_period"]].to_numpy().tolist() == [["Car Park", 1, 2], ["Park Road", 0, 2]]


def test_a_period_that_is_not_covered_is_missing_and_never_zero(small: Store) -> None:
    figure = find_repeat_locations(
        Reader(small, DESK), chosen("2020-09"), 2
    )  # neither August nor September 2019 is loaded
    assert figure.table["count"].tolist() == [3, 2, 2]
    assert figure.table[["last_period", "last_year", "state"]].isna().all(axis=None)
    said = " ".join(figure.caveats)
    assert "Not compared with Aug 2020" in said
    assert "Not compared with Sep 2019" in said
    assert find_cleared_locations(Reader(small, DESK), chosen("2020-09"), 2).table.empty


def test_a_period_with_a_gap_is_not_compared(small: Store) -> None:
    figure = find_repeat_locations(Reader(small, DESK), chosen("2020-10 to 2020-11"), 2)
    assert figure.table["count"].tolist() == [5, 2]
    assert figure.table["state"].isna().all()
    assert months_not_loaded(figure) == ["2020-11"]
    assert find_cleared_locations(Reader(small, DESK), chosen("2020-11"), 2).table.empty  # not loaded is not cleared


def test_months_present_are_those_with_any(small: Store) -> None:
    found = find_repeat_locations(Reader(small, DESK), chosen("2020-09 to 2020-10"), 1).table.set_index("location")
    assert found["months_present"].to_dict() == {"Raby Road": 2, "York Road": 1, "Car Park": 2, "Park Road": 1}
    assert found["count"].tolist() == [5, 5, 3, 2]


def test_equal_counts_come_by_name_then_longitude(sample: Store) -> None:
    found = find_repeat_locations(Reader(sample, DESK), chosen("2020-21-Q3"), 2).table
    keys = list(zip(-found["count"], found["location"], found["longitude"], strict=True))
    assert keys == sorted(keys)
    assert len(set(found["count"])) < len(found)


def test_records_without_coordinates_are_told(small: Store) -> None:
    for made in (find_repeat_locations, find_cleared_locations, estimate_by_chance):
        figure = made(Reader(small, DESK), chosen("2020-10"), 2)
        assert "1 incident has no coordinates and is at no place." in figure.caveats
    assert not any(
        "coordinates" in caveat for caveat in find_repeat_locations(Reader(small, DESK), chosen("2020-09"), 2).caveats
    )


def test_a_minimum_below_one_is_refused(small: Store) -> None:
    for made in (find_repeat_locations, find_cleared_locations, estimate_by_chance):
        with pytest.raises(SelectionError, match="at least 1"):
            made(Reader(small, DESK), chosen("2020-10"), 0)


@given(
    st.sampled_from(["2020-21-Q3", "2020-10", "2019-20", "2018-10 to 2020-12"]),
    st.sampled_from([("asb_police",), (FIRE,), ("asb_police", "drugs_supply")]),
    st.sampled_from([(), ("Hartlepool",), ("Middlesbrough", "Stockton-on-Tees")]),
    st.sampled_from(["include", "exclude", "only"]),
    st.sampled_from([None, "2020", "2022", "2025"]),
)
@settings(max_examples=25)
def test_the_counts_of_all_places_add_up(
    sample: Store, period: str, indicators: tuple[str, ...], areas: tuple[str, ...], covid: Covid, vintage: str | None
) -> None:
    selection = partnership().select(indicators, parse_period(period), areas, covid, vintage)
    total = int(count_by_field(Reader(sample, DESK), selection, [])["count"].iloc[0])
    found = find_repeat_locations(Reader(sample, DESK), selection, 1)
    assert found.table["count"].sum() == total  # every record of the sample has coordinates
    chance = estimate_by_chance(Reader(sample, DESK), selection, 3)
    assert chance.table["count"].sum() == total
    assert sum_repeat_locations(chance)[0] == (found.table["count"] >= 3).sum()


def test_with_those_without_coordinates_they_are_the_total(small: Store) -> None:
    total = int(count_by_field(Reader(small, DESK), chosen("2020-10"), [])["count"].iloc[0])
    assert find_repeat_locations(Reader(small, DESK), chosen("2020-10"), 1).table["count"].sum() + 1 == total == 9


def test_the_places_of_a_ward_add_up_to_it(sample: Store) -> None:
    ward = next(w for w in partnership().areas.list_wards("2022", "Hartlepool") if w.name == "Victoria")
    selection = chosen("2020-21-Q3", "asb_police").select_ward(ward.code, "2022")
    found = find_repeat_locations(Reader(sample, DESK), selection, 1).table
    assert set(found["code"]) == {ward.code}
    assert set(found["ward"]) == {"Victoria"}
    assert found["count"].sum() == count_by_field(Reader(sample, DESK), selection, [])["count"].iloc[0] > 100


def test_what_else_happens_at_a_place(small: Store) -> None:
    found = count_at_location(Reader(small, DESK), chosen("2020-10"), -1.2129, 54.6862)
    assert found.title == "Raby Road"
    assert found.table["indicator"].tolist() == ["asb_police", FIRE]
    assert found.table["count"].tolist() == [2, pd.NA]  # fires are not loaded for October: missing, not zero
    assert found.table["name"].iloc[1] == partnership().vocabulary.find_indicator(FIRE).short
    november = count_at_location(Reader(small, DESK), chosen("2020-11"), -1.2129, 54.6862)
    assert november.table["indicator"].tolist() == [FIRE, "asb_police"]
    assert november.table["count"].tolist() == [1, pd.NA]
    with pytest.raises(SelectionError, match="no incident was ever recorded at longitude -1"):
        count_at_location(Reader(small, DESK), chosen("2020-10"), -1.0, 54.6862)


def test_a_covered_indicator_with_nothing_there_is_zero(sample: Store) -> None:
    place = find_repeat_locations(Reader(sample, DESK), chosen("2020-21-Q3", "asb_police", "Hartlepool")).table.iloc[0]
    found = count_at_location(
        Reader(sample, DESK), chosen("2020-21-Q3", FIRE), place["longitude"], place["latitude"]
    ).table
    assert found["count"].iloc[0] == place["count"]
    assert found["count"].notna().all()
    assert set(found["indicator"]) == set(sample.list_indicators())
    assert found["count"].is_monotonic_decreasing


def test_chance_is_that_of_every_way_in_which_the_incidents_could_fall(small: Store) -> None:
    """Eight incidents over five known places, York Road and Thief Lane among them: all 390,625 ways, counted."""
    ward = estimate_by_chance(Reader(small, DESK), chosen("2020-10"), 3).table.query("count > 0")
    assert ward[["count", "places", "observed"]].to_numpy().tolist() == [[8, 5, 1]]
    fallen = np.stack([np.sum(np.indices((5,) * 8).reshape(8, -1) == place, axis=0) for place in range(5)])
    assert ward["expected"].iloc[0] == pytest.approx((fallen >= 3).sum(axis=0).mean())


def test_every_ward_has_its_row_and_the_total_is_their_sum(small: Store) -> None:
    chance = estimate_by_chance(Reader(small, DESK), chosen("2020-10", "asb_police", "Hartlepool"), 3)
    assert len(chance.table) == 11
    assert sum_repeat_locations(chance) == (1, pytest.approx(chance.table["expected"].sum()))
    quiet = chance.table[chance.table["count"] == 0]
    assert quiet[["observed", "expected"]].sum().tolist() == [0, 0]
    assert any("not alike" in caveat for caveat in list_caveats(chance.caveats))


@pytest.mark.parametrize("minimum", [1, 8, 9])
def test_chance_at_its_edges(small: Store, minimum: int) -> None:
    """At least one of eight at a place; all eight there; more than there are."""
    expected = {1: 5 * (1 - 0.8**8), 8: 5 * 0.2**8, 9: 0}[minimum]
    assert sum_repeat_locations(estimate_by_chance(Reader(small, DESK), chosen("2020-10"), minimum))[
        1
    ] == pytest.approx(expected)


def full_curve(store: Store, selection: Selection) -> tuple[np.ndarray, np.ndarray]:
    """After each place, the busiest first: how many per cent of the places, and of the incidents."""
    held = np.sort(find_repeat_locations(Reader(store, DESK), selection, 1).table["count"].to_numpy(dtype=int))[
        ::-1
    ].cumsum()
    return np.arange(1, len(held) + 1) / len(held) * 100, held / held[-1] * 100


@pytest.mark.parametrize("period", ["2020-21-Q3", "2020-10", "2018-04 to 2021-03"])
def test_thinning_does_not_move_the_curve(sample: Store, period: str) -> None:
    selection = chosen(period)
    figure = build_curve(Reader(sample, DESK), selection)
    curve = figure.table
    places, incidents = full_curve(sample, selection)
    assert len(curve) <= 202 < len(places)
    assert curve.iloc[[0, -1]][["place_share", "incident_share"]].to_numpy().tolist() == [[0, 0], [100, 100]]
    drawn = np.interp(places, curve["place_share"], curve["incident_share"])
    assert drawn == pytest.approx(incidents, abs=1e-9)
    few = int((incidents < 50).sum()) + 1
    assert find_half(figure) == Half(few, len(places))
    assert find_half(figure).share == pytest.approx(few / len(places) * 100)


def test_a_share_that_is_a_half_of_a_per_cent_is_not_printed_low() -> None:
    assert Half(23, 40).share == 57.5  # 23 / 40 * 100 is 57.49999999999999
    assert wording.format_percent(Half(23, 40).share) == "58%"


def test_a_curve_of_many_bends_keeps_to_its_limit_and_its_half() -> None:
    counts_ = np.arange(600, 0, -1)  # bends at every place: more than a chart can show
    kept = find_corners(counts_)
    held = np.concatenate([[0], counts_.cumsum()]) / counts_.sum() * 100
    assert 190 < len(kept) <= 202
    assert np.interp(np.arange(601), kept, held[kept]) == pytest.approx(held, abs=0.01)
    assert np.argmax(held >= 50) in kept


def test_the_half_of_a_few_places(small: Store) -> None:
    figure = build_curve(Reader(small, DESK), chosen("2020-10"))  # 5, 2 and 1 of 8
    assert figure.table["busiest"].tolist() == [0, 1, 2, 3]
    assert figure.table["incident_share"].tolist() == [0, 62.5, 87.5, 100]
    assert find_half(figure) == Half(1, 3)


def test_nothing_has_no_curve(small: Store) -> None:
    figure = build_curve(Reader(small, DESK), chosen("2020-09", FIRE))
    assert figure.table.empty
    assert find_half(figure) is None
    assert sum_repeat_locations(estimate_by_chance(Reader(small, DESK), chosen("2020-09", FIRE))) == (0, 0)
    assert find_repeat_locations(Reader(small, DESK), chosen("2020-09", FIRE)).table.empty


def test_every_column_has_its_label(small: Store) -> None:
    made = [
        find_repeat_locations(Reader(small, DESK), chosen("2020-10")),
        find_cleared_locations(Reader(small, DESK), chosen("2020-10")),
    ]
    made += [
        estimate_by_chance(Reader(small, DESK), chosen("2020-10")),
        build_curve(Reader(small, DESK), chosen("2020-10")),
    ]
    assert {column for figure in made for column in figure.table.columns} <= set(LABELS)


def test_real_months_equal_a_plain_count_of_their_coordinates(real_data: Path, tmp_path: Path) -> None:
    path = max((real_data / "police_uk").glob("*.zip"))
    load(tmp_path / "S", path, source=None)
    store = opened(tmp_path / "S")
    with zipfile.ZipFile(path) as archive:
        raw = pd.concat(pd.read_csv(io.BytesIO(archive.read(n))) for n in archive.namelist() if n.endswith(".csv"))
    for period in ("2021-22-Q1", "2021-22"):
        selection = chosen(period)
        months = [str(month) for month in selection.period]
        asb = raw[raw["Month"].isin(months) & (raw["Crime type"] == "Anti-social behaviour")]
        plain = asb.groupby(["Longitude", "Latitude"]).size()
        found = find_repeat_locations(Reader(store, DESK), selection, 1).table
        assert found.set_index(["longitude", "latitude"])["count"].to_dict() == plain.to_dict()
        often = find_repeat_locations(Reader(store, DESK), selection).table
        assert len(often) == (plain >= 10).sum() > 20
        names = asb.groupby(["Longitude", "Latitude"])["Location"].first().str.removeprefix("On or near ")
        assert often.set_index(["longitude", "latitude"])["location"].to_dict().items() <= names.to_dict().items()
        assert selection.ward_year == "2022"
