"""No verdict, range or signal rests on a month in question: on no page, in no table, report line or document."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from helpers.doubtful import ASB, HARTLEPOOL, LAST, MIDDLESBROUGH, USUAL, decide, load_stub
from helpers.said import everything_said

from shp_data.analysis import comparison, headlines, hotspots, loaded, profile, seasons, trends
from shp_data.analysis.context import find_coverage, find_doubts
from shp_data.analysis.measures import count_by_field
from shp_data.analysis.places.cells import find_clusters
from shp_data.analysis.places.repeats import find_repeat_locations
from shp_data.analysis.report.report import build_report
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period, parse_quarter
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.reading import Reader
from shp_view.report.report_files import FORMATS
from shp_view.tables import tables
from shp_view.text import report_sentences, sentences
from shp_view.text.coverage_words import explain_coverage
from shp_view.views import report_views, views

QUARTER = parse_quarter("2023-24-Q4")
MONTH = Period(LAST, LAST)
LOOKS = "March 2024 looks incomplete: 3 records, about 60 expected (Police ASB, Hartlepool)."
# "Clear increase", "a clear decrease", "no clear change", "more than chance", "expected from chance" and the like.
VERDICT = re.compile(
    r"\b(clear|possible) (increase|decrease|change)|chance|expected range|in a run of|\b(rose|fell) by", re.I
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader(load_stub(tmp_path_factory.mktemp("stub")), Viewer())


def select(period: Period = QUARTER, areas: tuple[str, ...] = HARTLEPOOL) -> Selection:
    return partnership().select(ASB, period, areas)


@pytest.mark.parametrize("period", [QUARTER, MONTH, QUARTER.shift(12)])
@pytest.mark.parametrize("areas", [HARTLEPOOL, (), partnership().areas.everywhere])
def test_a_card_has_its_count_and_no_verdict(reader: Reader, period: Period, areas: tuple[str, ...]) -> None:
    card = headlines.build_card(reader, select(period, areas))
    assert card.table["verdict"].isna().all() and card.table["p_value"].isna().all()
    title, text = sentences.build_change_title(card, select(period, areas)), sentences.describe_card(card, select())
    assert not VERDICT.search(title) and not VERDICT.search(text)
    if period.first <= LAST <= period.last:
        assert LOOKS in text and title.endswith("a month is in question")
        assert not card.table["count"].isna().any()
        assert sentences.format_card_facts(card).startswith("Change not assessed")


def test_another_area_keeps_its_verdict(reader: Reader) -> None:
    card = headlines.build_card(reader, select(areas=MIDDLESBROUGH))
    assert card.table["verdict"].tolist() == ["no clear change"] and card.doubts == ()
    assert sentences.explain_doubts(reader, select(areas=MIDDLESBROUGH)) == ""


def test_every_page_of_the_selection_says_it(reader: Reader) -> None:
    text = sentences.explain_doubts(reader, select())
    assert text == f"{LOOKS} {sentences.IN_QUESTION} Check it on the Data page."
    assert "Data page" not in sentences.explain_doubts(replace(reader, viewer=Viewer("partner")), select())


def test_whoever_may_not_see_a_month_sees_no_number_of_it(reader: Reader) -> None:
    """The file is of a supplier whose data is not open, and a partner sees whole quarters only."""
    (doubt,) = find_doubts(replace(reader, viewer=Viewer("partner")), select(), QUARTER)
    assert explain_coverage(doubt) == "March 2024 looks incomplete (Police ASB, Hartlepool)."


def test_the_areas_compared(reader: Reader) -> None:
    table = comparison.compare_lpas(reader, select()).table.set_index("lpa")
    assert table.loc["Hartlepool", ["verdict", "rank_low", "rank_high", "funnel", "rate_low"]].isna().all()
    assert table.loc["Hartlepool", "count"] == 60 + 60 + 3
    assert table.loc["Middlesbrough", ["verdict", "rank_low", "funnel"]].notna().all()


@pytest.mark.parametrize("against", [None, QUARTER.previous])
def test_wards_have_the_state_of_their_area(reader: Reader, against: Period | None) -> None:
    table = hotspots.compare_wards(reader, select(areas=()), against).table
    assert table.loc[table["lpa"] == "Hartlepool", "verdict"].isna().all()
    assert table.loc[table["lpa"] == "Middlesbrough", "verdict"].notna().all()
    ranked = comparison.compare_wards(reader, select(areas=())).table
    assert ranked.loc[ranked["lpa"] == "Hartlepool", "rank_low"].isna().all()
    assert ranked.loc[ranked["lpa"] == "Middlesbrough", "rank_low"].notna().any()


def test_a_period_is_also_doubtful_for_the_other_one_that_it_is_compared_with(reader: Reader) -> None:
    table = hotspots.compare_wards(reader, select(QUARTER.previous), against=QUARTER).table
    assert table["verdict"].isna().all()


def test_a_ward_profile_has_no_verdict_and_no_rank(reader: Reader) -> None:
    ward = next(w.code for w in partnership().areas.list_wards("2025", "Hartlepool"))
    figure = profile.build_profile(reader, select().select_ward(ward, "2025"))
    assert figure.table["verdict"].isna().all() and figure.table["rank_low"].isna().all()


def test_the_trend_has_no_range_or_signal_of_the_month_and_keeps_those_of_the_others(reader: Reader) -> None:
    figure = trends.count_by_month(reader, select(areas=HARTLEPOOL))
    table = figure.table.set_index("month")
    assert table.loc["2024-03", "count"] == 3
    assert table.loc["2024-03", ["expected_count", "lower", "upper", "signal", "shift"]].isna().all()
    assert table["signal"].isna().all()
    # What is expected of the months after it is what it would be without it.
    ranged = table.drop("2024-03").dropna(subset=["upper"])
    assert "2024-04" in ranged.index and ranged["expected_count"].between(58, 62).all()
    season = seasons.compare_with_earlier_years(reader, select(areas=HARTLEPOOL)).table.set_index("month")
    assert season.loc["2024-03", ["expected_count", "lower", "upper", "signal", "shift"]].isna().all()
    assert LOOKS in [explain_coverage(note) for note in figure.doubts]
    assert sentences.describe_signals(figure) == ""
    limits = trends.chart_control_limits(reader, select(areas=HARTLEPOOL)).table.set_index("month")
    assert limits.loc["2024-03", ["mean", "lower", "upper", "signal"]].isna().all()
    assert set(limits.drop("2024-03")["mean"]) == {60.0} and limits["signal"].isna().all()


def test_the_variation_of_the_months_is_that_of_the_others(reader: Reader) -> None:
    """A quarter whose comparison does not have the month, and whose months vary no more than by chance."""
    card = headlines.build_card(reader, select(parse_quarter("2023-24-Q3")))
    assert card.table["dispersion"].tolist() == [1.0] and card.table["verdict"].tolist() == ["no clear change"]


def test_an_earlier_year_is_no_part_of_a_season_s_range(tmp_path: Path) -> None:
    store = load_stub(tmp_path)
    figure = seasons.compare_with_earlier_years(Reader(store, Viewer()), select(QUARTER.shift(12)))
    march = figure.table.set_index("month").loc["2025-03"]
    assert (march["lowest"], march["years_before"]) == (60, 2) and march["last_year"] == 3


def test_hexagons_are_not_tested_and_locations_not_compared(reader: Reader) -> None:
    clusters = find_clusters(reader, select()).table
    assert clusters["cluster"].isna().all() and clusters["count"].sum() == 123
    later = find_repeat_locations(reader, select(QUARTER)).table
    assert later["count"].tolist() == [123] and later["state"].tolist() == ["continuing"]
    figure = find_repeat_locations(reader, select(Period(LAST.shift(-1), LAST.shift(-1))))
    assert figure.table["state"].tolist() == ["continuing"]


def test_the_report_and_its_documents(reader: Reader) -> None:
    report = build_report(reader, QUARTER, "Hartlepool")
    line = report.find_line("asb_police")
    assert (
        line is not None
        and line.chance is None
        and line.quarter_value == 123
        and LOOKS in map(explain_coverage, line.doubts)
    )
    assert line.last_year and not line.last_year.is_certain
    assert report_sentences.write_message(line) == "Police ASB: 123; the change is not assessed"
    texts = [text.text for text in report_sentences.describe_line(report, line)]
    assert any(LOOKS in text for text in texts) and not any(VERDICT.search(text) for text in texts)
    assert any(LOOKS in message.text for message in report_sentences.list_key_messages(report))
    of_the_month = [said.text for said in everything_said(report) if "Hartlepool" in said.text]
    assert not any(re.search(r"clear (increase|decrease)|(fell|rose) by|fewer", text) for text in of_the_month)
    compared = report.find_comparison("asb_police")
    assert compared and {area.area: area.rank for area in compared.areas}["Hartlepool"] is None
    wards = report.find_wards("asb_police")
    assert wards and {ward.verdict for ward in wards.wards} == {None}


def test_the_text_of_the_word_document(reader: Reader) -> None:
    assert "docx" in FORMATS
    ask = lambda function, *arguments: function(reader, *arguments)  # noqa: E731
    fetched = report_views.fetch_report(select(), ask)
    document = docx.Document(io.BytesIO(report_views.build_report_file("docx", reader, fetched, "")))
    texts = [paragraph.text for paragraph in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any(LOOKS in text for text in texts)
    about = [text for text in texts if re.search(r"Hartlepool|police asb", text, re.I)]
    assert about and not any(re.search(r"clear (increase|decrease)|(fell|rose) by", text, re.I) for text in about)


def test_a_table_prints_no_verdict(reader: Reader) -> None:
    figure = headlines.compare_indicators(reader, select())
    body = tables.to_html(figure, ("name", "count", "verdict"), [], QUARTER).split("<tbody>")[1]
    assert "<td>–</td>" in body and not VERDICT.search(body)
    assert LOOKS in [explain_coverage(note) for note in figure.doubts]


def test_a_confirmed_month_has_its_verdict_and_one_left_out_has_no_figure(tmp_path: Path) -> None:
    store = load_stub(tmp_path)
    (month,) = store.completeness.list_doubtful()
    confirmed = Reader(decide(store, month, is_complete=True), Viewer())
    card = headlines.build_card(confirmed, select())
    assert card.table["verdict"].tolist() == ["clear decrease"] and card.doubts == ()
    left_out = Reader(decide(store, month, is_complete=False), Viewer())
    card = headlines.build_card(left_out, select())
    assert card.table["count"].isna().all() and card.table["verdict"].isna().all()
    text = "March 2024 is left out of Police ASB, by the decision of an analyst."
    assert sentences.describe_card(card, select()).endswith(text)
    assert explain_coverage(find_coverage(left_out, select())) == text == sentences.explain_gaps(left_out, select())[0]
    table = count_by_field(left_out, partnership().select(ASB, MONTH), ["lpa", "month"])
    assert sorted(table["lpa"]) == [name for name in sorted(partnership().areas.lpa_names) if name != "Hartlepool"]
    assert trends.count_by_month(left_out, select()).table["count"].isna().tolist()[-1]
    report = build_report(left_out, QUARTER, "Hartlepool")
    line = report.find_line("asb_police")
    assert line is not None and line.quarter_value is None
    assert build_report(left_out, QUARTER, "Middlesbrough").find_line("asb_police").quarter_value == 120


def test_the_months_loaded_are_marked(reader: Reader) -> None:
    table = loaded.count_by_month(reader).table.set_index("month")
    assert table.loc["2024-03", "state"] == loaded.IN_QUESTION and table.loc["2024-02", "state"] == loaded.LOADED
    assert [explain_coverage(doubt) for doubt in loaded.list_doubts(reader, reader.store.manifest.loads[-1])] == [LOOKS]
    (month,) = reader.store.completeness.list_doubtful()
    assert month.counted.records == 3 and sum(USUAL.values()) == 100


@pytest.mark.parametrize(
    ("page", "choices", "text"),
    [
        ("hotspots", {"layer": "Hotspots"}, "Hotspots of police ASB incidents: a month is in question"),
        ("hotspots", {"measure": "Clear change?"}, "no comparison with the same quarter last year"),
        ("comparison", {"view": "Change", "places": "Wards of the area"}, "no comparison with the same quarter"),
        ("trends", {}, LOOKS),
        ("trends", {"view": "Seasons"}, LOOKS),
        (
            "trends",
            {"view": "Rolling 12 months"},
            "In the 12 months to March 2024 there were 663 police ASB incidents.",
        ),
        ("headlines", {}, LOOKS),
        ("report", {}, LOOKS),
    ],
)
def test_no_view_of_the_area_says_that_it_changed(
    reader: Reader, page: str, choices: dict[str, str], text: str
) -> None:
    words = {"what": "Police ASB", "area": "Hartlepool", "period": QUARTER.label}
    view = views.build_view(page, words | choices, lambda function, *rest: function(reader, *rest)).view
    texts = " ".join((view.title, *view.sentences, view.alt))
    assert text in texts
    # The words that explain a kind of view, and name what it would show, are no verdict.
    found = re.sub(
        r"The point is the change.*no clear change\.|Not tested for a clear change|Clear change\?", "", texts
    )
    assert not VERDICT.search(found.replace("No month of the period is outside the expected range", ""))
    assert not re.search(r"March 2024 was|(fewer|more) (\(|than)", found)
