"""Which files are found and which refused, in folders and in zips, and what hostile zips come to."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from shp_data.domain.errors import InputError
from shp_data.intake.readers import files, zips
from shp_data.intake.readers.files import InputFile, Unreadable, find_files, hash_file

ROWS = b"Date,Indicator\n2020-04-01,asb_police\n"


def make_zip(path: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo("placeholder")
            info.filename, info.compress_type = name, packing  # past ZipInfo's own tidying of names
            archive.writestr(info, data)
    return path


def names(found: list[InputFile | Unreadable]) -> list[str]:
    return [f.name for f in found if isinstance(f, InputFile)]


def refusals(found: list[InputFile | Unreadable]) -> dict[str, str]:
    return {f.name: f.message for f in found if isinstance(f, Unreadable)}


def only(path: Path) -> InputFile:
    (found,) = find_files([path])
    assert isinstance(found, InputFile)
    return found


def test_a_file_is_named_without_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "Fires.CSV"
    path.write_bytes(ROWS)
    file = only(path)
    assert (file.name, file.member, file.size, file.stem, file.suffix) == (
        "Fires.CSV",
        None,
        37,
        "Fires",
        ".csv",
    )
    assert file.open().read() == ROWS
    assert hash_file(file) == hashlib.sha256(ROWS).hexdigest()


def test_a_folder_is_searched_sorted_and_quietly(tmp_path: Path) -> None:
    folder = tmp_path / "months"
    for name in (
        "2018-11/b-street.csv", "2018-10/a-street.csv", "2018-10/a-outcomes.csv",
        "2018-10/a-stop-and-search.csv",
        "notes.pdf", ".hidden.csv", ".git/x.csv", "~$open.xlsx", "__MACOSX/y.csv", "z.txt",
    ):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(ROWS)
    make_zip(folder / "more.zip", {"c.csv": ROWS})
    found = find_files([folder])
    assert names(found) == [
        "months/more.zip/c.csv", "months/z.txt", "months/2018-10/a-street.csv", "months/2018-11/b-street.csv",
    ]  # fmt: skip
    assert not refusals(found)


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(ROWS)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.csv").write_bytes(ROWS)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "own.csv").write_bytes(ROWS)
    try:
        (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
        (folder / "inner").symlink_to(tmp_path / "elsewhere")
    except OSError:
        pytest.skip("this system lets no links be made")
    assert names(find_files([folder])) == ["folder/own.csv"]


def test_a_folder_that_cannot_be_entered_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "f" / "closed").mkdir(parents=True)
    (tmp_path / "f" / "a.csv").write_bytes(ROWS)
    scandir = os.scandir

    def guarded(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    found = find_files([tmp_path / "f"])
    assert names(found) == ["f/a.csv"]
    assert "cannot be opened (Permission denied)" in refusals(found)["f/closed"]


@pytest.mark.parametrize(
    ("name", "says"),
    [("none.csv", "no such file"), ("x.pdf", "(.pdf) cannot be read"), ("noending", "(no ending)"),
     ("2018-10-outcomes.csv", "no incidents")],
)  # fmt: skip
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, says: str) -> None:
    if name != "none.csv":
        (tmp_path / name).write_bytes(ROWS)
    (message,) = refusals(find_files([tmp_path / name])).values()
    assert says in message
    assert str(tmp_path) not in message


def test_an_empty_folder_and_a_zip_of_pictures_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    pictures = make_zip(tmp_path / "p.zip", {"a.png": b"x"})
    found = refusals(find_files([tmp_path / "empty", pictures]))
    assert "no file that can be read" in found["empty"]
    assert "no file that can be read" in found["p.zip"]


def test_too_large_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips.check_size, "__defaults__", (10,))
    (tmp_path / "a.csv").write_bytes(ROWS)
    assert "the limit is" in refusals(find_files([tmp_path / "a.csv"]))["a.csv"]


def test_unprintable_names_are_made_fit_to_show() -> None:
    assert files.make_printable("a\x1b[31m\n\udc80.csv") == "a?[31m??.csv"


def test_a_zip_is_read_in_place(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "m.zip", {"2018-10/a-street.csv": ROWS, "2018-10/a-outcomes.csv": ROWS, "r.pdf": b""})
    file = only(path)
    assert (file.name, file.member, file.size) == (
        "m.zip/2018-10/a-street.csv",
        "2018-10/a-street.csv",
        len(ROWS),
    )
    with file.open() as stream:
        assert (stream.read(4), stream.read()) == (ROWS[:4], ROWS[4:])
    assert hash_file(file) == hashlib.sha256(ROWS).hexdigest()
    assert [p.name for p in tmp_path.iterdir()] == ["m.zip"]


@pytest.mark.parametrize(
    "name",
    [
        "../up.csv",
        "a/../../up.csv",
        "/etc/x.csv",
        "C:/x.csv",
        "c:x.csv",
        "a\\b.csv",
        "..\\up.csv",
        "a\nb.csv",
        "a/..",
    ],
)
def test_a_name_that_climbs_out_fails_alone(tmp_path: Path, name: str) -> None:
    found = find_files([make_zip(tmp_path / "z.zip", {name: ROWS, "good.csv": ROWS})])
    assert names(found) == ["z.zip/good.csv"]
    (message,) = refusals(found).values()
    assert "points outside" in message
    assert message.isprintable()


def test_a_nested_zip_fails_alone(tmp_path: Path) -> None:
    inner = make_zip(tmp_path / "inner.zip", {"a.csv": ROWS}).read_bytes()
    found = find_files([make_zip(tmp_path / "z.zip", {"inner.zip": inner, "good.csv": ROWS})])
    assert names(found) == ["z.zip/good.csv"]
    assert "zip within a zip" in refusals(found)["z.zip/inner.zip"]


def test_a_link_in_a_zip_fails_alone(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("link.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
        archive.writestr("good.csv", ROWS)
    found = find_files([tmp_path / "z.zip"])
    assert names(found) == ["z.zip/good.csv"]
    assert "link" in refusals(found)["z.zip/link.csv"]


def test_an_encrypted_member_fails_alone(tmp_path: Path) -> None:
    data = bytearray(make_zip(tmp_path / "z.zip", {"locked.csv": ROWS, "good.csv": ROWS}).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "z.zip").write_bytes(data)
    found = find_files([tmp_path / "z.zip"])
    assert names(found) == ["z.zip/good.csv"]
    assert "password" in refusals(found)["z.zip/locked.csv"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_held_twice_is_refused_both_times(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for data in (ROWS, b"other", b"third"):
            archive.writestr("good.csv" if data == b"third" else "twice.csv", data)
    found = find_files([tmp_path / "z.zip"])
    assert names(found) == ["z.zip/good.csv"]
    assert "2 files with this name" in refusals(found)["z.zip/twice.csv"]


def test_a_bomb_fails_alone(tmp_path: Path) -> None:
    found = find_files([make_zip(tmp_path / "z.zip", {"bomb.csv": b"0" * 5_000_000, "good.csv": ROWS})])
    assert names(found) == ["z.zip/good.csv"]
    assert "to 1" in refusals(found)["z.zip/bomb.csv"]


def test_a_zip_of_too_many_files_is_refused_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MAX_ZIP_MEMBERS", 3)
    found = find_files([make_zip(tmp_path / "z.zip", {f"{i}.csv": ROWS for i in range(4)})])
    assert "4 files" in refusals(found)["z.zip"]
    assert len(found) == 1


def test_a_zip_too_large_in_all_is_refused_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips.check_size, "__defaults__", (100,))
    found = find_files([make_zip(tmp_path / "z.zip", {f"{i}.csv": ROWS for i in range(4)})])
    assert "the limit is" in refusals(found)["z.zip"]
    assert len(found) == 1


@pytest.mark.parametrize("keep", [0, 10, 60, -30])
def test_a_zip_cut_short_is_told(tmp_path: Path, keep: int) -> None:
    whole = make_zip(tmp_path / "z.zip", {"a.csv": ROWS}).read_bytes()
    (tmp_path / "z.zip").write_bytes(whole[:keep])
    assert "damaged or incomplete" in refusals(find_files([tmp_path / "z.zip"]))["z.zip"]


@pytest.mark.parametrize("declared", [5, 1000])
def test_a_zip_that_lies_about_a_size_is_caught_on_reading(tmp_path: Path, declared: int) -> None:
    data = bytearray(make_zip(tmp_path / "z.zip", {"a.csv": ROWS * 10}).read_bytes())
    for at in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
        data[at : at + 4] = struct.pack("<I", declared)
    (tmp_path / "z.zip").write_bytes(data)
    with pytest.raises(InputError, match="zip is damaged"), only(tmp_path / "z.zip").open() as stream:
        while stream.read(100):
            pass
    with pytest.raises(InputError, match="zip is damaged"), only(tmp_path / "z.zip").open() as stream:
        stream.read()


def test_damaged_content_is_caught_on_reading(tmp_path: Path) -> None:
    data = bytearray(make_zip(tmp_path / "z.zip", {"a.csv": ROWS}, zipfile.ZIP_STORED).read_bytes())
    data[data.index(b"2020")] = ord("3")
    (tmp_path / "z.zip").write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        hash_file(only(tmp_path / "z.zip"))


def test_an_unknown_packing_is_told(tmp_path: Path) -> None:
    data = bytearray(make_zip(tmp_path / "z.zip", {"a.csv": ROWS}).read_bytes())
    for at in (data.index(b"PK\x03\x04") + 8, data.index(b"PK\x01\x02") + 10):
        data[at : at + 2] = struct.pack("<H", 9)
    (tmp_path / "z.zip").write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        only(tmp_path / "z.zip").open()


def test_a_workbook_packed_like_a_bomb_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 5_000_000)
    with pytest.raises(InputError, match="compressed far more"):
        zips.check_unpacked_size(packed, "w.xlsx", 10**9)
