"""Which months look incomplete or too large, and what an analyst's decision does to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from helpers.doubtful import ASB, HARTLEPOOL, LAST, MIDDLESBROUGH, decide, load_stub, make_months, write_months
from helpers.stores import load, opened

from shp_data.domain.errors import StoreError, UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.completeness import (
    EVERYWHERE,
    DoubtfulMonth,
    MonthCount,
    SpecialMonths,
    count_by_area,
    judge_completeness,
)
from shp_data.store.files.writing import undo_load
from shp_data.store.notes.decisions import FILE, read_decisions, withdraw_decision
from shp_data.store.version import Store, open_store

STUB = DoubtfulMonth(MonthCount("asb_police", "Hartlepool", "2024-03", 3), "incomplete", 60)
START = Month(2022, 1)


def question(series: list[int], **special: object) -> list[tuple[str, str, int]]:
    """The months in question of one area, from January 2022 on: month, doubt and number expected."""
    counts = {
        str(START.shift(n)): MonthCount("a", "North", str(START.shift(n)), count) for n, count in enumerate(series)
    }
    available = {("a", "North"): list(counts)}
    judged = judge_completeness({("a", "North"): counts}, available, (), SpecialMonths(**special))
    months = sorted(judged.list_doubtful(), key=lambda month: month.counted.month)
    return [(month.counted.month, month.doubt, month.expected) for month in months]


YEAR = [360] * 12


@pytest.mark.parametrize(
    ("count", "doubt"),
    [
        (14, "incomplete"), (0, "incomplete"), (179, "incomplete"), (180, None), (360, None), (719, None),
        (720, "too large"), (1080, "too large"),
    ],
)  # fmt: skip
def test_a_month_under_half_or_of_double_is_in_question(count: int, doubt: str | None) -> None:
    assert question([*YEAR, count]) == ([("2023-01", doubt, 360)] if doubt else [])


def test_the_expected_number_is_the_median_of_the_last_twelve_months() -> None:
    assert question([9999, *range(301, 313), 14]) == [("2023-02", "incomplete", 307)]  # 306.5


@pytest.mark.parametrize(
    ("series", "last"),
    [
        ([29] * 12, 0),  # fewer than 30 are expected
        ([360] * 11 + [150], 76),  # not under half of the lowest of the year, in which a season had 150
        ([360] * 11 + [900], 1349),  # not 1.5 times the highest
        ([360] * 3, 91),  # of 3 months, not under a quarter
        ([360] * 11, 720),  # of 11 months, double is not four times
        ([360] * 2, 0),  # of 2 months nothing is known
    ],
)
def test_seasons_small_numbers_and_short_series_explain_much(series: list[int], last: int) -> None:
    assert question([*series, last]) == []


@pytest.mark.parametrize(("series", "last"), [([360] * 3, 89), ([360] * 11, 1440), ([360] * 11 + [150], 74)])
def test_and_not_everything(series: list[int], last: int) -> None:
    assert len(question([*series, last])) == 1


def test_a_month_in_question_is_no_yardstick() -> None:
    """Six stubs would otherwise be half of the year, and the next one would be usual."""
    series = [*YEAR, *[14] * 8, 360, 14]
    assert [month for month, _, _ in question(series)] == [str(START.shift(n)) for n in (*range(12, 20), 21)]


def test_after_twelve_months_in_question_the_new_level_is_the_usual_one() -> None:
    months = question([*YEAR, *[100] * 20, 30, 360])
    assert [month for month, _, _ in months[:-2]] == [str(START.shift(n)) for n in range(12, 24)]
    assert [(doubt, expected) for _, doubt, expected in months[-2:]] == [("incomplete", 100), ("too large", 100)]


def test_a_step_change_begins_anew_and_an_exceptional_month_is_never_too_large() -> None:
    jump = START.shift(12)
    assert question([*YEAR, *[100] * 4], steps=[jump]) == []
    assert question([*YEAR, 900, 360], exceptional=[jump]) == []
    assert question([*YEAR, 14], exceptional=[jump]) == [("2023-01", "incomplete", 360)]
    assert len(question([*YEAR, 900, 900], exceptional=[jump])) == 1  # and is no yardstick


def test_a_gap_of_years_leaves_nothing_to_compare_with() -> None:
    counts = {str(month): MonthCount("a", "N", str(month), 360) for month in Period(START, START.shift(11))}
    late = START.shift(40)
    counts[str(late)] = MonthCount("a", "N", str(late), 14)
    assert not judge_completeness({("a", "N"): counts}, {("a", "N"): list(counts)}, (), SpecialMonths()).doubtful


def months_in_question(store: Store) -> list[tuple[str, str, str, int, int]]:
    """Area, month, doubt, count and number expected of each."""
    return [
        (m.counted.area, m.counted.month, m.doubt, m.counted.unplaced or m.counted.records, m.expected)
        for m in store.completeness.list_doubtful()
    ]


def test_a_stub_in_one_area_is_a_question_of_that_area(tmp_path: Path) -> None:
    store = load_stub(tmp_path)
    assert store.completeness.list_doubtful() == (STUB,)
    assert store.find_doubtful(ASB, [LAST], HARTLEPOOL) == store.find_doubtful(ASB, [LAST], ()) == (STUB,)
    assert store.find_doubtful(ASB, [LAST], MIDDLESBROUGH) == store.find_doubtful(ASB, [LAST.shift(-1)], ()) == ()
    assert store.covers(ASB, Period(LAST, LAST), HARTLEPOOL)  # it keeps its count


def test_a_stub_of_all_areas_is_one_question(tmp_path: Path) -> None:
    store = load_stub(tmp_path, Hartlepool=3, Middlesbrough=2)
    assert months_in_question(store) == [(EVERYWHERE, "2024-03", "incomplete", 5, 100)]
    assert store.find_doubtful(ASB, [LAST], ("Stockton-on-Tees",))  # which is too small to be judged alone


def test_a_month_that_the_areas_lack_altogether_is_in_question(tmp_path: Path) -> None:
    """Covered, because the other area has records: 0 of 60."""
    assert months_in_question(load_stub(tmp_path, Hartlepool=0)) == [("Hartlepool", "2024-03", "incomplete", 0, 60)]


def test_one_extract_under_two_names_is_twice_as_many(tmp_path: Path) -> None:
    load(tmp_path / "S", write_months(tmp_path / "all.csv", make_months()))
    again = write_months(tmp_path / "again.csv", {LAST: make_months()[LAST]})
    load(tmp_path / "S", again, source="Constabulary")
    assert months_in_question(opened(tmp_path / "S")) == [(EVERYWHERE, "2024-03", "too large", 200, 100)]


def test_many_records_without_a_place_are_one_question_of_every_area(tmp_path: Path) -> None:
    """60 of 100, and usually none. The total of all records is as usual, and keeps its verdict."""
    store = load_stub(tmp_path, **{"Hartlepool": 24, "Middlesbrough": 16, "(unplaced)": 60})
    assert months_in_question(store) == [(EVERYWHERE, "2024-03", "unplaced", 60, 0)]
    assert store.find_doubtful(ASB, [LAST], HARTLEPOOL) and store.find_doubtful(ASB, [LAST], MIDDLESBROUGH)
    assert (
        store.find_doubtful(ASB, [LAST], ()) == store.find_doubtful(ASB, [LAST], partnership().areas.everywhere) == ()
    )


@pytest.mark.parametrize(("unplaced", "questions"), [(19, 0), (20, 1)])
def test_a_share_is_far_from_20_points_on(tmp_path: Path, unplaced: int, questions: int) -> None:
    store = load_stub(tmp_path, **{"Hartlepool": 60, "Middlesbrough": 40 - unplaced, "(unplaced)": unplaced})
    assert len(store.completeness.list_doubtful()) == questions


def test_records_that_never_have_a_place_are_judged_together(tmp_path: Path) -> None:
    months = {month: {"(unplaced)": 100} for month in make_months()} | {LAST: {"(unplaced)": 4}}
    load(tmp_path / "S", write_months(tmp_path / "nowhere.csv", months))
    assert months_in_question(opened(tmp_path / "S"))[0][:3] == (EVERYWHERE, "2024-03", "incomplete")


def test_a_confirmed_month_is_complete_until_its_count_changes(tmp_path: Path) -> None:
    store = decide(load_stub(tmp_path), STUB, is_complete=True)
    assert store.completeness.list_doubtful() == () and len(store.completeness.decisions) == 1
    load(tmp_path / "S", write_months(tmp_path / "other.csv", {LAST: {"Hartlepool": 5, "Middlesbrough": 40}}))
    changed = opened(tmp_path / "S")
    assert months_in_question(changed) == [("Hartlepool", "2024-03", "incomplete", 5, 60)]
    assert changed.completeness.decisions == () and len(changed.decisions) == 1
    undo_load(tmp_path / "S", changed.manifest.loads[-1].part)
    assert opened(tmp_path / "S").completeness.list_doubtful() == ()  # the count that was decided on is back


def test_a_confirmed_month_is_a_new_level_at_once(tmp_path: Path) -> None:
    store = load_stub(tmp_path, Hartlepool=20)
    april = LAST.shift(1)
    (month,) = store.completeness.list_doubtful()
    load(tmp_path / "S", write_months(tmp_path / "next.csv", {april: {"Hartlepool": 21, "Middlesbrough": 40}}))
    assert len(opened(tmp_path / "S").completeness.list_doubtful()) == 2
    assert decide(store, month, is_complete=True).completeness.list_doubtful() == ()


def test_a_month_left_out_is_not_available_in_its_area(tmp_path: Path) -> None:
    before = load_stub(tmp_path)
    store, month = decide(before, STUB, is_complete=False), Period(LAST, LAST)
    assert before != store  # so that no answer kept for the one is given for the other
    assert store.completeness.list_doubtful() == ()
    assert not store.covers(ASB, month, HARTLEPOOL) and not store.covers(ASB, month, ())
    assert not store.covers(ASB, month, partnership().areas.everywhere)
    assert store.covers(ASB, month, MIDDLESBROUGH) and store.covers(ASB, month)  # it is loaded
    assert LAST not in store.list_months(ASB, HARTLEPOOL) and LAST in store.list_months(ASB)
    assert before.covers(ASB, month, HARTLEPOOL)


def test_a_month_left_out_for_its_places_keeps_the_total(tmp_path: Path) -> None:
    store = load_stub(tmp_path, **{"Hartlepool": 24, "Middlesbrough": 16, "(unplaced)": 60})
    (month,) = store.completeness.list_doubtful()
    store = decide(store, month, is_complete=False)
    assert not store.covers(ASB, Period(LAST, LAST), HARTLEPOOL) and store.covers(ASB, Period(LAST, LAST), ())


def test_a_decision_can_be_withdrawn_once(tmp_path: Path) -> None:
    store = decide(load_stub(tmp_path), STUB, is_complete=False)
    (decision,) = read_decisions(tmp_path / "S")
    assert (decision.question, decision.is_complete, decision.by) == (STUB, False, "ana@example.org")
    withdraw_decision(tmp_path / "S", decision)
    assert opened(tmp_path / "S").completeness.list_doubtful() == (STUB,)
    with pytest.raises(UserError, match="somebody may have withdrawn it"):
        withdraw_decision(store.layout.root, decision)


def test_a_later_decision_on_a_month_replaces_the_earlier(tmp_path: Path) -> None:
    store = decide(load_stub(tmp_path), STUB, is_complete=False)
    other = replace(STUB, expected=61)
    assert [d.is_complete for d in decide(store, other, is_complete=True).decisions] == [True]


@pytest.mark.parametrize("text", ["{", '[{"indicator": "asb_police"}]', "[3]"])
def test_a_damaged_file_of_decisions_is_refused(tmp_path: Path, text: str) -> None:
    load_stub(tmp_path)
    (tmp_path / "S" / FILE).write_text(text)
    with pytest.raises(StoreError, match=r"decisions\.json of the store S is damaged"):
        open_store(tmp_path / "S")


def test_the_order_of_loading_does_not_matter(tmp_path: Path) -> None:
    months = make_months(Hartlepool=3)
    for number, month in enumerate(reversed(months)):
        load(tmp_path / "S", write_months(tmp_path / f"{number}.csv", {month: months[month]}))
    assert opened(tmp_path / "S").completeness.list_doubtful() == (STUB,)


def test_no_month_of_the_sample_is_in_question() -> None:
    assert open_store(prepare_sample_store()).completeness.list_doubtful() == ()


def test_the_summary_is_counted_by_area_and_in_all(tmp_path: Path) -> None:
    store = load_stub(tmp_path, length=1, **{"Hartlepool": 2, "Middlesbrough": 0, "(unplaced)": 1, "(outside)": 1})
    counts = count_by_area(store._counts_sql)
    assert counts["asb_police", "Hartlepool"]["2024-03"] == MonthCount("asb_police", "Hartlepool", "2024-03", 2)
    assert counts["asb_police", EVERYWHERE]["2024-03"] == MonthCount("asb_police", EVERYWHERE, "2024-03", 3, 1)


def test_a_month_of_which_most_is_outside_is_in_question(tmp_path: Path) -> None:
    """As with two columns swapped in a part of the file: 45 of 100 are in an area."""
    store = load_stub(tmp_path, **{"Hartlepool": 27, "Middlesbrough": 18, "(outside)": 55})
    assert months_in_question(store) == [(EVERYWHERE, "2024-03", "incomplete", 45, 100)]


def test_a_month_that_is_all_outside_is_no_question_for_it_is_not_available(tmp_path: Path) -> None:
    store = load_stub(tmp_path, **{"Hartlepool": 0, "Middlesbrough": 0, "(outside)": 60})
    assert store.completeness.list_doubtful() == () and not store.covers(ASB, Period(LAST, LAST), HARTLEPOOL)
