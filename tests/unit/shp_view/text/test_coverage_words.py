"""What the loaded records leave without a figure, in a sentence."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from shp_data.domain.events import DatedEvent
from shp_data.domain.figure import COMPLETE, Coverage, Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month
from shp_view.text.coverage_words import explain_coverage, list_caveats, list_doubts, mark_doubts

ASB = ("asb_police",)
MONTHS = tuple(Month(2020, month) for month in (10, 11))
LPAS = partnership().areas.lpa_names
COUNCILS = tuple((f"Council {number}", ("Hartlepool",)) for number in range(1, 6))


@pytest.mark.parametrize(
    ("coverage", "sentence"),
    [
        (COMPLETE, ""),
        (
            Coverage("months missing", ASB, (*MONTHS, Month(2021, 3))),
            "Not loaded: Oct to Nov 2020, Mar 2021. What lacks a month is not compared with a whole.",
        ),
        (
            Coverage("areas missing", ASB, suppliers=COUNCILS[:1], areas=("Middlesbrough",), together="Cleveland"),
            "Council 1 covers Hartlepool alone: there is no figure of Police ASB for Middlesbrough, nor for Cleveland "
            "together.",
        ),
        (
            Coverage("areas missing", ASB, suppliers=(("Two", LPAS[:2]), *COUNCILS[:3]), areas=LPAS),
            f"Two covers {LPAS[0]} and {LPAS[1]} alone, Council 1 covers Hartlepool alone, Council 2 covers Hartlepool "
            "alone and 1 more source covers some areas alone: there is no figure of Police ASB for 4 Local Policing "
            "Areas.",
        ),
        (
            Coverage("unplaced", ASB, MONTHS),
            "None of the records of Police ASB in Oct to Nov 2020 has coordinates or a ward, so no area or ward has a "
            "figure.",
        ),
        (
            Coverage("in no ward", ASB, MONTHS, ward_year="2020"),
            "Too many of the records of Police ASB in Oct to Nov 2020 lie in no ward of 2020, so their wards have no "
            "figure.",
        ),
        (
            Coverage("partly unplaced", ASB, share=0.05),
            "Some of the records of Police ASB in this period have neither coordinates nor a ward, so no area counts "
            "them.",
        ),
        (
            Coverage("partly unplaced", ASB, share=0.1),
            "Many of the records of Police ASB in this period have neither coordinates nor a ward, so no area counts "
            "them.",
        ),
        (
            Coverage("partly unplaced", ASB, share=1),
            "None of the records of Police ASB in this period has coordinates or a ward, so no area counts them.",
        ),
        (
            Coverage("partial supplier", suppliers=(("Two", LPAS[:2]),)),
            f"Two covers {LPAS[0]} and {LPAS[1]} alone: of other areas it says nothing.",
        ),
        (
            Coverage("at no place", ASB),
            "None of the records of Police ASB has coordinates, so no place counts them.",
        ),
        (
            Coverage("in no hexagon", ASB),
            "None of the records of Police ASB has coordinates, so no hexagon counts them.",
        ),
    ],
)
def test_each_gap_has_its_sentence(coverage: Coverage, sentence: str) -> None:
    assert explain_coverage(coverage) == sentence


def test_more_than_four_sources_are_counted_in_the_plural() -> None:
    sentence = explain_coverage(Coverage("areas missing", ASB, suppliers=COUNCILS, areas=("Middlesbrough",)))
    assert "and 2 more sources cover some areas alone: " in sentence


def test_a_caveat_is_listed_once() -> None:
    gap = Coverage("at no place", ASB)
    assert list_caveats(["One.", gap, "Two.", gap, "One."]) == ("One.", explain_coverage(gap), "Two.")


def test_a_month_in_question_has_its_numbers_where_they_may_be_seen() -> None:
    doubt = Coverage("possibly incomplete", ASB, (Month(2024, 3),), areas=("Hartlepool",), count=14, expected=1360)
    assert explain_coverage(doubt) == (
        "March 2024 looks incomplete: 14 records, about 1,360 expected (Police ASB, Hartlepool)."
    )
    hidden = replace(doubt, state="possibly too large", areas=(), count=None, expected=None)
    assert explain_coverage(hidden) == "March 2024 looks too large (Police ASB)."
    assert explain_coverage(replace(doubt, state="unusually placed", count=1, expected=0)) == (
        "March 2024 has an unusual number of records without a place: 1 record, about 0 expected (Police ASB, "
        "Hartlepool)."
    )


def test_months_left_out_are_named() -> None:
    assert explain_coverage(Coverage("left out", ASB, MONTHS)) == (
        "October 2020 and November 2020 are left out of Police ASB, by the decision of an analyst."
    )


@pytest.mark.parametrize(
    ("number", "last"),
    [(3, ""), (4, "1 more month is in question: see the Data page."),
     (5, "2 more months are in question: see the Data page.")],
)  # fmt: skip
def test_of_many_months_in_question_the_first_are_named(number: int, last: str) -> None:
    doubts = [Coverage("possibly incomplete", ASB, (Month(2020, month),)) for month in range(1, number + 1)]
    texts = list_doubts(doubts)
    assert texts[:3] == [explain_coverage(doubt) for doubt in doubts[:3]] and "".join(texts[3:]) == last


def test_a_chart_marks_its_months_in_question_after_its_events() -> None:
    doubts = tuple(Coverage("possibly incomplete", ASB, (Month(2020, month),)) for month in (9, 10, 11))
    lockdown = DatedEvent("Lockdown", MONTHS[0], MONTHS[0], "Law")
    table = pd.DataFrame({"month": [str(month) for month in MONTHS]})
    trend = Figure(table, "", "", "incidents", (), "", caveats=doubts, events=(lockdown,))
    marked = mark_doubts(trend)
    assert [(event.first, event.last) for event in marked.events[1:]] == [MONTHS]
    assert marked.caveats[-1] == "2 Oct to Nov 2020: in question."
    assert mark_doubts(replace(trend, caveats=())).events == (lockdown,)
