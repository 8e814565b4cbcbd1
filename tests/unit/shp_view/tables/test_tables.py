"""A file by its format; Parquet's types as text; the real months, whole."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shp_data.domain.errors import InputError
from shp_data.intake.readers import parquet_tables
from shp_data.intake.readers.files import InputFile, find_files
from shp_data.intake.readers.tables import read_chunks, read_header

KNOWN = frozenset({"date", "indicator"})


def parquet(path: Path, columns: dict[str, Any]) -> InputFile:
    pq.write_table(pa.table(columns), path)
    return InputFile(path.name, path, None, path.stat().st_size)


def rows_of(file: InputFile) -> list[dict[str, str | int | None]]:
    return [row for chunk in read_chunks(file, KNOWN) for row in chunk.table.to_pylist()]


def test_parquet_types_become_the_text_that_a_csv_would_hold(tmp_path: Path) -> None:
    utc = dt.datetime(2020, 7, 1, 12, 0, tzinfo=dt.UTC)
    file = parquet(
        tmp_path / "p.parquet",
        {
            "time": pa.array([dt.datetime(2020, 1, 2, 13, 5, 59), None], pa.timestamp("ns")),
            "zoned": pa.array([utc, None], pa.timestamp("us", "UTC")),
            "day": pa.array([dt.date(2020, 1, 2), None]),
            "flag": [True, None],
            "whole": [451234.0, None],
            "number": [-1.1767910000000001, None],
            "large": pa.array([2**62, None]),
            "price": pa.array([Decimal("5.10"), None]),
            "word": pa.array(["a", ""]).dictionary_encode(),
            "code": pa.array([7, None]).dictionary_encode(),
            "list": [[1], None],
            "nothing": pa.nulls(2),
            "Date": ["x", "y"],
        },
    )
    first, second = rows_of(file)
    assert first == {
        "time": "2020-01-02 13:05", "zoned": "2020-07-01 13:00", "day": "2020-01-02", "flag": "true",
        "whole": "451234", "number": repr(-1.1767910000000001),
        "large": str(2**62), "price": "5.10", "word": "a", "code": "7",
        "nothing": None, "Date": "x", "row": 2,
    }  # fmt: skip
    assert {k: v for k, v in second.items() if v is not None} == {"Date": "y", "row": 3}


def test_parquet_comes_in_chunks_numbered_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_tables, "_BATCH_ROWS", 40)
    rows = rows_of(parquet(tmp_path / "p.parquet", {"Date": [str(i) for i in range(2, 102)]}))
    assert len(rows) == 100
    assert all(r["Date"] == str(r["row"]) for r in rows)


def test_parquet_without_rows_has_columns(tmp_path: Path) -> None:
    file = parquet(tmp_path / "p.parquet", {"Date": pa.array([], pa.string()), "Indicator": pa.array([], pa.string())})
    assert (read_header(file, KNOWN), rows_of(file)) == (("Date", "Indicator"), [])


def test_parquet_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = parquet(tmp_path / "p.parquet", {"Date": ["x"] * 1000, "n": list(range(1000))})
    whole = good.path.read_bytes()
    for place, data in enumerate((b"", b"PAR1", whole[:-20], whole[:4] + bytes(len(whole) - 50) + whole[-46:])):
        path = tmp_path / f"bad{place}.parquet"
        path.write_bytes(data)
        with pytest.raises(InputError, match=rf"bad{place}.parquet: .*damaged"):
            rows_of(InputFile(path.name, path, None, len(data)))
    with pytest.raises(InputError, match="the column 'Date' contains list"):
        rows_of(parquet(tmp_path / "n.parquet", {"Date": [["x"]]}))
    monkeypatch.setattr(parquet_tables, "MAX_ROWS", 999)
    with pytest.raises(InputError, match="has 1,000 rows"):
        rows_of(good)


def test_parquet_text_that_is_no_text_is_told(tmp_path: Path) -> None:
    good = parquet(tmp_path / "p.parquet", {"Date": ["2020-04-01 and on"], "Indicator": ["a"]})
    data = good.path.read_bytes()
    for place, at in enumerate((b"2020-04-01 and on", b"Indicator")):
        path = tmp_path / f"bad{place}.parquet"
        path.write_bytes(data.replace(at, b"\xff" * len(at)))
        with pytest.raises(InputError, match="damaged"):
            rows_of(InputFile(path.name, path, None, len(data)))


def test_the_real_months_are_read_whole() -> None:
    folder = os.environ.get("SHP_REAL_DATA")
    if not folder:
        pytest.skip("SHP_REAL_DATA is not set")
    found = find_files([Path(folder) / "police_uk"])
    files = [f for f in found if isinstance(f, InputFile)]
    assert len(files) == len(found) == 18
    known = {"month", "crimetype", "longitude", "latitude", "location"}
    chunks = [c for f in files for c in read_chunks(f, known)]
    assert sum(len(c.table) for c in chunks) == 144_397
    assert not any(c.bad for c in chunks)
