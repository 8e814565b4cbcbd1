"""Dates as suppliers write them, one by one and as a file: the answers are worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import DateOrder
from shp_data.intake.rows.dates import DateEvidence, DatesRead, is_date, read_dates, refuse_month_first


def read(texts: Sequence[str | None], order: DateOrder = "", header: str = "date") -> DatesRead:
    """A column of dates."""
    return read_dates(pa.table({header: pa.array(texts, pa.string())}), {"date": header}, order)


def read_columns(**columns: Sequence[str | None]) -> DatesRead:
    """Dates in parts, or with the time apart. The columns have our own names."""
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return read_dates(table, {name: name for name in columns})


def print_dates(dates: DatesRead) -> list[str]:
    """Each date as far as it is known: `2024-04`, `2024-04-05`, `2024-04-05 23:40`; a fault as ``-``."""
    forms = {"month": "%Y-%m", "day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M"}
    return [
        "-" if occurred is None else occurred.strftime(forms[precision])
        for occurred, precision in zip(dates.occurred.to_pylist(), dates.precision.to_pylist(), strict=True)
    ]


WRITTEN = """
    2024-04-05                    2024-04-05
    2024/04/05                    2024-04-05
    2024.4.5                      2024-04-05
    20240405                      2024-04-05
    05/04/2024                    2024-04-05
    5/4/2024                      2024-04-05
    05-04-2024                    2024-04-05
    05.04.2024                    2024-04-05
    05/04/24                      2024-04-05
    05-04-24                      2024-04-05
    05-Apr-24                     2024-04-05
    05-APR-2024                   2024-04-05
    5 Apr 2024                    2024-04-05
    5 April 2024                  2024-04-05
    5th April 2024                2024-04-05
    5th of April 2024             2024-04-05
    5April2024                    2024-04-05
    1st Sept 2024                 2024-09-01
    Fri 5 Apr 2024                2024-04-05
    Friday, 5th April 2024        2024-04-05
    Fri 05/04/2024                2024-04-05
    April 5, 2024                 2024-04-05
    45387                         2024-04-05
    29/02/2024                    2024-02-29
    31/12/69                      1969-12-31
    31/12/68                      2068-12-31
    2024-04                       2024-04
    2024/04                       2024-04
    04/2024                       2024-04
    4/2024                        2024-04
    04-2024                       2024-04
    202404                        2024-04
    Apr-24                        2024-04
    Apr-2024                      2024-04
    Apr 2024                      2024-04
    Apr '24                       2024-04
    April 2024                    2024-04
    2024 Apr                      2024-04
    2009-11                       2009-11
    2024-04-05 23:40              2024-04-05 23:40
    2024-04-05T23:40:59.999       2024-04-05 23:40
    5 Apr 2024 11:40 pm           2024-04-05 23:40
    05/04/24 12:05 am             2024-04-05 00:05
    Fri 5 Apr 2024, 23:40         2024-04-05 23:40
    45387.986111111               2024-04-05 23:40
    2024-04-05T10:20:00Z          2024-04-05 11:20
    2024-04-05 10:20:00 UTC       2024-04-05 11:20
    2024-04-30T23:30:00+00:00     2024-05-01 00:30
    2024-05-01T00:30:00+01:00     2024-05-01 00:30
    2024-05-01T00:30+0100         2024-05-01 00:30
    2024-12-31 19:30:00-05:00     2025-01-01 00:30
    2024-01-05T10:20:00Z          2024-01-05 10:20
    2024-03-31T00:59:00Z          2024-03-31 00:59
    2024-03-31T01:00:00Z          2024-03-31 02:00
    31/02/2024                    -
    2023-02-29                    -
    31 Feb 2024                   -
    20241305                      -
    202413                        -
    2024-13                       -
    2012-13                       -
    2009/2010                     -
    Apr 24                        -
    5 Apr                         -
    5 Brumaire 2024               -
    2024                          -
    12345                         -
    2024-04-05 24:10              -
    2024-04-05 14:30 PM           -
    2024-04-05 14:30 BST          -
    2024-04-05; DROP TABLE staged -
    04/25/2024                    -
"""  # one of 31/12/1969 or 2069: as programs read two digits


def list_written() -> list[tuple[str, str]]:
    lines = [line.strip().rsplit("  ", 1) for line in WRITTEN.strip().splitlines()]
    pairs = [(line[0].strip(), line[-1].strip()) if len(line) > 1 else tuple(line[0].rsplit(" ", 1)) for line in lines]
    return [(text, answer) for text, answer in pairs]


@pytest.mark.parametrize(("text", "answer"), list_written())
def test_a_written_date_means_one_day_or_month_or_nothing(text: str, answer: str) -> None:
    assert print_dates(read([text])) == [answer]
    assert is_date(text) == (answer != "-" or text == "04/25/2024")  # which can be a day in another order


def test_all_of_them_in_one_file_mean_the_same() -> None:
    texts, answers = zip(*list_written(), strict=True)
    assert print_dates(read([*texts, None, "N/A"])) == [*answers, "-", "-"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("31/02/2024", "date '31/02/2024' is not a real day; expected DD/MM/YYYY or YYYY-MM-DD"),
        ("yesterday", "date 'yesterday' is not recognised; expected a day such as 05/04/2024"),
        ("2012-13", "date '2012-13' may be a financial year; write a month as 04/2024"),
    ],
)
def test_a_fault_names_the_date_and_what_is_expected(text: str, fault: str) -> None:
    (told,) = read([text]).fault.to_pylist()
    assert told.startswith(fault)
    assert read(["05/04/2024"]).fault.to_pylist() == [None]


FORMATS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%b-%y", "%d %B %Y",
    "%a %d %b %Y", "%A %d %B %Y", "%b %d, %Y", "%d%b%Y", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%d %b %Y %I:%M %p",
)  # fmt: skip
MONTH_FORMATS = ("%m/%Y", "%b-%y", "%b %Y", "%B %Y", "%Y%m", "%Y %b", "%m-%Y")
moments = st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2068, 12, 31))


@given(st.lists(st.tuples(moments, st.sampled_from(FORMATS + MONTH_FORMATS)), min_size=1, max_size=30))
def test_any_day_in_any_mix_of_forms_is_read_as_that_day(written: list[tuple[dt.datetime, str]]) -> None:
    dates = read([moment.strftime(form) for moment, form in written])
    for (moment, form), occurred in zip(written, dates.occurred.to_pylist(), strict=True):
        precise = [field for field in (("%d",), ("%H", "%I")) if any(code in form for code in field)]
        assert occurred is not None
        assert (occurred.year, occurred.month) == (moment.year, moment.month)
        assert occurred.day == (moment.day if precise else 1)
        assert (occurred.hour, occurred.minute) == ((moment.hour, moment.minute) if "%M" in form else (0, 0))


@given(st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)), st.text(max_size=4))
def test_what_is_added_to_a_date_never_makes_it_another_day(day: dt.date, addition: str) -> None:
    for text in (f"{day:%d/%m/%Y}{addition}", f"{day:%Y-%m-%d}{addition}"):
        (occurred,) = read([text]).occurred.to_pylist()
        assert occurred is None or occurred.date() == day


@given(st.lists(st.text("0123456789/-.: TZ+AprMay,'", max_size=24), max_size=20))
def test_any_text_is_a_date_or_has_a_fault_that_names_it(texts: list[str]) -> None:
    for order in ("", "month first"):
        dates = read(texts, order)
        rows = zip(dates.text.to_pylist(), dates.occurred.to_pylist(), dates.fault.to_pylist(), strict=True)
        for text, occurred, fault in rows:
            assert (text is None) or (occurred is None) == (fault is not None)
            assert fault is None or text[:40].strip() in fault


@pytest.mark.parametrize(
    "text",
    ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2024-01-01T00:00+99:99", "0000-00-00", "0000-01"],
)
def test_a_date_at_the_ends_of_time_stops_nothing(text: str) -> None:
    assert len(read([text]).occurred) == 1


def test_month_first_is_seen_where_some_date_shows_it_and_none_contradicts() -> None:
    assert read(["04/25/2024", "04/05/2024"]).evidence.is_month_first
    assert not read(["04/25/2024", "25/04/2024"]).evidence.is_month_first
    assert not read(["04/25/2024", "31/02/2024"]).evidence.is_month_first  # no real day, but the day comes first
    unclear = read(["04/05/2024", "06/07/2024", "2024-04-25", "05/05/2024"]).evidence
    assert (unclear.is_month_first, unclear.is_order_unclear, unclear.either_order) == (False, True, 2)
    for texts in (["25/04/2024", "04/05/2024"], ["05/05/2024"], ["2024-04-05", "5 Apr 2024"], []):
        assert not read(texts).evidence.is_order_unclear


def test_a_chosen_order_is_used_for_dates_of_numbers_only() -> None:
    texts = ["04/05/2024", "2024-04-05", "5 Apr 2024", "4/25/24 10:00", "25/04/2024"]
    assert print_dates(read(texts, "month first")) == [
        "2024-04-05", "2024-04-05", "2024-04-05", "2024-04-25 10:00", "-",
    ]  # fmt: skip


def test_parts_of_a_file_show_together_what_the_whole_shows() -> None:
    texts = ["04/25/2024", "25/04/2024 00:00", "2009-10", "x", "Apr 2024", "01/05/2024 10:00"]
    parts = sum((read([text]).evidence for text in texts), DateEvidence())
    assert parts == read(texts).evidence
    with pytest.raises(InputError, match=r"the date '04/25/2024' can only be month first.*date_order"):
        refuse_month_first(read(texts[:1]).evidence, "Fire")
    refuse_month_first(parts, "Fire")


def test_midnight_throughout_is_no_time_of_day() -> None:
    assert read(["2024-04-05 00:00:00", "2024-04-06 00:00"]).evidence.has_only_midnights
    assert read(["2024-07-05T00:00:00Z", "2024-12-06T00:00:00Z"]).evidence.has_only_midnights  # 01:00 UK time in July
    assert read(["2024-07-04T23:00:00Z"]).evidence.has_only_midnights  # midnight in UK time
    assert not read(["2024-04-05 00:00:00", "2024-04-06 00:01"]).evidence.has_only_midnights
    assert not read(["2024-04-05"]).evidence.has_only_midnights


def test_first_days_of_several_months_are_months() -> None:
    assert read(["2024-04-01", "2024-05-01 00:00", "Jun-24"]).evidence.has_only_first_days
    assert read(["2024-04-01"], header="Month of call").evidence.has_only_first_days
    assert not read(["2024-04-01"]).evidence.has_only_first_days
    assert not read(["01/04/2024"], header="Date (day/month/year)").evidence.has_only_first_days
    assert not read(["2024-04-01", "2024-05-02"]).evidence.has_only_first_days
    assert not read(["2024-04-01", "2024-05-01 10:00"]).evidence.has_only_first_days


def test_a_column_of_financial_years_has_no_months() -> None:
    assert read(["2009-10", "2010-11", "2012-13"]).evidence.has_only_financial_years
    assert read(["2009-10"]).evidence.are_unreadable
    assert not read(["2009-10", "2009-11"]).evidence.has_only_financial_years
    assert not read(["2009-10", "Nov 2009"]).evidence.has_only_financial_years
    assert not read(["2009-10"], header="Month").evidence.has_only_financial_years


def test_a_date_in_parts() -> None:
    dates = read_columns(
        day=["5", "5th", None, "", "5", "Friday", "31", "1", None],
        month=["4", "April", "APR", "4", "Apr 2024", "April", "2", None, "Jan 2024"],
        year=["2024", "24", "2024", "2024", None, "2024", "2024", "2024", "2024"],
    )
    assert print_dates(dates) == [
        "2024-04-05", "2024-04-05", "2024-04", "2024-04", "2024-04-05", "2024-04", "-", "-", "2024-01",
    ]  # fmt: skip
    assert dates.text.to_pylist()[6] == "31 2 2024"
    assert str(dates.fault.to_pylist()[6]).startswith("date '31 2 2024' is not a real day")


def test_a_financial_year_with_a_month_is_the_year_of_that_month() -> None:
    years = ["2009-10", "2009/10", "2009-2010", "2009-10", "2009-10"]
    dates = read_columns(month=["April", "Dec", "Jan", "3", None], year=years)
    assert print_dates(dates) == ["2009-04", "2009-12", "2010-01", "2010-03", "-"]


def test_a_time_of_its_own_is_the_time_of_a_day_that_has_none() -> None:
    dates = read_columns(
        date=["2024-04-05", "5 Apr 2024", "2024-04-05 00:00", "2024-04-05 10:00", "20240405", "2024-04", "5/4/24", "x"],
        time=["23:40", "2340", "11.40 pm", "23:40", "0.986111111", "23:40", "Night", "23:40"],
    )  # fmt: skip
    assert print_dates(dates) == [
        "2024-04-05 23:40", "2024-04-05 23:40", "2024-04-05 23:40", "2024-04-05 10:00", "2024-04-05 23:40", "2024-04",
        "2024-04-05", "-",
    ]  # fmt: skip
    assert dates.evidence.unreadable_times == 1
    assert dates.evidence.examples["unreadable_times"] == ("Night",)
    assert read_columns(date=["2024-04-05"] * 2, time=["00:00", None]).evidence.has_only_midnights


def test_a_table_without_rows_has_no_dates() -> None:
    assert read([]).evidence == DateEvidence()
