"""An action in words: the figure's own numbers, and no verdict where there is none."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest
from helpers.actions import PLACE, action, nowhere

from shp_data.analysis.actions import COLUMNS
from shp_data.domain.figure import Figure
from shp_view.text.action_words import describe_action, describe_result

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


def figure(**changed: object) -> Figure:
    """The figure of one action; `None` is missing."""
    return Figure(pd.DataFrame([ROW | changed], columns=list(COLUMNS)), "Police ASB", "", "incidents", (), "Dec 2020")


def test_an_outcome_in_two_sentences():
    assert describe_result(action(), figure()) == (
        "On 1 October 2020 “Extra patrols on Friday evenings” was agreed for Seaton ward (Neighbourhood police team). "
        "820 incidents were recorded there in Oct to Dec 2020 and 1,240 in Oct to Dec 2019; had it changed as the "
        "rest of Hartlepool did (9,000 to 8,550), 1,178 would be expected: the fall below that is more than chance "
        "explains."
    )


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("more than expected", "the excess over that is more than chance explains."),
        ("within usual variation", "the difference is within usual variation."),
        ("too few to tell", "the numbers are too few to tell."),
    ],
)
def test_every_verdict_has_its_words(verdict, said):
    assert describe_result(action(), figure(effect_verdict=verdict)).endswith(said)


def test_what_it_aims_at_is_named():
    said = describe_result(action(indicators=("asb_police",)), figure(after=1))
    assert "1 police ASB incident was recorded there" in said


@pytest.mark.parametrize(
    ("loaded", "said"),
    [
        (0, "It is too early to say what changed: no whole month after it is loaded."),
        (1, "What changed cannot be said: 1 month after it is loaded, but no month before to compare with."),
        (5, "What changed cannot be said: 5 months after it are loaded, but no month before to compare with."),
    ],
)
def test_too_early_gives_no_number(loaded, said):
    missing = dict.fromkeys(ROW) | {"months_after": loaded}
    assert describe_result(action(), figure(**missing)) == f"{describe_action(action())} {said}"


def test_nothing_in_the_rest_before():
    said = describe_result(action(), figure(rest_before=0, expected_after=None, effect_verdict=None))
    assert said.endswith("; in the rest of Hartlepool there were none before, so the two cannot be compared.")


def test_a_place_and_a_text_of_several_lines():
    one = action(**nowhere(), **PLACE, what="A gate,\n  and lights", agreed=dt.date(2021, 3, 9))
    assert describe_action(one).startswith("On 9 March 2021 “A gate, and lights” was agreed for Brenda Road (")


def test_no_number_that_is_not_in_the_figure():
    outcome = describe_result(action(), figure()).removeprefix(describe_action(action()))
    found = {text.replace(",", "") for text in re.findall(r"\d[\d,]*", outcome)}
    assert found == {"820", "1240", "9000", "8550", "1178", "2019", "2020"}
