"""What holds of any rows, any period and any counts: properties that no example would show."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from helpers.stores import DESK, POINTS, chosen, load, opened
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from shp_data.analysis import hotspots
from shp_data.analysis.measures import compute_rate, count_by_field
from shp_data.domain.disclosure import find_withheld, round_count, split_into_quarters
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, group_into_periods, parse_financial_year, parse_period, parse_quarter
from shp_data.domain.populations import Population
from shp_data.store.files.writing import undo_load
from shp_data.store.reading import Reader, list_records

FEW = settings(max_examples=6, suppress_health_check=list(HealthCheck))
MONTHS = st.builds(Month, st.integers(1950, 2090), st.integers(1, 12))
PERIODS = st.builds(lambda first, length: Period(first, first.shift(length - 1)), MONTHS, st.integers(1, 40))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["2020-10", "2020-10-05", "2020-11-05 10:30", "05/12/2020"]),
        st.sampled_from(list(POINTS)),
        st.sampled_from(["yes", "no", ""]),
    ),
    min_size=1,
    max_size=25,
)
QUARTER = "2020-10 to 2020-12"


def written(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    lines = [",".join((date, "asb_police", *POINTS[lpa], covid)) for date, lpa, covid in rows]
    path.write_text("\n".join(["date,indicator,longitude,latitude,covid_related", *lines]) + "\n", encoding="utf-8")
    return path


def everything(root: Path) -> tuple[object, ...]:
    """All that a store tells of the quarter: its records, and what is covered."""
    store = opened(root)
    return sorted(list_records(Reader(store, DESK), chosen(QUARTER)).to_csv(index=False).splitlines()), store.coverage


# --- intake


@FEW
@given(first=ROWS, second=ROWS, append=st.booleans())
def test_replacing_or_adding_and_then_undoing_gives_the_old_store(
    first: list[tuple[str, str, str]], second: list[tuple[str, str, str]], append: bool
) -> None:
    assume(first != second)
    with TemporaryDirectory() as name:
        root = Path(name, "S")
        load(root, written(Path(name, "1.csv"), first))
        before = everything(root)
        made = load(root, written(Path(name, "2.csv"), second), append=append)
        assert everything(root) != before
        undo_load(root, made.part)
        assert everything(root) == before


@FEW
@given(rows=ROWS)
def test_every_row_is_counted_once_by_whatever_field(rows: list[tuple[str, str, str]]) -> None:
    """Over wards, over months and over marks the sum is the same; so is what has no place or lies elsewhere."""
    rows = [*rows, *((month, "Hartlepool", "no") for month in ("2020-10", "2020-11", "2020-12"))]  # no month is missing
    with TemporaryDirectory() as name:
        root = Path(name, "S")
        load(root, written(Path(name, "1.csv"), rows))
        store = opened(root)
        for vintage in ("2020", "2022", "2025"):
            asked = chosen(QUARTER, vintage=vintage)
            wards = count_by_field(Reader(store, DESK), asked, ["lpa", "ward"])
            assert wards.groupby("lpa")["count"].sum().loc[lambda n: n > 0].to_dict() == Counter(
                lpa for _, lpa, _ in rows
            )
        for by in (["month"], ["lpa"], ["covid_related"], ["quarter", "ward"], ["year", "month", "covid_related"]):
            assert count_by_field(Reader(store, DESK), chosen(QUARTER), by)["count"].sum() == len(rows)
        marked = sum(covid == "yes" for _, _, covid in rows)
        for covid, number in (("only", marked), ("exclude", len(rows) - marked)):
            assert count_by_field(Reader(store, DESK), chosen(QUARTER, covid=covid), ["month"])["count"].sum() == number
        shares = hotspots.compare_wards(Reader(store, DESK), chosen(QUARTER, "asb_police", "Hartlepool")).table["share"]
        assert shares.sum() == pytest.approx(100)
        lpas = count_by_field(Reader(store, DESK), chosen(QUARTER), ["lpa"])
        for lpa, count, rate in lpas.itertuples(index=False):
            code = next((area.code for area in partnership().areas.lpas if area.name == lpa), "")
            people = partnership().areas.find_population("lpa", code, parse_period(QUARTER))
            assert (rate != rate) if people is None else rate == pytest.approx(count / people.residents * 1000)


@given(count=st.integers(0, 10**6), residents=st.integers(1, 10**7))
def test_a_rate_is_the_count_for_each_thousand(count: int, residents: int) -> None:
    rate = compute_rate(count, Population(residents, 2019, "mid-year estimate"))
    assert rate is not None
    assert rate * residents == pytest.approx(count * 1000)


# --- periods


@given(period=PERIODS)
def test_last_year_is_the_same_months_and_the_previous_period_ends_where_this_one_begins(period: Period) -> None:
    assert [month.month for month in period.last_year] == [month.month for month in period]
    assert [month.year + 1 for month in period.last_year] == [month.year for month in period]
    assert (period.previous.length, period.previous.last.shift(1)) == (period.length, period.first)
    assert period.last_year.shift(12) == period.previous.shift(period.length) == period


@given(month=MONTHS)
def test_four_quarters_are_the_year_and_the_year_to_date_grows_by_a_month(month: Month) -> None:
    year = parse_financial_year(month.financial_year)
    quarters = [parse_quarter(f"{year.first.financial_year}-Q{number}") for number in range(1, 5)]
    assert [found for quarter in quarters for found in quarter] == list(year)
    assert split_into_quarters(year) == tuple(quarters)
    assert parse_quarter(month.quarter).last_year.name[-2:] == month.quarter[-2:]
    so_far = Period(month, month).year_to_date
    assert (so_far.first, so_far.last) == (year.first, month)
    if month != year.first:
        assert Period(month.shift(-1), month.shift(-1)).year_to_date.months == so_far.months[:-1]


@given(month=MONTHS, months=st.integers(-300, 300))
def test_months_are_counted_forth_and_back_and_read_as_they_are_printed(month: Month, months: int) -> None:
    later = month.shift(months)
    assert later.shift(-months) == month
    assert (later.year - month.year) * 12 + later.month - month.month == months
    assert (later > month) == (months > 0)
    assert Month.parse(str(month)) == month


@given(st.sets(MONTHS, max_size=30))
def test_runs_are_the_months_apart_by_gaps(months: set[Month]) -> None:
    found = group_into_periods(months)
    assert [month for run in found for month in run] == sorted(months)
    assert all(one.last.shift(1) < two.first for one, two in pairwise(found))


# --- disclosure


@given(st.dictionaries(st.integers(0, 20), st.integers(0, 30), min_size=1, max_size=12), st.integers(3, 8))
def test_protecting_what_is_shown_again_withholds_nothing_more(line: dict[int, int], under: int) -> None:
    hidden = find_withheld(line, under)
    shown = {place: count for place, count in line.items() if place not in hidden}
    assert find_withheld(shown, under) == frozenset()


@given(st.integers(0, 10**6), st.sampled_from([3, 5, 10]))
def test_rounding_goes_to_the_nearest_multiple_and_no_further_the_second_time(count: int, to: int) -> None:
    found = round_count(count, to)
    assert found % to == 0
    assert abs(found - count) <= to / 2
    assert round_count(found, to) == found
