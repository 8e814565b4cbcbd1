"""The template of reported figures: what it asks for, and what comes of it filled in, broken or changed by hand."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import python_calamine as calamine
import xlsxwriter
from helpers.figures_files import reasons, values
from helpers.stores import load, tally

from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_quarter
from shp_data.domain.reported import FigureKey, classify_measure
from shp_data.intake.reported.template import FIGURES, GUIDE, write_template

QUARTER = parse_quarter("2020-21-Q3")
REPORTED = [i for i in partnership().vocabulary.indicators.values() if i.kind == "reported"]
ASKED = 2 * len(REPORTED) + 2 * 3  # this quarter and last year's, and the months of two
INDICATOR, UNIT, PERIOD, VALUE, TO_DATE = 1, 2, 3, 4, 5  # places of columns
NOISE = "Noise complaints received by the Council"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Cells = list[list[Any]]
Sheets = dict[str, Cells]


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "reported figures.xlsx"
    write_template(path, QUARTER, ("Hartlepool",))
    return path


@pytest.fixture
def edited(blank: Path, tmp_path: Path) -> Callable[..., Path]:
    """The cells of the template, changed, in a workbook of their own."""

    def made(change: Callable[[Sheets], Sheets | None], name: str = "filled.xlsx") -> Path:
        sheets = sheets_of(blank)
        sheets = change(sheets) or sheets
        with xlsxwriter.Workbook(tmp_path / name) as book:
            for title, rows in sheets.items():
                sheet = book.add_worksheet(title)
                for place, cells in enumerate(rows):
                    sheet.write_row(place, 0, cells)
        return tmp_path / name

    return made


def sheets_of(path: Path) -> Sheets:
    book = calamine.CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def fill(sheets: Sheets, *, value: object = 87, to_date: object = "", period: str = "2020-21 Q3") -> int:
    """Give one figure, for noise complaints; its row in the sheet."""
    (place,) = [n for n, row in enumerate(sheets[FIGURES]) if (row[INDICATOR], row[PERIOD]) == (NOISE, period)]
    sheets[FIGURES][place][VALUE:] = [value, to_date]
    return place + 1


def given(sheets: Sheets, **figure: object) -> Sheets:
    """The sheets with one figure given."""
    fill(sheets, **figure)  # type: ignore[arg-type]
    return sheets


def fill_all(sheets: Sheets) -> None:
    """Give every figure: 25.7 where a percentage is asked for, else 90."""
    for row in sheets[FIGURES][1:]:
        row[VALUE] = 25.7 if row[UNIT] == "percent" else 90


def part(path: Path, name: str) -> ElementTree.Element:
    """One part of a workbook's XML."""
    with zipfile.ZipFile(path) as book:
        return ElementTree.fromstring(book.read(f"xl/{name}.xml"))


# --- what it asks for


def test_it_asks_for_every_reported_indicator_and_the_same_quarter_last_year(blank: Path) -> None:
    header, *asked = sheets_of(blank)[FIGURES]
    assert header == ["Area", "Indicator", "Unit", "Period", "Value", "Year to date as supplied"]
    assert {tuple(row[:PERIOD]) for row in asked} == {("Hartlepool", i.label, i.unit) for i in REPORTED}
    for indicator in REPORTED:
        periods = [row[PERIOD] for row in asked if row[INDICATOR] == indicator.label]
        months = ["Oct 2020", "Nov 2020", "Dec 2020"] if indicator.monthly else []
        assert periods == ["2020-21 Q3", *months, "2019-20 Q3"]
    assert [i.id for i in REPORTED if i.monthly] == ["domestic_abuse", "domestic_abuse_repeat"]
    assert all(row[VALUE:] == ["", ""] for row in asked)


def test_every_area_asked_for_has_its_rows(tmp_path: Path) -> None:
    areas = partnership().areas.lpa_names
    write_template(tmp_path / "a.xlsx", QUARTER, areas)
    asked = sheets_of(tmp_path / "a.xlsx")[FIGURES][1:]
    assert list(dict.fromkeys(row[0] for row in asked)) == list(areas)
    assert len(asked) == len(areas) * ASKED


def test_excel_lets_in_what_the_intake_takes(blank: Path) -> None:
    units = [row[UNIT] for row in sheets_of(blank)[FIGURES]]
    rules = list(part(blank, "worksheets/sheet1").iter(f"{MAIN}dataValidation"))
    numbers = {rule.get("sqref"): rule for rule in rules if rule.get("type") != "list"}
    assert set(numbers) == {f"E{row}:F{row}" for row in range(2, ASKED + 2)}
    for place, unit in enumerate(units[1:], 2):
        rule = numbers[f"E{place}:F{place}"]
        bounds = [rule.findtext(f"{MAIN}formula{n}") for n in (1, 2)]
        wanted = ("decimal", ["0", "100"]) if unit == "percent" else ("whole", ["0", None])
        assert (rule.get("type"), bounds) == wanted
    assert {i.unit for i in REPORTED if classify_measure(i) == "percent"} == {"percent"}


def test_areas_and_indicators_are_chosen_from_lists(blank: Path) -> None:
    rules = list(part(blank, "worksheets/sheet1").iter(f"{MAIN}dataValidation"))
    areas, named = (rule.findtext(f"{MAIN}formula1") for rule in rules if rule.get("type") == "list")
    assert areas == '"' + ",".join(partnership().areas.lpa_names) + '"'
    first, last = (int(cell.rpartition("$")[2]) for cell in str(named).removeprefix(f"'{GUIDE}'!").split(":"))
    listed = [row[0] for row in sheets_of(blank)[GUIDE][first - 1 : last]]
    assert set(listed) == {i.label for i in REPORTED}


def test_its_header_stays_in_sight_and_on_every_page(blank: Path) -> None:
    sheet = part(blank, "worksheets/sheet1")
    pane, setup = (next(sheet.iter(MAIN + tag)) for tag in ("pane", "pageSetup"))
    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
    assert (setup.get("paperSize"), setup.get("orientation"), setup.get("fitToHeight")) == ("9", "landscape", "0")
    names = {name.get("name"): name.text for name in part(blank, "workbook").iter(f"{MAIN}definedName")}
    assert names["_xlnm.Print_Titles"] == "Figures!$1:$1"


def test_what_is_to_be_filled_in_looks_so_and_periods_are_text(blank: Path) -> None:
    styles = {cell.get("r"): cell.get("s") for cell in part(blank, "worksheets/sheet1").iter(f"{MAIN}c")}
    formats = part(blank, "styles").find(f"{MAIN}cellXfs")
    assert formats is not None
    period, value = (formats[int(styles[cell] or 0)] for cell in ("D2", "E2"))
    assert period.get("numFmtId") == "49"  # text: Excel makes no date of it
    assert (period.get("fillId"), value.get("applyFill")) == ("0", "1")


def test_the_guide_says_what_each_kind_of_number_means(blank: Path) -> None:
    text = " ".join(str(cell) for row in sheets_of(blank)[GUIDE] for cell in row)
    for words in ("Count. How many", "Level. How many", "Percentage. Enter 25.7", "Year to date as supplied: from"):
        assert words in text


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"a\.xlsx cannot be written: No such file"):
        write_template(tmp_path / "no folder" / "a.xlsx", QUARTER, ("Hartlepool",))


# --- what comes of it


def test_untouched_it_holds_no_figure_yet(blank: Path, tmp_path: Path) -> None:
    (file,) = load(tmp_path / "S", blank).files
    assert (file.status, file.tally.read) == ("failed", 0)
    assert "contains no figures yet. Fill in the Value column" in file.message


def test_filled_in_every_figure_loads(edited: Callable[..., Path], tmp_path: Path) -> None:
    made = load(tmp_path / "S", edited(fill_all))
    assert tally(made) == (ASKED, ASKED, 0, 0)
    assert values(made)[FigureKey("treatment_opiate", "Hartlepool", "2019-20-Q3")] == (25.7, None)
    assert values(made)[FigureKey("domestic_abuse", "Hartlepool", "2020-11")] == (90, None)


def test_half_filled_what_is_there_loads(edited: Callable[..., Path], tmp_path: Path) -> None:
    made = load(tmp_path / "S", edited(lambda sheets: given(sheets, to_date=441)))
    assert values(made) == {FigureKey("noise_complaints", "Hartlepool", "2020-21-Q3"): (87, 441)}
    assert made.files[0].message == f"reported figures; {ASKED - 1} figures awaited"


def test_zero_is_a_figure(edited: Callable[..., Path], tmp_path: Path) -> None:
    made = load(tmp_path / "S", edited(lambda sheets: given(sheets, value=0)))
    assert list(values(made).values()) == [(0, None)]


def test_a_wrong_cell_is_named_by_sheet_row_and_column(edited: Callable[..., Path], tmp_path: Path) -> None:
    seen: list[int] = []

    def wrong(sheets: Sheets) -> None:
        fill(sheets)
        seen.append(fill(sheets, value="about 90", period="2019-20 Q3"))

    made = load(tmp_path / "S", edited(wrong))
    assert tally(made) == (2, 1, 0, 1)
    (reason,) = reasons(made, tmp_path / "S")
    wanted = f"sheet Figures, row {seen[0]}, column E (Value): 'about 90' is not a number; write the count"
    assert reason.startswith(wanted)


def columns(sheets: Sheets, change: Callable[[list[Any]], list[Any]]) -> Sheets:
    """The same sheets, each row of Figures changed."""
    return {name: [change(row) for row in rows] if name == FIGURES else rows for name, rows in sheets.items()}


def titled(sheets: Sheets, title: str, place: int) -> Sheets:
    """The same sheets, one header changed."""
    header, *rows = sheets[FIGURES]
    return sheets | {FIGURES: [[*header[:place], title, *header[place + 1 :]], *rows]}


CHANGES: dict[str, Callable[[Sheets], Sheets]] = {
    "sheets renamed": lambda sheets: dict(zip(("Q3", "Help"), sheets.values(), strict=True)),
    "the guide deleted": lambda sheets: {FIGURES: sheets[FIGURES]},
    "the guide moved first": lambda sheets: dict(reversed(sheets.items())),
    "title rows above": lambda sheets: sheets | {FIGURES: [["Figures of Q3"], [], ["Draft"], *sheets[FIGURES]]},
    "the unit deleted": lambda sheets: columns(sheets, lambda row: [*row[:UNIT], *row[PERIOD:]]),
    "the year to date deleted": lambda sheets: columns(sheets, lambda row: row[:TO_DATE]),
    "a column before": lambda sheets: columns(sheets, lambda row: ["", *row]),
    "columns the other way round": lambda sheets: columns(sheets, lambda row: row[::-1]),
    "an empty sheet before": lambda sheets: {"Sheet1": [], **sheets},
    "a note below": lambda sheets: sheets | {FIGURES: [*sheets[FIGURES], [], ["Sent to finance"]]},
    "headers in other words": lambda sheets: titled(titled(sheets, "YEAR_TO_DATE", TO_DATE), "value ", VALUE),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_an_officer_may_change(edited: Callable[..., Path], tmp_path: Path, change: str) -> None:
    def both(sheets: Sheets) -> Sheets:
        fill(sheets, to_date=441)
        return CHANGES[change](sheets)

    made = load(tmp_path / "S", edited(both))
    to_date = None if change == "the year to date deleted" else 441
    assert list(values(made).values()) == [(87, to_date)], made.files[0].message


BREAKS: dict[str, tuple[Callable[[Sheets], Sheets], str]] = {
    "the value deleted": (
        lambda sheets: columns(sheets, lambda row: [*row[:VALUE], *row[TO_DATE:]]),
        "has no column Value; the columns are Area, Indicator, Unit, Period, Year to date as supplied",
    ),
    "the period deleted": (
        lambda sheets: columns(sheets, lambda row: [*row[:PERIOD], *row[VALUE:]]),
        "has no column Period",
    ),
    "the area renamed": (lambda sheets: titled(sheets, "District", 0), "has no column Area"),
    "the header deleted": (lambda sheets: sheets | {FIGURES: sheets[FIGURES][1:]}, "has a recognised header"),
    "a second quarter": (lambda sheets: {**sheets, "Q4": sheets[FIGURES]}, "the sheets Figures and Q4 both contain"),
    "two values": (lambda sheets: titled(sheets, "Value", UNIT), "the column is ambiguous"),
}


@pytest.mark.parametrize("change", BREAKS)
def test_what_breaks_it_is_told(edited: Callable[..., Path], tmp_path: Path, change: str) -> None:
    def both(sheets: Sheets) -> Sheets:
        fill(sheets)
        return BREAKS[change][0](sheets)

    (file,) = load(tmp_path / "S", edited(both)).files
    assert file.status == "failed"
    assert BREAKS[change][1] in file.message


def test_a_false_ending_is_seen_through_or_told(edited: Callable[..., Path], tmp_path: Path) -> None:
    path = edited(given)
    for ending, accepted in ((".xls", 1), (".xlsm", 1), (".csv", 0)):
        shutil.copy(path, tmp_path / f"copy{ending}")
        made = load(tmp_path / f"S{ending}", tmp_path / f"copy{ending}")
        assert len(made.figures) == accepted
    assert "an Excel workbook" in made.files[0].message


def test_cut_short_it_is_damaged(blank: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.xlsx").write_bytes(blank.read_bytes()[:3000])
    (file,) = load(tmp_path / "S", tmp_path / "cut.xlsx").files
    assert file.status == "failed"
    assert file.message.startswith("cut.xlsx: ")
