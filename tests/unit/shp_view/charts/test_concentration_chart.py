"""The curve of the concentration: its data, its axes from zero, its half, and every field that it draws."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd
import pytest
from helpers.view_figures import figure

from shp_data.domain.figure import Figure
from shp_view.charts.concentration_chart import draw_concentration
from shp_view.documents import documents


def curve(busiest: list[int]) -> Figure:
    """A curve through so many of the locations: the first holds 40 %, the rest the others alike."""
    every = max(busiest, default=1)
    held = [0.0 if n == 0 else 40 + 60 * (n - 1) / max(every - 1, 1) for n in busiest]
    shares = [n / every * 100 for n in busiest]
    table = pd.DataFrame({"busiest": busiest, "place_share": shares, "incident_share": held})
    return figure(table.astype({"busiest": "Int64", "place_share": float, "incident_share": float}))


def rows(spec: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec["datasets"]["figure"]
    return found


@pytest.mark.parametrize("dark", [False, True])
def test_the_half_is_the_first_row_that_reaches_it(dark: bool) -> None:
    drawn = rows(draw_concentration(curve([0, 1, 3, 7]), dark=dark))
    (half,) = [row for row in drawn if "half" in row]
    assert (half["busiest"], half["incident_share"]) == (3, 60)
    assert half["half"] == "Half of the incidents:\n43% of the locations"
    assert [row["busiest"] for row in drawn if "half" not in row] == [0, 1, 3, 7]


def test_both_axes_go_from_0_to_100() -> None:
    text = json.dumps(draw_concentration(curve([0, 1, 3, 7])))
    assert set(re.findall(r'"domain": (\[[^\]]*\])', text)) == {"[0, 100]"}


def test_every_field_that_is_drawn_exists() -> None:
    spec = draw_concentration(curve([0, 1, 3, 7]))
    fields = set(re.findall(r'"field": "(\w+)"', json.dumps(spec)))
    assert fields <= set().union(*rows(spec))
    assert {"place_share", "incident_share", "half"} <= fields


def test_nothing_happened_draws_nothing() -> None:
    assert rows(draw_concentration(curve([]))) == []


def test_it_draws_on_this_machine_alone() -> None:
    shown = curve([0, 1, 3, 7])
    svg = documents.to_svg(draw_concentration(shown), shown).decode()
    assert "Half of the incidents:" in svg
    assert "Evenly spread" in svg
