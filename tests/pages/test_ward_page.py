"""The ward profile as a link opens it: any ward of any vintage, none, an unknown one; search; what was agreed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from helpers.actions import action
from helpers.pages import Q3, assert_draws, by_link, choose, html, links, row_of, said, tables, title
from helpers.stores import csv_file, load
from streamlit.testing.v1 import AppTest

from shp_data.domain.partnership import partnership
from shp_data.intake.load import ingest
from shp_data.store.notes.actions import read_actions, record_action
from shp_view.text import verdict_words

AREAS = partnership().areas
WORDS = ("Every indicator", "Busiest locations", "Weekday and hour", "Actions")


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture
def loaded(own: Path, tmp_path: Path) -> Path:
    """Two years of incidents in Seaton and in Jesmond, those of Seaton fewer in the second year."""
    rows = []
    for month, seaton in (("2019-10", 30), ("2019-11", 30), ("2020-10", 10), ("2020-11", 10)):
        rows += [f"| {month} | asb_police | The Front <b> | -1.18711 | 54.659291 |"] * seaton
        rows += [f"| {month} | asb_police | | -1.222458 | 54.694743 |"] * 30
    head = "| date | indicator | location | longitude | latitude |"
    load(own, csv_file(tmp_path / "a.csv", "\n".join([head, *rows])))
    return own


def ward(**asked: str) -> AppTest:
    return by_link("ward", **asked)


def subheaders(at: AppTest) -> list[str]:
    return [element.value for element in at.subheader]


@pytest.mark.parametrize("name", ["Victoria", "Rural West", "De Bruce", "Fens and Rossmere"])
def test_a_ward_of_hartlepool_has_its_profile(name: str) -> None:
    at = ward(ward=name, period=Q3)
    assert_draws(at)
    assert f"in {name} ward" in title(at)
    assert tuple(subheaders(at)) == WORDS
    assert len(at.get("deck_gl_json_chart")) == 1
    assert len(at.get("vega_lite_chart")) == 2
    indicators, places = tables(at)
    assert (len(indicators) - 1, indicators[0][-1]) == (5, "Rank")
    assert len(places) - 1 == 10
    assert "of the 11 wards of Hartlepool" in said(at) or "other wards of Hartlepool" in said(at)


@pytest.mark.parametrize(
    ("lpa", "vintage", "name"),
    [
        ("Hartlepool", "2022", "Throston"),
        ("Hartlepool", "2025", "Throston"),
        ("Middlesbrough", "2022", "Nunthorpe"),
        ("Redcar & Cleveland", "2020", "Coatham"),
        ("Stockton-on-Tees", "2025", "Southern Villages"),
    ],
)
def test_wards_of_every_vintage_and_area(lpa: str, vintage: str, name: str) -> None:
    at = ward(ward=name, area=lpa, wards=vintage, period=Q3)
    assert_draws(at)
    assert f"in {name} ward" in title(at)
    assert (f"boundaries of {vintage}" in said(at)) == (name != "Coatham")
    assert f"wards of {lpa}" in said(at)
    assert len(tables(at)) == 2


def test_the_first_screen_says_what_is_published() -> None:
    at = ward(ward="Victoria", period=Q3, what="Drug supply")
    assert title(at).startswith("Drug supply offences in Victoria ward rose by 24 on the same quarter last year")
    assert "It had 37% (32 of the 86 in Hartlepool)." in said(at)
    assert "Many visitors come to this ward" in said(at)
    assert row_of(tables(at)[0], "Drug supply")["Share"] == "37%"


def test_the_title_and_the_table_give_one_verdict() -> None:
    """That of the ward among all wards of the indicator, in the title too."""
    for name in ("Victoria", "Headland and Harbour"):
        for what in ("Police ASB", "Drug supply"):
            at = ward(ward=name, period=Q3, what=what)
            verdict = row_of(tables(at)[0], what)["Clear change?"]
            assert verdict in verdict_words.LABELS.values()
            assert title(at).endswith(f", {verdict.lower()}" if verdict.startswith("No") else f", a {verdict.lower()}")


def test_a_busiest_place_leads_to_what_else_happens_there() -> None:
    at = ward(ward="Victoria", period=Q3)
    name = tables(at)[1][1][0]
    first = next(asked for asked in links(at) if "place" in asked)
    there = by_link("repeats", **first)
    assert_draws(there)
    assert any(text.startswith(name) for text in subheaders(there))


def test_a_theme_of_two_indicators_has_a_title_of_its_own() -> None:
    at = ward(ward="Victoria", period=Q3, what="Drug offences (all)")
    assert_draws(at)
    assert "49 drug offences were recorded in Victoria ward" in said(at)


def test_the_rank_is_among_the_wards_of_the_lpa_with_all_of_the_region_in_view() -> None:
    everywhere, alone = (ward(ward="Victoria", area=area, period=Q3) for area in ("All of Cleveland", "Hartlepool"))
    assert tables(everywhere)[0][1:] == tables(alone)[0][1:]
    assert "of the 11 wards of Hartlepool" in said(everywhere)


@pytest.mark.parametrize("asked", [{}, {"ward": "No such ward"}, {"ward": "<b>"}, {"ward": "All wards"}])
def test_without_a_ward_the_page_asks_for_one(asked: dict[str, str]) -> None:
    at = ward(**asked, period=Q3)
    assert_draws(at)
    assert title(at) == "Choose a ward"
    (wards,) = tables(at)
    assert len(wards) - 1 == 11
    assert {link["ward"] for link in links(at)} == {row[0] for row in wards[1:]}
    assert ("This link asks for ward" in said(at)) == (asked not in ({}, {"ward": "All wards"}))


def test_each_ward_of_the_list_leads_to_its_profile() -> None:
    for asked in links(ward(area="All of Cleveland", period=Q3))[5:81:30]:
        at = ward(**asked)
        assert_draws(at)
        assert f"in {asked['ward'].partition(' (')[0]} ward" in title(at)


def test_the_ward_is_chosen_in_the_side_bar_and_left_again() -> None:
    at = choose(ward(period=Q3), ward="Seaton")
    assert "in Seaton ward" in title(at)
    assert title(choose(at, ward="All wards")) == "Choose a ward"


def test_a_search_finds_wards_and_streets_of_every_area() -> None:
    at = ward(search="york")
    assert_draws(at)
    found, _ = tables(at)
    assert {"Hartlepool", "Middlesbrough"} <= {row[2] for row in found[1:]}
    for asked in links(at)[: len(found) - 1]:
        assert_draws(ward(**asked))
    there = next(row for row in found[1:] if row[2] == "Middlesbrough")
    asked = links(at)[found[1:].index(there)]
    assert f"in {there[1]} ward" in title(ward(**asked))


@pytest.mark.parametrize("text", ["zzz", "a", "<script>alert(1)</script>", "**x**", "$a$", "x" * 60])
def test_a_search_that_finds_nothing_says_so(text: str) -> None:
    at = ward(search=text)
    assert_draws(at)
    assert len(tables(at)) == 1
    short, none = "Enter at least two letters", f"No ward and no street with a loaded incident matches “{text}”"
    assert (short in said(at), none in said(at)) == (len(text) < 2, len(text) >= 2)
    assert not any("<script>" in body for body in html(at))


def test_a_profile_can_be_searched_from(loaded: Path) -> None:
    at = ward(ward="Seaton", period="Nov 2020", search="jesmond")
    assert_draws(at)
    assert tables(at)[0][1][0] == "Jesmond ward"


def test_records_without_times_and_a_month_without_last_year(loaded: Path) -> None:
    at = ward(ward="Seaton", period="Oct 2019")
    assert_draws(at)
    assert "These records have no time of day." in said(at)
    assert "No comparison with last year" in said(at)
    assert "<b>" not in "".join(html(at)).replace("<b>Rate", "")  # a street's name is shown as it is


def test_a_ward_in_which_nothing_happened(loaded: Path) -> None:
    at = ward(ward="Hart", period="Nov 2020")
    assert_draws(at)
    assert "No police ASB incidents with coordinates were recorded in this period." in said(at)
    assert "It had none of the 40 in Hartlepool." in said(at)


def test_what_was_agreed_is_told_with_what_followed(loaded: Path) -> None:
    record_action(loaded, action(what="Extra <b>patrols</b> & $lights$"))
    at = ward(ward="Seaton", period="Nov 2020")
    assert_draws(at)
    assert "“Extra <b>patrols</b> & $lights$” was agreed for Seaton ward" in said(at)
    assert "The rest of Hartlepool changed from 60 to 60. The same change here would give 60." in said(at)
    assert "Oct 2020: 1 action." in said(at)
    assert "No actions are recorded for this ward." in said(ward(ward="Jesmond", period="Nov 2020"))


def test_an_analyst_records_ends_and_removes_what_was_agreed(loaded: Path) -> None:
    at = ward(ward="Seaton", period="Nov 2020")
    code = next(one.code for one in AREAS.list_wards("2020", "Hartlepool") if one.name == "Seaton")
    at.session_state[f"record-{code}-0"] = True
    at.run()
    assert at.multiselect[0].value == ["asb_police"]
    button(at, "Save").click().run()
    assert "the action is missing" in said(at)
    at.text_area[0].set_value("Lights at the shelter")
    next(box for box in at.text_input if box.label == "Agreed by").set_value("Council")
    at.date_input[0].set_value(dt.date(2020, 10, 1))
    button(at, "Save").click().run()
    assert_draws(at)
    (one,) = read_actions(loaded)
    assert (one.what, one.who, one.agreed, one.ward) == (
        "Lights at the shelter",
        "Council",
        dt.date(2020, 10, 1),
        "Seaton",
    )
    assert "“Lights at the shelter” was agreed for Seaton ward (Council)" in said(at)

    at.session_state[f"change-{one.id}-None"] = True
    at.run()
    at.date_input[0].set_value(dt.date(2020, 11, 30)).run()
    button(at, "Set end date").click().run()
    (ended,) = read_actions(loaded)
    assert ended.end == dt.date(2020, 11, 30)
    at.session_state[f"change-{one.id}-2020-11-30"] = True
    at.run()
    button(at, "Remove").click().run()
    assert read_actions(loaded) == ()
    assert "No actions are recorded for this ward." in said(at)


def button(at: AppTest, label: str):
    return next(one for one in at.button if one.label == label)


def test_real_months(own: Path, real_data: Path) -> None:
    ingest(sorted((real_data / "police_uk").glob("*.zip"))[:1], own)
    at = ward(ward="Victoria", what="Police ASB")
    assert_draws(at)
    assert "synthetic" not in said(at).lower()
    assert len(tables(at)[0]) - 1 == 14
