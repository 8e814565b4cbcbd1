"""CSV in every usual form, and in every form in which suppliers break it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shp_data.domain.errors import InputError
from shp_data.intake.readers import chunks, csv_tables, encodings
from shp_data.intake.readers.chunks import BadRow
from shp_data.intake.readers.files import InputFile
from shp_data.intake.readers.tables import read_chunks

KNOWN = frozenset({"date", "indicator", "location"})
Rows = list[dict[str, str | int | None]]


def given_file(folder: Path, data: bytes | str, name: str = "f.csv") -> InputFile:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return InputFile(name, path, None, path.stat().st_size)


def read(folder: Path, data: bytes | str) -> tuple[Rows, list[BadRow]]:
    found = list(read_chunks(given_file(folder, data), KNOWN))
    assert len({tuple(c.table.column_names) for c in found}) == 1
    return [row for c in found for row in c.table.to_pylist()], [b for c in found for b in c.bad]


def refused(folder: Path, data: bytes | str) -> str:
    with pytest.raises(InputError) as error:
        read(folder, data)
    assert str(error.value).startswith("f.csv")
    return str(error.value)


PLAIN = [
    {"Date": "2020-04-01", "Indicator": "a", "row": 2},
    {"Date": "2020-04-02", "Indicator": None, "row": 3},
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, end: str, last: bool) -> None:
    text = f"Date{delimiter}Indicator{end}2020-04-01{delimiter}a{end}2020-04-02{delimiter}" + end * last
    assert read(tmp_path, text) == (PLAIN, [])


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
)
def test_encodings_keep_every_character(tmp_path: Path, encoding: str) -> None:
    text = "Date,Location\r\n2020-04-01,Café “£5” – O’Neill’s\r\n"
    rows, _ = read(tmp_path, text.encode(encoding))
    assert rows == [{"Date": "2020-04-01", "Location": "Café “£5” – O’Neill’s", "row": 2}]


@pytest.mark.parametrize("in_memory", [64 * 1024**2, 0])
def test_a_late_byte_decides_the_encoding_of_the_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr(encodings, "_IN_MEMORY", in_memory)
    data = b"Date,Location\n" + b"2020-04-01,x\n" * 200_000 + b"2020-04-01,\xa35 Shop\n"
    rows, bad = read(tmp_path, data)
    assert (len(rows), rows[-1]["Location"], bad) == (200_001, "£5 Shop", [])


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_titles_above_the_header_are_skipped_and_counted(tmp_path: Path, delimiter: str) -> None:
    text = '"Extract, of ""ASB""\nQ3"\n\nRun on;2020,x\nDate,Indicator\n2020-04-01,a\n'.replace(",", delimiter)
    rows, bad = read(tmp_path, text)
    assert (rows, bad) == ([{"Date": "2020-04-01", "Indicator": "a", "row": 5}], [])


def test_twenty_titles_are_too_many_by_one(tmp_path: Path) -> None:
    for titles, first in ((20, "Date"), (21, "Title 0")):
        lines = "".join(f"Title {i}\n" for i in range(titles))
        assert next(read_chunks(given_file(tmp_path, f"{lines}Date,Indicator\nx,y\n"), KNOWN)).header[0] == first


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_excels_sep_line_is_understood_and_not_counted(tmp_path: Path, mark: str) -> None:
    assert read(tmp_path, f"{mark}sep=;\r\nDate;Indicator\r\n2020-04-01;a\r\n2020-04-02;\r\n") == (PLAIN, [])


def test_an_unknown_header_comes_back_as_it_is(tmp_path: Path) -> None:
    file = given_file(tmp_path, "Quarterly extract\nWhen; What ;Note\n1;2;3\n4;5;6\n")
    assert next(read_chunks(file, KNOWN)).header == ["When", "What", "Note"]
    assert [c.table["row"].to_pylist() for c in read_chunks(file, KNOWN)] == [[3, 4]]


def test_row_numbers_count_records_as_a_spreadsheet_does(tmp_path: Path) -> None:
    rows, bad = read(tmp_path, 'Date,Indicator\n1,"a\nb"\n\n , \n,\nshort\n2,c\none,two,three\n')
    assert [(r["Date"], r["row"]) for r in rows] == [("1", 2), (" ", 4), ("2", 7)]
    assert [(b.row, b.text) for b in bad] == [(6, "short"), (8, "one,two,three")]
    assert "has 3 cells but the header has 2" in bad[1].reason


CELL = st.text(alphabet='ab,;"\n\r ', max_size=6)


@settings(max_examples=150)
@given(
    rows=st.lists(st.one_of(st.just([]), st.lists(CELL, min_size=1, max_size=4)), max_size=25),
    end=st.sampled_from(["\n", "\r\n"]),
    block=st.sampled_from([64, 97, 128, 1024**2]),
)
def test_no_row_is_lost_or_misnumbered(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], end: str, block: int
) -> None:
    """Whatever the cells, wherever the reader's blocks end: what csv reads, in the rows where csv sees it."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([["Date", "Indicator"], *rows])
    wanted, ragged = [], []
    for number, cells in enumerate(csv.reader(io.StringIO(text.getvalue(), newline="")), 1):
        blank = not any(cells) if len(cells) == 2 else not any(cell.strip() for cell in cells)
        if number > 1 and not blank:
            if len(cells) >= 2 and not any(cells[2:]):
                wanted.append((number, cells[0] or None, cells[1] or None))
            else:
                ragged.append(number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_tables, "BLOCK_BYTES", block)
        patch.setattr(csv_tables, "_refuse_runaway", lambda *_: None)  # two columns make it see ghosts
        found, bad = read(tmp_path_factory.mktemp("rows"), text.getvalue())
    assert [(r["row"], r["Date"], r["Indicator"]) for r in found] == wanted
    assert [b.row for b in bad] == ragged


def test_chunks_are_bounded_and_numbered_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_tables, "CHUNK_ROWS", 100)
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", 4096)
    lines = "".join("bad\n" if i % 97 == 0 else f"{i},x\n" for i in range(2, 2002))
    found = list(read_chunks(given_file(tmp_path, "Date,Indicator\n" + lines), KNOWN))
    assert max(len(c.table) for c in found) <= 100
    rows = [r for c in found for r in c.table.to_pylist()]
    assert all(r["Date"] == str(r["row"]) for r in rows)
    assert [b.row for c in found for b in c.bad] == list(range(97, 2002, 97))
    assert len(rows) + 20 == 2000


def test_a_file_of_bad_rows_only_keeps_them_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", 256)
    rows, bad = read(tmp_path, "Date,Indicator\n" + "x\n" * 1000)
    assert (rows, [b.row for b in bad]) == ([], list(range(2, 1002)))


def test_a_flood_of_bad_rows_is_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_tables, "MAX_RAGGED", 50)
    assert "Expected 2 columns, got 1" in refused(tmp_path, "Date,Indicator\n" + "x\n" * 100)


@pytest.mark.parametrize(
    "text",
    [
        "Date,Indicator,\n2020-04-01,a,\n",
        "Date,Indicator,\n2020-04-01,a\n",
        "Date,Indicator\n2020-04-01,a,\n",
        "Date,Indicator\n2020-04-01,a,,,\n",
    ],
)
def test_trailing_delimiters_make_no_bad_row(tmp_path: Path, text: str) -> None:
    ((row,), bad) = read(tmp_path, text)
    assert (row["Date"], row["Indicator"], row["row"], bad) == ("2020-04-01", "a", 2, [])


def test_mended_rows_stand_in_their_place(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, "Date,Indicator\n1,a\n2,b,\n3,c\n4,d,,\n")
    assert [(r["Date"], r["row"]) for r in rows] == [("1", 2), ("2", 3), ("3", 4), ("4", 5)]


def test_blank_and_repeated_names_are_told_apart(tmp_path: Path) -> None:
    file = given_file(tmp_path, "Date,Indicator,,Note, Note ,row\n1,2,3,4,5,6\n")
    assert next(read_chunks(file, KNOWN)).header == ["Date", "Indicator", "column 3", "Note", "Note (2)", "row (2)"]


def test_a_known_name_held_twice_is_refused(tmp_path: Path) -> None:
    assert "'Date' 2 times, in columns 1, 3" in refused(tmp_path, "Date,Indicator,DATE\n1,2,3\n")


def test_a_header_alone_is_no_error(tmp_path: Path) -> None:
    for text in ("Date,Indicator", "Date,Indicator\n", "Date,Indicator\r\n\r\n"):
        assert read(tmp_path, text) == ([], [])
        assert next(read_chunks(given_file(tmp_path, text), KNOWN)).header == ["Date", "Indicator"]


@pytest.mark.parametrize("data", [b"", b"\n\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0" * 100])
def test_a_file_of_nothing_is_told(tmp_path: Path, data: bytes) -> None:
    assert "is empty" in refused(tmp_path, data)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS pointer"),
        (b"\n <!DOCTYPE html><html><body>Sign in, please</body></html>", "web page"),
        (b'{"rows": []}', "JSON"),
        (b"PK\x03\x04" + bytes(range(256)), "Excel workbook, a Word document or a zip"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture"),
        (bytes(range(256)) * 20, "not text"),
        (b"\x01\x02\x03\x04ab" * 100, "binary"),
        (b"\xff\xfea", "not text"),
        (b"\xef\xbb\xbfDate,Indicator\n\xff,a\n", "not text"),
    ],
)
def test_other_things_called_csv_are_named(tmp_path: Path, data: bytes, says: str) -> None:
    assert says in refused(tmp_path, data)


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    assert "501 columns" in refused(tmp_path, ",".join(f"c{i}" for i in range(501)) + "\n")


@pytest.mark.parametrize("block", [16 * 1024**2, 512])
def test_a_quotation_mark_never_closed_is_told_with_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", block)
    lines = "Date,Indicator\n" + "1,a\n" * 3 + '2,"oh\n' + "3,b\n" * 500
    assert "row 5: a quotation mark" in refused(tmp_path, lines)


def test_a_quotation_mark_never_closed_in_a_ragged_row(tmp_path: Path) -> None:
    assert "row 3: a quotation mark" in refused(tmp_path, 'Date,Indicator\n1,a\n2,a,"b\n3,a\n')


@pytest.mark.parametrize("swallowed", [0, 1, 30_000])
def test_a_quotation_mark_closed_rows_below_is_told(tmp_path: Path, swallowed: int) -> None:
    text = 'Date,Indicator,Location\n1,a,b\n2,"a,b\n' + "3,a,b\n" * swallowed + '4,"q",b\n5,a,b\n'
    assert "row 3: a quotation mark" in refused(tmp_path, text)


def test_honest_text_of_many_lines_is_kept(tmp_path: Path) -> None:
    note = 'Called at 10, 11, 12.\nSaid ""go, away"", then left,\n\nno, more'
    rows, bad = read(tmp_path, f'Date,Indicator,Location\n1,"{note}",x\n2,a,5" pipe\n')
    assert [r["Indicator"] for r in rows] == [note.replace('""', '"'), "a"]
    assert (rows[1]["Location"], bad) == ('5" pipe', [])


@pytest.mark.parametrize("quote", ["", '"'])
def test_an_endless_value_makes_its_row_bad(tmp_path: Path, quote: str) -> None:
    rows, bad = read(tmp_path, f"Date,Indicator\n1,a\n2,{quote}{'x' * 2_000_000}{quote}\n3,b\n")
    assert [r["row"] for r in rows] == [2, 4]
    assert [(b.row, len(b.text)) for b in bad] == [(3, 2_000_002)]
    assert "'Indicator' has more than 100,000 characters" in bad[0].reason


def test_an_endless_value_in_a_ragged_row_is_kept(tmp_path: Path) -> None:
    _, bad = read(tmp_path, f"Date,Indicator\n1,a,{'x' * 2_000_000}\n")
    assert [(b.row, len(b.text)) for b in bad] == [(2, 2_000_004)]


def test_a_nul_makes_its_row_bad(tmp_path: Path) -> None:
    rows, bad = read(tmp_path, b"Date,Indicator\n1,a\x00b\n2,c\n")
    assert ([r["row"] for r in rows], [(b.row, b.text) for b in bad]) == ([3], [(2, "1,a\0b")])
    assert "NUL" in bad[0].reason


def test_a_dos_end_of_file_is_no_row(tmp_path: Path) -> None:
    assert read(tmp_path, "Date,Indicator\n2020-04-01,a\n2020-04-02,\n\x1a") == (PLAIN, [])


def test_a_value_of_either_kind_of_empty_is_null(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, 'Date,Indicator\n1,""\n2,\n3,NULL\n')
    assert [r["Indicator"] for r in rows] == [None, None, "NULL"]


def test_a_screened_table_is_another(tmp_path: Path) -> None:
    table = chunks.build_table(("a",), [(2, ["x" * 100_001]), (3, ["y"])])
    assert len(chunks.screen_rows(table).table) == 1
    assert len(table) == 2
