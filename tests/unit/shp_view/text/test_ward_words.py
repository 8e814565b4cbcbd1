"""A ward's profile in words: ranks, shares, boundaries, places, actions on the trend, and what a search found."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pandas as pd
import pytest
from helpers.actions import PLACE, action, nowhere
from helpers.view_figures import figure, monthly, ranged

from shp_data.analysis.actions import COLUMNS
from shp_data.analysis.places.search import MOST
from shp_data.analysis.statistics.standing import add_standing
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_view.charts import trend_charts
from shp_view.text import alt_texts, ward_words
from shp_view.text.ward_words import describe_action, describe_result

AREAS = partnership().areas


def ward(name: str, lpa: str = "Hartlepool", vintage: str = "2020"):
    (found,) = [one for one in AREAS.list_wards(vintage, lpa) if one.name == name]
    return found


SEATON = ward("Seaton")


def among(*counts: tuple[int | None, int | None]) -> Figure:
    """The wards of an LPA, Seaton first, with their counts and residents."""
    table = pd.DataFrame({"code": [SEATON.code, *(f"E0{n}" for n in range(1, len(counts)))]})
    table["count"] = pd.array([count for count, _ in counts], dtype="Int64")
    table["population"] = pd.array([people for _, people in counts], dtype="Int64")
    table["rate_per_1000"] = table["count"].astype("Float64") * 1000 / table["population"]
    total = table["count"].sum()
    table["share"] = table["count"].astype("Float64") / (total if total else pd.NA) * 100
    return figure(add_standing(table.assign(dispersion=1.0)))


# | counts and residents, the ward's first | what is said of its rank
@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([(900, 9000), (90, 9000), (90, 9000)], "is the highest of the 3 wards of Hartlepool"),
        ([(90, 9000), (900, 9000), (900, 9000)], "is the lowest of the 3 wards of Hartlepool"),
        ([(300, 9000), (900, 9000), (90, 9000)], "is the second highest of the 3 wards of Hartlepool"),
        ([(300, 9000), (301, 9000), (30, 9000)], "is among the two highest of the 3 wards of Hartlepool"),
        ([(30, 9000), (31, 9000), (300, 9000)], "is among the two lowest of the 3 wards of Hartlepool"),
        ([(300, 9000), (301, 9000), (900, 9000), (20, 9000), (21, 9000)], "is the second to third highest of the 5"),
        ([(30, 9000), (31, 9000), (900, 9000), (920, 9000), (2, 9000)], "is the second to third lowest of the 5"),
        ([(30, 9000), (31, 9000), (32, 9000)], "is not clearly different from that of the other wards of Hartlepool"),
        ([(30, 9000), (31, 9000), (32, 9000), (900, 9000)], "is not clearly different from that of most other wards"),
    ],
)
def test_a_rank_is_said_as_far_as_chance_leaves_it_open(counts: list[tuple[int, int]], said: str) -> None:
    assert said in ward_words.describe_rank(among(*counts), SEATON)


def test_where_a_ward_stands_in_whole_sentences() -> None:
    assert ward_words.describe_rank(among((900, 9000), (90, 9000), (10, 9000)), SEATON) == (
        "Its rate, 100.0 per 1,000 residents (95% interval 93.6 to 106.8), is the highest of the 3 wards of "
        "Hartlepool. It had 90% (900 of the 1,000 in Hartlepool)."
    )
    few = ward_words.describe_rank(among((2, 9000), (1, 9000)), SEATON)
    assert few.endswith("It had 2 of the 3 in Hartlepool.")  # a share of so few is not stressed
    none = ward_words.describe_rank(among((0, 9000), (90, 9000), (900, 9000)), SEATON)
    assert none.endswith("It had none of the 990 in Hartlepool.")


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([(None, 9000), (None, 9000)], ""),
        ([(3, None), (5, 9000), (6, 9000)], ""),
        ([(5, 9000)], ""),  # the only one
        ([(0, 9000), (0, 9000)], "No ward of Hartlepool had any."),
    ],
)
def test_what_is_not_known_is_not_said(counts: list[tuple[int | None, int | None]], said: str) -> None:
    assert ward_words.describe_rank(among(*counts), SEATON) == said
    assert ward_words.describe_rank(among(*counts), ward("Victoria")) == ""  # which is not among them


def test_what_must_be_known_of_a_ward() -> None:
    visited, changed = ward_words.list_notes(ward("Victoria"), "2020")
    assert visited == ward_words.VISITORS
    assert changed == (
        "This ward's boundaries changed: 11 wards became 12 at the election of 6 May 2021. All figures on this "
        "page, for every year, use the ward boundaries of 2020."
    )
    assert ward_words.list_notes(ward("Marton West", "Middlesbrough"), "2020") == ()
    assert ward_words.list_notes(ward("Nunthorpe", "Middlesbrough"), "2020") == (
        "This ward's boundaries changed: Marton East and Nunthorpe have new codes by December 2025. All figures on "
        "this page, for every year, use the ward boundaries of 2020.",
    )


def test_ranks_as_a_text_beside_the_others() -> None:
    table = pd.DataFrame({"name": ["A", "B"], "rank_low": [1, None], "rank_high": [3, None], "ranked": [11, None]})
    before = figure(table.astype({"rank_low": "Int64", "rank_high": "Int64", "ranked": "Int64"}))
    assert ward_words.add_ranks(before).table["rank"].tolist() == ["first to third of 11", "not available"]
    assert "rank" not in before.table


def places(*rows: tuple[str, int]) -> Figure:
    return replace(figure(pd.DataFrame(rows, columns=["location", "count"])), title="Police ASB")


def test_how_much_the_busiest_places_hold() -> None:
    assert ward_words.describe_locations(places(("York Road", 9), ("", 5)), 20) == (
        "The busiest location had 9 police ASB incidents: York Road. The two locations below had 14 of the ward's 20."
    )
    assert ward_words.describe_locations(places(("", 1)), 20) == (
        "The busiest location had 1 police ASB incident: Place without a name."
    )
    assert ward_words.describe_locations(places(("York Road", 9), ("", 5)), None).endswith(": York Road.")
    assert ward_words.describe_locations(places(), 0) == (
        "No police ASB incidents with coordinates were recorded in this period."
    )


def test_what_was_agreed_is_numbered_after_the_events_of_the_trend() -> None:
    agreed = (
        action(),
        action(agreed=dt.date(2020, 12, 1)),
        action(agreed=dt.date(2020, 12, 24)),
        action(agreed=dt.date(2031, 1, 1)),
    )
    before = ranged()
    found = ward_words.add_actions(before, agreed)
    assert [str(event.first) for event in found.events] == ["2019-01", "2020-05", "2020-10", "2020-12"]
    assert found.caveats == (*before.caveats, "3 Oct 2020: 1 action; 4 Dec 2020: 2 actions.")
    assert before.events == ranged().events  # the old figure is as it was
    numbers = [row["number"] for row in trend_charts.draw_trend(found)["datasets"]["figure"] if row.get("number")]
    assert numbers == ["1", "2", "3", "4"]
    assert alt_texts.describe_trend(found) == alt_texts.describe_trend(before)


def test_a_trend_without_an_action_in_its_months_stays_as_it_is() -> None:
    shown = monthly()
    assert ward_words.add_actions(shown, ()) is shown
    assert ward_words.add_actions(shown, (action(agreed=dt.date(2017, 1, 1)),)) is shown


def test_other_boundaries_are_told_of_a_ward_alone() -> None:
    seaton = ward("Seaton", vintage="2022")
    assert "boundaries of 2020" in ward_words.explain_other_boundaries(action(), seaton)
    assert ward_words.explain_other_boundaries(action(), SEATON) == ""
    assert ward_words.explain_other_boundaries(action(**nowhere(), **PLACE), seaton) == ""


@pytest.mark.parametrize(
    ("number", "text", "said"),
    [
        (0, "q", "Enter at least two letters"),
        (0, "qq", "No ward and no street with a loaded incident matches “qq”."),
        (1, "qq", "1 match for “qq”."),
        (3, "qq", "3 matches for “qq”."),
        (MOST, "qq", "Showing the 20 best matches for “qq”. Enter more"),
    ],
)
def test_what_a_search_found(number: int, text: str, said: str) -> None:
    table = pd.DataFrame({"location": ["x"] * number})
    assert ward_words.describe_search(figure(table), text).startswith(said)


def test_what_to_do_where_no_ward_is_chosen() -> None:
    chosen = partnership().select(("asb_police",), parse_period("2020-21-Q3"), ("Hartlepool",))
    assert "one of the 11 wards below" in ward_words.prompt_for_ward(chosen, 11)


ROW = {
    "before_months": "Oct to Dec 2019",
    "after_months": "Oct to Dec 2020",
    "months_after": 3,
    "before": 1240,
    "after": 820,
    "rest_before": 9000,
    "rest_after": 8550,
    "expected_after": 1177.6,
    "effect_verdict": "fewer than expected",
}


def build_action_figure(**changed: object) -> Figure:
    """The figure of one action; `None` is missing."""
    return Figure(pd.DataFrame([ROW | changed], columns=list(COLUMNS)), "Police ASB", "", "incidents", (), "Dec 2020")


def test_an_outcome_in_two_sentences():
    assert describe_result(action(), build_action_figure()) == (
        "On 1 October 2020 “Extra patrols on Friday evenings” was agreed for Seaton ward (Neighbourhood police team). "
        "820 incidents were recorded there in Oct to Dec 2020 and 1,240 in Oct to Dec 2019. The rest of "
        "Hartlepool changed from 9,000 to 8,550. The same change here would give 1,178. The number recorded is clearly "
        "lower."
    )


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("more than expected", "The number recorded is clearly higher."),
        ("within usual variation", "The number recorded is not clearly different."),
        ("too few to tell", "The numbers are too small to say whether they differ."),
    ],
)
def test_every_verdict_has_its_words(verdict, said):
    assert describe_result(action(), build_action_figure(effect_verdict=verdict)).endswith(said)


def test_what_it_aims_at_is_named():
    said = describe_result(action(indicators=("asb_police",)), build_action_figure(after=1))
    assert "1 police ASB incident was recorded there" in said


@pytest.mark.parametrize(
    ("loaded", "said"),
    [
        (0, "It is too early to measure a change: no complete month after the action is loaded."),
        (1, "The change cannot be measured: 1 month after the action is loaded, but no month before to compare with."),
        (
            5,
            "The change cannot be measured: 5 months after the action are loaded, but no month before to compare with.",
        ),
    ],
)
def test_too_early_gives_no_number(loaded, said):
    missing = dict.fromkeys(ROW) | {"months_after": loaded}
    assert describe_result(action(), build_action_figure(**missing)) == f"{describe_action(action())} {said}"


def test_nothing_in_the_rest_before():
    said = describe_result(action(), build_action_figure(rest_before=0, expected_after=None, effect_verdict=None))
    assert said.endswith(" There were none in the rest of Hartlepool before, so the two cannot be compared.")


def test_a_place_and_a_text_of_several_lines():
    one = action(**nowhere(), **PLACE, what="A gate,\n  and lights", agreed=dt.date(2021, 3, 9))
    assert describe_action(one).startswith("On 9 March 2021 “A gate, and lights” was agreed for Brenda Road (")


def test_no_number_that_is_not_in_the_figure():
    outcome = describe_result(action(), build_action_figure()).removeprefix(describe_action(action()))
    found = {text.replace(",", "") for text in re.findall(r"\d[\d,]*", outcome)}
    assert found == {"820", "1240", "9000", "8550", "1178", "2019", "2020"}
