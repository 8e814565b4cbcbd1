"""Before and after an action: which months are compared, with what, and when it is too early to say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from helpers.actions import PLACE, action, nowhere
from helpers.stores import DESK, load, months_not_loaded

from shp_data.analysis.actions import COLUMNS, Windows, build_before_after, compare_before_after, find_windows
from shp_data.analysis.statistics.dispersion import ASSUMED, estimate_dispersion
from shp_data.analysis.statistics.displacement import BeforeAfterCounts, compare_in_proportion
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, parse_period
from shp_data.store.reading import Reader
from shp_data.store.version import Store, open_store

SEATON = ("-1.194629", "54.667097")
NEAR = ("-1.194630", "54.667097")  # another map point of the ward, a few centimetres away
JESMOND = ("-1.222458", "54.694743")
ELSEWHERE = ("-1.2350", "54.5700")  # Middlesbrough
AT = {**nowhere(), **PLACE, "longitude": float(SEATON[0]), "latitude": float(SEATON[1])}


def span(text: str) -> Period:
    return parse_period(text)


def months(text: str) -> set[Month]:
    return set(span(text))


def store_of(root: Path, months: dict[str, tuple[int, int, int]], indicator: str = "asb_police") -> Store:
    """So many incidents a month at one point of Seaton, at another of it, and in Jesmond; ten in Middlesbrough."""
    lines = ["date,indicator,longitude,latitude"]
    for month, numbers in months.items():
        points = zip((SEATON, NEAR, JESMOND, ELSEWHERE), (*numbers, 10), strict=True)
        lines += [f"{month},{indicator},{','.join(point)}" for point, count in points for _ in range(count)]
    file = root / f"{indicator}.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    load(root / "store", file)
    return open_store(root / "store")


def steady(period: str, numbers: tuple[int, int, int]) -> dict[str, tuple[int, int, int]]:
    return {str(month): numbers for month in span(period)}


@pytest.mark.parametrize(
    ("covered", "day", "expected"),
    [
        # | before | after | seasonal | loaded
        ("2019-01 to 2021-12", "2020-10-01", ("2019-10 to 2020-09", "2020-10 to 2021-09", True, 12)),
        ("2019-01 to 2021-12", "2020-10-02", ("2019-11 to 2020-10", "2020-11 to 2021-10", True, 12)),
        ("2019-01 to 2020-12", "2020-10-01", ("2019-10 to 2019-12", "2020-10 to 2020-12", True, 3)),
        ("2020-01 to 2020-12", "2020-10-01", ("2020-07 to 2020-09", "2020-10 to 2020-12", False, 3)),
        ("2020-01 to 2020-12", "2020-10-31", ("2020-08 to 2020-09", "2020-11 to 2020-12", False, 2)),
        ("2020-09 to 2020-12", "2020-10-01", ("2020-09", "2020-10", False, 3)),
        ("2020-10 to 2020-12", "2020-10-01", (None, None, False, 3)),
        ("2019-01 to 2020-09", "2020-10-01", (None, None, False, 0)),
        ("2019-01 to 2020-10", "2020-10-15", (None, None, False, 0)),
    ],
)
def test_which_months_are_compared(covered, day, expected):
    before, after, seasonal, loaded = expected
    wanted = Windows(before and span(before), after and span(after), seasonal, loaded)
    assert find_windows(months(covered), action(agreed=dt.date.fromisoformat(day))) == wanted


def test_a_gap_ends_the_months_after_and_breaks_the_year_before():
    day = action(agreed=dt.date(2020, 4, 1))
    covered = months("2018-01 to 2021-12") - {Month(2020, 8)}
    assert find_windows(covered, day).after == span("2020-04 to 2020-07")
    before_gap = months("2018-01 to 2020-08") - {Month(2019, 6)}
    assert find_windows(before_gap, day) == Windows(span("2019-11 to 2020-03"), span("2020-04 to 2020-08"), False, 5)


def test_a_ward_beside_the_rest_of_its_lpa(tmp_path):
    store = store_of(tmp_path, steady("2019-01 to 2020-09", (4, 2, 30)) | steady("2020-10 to 2020-12", (1, 1, 27)))
    found = compare_before_after(Reader(store, DESK), action())
    assert found.treated == BeforeAfterCounts(18, 6)
    assert found.rest == BeforeAfterCounts(90, 81)  # Middlesbrough is no part of it
    assert found.test == compare_in_proportion(BeforeAfterCounts(18, 6), BeforeAfterCounts(90, 81), spread=found.spread)
    row = build_before_after(Reader(store, DESK), action()).table.iloc[0]
    assert row["expected_after"] == pytest.approx(18 * 81 / 90)
    assert row["effect"] == pytest.approx(6 - 16.2)
    assert (row["before_months"], row["after_months"]) == ("Oct to Dec 2019", "Oct to Dec 2020")
    assert row["months_after"] == 3


def test_a_place_is_its_exact_point(tmp_path):
    store = store_of(tmp_path, steady("2019-10 to 2020-09", (4, 2, 30)) | steady("2020-10 to 2020-12", (1, 3, 27)))
    found = compare_before_after(Reader(store, DESK), action(**AT))
    assert found.treated == BeforeAfterCounts(12, 3)
    assert found.rest == BeforeAfterCounts(96, 90)


def test_a_point_is_another_where_its_latitude_differs(tmp_path):
    store = store_of(tmp_path, steady("2020-09 to 2020-10", (4, 2, 30)))
    assert compare_before_after(Reader(store, DESK), action(**AT)).treated == BeforeAfterCounts(4, 4)
    north = action(**(AT | {"latitude": AT["latitude"] + 1e-6}))
    assert compare_before_after(Reader(store, DESK), north).treated == BeforeAfterCounts(0, 0)


def test_a_ward_stays_that_of_its_own_vintage_after_the_wards_were_redrawn(tmp_path):
    store = store_of(tmp_path, steady("2020-10 to 2021-08", (4, 2, 30)))
    found = compare_before_after(Reader(store, DESK), action(agreed=dt.date(2021, 6, 1)))
    assert found.treated == BeforeAfterCounts(18, 18)


def test_months_without_incidents_count_as_zero_and_months_not_loaded_do_not(tmp_path):
    store = store_of(tmp_path, steady("2019-10 to 2020-09", (4, 0, 30)) | steady("2020-10 to 2020-11", (0, 0, 30)))
    table = build_before_after(Reader(store, DESK), action()).table
    assert table[["before", "after", "months_after"]].iloc[0].tolist() == [8, 0, 2]


@pytest.mark.parametrize(
    ("loaded", "after", "said"),
    [
        ("2019-01 to 2020-09", 0, "Not yet: no whole month after the action is loaded."),
        ("2020-10 to 2020-11", 2, "Not yet: 2 months after are loaded, but no month before to compare with."),
    ],
)
def test_too_early_is_missing_and_never_zero(tmp_path, loaded, after, said):
    figure = build_before_after(Reader(store_of(tmp_path, steady(loaded, (1, 1, 5))), DESK), action())
    row = figure.table.iloc[0]
    assert row["months_after"] == after
    assert row.drop("months_after").isna().all()
    assert said in figure.caveats


def test_an_indicator_that_is_not_loaded_is_too_early(tmp_path):
    store = store_of(tmp_path, steady("2019-01 to 2020-12", (1, 1, 5)))
    figure = build_before_after(Reader(store, DESK), action(indicators=("asb_police", "drugs_supply")))
    assert figure.table["before"].isna().all()
    assert months_not_loaded(figure) == list(map(str, span("2020-10 to 2021-09")))


def test_an_action_aims_at_its_own_indicators(tmp_path):
    store_of(tmp_path, steady("2019-10 to 2020-12", (4, 0, 30)))
    store = store_of(tmp_path, steady("2019-10 to 2020-12", (1, 0, 10)), "fires_secondary_deliberate")
    fires = ("fires_secondary_deliberate",)
    assert compare_before_after(Reader(store, DESK), action(indicators=fires)).treated == BeforeAfterCounts(3, 3)
    assert compare_before_after(Reader(store, DESK), action()).treated == BeforeAfterCounts(15, 15)
    assert build_before_after(Reader(store, DESK), action(indicators=fires)).unit == "fires"


def test_nothing_in_the_rest_before_gives_counts_and_no_test(tmp_path):
    store = store_of(tmp_path, steady("2019-10 to 2020-09", (4, 0, 0)) | steady("2020-10 to 2020-12", (1, 0, 9)))
    figure = build_before_after(Reader(store, DESK), action())
    row = figure.table.iloc[0]
    assert row[["before", "after", "rest_before", "rest_after"]].tolist() == [12, 3, 0, 27]
    assert row[["expected_after", "effect", "p_value", "effect_verdict"]].isna().all()
    assert "There was no incident in the rest of Hartlepool before: no comparison can be made." in figure.caveats


def test_the_months_of_the_series_widen_the_interval(tmp_path):
    wild = {str(month): ((1, 0, 30), (19, 0, 30))[n % 2] for n, month in enumerate(span("2018-10 to 2020-09"))}
    store = store_of(tmp_path, wild | steady("2020-10 to 2020-12", (1, 0, 30)))
    found = compare_before_after(Reader(store, DESK), action())
    known = {Month.parse(month): first for month, (first, _, _) in wild.items()}
    assert found.spread == estimate_dispersion(known, partnership().exceptional_months)  # without the months under test
    assert found.spread.phi > 3
    alone = compare_in_proportion(found.treated, found.rest)
    assert found.test.standard_error == pytest.approx(alone.standard_error * found.spread.phi**0.5)
    few = store_of(tmp_path, steady("2020-07 to 2020-12", (5, 0, 30)), "drugs_supply")
    short = compare_before_after(Reader(few, DESK),
                     action(indicators=("drugs_supply",)))  # fmt: skip
    assert short.spread == ASSUMED


def test_what_travels_with_the_figure(tmp_path):
    store = store_of(tmp_path, steady("2019-10 to 2020-12", (4, 1, 30)))
    one = action(agreed=dt.date(2020, 9, 14), end=dt.date(2020, 11, 5))
    figure = build_before_after(Reader(store, DESK), one, months=6)
    assert tuple(figure.table.columns) == COLUMNS
    assert figure.subtitle.startswith(
        "All incidents before and after an action, Seaton ward and the rest of Hartlepool"
    )
    said = " ".join(figure.caveats)
    assert "Of 6 whole months after the action 3 are loaded." in said
    assert "the same months of the year before." in said
    assert "Sep 2020, in which it was agreed, is left out." in said
    assert "The action ended on 5 Nov 2020." in said
    assert "These months saw: Second national lockdown (Nov 2020)." in said
    just_before = build_before_after(Reader(store, DESK), action(agreed=dt.date(2020, 4, 1)), months=2)
    assert any("just before" in caveat for caveat in just_before.caveats)
    assert just_before.table["before_months"].tolist() == ["Feb to Mar 2020"]


@pytest.mark.parametrize("asked", [0, 13])
def test_more_than_a_year_would_overlap_and_is_refused(tmp_path, asked):
    with pytest.raises(SelectionError, match="expected 1 to 12"):
        compare_before_after(Reader(store_of(tmp_path, steady("2020-01", (1, 1, 1))), DESK), action(), asked)
