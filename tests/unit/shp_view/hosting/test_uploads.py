"""Uploads on disk: their limits, and what becomes of them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileManager, UploadedFileRec

from shp_data.domain import settings
from shp_data.domain.errors import SettingsError, StoreError
from shp_view.hosting.uploads import UploadStore, make_upload_folder
from shp_view.views.loading import Desk


def record(file_id: str, data: bytes) -> UploadedFileRec:
    return UploadedFileRec(file_id, f"{file_id}.csv", "text/csv", data)


def files_in(folder: Path, store: UploadStore) -> list[bytes]:
    """What is on disk once all is written and removed."""
    store._disk.submit(lambda: None).result()
    return sorted(path.read_bytes() for path in folder.iterdir())


def test_a_file_is_on_disk_and_opens_as_it_was_sent(tmp_path: Path) -> None:
    store = UploadStore(tmp_path, 100, 100)
    for file_id, data in (("a", b"ward,count\n"), ("empty", b"")):
        store.add_file("s", record(file_id, data))
        upload = store.open_upload("s", file_id)
        assert upload is not None
        assert (bytes(upload.getbuffer()), upload.getvalue(), upload.name) == (data, data, f"{file_id}.csv")
        assert upload.path.parent == tmp_path
    assert [one.data for one in store.get_files("s", ["a", "none"])] == [b""]
    assert store.open_upload("other", "a") is None
    assert store.get_files("other", ["a"]) == []


def test_files_are_dropped_when_replaced_removed_or_left_by_their_session(tmp_path: Path) -> None:
    store = UploadStore(tmp_path, 100, 100)
    for session in ("s", "t", "u"):
        store.add_file(session, record("a", b"1"))
        store.add_file(session, record("b", b"2"))
    store.add_file("s", record("a", b"3"))
    store.remove_file("s", "b")
    store.remove_file("s", "none")
    assert files_in(tmp_path, store) == [b"1", b"1", b"2", b"2", b"3"]
    store.remove_session_files("t")
    store.remove_session_files("t")
    assert files_in(tmp_path, store) == [b"1", b"2", b"3"]
    store.keep_sessions(lambda session: session == "s", ["u"])
    assert files_in(tmp_path, store) == [b"1", b"2", b"3"]
    store.keep_sessions(lambda session: session == "s", [])
    assert files_in(tmp_path, store) == [b"3"]


def test_room_is_counted_by_session_and_server_with_what_is_on_its_way(tmp_path: Path) -> None:
    store = UploadStore(tmp_path, 10, 15)
    store.add_file("s", record("a", b"0" * 6))
    assert store.has_room("s", 4)
    assert not store.has_room("s", 5)
    store.receive_bytes("s", 3)
    assert store.has_room("s", 1)
    assert not store.has_room("s", 2)
    store.receive_bytes("t", 6)  # 6 + 3 + 6 are all of the server's 15
    assert store.has_room("t")
    assert not store.has_room("t", 1)
    store.receive_bytes("t", -6)
    store.receive_bytes("s", -3)
    store.remove_session_files("s")
    assert store.has_room("s", 10)


def test_a_full_disk_is_one_clear_message(tmp_path: Path) -> None:
    store = UploadStore(tmp_path / "gone", 100, 100)
    store.add_file("s", record("a", b"1"))
    with pytest.raises(StoreError, match=r"a\.csv cannot be saved in the temporary folder .* upload it again"):
        store.open_upload("s", "a")


def test_a_folder_is_the_users_own_and_leftovers_alone_are_removed(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = tmp_path / "dashboard-uploads-elsewhere"
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "file").touch()
    kept.symlink_to(tmp_path / "target")
    first, lock = make_upload_folder()
    (first / "file").touch()
    leftover, old_lock = make_upload_folder()
    old_lock.release()
    second, second_lock = make_upload_folder()
    assert sorted(path.name for path in tmp_path.glob("dashboard-*")) == sorted([kept.name, first.name, second.name])
    assert not leftover.exists()
    assert (first / "file").exists()
    assert (tmp_path / "target" / "file").exists()
    assert second.stat().st_mode & 0o777 == 0o700
    lock.release()
    second_lock.release()


def test_the_desk_deletes_the_files_that_the_user_took_away(tmp_path: Path, monkeypatch) -> None:
    store = UploadStore(tmp_path, 100, 100)
    desk = Desk(tmp_path / "store")
    for file_id in ("a", "b"):
        store.add_file("s", record(file_id, file_id.encode()))
    uploads = [upload for file_id in ("a", "b") if (upload := store.open_upload("s", file_id))]
    first, second = desk.save(uploads)
    assert (first.read_bytes(), second.read_bytes()) == (b"a", b"b")
    assert desk.save(uploads[1:]) == [second]
    assert not first.exists()
    assert second.read_bytes() == b"b"


@pytest.mark.parametrize("name", ["SHP_MAX_SESSION_UPLOADS", "SHP_MAX_SERVER_UPLOADS"])
@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", ""])
def test_a_limit_that_is_no_number_is_refused(monkeypatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        settings.read_upload_limits()


def test_the_limits_in_megabytes(monkeypatch) -> None:
    assert settings.read_upload_limits() == (600 * 2**20, 3000 * 2**20)
    monkeypatch.setenv("SHP_MAX_SESSION_UPLOADS", "2")
    assert settings.read_upload_limits()[0] == 2 * 2**20


def find_calls(paths: Sequence[Path], name: str) -> set[str]:
    calls = {path.name: ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for path in paths}
    return {
        path for path, nodes in calls.items() for node in nodes if isinstance(node, ast.Attribute) and node.attr == name
    }


def test_pages_ask_for_files_by_the_one_function_that_opens_them_on_disk() -> None:
    """Of what `st.file_uploader` returns on a hosted server, the bytes are not there."""
    paths = [*settings.ROOT.glob("pages/*/*.py"), *settings.ROOT.glob("shp_view/app/*.py")]
    assert find_calls(paths, "file_uploader") == {"uploads.py"}


def test_streamlit_still_asks_its_manager_of_files_for_no_more() -> None:
    """The methods of Streamlit's own manager, and what it says of a file."""
    methods = {name for name in vars(MemoryUploadedFileManager) if not name.startswith("_")}
    methods |= {name for name in vars(UploadedFileManager) if not name.startswith("_")}
    assert methods - {*vars(UploadStore)} == set()
    assert UploadedFileRec._fields == ("file_id", "name", "type", "data")
