"""How often a file is decoded and parsed, on the page and on the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pyarrow import csv as pa_csv

from shp_data.domain.vocabulary import Supplier
from shp_data.intake.load import LoadOptions, ingest
from shp_data.intake.readers import encodings
from shp_data.intake.rows.columns import list_headers
from shp_data.store.notes.mappings import list_suppliers, save_mapping
from shp_view.views.loading import Desk

# Row 4 has no date. With a conflict, row 5 repeats an id with other content, which only the end of a load shows.
ROWS = "Ref,Reported on,Incident type\n1,05/04/2024,Nuisance é\n2,06/04/2024,Nuisance é\n3,,Nuisance é\n"
CONFLICT = "1,07/04/2024,Nuisance é\n"
MAPPING = Supplier(
    "Wardens",
    headers={"incident_id": "Ref", "date": "Reported on", "indicator": "Incident type"},
    categories={"Nuisance é": "asb_police"},
    areas=("Hartlepool",),
)


class Sent:
    """A file as the browser sends it."""

    def __init__(self, name: str, data: bytes) -> None:
        self.file_id, self.name, self._data = "1", name, data

    def getbuffer(self) -> memoryview:
        return memoryview(self._data)


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a whole file was decoded, and how often one was parsed."""
    counts = Counter[str]()

    def count(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def counted(*arguments: object, **options: object) -> object:
            counts[name] += 1
            return function(*arguments, **options)

        return counted

    monkeypatch.setattr(encodings, "_scan_quotes", count("decoded", encodings._scan_quotes))
    monkeypatch.setattr(pa_csv, "open_csv", count("parsed", pa_csv.open_csv))
    return counts


@pytest.mark.parametrize("rows", [ROWS, ROWS + CONFLICT])
def test_on_the_page_a_mapped_file_is_decoded_once_and_parsed_twice(
    tmp_path: Path, times: Counter[str], rows: str
) -> None:
    desk = Desk(tmp_path / "store")
    paths = desk.save([Sent("wardens.csv", rows.encode())])
    (preview,) = desk.preview_files(paths, "Wardens")
    assert preview.needs_mapping
    assert preview.file is not None
    headers = list_headers(list_suppliers(desk.root).values())
    assert desk.count_categories(preview.file, headers, "Incident type") == {"Nuisance é": rows.count("é")}
    save_mapping(desk.root, MAPPING)
    for _ in range(3):  # each click runs the page again
        (preview,) = desk.preview_files(paths, "Wardens")
    assert not preview.needs_mapping
    desk.load(paths, "Wardens", add=False, progress=lambda *_: None)
    assert desk.last is not None
    assert desk.last.tally.rejected == rows.count("\n") - 3
    assert times == {"decoded": 1, "parsed": 2}


@pytest.mark.parametrize("rows", [ROWS, ROWS + CONFLICT])
def test_on_the_command_line_a_mapped_file_is_decoded_once_and_parsed_once(
    tmp_path: Path, times: Counter[str], rows: str
) -> None:
    save_mapping(tmp_path / "store", MAPPING)
    (tmp_path / "wardens.csv").write_text(rows, encoding="utf-8")
    load = ingest([tmp_path / "wardens.csv"], tmp_path / "store", LoadOptions("Wardens"))
    assert load.tally.rejected == rows.count("\n") - 3
    assert times == {"decoded": 1, "parsed": 1}
    rejected = (tmp_path / "store" / load.rejected_file).read_text(encoding="utf-8-sig")
    assert "\nwardens.csv,4,no date,3,,Nuisance é," in rejected


def test_a_file_that_was_written_again_is_decoded_again(tmp_path: Path, times: Counter[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(ROWS.encode("cp1252"))
    desk = Desk(tmp_path / "store")
    first = desk.preview_files([path], None)[0].rows[0][2]
    path.write_bytes(ROWS.encode("utf-16"))
    second = Desk(tmp_path / "store").preview_files([path], None)[0].rows[0][2]
    assert (first, second) == ("Nuisance é", "Nuisance é")
    assert times["decoded"] == 3  # UTF-8 was tried before Windows-1252


def test_a_mapping_that_moves_the_header_reads_the_file_again(tmp_path: Path, times: Counter[str]) -> None:
    # Without a mapping, the first row that is as wide as most rows looks like the header.
    path = tmp_path / "a.csv"
    path.write_text("Extract,of,April\nRef,Reported on,Incident type\n1,05/04/2024,Nuisance é\n", encoding="utf-8")
    desk = Desk(tmp_path / "store")
    assert desk.preview_files([path], None)[0].header == ("Extract", "of", "April")
    save_mapping(desk.root, MAPPING)
    (preview,) = desk.preview_files([path], None)
    assert preview.header == ("Ref", "Reported on", "Incident type")
    assert not preview.needs_mapping
    assert times == {"decoded": 1, "parsed": 2}
