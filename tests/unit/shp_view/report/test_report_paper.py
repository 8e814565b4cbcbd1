"""The paper of a report: which indicators have a row, and how it names those that nobody supplies."""

from __future__ import annotations

import csv
import datetime as dt
import io

import docx
import pytest
from helpers.stores import DESK, incidents, load
from pptx import Presentation
from python_calamine import CalamineWorkbook

from shp_data.analysis.report.report import build_report
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_quarter
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.documents.paper import Paper
from shp_view.report import report_files

DAY = dt.date(2021, 2, 1)
SENTENCE = (
    "Not supplied: ASB Unit complaints, Thirteen ASB cases, fly-tipping, deliberate secondary fires, deliberate "
    "vehicle fires, drug possession, drug supply, opiate treatment completed, non-opiate treatment completed, alcohol "
    "treatment completed, young people's treatment completed, young people known to services, alcohol: unmet need, "
    "opiates and crack: unmet need, domestic abuse, repeat domestic abuse, Harbour referrals, Harbour refuge referrals "
    "and Thirteen domestic abuse cases."
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Police ASB of the quarter, and noise complaints of the quarter before."""
    folder = tmp_path_factory.mktemp("police")
    load(folder / "S", incidents(folder / "asb.csv", {"2020-10": 3, "2020-11": 2, "2020-12": 4}))
    noise = folder / "noise.csv"
    noise.write_text("area,indicator,period,value\nHartlepool,noise_complaints,2020-21 Q2,41\n", encoding="utf-8")
    load(folder / "S", noise)
    return Reader(open_store(folder / "S"), DESK)


@pytest.fixture(scope="module")
def paper(reader: Reader) -> Paper:
    return report_files.assemble_paper(reader, build_report(reader, parse_quarter("2020-21-Q3"), "Hartlepool"))


def test_only_indicators_that_were_ever_supplied_have_a_row(paper: Paper) -> None:
    rows = [(row[0], row[4]) for chapter in paper.chapters for row in chapter.table.rows]
    assert rows == [
        ("ASB incidents reported to the Police", "9"),
        ("Rate of ASB per 1,000 population", "0.1"),  # 9 of some 93,000 residents
        ("Noise complaints received by the Council", "not yet received"),
    ]
    assert [chapter.heading for chapter in paper.chapters] == ["Anti-social behaviour"]


def test_those_never_supplied_are_listed_once(paper: Paper) -> None:
    texts = [sentence.text for sentence in paper.summary]
    texts += [sentence.text for part in paper.chapters[0].parts for sentence in part.sentences]
    assert paper.unsupplied == SENTENCE
    assert "Not yet received: noise complaints." in texts
    assert not any("Harbour" in text or "All figures" in text for text in texts)


def test_the_report_of_another_area_does_not_wait_for_what_only_this_one_has(reader: Reader) -> None:
    report = build_report(reader, parse_quarter("2020-21-Q3"), "Middlesbrough")
    assert [line.indicator for line in report.lines if line.is_supplied] == ["asb_police", "asb_police_rate"]


def test_every_document_has_the_sentence_once_and_the_csv_has_every_row(reader: Reader) -> None:
    report = build_report(reader, parse_quarter("2020-21-Q3"), "Hartlepool")
    files = {kind: report_files.build_file(kind, reader, report, DAY) for kind in ("docx", "pptx", "xlsx", "csv")}
    word = docx.Document(io.BytesIO(files["docx"]))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert [text.text for text in word.paragraphs].count(SENTENCE) == 1
    assert "not yet received" in cells and not any("(Harbour)" in cell for cell in cells)
    slides = Presentation(io.BytesIO(files["pptx"])).slides
    texts = [shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame]
    assert sum("Not supplied" in text for text in texts) == 1 and "Not supplied" in texts[-1] + texts[-2]
    book = CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"]))
    labels = {str(row[0]) for row in book.get_sheet_by_name("Indicators").to_python()}
    assert "Noise complaints received by the Council" in labels and not any("Harbour" in label for label in labels)
    notes = dict(row[:2] for row in book.get_sheet_by_name("Notes").to_python())
    assert notes["Not supplied"] == SENTENCE.removeprefix("Not supplied: ")
    plan = [i.id for group in partnership().vocabulary.list_by_priority().values() for i in group if not i.instead_of]
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode())))
    assert [row["indicator_id"] for row in rows if row["area"] == "Hartlepool"] == plan
