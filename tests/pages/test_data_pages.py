"""The pages Data and Load files, as a user meets them: load, map once, undo, and back to the sample."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from helpers.fires import LAYOUTS, make_export
from helpers.pages import page_file
from streamlit.testing.v1 import AppTest

from shp_data.domain import settings
from shp_data.domain.errors import StoreError
from shp_data.intake.load import LoadOptions, ingest
from shp_data.store.files import writing
from shp_data.store.files.layout import StoreLayout
from shp_data.store.notes.mappings import read_mappings
from shp_data.store.version import open_store
from shp_view.text import markup
from shp_view.views import loading, mapping_form

HEADER = b"date,indicator,longitude,latitude\n"
GOOD = HEADER + b"2020-04-05,asb_police,-1.21,54.69\n2020-04-06,asb_police,-1.21,54.69\n"
STRANGE = b"Reported on,Incident type,Street\n01/04/2022,Nuisance youths,High Street\n02/04/2022,Bin fire,Low Street\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


def opened(page: str, **asked: str) -> AppTest:
    at = AppTest.from_file(str(settings.ROOT / "dashboard.py"), default_timeout=60).run()
    at.switch_page(page_file(page)).query_params.update(asked)
    return at.run()


def uploaded(at: AppTest, *files: tuple[str, bytes]) -> AppTest:
    at.file_uploader[0].set_value([(name, data, "text/csv") for name, data in files])
    return at.run()


def pressed(at: AppTest, label: str) -> AppTest:
    (button,) = [button for button in at.button if button.label == label]
    return button.click().run()


def said(at: AppTest) -> str:
    """Everything that the page says in words, with what Markdown escapes undone."""
    kinds = (at.title, at.subheader, at.markdown, at.caption, at.error, at.info, at.warning)
    return "\n".join(str(element.value).replace("\\", "") for kind in kinds for element in kind)


def box_of(at: AppTest, label: str):
    (box,) = [box for box in at.selectbox if box.label.replace("\\", "") == label]
    return box


def pick(at: AppTest, label: str, value: str) -> None:
    box_of(at, label).set_value(value)


def named(at: AppTest, supplier: str) -> AppTest:
    """The page with a supplier's name chosen, or typed: what a browser sends is among the options then."""
    box = box_of(at, "Supplier of these files")
    if supplier not in box.options:
        box.options.append(supplier)
    return box.set_value(supplier).run()


def choices(at: AppTest, label: str):
    (box,) = [box for box in at.multiselect if box.label.replace("\\", "") == label]
    return box


def covers(at: AppTest, *areas: str) -> None:
    choices(at, "Which Local Policing Areas do these files cover?").set_value(list(areas))


def opened_error(at: AppTest) -> str:
    return " ".join(str(error.value).replace("\\", "") for error in at.error)


def stored(tmp_path: Path, root: Path, text: bytes, name: str = "a.csv", **options: object) -> None:
    (tmp_path / name).write_bytes(text)
    ingest([tmp_path / name], root, LoadOptions(**options))


def test_without_own_records_the_data_page_shows_the_sample_and_offers_no_undo(root):
    at = opened("data")
    assert not at.exception
    assert at.title[0].value.startswith("5 indicators are loaded from one supplier, April 2018 to March 2021; no month")
    assert "You have not loaded any data yet" in said(at)
    assert "Synthetic sample" in said(at)
    assert [button.label for button in at.button] == []


def test_of_many_sources_one_is_shown_at_a_time_and_the_title_tells_of_all(root, tmp_path):
    for number in range(8):
        months = ("2020-04", "2020-06") if number == 7 else ("2020-04",)
        text = HEADER + b"".join(f"{month}-0{number + 1},asb_police,-1.21,54.69\n".encode() for month in months)
        stored(tmp_path, root, text, f"{number}.csv", source=f"Force {number}")
    at = opened("data")
    assert at.title[0].value.startswith("1 indicator is loaded from 8 suppliers, April 2020 to June 2020; May 2020 is ")
    pick(at, "Supplier", "Force 7")
    at.run()
    assert not at.exception
    (grid,) = [shown.proto.body for shown in at.get("html") if 'class="months"' in shown.proto.body]
    assert ("Force 7" in grid, "Force 0" in grid, grid.count(">gap</td>")) == (True, False, 1)


def test_records_without_coordinates_are_said_to_be_in_no_area_and_not_that_there_were_none(root, tmp_path):
    stored(tmp_path, root, b"date,indicator\n" + b"2020-04-05,asb_police\n" * 3)
    assert "no coordinates and no ward" in loading.explain_no_locations(open_store(root).manifest.loads[0])
    at = opened("hotspots")
    assert not at.exception
    assert (
        at.title[0].value
        == "None of the records of Police ASB in this period has coordinates or a ward, so no area counts them"
    )
    assert "load the file again with columns for longitude and latitude" in said(at)
    stored(tmp_path, root, GOOD, "b.csv", append=True)
    assert loading.explain_no_locations(open_store(root).manifest.loads[-1]) == ""
    at = opened("headlines")
    assert "None of the records" not in said(at)
    assert "Many of the records of Police ASB in this period have neither coordinates nor a ward" in said(at)


def test_own_records_are_shown_and_the_sample_is_one_choice_away(root, tmp_path):
    stored(tmp_path, root, GOOD)
    at = opened("data")
    assert at.title[0].value == "1 indicator is loaded from one supplier, April 2020; no month is missing"
    assert at.expander[0].label.endswith("2 rows read = 2 accepted + 0 duplicates + 0 rejected")
    pick(at, "Records", "The synthetic sample")
    at.run()
    assert at.title[0].value.startswith("5 indicators are loaded")
    assert "Undo it" not in [button.label for button in at.button]
    pick(at, "Records", "Our own")
    assert at.run().title[0].value.startswith("1 indicator is loaded")


def test_a_link_to_the_sample_shows_the_sample(root, tmp_path):
    stored(tmp_path, root, GOOD)
    at = opened("data", data="The synthetic sample")
    assert "synthetic sample, not real records" in said(at)


def test_undo_brings_back_what_the_load_replaced(root, tmp_path):
    stored(tmp_path, root, GOOD, source="Council")
    stored(tmp_path, root, GOOD + b"2020-04-07,asb_police,,\n", "b.csv", source="Council")
    at = opened("data")
    assert "restores the 2 records they replaced" in said(at)
    at = pressed(at, "Undo it")
    assert not at.exception
    (load,) = open_store(root).manifest.loads
    assert load.tally.accepted == 2
    assert at.expander[0].label.endswith("2 rows read = 2 accepted + 0 duplicates + 0 rejected")


def test_the_last_undo_leads_back_to_the_sample(root, tmp_path):
    stored(tmp_path, root, GOOD)
    at = pressed(opened("data"), "Undo it")
    assert "You have not loaded any data yet" in said(at)


def test_an_undo_that_is_refused_says_why(root, tmp_path):
    stored(tmp_path, root, GOOD, source="Council")
    first = open_store(root).manifest.loads[0].part
    stored(tmp_path, root, GOOD + b"2020-04-07,asb_police,,\n", "b.csv", source="Council", append=True)
    version = StoreLayout(root).read_version()
    with pytest.raises(StoreError, match="undo that load first"):
        writing.undo_load(root, first)
    assert StoreLayout(root).read_version() == version


def test_two_sources_for_one_month_are_a_warning(root, tmp_path):
    stored(tmp_path, root, GOOD, source="Police")
    stored(tmp_path, root, GOOD + b"2020-04-07,asb_police,,\n", "b.csv", source="Council")
    assert "Possible double counting" in said(opened("data"))


def test_a_file_loads_from_the_browser_and_every_row_is_accounted_for(root):
    bad = b"31/02/2020,asb_police,,\n" * 3
    at = uploaded(opened("load_files"), ("council.csv", GOOD + bad))
    assert "1 file has unreadable dates." in said(at)
    at = pressed(at, "Load")
    assert not at.exception
    assert "2 records loaded from 1 file; 3 rows rejected" in said(at)
    assert "5 rows read = 2 accepted + 0 duplicates + 3 rejected" in said(at)
    assert "council data" in said(at)
    tables = [frame.value for frame in at.dataframe]
    assert tables[0]["File"].tolist() == ["council.csv"]
    assert tables[1]["Rows"].tolist() == [3]
    assert tables[1]["First row"].tolist() == ["4"]
    assert tables[1]["Seen"].tolist() == ["31/02/2020 (3)"]


def test_the_same_file_again_is_nothing_new(root, tmp_path):
    stored(tmp_path, root, GOOD)
    at = pressed(uploaded(opened("load_files"), ("again.csv", GOOD)), "Load")
    assert "Nothing new: these files are already loaded" in said(at)


@pytest.mark.parametrize(("choice", "records"), [(0, 2), (1, 4)])
def test_adding_keeps_what_is_there_and_replacing_does_not(root, tmp_path, choice, records):
    stored(tmp_path, root, GOOD, source="Cleveland Fire Brigade")
    at = uploaded(opened("load_files"), ("extract.csv", GOOD.replace(b"04-05", b"04-08")))
    at = named(at, "Cleveland Fire Brigade")
    at.radio[0].set_value(at.radio[0].options[choice]).run()
    pressed(at, "Load")
    assert sum(open_store(root).coverage.values()) == records


def test_a_supplier_is_mapped_once(root):
    at = uploaded(opened("load_files"), ("nuisance april.csv", STRANGE))
    assert said(at).count("1 file needs matching.") == 1
    assert "Load" not in [button.label for button in at.button]
    guessed = {label: box_of(at, label).value for label in ("Reported on", "Incident type", "Street")}
    assert list(guessed.values()) == ["date", "indicator", "location"]
    assert "01/04/2022, 02/04/2022" in said(at)  # values of each column beside its name
    at = pressed(at, "Save mapping")
    assert at.error[0].value.replace("\\", "") == (
        "Still to answer: the supplier, at the top of the page; the theme of the new indicator; the areas that the "
        "files cover."
    )
    pick(at, "Nuisance youths (1 row)", "asb_police")
    at = named(at, "Council wardens")
    assert box_of(at, "Nuisance youths (1 row)").value == "asb_police"
    pick(at, "Bin fire (1 row)", "fires_secondary_deliberate")
    covers(at, "Hartlepool")
    at = pressed(at, "Save mapping")
    assert "1 file ready to load" in said(at)
    kept = read_mappings(root)["Council wardens"]
    assert (kept.areas, kept.indicators) == (("Hartlepool",), ("asb_police", "fires_secondary_deliberate"))
    at = pressed(at, "Load")
    assert "2 records loaded from 1 file" in said(at)
    assert set(open_store(root).coverage) == {
        ("Council wardens", "asb_police", "2022-04"),
        ("Council wardens", "fires_secondary_deliberate", "2022-04"),
    }

    second = STRANGE.replace(b"/04/", b"/05/")
    at = uploaded(opened("load_files"), ("nuisance may.csv", second))
    assert "1 file ready to load" in said(at)
    assert "nuisance may.csv: read as Council wardens: Date is Reported on, Indicator is Incident type, " in said(at)
    pressed(at, "Load")
    assert {cell.source for cell in open_store(root).coverage} == {"Council wardens"}
    assert len(open_store(root).list_months()) == 2


def test_categories_alone_are_mapped_and_may_be_left_out(root):
    text = b"date,indicator\n2022-04-01,Nuisance youths\n2022-04-01,Bin fire\n"
    at = named(uploaded(opened("load_files"), ("week.csv", text)), "wardens")
    pick(at, "Nuisance youths (1 row)", "asb_police")
    pick(at, "Bin fire (1 row)", "")
    covers(at, "Hartlepool", "Middlesbrough")
    next(box for box in at.checkbox if box.label.startswith("A month")).uncheck()
    at = pressed(at, "Save mapping")
    assert "1 file ready to load" in said(at)
    assert "1 row is left out by the mapping" in said(at)
    assert read_mappings(root)["wardens"].indicators == ()
    at = pressed(at, "Load")
    assert "1 record loaded from 1 file; 1 row left out" in said(at)
    assert "1 row of the rejected is not an error: the mapping leaves it out" in said(at)
    assert "Why rows were rejected" not in said(at)
    assert {cell.source for cell in open_store(root).coverage} == {"wardens"}


def test_a_whole_file_of_one_indicator(root):
    at = named(uploaded(opened("load_files"), ("april.csv", b"Call time,Road\n2022-04-01,A\n")), "fires")
    pick(at, "Indicator of every row", "fires_vehicle_deliberate")
    covers(at, "Stockton-on-Tees")
    at = pressed(at, "Save mapping")
    assert read_mappings(root)["fires"].indicator == "fires_vehicle_deliberate"
    assert "1 record loaded" in said(pressed(at, "Load"))


@pytest.mark.parametrize("name", ["police.uk", "Synthetic sample"])
def test_a_mapping_needs_a_name_of_its_own(root, name):
    at = named(uploaded(opened("load_files"), ("fires.csv", b"Call time,Road\n2022-04-01,A\n")), name)
    pick(at, "Indicator of every row", "fires_vehicle_deliberate")
    covers(at, "Hartlepool")
    at = pressed(at, "Save mapping")
    assert "is reserved" in at.error[0].value
    assert read_mappings(root) == {}


def test_a_kept_mapping_is_listed_and_can_be_removed(root):
    test_a_whole_file_of_one_indicator(root)
    at = opened("load_files")
    assert (
        "Date is Call time; Location is Road; every row is Deliberate vehicle fires; covers Stockton-on-Tees; a month "
        "without a row counts as 0 for Deliberate vehicle fires" in said(at)
    )
    pressed(at, "Remove")
    assert read_mappings(root) == {}


COUNCIL = b"Reported,Type,Officer,longitude,latitude\n" + b"".join(
    f"0{n + 1}/04/2022,{kind},Ann,-1.2129,54.6863\n".encode()
    for n, kind in enumerate(("ASB", "Noise - domestic", "noise domestic ", "Burglary", "Total"))
)


def test_what_the_file_shows_is_offered_and_near_same_categories_are_asked_for_once(root):
    at = uploaded(opened("load_files"), ("week.csv", COUNCIL))
    asked = [box.label.replace("\\", "") for box in at.selectbox if " row" in box.label]
    # And not the row of totals. A council's own ASB is not the police's, and nor is its burglary.
    assert asked == ["Noise - domestic (2 rows)", "ASB (1 row)", "Burglary (1 row)"]
    assert [box_of(at, label).value for label in asked] == [None] * 3
    assert box_of(at, "3 categories without an answer: count as").value == mapping_form.NEW
    assert at.multiselect[0].value == ["Hartlepool"]
    at = named(at, "Cleveland Police")
    assert "Already matched: Burglary." in said(at)


def test_a_councils_cases_are_loaded_as_an_indicator_of_their_own_in_two_clicks(root):
    cases = "Case Ref,Date Opened,ASB Type,Ward\n" + "".join(
        f"C{n},{1 + n % 28:02d}/04/2024,{('Noise', 'Youths', 'Litter')[n % 3]},Hart\n" for n in range(60)
    )
    at = named(uploaded(opened("load_files"), ("asb cases.csv", cases.encode())), "Hartlepool Borough Council")
    assert [box.value for box in at.text_input] == ["Council ASB cases"]
    at = pressed(pressed(at, "Save mapping"), "Load")
    assert "60 records loaded from 1 file" in said(at)
    assert "Cases of Hartlepool Borough Council. Anti-social behaviour. Added by analyst" in said(at)
    at = opened("trends", what="Council ASB cases", area="Hartlepool")
    assert not at.exception
    assert at.title[0].value == "Council ASB cases in Hartlepool, Apr 2024"
    at = opened("load_files")
    next(button for button in at.button if button.key == "drop-indicator-council_asb_cases").click().run()
    assert "Council ASB cases has data in the store" in opened_error(at)


def test_a_reading_is_told_and_may_be_changed(root):
    at = named(uploaded(opened("load_files"), ("week.csv", COUNCIL)), "Council")
    pick(at, "Noise - domestic (2 rows)", "")
    pick(at, "ASB (1 row)", "asb_police")
    pick(at, "Burglary (1 row)", "burglary")
    pressed(at, "Save mapping")
    at = uploaded(opened("load_files"), ("later.csv", COUNCIL + b"08/04/2022,ASB,Bob,-1.2129,54.6863\n"))
    told = "later.csv: read as Council: Date is Reported, Indicator is Type, Longitude, Latitude; covers Hartlepool; "
    assert told in said(at)
    assert "columns not used: Officer." in said(at)
    at = pressed(at, "Change how it is read")
    assert box_of(at, "Reported").value == "date"
    assert box_of(at, "Noise - domestic (2 rows)").value == ""
    pick(at, "Noise - domestic (2 rows)", "asb_police")
    pick(at, "Burglary (1 row)", "")
    at = pressed(at, "Save mapping")
    assert "Change how it is read" in [button.label for button in at.button]
    kept = read_mappings(root)["Council"]
    assert (kept.categories["Noise - domestic"], kept.categories["Burglary"]) == ("asb_police", "")
    assert kept.indicators == ("asb_police",)
    at = pressed(pressed(at, "Change how it is read"), "Cancel")
    assert "Match the columns" not in said(at)


def test_where_every_row_is_one_indicator_no_column_names_it(root):
    """A column that looks like a category would otherwise stand for the answer, and contradict it in the mapping."""
    at = named(uploaded(opened("load_files"), ("h.csv", b"Date,Type,Ward\n2021-04-05,Noise,Hart\n")), "Housing")
    at = next(radio for radio in at.radio if radio.key.startswith("way-")).set_value("whole").run()
    pick(at, "Indicator of every row", "fires_vehicle_deliberate")
    covers(at, "Hartlepool")
    pressed(at, "Save mapping")
    saved = read_mappings(root)["Housing"]
    assert saved.indicator == "fires_vehicle_deliberate"
    assert "indicator" not in saved.headers


def test_where_no_category_means_anything_the_areas_are_still_to_be_said(root):
    at = named(uploaded(opened("load_files"), ("week.csv", b"Day,Kind\n2022-04-01,Police ASB\n")), "Council")
    at = pressed(at, "Save mapping")
    assert at.error[0].value.replace("\\", "") == "Still to answer: the areas that the files cover."
    assert read_mappings(root) == {}


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("empty.csv", b"", "is empty"),
        ("paper.csv", b"%PDF-1.7", "looks like a PDF"),
        ("book.xlsx", b"not a workbook", "is not a workbook"),
        ("wide.csv", ",".join(f"c{n}" for n in range(600)).encode() + b"\n1\n", "the limit is 500"),
        ("broken.zip", b"PK\x03\x04", "damaged or incomplete"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_message(root, name, data, message):
    at = uploaded(opened("load_files"), (name, data))
    assert not at.exception
    assert message in said(at)
    assert [button.label for button in at.button] == []


def test_a_bad_file_does_not_stop_a_good_one(root):
    at = uploaded(opened("load_files"), ("good.csv", GOOD), ("empty.csv", b""))
    assert "You can load good.csv now. empty.csv is left out" in said(at)
    at = pressed(at, "Load what is ready")
    assert "2 records loaded from 1 file; 1 file could not be used" in said(at)
    assert "is empty" in at.dataframe[0].value["Message"].tolist()[1]
    assert "empty.csv: is empty. Check the export" in " ".join(
        error.value.replace("\\", "") for error in at.error
    )  # and in full


def write_workbook(**sheets: list[tuple[str, ...]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return stream.getvalue()


def test_the_sheets_of_a_workbook_are_asked_for_and_those_like_records_offered(root):
    data = [("Ref", "Date reported", "Incident type"), ("a1", "2024-04-01", "Burglary")]
    book = write_workbook(Notes=[("Made by the ASB team",)], Data=data)
    at = uploaded(named(opened("load_files"), "Council"), ("book.xlsx", book), ("good.csv", GOOD))
    assert not at.exception
    assert "1 file ready to load and 1 file needs an answer." in said(at)
    (sheets,) = [field for field in at.multiselect if field.label == "Sheets to load"]
    assert (list(sheets.options), sheets.value) == (["Notes", "Data"], ["Data"])
    at = pressed(at, "Read these sheets")
    assert not at.exception
    assert "Match the columns of book.xlsx" in at.subheader[0].value
    assert at.expander[0].label == markup.escape_markdown("book.xlsx: sheet Data is read. Sheet Notes is not read.")


def test_a_table_of_counts_is_offered_as_reported_figures(root):
    table = b"Area,Apr-24,May-24\nHartlepool,17,9\nStockton,5,6\n"
    at = uploaded(opened("load_files"), ("noise.csv", table))
    assert not at.exception
    assert "a table of counts: 2 rows with 37 incidents" in said(at)
    assert [button.label for button in at.button] == ["Load as reported figures"]
    assert at.button[0].disabled
    at = box_of(at, "Indicator").set_value("noise_complaints").run()
    at = pressed(at, "Load as reported figures")
    assert "noise.csv: reported figures, 4 figures to load." in said(at)
    at = pressed(at, "Load")
    assert "4 reported figures loaded from 1 file" in said(at)


def test_markup_in_cells_and_names_is_shown_as_text(root):
    text = b"Day,Kind\n2022-04-01,**x** [a](http://b) $y$ <b>\n"
    at = uploaded(opened("load_files"), ("_a_ red[b](c).csv", text))
    pick(at, "Kind", "indicator")
    next(radio for radio in at.radio if radio.key.startswith("way-")).set_value("category")
    at.run()
    labels = [box.label for box in at.selectbox]
    assert markup.escape_markdown("**x** [a](http://b) $y$ <b> (1 row)") in labels
    assert markup.escape_markdown("_a_ red[b](c).csv") in at.subheader[0].value


def test_a_zip_of_months_is_loaded_under_the_names_in_it(root):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("2020-04/x.csv", GOOD)
    at = pressed(uploaded(opened("load_files"), ("months.zip", stream.getvalue())), "Load")
    assert at.dataframe[0].value["File"].tolist() == ["months.zip/2020-04/x.csv"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("March 2021.csv", "March 2021.csv"),
        ("../../etc/passwd.csv", "passwd.csv"),
        (r"C:\Users\me\a.csv", "a.csv"),
        ("..", "file"),
        ("", "file"),
        (".hidden.csv", "hidden.csv"),
        ("nul.csv", "_nul.csv"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("x" * 400 + ".xlsx", "x" * 115 + ".xlsx"),
        ("a.csv. ", "a.csv"),
        ("é" * 100 + ".csv", "é" * 58 + ".csv"),
        ("a\udc80\ud800\u202e.csv", "a___.csv"),
    ],
)
def test_a_name_from_a_browser_is_made_safe_and_stays_itself(name, safe):
    assert loading.make_safe_name(name) == safe


class Sent:
    def __init__(self, file_id: str, name: str, data: bytes = b"x"):
        self.file_id, self.name, self.data = file_id, name, data

    def getbuffer(self) -> memoryview:
        return memoryview(self.data)


def test_uploads_lie_apart_below_one_folder_that_goes_with_the_desk(root):
    desk = loading.Desk(root)
    paths = desk.save([Sent("../1", "../a.csv"), Sent("2", "a.csv", b"y")])
    assert [path.read_bytes() for path in paths] == [b"x", b"y"]
    (folder,) = {path.parent.parent for path in paths}
    assert desk.save([Sent("2", "a.csv")]) == paths[1:]
    desk.load(paths, None, add=False, progress=lambda *_: None)
    assert not folder.exists()
    assert (desk.turn, desk.last.tally.read) == (1, 0)


# --- rules over several columns


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_fire_services_export_is_mapped_without_typing_and_the_next_month_asks_nothing(root, layout):
    at = uploaded(opened("load_files"), ("april.csv", make_export(layout, 4)))
    at = named(at, "Cleveland Fire Brigade")
    assert f"Fill in the ready-made mapping: {layout}" in [box.label.replace("\\", "") for box in at.checkbox]
    assert {"Matches 87 rows.", "Matches 23 rows."} <= {caption.value for caption in at.caption}
    assert "Leave out the 390 rows that no rule matches" in [box.label for box in at.checkbox]
    at = pressed(at, "Save mapping")
    assert not at.exception
    assert "1 file ready to load" in said(at)
    assert "april.csv: 390 rows are left out by the mapping." in said(at)
    at = pressed(at, "Load")
    assert "110 records loaded from 1 file; 390 rows left out" in said(at)
    at = uploaded(opened("load_files"), ("may.csv", make_export(layout, 5)))
    assert "1 file ready to load" in said(at)
    pressed(at, "Load")
    assert {(cell.source, cell.month): 0 for cell in open_store(root).coverage}.keys() == {
        ("Cleveland Fire Brigade", "2024-04"),
        ("Cleveland Fire Brigade", "2024-05"),
    }


def test_rules_are_made_by_choosing_columns_and_values(root):
    text = b"When,Class,Cause,Ward\n05/04/2024,Secondary,Deliberate,Hart\n06/04/2024,Secondary,Accidental,Hart\n"
    at = named(uploaded(opened("load_files"), ("fires.csv", text)), "Cleveland Fire Brigade")
    way = next(radio for radio in at.radio if radio.key.startswith("way-"))
    at = way.set_value("rules").run()
    assert "This rule is not complete yet." in said(at)
    pick(at, "Rule 1: count as", "fires_secondary_deliberate")
    at = choices(at, "Rule 1: columns that decide").set_value(["Class", "Cause"]).run()
    assert choices(at, "Rule 1: Cause is one of").options == ["Deliberate (1 row)", "Accidental (1 row)"]
    choices(at, "Rule 1: Class is one of").set_value(["Secondary"])
    at = choices(at, "Rule 1: Cause is one of").set_value(["Deliberate"]).run()
    assert "Matches 1 row." in said(at)
    at = pressed(at, "Add a rule")
    pick(at, "Rule 2: count as", "fires_vehicle_deliberate")
    at = choices(at, "Rule 2: columns that decide").set_value(["Class"]).run()
    at = choices(at, "Rule 2: Class is one of").set_value(["Secondary"]).run()
    assert "1 row match the rules for Deliberate secondary fires and Deliberate vehicle fires" in said(at)
    at = pressed(at, "Save mapping")
    assert "both match 1 row" in at.error[-1].value
    at = pressed(pressed(at, "Remove the last rule"), "Save mapping")
    assert not at.exception
    (rule,) = read_mappings(root)["Cleveland Fire Brigade"].rules
    assert (rule.indicator, dict(rule.conditions)) == (
        "fires_secondary_deliberate",
        {"Class": ("Secondary",), "Cause": ("Deliberate",)},
    )
    assert "1 record loaded from 1 file; 1 row left out" in said(pressed(at, "Load"))


def test_old_categories_of_police_uk_are_loaded_or_said_to_be_left_out_before_loading(root):
    header = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,Crime type\n"
    kinds = ("Violent crime", "Public disorder and weapons", "Burglary")
    rows = "".join(f"{n},2012-04,Cleveland Police,Cleveland Police,-1.21,54.69,A,{k}\n" for n, k in enumerate(kinds))
    at = uploaded(opened("load_files"), ("2012-04-cleveland-street.csv", (header + rows).encode()))
    assert "1 row is left out by the mapping" in said(at)
    assert "police.uk split it in May 2013 into Public order and Possession of weapons" in said(at)
    assert "2 records loaded from 1 file; 1 row left out" in said(pressed(at, "Load"))


# --- reported figures

FIGURES = b"Area,Indicator,Period,Value\n"
NOISE = FIGURES + b"Hartlepool,Noise complaints,2020-21 Q3,87\nHartlepool,Fly-tipping,2020-21 Q3,\n"
EVERY_PAGE = sorted(path.stem for path in (settings.ROOT / "pages").glob("*/*.py"))


def test_reported_figures_load_from_the_browser_without_a_mapping(root):
    at = uploaded(opened("load_files"), ("noise.csv", NOISE))
    assert "1 file ready to load." in said(at)
    assert "noise.csv: reported figures, 1 figure to load and 1 figure awaited." in said(at)
    assert "Match the columns" not in said(at)
    at = pressed(at, "Load")
    assert not at.exception
    assert "1 reported figure loaded from 1 file" in said(at)
    assert at.dataframe[0].value["Message"].tolist() == ["reported figures; 1 figure awaited"]


@pytest.mark.parametrize(
    ("data", "message"),
    [(FIGURES + b"Hartlepool,Fly-tipping,2020-10,\n", "contains no figures yet"),
     (b"Area,Indicator,Period\nHartlepool,Fly-tipping,2020-10\n", "has no column Value")],
)  # fmt: skip
def test_figures_that_cannot_be_used_ask_for_no_mapping(root, data, message):
    at = uploaded(opened("load_files"), ("noise.csv", data))
    assert not at.exception
    assert message in said(at)
    assert "Match the columns" not in said(at)


def test_the_data_page_lists_the_figures_and_every_load(root, tmp_path):
    stored(tmp_path, root, GOOD)
    assert "Reported figures" not in said(opened("data"))
    stored(tmp_path, root, NOISE, "noise.csv")
    at = opened("data")
    assert not at.exception
    assert "Reported figures" in [head.value for head in at.subheader]
    table = at.dataframe[0].value
    assert table["Indicator"].tolist() == ["Noise complaints"]
    assert table["Period"].tolist() == ["2020-21 Q3 (Oct to Dec 2020)"]
    assert "From Hartlepool Borough Council; no figures of earlier loads replaced." in said(at)


def test_with_figures_alone_the_data_page_says_so_and_undoes_them(root, tmp_path):
    stored(tmp_path, root, NOISE)
    at = opened("data")
    assert not at.exception
    assert at.title[0].value == "Reported figures are loaded, and no records"
    assert "This removes 1 reported figure from the store" in said(at)
    at = pressed(at, "Undo it")
    assert "You have not loaded any data yet" in said(at)


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_with_figures_alone_a_page_opens_or_says_what_it_needs(root, tmp_path, page):
    stored(tmp_path, root, NOISE)
    at = opened(page)
    assert not at.exception
    if page not in ("data", "load_files"):
        assert "this page needs records" in at.error[0].value
    if page != "load_files":
        pick(at, "Records", "The synthetic sample")
        assert not at.run().exception
        assert "this page needs records" not in said(at)


def test_a_file_that_is_nearly_all_outside_is_asked_about_before_it_is_loaded(root):
    swapped = HEADER + b"2020-04-05,asb_police,54.69,-1.21\n" * 3
    at = uploaded(named(opened("load_files"), "Council"), ("swapped.csv", swapped))
    assert not at.exception
    assert "1 file to check." in said(at) and "Longitude and latitude seem to be swapped" in said(at)
    assert "Load" not in [button.label for button in at.button]
    at.checkbox[0].check().run()
    at = pressed(at, "Load")
    assert not at.exception
    assert "3 records outside every Local Policing Area" in said(at)
    assert sum(open_store(root).coverage.values()) == 3


def test_a_good_file_beside_it_loads_and_the_other_stays_out(root):
    swapped = HEADER + b"2020-04-05,asb_police,54.69,-1.21\n" * 3
    at = uploaded(named(opened("load_files"), "Council"), ("good.csv", GOOD), ("swapped.csv", swapped))
    assert "swapped.csv is left out unless you tick the box." in said(at)
    at = pressed(at, "Load what is ready")
    assert not at.exception
    assert sum(open_store(root).coverage.values()) == 2


def test_records_of_another_force_are_named_on_the_data_page_and_listed(root, tmp_path):
    header = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,Crime type\n"
    for number, force in enumerate(("Cleveland Police", "British Transport Police")):
        row = f",2020-0{4 + number},{force},{force},-1.21,54.69,On or near A,Anti-social behaviour\n"
        stored(tmp_path, root, (header + row).encode(), f"{number}.csv")
    at = opened("data")
    assert not at.exception
    assert at.title[0].value == "1 indicator is loaded from one supplier, April 2020; no month is missing"
    assert "1 record from police.uk British Transport Police is counted apart" in said(at)
    assert "Records counted apart" in said(at)


def test_a_store_of_another_force_alone_says_whose_records_are_missing(root, tmp_path):
    header = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,Crime type\n"
    row = ",2020-04,Durham Constabulary,Durham Constabulary,-1.21,54.69,On or near A,Anti-social behaviour\n"
    stored(tmp_path, root, (header + row).encode())
    at = opened("headlines")
    assert not at.exception
    assert "police.uk Durham Constabulary, which is responsible for none of the areas" in said(at)
    assert not opened("data").exception


def test_the_order_of_day_and_month_is_asked_once(root):
    us_file = b"date,indicator\n04/25/2020,asb_police\n04/05/2020,asb_police\n"
    at = uploaded(opened("load_files"), ("council.csv", us_file))
    assert "1 file needs the order of the dates." in said(at)
    assert "Load" not in [button.label for button in at.button]
    (order,) = [radio for radio in at.radio if radio.label == "Order of the dates"]
    at = pressed(order.set_value("month first").run(), "Save order")
    assert "1 file ready to load." in said(at)
    at = pressed(at, "Load")
    assert not at.exception
    assert {str(month) for _, _, month in open_store(root).coverage} == {"2020-04"}
