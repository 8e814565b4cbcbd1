"""Tables of counts: what they are, what they total, what can be loaded of them, and what is none."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from helpers.stores import load

from shp_data.__main__ import main
from shp_data.domain.partnership import partnership
from shp_data.intake.load import LoadOptions, ingest
from shp_data.intake.readers.chunks import RawChunk, build_table
from shp_data.intake.readers.files import CountsAnswer
from shp_data.intake.rows.count_tables import CountTable, find_count_table
from shp_data.store.version import open_store
from shp_view.views import loading
from shp_view.views.loading import Desk

TODAY = dt.date(2024, 12, 1)
COUNTS = "date,ward,indicator,count\n2024-04,Hart,asb_police,17\n2024-04,Seaton,asb_police,9\n"
WARD_FAULT = "its counts are by ward, and reported figures are by Local Policing Area"


def make_chunk(text: str) -> RawChunk:
    header, *lines = [line.strip().split(",") for line in text.strip().splitlines()]
    return RawChunk(build_table(header, list(enumerate(lines, 2))))


def look(text: str) -> CountTable | None:
    chunk = make_chunk(text)
    table = find_count_table(chunk, TODAY)
    return table and table.add_rows(chunk)


def describe(table: CountTable | None) -> tuple[object, ...] | None:
    return table and (table.by, table.rows, table.total, table.missing_columns, table.fault)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # by ward: 17 + 9 + 21
            "date,ward,indicator,count\n2024-04,Hart,asb_police,17\n2024-04,Seaton,asb_police,9\n"
            "2024-05,Hart,asb_police,21",
            ("row", 3, 47, ("indicator", "area"), WARD_FAULT),
        ),
        (  # the row of totals counts once: 7 + 5, and not 24
            "Month,Area,Crime type,Number of incidents\n2024-04,Hartlepool,asb_police,7\n"
            "2024-04,Stockton,asb_police,5\nTotal,,,12",
            ("row", 2, 12, ("indicator",), "what 'Crime type' names is counted from records"),
        ),
        (  # thousands, and a count that is withheld
            'Period,LPA,Indicator,Total incidents\n2024-25 Q1,Hartlepool,Noise complaints,1200\n'
            "2024-25 Q1,Redcar,Noise complaints,*\n2024-25 Q1,Middlesbrough,Noise complaints,5\n"
            "2024-25 Q1,Stockton,Noise complaints,5\n2024-25 Q2,Stockton,Noise complaints,3",
            ("row", 5, 1213, (), ""),
        ),
        (
            "Month,Number of complaints\nApr 2024,17\nMay 2024,9",
            ("row", 2, 26, ("indicator", "area"), ""),
        ),
        (
            "Month,LPA,Team,n\n2024-04,Hartlepool,A,3\n2024-04,Hartlepool,B,4",
            ("row", 2, 7, ("indicator",), "its rows also differ in 'Team'"),
        ),
        (
            "Year,LPA,Crimes\n2023,Hartlepool,30\n2024,Hartlepool,40",
            ("row", 2, 70, ("indicator",), "it has no column of months or quarters"),
        ),
        # months as columns: 17 + 9 + 5 + 6; neither the column nor the row of totals counts again
        (
            "Area,Apr-24,May-24,Total\nHartlepool,17,9,26\nStockton,5,6,11\nCleveland,22,15,37",
            ("period", 2, 37, ("indicator",), ""),
        ),
        ("Indicator,2024-04,2024-05\nNoise complaints,17,9\nFly-tipping,2,0", ("period", 2, 28, ("area",), "")),
        ("Indicator,2024-25 Q1,2024-25 Q2\nOpiate treatment completed,25.7,26.1", ("period", 1, None, ("area",), "")),
        ("Ward,April,May\nHart,17,9\nSeaton,2,0", ("period", 2, 28, ("indicator", "area"), WARD_FAULT)),
        (
            "LPA,2023,2024\nHartlepool,17,9",
            (
                "period", 1, 26, ("indicator",),
                "the headers of its counts must be quarters, or months with a year, such as Apr 2024",
            ),
        ),
        # months as rows: 17 + 9 + 21 + 3
        ("Month,Hartlepool,Middlesbrough\n2024-04,17,9\n2024-05,21,3", ("area", 2, 50, ("indicator",), "")),
        ("Month,Hart,Seaton\n2024-04,17,9\n2024-05,21,3", ("area", 2, 50, ("indicator",), WARD_FAULT)),
        # indicators as columns
        ("Month,Fly-tipping,Noise complaints\n2024-04,17,9\n2024-05,2,3", ("indicator", 2, 31, ("area",), "")),
        (
            "Month,Police ASB,Burglary\n2024-04,17,9\n2024-05,2,3",
            ("indicator", 2, 31, ("area",), "some of its indicators are counted from records"),
        ),
    ],
)  # fmt: skip
def test_a_table_of_counts_is_recognised_with_its_total(text: str, expected: tuple[object, ...]) -> None:
    assert describe(look(text)) == expected


ROWS_OF_DAYS = "".join(f"2024-04-{day:02d},asb_police,Hart,{day}\n" for day in range(1, 13))


@pytest.mark.parametrize(
    "text",
    [
        "date,indicator,ward,number of casualties\n2024-04,asb_police,Hart,2\n2024-05,asb_police,Hart,3",
        "date,indicator,ward,house number\n2024-04,asb_police,Hart,14\n2024-05,asb_police,Hart,3",
        "date,indicator,ward,appliances attending,pump count\n2024-04,asb_police,Hart,2,2\n2024-05,asb_police,Hart,3,3",
        "date,indicator,ward,NumCalls\n2024-04,asb_police,Hart,4\n2024-05,asb_police,Hart,3",
        "date,indicator,street,number\n2024-04,asb_police,High Street,14\n2024-05,asb_police,Low Street,3",
        "date,indicator,incident number\n2024-04,asb_police,1041\n2024-05,asb_police,1077",
        "case number,date,indicator,count\nA1,2024-04-05,asb_police,3\nA2,2024-04-06,asb_police,2",
        "date,indicator,count\n2024-04-05 13:20,asb_police,3\n2024-04-06 09:10,asb_police,2",
        "date,indicator,time,count\n2024-04-05,asb_police,13:20,3\n2024-04-06,asb_police,09:10,2",
        "date,indicator,count\n2024-04-05,asb_police,1\n2024-04-06,asb_police,1\n2024-04-06,asb_police,1",
        "date,indicator,count\n2024-04-05,asb_police,\n2024-04-06,asb_police,",
        f"date,indicator,ward,no\n{ROWS_OF_DAYS}",
        f"date,indicator,ward,count\n{ROWS_OF_DAYS}",  # the number of the row
        # two rows that are alike in all but the number cannot be two counts
        "date,indicator,ward,total\n2024-04,asb_police,Hart,2\n2024-04,asb_police,Hart,3",
        "date,indicator,Hartlepool,Middlesbrough\n2024-04-05,asb_police,1,0\n2024-04-06,asb_police,0,1",
        "date,indicator,ward,frequency\n2024-04,asb_police,Hart,daily\n2024-05,asb_police,Hart,weekly",
        "Crime ID,Month,Reported by,Falls within,Crime type,count\na,2024-04,X,X,Drugs,7\nb,2024-04,X,X,Drugs,9",
    ],
)
def test_a_column_of_small_numbers_makes_no_table_of_counts(text: str) -> None:
    assert look(text) is None


def test_no_count_is_loaded_as_incidents_and_the_error_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(COUNTS)
    arguments = ["ingest", str(path), "--store", str(tmp_path / "S")]
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: counts.csv: is a table of counts: 2 rows with 26 incidents. ")
    assert "by ward" in error
    assert "--rows-are-incidents" in error
    assert main([*arguments, "--rows-are-incidents"]) == 0
    assert "2 read = 2 accepted" in capsys.readouterr().out


def test_a_wide_table_is_loaded_as_reported_figures_after_one_answer(tmp_path: Path) -> None:
    path = tmp_path / "noise.csv"
    path.write_text("Noise complaints\n\nArea,Apr-24,May-24\nHartlepool,17,9\nStockton,5,six\nLeeds,1,2\nRedcar,3,\n")
    desk = Desk(tmp_path / "S")
    (preview,) = desk.preview_files([path], None)
    assert (preview.needs_answer, preview.needs_mapping, preview.is_loadable) == (True, False, False)
    assert loading.describe_readiness([preview]) == "1 file needs an answer."
    (label, indicators), *others = loading.list_figure_options(preview).values()
    assert (label, others) == ("Indicator", [])
    assert indicators["noise_complaints"] == "Noise complaints received by the Council"
    desk.answer_counts(preview, CountsAnswer(indicator="noise_complaints"))
    (confirmed,) = desk.preview_files([path], None)
    assert loading.describe_figures(confirmed) == (
        "noise.csv: reported figures, 4 figures to load, 2 rows to be rejected and 1 figure awaited."
    )
    desk.load([path], None, add=False, progress=lambda *_: None)
    reported = open_store(tmp_path / "S").manifest.list_reported()
    assert {(key.area, key.period): figure.value for key, figure in reported.items()} == {
        ("Hartlepool", "2024-04"): 17,
        ("Hartlepool", "2024-05"): 9,
        ("Stockton-on-Tees", "2024-04"): 5,
        ("Redcar & Cleveland", "2024-04"): 3,
    }
    assert {key.indicator for key in reported} == {"noise_complaints"}
    assert desk.last is not None
    rejected = (tmp_path / "S" / desk.last.rejected_file).read_text(encoding="utf-8-sig")
    assert "row 5, column C (May-24): 'six' is not a number" in rejected
    assert "row 6, column A (Area): 'Leeds' is not an area" in rejected


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Month,Hartlepool,Redcar\n2024-04,17,9\n2024-05,21,3\n", CountsAnswer(indicator="fly_tipping")),
        ("Month,Indicator,Count\n2024-04,Fly-tipping,17\n2024-05,Fly-tipping,21\n", CountsAnswer(area="Hartlepool")),
        ("Month,LPA,n\n2024-04,Hartlepool,17\n2024-05,Hartlepool,21\n", CountsAnswer(indicator="fly_tipping")),
    ],
)
def test_tables_of_other_forms_are_loaded_as_reported_figures(tmp_path: Path, text: str, answer: CountsAnswer) -> None:
    (tmp_path / "a.csv").write_text(text)
    desk = Desk(tmp_path / "S")
    desk.answer_counts(desk.preview_files([tmp_path / "a.csv"], None)[0], answer)
    desk.load([tmp_path / "a.csv"], None, add=False, progress=lambda *_: None)
    reported = open_store(tmp_path / "S").manifest.list_reported()
    values = {key.period: figure.value for key, figure in reported.items() if key.area == "Hartlepool"}
    assert values == {"2024-04": 17, "2024-05": 21}
    assert {key.indicator for key in reported} == {"fly_tipping"}


def test_on_the_page_each_row_can_be_one_incident(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "date,ward,indicator,count\n2024-04-05,Hart,asb_police,17\n2024-04-06,Hart,asb_police,9\n"
    )
    desk = Desk(tmp_path / "S")
    (preview,) = desk.preview_files([tmp_path / "a.csv"], None)
    assert "2 rows with 26 incidents" in loading.explain_counts(preview)
    desk.answer_counts(preview, CountsAnswer(is_records=True))
    (confirmed,) = desk.preview_files([tmp_path / "a.csv"], None)
    assert confirmed.is_loadable
    desk.load([tmp_path / "a.csv"], "ASB team", add=False, progress=lambda *_: None)
    assert desk.last is not None
    assert desk.last.tally.accepted == 2


def test_a_table_of_counts_stops_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "date,ward,indicator,count\n2024-04,Hart,asb_police,17\n2024-05,Hart,asb_police,9\n"
    )
    (tmp_path / "b.csv").write_text("date,ward,indicator\n2024-04-05,Hart,asb_police\n")
    result = ingest([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "S", LoadOptions())
    assert [(file.status, file.tally.accepted) for file in result.files] == [("failed", 0), ("loaded", 1)]


def test_the_sample_is_no_table_of_counts(tmp_path: Path) -> None:
    paths = sorted((Path(__file__).parents[5] / "sample_data").glob("*.parquet"))
    assert paths
    result = load(tmp_path / "S", *paths)
    assert {file.status for file in result.files} == {"loaded"}
    assert partnership().vocabulary.list_incident_indicators()


def test_many_rows_are_counted_by_columns_and_not_row_by_row() -> None:
    rows = 200_000
    counts = pa.array([str(2 + number % 5) for number in range(rows)])
    dates = pa.array(["2024-04"] * rows)
    table = pa.table({"date": dates, "count": counts, "row": pa.array(range(rows), pa.int64())})
    counts_table = find_count_table(RawChunk(table), TODAY)
    assert counts_table is not None
    assert counts_table.add_rows(RawChunk(table)).total == rows * 4
