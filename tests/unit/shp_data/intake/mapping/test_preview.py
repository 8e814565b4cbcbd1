"""A file before it is loaded: what is understood of it; and the mappings made from it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from shp_data.domain.errors import InputError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.load import LoadOptions, ingest
from shp_data.intake.mapping.preview import (
    Preview,
    build_mapping,
    count_categories,
    find_standard_header,
    preview_files,
)
from shp_data.intake.rows.columns import choose_reading, list_headers
from shp_data.store.notes.mappings import list_suppliers, read_mappings, remove_mapping, save_mapping
from shp_view.views import loading

SOURCES = dict(partnership().suppliers)
STRANGE = "Reported on,Incident type,Where\n" + "01/04/2022,Nuisance youths,High Street\n" * 7


@pytest.fixture
def look(tmp_path: Path):
    def made(text: str | bytes, name: str = "file.csv", sources: dict[str, Supplier] = SOURCES) -> Preview:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        (found,) = preview_files(path, sources, None)
        return found

    return made


def test_a_strange_header_shows_its_first_five_rows_and_asks_for_a_mapping(look):
    found = look(STRANGE)
    assert found.header == ("Reported on", "Incident type", "Where")
    assert found.rows == (("01/04/2022", "Nuisance youths", "High Street"),) * 5
    assert found.needs_mapping
    assert found.reading is None


def test_unknown_categories_are_counted_over_the_whole_file(look):
    known = "2020-04-01,Burglary\n" * 3
    found = look("date,indicator\n" + known + "2020-04-01, Noise \n" + "2020-04-01,Bins\n" * 2)
    assert list(found.unknown_categories.items()) == [("Bins", 2), ("Noise", 1)]
    assert found.needs_mapping


def test_a_file_that_is_understood_asks_for_nothing(look):
    found = look("date,indicator\n2020-04-01,Burglary\n")
    assert not found.needs_mapping
    assert found.fault == ""


def test_a_file_that_cannot_be_read_is_a_fault_not_a_mapping(look):
    for text, name in ((b"", "empty.csv"), (b"%PDF-1.4", "paper.csv"), (b"nothing", "book.xlsx")):
        found = look(text, name)
        assert found.fault.startswith(name)
        assert not found.needs_mapping


def test_each_file_of_a_zip_is_looked_at(tmp_path):
    path = tmp_path / "both.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", STRANGE)
        archive.writestr("b.csv", "date,indicator\n2020-04-01,Burglary\n")
    found = preview_files(path, SOURCES, None)
    assert [(file.name, file.needs_mapping) for file in found] == [
        ("both.zip/a.csv", True),
        ("both.zip/b.csv", False),
    ]


def test_long_cells_are_cut(look):
    assert max(len(cell) for cell in look(f"Reported on,Type\n{'x' * 5000},y\n").rows[0]) == 80


def test_a_mapping_names_every_column_that_is_read_and_those_of_our_own_names_that_are_not():
    header = ["Date", "Type", "Ward", "Location"]
    chosen = {"date": "Date", "indicator": "Type", "ward": "Ward"}
    made = build_mapping(Supplier("A"), header, chosen, {"Bins": ""}, None)
    assert (made.headers, made.categories, made.indicator) == ({**chosen, "location": ""}, {"Bins": ""}, None)
    assert choose_reading(header, "f", {"A": made}, "A").headers == chosen


def test_the_name_of_a_column_of_ours_is_not_what_a_supplier_is_known_by():
    made = build_mapping(
        Supplier("A"), ["Date", "Type", "Ward"], {"date": "Date", "indicator": "Type", "ward": "Ward"}, {}, None
    )
    assert choose_reading(["Date", "Type"], "f", {"A": made}, None).name == "A"
    with pytest.raises(InputError, match="no column for indicator"):
        choose_reading(["Date", "Ward"], "f", {"A": made}, None)


def test_a_row_of_totals_is_no_category(look):
    found = look("Ref,date,indicator\n1,2020-04-01,Noise\n2,2020-04-01,Bins\nTotal,,47\nGrand Total,,94\n")
    assert found.unknown_categories == {"Noise": 1, "Bins": 1}


def test_our_own_name_of_a_column_is_found_as_the_file_writes_it():
    header = ("Reported on", "DATE", "Covid-Related", "date")
    assert find_standard_header("date", header) == "DATE"
    assert find_standard_header("covid_related", header) == "Covid-Related"
    assert find_standard_header("indicator", header) is None


def test_a_mapping_needs_a_date_an_indicator_and_each_column_once():
    for chosen, match in (
        ({"date": "Day"}, "indicator"),
        ({"indicator": "Type"}, "date"),
        ({"date": "Day", "indicator": "Day"}, "twice"),
    ):
        with pytest.raises(InputError, match=match):
            build_mapping(Supplier("A"), ["Day", "Type"], chosen, {}, None)


def test_a_whole_file_of_one_indicator_needs_no_column_for_it(tmp_path, look):
    made = build_mapping(Supplier("Bins"), ["Day"], {"date": "Day"}, {}, "burglary")
    save_mapping(tmp_path / "store", made)
    (tmp_path / "bins.csv").write_text("Day,Place\n01/04/2022,A\n02/04/2022,B\n")
    load = ingest([tmp_path / "bins.csv"], tmp_path / "store")
    assert {(c.source, c.indicator, n) for c, n in load.cells.items()} == {("Bins", "burglary", 2)}


def test_a_mapping_keeps_what_its_supplier_covers(tmp_path):
    kept = Supplier("Bins", headers={"date": "Day"}, indicators=("burglary", "robbery"), areas=("Hartlepool",))
    save_mapping(tmp_path, kept)
    assert list_suppliers(tmp_path)["Bins"] == kept


def test_a_category_left_out_is_decided_and_its_rows_are_rejected(tmp_path):
    source = Supplier(
        "Council", headers={"date": "Day", "indicator": "Type"}, categories={"Bins": "", "Noise": "burglary"}
    )
    save_mapping(tmp_path / "store", source)
    (tmp_path / "f.csv").write_text("Day,Type\n01/04/2022,Bins\n02/04/2022,noise\n")
    (found,) = preview_files(tmp_path / "f.csv", list_suppliers(tmp_path / "store"), None)
    assert not found.needs_mapping
    load = ingest([tmp_path / "f.csv"], tmp_path / "store")
    assert (load.tally.accepted, load.tally.rejected) == (1, 1)


def test_a_category_of_an_indicator_that_is_gone_is_unknown_again():
    words = partnership().vocabulary.map_categories(Supplier("A", categories={"Old": "no_such_indicator"}))
    assert "old" not in words


def test_categories_compare_without_case_and_spaces(look):
    found = look("date,indicator\n2020-04-01,BURGLARY\n2020-04-01,bur glary\n")
    assert found.unknown_categories == {}


def test_categories_of_a_column_are_the_commonest_first(look):
    found = look("Day,Kind\n1,b\n2,a\n3,a\n4,\n")
    assert found.file is not None
    assert list(count_categories(found.file, list_headers([]), "Kind").items()) == [("a", 2), ("b", 1)]


def test_the_mapping_of_most_headers_is_used_and_two_alike_are_refused():
    less = Supplier("Less", headers={"date": "Day", "indicator": "Type"})
    more = Supplier("More", headers={"date": "Day", "indicator": "Type", "location": "Street"})
    header = ["Day", "Type", "Street"]
    assert choose_reading(header, "f", {"Less": less, "More": more}, None).name == "More"
    twin = Supplier("Twin", headers=dict(less.headers))
    with pytest.raises(InputError, match="'Less' and 'Twin' equally well"):
        choose_reading(["Day", "Type"], "f", {"Less": less, "Twin": twin}, None)
    assert choose_reading(["Day", "Type"], "f", {"Less": less, "Twin": twin}, "Twin").name == "Twin"


def test_a_kept_mapping_adds_to_the_source_of_its_name(tmp_path):
    save_mapping(tmp_path, Supplier("Cleveland Fire Brigade", headers={"date": "Call time"}))
    found = list_suppliers(tmp_path)["Cleveland Fire Brigade"]
    base = SOURCES["Cleveland Fire Brigade"]
    assert found.headers == {"date": "Call time"}
    assert (found.indicators, dict(found.categories)) == (base.indicators, dict(base.categories))


def test_a_mapping_is_forgotten_alone(tmp_path):
    save_mapping(tmp_path, Supplier("A", headers={"date": "Day"}))
    save_mapping(tmp_path, Supplier("B", indicator="burglary"))
    remove_mapping(tmp_path, "A")
    assert list(read_mappings(tmp_path)) == ["B"]
    remove_mapping(tmp_path, "A")


def test_a_failed_file_is_named_once_in_its_message(tmp_path):
    (tmp_path / "paper.pdf").write_bytes(b"%PDF")
    (tmp_path / "strange.csv").write_text(STRANGE)
    load = ingest([tmp_path / "paper.pdf", tmp_path / "strange.csv"], tmp_path / "store", LoadOptions())
    assert [file.message.count(file.file) for file in load.files] == [1, 1]


FIGURES = "Area,Indicator,Period,Value\n"


def test_reported_figures_are_told_as_such_and_ask_for_no_mapping(look):
    rows = (
        "Hartlepool,Noise complaints,2020-21 Q3,87\nHartlepool,Fly-tipping,2020-21 Q3,\nLeeds,Fly-tipping,2020-10,1\n"
    )
    found = look(FIGURES + rows)
    assert not found.needs_mapping
    assert found.fault == ""
    assert loading.describe_figures(found) == (
        "file.csv: reported figures, 1 figure to load, 1 row to be rejected and 1 figure awaited."
    )
    assert loading.describe_readiness([found]) == "1 file ready to load."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (FIGURES + "Hartlepool,Fly-tipping,2020-21 Q3,\n", "file.csv: contains no figures yet"),
        ("Area,Indicator,Period\nHartlepool,Fly-tipping,2020-21 Q3\n", "file.csv: looks like reported figures, but"),
    ],
)
def test_figures_that_cannot_be_used_are_a_fault_not_a_mapping(look, text, fault):
    found = look(text)
    assert found.fault.startswith(fault)
    assert not found.needs_mapping


def test_a_kept_mapping_goes_before_a_likeness_to_figures(look):
    own = Supplier("Wardens", headers={"date": "Period"}, categories={"Litter": "criminal_damage_arson"})
    found = look("Area,Indicator,Period\nHartlepool,Litter,2020-10-05\n", sources={**SOURCES, "Wardens": own})
    assert found.reading.source == own
    assert found.fault == ""


def test_the_mended_figures_beside_records_are_no_unknown_categories(look):
    header = "rejected_file,rejected_row,rejected_reason,date,indicator,area,period,value\n"
    rows = "a.csv,2,x,2020-10-05,asb_police,,,\nb.csv,2,x,,Noise complaints,Hartlepool,2020-10,4\n"
    assert look(header + rows).unknown_categories == {}
