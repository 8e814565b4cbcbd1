"""What the Ward hotspots page offers, and what it says over its maps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from helpers.stores import chosen, incidents, load
from helpers.view_figures import figure

from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.selection import Role, Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.maps.map_classes import build_classes
from shp_view.text.map_words import MEASURES
from shp_view.views import hotspot_views

Q1, Q2, Q3 = (parse_period(f"2020-21-Q{n}") for n in (1, 2, 3))
YEAR, BEFORE = parse_period("2020-21"), parse_period("2019-20")
OCTOBER = parse_period("2020-10")
OFFERED = (Q3, Q2, Q1, YEAR, BEFORE, OCTOBER)
COMPARED = pd.DataFrame({"count": pd.array([3, 4], "Int64"), "difference": pd.array([1, None], "Int64")})


def test_a_step_is_as_long_as_the_period_and_stops_at_the_ends() -> None:
    assert hotspot_views.find_adjacent_periods(OFFERED, Q2) == (Q1, Q3)
    assert hotspot_views.find_adjacent_periods(OFFERED, Q3) == (Q2, None)
    assert hotspot_views.find_adjacent_periods(OFFERED, YEAR) == (BEFORE, None)
    assert hotspot_views.find_adjacent_periods(OFFERED, OCTOBER) == (None, None)


def test_only_periods_of_the_same_length_are_compared() -> None:
    found = hotspot_views.list_comparisons(OFFERED, Q3)
    assert found == {
        "None": None,
        "The period before": Q2,
        "The same period last year": parse_period("2019-20-Q3"),
        Q2.label: Q2,
        Q1.label: Q1,
    }
    assert list(hotspot_views.list_comparisons(OFFERED, YEAR).values()) == [None, BEFORE, BEFORE, BEFORE]


@pytest.mark.parametrize(
    ("role", "open_layers", "protected_layers"),
    [("analyst", 5, 5), ("partner", 2, 1), ("public", 2, 1)],
)
def test_only_the_analyst_sees_below_wards_and_lsoas_of_published_data(
    tmp_path: Path, role: Role, open_layers: int, protected_layers: int
) -> None:
    """The months of police.uk are published; the sample, like a council's own records, is not."""
    load(tmp_path / "S", incidents(tmp_path / "a.csv", {"2020-10": 3}), source="police.uk Cleveland Police")
    for root, layers in ((tmp_path / "S", open_layers), (prepare_sample_store(), protected_layers)):
        reader = Reader(open_store(root), Viewer(role))
        offered = hotspot_views.list_layers(reader, partnership().select(("asb_police",), Q3))
        assert len(offered) == layers
        assert next(iter(offered)) == "wards"


def test_change_and_verdict_are_one_map_and_the_rest_two() -> None:
    assert [measure for measure in MEASURES if hotspot_views.needs_two_maps(measure, Q2)] == [
        "rate_per_1000", "count", "share"
    ]  # fmt: skip
    assert not any(hotspot_views.needs_two_maps(measure, None) for measure in MEASURES)


def test_both_sides_are_in_the_wards_of_the_period_in_view() -> None:
    now = chosen("2021-22-Q1", "asb_police", "Hartlepool")
    own, other = hotspot_views.list_map_selections(now, parse_period("2020-21-Q4"))
    assert own == now
    assert (other.period.name, other.vintage) == ("2020-21-Q4", "2022")
    assert hotspot_views.list_map_selections(now, None) == [now]


def test_a_change_of_boundaries_is_told_where_there_was_one() -> None:
    now, then = chosen("2021-22-Q1", "asb_police", "Hartlepool"), parse_period("2020-21-Q4")
    assert hotspot_views.describe_boundary_change(now, then) == (
        "Ward boundaries changed: 12 wards did not exist in 2020-21 Q4 (Jan to Mar 2021). Both periods are counted in "
        "the ward boundaries of 2022."
    )
    assert hotspot_views.describe_boundary_change(replace(now, areas=("Redcar & Cleveland",)), then) == ""
    middlesbrough = replace(now, areas=("Middlesbrough",), vintage="2025")
    assert "Marton East and Nunthorpe did not exist in" in hotspot_views.describe_boundary_change(middlesbrough, then)


def test_a_period_that_is_not_loaded_is_named() -> None:
    now = chosen("2020-21-Q3", "asb_police", "Hartlepool")
    unknown = COMPARED.assign(difference=pd.array([None, None], "Int64"))
    assert hotspot_views.list_ward_notes(now, figure(COMPARED), "count", Q2) == []
    (said,) = hotspot_views.list_ward_notes(now, figure(unknown), "count", Q2)
    assert said == "Not every month of 2020-21 Q2 (Jul to Sep 2020) is loaded, so there is no comparison with it."
    assert hotspot_views.list_ward_notes(now, figure(unknown), "count", None) == []


def test_classes_are_of_the_spread_unless_it_knows_no_such_figure() -> None:
    spread = pd.DataFrame({"count": [1.0, 9.0], "difference": [None, None]}, dtype="float64")
    assert hotspot_views.select_class_table(spread, figure(COMPARED), "count") is spread
    made = hotspot_views.select_class_table(spread, figure(COMPARED), "difference")
    assert build_classes(made, "difference").find_entry(1).label.startswith("Rose")
