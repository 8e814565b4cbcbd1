"""Adding an indicator to a store, and removing one that nothing uses."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.stores import load

from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Rule, Supplier
from shp_data.store.files.writing import undo_load
from shp_data.store.notes.indicators import add_indicator, prepare_indicator, remove_indicator
from shp_data.store.notes.mappings import remove_mapping, save_mapping


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "S"))
    return tmp_path / "S"


def add(root: Path, name: str = "Council ASB") -> None:
    add_indicator(root, prepare_indicator(root, name, "asb", "cases", "Hartlepool Borough Council", "ann@x.gov.uk"))


def test_an_added_indicator_has_who_and_when_and_no_name_twice(root: Path) -> None:
    prepared = prepare_indicator(root, "Council ASB", "asb", "cases", "Hartlepool Borough Council", "ann@x.gov.uk")
    assert partnership().added == ()  # nothing is saved yet
    add_indicator(root, prepared)
    assert partnership().added == (prepared,)
    assert (prepared.by, prepared.at.tzinfo is not None) == ("ann@x.gov.uk", True)
    with pytest.raises(UserError, match="Council ASB is the name of an indicator or theme already"):
        add(root, "council  asb")
    with pytest.raises(UserError, match="already"):
        add_indicator(root, prepared)  # somebody else saved it meanwhile
    add(root, "Council, ASB (night)")
    assert [indicator.id for indicator in partnership().added] == ["council_asb", "council_asb_night"]


def test_an_indicator_with_data_or_a_mapping_is_not_removed(root: Path, tmp_path: Path) -> None:
    add(root)
    file = tmp_path / "a.csv"
    file.write_text("date,indicator,ward,area\n2024-04-05,Council ASB,Hart,Hartlepool\n", encoding="utf-8")
    made = load(root, file, source="Hartlepool Borough Council")
    assert made.tally.accepted == 1
    with pytest.raises(UserError, match="has data in the store"):
        remove_indicator(root, "council_asb")
    undo_load(root, made.part)
    save_mapping(root, Supplier("Hartlepool Borough Council", rules=(Rule("council_asb", {"Type": ("ASB",)}),)))
    with pytest.raises(UserError, match="mapping of Hartlepool Borough Council uses Council ASB"):
        remove_indicator(root, "council_asb")
    remove_mapping(root, "Hartlepool Borough Council")
    remove_indicator(root, "council_asb")
    assert partnership().added == ()


def test_a_mapping_of_an_indicator_that_is_gone_rejects_its_rows(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("date,Type,ward\n2024-04-05,ASB,Hart\n2024-04-06,Other,Hart\n", encoding="utf-8")
    save_mapping(root, Supplier("Whole", headers={"date": "date"}, indicator="gone"))
    save_mapping(root, Supplier("Rules", headers={"date": "date"}, rules=(Rule("gone", {"Type": ("ASB",)}),)))
    for supplier in ("Whole", "Rules"):
        made = load(root, file, source=supplier)
        assert (made.tally.accepted, made.tally.rejected) == (0, 2)
        assert "names 'gone', which" in made.files[0].message or "'gone'" in (root / made.rejected_file).read_text()
