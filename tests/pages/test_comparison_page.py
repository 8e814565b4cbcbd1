"""Each view of the Comparison page, as a link opens it: one chart, its words, and a table with the same facts."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from helpers.pages import Q3, assert_draws, by_link, said, tables, title
from helpers.stores import incidents, load

WARDS = "Wards of the area"
VIEWS = {"Rates": "95% interval", "Funnel": "95% limits", "Change": "Interval of the change"}
AREAS = {"Hartlepool": 11, "All of Cleveland": 81}


@pytest.fixture(autouse=True)
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.mark.parametrize(("view", "places", "area"), list(product(VIEWS, (None, WARDS), AREAS)))
def test_each_view_draws_one_chart_with_words_and_its_table(view, places, area):
    asked = {"view": view, "area": area, "period": Q3} | ({"places": places} if places else {})
    at = by_link("comparison", **asked)
    assert_draws(at)
    (chart,) = at.get("vega_lite_chart")
    (table,) = tables(at)
    assert VIEWS[view] in table[0]
    assert len(table) - 1 == (AREAS[area] if places else 4)
    assert all(row[0] in chart.proto.alt for row in table[1:2])
    assert ("clear " if view == "Change" else "had the highest rate") in title(at)


@pytest.mark.parametrize("view", VIEWS)
def test_without_a_last_year_each_view_says_what_is_missing(view):
    at = by_link("comparison", view=view, period="2018-19 Q1 (Apr to Jun 2018)", places=WARDS)
    assert_draws(at)
    (table,) = tables(at)
    place = table[0].index(VIEWS[view])
    assert all((row[place] == "not available") == (view == "Change") for row in table[1:])


def test_a_view_without_any_figure_is_drawn_and_said(sample):
    load(sample, incidents(sample.parent / "a.csv", {"2020-10": 3}))
    at = by_link("comparison", view="Funnel", places=WARDS, area="Middlesbrough", period="Oct 2020")
    assert_draws(at)
    assert "none were recorded" in title(at)
    for view in VIEWS:
        assert_draws(by_link("comparison", view=view))


def test_the_rank_says_how_sure_it_is():
    (table,) = tables(by_link("comparison", period=Q3))
    ranks = {row[0]: row[table[0].index("Rank")] for row in table[1:]}
    assert ranks["Middlesbrough"] == "first of four"
    assert ranks["Hartlepool"] == "second to fourth of four"


def test_a_chart_says_how_to_read_it():
    assert "wider on the left" in said(by_link("comparison", view="Funnel"))
    assert "no clear change" in said(by_link("comparison", view="Change"))
