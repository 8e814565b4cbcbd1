"""The list of sign-ins that people have ended."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shp_data.domain.errors import StoreError
from shp_data.store.notes import sign_outs


def test_a_sign_in_is_ended_from_then_on_and_others_are_not(tmp_path: Path) -> None:
    root = tmp_path / "store"  # nothing was ever loaded
    assert not sign_outs.has_ended(root, "ann")
    sign_outs.end_sign_in(root, "ann", until=100, now=10)
    assert sign_outs.has_ended(root, "ann")
    assert not sign_outs.has_ended(root, "bob")
    sign_outs.end_sign_in(root, "bob", until=200, now=10)
    assert sign_outs.has_ended(root, "ann")
    assert sign_outs.has_ended(root, "bob")


def test_it_is_forgotten_once_it_would_have_ended_by_itself(tmp_path: Path) -> None:
    sign_outs.end_sign_in(tmp_path, "ann", until=100, now=10)
    sign_outs.end_sign_in(tmp_path, "bob", until=200, now=99)
    assert sign_outs.has_ended(tmp_path, "ann")
    sign_outs.end_sign_in(tmp_path, "cat", until=50, now=100)
    assert json.loads((tmp_path / sign_outs.FILE).read_text(encoding="utf-8")) == {"bob": 200}


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    keys = [f"key {number}" for number in range(30)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: sign_outs.end_sign_in(tmp_path, key, 100, 10), keys))
    assert all(sign_outs.has_ended(tmp_path, key) for key in keys)


@pytest.mark.parametrize("text", ["{", "[]", '{"a": "b"}', "7"])
def test_a_damaged_list_lets_nobody_in(tmp_path: Path, text: str) -> None:
    (tmp_path / sign_outs.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=r"sign_outs\.json .* is damaged"):
        sign_outs.has_ended(tmp_path, "ann")


def test_a_list_that_cannot_be_written_is_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / "store").touch()
    with pytest.raises(StoreError, match="the list of sign-outs in store cannot be written"):
        sign_outs.end_sign_in(tmp_path / "store", "ann", 100, 10)
