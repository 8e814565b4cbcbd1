"""Which published figures do not follow: from their own counts, from the quarter before, from the store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pytest
from helpers.reports import line
from helpers.stores import DESK, rows_of

from shp_data.analysis.report.check import COLUMNS, PRINTED, check_figures, parse_rows
from shp_data.analysis.report.check_rules import Key, list_findings
from shp_data.analysis.report.report import build_report
from shp_data.analysis.report.report_value import Line
from shp_data.domain.errors import NotAllowedError
from shp_data.domain.periods import parse_quarter
from shp_data.domain.selection import Viewer
from shp_data.intake.reported.published import COLUMNS as TABLE
from shp_data.intake.reported.published import read_published
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import Store, open_store

Q3 = "2020-21-Q3"
SHORT = {"ytd": "year_to_date", "last": "same_quarter_last_year", "now": "quarter_value", "pct": "pct_difference"}


def table(text: str) -> pd.DataFrame:
    """A table of published figures drawn with `|`; Hartlepool's third quarter unless it says otherwise."""
    drawn = "\n".join(f"| {row} |" for row in text.strip().splitlines())
    rows = [{"quarter": Q3, "area": "Hartlepool"} | {SHORT.get(k, k): v for k, v in r.items()} for r in rows_of(drawn)]
    return pd.DataFrame(rows).reindex(columns=list(TABLE)).replace("", None)


Found = list[tuple[str, str, str]]


def own(text: str, lines: Mapping[Key, Line] = MappingProxyType({})) -> Found:
    """Figure, expected and against what, of everything that does not follow. `lines`: what a store knows."""
    return [(PRINTED[one.figure], one.expected, one.against) for one in list_findings(parse_rows(table(text)), lines)]


def one(indicator: str, last: str, now: str, difference: str = "", pct: str = "") -> list[str]:
    head = "indicator | last | now | difference | pct"
    return [expected for _, expected, _ in own(f"{head}\n{indicator} | {last} | {now} | {difference} | {pct}")]


@pytest.mark.parametrize(
    ("indicator", "last", "now", "difference", "expected"),
    [
        ("fly_tipping", "386", "614", "228", []),
        ("fly_tipping", "386", "614", "227", ["228"]),
        ("fly_tipping", "614", "386", "228", ["-228"]),  # the sign counts
        ("fly_tipping", "5", "5", "0", []),
        ("young_people_known", "82", "63", "-20", ["-19"]),  # a level
        ("asb_police_rate", "9.6", "13.3", "3.8", []),  # each of the three is rounded
        ("asb_police_rate", "9.6", "13.3", "3.9", ["3.7"]),
        ("fly_tipping", "", "614", "228", []),  # nothing to tell it by
        ("fly_tipping", "386", "614", "", []),
    ],
)
def test_a_difference_follows_from_its_two_counts(
    indicator: str, last: str, now: str, difference: str, expected: list[str]
) -> None:
    assert one(indicator, last, now, difference) == expected


@pytest.mark.parametrize(
    ("indicator", "last", "now", "pct", "expected"),
    [
        ("harbour_refuge_referrals", "66", "81", "23", []),
        ("harbour_refuge_referrals", "66", "81", "24", ["23"]),
        ("harbour_refuge_referrals", "66", "81", "22.7", []),  # as many decimals as are published
        ("harbour_refuge_referrals", "66", "81", "22.8", ["22.7"]),
        ("fly_tipping", "8", "9", "13", []),  # 12.5: half away from zero
        ("fly_tipping", "8", "9", "12", ["13"]),
        ("fly_tipping", "8", "7", "-13", []),
        ("fly_tipping", "8", "7", "-12", ["-13"]),
        ("fly_tipping", "0", "7", "100", ["not available"]),
        ("treatment_opiate", "3.3", "2.9", "-0.4", []),
        ("treatment_opiate", "3.3", "2.9", "0.4", ["-0.4"]),
        ("treatment_opiate", "3.3", "2.9", "-12", ["0"]),  # per cent of a percentage: points are meant
        ("alcohol_unmet_need", "75.3", "76.3", "1", []),
        ("asb_police_rate", "9.6", "13.3", "39", []),  # 38.5 of the rounded rates, 38.4 to 39.6 of what they stand for
        ("asb_police_rate", "9.6", "13.3", "41", ["39"]),
    ],
)
def test_a_percentage_is_rounded_half_away_from_zero(
    indicator: str, last: str, now: str, pct: str, expected: list[str]
) -> None:
    assert one(indicator, last, now, pct=pct) == expected


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ("46.6 | 9.6 | 13.3", []),
        ("46.6 | 9.6 | 13.5", [("This quarter", "13.3", "its own counts")]),
        ("46.6 | 9.8 | 13.3", [("Same quarter last year", "9.6", "its own counts")]),
        ("46.6 | 9.6 | 13.4", []),  # 13.3: within a tenth
        ("46.8 | 9.6 | 13.3", [("Year to date", "46.4", "its own counts")]),
        ("| | 19", [("This quarter", "13.3", "its own counts")]),
        ("| |", []),
    ],
)
def test_a_rate_follows_from_the_count_beside_it(rates: str, expected: Found) -> None:
    text = f"indicator | ytd | last | now\nasb_police | 4348 | 896 | 1246\nasb_police_rate | {rates}"
    assert own(text) == expected


def test_a_rate_without_its_count_or_of_another_area_says_nothing() -> None:
    text = "indicator | area | now\nasb_police | Middlesbrough | 2478\nasb_police_rate | Hartlepool | 99"
    assert own(text) == []


@pytest.mark.parametrize(
    ("indicator", "before", "quarter", "ytd", "expected"),
    [
        ("asb_complaints_asbu", "2020-21-Q3", "2020-21-Q4", "410", []),
        ("asb_complaints_asbu", "2020-21-Q3", "2020-21-Q4", "411", [("Year to date", "410", "the quarter before")]),
        ("asb_complaints_asbu", "2020-21-Q2", "2020-21-Q4", "411", []),  # the quarter between is not there
        ("asb_complaints_asbu", "2019-20-Q4", "2020-21-Q1", "89", []),  # a new year starts from nothing
        ("asb_complaints_asbu", "2019-20-Q4", "2020-21-Q1", "90", [("Year to date", "89", "its own counts")]),
        ("young_people_known", "2020-21-Q3", "2020-21-Q4", "89", []),  # levels do not add up
        ("treatment_opiate", "2020-21-Q3", "2020-21-Q4", "89", []),
    ],
)
def test_a_year_to_date_adds_up_within_its_year(
    indicator: str, before: str, quarter: str, ytd: str, expected: Found
) -> None:
    rows = f"{before} | {indicator} | 321 | \n{quarter} | {indicator} | {ytd} | 89"
    assert own(f"quarter | indicator | ytd | now\n{rows}") == expected


def sample() -> Store:
    return open_store(prepare_sample_store())


@pytest.fixture(scope="module")
def hartlepool() -> Mapping[Key, Line]:
    """What the sample knows of Hartlepool's third quarter."""
    quarter = parse_quarter(Q3)
    return {
        (quarter, one.area, one.indicator): one
        for one in build_report(Reader(sample(), DESK), quarter, "Hartlepool").lines
    }


def test_what_does_not_follow_says_why() -> None:
    text = """
        quarter    | area             | indicator           | ytd | now
        2012-13-Q3 | Stockton-on-Tees | asb_police          |     | 2425
        2012-13-Q3 | Stockton-on-Tees | asb_police_rate     |     | 19.4
        2012-13-Q3 | Hartlepool       | asb_complaints_asbu | 321 | 90
        2012-13-Q4 | Hartlepool       | asb_complaints_asbu | 411 | 89
    """
    figure = check_figures(Reader(sample(), DESK), table(text))
    assert tuple(figure.table.columns) == COLUMNS
    rate, to_date = figure.table["why"]
    assert rate == "2,425 incidents among 196,487 residents (2017)"
    assert to_date == "321 to the quarter before and 89 in this one; a late revision or a slip"
    assert figure.title == "2 of 6 published figures do not follow"
    assert "All rows could be checked against their own counts only" in figure.caveats[0]


def test_where_everything_follows_the_table_is_empty() -> None:
    figure = check_figures(
        Reader(sample(), DESK), table("indicator | last | now | difference\nasb_police | 896 | 1246 | 350")
    )
    assert figure.table.empty
    assert tuple(figure.table.columns) == COLUMNS
    assert figure.title == "Every figure follows"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("asb_police | 4348 | 896 | 1246 | 350 | 39", []),
        ("asb_police | 4348 | 896 | 1247 | 351 | 39", [("This quarter", "1246", "the store")]),
        ("asb_police | 4349 | | | |", [("Year to date", "4348", "the store")]),
        ("asb_police | | | | 351 | 40", [("Difference", "350", "the store"), ("% difference", "39", "the store")]),
        ("asb_police | | 895 | | 350 | 39", [("Same quarter last year", "896", "the store")]),
        # One that fails against its own counts is not told again, though the store says the same.
        ("asb_police | | 896 | 1246 | 351 | ", [("Difference", "350", "its own counts")]),
        ("asb_police_rate | 46.6 | 9.6 | 13.3 | 3.7 | ", []),
        ("asb_police_rate | 46.8 | | 13.5 | | ", [("Year to date", "46.4", "the store"),
                                                 ("This quarter", "13.3", "the store")]),
    ],
)  # fmt: skip
def test_the_store_tells_what_the_table_cannot(row: str, expected: Found, hartlepool: Mapping[Key, Line]) -> None:
    assert own(f"indicator | ytd | last | now | difference | pct\n{row}", hartlepool) == expected


def test_an_area_and_an_indicator_beyond_the_report_are_checked_against_the_store() -> None:
    text = "area | indicator | now\nMiddlesbrough | asb_police | 2479\nMiddlesbrough | drugs_supply | 1000000"
    assert check_figures(Reader(sample(), DESK), table(text)).table["against"].tolist() == ["the store", "the store"]


def supplied(text: str) -> list[tuple[str, str]]:
    """What differs from a store that has 2.9 now and 3.25 last year of opiate treatment, and 63 and 82 young people?"""
    known = [line("treatment_opiate", 2.9, 3.25), line("young_people_known", 63, 82)]
    lines = {(parse_quarter(Q3), one.area, one.indicator): one for one in known}
    return [(figure, expected) for figure, expected, _ in own(text, lines)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("treatment_opiate | 3.3 | 2.9 | | ", []),  # 3.25, half away from zero
        ("treatment_opiate | 3.2 | 3 | | ", [("Same quarter last year", "3.3")]),
        ("treatment_opiate | | 2.9 | | -0.4", []),  # -0.35
        ("treatment_opiate | | | | -0.3", [("% difference", "-0.4")]),
        ("young_people_known | 82 | 63 | -19 | -23", []),
        ("young_people_known | 82 | 64 | -18 | -22", [("This quarter", "63")]),  # the changes follow from it
        ("young_people_known | | 63 | -18 | -22", [("Difference", "-19"), ("% difference", "-23")]),
    ],
)
def test_supplied_figures_are_held_against_the_store_as_printed(row: str, expected: list[tuple[str, str]]) -> None:
    assert supplied(f"indicator | last | now | difference | pct\n{row}") == expected


def test_who_may_not_see_the_store_may_not_check_against_it() -> None:
    with pytest.raises(NotAllowedError):
        check_figures(Reader(sample(), Viewer("nobody")), table("indicator | now\nasb_police | 1"))  # type: ignore[arg-type]


ERRATA = [
    ("2020-21-Q3", "Stockton-on-Tees", "asb_police_rate", "This quarter", "19.4", "12.3", "its own counts"),
    ("2020-21-Q3", "Hartlepool", "treatment_opiate", "% difference", "0.4", "-0.4", "its own counts"),
    ("2020-21-Q3", "Hartlepool", "harbour_refuge_referrals", "% difference", "24", "23", "its own counts"),
    ("2020-21-Q4", "Hartlepool", "asb_complaints_asbu", "Year to date", "411", "410", "the quarter before"),
    ("2020-21-Q4", "Hartlepool", "young_people_known", "Difference", "-20", "-19", "its own counts"),
    ("2020-21-Q4", "Hartlepool", "domestic_abuse_repeat", "Difference", "7", "5", "its own counts"),
    ("2020-21-Q4", "Hartlepool", "da_cases_thirteen", "Year to date", "115", "116", "the quarter before"),
]


def test_the_errata_of_the_two_published_reports_and_nothing_else(reference: Path) -> None:
    rows = read_published(reference / "published_2020_21.csv")
    figure = check_figures(Reader(sample(), DESK), rows)
    seen = figure.table[["quarter", "area", "indicator", "figure", "published", "expected", "against"]]
    assert list(seen.itertuples(index=False, name=None)) == ERRATA
    slips = figure.table.loc[figure.table["figure"] == "Year to date", "why"]
    assert slips.str.endswith("a late revision or a slip").all()
