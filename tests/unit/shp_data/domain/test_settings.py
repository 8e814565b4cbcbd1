"""Where things lie: as the environment says, else beside the partnership or the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from shp_data.domain import settings


def test_what_is_the_partnerships_own_lies_beside_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SHP_STORE", raising=False)
    monkeypatch.setenv("SHP_PARTNERSHIP", str(tmp_path))
    assert settings.find_partnership_file() == tmp_path / "partnership.toml"
    monkeypatch.setenv("SHP_PARTNERSHIP", str(tmp_path / "another.toml"))
    assert settings.find_partnership_file() == tmp_path / "another.toml"
    assert settings.find_boundaries_dir() == tmp_path / "boundaries"
    assert settings.find_store_dir() == tmp_path / "store"


def test_without_a_word_all_lies_beside_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SHP_STORE", "SHP_SAMPLE_STORE", "SHP_PARTNERSHIP"):
        monkeypatch.delenv(name, raising=False)
    code = Path(__file__).resolve().parents[4]
    assert settings.find_partnership_file() == code / "partnership.toml"
    assert settings.find_store_dir() == code / "store"
    assert settings.find_sample_store_dir() == code / ".sample_store"


def test_each_store_lies_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "own"))
    monkeypatch.setenv("SHP_SAMPLE_STORE", str(tmp_path / "sample"))
    assert settings.find_store_dir() == tmp_path / "own"
    assert settings.find_sample_store_dir() == tmp_path / "sample"
