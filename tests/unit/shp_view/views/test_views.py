"""Every view made again from its link says and draws what its page shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from helpers.pages import Q3, by_link, title

from shp_data.domain.errors import NotAllowedError, SelectionError
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.views import comparison_views, filters, headline_views, report_views, views
from shp_view.views.pack import make_slide, present_slide
from shp_view.views.trend_views import NAMES
from shp_view.views.view import Canvas, Map

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
        {"layer": "Hotspots"},
        {"layer": "Points"},
        {"layer": "Repeat locations"},
    ],
    "repeats": [{}, {"minimum": "5"}],
}
LPAS = ("Hartlepool", "Middlesbrough", "Redcar & Cleveland", "Stockton-on-Tees")
CASES = [(page, asked | more) for page, every in CHOICES.items() for asked in SELECTIONS for more in every]


def ask_as(viewer: Viewer) -> Callable[..., Any]:
    """Answer as the pages do: each question once, since a report takes a second."""
    reader = Reader(open_store(prepare_sample_store()), viewer)
    return cache(lambda function, *args, **kwargs: function(reader, *args, **kwargs))


@pytest.fixture(scope="module")
def ask() -> Callable[..., Any]:
    return ask_as(ANALYST)


@pytest.mark.parametrize(("page", "asked"), CASES)
def test_a_view_has_a_message_and_an_alternative_text_and_finds_its_words(ask, page, asked):
    linked = views.build_view(page, asked, ask)
    assert linked.not_on_offer == ()
    assert linked.view.title
    assert linked.view.draw is None or len(linked.view.alt) > 40


def test_a_page_draws_the_view_of_its_link(ask):
    """Each page calls the builder itself; this checks that it passes on what its link asks for."""
    for page, every in CHOICES.items():
        asked = SELECTIONS[1] | every[-1]
        view, at = views.build_view(page, asked, ask).view, by_link(page, **asked)
        assert not at.exception
        assert title(at) == view.title
        drawn = [*at.get("vega_lite_chart"), *at.get("arrow_vega_lite_chart"), *at.get("deck_gl_json_chart")]
        assert view.alt in [element.proto.alt for element in drawn], page


def test_each_card_is_a_view_of_its_theme(ask):
    offer = ask(filters.list_options)
    for card in headline_views.build_cards(filters.read_selection(offer, {}), ask):
        view = views.build_view("headlines", {"part": card.theme}, ask).view
        assert (view.title, view.sentences) == (card.view.title, card.view.sentences)


@pytest.mark.parametrize("asked", [{"area": "Hartlepool", "period": Q3}, {"area": "Middlesbrough"}])
def test_each_chart_of_the_report_is_a_view(ask, asked):
    selection = filters.read_selection(ask(filters.list_options), asked)
    parts = report_views.list_parts(selection, ask)
    made = [views.build_view("report", asked | {"part": part}, ask).view for part in parts]
    paper = report_views.fetch_report(selection, ask).light_paper
    pictures = [picture for chapter in paper.chapters for part in chapter.parts for picture in part.pictures]
    assert [view.alt for view in made if view.draw] == [picture.alt for picture in pictures]
    assert made[0].title == paper.title


@pytest.mark.parametrize("page", list(views.PAGE_VIEWS))
def test_every_page_with_views_draws_on_screen_and_on_paper(ask, page):
    parts = views.PAGE_VIEWS[page].options.get("part", {"": ""})
    for part in [*parts, *(["asb_police.0"] if page == "report" else [])]:
        view = views.build_view(page, {"period": Q3, "part": part} if part else {"period": Q3}, ask).view
        assert view.title
        if view.draw is None:
            continue
        for dark in (False, True):
            drawn = view.draw(Canvas(dark))
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
            "Showing the 2 highest rates of 4, including Stockton-on-Tees",
        ),
        ("Rates", "Middlesbrough", {"Middlesbrough"}, "Showing the 1 highest rates of 4, including Middlesbrough"),
        ("Funnel", "Middlesbrough", set(LPAS), ""),
    ],
)
def test_of_many_places_a_chart_draws_the_foremost_and_the_one_in_focus(ask, monkeypatch, kind, area, drawn, said):
    monkeypatch.setattr(comparison_views, "MAX_AREAS", 3)
    monkeypatch.setattr(comparison_views, "TOP_AREAS", 1)
    found = views.build_view("comparison", {"view": kind, "area": area}, ask).view
    names = {row["name"] for row in found.draw(Canvas())["datasets"]["figure"] if row.get("name")}
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
        "location “1,2”",
    }


def test_a_page_or_a_part_that_is_not_known_is_refused(ask):
    with pytest.raises(SelectionError, match="unknown page"):
        views.build_view("records", {}, ask)
    with pytest.raises(SelectionError, match="unknown part of this report"):
        views.build_view("report", {"area": "Hartlepool", "period": Q3, "part": "nothing.7"}, ask)


def test_a_view_obeys_the_role(ask):
    ask_as_partner = ask_as(Viewer("partner"))
    with pytest.raises(NotAllowedError):
        views.build_view("repeats", {"period": Q3}, ask_as_partner)
    shown = present_slide(make_slide("repeats", {"period": Q3}), ask_as_partner)
    assert shown.view is None
    assert "This view cannot be shown" in shown.notes[0]
    wards = views.build_view("hotspots", {"period": Q3, "what": "Drug supply"}, ask_as_partner).view.figure
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


def test_months_seasons_and_the_card_say_the_same_of_the_same_month(ask):
    """April to June 2020 were above the range; on every view with the same words, and in no other quarter."""
    words = {"what": "Police ASB", "area": "Hartlepool"}
    sentence = "April, May and June 2020 were above the expected range."
    for period, count in (("2020-21 Q1 (Apr to Jun 2020)", 1), ("2020-21 Q2 (Jul to Sep 2020)", 0)):
        selection = filters.read_selection(ask(filters.list_options), words | {"period": period})
        said = [" ".join(views.build_view("trends", words | {"period": period, "view": name}, ask).view.sentences)
                for name in ("Months", "Seasons")]  # fmt: skip
        said.append(headline_views.build_view("asb", selection, ask).sentences[0])
        assert [text.count(sentence) for text in said] == [count] * 3
