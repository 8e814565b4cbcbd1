"""Whatever a file contains, it is loaded or refused on its own line, and the files next to it load."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from helpers.stores import load
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shp_data.domain.partnership import partnership
from shp_data.intake.mapping.preview import preview_files
from shp_data.intake.readers import tables
from shp_data.intake.readers.files import InputFile

GOOD = "date,indicator,ward\n2024-04-05,asb_police,Hart\n2024-04-06,asb_police,Hart\n"
SOURCES = dict(partnership().suppliers)


def make_parquet() -> bytes:
    columns = {"date": ["2024-04-05"] * 20, "indicator": ["asb_police"] * 20, "n": list(range(20))}
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def make_workbook() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Data")
        for row, line in enumerate(GOOD.splitlines()):
            sheet.write_row(row, 0, line.split(","))
    return buffer.getvalue()


def make_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.csv", GOOD * 5)
    return buffer.getvalue()


WHOLE = {
    "a.csv": (GOOD * 3).encode(),
    "b.csv": GOOD.encode("utf-16"),
    "c.parquet": make_parquet(),
    "d.xlsx": make_workbook(),
    "e.zip": make_zip(),
}


def damage(data: bytes, edits: list[tuple[float, bytes]], cut: float) -> bytes:
    damaged = bytearray(data)
    for where, piece in edits:
        start = int(where * len(damaged))
        damaged[start : start + len(piece)] = piece
    return bytes(damaged[: max(1, int(cut * len(damaged)))])


EDITS = st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), max_size=4)


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS, cut=st.floats(0, 1))
def test_a_damaged_file_stops_neither_the_preview_nor_the_files_next_to_it(
    tmp_path_factory: pytest.TempPathFactory, name: str, edits: list[tuple[float, bytes]], cut: float
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    (folder / name).write_bytes(damage(WHOLE[name], edits, cut))
    (folder / "good.csv").write_text(GOOD)
    for preview in preview_files(folder / name, SOURCES, None):
        assert preview.fault or preview.header
        assert preview.fault == "" or preview.fault.startswith(preview.name) or preview.needs_mapping
    result = load(folder / "S", folder / name, folder / "good.csv")
    assert result.files[-1].tally.accepted + result.files[-1].tally.duplicates == 2
    for file in result.files:
        assert file.status == "loaded" or file.message.startswith(file.file)


@pytest.mark.parametrize("name", ["a.csv", "c.parquet", "d.xlsx"])
def test_a_header_without_rows_is_refused_alone_in_a_zip_and_beside_good_files(tmp_path: Path, name: str) -> None:
    header = "Date,Type,Ward"
    buffer = io.BytesIO(f"{header}\n".encode())
    if name == "c.parquet":
        pq.write_table(pa.table({title: pa.array([], pa.string()) for title in header.split(",")}), buffer)
    if name == "d.xlsx":
        with xlsxwriter.Workbook(buffer) as book:
            book.add_worksheet("Data").write_row(0, 0, header.split(","))
    data = buffer.getvalue()
    (tmp_path / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr(name, data)
        archive.writestr("good.csv", GOOD)
    (alone,) = preview_files(tmp_path / name, SOURCES, None)
    zipped, good = preview_files(tmp_path / "both.zip", SOURCES, None)
    assert alone.fault == f"{name}: {tables.NO_ROWS}"
    assert zipped.fault == f"both.zip/{name}: {tables.NO_ROWS}"
    assert not alone.needs_mapping
    assert good.is_loadable
    result = load(tmp_path / "S", tmp_path / name, tmp_path / "both.zip")
    assert [file.status for file in result.files] == ["failed", "failed", "loaded"]
    assert result.tally.accepted == 2


def test_a_parquet_file_shows_its_rows_and_its_categories(tmp_path: Path) -> None:
    kinds = ["Bins", "Bins", "asb_police"]
    pq.write_table(pa.table({"date": ["2024-04-05"] * 3, "indicator": kinds}), tmp_path / "a.parquet")
    (preview,) = preview_files(tmp_path / "a.parquet", SOURCES, None)
    assert preview.rows[0] == ("2024-04-05", "Bins")
    assert preview.sample["indicator"] == ("Bins", "Bins", "asb_police")
    assert preview.unknown_categories == {"Bins": 2}


def test_an_error_that_no_rule_foresees_stays_with_its_file_and_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    read_csv = tables.read_csv

    def fail(file: InputFile, header_names: frozenset[str]) -> Iterator[object]:
        chunks = read_csv(file, header_names)
        yield next(chunks)
        if file.name == "bad.csv":
            raise pa.ArrowNotImplementedError("no kernel")

    monkeypatch.setattr(tables, "read_csv", fail)
    for name in ("bad.csv", "good.csv"):
        (tmp_path / name).write_text(GOOD)
    with caplog.at_level(logging.ERROR):
        (preview,) = preview_files(tmp_path / "bad.csv", SOURCES, None)
        result = load(tmp_path / "S", tmp_path / "bad.csv", tmp_path / "good.csv")
    assert [file.status for file in result.files] == ["failed", "loaded"]
    assert result.tally.read == 2  # none of the rows before the error
    assert preview.fault == result.files[0].message
    assert preview.fault.startswith(
        "bad.csv: cannot be read, because of an unexpected error (ArrowNotImplementedError)"
    )
    assert "no kernel" in caplog.text


def test_an_error_while_a_file_is_interpreted_stays_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("ward")

    monkeypatch.setattr("shp_data.intake.mapping.preview.choose_reading", fail)
    monkeypatch.setattr("shp_data.intake.load.choose_reading", fail)
    (tmp_path / "a.csv").write_text(GOOD)
    (preview,) = preview_files(tmp_path / "a.csv", SOURCES, None)
    result = load(tmp_path / "S", tmp_path / "a.csv")
    assert "unexpected error (KeyError)" in preview.fault
    assert result.files[0].message == preview.fault
    assert "KeyError" in caplog.text
