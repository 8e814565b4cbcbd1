"""Every view made again from its link says and draws what its page shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from helpers.pages import Q3, by_link, title

from shp_data.domain.errors import NotAllowedError, SelectionError
from shp_data.domain.selection import Role, Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.facts import open_store
from shp_data.store.reading import Reader
from shp_view.views import comparison_views, report_views, views
from shp_view.views.pack import make_slide
from shp_view.views.present_page import present_slide
from shp_view.views.trend_views import NAMES
from shp_view.views.view import Map

ANALYST = Viewer()
YEAR = "2020-21 (Apr 2020 to Mar 2021)"
SELECTIONS: list[dict[str, str]] = [
    {},
    {"what": "Drug supply", "area": "Middlesbrough", "period": Q3},
    {"what": "Police ASB", "area": "All of Cleveland", "period": YEAR, "covid": "Left out"},
    {"what": "Deliberate secondary fires", "area": "Hartlepool", "period": "Oct 2020"},
]
CHOICES: dict[str, list[dict[str, str]]] = {
    "trends": [{}, *({"view": name} for name in NAMES.values())],
    "comparison": [{}, {"view": "Funnel"}, {"view": "Change"}, {"places": "Wards of the area"}],
    "hotspots": [
        {},
        {"measure": "Share"},
        {"measure": "Clear change?", "against": "The period before"},
        {"layer": "Hot and cold cells"},
        {"layer": "Points"},
        {"layer": "Repeat locations"},
    ],
    "repeats": [{}, {"minimum": "5"}],
}
LPAS = ("Hartlepool", "Middlesbrough", "Redcar & Cleveland", "Stockton-on-Tees")
CASES = [(page, asked | more) for page, every in CHOICES.items() for asked in SELECTIONS for more in every]


def ask_of(store: Any, role: Role = "analyst") -> Callable[..., Any]:
    return lambda function, *args, **kwargs: function(Reader(store, Viewer(role)), *args, **kwargs)


@pytest.fixture(scope="module")
def ask() -> Callable[..., Any]:
    return ask_of(open_store(prepare_sample_store()))


@pytest.mark.parametrize(("page", "asked"), CASES)
def test_a_view_has_the_title_and_the_alternative_text_that_its_page_shows(ask, page, asked):
    found = views.build_view(page, asked, ask)
    at = by_link(page, **asked)
    assert not at.exception
    assert found.not_on_offer == ()
    assert title(at).replace("\\", "") == found.view.title
    shown = [*at.get("vega_lite_chart"), *at.get("arrow_vega_lite_chart"), *at.get("deck_gl_json_chart")]
    alts = [element.proto.alt for element in shown]
    assert (found.view.alt in alts) == (found.view.draw is not None)


@pytest.mark.parametrize("asked", SELECTIONS)
def test_each_card_says_what_its_page_says(ask, asked):
    at = by_link("headlines", **asked)
    bodies = [element.proto.body for element in at.get("html")]
    for theme in ("asb", "deliberate_fires", "drug_offences"):
        found = views.build_view("headlines", asked | {"part": theme}, ask).view
        assert any(found.sentences[0] in body.replace("&#x27;", "'") for body in bodies), theme


@pytest.mark.parametrize("asked", [{"area": "Hartlepool", "period": Q3}, {"area": "Middlesbrough"}])
def test_each_chart_of_the_report_is_the_one_on_its_page(ask, asked):
    at = by_link("report", **asked)
    shown = {element.proto.alt for element in at.get("arrow_vega_lite_chart") + at.get("vega_lite_chart")}
    made = [views.build_view("report", asked | {"part": part}, ask).view for part in _parts(ask, asked)]
    assert {view.alt for view in made if view.draw} == shown
    assert made[0].title == title(at)


def _parts(ask, asked):
    from shp_view.views import filters

    return report_views.list_parts(filters.read_selection(ask(filters.list_options), asked), ask)


@pytest.mark.parametrize("page", list(views.PAGE_VIEWS))
def test_every_page_with_views_draws_on_screen_and_on_paper(ask, page):
    parts = views.PAGE_VIEWS[page].options.get("part", {"": ""})
    for part in [*parts, *(["asb_police.0"] if page == "report" else [])]:
        view = views.build_view(page, {"period": Q3, "part": part} if part else {"period": Q3}, ask).view
        assert view.title
        if view.draw is None:
            continue
        for dark in (False, True):
            drawn = view.draw(dark)
            assert isinstance(drawn, Map) or "datasets" in drawn
        assert view.draw_picture(), part


@pytest.mark.parametrize(
    ("kind", "area", "drawn", "said"),
    [
        # Middlesbrough, Hartlepool, Redcar & Cleveland, Stockton-on-Tees: 12.8, 11.4, 9.4, 8.1 per 1,000
        (
            "Rates",
            "Stockton-on-Tees",
            {"Middlesbrough", "Stockton-on-Tees"},
            "highest rates of 4, including Stockton",
        ),
        ("Rates", "Middlesbrough", {"Middlesbrough"}, "Showing the 1 highest rates of 4"),
        ("Funnel", "Middlesbrough", set(LPAS), ""),
    ],
)
def test_of_many_places_a_chart_draws_the_foremost_and_the_one_in_focus(ask, monkeypatch, kind, area, drawn, said):
    monkeypatch.setattr(comparison_views, "MAX_AREAS", 3)
    monkeypatch.setattr(comparison_views, "TOP_AREAS", 1)
    found = views.build_view("comparison", {"view": kind, "area": area}, ask).view
    names = {row["name"] for row in found.draw(False)["datasets"]["figure"] if row.get("name")}
    assert names == drawn
    assert (said in " ".join(found.sentences)) and (("Showing the" in " ".join(found.sentences)) == bool(said))
    assert len(found.figure.table) == len(LPAS)
    assert "of four" in found.alt or kind == "Funnel"


def test_every_layer_of_the_map_has_a_picture_for_paper(ask):
    for layer in views.PAGE_VIEWS["hotspots"].options["layer"]:
        picture = views.build_view("hotspots", {"period": Q3, "layer": layer}, ask).view.draw_picture()
        assert picture["datasets"]["wards" if layer != "Wards" else "figure"], layer


def test_what_a_link_asks_for_in_vain_is_told_and_takes_its_default(ask):
    asked = {"view": "Nonsense", "period": "Oct 1999", "area": "<b>Narnia</b>", "ward": "Elm", "place": "1,2"}
    found = views.build_view("trends", asked, ask)
    assert found.view.title == views.build_view("trends", {}, ask).view.title
    assert set(found.not_on_offer) == {
        "view “Nonsense”",
        "period “Oct 1999”",
        "area “<b>Narnia</b>”",
        "ward “Elm”",
        "place “1,2”",
    }


def test_a_page_or_a_part_that_is_not_known_is_refused(ask):
    with pytest.raises(SelectionError, match="unknown page"):
        views.build_view("records", {}, ask)
    with pytest.raises(SelectionError, match="unknown part of this report"):
        views.build_view("report", {"part": "nothing.7"}, ask)


def test_a_view_obeys_the_role(ask):
    partner = ask_of(open_store(prepare_sample_store()), "partner")
    with pytest.raises(NotAllowedError):
        views.build_view("repeats", {"period": Q3}, partner)
    shown = present_slide(make_slide("repeats", {"period": Q3}), partner)
    assert shown.view is None
    assert "This view cannot be shown" in shown.notes[0]
    wards = views.build_view("hotspots", {"period": Q3, "what": "Drug supply"}, partner).view.figure
    own = views.build_view("hotspots", {"period": Q3, "what": "Drug supply"}, ask).view.figure
    assert wards.table["count"].isna().sum() > own.table["count"].isna().sum()


def test_only_what_says_which_view_it_is_is_kept_of_an_address():
    asked = {"period": Q3, "view": "Funnel", "asof": "2021-03", "carried": "x", "minimum": "5", "ward": "Elm"}
    assert views.select_parameters("comparison", asked) == {"period": Q3, "view": "Funnel"}


def test_a_ward_and_a_place_narrow_a_trend(ask):
    whole = views.build_view("trends", {"what": "Police ASB", "period": Q3}, ask).view
    ward = views.build_view("trends", {"what": "Police ASB", "period": Q3, "ward": "Victoria"}, ask).view
    assert "Victoria ward" in ward.title
    assert ward.figure.table["count"].sum() < whole.figure.table["count"].sum()
