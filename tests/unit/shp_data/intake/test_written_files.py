"""Whole files as suppliers write them, loaded and previewed: words for nothing, dates, and columns not used."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.load import LoadOptions, ingest
from shp_data.intake.mapping.preview import Preview, build_mapping, preview_files
from shp_data.store.files.manifest import Load
from shp_data.store.notes.mappings import list_suppliers, save_mapping
from shp_view.views import loading

FORMS = {"month": "%Y-%m", "day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M"}


class Desk:
    """A store, and files that are previewed and loaded into it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder, folder / "store"

    def write(self, *lines: str, name: str = "file.csv") -> Path:
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def load(self, path: Path, source: str | None = None) -> Load:
        return ingest([path], self.root, LoadOptions(source))

    def preview(self, path: Path) -> Preview:
        (preview,) = preview_files(path, list_suppliers(self.root), None)
        return preview

    def list_dates(self) -> list[str]:
        """Each stored date as far as it is known, in the order of the rows."""
        parts = f"{self.root}/parts/*.[0-9][0-9][0-9][0-9]-*.parquet"
        rows = duckdb.sql(f"SELECT occurred, precision FROM read_parquet('{parts}') ORDER BY row").fetchall()
        return [occurred.strftime(FORMS[precision]) for occurred, precision in rows]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def asb(*dates: str) -> list[str]:
    """The lines of a file with these dates."""
    return ["date,indicator", *(f"{date},asb_police" for date in dates)]


def test_incidents_whose_id_is_a_word_for_nothing_are_no_duplicates(desk: Desk) -> None:
    ids = ("N/A", "N/A", "n/a", "NULL", "-", "7", "7")
    tally = desk.load(desk.write("incident_id,date,indicator", *(f"{i},2020-10-05,asb_police" for i in ids))).tally
    assert (tally.accepted, tally.duplicates, tally.rejected) == (6, 1, 0)


def test_a_row_is_placed_by_its_ward_where_its_coordinates_are_words_for_nothing(desk: Desk) -> None:
    pairs = ("NULL,NULL", "#N/A,#N/A", "0.000000,99.999999", "-1,-1", "west,54.6", "-1.21,N/A")
    rows = [f"2024-05-03,asb_police,{pair},Seaton" for pair in pairs]
    result = desk.load(desk.write("date,indicator,longitude,latitude,ward", *rows))
    assert (result.tally.accepted, result.unplaced, result.outside) == (6, 0, 0)


def test_a_row_with_no_valid_place_is_rejected_with_the_reason_of_the_last(desk: Desk) -> None:
    rows = ("2024-05-03,asb_police,west,54.6,Atlantis", "2024-05-03,asb_police,west,54.6,-")
    result = desk.load(desk.write("date,indicator,longitude,latitude,ward", *rows))
    text = (desk.root / result.rejected_file).read_text(encoding="utf-8-sig")
    assert "ward 'Atlantis' is not recognised" in text
    assert "longitude 'west' is not a number" in text


def test_midnight_throughout_a_file_is_no_time_and_elsewhere_is_one(desk: Desk) -> None:
    desk.load(desk.write(*asb("2024-04-05 00:00:00", "06/04/2024 00:00", "2024-07-07T00:00:00Z")))
    assert desk.list_dates() == ["2024-04-05", "2024-04-06", "2024-07-07"]


def test_one_time_of_day_makes_midnight_a_time(desk: Desk) -> None:
    desk.load(desk.write(*asb("2024-04-05 00:00:00", "2024-04-06 23:40:00", "2024-04-07")))
    assert desk.list_dates() == ["2024-04-05 00:00", "2024-04-06 23:40", "2024-04-07"]


def test_cells_of_months_in_a_workbook_are_months(desk: Desk) -> None:
    book = xlsxwriter.Workbook(desk.folder / "months.xlsx")
    sheet, form = book.add_worksheet(), book.add_format({"num_format": "mmm-yy"})
    sheet.write_row(0, 0, ["date", "indicator"])
    for row, month in enumerate((4, 5, 6), 1):
        sheet.write_datetime(row, 0, dt.datetime(2024, month, 1), form)
        sheet.write(row, 1, "asb_police")
    book.close()
    desk.load(desk.folder / "months.xlsx")
    assert desk.list_dates() == ["2024-04", "2024-05", "2024-06"]


def test_a_column_of_financial_years_is_never_october(desk: Desk) -> None:
    path = desk.write(*asb("2009-10", "2009-10", "2010-11"))
    assert not desk.preview(path).is_loadable
    assert loading.describe_dates(desk.preview(path)) == [
        "file.csv: none of its dates can be read, such as '2009-10' and '2010-11'."
    ]
    result = desk.load(path)
    assert (result.files[0].status, result.tally.rejected, result.cells) == ("failed", 3, {})
    assert "'2009-10' may be a financial year" in (desk.root / result.rejected_file).read_text(encoding="utf-8-sig")


def test_a_financial_year_with_its_month_is_a_month(desk: Desk) -> None:
    desk.load(desk.write("Year,Month,indicator", "2009-10,April,asb_police", "2009-10,January,asb_police"))
    assert desk.list_dates() == ["2009-04", "2010-01"]


def test_day_month_year_and_time_in_columns_are_read_by_their_names(desk: Desk) -> None:
    path = desk.write("Day,Month,Year,Time,indicator", "5,4,2024,23:40,asb_police", "6,Apr,2024,,asb_police")
    assert desk.preview(path).is_loadable
    desk.load(path)
    assert desk.list_dates() == ["2024-04-05 23:40", "2024-04-06"]


MONTH_FIRST = asb("04/25/2024", "04/05/2024")


def test_a_file_in_month_first_order_is_refused_until_someone_says_so(desk: Desk) -> None:
    path = desk.write(*MONTH_FIRST)
    result = desk.load(path)
    assert result.files[0].status == "failed"
    assert result.files[0].message.startswith("file.csv: the date '04/25/2024' can only be month first")
    preview = desk.preview(path)
    assert (preview.needs_date_order, preview.is_loadable, preview.needs_mapping) == (True, False, False)
    assert "ready" not in loading.describe_readiness([preview])
    question = loading.ask_date_order(preview)
    assert question is not None
    assert question.suggested == ""
    assert preview.reading is not None
    loading.Desk(desk.root).save_date_order(preview.reading, "month first")
    answered = desk.preview(path)
    assert (answered.needs_date_order, answered.is_loadable, loading.ask_date_order(answered)) == (False, True, None)
    desk.load(path)
    assert desk.list_dates() == ["2024-04-25", "2024-04-05"]


def test_a_supplier_that_writes_the_day_first_has_mistakes_and_no_question(desk: Desk) -> None:
    save_mapping(desk.root, Supplier("Council", date_order="day first"))
    result = desk.load(desk.write(*MONTH_FIRST), "Council")
    assert (result.tally.accepted, result.tally.rejected) == (1, 1)
    assert desk.list_dates() == ["2024-05-04"]


def test_where_no_date_shows_the_order_the_page_asks_and_the_load_takes_the_uks(desk: Desk) -> None:
    path = desk.write(*asb("04/05/2024", "06/07/2024"))
    question = loading.ask_date_order(desk.preview(path))
    assert question is not None
    assert question.suggested == "day first"
    assert loading.describe_readiness([desk.preview(path)]) == "1 file ready to load."
    desk.load(path)
    assert desk.list_dates() == ["2024-05-04", "2024-07-06"]


def test_a_file_whose_dates_cannot_be_read_is_never_ready(desk: Desk) -> None:
    none = desk.preview(desk.write(*asb("yesterday", "some day"), name="none.csv"))
    assert (none.is_loadable, none.needs_mapping) == (False, True)
    assert loading.describe_readiness([none]) == "1 file needs matching."
    some = desk.preview(desk.write(*asb("2024-04-05", "yesterday"), name="some.csv"))
    assert (some.is_loadable, some.needs_mapping) == (True, False)
    assert loading.describe_readiness([some]) == "1 file has unreadable dates."
    assert loading.describe_dates(some) == [
        "some.csv: 1 date cannot be read, such as 'yesterday'. Rows with such a date would be rejected."
    ]


def test_a_time_that_cannot_be_read_leaves_the_day_and_the_page_says_so(desk: Desk) -> None:
    path = desk.write("date,Time,indicator", "2024-04-05,Night,asb_police", "2024-04-06,23:40,asb_police")
    assert loading.describe_dates(desk.preview(path)) == [
        "file.csv: 1 time cannot be read, such as 'Night'. A record with such a time has only its day."
    ]
    desk.load(path)
    assert desk.list_dates() == ["2024-04-05", "2024-04-06 23:40"]


def test_a_column_with_our_own_name_that_is_not_selected_is_not_used(desk: Desk) -> None:
    header = ["Date", "indicator", "Ward", "Longitude"]
    mapping = build_mapping(Supplier("Council"), header, {"date": "Date", "indicator": "indicator"}, {}, None)
    assert {column for column, title in mapping.headers.items() if not title} == {"ward", "longitude"}
    save_mapping(desk.root, mapping)
    path = desk.write(",".join(header), "2024-04-05,asb_police,Atlantis,west")
    assert desk.load(path, "Council").tally.accepted == 1
    (reading,) = [file.reading for file in preview_files(path, list_suppliers(desk.root), "Council")]
    assert reading is not None
    assert reading.headers == {"date": "Date", "indicator": "indicator"}


def test_a_mapping_of_columns_that_are_not_used_only_fits_no_file_by_its_headers(desk: Desk) -> None:
    save_mapping(desk.root, Supplier("Council", headers={"ward": ""}))
    (preview,) = preview_files(desk.write(*asb("2024-04-05")), list_suppliers(desk.root), None)
    assert preview.reading is not None
    assert preview.reading.name == "file"


def test_words_for_nothing_are_no_categories_to_ask_about(desk: Desk) -> None:
    path = desk.write("date,indicator", "2024-04-05,N/A", "2024-04-05,-", "2024-04-05,Unknown", "2024-04-05,Bins")
    assert desk.preview(path).unknown_categories == {"Unknown": 1, "Bins": 1}


def test_the_suppliers_of_the_partnership_choose_no_order() -> None:
    assert {supplier.date_order for supplier in partnership().suppliers.values()} == {""}
