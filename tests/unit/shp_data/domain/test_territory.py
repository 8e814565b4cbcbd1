"""Which supplier is responsible for which areas."""

from __future__ import annotations

import pytest

from shp_data.domain.errors import SettingsError
from shp_data.domain.partnership import partnership, read_partnership
from shp_data.domain.settings import ROOT
from shp_data.domain.territory import find_force_areas, find_territory, is_only_force
from shp_data.domain.vocabulary import Supplier

NORTH, SOUTH = ("North",), ("South", "Coast")
POLICE = Supplier(
    "police.uk",
    "police.uk",
    forces={"Devon & Cornwall Police": NORTH, "south-wales": SOUTH, "Kent Police": ()},
)
BOROUGH = Supplier("Borough", areas=NORTH)
SUPPLIERS = {"police.uk": POLICE, "Borough": BOROUGH, "Fire": Supplier("Fire")}


@pytest.mark.parametrize(
    ("force", "areas"),
    [
        ("Devon & Cornwall Police", NORTH),
        ("Devon and Cornwall police", NORTH),  # spelt otherwise
        ("South Wales Police", SOUTH),  # listed by its id
        ("Kent Police", ()),  # listed, and for none
        ("British Transport Police", ()),  # not listed
        ("", ()),
    ],
)
def test_a_force_has_the_areas_that_are_listed_and_no_others(force: str, areas: tuple[str, ...]) -> None:
    assert find_force_areas(POLICE, force) == areas


def test_where_no_force_is_listed_nobody_knows_and_each_has_all_areas() -> None:
    assert find_force_areas(Supplier("police.uk", "police.uk"), "Kent Police") is None


@pytest.mark.parametrize(
    ("source", "areas"),
    [
        ("police.uk South Wales Police", SOUTH),
        ("police.uk Kent Police", ()),
        ("police.uk", ()),  # a record that names no force
        ("police.uk-own", None),  # another supplier with a like name
        ("Borough", NORTH),
        ("Fire", None),
        ("Somebody else", None),
    ],
)
def test_the_territory_of_a_supplier_follows_from_its_name(source: str, areas: tuple[str, ...] | None) -> None:
    assert find_territory(source, SUPPLIERS) == areas


def test_a_force_is_the_only_one_where_no_other_has_areas() -> None:
    alone = Supplier("police.uk", "police.uk", forces={"Kent Police": (), "Gwent Police": NORTH})
    assert is_only_force(alone, "Gwent Police")
    assert not is_only_force(alone, "Kent Police")
    assert not is_only_force(POLICE, "South Wales Police")  # Devon & Cornwall has areas too


def test_ours_is_cleveland_and_all_its_areas_are_no_limit() -> None:
    known = partnership()
    assert known.find_territory("police.uk Cleveland Police") is None
    assert known.find_territory("police.uk British Transport Police") == ()


def changed(folder, old: str, new: str):
    text = (ROOT / "partnership.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "partnership.toml").write_text(text.replace(old, new), encoding="utf-8")
    (folder / "boundaries").mkdir()
    (folder / "boundaries" / "populations.csv").write_bytes((ROOT / "boundaries" / "populations.csv").read_bytes())
    return read_partnership(folder / "partnership.toml")


FORCES = (
    '[sources."police.uk".forces]\n'
    '"Cleveland Police" = ["Hartlepool", "Middlesbrough", "Redcar & Cleveland", "Stockton-on-Tees"]\n'
)


def test_an_earlier_partnership_toml_without_forces_is_that_of_its_own_force(tmp_path) -> None:
    known = changed(tmp_path, FORCES, "")
    assert known.find_territory("police.uk Cleveland Police") is None
    assert known.find_territory("police.uk Durham Constabulary") == ()


def test_without_forces_and_without_a_force_every_force_counts_as_before(tmp_path) -> None:
    text = (ROOT / "partnership.toml").read_text(encoding="utf-8").replace(FORCES, "")
    line = next(line for line in text.splitlines() if line.startswith("force = "))
    (tmp_path / "partnership.toml").write_text(text.replace(line, ""), encoding="utf-8")
    (tmp_path / "boundaries").mkdir()
    (tmp_path / "boundaries" / "populations.csv").write_bytes((ROOT / "boundaries" / "populations.csv").read_bytes())
    known = read_partnership(tmp_path / "partnership.toml")
    assert known.find_territory("police.uk Durham Constabulary") is None


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ('"Cleveland Police" = ["Hartlepoole"]', "'Cleveland Police': unknown area 'Hartlepoole'; valid: Hartlepool"),
        ('"Cleveland Police" = "Hartlepool"', "forces Cleveland Police: 'Hartlepool' is of the wrong type"),
        ('"" = ["Hartlepool"]', "'' is no name"),
    ],
)
def test_a_force_that_is_not_understood_is_an_error_with_its_place(tmp_path, new: str, says: str) -> None:
    with pytest.raises(SettingsError) as error:
        changed(tmp_path, FORCES.splitlines()[1], new)
    assert says in str(error.value) and "partnership.toml" in str(error.value)


def test_only_data_police_uk_has_forces(tmp_path) -> None:
    new = '[sources."Cleveland Fire Brigade"]\nforces = {"A" = ["Hartlepool"]}\n'
    with pytest.raises(SettingsError, match="give areas instead"):
        changed(tmp_path, '[sources."Cleveland Fire Brigade"]\n', new)
