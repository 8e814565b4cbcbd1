"""Reported figures on the way in: what is understood, what is refused and in what words, what replaces what."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from helpers.figures_files import COUNT, HEADER, LEVEL, PERCENT, figures_csv, figures_xlsx, reasons, values
from helpers.stores import by_month, incidents, load, opened, tally

from shp_data.domain.partnership import partnership
from shp_data.domain.reported import FigureKey
from shp_data.intake.reported import figures
from shp_data.intake.reported.figures import CellError, read_number, read_period
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.writing import undo_load

TODAY = dt.date(2021, 1, 15)
WORDS = partnership().vocabulary


def one(tmp_path: Path, **changed: str) -> tuple[dict[FigureKey, tuple[float, float | None]], str]:
    """What becomes of one row beside a good one: the figure, and the reason if it is rejected."""
    row = dict(zip(HEADER, COUNT, strict=True)) | changed
    made = load(tmp_path / "S", figures_csv(tmp_path / "a.csv", list(row.values()), LEVEL))
    found = {key: numbers for key, numbers in values(made).items() if key.indicator != LEVEL[1]}
    return found, reasons(made, tmp_path / "S")[0] if made.rejected_file else ""


# --- what is a file of reported figures, and what is none


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        ("AREA", "Indicator", " period ", "VALUE", "Year_to date"),
        ("Area", "Indicator", "Period", "Value", "Year to date as supplied"),
        ("Area", "Indicator", "Period", "Value", "Remarks"),
    ],
)
def test_it_is_known_by_its_header(tmp_path: Path, header: tuple[str, ...]) -> None:
    made = load(tmp_path / "S", figures_csv(tmp_path / "a.csv", COUNT, header=header))
    to_date = None if header[-1] == "Remarks" else 441.0
    assert values(made) == {FigureKey("noise_complaints", "Hartlepool", "2020-21-Q3"): (87.0, to_date)}
    assert made.cells == {}
    assert made.files[0].message == "reported figures"


def test_the_order_of_the_columns_is_free_and_title_rows_may_stand_above(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Figures of the quarter\n\nValue,Unit,Period,Indicator,Area\n87,complaints,2020-21 Q3,Noise complaints,"
    )
    path.write_text(path.read_text() + "E06000001\n")
    assert values(load(tmp_path / "S", path)) == {
        FigureKey("noise_complaints", "Hartlepool", "2020-21-Q3"): (87.0, None)
    }


def test_parquet_is_read_too(tmp_path: Path) -> None:
    table = pa.table(
        {"area": ["Redcar and Cleveland"], "indicator": ["fly_tipping"], "period": ["2020-21-Q3"], "value": [614]}
    )
    pq.write_table(table, tmp_path / "a.parquet")
    made = load(tmp_path / "S", tmp_path / "a.parquet")
    assert list(values(made)) == [FigureKey("fly_tipping", "Redcar & Cleveland", "2020-21-Q3")]


def test_an_incident_file_with_the_same_words_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("date,indicator,area,period,value\n2020-10-05,asb_police,Hartlepool,2020-21-Q3,87\n")
    made = load(tmp_path / "S", path)
    assert (made.figures, sum(made.cells.values())) == ((), 1)


def test_two_of_the_words_in_a_title_do_not_hide_the_header_of_incidents(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Area,Hartlepool,Period,2020\ndate,indicator,x,y\n2020-10-05,asb_police,,\n")
    assert sum(load(tmp_path / "S", path).cells.values()) == 1


@pytest.mark.parametrize("lacks", range(4))
def test_a_column_that_is_missing_is_named(tmp_path: Path, lacks: int) -> None:
    header, row = list(HEADER), list(COUNT)
    name = header.pop(lacks)
    row.pop(lacks)
    (file,) = load(tmp_path / "S", figures_csv(tmp_path / "a.csv", row, header=header)).files
    assert file.status == "failed"
    assert f"has no column {name.capitalize()};" in file.message
    assert StoreLayout(tmp_path / "S").read_version() is None


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    twice = load(tmp_path / "S", figures_csv(tmp_path / "a.csv", [*COUNT, "9"], header=[*HEADER, "Value"]))
    both = load(
        tmp_path / "S", figures_csv(tmp_path / "b.csv", [*COUNT, "9"], header=[*HEADER, "Year to date as supplied"])
    )
    assert "the column is ambiguous" in twice.files[0].message
    assert "year_to_date and Year to date as supplied could both be" in both.files[0].message


# --- what cells mean


@pytest.mark.parametrize("name", ["hartlepool", "HARTLEPOOL", "E06000001", " Hartlepool\xa0"])
def test_areas_in_any_usual_spelling(tmp_path: Path, name: str) -> None:
    assert {key.area for key in one(tmp_path, area=name)[0]} == {"Hartlepool"}


@pytest.mark.parametrize("name", ["noise_complaints", "Noise complaints received by the council", "noise complaints"])
def test_indicators_by_id_label_or_short_name(tmp_path: Path, name: str) -> None:
    assert {key.indicator for key in one(tmp_path, indicator=name)[0]} == {"noise_complaints"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2020-10", "2020-10"),
        ("Oct 2020", "2020-10"),
        ("october 2020", "2020-10"),
        ("Oct-20", "2020-10"),  # how Excel shows 2020-10, once it was typed
        ("2020-10-01", "2020-10"),
        ("2020-10-01 00:00", "2020-10"),
        ("01/10/2020", "2020-10"),
        ("2020-21-Q3", "2020-21-Q3"),
        ("2020-21 q3", "2020-21-Q3"),
        ("2011-12", "2011-12"),  # a month: a financial year is none of the two
    ],
)
def test_periods(text: str, name: str) -> None:
    assert read_period(text, TODAY) == name


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no period"),
        ("2020-10-15", "not recognised"),
        ("02/10/2020", "not recognised"),
        ("2020-21", "not recognised"),
        ("2020-22-Q3", "not recognised"),
        ("2020-21-Q5", "not recognised"),
        ("2020-13", "not recognised"),
        ("2020-10 to 2020-11", "not recognised"),
        ("0000-01-01", "not recognised"),
        ("44105", "not recognised"),
        ("Q3", "not recognised"),
        ("2021-02", "is in the future"),
        ("2021-22-Q1", "is in the future"),
        ("1960-61-Q1", "is before 1970"),
    ],
)
def test_periods_that_are_refused(text: str, fault: str) -> None:
    with pytest.raises(CellError, match=fault) as error:
        read_period(text, TODAY)
    assert error.value.column == "period"
    assert text[:40] in str(error.value)


@pytest.mark.parametrize(
    ("text", "indicator", "number"),
    [
        ("90", "noise_complaints", 90),
        ("1,234", "noise_complaints", 1234),
        (" 1,234,567.0 ", "noise_complaints", 1234567),
        ("0", "noise_complaints", 0),
        ("43", "young_people_known", 43),
        ("25.7", "treatment_opiate", 25.7),
        ("25.7%", "treatment_opiate", 25.7),
        ("25.7 %", "treatment_opiate", 25.7),
        ("0.5%", "treatment_opiate", 0.5),
        ("0", "treatment_opiate", 0),
        ("1", "treatment_opiate", 1),
        ("100", "treatment_opiate", 100),
    ],
)
def test_numbers(text: str, indicator: str, number: float) -> None:
    assert read_number(text, WORDS.find_indicator(indicator), "value") == number


@pytest.mark.parametrize(
    ("text", "indicator", "fault"),
    [
        ("abc", "noise_complaints", "'abc' is not a number; write the count, such as 90"),
        ("n/a", "young_people_known", "'n/a' is not a number; write the whole number, such as 43"),
        ("#N/A", "treatment_opiate", "is not a number; write the percentage, such as 25.7"),
        ("1,23", "noise_complaints", "is not a number"),
        ("1.234,5", "noise_complaints", "is not a number"),
        ("1e3", "noise_complaints", "is not a number"),
        ("inf", "noise_complaints", "is not a number"),
        ("-3", "noise_complaints", "is below zero"),
        ("-3", "treatment_opiate", "is below zero"),
        ("90.5", "noise_complaints", "is not a whole number"),
        ("43.5", "young_people_known", "is not a whole number"),
        ("9" * 30, "noise_complaints", "is more than 1,000,000,000"),
        ("90%", "noise_complaints", "is a percentage, but Noise complaints is not"),
        ("0.257", "treatment_opiate", "'0.257' looks like a fraction; write 25.7, or 0.257% as text"),
        ("100.1", "treatment_opiate", "is more than 100 %"),
    ],
)
def test_numbers_that_are_refused(text: str, indicator: str, fault: str) -> None:
    with pytest.raises(CellError) as error:
        read_number(text, WORDS.find_indicator(indicator), "value")
    assert fault in str(error.value)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"area": "Leeds"}, "row 2, column A (area): 'Leeds' is not an area; write one of Hartlepool,"),
        ({"area": "(unplaced)"}, "column A (area): '(unplaced)' is not an area"),
        ({"area": ""}, "column A (area): no area"),
        ({"indicator": "Dragons"}, "column B (indicator): 'Dragons' is not an indicator"),
        ({"indicator": ""}, "column B (indicator): no indicator"),
        ({"indicator": "Police ASB"}, "column B (indicator): 'Police ASB' is counted from records"),
        ({"indicator": "domestic_abuse_rate"}, "column B (indicator): 'domestic_abuse_rate' is calculated"),
        ({"period": "soon"}, "column C (period): 'soon' is not recognised"),
        ({"value": "abc"}, "row 2, column D (value): 'abc' is not a number; write the count, such as 90"),
        ({"value": ""}, "column D (value): no value, but there is a year to date"),
        ({"year_to_date": "x"}, "column E (year_to_date): 'x' is not a number"),
        ({"year_to_date": "86"}, "column E (year_to_date): '86' is less than the period's value '87'"),
        ({"indicator": LEVEL[1], "year_to_date": "4.5"}, "column E (year_to_date): '4.5' is not a whole number"),
    ],
)
def test_a_bad_row_is_rejected_with_its_place_and_the_others_load(
    tmp_path: Path, changed: dict[str, str], reason: str
) -> None:
    found, told = one(tmp_path, **changed)
    assert found == {}
    assert reason in told
    assert opened(tmp_path / "S").list_reported().keys() == {FigureKey(LEVEL[1], "Hartlepool", "2020-21-Q3")}


def test_the_year_to_date_of_a_percentage_may_be_less_than_its_value(tmp_path: Path) -> None:
    found, _ = one(tmp_path, indicator=PERCENT[1], value="25.7", year_to_date="20")
    assert list(found.values()) == [(25.7, 20.0)]


# --- what becomes of rows


def test_what_is_not_in_yet_is_neither_read_nor_rejected(tmp_path: Path) -> None:
    waiting = ("Hartlepool", "fly_tipping", "2020-21-Q3", " ", "")
    made = load(tmp_path / "S", figures_csv(tmp_path / "a.csv", COUNT, waiting, waiting))
    assert tally(made) == (1, 1, 0, 0)
    assert made.files[0].message == "reported figures; 2 figures awaited"
    none = load(tmp_path / "S", figures_csv(tmp_path / "b.csv", waiting))
    assert none.files[0].status == "failed"
    assert none.files[0].message.startswith("b.csv: contains no figures yet. Fill in the Value column")


def test_a_file_whose_every_row_is_bad_has_failed(tmp_path: Path) -> None:
    made = load(tmp_path / "S", figures_csv(tmp_path / "a.csv", [*COUNT[:3], "abc", ""]))
    assert (made.files[0].status, tally(made)) == ("failed", (1, 0, 0, 1))
    assert StoreLayout(tmp_path / "S").read_version() is None
    assert (tmp_path / "S" / made.rejected_file).exists()


def test_the_same_figure_again_is_a_duplicate_and_another_a_conflict(tmp_path: Path) -> None:
    other = [*COUNT[:3], "88", "441"]
    first = figures_csv(tmp_path / "1.csv", COUNT, COUNT, other, [*COUNT[:3], "87", ""])
    second = figures_csv(tmp_path / "2.csv", other, PERCENT, COUNT)
    made = load(tmp_path / "S", first, second)
    assert [(f.tally.accepted, f.tally.duplicates, f.tally.rejected) for f in made.files] == [(1, 1, 2), (1, 1, 1)]
    assert values(made)[FigureKey("noise_complaints", "Hartlepool", "2020-21-Q3")] == (87, 441)
    told = reasons(made, tmp_path / "S")
    assert told[0].startswith(
        "row 4: '88 and 441 for the year to date', but row 2 has '87 and 441 for the year to date'"
    )
    assert told[1].startswith("row 5: '87', but row 2 has")
    assert "but 1.csv, row 2 has" in told[2]


def test_rows_of_a_file_that_is_broken_further_down_leave_nothing(tmp_path: Path) -> None:
    path = figures_csv(tmp_path / "a.csv", COUNT)
    path.write_text(path.read_text() + '"never closed\n' * 1)
    made = load(tmp_path / "S", path, figures_csv(tmp_path / "b.csv", LEVEL))
    assert [file.status for file in made.files] == ["failed", "loaded"]
    assert [figure.indicator for figure in made.figures] == [LEVEL[1]]


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MAX_FIGURES", 2)
    path = figures_csv(tmp_path / "a.csv", COUNT, PERCENT, LEVEL)
    assert "more than 2 rows of reported figures" in load(tmp_path / "S", path).files[0].message


def test_every_row_is_accounted_for_by_file_and_indicator(tmp_path: Path) -> None:
    rows = [COUNT, COUNT, [*PERCENT[:3], "0.5", ""], ["?", "Dragons", "", "1", ""], LEVEL, [*LEVEL[:3], "", ""]]
    made = load(tmp_path / "S", figures_csv(tmp_path / "a.csv", *rows))
    (file,) = made.files
    assert tally(made) == (5, 2, 1, 2)
    assert sum(found.read for found in file.by_indicator.values()) == file.tally.read == 5
    assert file.by_indicator["(unknown)"].rejected == 1
    assert file.by_indicator["noise_complaints"].duplicates == 1


# --- the store


def test_a_later_figure_takes_the_place_of_an_earlier_also_when_added(tmp_path: Path) -> None:
    root, key = tmp_path / "S", FigureKey("noise_complaints", "Hartlepool", "2020-21-Q3")
    load(root, figures_csv(tmp_path / "1.csv", COUNT, LEVEL))
    for append in (False, True):
        revised = figures_csv(tmp_path / f"{append}.csv", [*COUNT[:3], "90" if append else "89", ""])
        assert load(root, revised, append=append).replaced == 1
    assert opened(root).list_reported()[key].value == 90
    assert len(opened(root).list_reported()) == 2


def test_the_same_bytes_are_loaded_once_and_again_when_they_were_superseded(tmp_path: Path) -> None:
    root, first = tmp_path / "S", figures_csv(tmp_path / "1.csv", COUNT)
    load(root, first)
    version = opened(root).version
    assert load(root, first).files[0].status == "already_loaded"
    assert opened(root).version == version
    load(root, figures_csv(tmp_path / "2.csv", [*COUNT[:3], "88", "441"]))
    assert load(root, first).files[0].status == "loaded"


def test_an_undone_load_gives_back_the_figures_that_it_replaced(tmp_path: Path) -> None:
    root, key = tmp_path / "S", FigureKey("noise_complaints", "Hartlepool", "2020-21-Q3")
    load(root, figures_csv(tmp_path / "1.csv", COUNT))
    second = load(root, figures_csv(tmp_path / "2.csv", [*COUNT[:3], "88", "441"], LEVEL))
    undo_load(root, second.part)
    assert {k: f.value for k, f in opened(root).list_reported().items()} == {key: 87}


def test_incidents_and_figures_load_together_and_leave_one_another_alone(tmp_path: Path) -> None:
    root = tmp_path / "S"
    asb, noise = incidents(tmp_path / "asb.csv", {"2020-10": 4}), figures_csv(tmp_path / "noise.csv", COUNT)
    made = load(root, asb, noise)
    assert (tally(made), sum(made.cells.values()), len(made.figures)) == ((5, 5, 0, 0), 4, 1)
    load(root, figures_csv(tmp_path / "level.csv", LEVEL))  # figures alone make a version, and no record goes
    assert by_month(root, "2020-10") == {"2020-10": 4}
    assert len(opened(root).list_reported()) == 2
    assert load(root, incidents(tmp_path / "asb2.csv", {"2020-10": 3})).replaced == 4
    assert len(opened(root).list_reported()) == 2


def test_mended_rows_load_by_adding_them_also_those_of_a_load_of_both(tmp_path: Path) -> None:
    root = tmp_path / "S"
    asb = tmp_path / "asb.csv"
    asb.write_text("date,indicator,location\n2020-10-05,asb_police,A\n31/02/2020,asb_police,B\n")
    made = load(
        root,
        asb,
        figures_csv(tmp_path / "noise.csv", [*COUNT[:3], "abc", ""], LEVEL, header=[*HEADER[:4], "Year to date"]),
    )
    assert tally(made) == (4, 2, 0, 2)
    mended = tmp_path / "mended.csv"
    text = (root / made.rejected_file).read_text(encoding="utf-8-sig")
    mended.write_text(text.replace("31/02/2020", "2020-10-06").replace(",abc,", ",87,"), encoding="utf-8")
    assert "with --append" in load(root, mended).files[0].message
    again = load(root, mended, append=True)
    assert (tally(again), sum(again.cells.values()), values(again)) == (
        (2, 2, 0, 0),
        1,
        {FigureKey("noise_complaints", "Hartlepool", "2020-21-Q3"): (87, None)},
    )
    assert by_month(root, "2020-10") == {"2020-10": 2}


def test_mended_rows_of_another_form_of_incidents_stay_incidents(tmp_path: Path) -> None:
    """The download of data.police.uk has no column `date`."""
    root, street = tmp_path / "S", tmp_path / "2020-10-street.csv"
    header = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,Crime type\n"
    row = ",{},Cleveland Police,Cleveland Police,-1.2129,54.6862,On or near Park,Anti-social behaviour\n"
    street.write_text(header + row.format("2020-10") + row.format("2020-19"))
    noise = figures_csv(tmp_path / "noise.csv", [*COUNT[:2], "soon", "87", ""], LEVEL)
    made = load(root, street, noise, source=None)
    assert tally(made) == (4, 2, 0, 2)
    mended = tmp_path / "mended.csv"
    text = (root / made.rejected_file).read_text(encoding="utf-8-sig")
    mended.write_text(text.replace("2020-19", "2020-10").replace("soon", "2020-21 Q3"), encoding="utf-8")
    again = load(root, mended, append=True, source=None)
    assert (tally(again), sum(again.cells.values()), len(again.figures)) == ((2, 2, 0, 0), 1, 1)
    assert by_month(root, "2020-10") == {"2020-10": 2}


# --- workbooks


def test_errors_name_the_sheet_the_row_and_the_column(tmp_path: Path) -> None:
    path = figures_xlsx(
        tmp_path / "a.xlsx", ["Hartlepool", "fly_tipping", "2020-21-Q3", "abc"], COUNT, sheet="Q3 figures"
    )
    made = load(tmp_path / "S", path)
    assert reasons(made, tmp_path / "S") == [
        "sheet Q3 figures, row 2, column D (value): 'abc' is not a number; write the count, such as 90, "
        "or leave the cell empty until you have the figure"
    ]


def test_the_letter_of_a_column_is_that_of_excel(tmp_path: Path) -> None:
    header = [*(f"note {n}" for n in range(26)), "Area", "Indicator", "Period", "Value"]
    path = figures_xlsx(tmp_path / "a.xlsx", [*[""] * 26, *COUNT[:3], "x"], [*[""] * 26, *LEVEL[:4]], header=header)
    assert "column AD (Value)" in reasons(load(tmp_path / "S", path), tmp_path / "S")[0]


def test_what_excel_makes_of_cells(tmp_path: Path) -> None:
    """Percent cells are shares, typed months are dates, and numbers may be text."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("Figures")
        percent, month = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "mmm-yy"})
        sheet.write_row(0, 0, ["Area", "Indicator", "Period", "Value"])
        for row, (indicator, value) in enumerate([("treatment_opiate", 0.257), ("domestic_abuse", "1,311")], 1):
            sheet.write_row(row, 0, ["Hartlepool", indicator])
            sheet.write_datetime(row, 2, dt.datetime(2020, 10, 1), month)
            sheet.write(row, 3, value, percent if isinstance(value, float) else None)
    made = load(tmp_path / "S", tmp_path / "a.xlsx")
    assert values(made) == {FigureKey("domestic_abuse", "Hartlepool", "2020-10"): (1311, None)}
    assert "row 2, column D (Value): '0.257' looks like a fraction; write 25.7" in reasons(made, tmp_path / "S")[0]


def test_two_sheets_of_figures_are_refused_not_read_by_half(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name, period in (("Q3", "2020-21-Q3"), ("Notes", ""), ("Q4", "2020-21-Q4")):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate([HEADER, [*COUNT[:2], period, 87]] if period else [["by hand"]]):
                sheet.write_row(row, 0, cells)
    (file,) = load(tmp_path / "S", tmp_path / "a.xlsx").files
    assert file.status == "failed"
    assert "the sheets Q3 and Q4 both contain reported figures" in file.message
