"""Months, quarters, financial years and years to date, at every edge."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shp_data.domain.errors import SelectionError
from shp_data.domain.periods import Month, Period, group_into_periods, parse_financial_year, parse_period, parse_quarter

MONTHS = st.builds(Month, st.integers(1950, 2090), st.integers(1, 12))


@pytest.mark.parametrize(
    ("month", "year", "quarter", "last_day"),
    [
        ("2020-01", "2019-20", "2019-20-Q4", 31),
        ("2020-02", "2019-20", "2019-20-Q4", 29),  # a leap year
        ("2021-02", "2020-21", "2020-21-Q4", 28),
        ("2000-02", "1999-00", "1999-00-Q4", 29),  # a leap year, being divisible by 400
        ("2020-03", "2019-20", "2019-20-Q4", 31),  # the last month of the financial year
        ("2020-04", "2020-21", "2020-21-Q1", 30),  # and the first
        ("2020-06", "2020-21", "2020-21-Q1", 30),
        ("2020-07", "2020-21", "2020-21-Q2", 31),
        ("2020-09", "2020-21", "2020-21-Q2", 30),
        ("2020-10", "2020-21", "2020-21-Q3", 31),
        ("2020-12", "2020-21", "2020-21-Q3", 31),
        ("2099-12", "2099-00", "2099-00-Q3", 31),
    ],
)
def test_a_month_knows_its_year_quarter_and_last_day(month: str, year: str, quarter: str, last_day: int) -> None:
    found = Month.parse(month)
    assert (found.financial_year, found.quarter, found.last_day.day) == (year, quarter, last_day)
    assert str(found) == month


@pytest.mark.parametrize(
    ("text", "first", "last", "label"),
    [
        ("2020-21-Q1", "2020-04", "2020-06", "2020-21 Q1 (Apr to Jun 2020)"),
        ("2020-21-Q3", "2020-10", "2020-12", "2020-21 Q3 (Oct to Dec 2020)"),
        ("2020-21-Q4", "2021-01", "2021-03", "2020-21 Q4 (Jan to Mar 2021)"),
        ("1999-00-Q4", "2000-01", "2000-03", "1999-00 Q4 (Jan to Mar 2000)"),
        ("2020-21", "2020-04", "2021-03", "2020-21 (Apr 2020 to Mar 2021)"),
        ("2020-04 to 2020-12", "2020-04", "2020-12", "Apr to Dec 2020"),
        ("2020-10 to 2021-01", "2020-10", "2021-01", "Oct 2020 to Jan 2021"),
        ("2020-02", "2020-02", "2020-02", "Feb 2020"),
        ("2011-12", "2011-12", "2011-12", "Dec 2011"),  # a month, not the financial year
        (
            "2011-04 to 2012-03",
            "2011-04",
            "2012-03",
            "Apr 2011 to Mar 2012",
        ),  # so the year goes by its months
        ("1999-04 to 2000-03", "1999-04", "2000-03", "Apr 1999 to Mar 2000"),
        ("2012-13", "2012-04", "2013-03", "2012-13 (Apr 2012 to Mar 2013)"),
    ],
)
def test_a_name_means_its_months_and_is_read_back(text: str, first: str, last: str, label: str) -> None:
    period = parse_period(text)
    assert (str(period.first), str(period.last)) == (first, last)
    assert period.name == text
    assert period.label == label


@pytest.mark.parametrize(
    ("period", "last_year", "previous", "to_date"),
    [
        ("2020-21-Q3", "2019-20-Q3", "2020-21-Q2", "2020-04 to 2020-12"),
        ("2020-21-Q1", "2019-20-Q1", "2019-20-Q4", "2020-21-Q1"),  # the year to date is the quarter
        ("2020-21-Q4", "2019-20-Q4", "2020-21-Q3", "2020-21"),  # and here the whole year
        ("2020-02", "2019-02", "2020-01", "2019-04 to 2020-02"),
        ("2021-02", "2020-02", "2021-01", "2020-04 to 2021-02"),  # last year's February was longer
        ("2020-04", "2019-04", "2020-03", "2020-04"),
        ("2020-21", "2019-20", "2019-20", "2020-21"),
        ("2020-03 to 2020-05", "2019-03 to 2019-05", "2019-12 to 2020-02", "2020-04 to 2020-05"),
    ],
)
def test_what_a_period_is_compared_with(period: str, last_year: str, previous: str, to_date: str) -> None:
    found = parse_period(period)
    assert found.last_year.name == last_year
    assert found.previous.name == previous
    assert found.year_to_date.name == to_date


@pytest.mark.parametrize("text", ["2020-21 Q3", "2020-21-q3", " 2020-21-Q3 "])
def test_a_quarter_may_be_written_otherwise(text: str) -> None:
    assert parse_quarter(text).name == "2020-21-Q3"


@pytest.mark.parametrize(
    "text",
    [
        "", "2020", "2020-00", "2020-13", "2020-22", "2020-1", "20-10", "2020/10", "October 2020",
        "2020-10-05",
        "2020-21-Q0", "2020-21-Q5", "2020-22-Q1", "Q3", "2020-10 to", "to 2020-10", "2020-10 to 2020-21",
        "2020-10 to 2020-09", "1899-12", "9999-01",
    ],
)  # fmt: skip
def test_what_is_no_period_is_told(text: str) -> None:
    with pytest.raises(SelectionError) as told:
        parse_period(text)
    assert "expected" in str(told.value) or "before it starts" in str(told.value)


def test_a_financial_year_of_two_years_is_told() -> None:
    with pytest.raises(SelectionError, match="2020-22"):
        parse_financial_year("2020-22")


@pytest.mark.parametrize(("year", "month"), [(2020, 0), (2020, 13), (1899, 12), (9999, 1)])
def test_what_is_no_month_is_refused(year: int, month: int) -> None:
    with pytest.raises(SelectionError, match=f"no such month: {year}-{month}"):
        Month(year, month)


def test_the_first_and_the_last_month_there_can_be() -> None:
    assert [str(Month(1900, 1)), str(Month(9998, 12))] == ["1900-01", "9998-12"]


@given(first=MONTHS, length=st.integers(1, 40))
def test_every_name_is_read_back(first: Month, length: int) -> None:
    period = Period(first, first.shift(length - 1))
    assert parse_period(period.name) == period
    assert len(period.months) == period.length == length


@given(month=MONTHS)
def test_quarters_and_years_hold_their_months(month: Month) -> None:
    assert month in parse_quarter(month.quarter).months
    assert month in parse_financial_year(month.financial_year).months
    assert month.shift(1).first_day - month.last_day == dt.timedelta(days=1)


def test_months_are_in_order() -> None:
    assert sorted([Month(2021, 1), Month(2020, 12), Month(2020, 2)]) == [
        Month(2020, 2),
        Month(2020, 12),
        Month(2021, 1),
    ]


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ([], []),
        (["2020-12"], ["2020-12"]),
        (
            ["2021-06", "2021-03", "2020-12", "2021-01", "2020-11", "2021-05", "2021-07"],
            ["2020-11 to 2021-01", "2021-03", "2021-05 to 2021-07"],
        ),
        (["2020-10", "2021-10"], ["2020-10", "2021-10"]),  # the same month of another year is no neighbour
    ],
)
def test_months_in_unbroken_stretches(months: list[str], expected: list[str]) -> None:
    found = group_into_periods(Month.parse(month) for month in months)
    assert found == [parse_period(stretch) for stretch in expected]
