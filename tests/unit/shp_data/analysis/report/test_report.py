"""The quarterly report: every published figure of 2020-21 from the sample, the errata by name, and real months."""

from __future__ import annotations

import csv
import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from helpers.stores import DESK, incidents, load

from shp_data.analysis.report.report import build_report, find_quarter
from shp_data.analysis.report.report_value import Line, Report
from shp_data.analysis.report.revisions import find_revisions, list_figures
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period, parse_quarter
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.notes.notebook import IssuedReport
from shp_data.store.reading import Reader
from shp_data.store.version import Store, open_store

QUARTERS = ("2020-21 Q3", "2020-21 Q4")

# What the reports print and what follows from their own counts, as errata_2020_21.csv lists them.
ERRATA = {
    ("2020-21 Q3", "Stockton-on-Tees", "asb_police_rate", "quarter_value"): ("19.4", "12.3"),
    ("2020-21 Q3", "Hartlepool", "treatment_opiate", "pct_difference"): ("0.4", "-0.4"),
    ("2020-21 Q3", "Hartlepool", "harbour_refuge_referrals", "pct_difference"): ("24", "23"),
    ("2020-21 Q4", "Hartlepool", "young_people_known", "difference"): ("-20", "-19"),
    ("2020-21 Q4", "Hartlepool", "domestic_abuse_repeat", "difference"): ("7", "5"),
}


@pytest.fixture(scope="module")
def sample() -> Store:
    return open_store(prepare_sample_store())


@pytest.fixture(scope="module")
def reports(sample: Store) -> dict[str, Report]:
    return {quarter: build_report(Reader(sample, DESK), parse_quarter(quarter), "Hartlepool") for quarter in QUARTERS}


@pytest.fixture(scope="module")
def published(reference: Path) -> list[dict[str, str]]:
    with (reference / "published_2020_21.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def told(line: Line, figure: str) -> float | None:
    """The figure of a line that stands in a column of the published table."""
    change = line.last_year
    return {
        "year_to_date": line.year_to_date,
        "same_quarter_last_year": line.same_quarter_last_year,
        "quarter_value": line.quarter_value,
        "difference": change and change.difference,
        "pct_difference": change and change.pct_difference,
    }[figure]


def as_printed(value: float | None, like: str) -> str:
    """A value rounded half away from zero to as many decimals as `like` has."""
    assert value is not None, f"not available; published is {like}"
    places = len(like.partition(".")[2])
    found = Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{found + 0:f}"


def test_every_published_figure_follows_but_for_the_errata(reports, published):
    seen, wrong = 0, {}
    for row in published:
        line = reports[row["quarter"]].find_line(row["indicator_id"], row["area"])
        assert line is not None, row
        for figure in ("year_to_date", "same_quarter_last_year", "quarter_value", "difference", "pct_difference"):
            text = row.get(figure) or row.get(f"published_{figure}") or ""
            if not text:
                continue
            seen += 1
            value = told(line, figure)
            near = {"year_to_date": 0.25}.get(figure, 0.15 if figure == "difference" else 0.1)
            if row["unit"] == "rate_per_1000" and value is not None and abs(value - float(text)) <= near:
                continue  # the populations of different years, and quarters rounded before they were added
            if as_printed(value, text) != text:
                wrong[row["quarter"], row["area"], row["indicator_id"], figure] = (text, as_printed(value, text))
    assert seen > 200
    assert wrong == ERRATA


def test_the_two_years_to_date_that_no_sum_gives_are_kept_as_supplied_and_flagged(reports):
    lines = {id_: reports["2020-21 Q4"].find_line(id_) for id_ in ("asb_complaints_asbu", "da_cases_thirteen")}
    found = {id_: (line.year_to_date, line.year_to_date_as, line.year_to_date_sum) for id_, line in lines.items()}
    assert found == {"asb_complaints_asbu": (411, "supplied", 410), "da_cases_thirteen": (115, "supplied", 116)}


def test_the_share_of_three_wards_that_the_paper_prints_one_too_high(reports):
    wards = reports["2020-21 Q3"].find_wards("drugs_possession").wards
    assert [(ward.ward, ward.count) for ward in wards[:3]] == [
        ("Victoria", 17),
        ("Burn Valley", 14),
        ("Headland and Harbour", 11),
    ]
    assert as_printed(100 * sum(ward.count for ward in wards[:3]) / 72, "59") == "58"  # published: 59%


def test_the_deliberate_fires_sentence_belongs_to_quarter_3(reports):
    fires = {quarter: reports[quarter].find_wards("fires_secondary_deliberate").wards for quarter in QUARTERS}
    three = ("Manor House", "Seaton", "Headland and Harbour")
    share = {q: 100 * sum(w.count for w in wards if w.ward in three) / sum(w.count for w in wards)
             for q, wards in fires.items()}  # fmt: skip
    assert as_printed(share["2020-21 Q3"], "57") == "57"  # the sentence names Q4, where it is another
    assert as_printed(share["2020-21 Q4"], "65") == "65"


def test_wards_with_none_are_those_published(reports):
    third = reports["2020-21 Q3"]
    assert third.find_wards("drugs_possession").empty_wards == ("De Bruce",)
    assert third.find_wards("drugs_supply").empty_wards == ("Fens and Rossmere",)


def test_stockton_has_the_lowest_rate_and_hartlepool_the_second_highest(reports):
    third = reports["2020-21 Q3"].find_comparison("asb_police")
    assert {one.area: one.rank for one in third.areas} == {
        "Middlesbrough": 1,
        "Hartlepool": 2,
        "Redcar & Cleveland": 3,
        "Stockton-on-Tees": 4,
    }


def test_months_and_covid_as_published(reports):
    line = reports["2020-21 Q3"].find_line("asb_police")
    assert [(m.month, m.value, m.excluding_covid) for m in line.months] == [
        ("2020-10", 518, 387),
        ("2020-11", 426, 283),
        ("2020-12", 302, 228),
    ]
    assert (line.covid.count, line.covid.excluding, line.covid.excluding_last_year) == (348, 898, 896)
    assert as_printed(line.covid.share, "28") == "28"
    assert (line.previous_quarter.base, line.previous_quarter.difference) == (1166, 80)


def test_repeat_locations_are_those_published(reports):
    found = {quarter: {(p.ward, p.location) for p in made.find_repeat_locations("asb_police").places}
             for quarter, made in reports.items()}  # fmt: skip
    assert found == {
        "2020-21 Q3": {
            ("Hart", "Osprey Way"),
            ("Headland and Harbour", "Vincent Street"),
            ("Rural West", "Ward Jackson Park"),
        },
        "2020-21 Q4": {
            ("Headland and Harbour", "ASDA, Marina Way"),
            ("Headland and Harbour", "Vincent Street"),
            ("Jesmond", "Wiltshire Way"),
            ("De Bruce", "West View Road"),
            ("Manor House", "Owton Manor Lane"),
        },
    }


def test_levels_and_percentages_are_not_added_up(reports):
    line = reports["2020-21 Q4"].find_line("young_people_known")
    assert (line.measured, line.quarter_value, line.year_to_date, line.year_to_date_as) == ("level", 63, 63, "supplied")
    assert line.chance is None
    percent = reports["2020-21 Q4"].find_line("treatment_alcohol")
    assert percent.last_year.difference is None
    assert math.isclose(percent.last_year.pct_difference, 8.5)


def test_the_same_verdicts_as_the_issue_names(reports):
    third, fourth = reports["2020-21 Q3"], reports["2020-21 Q4"]
    assert fourth.find_line("fires_vehicle_deliberate").chance.verdict == "no clear change"
    assert fourth.find_line("fires_secondary_deliberate").chance.verdict == "no clear change"
    assert third.find_line("drugs_supply").chance.verdict == "clear increase"
    assert third.find_line("asb_police").chance.verdict == "clear increase"


def test_what_is_not_loaded_is_not_available_and_never_zero(tmp_path):
    load(tmp_path / "s", incidents(tmp_path / "a.csv", {"2020-10": 3, "2020-11": 2, "2020-12": 1}))
    made = build_report(Reader(open_store(tmp_path / "s"), DESK), parse_quarter("2020-21-Q3"), "Hartlepool")
    line = made.find_line("asb_police")
    assert (line.quarter_value, line.year_to_date, line.last_year, line.chance) == (6, None, None, None)
    fires = made.find_line("fires_secondary_deliberate")
    assert (fires.quarter_value, fires.months) == (None, ())
    assert fires.notes == ("Not loaded: 2020-21 Q3 (Oct to Dec 2020).",)
    supplied = made.find_line("noise_complaints")
    assert supplied.quarter_value is None
    assert "Not yet in" in supplied.notes[0]


def test_a_half_is_a_half_to_the_last_digit_so_that_table_and_words_agree(tmp_path):
    months = {f"{year}-{month}": 10 for year in (2019, 2020) for month in (10, 11, 12)} | {"2019-12": 20, "2020-12": 31}
    load(tmp_path / "S", incidents(tmp_path / "a.csv", months))
    line = build_report(Reader(open_store(tmp_path / "S"), DESK), parse_quarter("2020-21-Q3"), "Hartlepool").find_line(
        "asb_police"
    )
    assert line.last_year
    assert (line.quarter_value, line.last_year.base, line.last_year.pct_difference) == (51, 40, 27.5)


def test_both_years_of_a_report_are_over_residents_of_one_edition(tmp_path):
    """2020-21 and the year before as then published; 2021-22 and the year before by the series since the census."""
    months = {f"{year}-{month}": 100 for year in (2019, 2020, 2021) for month in (10, 11, 12)}
    load(tmp_path / "S", incidents(tmp_path / "a.csv", months))
    reader = Reader(open_store(tmp_path / "S"), DESK)
    for quarter, now, before, estimates in (
        ("2020-21-Q3", 93_663, 93_242, "mid-2018 and mid-2019 estimates, ONS edition before Census 2021"),
        ("2021-22-Q3", 92_202, 92_401, "mid-2019 and mid-2020 estimates, ONS edition of July 2025"),
    ):
        report = build_report(reader, parse_quarter(quarter), "Hartlepool")
        rate = report.find_line("asb_police_rate")
        assert rate.quarter_value == pytest.approx(300_000 / now)
        assert rate.same_quarter_last_year == pytest.approx(300_000 / before)
        assert f"Rates are per 1,000 residents: {estimates}." in report.caveats


def test_an_indicator_that_stands_in_for_others_shows_only_where_they_are_not_loaded(tmp_path, reports):
    months = {"2020-10": 3, "2020-11": 2, "2020-12": 1}
    load(tmp_path / "s", incidents(tmp_path / "a.csv", months, "drugs_unspecified"))
    made = build_report(Reader(open_store(tmp_path / "s"), DESK), parse_quarter("2020-21-Q3"), "Hartlepool")
    assert made.find_line("drugs_unspecified").quarter_value == 6
    assert reports["2020-21 Q3"].find_line("drugs_unspecified") is None


def test_every_indicator_of_the_plan_stands_once_under_its_priority_with_its_rate_after_it(reports):
    made = reports["2020-21 Q3"]
    ids = [line.indicator for line in made.lines]
    known = partnership().vocabulary.indicators
    plan = {id_ for id_, one in known.items() if one.priority != "none"} - {"drugs_unspecified"}
    assert sorted(ids) == sorted(plan)
    for rate in (line for line in made.lines if line.measured == "rate_per_1000"):
        assert ids[ids.index(rate.indicator) - 1] == known[rate.indicator].numerator
    assert [section.priority for section in made.sections] == [
        "Anti-social behaviour",
        "Drugs and alcohol",
        "Domestic abuse",
    ]


@pytest.mark.parametrize("period", ["2020-10", "2020-21", "2020-11 to 2021-01"])
def test_a_report_is_of_a_quarter(sample, period):
    with pytest.raises(SelectionError, match="of a quarter"):
        build_report(Reader(sample, DESK), parse_period(period), "Hartlepool")


def test_a_report_is_of_one_area(sample):
    with pytest.raises(SelectionError, match="of one area"):
        build_report(Reader(sample, DESK), parse_quarter("2020-21-Q3"), "Durham")


def test_the_quarter_in_which_a_period_ends():
    assert find_quarter(parse_period("2020-04 to 2020-11")).name == "2020-21-Q3"


def test_a_figure_that_changed_since_a_report_was_issued_is_told(tmp_path):
    import datetime as dt

    months = {"2020-10": 3, "2020-11": 2, "2020-12": 1}
    load(tmp_path / "s", incidents(tmp_path / "a.csv", months))
    before = build_report(Reader(open_store(tmp_path / "s"), DESK), parse_quarter("2020-21-Q3"), "Hartlepool")
    at = dt.datetime(2021, 1, 20, tzinfo=dt.UTC)
    issued = IssuedReport("2020-21-Q3", "Hartlepool", at, "analyst", list_figures(before))
    assert find_revisions(before, [issued]) == ()
    load(tmp_path / "s", incidents(tmp_path / "b.csv", months | {"2020-12": 4}))
    load(tmp_path / "s", incidents(tmp_path / "c.csv", {"2021-01": 1, "2021-02": 1, "2021-03": 1}))
    after = build_report(Reader(open_store(tmp_path / "s"), DESK), parse_quarter("2020-21-Q3"), "Hartlepool")
    found = {(r.indicator, r.area, r.quarter.name, r.figure): (r.reported, r.now, r.issued_at)
             for r in find_revisions(after, [issued])}  # fmt: skip
    assert found["asb_police", "Hartlepool", "2020-21-Q3", "value"] == (6, 9, at)
    # The next quarter's report compares with this one: there too the change is told.
    following = build_report(Reader(open_store(tmp_path / "s"), DESK), parse_quarter("2020-21-Q4"), "Hartlepool")
    told_there = [(r.quarter.name, r.reported, r.now) for r in find_revisions(following, [issued])
                  if r.indicator == "asb_police" and r.area == "Hartlepool"]  # fmt: skip
    assert told_there == [("2020-21-Q3", 6, 9)]


def test_real_months_give_what_they_can_for_every_area_and_quarter(real_store):
    store = open_store(real_store)
    for quarter in ("2018-19-Q3", "2020-21-Q4", "2021-22-Q1", "2021-22-Q4", "2016-17-Q1"):
        for area in partnership().areas.lpa_names:
            made = build_report(Reader(store, DESK), parse_quarter(quarter), area)
            line = made.find_line("asb_police")
            whole = quarter in ("2018-19-Q3", "2021-22-Q1", "2021-22-Q4")
            assert (line.quarter_value is not None) == whole
            assert whole or any(note.startswith("Not loaded") for note in line.notes)
            assert all(one.quarter_value is None for one in made.lines if one.indicator.startswith("treatment"))
