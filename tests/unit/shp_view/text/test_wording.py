"""The words of figures: rounding, sentences, titles, alternative texts."""

from __future__ import annotations

import pandas as pd
import pytest
from helpers.view_figures import expected_months

from shp_data.domain.figure import Figure
from shp_data.domain.periods import parse_period, parse_quarter
from shp_view.text import alt_texts, sentences, wording

QUARTER = parse_quarter("2020-21-Q3")


def figure(table: pd.DataFrame) -> Figure:
    return Figure(table, "Title", "Subtitle", "incidents", ("Source.",), "Mar 2021")


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(0.5, 0, "1"), (-0.5, 0, "-1"), (1.5, 0, "2"), (2.5, 0, "3"), (-2.5, 0, "-3"), (13.25, 1, "13.3"),
     (2.675, 2, "2.68"), (-0.4, 0, "0"), (0.05, 1, "0.1"), (0.49999, 0, "0")],
)  # fmt: skip
def test_rounding_is_half_away_from_zero(value: float, decimals: int, expected: str) -> None:
    assert str(wording.round_number(value, decimals)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (wording.format_number(1246), "1,246"),
        (wording.format_rate(13.30300), "13.3"),
        (wording.format_percent(38.5), "39%"),
        (wording.format_signed(350), "+350"),
        (wording.format_signed(-15), "−15"),
        (wording.format_signed(0.2), "0"),
        (wording.format_signed_percent(-4.4), "−4%"),
    ],
)
def test_numbers(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_what_is_missing_is_never_zero(missing: float | None) -> None:
    for write in (
        wording.format_number,
        wording.format_rate,
        wording.format_percent,
        wording.format_signed,
        wording.format_signed_percent,
    ):
        assert write(missing) == "not available"


def test_the_published_sentence() -> None:
    assert wording.describe_change(1246, 896, "police ASB incidents", "Hartlepool", QUARTER) == (
        "1,246 police ASB incidents were recorded in Hartlepool in 2020-21 Q3 (Oct to Dec 2020), "
        "350 more (39%) than in the same quarter last year."
    )


@pytest.mark.parametrize(
    ("count", "last_year", "end"),
    [
        (105, 105, "the same as in the same quarter last year."),
        (90, 105, "15 fewer (14%) than in the same quarter last year."),
        (6, 8, "2 fewer than in the same quarter last year (8)."),
        (29, 30, "1 fewer (3%) than in the same quarter last year."),
        (906, 400, "506 more (127%) than in the same quarter last year."),  # 126.5 exactly
        (3, 0, "last year, when there were none (so there is no percentage)."),
        (3, None, "The figure for the same quarter last year is not available."),
    ],
)
def test_sentences_of_every_size_of_base(count: int, last_year: int | None, end: str) -> None:
    assert wording.describe_change(count, last_year, "fires", "Hartlepool", QUARTER).endswith(end)


def test_a_sentence_about_one_none_or_unknown() -> None:
    def start(count: int | None) -> str:
        return wording.describe_change(count, None, "deliberate vehicle fires", "Hartlepool", QUARTER)

    assert start(1).startswith("1 deliberate vehicle fire was recorded")
    assert start(0).startswith("No deliberate vehicle fires were recorded")
    assert start(None).endswith("is not available.")


@pytest.mark.parametrize(
    ("period", "words"),
    [("2020-21-Q3", "the same quarter last year"), ("2020-10", "the same month last year"),
     ("2020-21", "the year before"), ("2020-04 to 2020-12", "the same months last year"),
     ("2020-05 to 2020-07", "the same months last year")],
)  # fmt: skip
def test_what_a_period_is_compared_with(period: str, words: str) -> None:
    assert wording.name_comparison_period(parse_period(period)) == words


def test_things_within_a_sentence() -> None:
    assert wording.name_counted_unit("Police ASB", "incidents") == "police ASB incidents"
    assert wording.name_counted_unit("ASB Unit complaints", "complaints") == "ASB Unit complaints"
    assert wording.name_counted_unit("Deliberate secondary fires", "fires") == "deliberate secondary fires"


def test_titles_are_messages() -> None:
    title = wording.build_change_title(1246, 896, "police ASB incidents", "Hartlepool", QUARTER)
    assert title == "Police ASB incidents in Hartlepool rose by 350 (39%) on the same quarter last year"
    table = pd.DataFrame({"lpa": ["A", "B", "C"], "rate_per_1000": [17.58, 13.25, None]})
    told = wording.build_comparison_title(table, "fires", "B")
    highest = "A had the highest rate of fires, of the 2 areas with a rate: 17.6 per 1,000 residents"
    assert told == f"{highest}; B had 13.3"
    assert wording.build_comparison_title(table, "fires", "C") == highest
    none = wording.build_comparison_title(table.assign(rate_per_1000=[0.0, 0.0, None]), "fires")
    assert none == "Fires: none were recorded in the 2 areas with a rate"


def test_a_title_names_all_who_share_the_highest_rate_and_none_where_all_are_zero() -> None:
    tied = pd.DataFrame({"ward": ["A", "B"], "rate_per_1000": [2.0, 2.0]})
    assert wording.build_ward_title(tied, "fires").startswith("A and B had the highest rate")
    assert wording.build_ward_title(tied.assign(rate_per_1000=0.0), "fires") == "Fires: none were recorded"


def test_a_title_of_one_area_has_none_to_rank_it_among() -> None:
    told = "A had a rate of fires of 17.6 per 1,000 residents"
    one = pd.DataFrame({"lpa": ["A"], "ward": ["A"], "rate_per_1000": [17.58]})
    assert wording.build_comparison_title(one, "fires") == wording.build_comparison_title(one, "fires", "A") == told
    assert wording.build_ward_title(one, "fires") == told
    unknown = pd.DataFrame({"lpa": ["A", "B"], "rate_per_1000": [17.58, None]})
    assert wording.build_comparison_title(unknown, "fires") == told


def test_an_alternative_text_of_a_trend_names_its_extremes() -> None:
    table = pd.DataFrame(
        {
            "month": ["2020-10", "2020-11", "2020-12", "2021-01"],
            "count": pd.array([412, None, 390, 444], "Int64"),
            "last_year": pd.array([300, 301, 302, 303], "Int64"),
        }
    )
    assert alt_texts.describe_trend(figure(table)) == (
        "Line of incidents a month, Oct 2020 (412) to Jan 2021 (444). "
        "Highest Jan 2021 (444), lowest Dec 2020 (390). "
        "The latest month compares with 303 a year before. No figure for 1 month."
    )


def months_of(signal: str | None) -> Figure:
    table = pd.DataFrame({"month": ["2020-10", "2020-11"], "count": [518, 426], "lower": 296.6, "upper": 536.7})
    table["signal"] = pd.array([signal, None], dtype="str")
    return figure(table.assign(in_period=[True, True]))


def test_an_alternative_text_says_whether_a_month_is_outside_the_expected_range() -> None:
    within = alt_texts.describe_trend(months_of("in a run of 7 or more rising months"))
    assert within.endswith(" No month of the period is outside the expected range, which is 297 to 536 in Nov 2020.")
    outside = alt_texts.describe_trend(months_of("above the expected range"))
    assert outside.endswith(
        " In the period, Oct 2020 (518) is above the expected range, which is 297 to 536 in Nov 2020."
    )
    unknown = months_of(None)
    no_range = figure(unknown.table.assign(lower=None, upper=None))
    assert "range" not in alt_texts.describe_trend(no_range)


def test_a_sentence_names_the_unusual_months_of_the_period() -> None:
    table = months_of("above the expected range").table
    assert sentences.describe_signals(figure(table)) == "October 2020 was above the expected range."
    both = table.assign(signal="below the expected range")
    assert sentences.describe_signals(figure(both)) == "October and November 2020 were below the expected range."
    two = table.assign(signal=["above the expected range", "in a run of 7 or more rising months"])
    assert sentences.describe_signals(figure(two)) == (
        "October 2020 was above the expected range. November 2020 was in a run of 7 or more rising months."
    )
    shifted = table.assign(shift=["the start of a sustained rise", None])
    assert sentences.describe_signals(figure(shifted)) == (
        "October 2020 was above the expected range. October 2020 was the start of a sustained rise."
    )
    assert sentences.describe_signals(months_of(None)) == ""
    assert sentences.describe_signals(figure(table.assign(in_period=False))) == ""
    assert sentences.describe_signals(figure(table.drop(columns="signal"))) == ""


def test_a_forecast_in_words() -> None:
    shown = expected_months()
    assert sentences.describe_forecast(shown) == (
        "Forecast for April 2021: about 480 incidents (95% range: 430 to 530)."
    )
    text = alt_texts.describe_trend(shown)
    # The months that are only forecast are not months without a figure.
    assert "Apr 2019 (400) to Mar 2021 (561)" in text and "No figure" not in text
    assert "Oct 2020 (526) is above the expected range, which is 430 to 530 in Dec 2020." in text
    assert "Nov 2020 (533) is the start of a sustained rise." in text
    assert text.endswith("Forecast for April 2021: about 480 incidents (95% range: 430 to 530).")
    loaded = figure(shown.table[~shown.table["forecast"]])
    assert sentences.describe_forecast(loaded) == sentences.describe_forecast(months_of(None)) == ""


def test_months_are_named_with_their_year_once() -> None:
    assert wording.name_months(["2020-10"]) == "October 2020"
    assert wording.name_months(["2020-10", "2020-11", "2020-12"]) == "October, November and December 2020"
    assert wording.name_months(["2020-12", "2021-01"]) == "December 2020 and January 2021"


def test_a_range_is_told_in_the_whole_numbers_within_it() -> None:
    assert wording.format_range(296.6, 536.7) == "297 to 536"
    assert wording.format_range(0, 7.0) == "0 to 7"
    assert (wording.format_lowest(pd.NA), wording.format_highest(None)) == ("not available", "not available")


def test_an_alternative_text_of_a_map_names_the_highest_ward_and_the_missing() -> None:
    table = pd.DataFrame({"ward": ["Victoria", "Hart", "Seaton"], "rate_per_1000": [31.25, 2.0, None]})
    assert alt_texts.describe_ward_map(figure(table), "rate_per_1000") == (
        "Map of 3 wards. Rate per 1,000. Highest: Victoria, 31.3. Lowest: Hart, 2.0. Not available for 1 ward."
    )


def test_alternative_texts_of_areas() -> None:
    months = pd.DataFrame({"month": ["2020-10", "2020-11"], "lpa": ["A", "A"], "rate_per_1000": [3.0, 4.0]})
    assert alt_texts.describe_area_trends(figure(months)).endswith("In Nov 2020: A 4.0.")
    assert "No figure" in alt_texts.describe_area_trends(figure(months.iloc[:0]))


def test_unusual_months_are_joined_to_the_verdict_of_the_period() -> None:
    unusual = months_of("above the expected range")
    card = figure(pd.DataFrame({"verdict": ["no clear change"], "difference": [9]}))
    said = sentences.describe_unusual_months(card, unusual)
    assert said == "Compared with the months before, however, October 2020 was above the expected range."
    limits = figure(unusual.table.assign(mean=400.0))
    said = sentences.describe_unusual_months(card, limits)
    assert said == "Compared with all loaded months, however, October 2020 was above the expected range."
    for verdict in ("clear increase", None):
        card = figure(pd.DataFrame({"verdict": pd.array([verdict], dtype="str"), "difference": [9]}))
        said = sentences.describe_unusual_months(card, unusual)
        assert said == "Compared with the months before, October 2020 was above the expected range."
    assert sentences.describe_unusual_months(card, months_of(None)) == ""
    # More than last year, and yet a month below what was expected.
    card = figure(pd.DataFrame({"verdict": ["clear increase"], "difference": [9]}))
    said = sentences.describe_unusual_months(card, months_of("below the expected range"))
    assert said == "Compared with the months before, however, October 2020 was below the expected range."


def test_an_alternative_text_of_a_map_of_verdicts_and_of_shares() -> None:
    table = pd.DataFrame({"ward": ["A", "B", "C"], "share": [60.0, 40.0, None], "verdict": "no clear change"})
    table.loc[0, "verdict"] = "clear increase"
    assert alt_texts.describe_ward_map(figure(table), "verdict") == (
        "Map of 3 wards. Clear change. Clear increase: A. No clear change: B and C."
    )
    assert alt_texts.describe_ward_map(figure(table), "share") == (
        "Map of 3 wards. Share. Highest: A, 60%. Lowest: B, 40%. Not available for 1 ward."
    )
