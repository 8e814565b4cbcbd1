"""The words of the report: each sentence as it should read, and what holds of every one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers import reports
from helpers.any_report import any_report
from helpers.reports import RISE, against, compared_of, line, report, report_of, wards_of
from helpers.said import every_fault, everything_said, faults
from hypothesis import given, settings
from hypothesis import strategies as st

from shp_data.analysis.report.report import build_report as made_report
from shp_data.analysis.report.report_value import (
    AreaComparison,
    AreaStanding,
    Chance,
    Change,
    Covid,
    Line,
    MonthValue,
    RepeatLocation,
    RepeatLocations,
    Report,
    ReportHotspots,
    ReportWards,
    WardValue,
)
from shp_data.domain.periods import parse_quarter
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.report.report_grids import WITHHELD, build_ward_table
from shp_view.report.report_workbook import build_sheets
from shp_view.text import wording
from shp_view.text.report_sentences import (
    STATIC_BASE,
    STATIC_PERCENT,
    Sentence,
    SentenceValue,
    build_title,
    count_total,
    describe_comparison,
    describe_hotspots,
    describe_line,
    describe_locations,
    describe_wards,
    explain_static,
    list_key_messages,
    select_highest,
    write_message,
)

USUAL = Chance(0.9, 0.5, 1.6, 0.6, "no clear change", 1.0)
Q3 = "2020-21 Q3 (Oct to Dec 2020)"


def texts(*lines: Line) -> list[str]:
    """What is said of the first line, in a report of all of them; every number of it is in its cells."""
    report = report_of(*lines)
    said = describe_line(report, lines[0])
    assert every_fault(report, said) == []
    return [one.text for one in said]


def asb(**more: object) -> Line:
    """Police ASB as published for 2020-21 Q3."""
    months = (MonthValue("2020-10", 518, 387), MonthValue("2020-11", 426, 283), MonthValue("2020-12", 302, 228))
    given = {
        "previous_quarter": against(1246, 1166),
        "chance": Chance(1.39, 1.2, 1.6, 0.0001, "clear increase", 2.7),
        "months": months,
        "covid": Covid(348, 27.93, 898, 896),
    }
    return line("asb_police", 1246, 896, 4348, **(given | more))


def test_the_published_quarter_of_police_asb() -> None:
    rate = line("asb_police_rate", 13.303, 9.609, 46.6, previous_quarter=against(13.303, 12.449))
    assert texts(asb(), rate) == [
        f"There were 1,246 ASB incidents reported to the Police in Hartlepool in {Q3}, 350 more (39%) than in the same "
        "quarter last year (896) and 80 more (7%) than in the previous quarter (1,166).",
        "Compared with the same quarter last year, this is a clear increase: larger than expected from chance, also "
        "among all the changes tested. 896 to 1,246: with months that vary this much, a change this large, up or down, "
        "happens by chance in fewer than 1 quarter in 1,000.",
        "The rate was 13.3 per 1,000 residents, compared with 9.6 in the same quarter last year and 12.4 in the "
        "previous quarter.",
        "October had the most (518) and December the fewest (302).",
        "Of the incidents, 348 (28%) were COVID-related. Without them there were 898, compared with 896 in the "
        "same quarter last year. Without COVID-related incidents, October had the most (387) and December the fewest "
        "(228).",
        "The year to date (Apr to Dec 2020) is 4,348, a rate of 46.6 per 1,000 residents.",
    ]


def test_a_sentence_carries_the_cells_that_it_was_made_from() -> None:
    first = describe_line(report_of(asb()), asb())[0]
    label, last, before = asb().label, "2019-20 Q3 (Oct to Dec 2019)", "2020-21 Q2 (Jul to Sep 2020)"
    assert first.values[:3] == (
        SentenceValue("This quarter", label, "Hartlepool", Q3, 1246),
        SentenceValue("Same quarter last year", label, "Hartlepool", last, 896),
        SentenceValue("Difference on same quarter last year", label, "Hartlepool", Q3, 350),
    )
    assert SentenceValue("Previous quarter", label, "Hartlepool", before, 1166) in first.values


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (line("fires_vehicle_deliberate", 1, 8),
         f"There was 1 deliberate vehicle fire in Hartlepool in {Q3}, 7 fewer than in the same quarter last year (8)."),
        (line("fires_vehicle_deliberate", 0, 0),
         f"There were no deliberate vehicle fires in Hartlepool in {Q3}, the same as in the same quarter last year."),
        (line("drugs_supply", 86, 24),
         f"There were 86 drug supply offences in Hartlepool in {Q3}, 62 more than in the same quarter last year (24)."),
        (line("drugs_unspecified", 1, 0),
         f"There was 1 drug offence (police.uk) in Hartlepool in {Q3}, 1 more than in the same quarter last year "
         "(none, so there is no percentage)."),
        (line("asb_cases_thirteen", 91, 91),
         f"There were 91 ASB cases opened by Thirteen Group in Hartlepool in {Q3}, the same as in the same quarter "
         "last year."),
        (line("harbour_referrals", 1, 2),
         f"There was 1 referral to specialist domestic violence services (Harbour) in Hartlepool in {Q3}, 1 fewer than "
         "in the same quarter last year (2)."),
        (line("burglary", 90, 45),
         f"There were 90 burglary offences in Hartlepool in {Q3}, 45 more (100%) than in the same quarter last year "
         "(45)."),
        (line("young_people_known", 43, 54),
         f"At the end of {Q3} there were 43 young people known to substance misuse services in Hartlepool, 11 fewer "
         "(20%) than at the end of the same quarter last year (54)."),
        (line("young_people_known", 1, 2),
         f"At the end of {Q3} there was 1 young person known to substance misuse services in Hartlepool, 1 fewer than "
         "at the end of the same quarter last year (2)."),
        (line("treatment_alcohol", 34.6, 26.5),
         "The percentage of alcohol users who successfully completed treatment was 34.6% in Hartlepool in "
         f"{Q3}, 8.1 percentage points higher than in the same quarter last year (26.5%)."),
        (line("treatment_young_people", 53, 54),
         "The percentage of young people who successfully completed treatment was 53% in Hartlepool in "
         f"{Q3}, 1 percentage point lower than in the same quarter last year (54%)."),
        (line("treatment_opiate", 2.9, 0),
         "The percentage of opiate drug users who successfully completed treatment was 2.9% in Hartlepool in "
         f"{Q3}, 2.9 percentage points higher than in the same quarter last year (0%)."),
        (line("asb_police_rate", 13.303, 9.609),
         f"The rate of ASB per 1,000 population was 13.3 in Hartlepool in {Q3}, 3.7 higher than in the same quarter "
         "last year (9.6)."),
    ],
    ids=lambda value: value.label if isinstance(value, Line) else "",
)  # fmt: skip
def test_every_kind_of_number_in_a_sentence(found: Line, said: str) -> None:
    assert texts(found)[0] == f"{said} The figure for the previous quarter is not available."


def test_both_comparisons_missing_are_said_as_such() -> None:
    assert texts(line("noise_complaints", 87)) == [
        f"There were 87 noise complaints received by the Council in Hartlepool in {Q3}. The figure for the same "
        "quarter last year is not available. The figure for the previous quarter is not available.",
        "The year to date (Apr to Dec 2020) is not available.",
    ]


def test_static_only_inside_the_stated_band() -> None:
    def compared(now: float, base: float, id_: str = "noise_complaints", **more: object) -> str:
        return texts(line(id_, now, base, **more))[0]

    assert ", static compared with the same quarter last year (896)." in compared(898, 896)
    assert ", static compared with the same quarter last year (100)." in compared(101, 100)
    assert ", 2 more (2%) than in" in compared(102, 100)  # 2% is no longer less than 2%
    assert ", 1 more (2%) than in" in compared(50, 49)  # of fewer than 50
    assert ", the same as in" in compared(896, 896)
    assert ", 14 more (1%) than in" in compared(1014, 1000, chance=RISE)  # a clear change is not static
    assert ", static compared with the same quarter last year (25.6%)." in compared(25.64, 25.6, "treatment_opiate")
    assert ", 0.1 percentage points higher" in compared(25.7, 25.6, "treatment_opiate")
    assert f"less than {STATIC_PERCENT}% from {STATIC_BASE} or more" in explain_static()


def test_what_chance_says_of_a_small_change() -> None:
    small = Chance(0.46, 0.16, 1.2, 0.1153, "no clear change", 1.0)
    assert texts(line("fires_vehicle_deliberate", 6, 13, chance=small))[1] == (
        "Compared with the same quarter last year, there is no clear change: differences of this size are common. "
        "13 to 6: with numbers this small, a change this large, up or down, happens by chance in about 1 quarter in 9."
    )
    assert not any("chance" in text for text in texts(line("fires_vehicle_deliberate", 6, 6, chance=USUAL)))


def test_too_few_months_to_know_how_much_they_vary() -> None:
    found = line("fly_tipping", 614, 386, chance=replace(RISE, p_value=0.0, dispersion=None))
    assert texts(found)[1] == (
        "Compared with the same quarter last year, this is a clear increase: larger than expected from chance, also "
        "among all the changes tested. 386 to 614: a change this large, up or down, happens by chance in fewer than 1 "
        "quarter in 1,000. Too few months are loaded to measure how much they vary, so this allows for chance only."
    )


def test_a_quarter_that_is_not_in_yet() -> None:
    months = (MonthValue("2020-10", 30), MonthValue("2020-11", None), MonthValue("2020-12", 0))
    assert texts(line("noise_complaints", None, 91, previous_quarter=against(None, 120), months=months)) == [
        f"Not yet received: noise complaints received by the Council in Hartlepool in {Q3}. It was 91 in the same "
        "quarter last year and 120 in the previous quarter.",
        "Received so far: October (30) and December (0).",
    ]
    assert texts(line("treatment_opiate", None)) == [
        "Not yet received: the percentage of opiate drug users who successfully completed treatment in Hartlepool in "
        f"{Q3}."
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((2, 2, 5), "December had the most (5) and October and November the fewest (2 each)."),
        ((4, 4, 0), "October and November had the most (4 each) and December the fewest (none)."),
        ((1, 1, 1), "Each month had 1."),
    ],
)
def test_months_that_tie(values: tuple[float, ...], said: str) -> None:
    months = tuple(MonthValue(f"2020-{10 + n}", value) for n, value in enumerate(values))
    assert said in texts(line("fires_vehicle_deliberate", sum(values), months=months))


def test_months_are_not_ranked_while_one_is_missing() -> None:
    months = (MonthValue("2020-10", 3), MonthValue("2020-11", None), MonthValue("2020-12", 4))
    assert not any("most" in text for text in texts(line("noise_complaints", 9, months=months)))


def test_a_year_to_date_that_is_not_the_sum() -> None:
    found = line("asb_complaints_asbu", 89, 92, 411, year_to_date_as="supplied", year_to_date_sum=410)
    assert texts(found)[-2:] == [
        "The year to date (Apr to Dec 2020) is 411.",
        "The supplier's year to date (411) differs from the sum of the quarters (410).",
    ]


def test_the_year_to_date_of_levels_percentages_and_first_quarters() -> None:
    assert len(texts(line("treatment_opiate", 2.9, 3.3, 2.9))) == 1
    assert texts(line("treatment_opiate", 2.9, 3.3, 3.1))[1] == (
        "The year to date (Apr to Dec 2020), as supplied, is 3.1%."
    )
    first = replace(report_of(asb()), quarter=parse_quarter("2020-21-Q1"))
    assert not any("year to date" in one.text for one in describe_line(first, asb()))


def ward_texts(wards: ReportWards) -> list[str]:
    """What is said of some wards; every number of it is in its cells."""
    report = report_of()
    said = describe_wards(report, wards)
    assert every_fault(report, said) == []
    return [one.text for one in said]


def test_the_published_wards_of_drug_supply() -> None:
    names = {"w0": "Victoria", "w1": "Burn Valley", "w2": "Manor House", "w3": "Foggy Furze", "w6": "Fens and Rossmere"}
    wards = wards_of(32, 14, 14, 10, 9, 7, 0, **names)
    assert ward_texts(wards) == [
        "Victoria (32, 37%), Burn Valley (14, 16%) and Manor House (14, 16%) had the most drug supply offences: "
        "together 60 of 86 (70%).",
        "Fens and Rossmere was the only ward with none.",
    ]


def test_wards_that_tie_are_never_cut() -> None:
    a, b, c, d = "Aa", "Bb", "Cc", "Dd"
    four = wards_of(9, 5, 5, 5, w0=a, w1=b, w2=c, w3=d)
    assert ward_texts(four)[0].startswith("Aa (9), Bb (5), Cc (5) and Dd (5) had the most drug supply offences")
    many = wards_of(9, 5, 5, 5, 5, 5, 5, 1, w0=a)
    assert ward_texts(many)[0] == "Aa (9, 23%) had the most drug supply offences; the next six had 5 each."
    assert ward_texts(wards_of(2, 2, 2, 2, 2, 2, 0, w6=a)) == [
        "Six wards had the most drug supply offences, 2 each.",
        "Aa was the only ward with none.",
    ]


def test_wards_with_none_and_incidents_in_no_ward() -> None:
    assert ward_texts(wards_of(0, 0)) == ["No ward had any drug supply offences."]
    said = ward_texts(wards_of(3, 0, 0, 0, 0, unplaced=1, w0="Aa"))
    assert said == [
        "Aa (3) had the most drug supply offences.",
        "4 of the 5 wards had none.",
        "1 of the drug supply offences is in none of the wards.",
    ]
    assert ward_texts(wards_of(3, 0, 0, w1="Hart", w2="Rural West"))[1] == "Hart and Rural West had none."


def test_the_wards_that_changed() -> None:
    wards = (
        WardValue("1", "Victoria", 32, 10, 50.0, "clear increase"),
        WardValue("2", "Hart", 2, 14, 3.1, "clear decrease"),
        WardValue("3", "Jesmond", 5, 5, 7.8, "no clear change"),
        WardValue("4", "Foggy Furze", 9, 3, 7.0, "possible increase"),
    )
    assert ward_texts(ReportWards("drugs_supply", "2020", wards, 0))[1:] == [
        "Clear increase compared with the same quarter last year: Victoria (10 to 32).",
        "Clear decrease compared with the same quarter last year: Hart (14 to 2).",
        "Possible increase compared with the same quarter last year: Foggy Furze (3 to 9).",
    ]
    assert ward_texts(ReportWards("drugs_supply", "2020", wards[2:3], 0))[-1] == (
        "No ward had a clear or possible change compared with the same quarter last year."
    )


@given(st.lists(st.integers(0, 6), max_size=12), st.integers(1, 5))
def test_the_leading_are_those_above_all_others(counts: list[int], wanted: int) -> None:
    named, tied = select_highest(counts, lambda count: count, wanted)
    rest = sorted(count for count in counts if count > 0)
    for count in (*named, *tied):
        rest.remove(count)
    assert all(count > max(rest, default=0) for count in (*named, *tied))
    assert len(named) <= 5 and len(named) + len(tied) >= min(wanted, sum(count > 0 for count in counts))
    assert len(set(tied)) <= 1


def place_texts(*places: RepeatLocation) -> list[str]:
    """What is said of some repeat locations of police ASB; every number of it is in its cells."""
    report = report_of()
    said = describe_locations(report, RepeatLocations("asb_police", 10, places))
    assert every_fault(report, said) == []
    return [one.text for one in said]


def test_hotspots() -> None:
    none = ReportHotspots("asb_police", ())
    assert [sentence.text for sentence in describe_hotspots(report(), none)] == [
        "There was no hotspot of police ASB incidents."
    ]
    (sentence,) = describe_hotspots(report(), report().hotspots[0])
    assert sentence.text == (
        "Two hotspots had 15% of the police ASB incidents: York Road and Victoria Road (158); Elm Grove (29)."
    )
    places = tuple(replace(report().hotspots[0].hotspots[1], name=f"Street {n}", share=1.0) for n in range(7))
    (many,) = describe_hotspots(report(), ReportHotspots("asb_police", places))
    assert many.text.startswith("Seven hotspots had 7% of the police ASB incidents, the largest at Street 0 (29); ")
    assert "Street 5" not in many.text


def test_repeat_locations() -> None:
    vincent = RepeatLocation("Vincent Street", "Headland and Harbour", -1.2, 54.7, 15, "continuing")
    owton = RepeatLocation("Owton Manor Lane", "Manor House", -1.2, 54.6, 14, "new")
    assert place_texts() == ["No location had 10 or more police ASB incidents."]
    assert place_texts(vincent) == [
        "One location had 10 or more police ASB incidents: Vincent Street (Headland and Harbour, 15, continuing)."
    ]
    assert place_texts(vincent, owton) == [
        "Two locations had 10 or more police ASB incidents: Vincent Street (Headland and Harbour, 15, continuing) and "
        "Owton Manor Lane (Manor House, 14, new).",
        "Of these, one is new and one was also a repeat location in the previous quarter.",
    ]
    assert place_texts(owton, owton)[1] == "All of them are new."
    assert place_texts(replace(owton, state=None))[1].startswith("The previous quarter is not loaded")
    many = [replace(owton, location=f"{n} High Street", count=count) for n, count in enumerate([30, 12, *[11] * 20])]
    assert place_texts(*many)[0] == (
        "22 locations had 10 or more police ASB incidents: 0 High Street (Manor House, 30, new), 1 High Street (Manor "
        "House, 12, new) and 20 with 11 each."
    )


def area_texts(compared: AreaComparison) -> list[str]:
    """What is said of some areas; every number and rank of it is in its cells."""
    report = report_of(compared=(compared,))
    said = describe_comparison(report, compared)
    assert every_fault(report, said) == []
    return [one.text for one in said]


def test_the_published_ranks_of_police_asb() -> None:
    assert area_texts(compared_of(13.303, 17.577, 12.846, 12.297, ranks=(2, 4)))[:2] == [
        "Hartlepool has the second highest rate of police ASB incidents of the four areas, 13.3 per 1,000 residents; "
        "allowing for chance, its rank is between second and fourth.",
        "Middlesbrough has the highest (17.6), Redcar & Cleveland the third highest (12.8) and Stockton-on-Tees the "
        "lowest (12.3).",
    ]


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ((9.0, 8.0, 7.0, 6.0), "Hartlepool has the highest rate of"),
        ((9.04, 9.0, 7.0, 6.0), "Hartlepool has the joint highest rate of"),
        ((6.0, 9.0, 7.0, 6.0), "Hartlepool has the joint lowest rate of"),
        ((7.0, 9.0, 7.0, 6.0), "Hartlepool has the joint second highest rate of"),
        ((5.0, 9.0, 8.0, 6.0), "Hartlepool has the lowest rate of"),
        ((5.0, None, 4.0, 6.0), "Hartlepool has the second highest rate of police ASB incidents of the three areas "
         "with a rate, 5.0 per"),
        ((5.0, 5.0, 5.0, 5.0), "All four areas have the same rate of police ASB incidents, 5.0 per"),
        ((5.0, None, None, None), "Hartlepool is the only area with a rate of police ASB incidents, 5.0 per"),
        ((5.0,), "The rate of police ASB incidents in Hartlepool is 5.0 per 1,000 residents."),
        ((None, 5.0, None, None), "Middlesbrough is the only area with a rate (5.0)."),
        ((None, 5.0, 6.0, 7.0), "Stockton-on-Tees has the highest (7.0), Redcar & Cleveland the second highest"),
    ],
)  # fmt: skip
def test_ranks_and_ties(rates: tuple[float | None, ...], said: str) -> None:
    assert area_texts(compared_of(*rates))[0].startswith(said)


def test_the_change_of_each_area() -> None:
    counts = [
        line("asb_police", 1246, 896, chance=RISE),
        line("asb_police", 5, 9, area="Middlesbrough", chance=USUAL),
        line("asb_police", None, 9, area="Redcar & Cleveland"),
        line("asb_police", 7, None, area="Stockton-on-Tees"),
    ]
    compared = AreaComparison(
        "asb_police", tuple(AreaStanding(one.area, one, None, None, None, None) for one in counts)
    )
    assert area_texts(compared) == [
        "Police ASB incidents, with the change on the same quarter last year: Hartlepool 1,246 (350 more, 39%), "
        "Middlesbrough 5 (4 fewer), Redcar & Cleveland not yet received and Stockton-on-Tees 7 (last year not "
        "available).",
        "There is a clear increase in Hartlepool; no clear change in Middlesbrough.",
    ]


def test_the_key_messages() -> None:
    report = report_of(
        asb(),
        line("asb_police_rate", 13.3, 9.6),
        line("asb_cases_thirteen", 40, 91, chance=replace(RISE, verdict="clear decrease")),
        line("harbour_referrals", 844, 817, chance=USUAL),
        line("treatment_opiate", 2.9, 3.3),
        line("noise_complaints", None, 91),
        compared=(compared_of(13.303, 17.577, 12.846, 12.297),),
    )
    said = list_key_messages(report)
    assert every_fault(report, said) == []
    assert [one.text for one in said] == [
        "Clear increase compared with the same quarter last year: police ASB (896 to 1,246).",
        "Clear decrease compared with the same quarter last year: Thirteen ASB cases (91 to 40).",
        "No clear change compared with the same quarter last year: Harbour referrals (817 to 844).",
        "Not tested for a clear change: opiate treatment completed.",
        "Not yet received: noise complaints.",
        "Hartlepool has the second highest rate of police ASB incidents of the four areas, 13.3 per 1,000 residents.",
    ]
    calm = list_key_messages(report_of(line("harbour_referrals", 844, 817, chance=USUAL)))
    assert [one.text for one in calm] == [
        "No clear change compared with the same quarter last year: Harbour referrals (817 to 844).",
        "All figures have been received.",
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (wording.format_exact_percent(34.55), "34.6%"),
        (wording.format_exact_percent(53.0), "53%"),
        (wording.format_exact_percent(None), "not available"),
        (wording.format_points(-8.1), "8.1 percentage points"),
        (wording.format_points(0.96), "1 percentage point"),
        (wording.format_points(None), "not available"),
        (wording.format_signed_points(8.1), "+8.1 points"),
        (wording.format_signed_points(-1), "−1 point"),
        (wording.format_signed_points(-0.04), "0 points"),
        (wording.format_signed_points(None), "not available"),
        (" ".join(map(wording.format_ordinal, (1, 10, 11, 12, 21, 22, 113))), "first tenth 11th 12th 21st 22nd 113th"),
        (" ".join(map(wording.format_cardinal, (0, 1, 10, 11, 1200))), "no one ten 11 1,200"),
    ],
)
def test_points_ranks_and_small_numbers(written: str, expected: str) -> None:
    assert written == expected


def test_the_title() -> None:
    assert build_title(reports.report()) == f"Community safety performance report, Hartlepool, {Q3}"


def test_a_number_that_no_cell_holds_is_noticed() -> None:
    report, cell = report_of(), SentenceValue("This quarter", "Hart", "Hartlepool", Q3, 1246)
    for text in (
        "Hart had 1,247.",
        "Hart had the second most.",
        "Hart had 1 fires.",
        "November had 1,246.",
        "It was −0.",
    ):
        assert faults(report, Sentence(text, (cell,))) != []
    assert faults(report, Sentence(f"Hart had 1,246 in {Q3}.", (cell,))) == []


@settings(max_examples=150)
@given(any_report())
def test_no_sentence_says_a_number_that_is_not_in_its_cells(report: Report) -> None:
    assert every_fault(report, everything_said(report)) == []


@pytest.mark.parametrize("quarter", ["2020-21-Q3", "2019-20-Q1"])
def test_the_sentences_of_the_sample(quarter: str) -> None:
    report = made_report(Reader(open_store(prepare_sample_store()), Viewer()), parse_quarter(quarter), "Hartlepool")
    said = everything_said(report)
    assert len(said) > 30
    assert every_fault(report, said) == []


def of_wards(*counts: int | None, unplaced: int | None = 0) -> tuple[Report, ReportWards]:
    """A report whose first block of wards has these counts; the whole area had 40."""
    made = report()
    indicator = made.wards[0].indicator
    rows = [WardValue(f"E{n}", f"Ward {n}", count, None, None, None) for n, count in enumerate(counts, 1)]
    block = ReportWards(indicator, "2020", tuple(rows), unplaced)

    def counted(line: Line) -> Line:
        return replace(line, quarter_value=40.0) if line.indicator == indicator else line

    sections = tuple(replace(one, lines=tuple(map(counted, one.lines))) for one in made.sections)
    return replace(made, sections=sections, wards=(block,)), block


def list_ward_texts(*counts: int | None) -> list[str]:
    made, block = of_wards(*counts)
    return [said.text for said in describe_wards(made, block)]


def test_the_most_is_said_of_the_wards_whose_counts_are_shown() -> None:
    found = list_ward_texts(20, 9, 0, None, None, None)
    assert found[0].startswith("Of the wards with counts shown, Ward 1 (20) and Ward 2 (9) had the most")
    assert "together 29 of 40" in found[0]
    assert "Ward 3 was the only ward with none." in found
    assert found[-1] == "The counts of 3 wards are withheld: small counts by ward are not shown."


def test_where_every_ward_is_withheld_nothing_else_is_said() -> None:
    assert list_ward_texts(None, None, None) == [
        "The counts of 3 wards are withheld: small counts by ward are not shown."
    ]


def test_the_total_is_that_of_the_area_where_a_count_is_withheld() -> None:
    assert count_total(*of_wards(20, None, None)) == 40
    assert count_total(*of_wards(20, 3, 1)) == 24
    assert count_total(*of_wards(20, 3, unplaced=None)) == 40


def test_tables_and_sheets_say_that_a_count_is_withheld() -> None:
    made, block = of_wards(20, None)
    assert [row[2] for row in build_ward_table(made, block).rows] == ["20", WITHHELD]
    sheet = next(one for one in build_sheets(made, {}) if one.name == "Wards")
    assert [row.cells[4] for row in sheet.rows] == [20, WITHHELD]


COUNT = Line(
    "asb_police", "Hartlepool", "ASB incidents reported to the Police", "Police ASB", "incidents", "count", "worse",
    "Police", 4348.0, 1246.0, Change(896.0, 350.0, 39.0625), None,
    chance=Chance(1.39, 1.1, 1.7, 0.0001, "clear increase", 2.0),
)  # fmt: skip
PERCENT = replace(
    COUNT, short="Opiate treatment completed", measured="percent", quarter_value=2.9,
    last_year=Change(3.3, None, -0.4), chance=None,
)  # fmt: skip
USUAL_CHANGE = Chance(0.46, 0.1, 1.3, 0.17, "no clear change", None)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (COUNT, "Police ASB rose by 350 (39%) on the same quarter last year, a clear increase"),
        (
            replace(COUNT, quarter_value=6.0, last_year=Change(13.0, -7.0, -53.8), chance=USUAL_CHANGE),
            "Police ASB fell by 7 on the same quarter last year, no clear change",
        ),
        (
            replace(COUNT, quarter_value=4.0, last_year=Change(0.0, 4.0, None), chance=None),
            "Police ASB rose by 4 on the same quarter last year",
        ),
        (
            replace(COUNT, quarter_value=896.0, last_year=Change(896.0, 0.0, 0.0)),
            "Police ASB: 896, the same as in the same quarter last year",
        ),
        (replace(COUNT, last_year=None), "Police ASB: 1,246; no figure for the same quarter last year"),
        (replace(COUNT, quarter_value=None), "Police ASB: not yet received"),
        (
            PERCENT,
            "Opiate treatment completed: 2.9%, 0.4 percentage points lower than in the same quarter last year",
        ),
        (
            replace(COUNT, measured="rate_per_1000", quarter_value=13.3, last_year=Change(9.6, 3.7, 38.5), chance=None),
            "Police ASB rose by 3.7 on the same quarter last year",
        ),
    ],
)
def test_messages(line: Line, said: str):
    assert write_message(line) == said
