"""partnership.toml: faults are errors that list the valid; what is read cannot change."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest

from shp_data.domain import settings
from shp_data.domain.errors import SettingsError
from shp_data.domain.partnership import build_supplier, partnership, read_partnership

TEXT = (settings.ROOT / "partnership.toml").read_text(encoding="utf-8")


def changed(folder: Path, old: str, new: str, count: int = 1) -> Path:
    """partnership.toml with one place changed, beside the populations."""
    assert old in TEXT
    (folder / "boundaries").mkdir()
    populations = settings.find_boundaries_dir() / "populations.csv"
    (folder / "boundaries" / "populations.csv").write_bytes(populations.read_bytes())
    path = folder / "partnership.toml"
    path.write_text(TEXT.replace(old, new, count), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "seen", "valid"),
    [
        ("[themes]", "[topics]", "'topics'", "themes"),
        ("[partnership]\n", "[partnership]\ncolour = 'red'\n", "'colour'", "region"),
        ("withhold_under = 5", "withold_under = 5", "'withold_under'", "withhold_under"),
        ('unit = "incidents"', 'units = "incidents"', "'units'", "unit"),
        ('spellings = ["Redcar and', 'spelling = ["Redcar and', "'spelling'", "spellings"),
        ('kind = "incident"', 'kind = "incidents"', "'incidents'", "reported"),
        ('polarity = "worse"', 'polarity = "bad"', "'bad'", "neither"),
        ('theme = "asb"', 'theme = "antisocial"', "'antisocial'", "deliberate_fires"),
        ('priority = "asb"', 'priority = "first"', "'first'", "drugs_alcohol"),
        ('numerator = "asb_police"', 'numerator = "asb"', "'asb'", "asb_police"),
        ('= "drugs_unspecified"', '= "drugs"', "'drugs'", "drugs_unspecified"),
        ('= "drugs_unspecified"', '= "domestic_abuse"', "'domestic_abuse'", "asb_police"),
        ('format = "police.uk"', 'format = "police"', "'police'", "incident file"),
        ('area = "Hartlepool"', 'area = "Hartlepoole"', "'Hartlepoole'", "Middlesbrough"),
        ('wards = ["Coatham"]', 'wards = ["Coathamm"]', "'Coathamm'", "Coatham"),
        ('vintage = "2022"', 'vintage = "2021"', "'2021'", "2025"),
        ('[sources."Cleveland Fire Brigade"]\n', '[sources."Cleveland Fire Brigade"]\nheaders = {weekday="x"}\n',
         "'weekday'", "date"),
        ('[sources."Cleveland Fire Brigade"]\n', '[sources."Cleveland Fire Brigade"]\nindicator = "fires"\n',
         "'fires'", "fires_vehicle_deliberate"),
    ],
)  # fmt: skip
def test_what_is_unknown_is_told_with_what_is_valid(tmp_path: Path, old: str, new: str, seen: str, valid: str) -> None:
    with pytest.raises(SettingsError) as told:
        read_partnership(changed(tmp_path, old, new))
    assert "partnership.toml" in str(told.value)
    assert "unknown" in str(told.value)
    assert seen in str(told.value)
    assert valid in str(told.value).split("valid:")[1]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("mappable = true", 'mappable = "yes"', "mappable"),
        ('label = "Burglary"', "label = 5", "label"),
        ('spellings = ["Redcar and Cleveland", "Redcar"]', 'spellings = "Redcar"', "spellings"),
        ('spellings = ["Redcar and Cleveland", "Redcar"]', "spellings = [1]", "spellings"),
        ("in_force_from = 2021-05-06", 'in_force_from = "2021-05-06"', "in_force_from"),
        ("in_force_from = 2021-05-06", "in_force_from = 2021-05-06T00:00:00", "in_force_from"),
        ('name = "Safer Hartlepool Partnership"', "name = true", "name"),
        ('asb = "Anti-social behaviour"\ndeliberate', 'asb = 5\ndeliberate', "themes"),
        ('none = "Not a priority of the plan"', "none = ['a']", "priorities"),
        ('"Drugs" = "drugs_unspecified"', '"Drugs" = 5', "categories"),
        ('"Drugs" = "drugs_unspecified"', '"Drugs" = ["asb_police"]', "categories"),
        ('["Public disorder and weapons"]', '"Public disorder and weapons"', "conditions Crime type"),
        ('["Public disorder and weapons"]', "[5]", "conditions Crime type"),
        ('conditions = { "Crime type" = ["Public disorder and weapons"] }', "conditions = []", "conditions"),
    ],
)  # fmt: skip
def test_what_is_of_the_wrong_type_is_told(tmp_path: Path, old: str, new: str, where: str) -> None:
    with pytest.raises(SettingsError, match="wrong type") as told:
        read_partnership(changed(tmp_path, old, new))
    assert where in str(told.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('unit = "incidents"\n', "", "unit missing"),
        ('name = "Safer Hartlepool Partnership"\n', "", "name missing"),
        ("[partnership]", "[partnership", "cannot be read"),
        ("[partnership]", '[a."B, c"]\n[a."B, c"]\n[partnership]', 'begins the section [a."B, c"] a second time'),
        ('id = "2020"', 'id = "2021"', "no wards of 2021"),
        ('id = "2020"', 'id = "2020 AS ward, lpa"', "'2020 AS ward, lpa'; expected only letters"),
        ('id = "2020"', 'id = "../2020"', "'../2020'; expected only letters"),
        ('id = "2020"', 'id = ""', "''; expected only letters"),
        ('id = "2020"', 'id = "2022"', "'2022' is the id of two"),
        ('id = "2022"\nin_force_from = 2021-05-06', 'id = "2022"', "in_force_from"),
        (
            'id = "2022"\nin_force_from = 2021-05-06',
            'id = "2022"\nin_force_from = 2024-01-01',
            "in_force_from",
        ),
        ('name = "Middlesbrough"', 'name = "Redcar"', "'Redcar'"),  # two areas of one name
        ('conditions = { "Crime type" = ["Public disorder and weapons"] }', "", "conditions missing"),
        ('indicator = ""\nconditions', 'indicator = "dragons"\nconditions', "unknown indicator 'dragons'"),
        ("[themes]", "themes = 'asb'\n[priorities.x]", "wrong type"),
    ],
)
def test_what_is_missing_or_contradicts_itself_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(SettingsError) as told:
        read_partnership(changed(tmp_path, old, new))
    assert says in str(told.value)


@pytest.mark.parametrize("table", ["indicators", "sources", "areas", "ward_vintages", "themes"])
def test_a_table_of_another_kind_is_told(tmp_path: Path, table: str) -> None:
    path = tmp_path / "partnership.toml"
    path.write_text(f"{table} = 5\n[partnership]\nname = 'a'\narea = 'b'\nregion = 'c'\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=table):
        read_partnership(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"partnership\.toml cannot be read"):
        read_partnership(tmp_path / "partnership.toml")


def test_missing_populations_are_told(tmp_path: Path) -> None:
    path = changed(tmp_path, "[themes]", "[themes]")
    (tmp_path / "boundaries" / "populations.csv").unlink()
    with pytest.raises(SettingsError, match=r"populations\.csv"):
        read_partnership(path)


def test_another_partnership_needs_no_code(tmp_path: Path) -> None:
    found = read_partnership(changed(tmp_path, 'area = "Hartlepool"', 'area = "Middlesbrough"'))
    assert found.area == "Middlesbrough"
    assert found.name == partnership().name


def test_visitors_come_to_the_wards_that_are_named_in_every_vintage_and_in_their_area_alone() -> None:
    known = partnership()
    wards = [ward for vintage in known.areas.wards for ward in known.areas.list_wards(vintage)]
    found = {(ward.lpa, ward.name) for ward in wards if known.attracts_visitors(ward)}
    assert found == {(visited.area, name) for visited in known.visitor_wards for name in visited.wards}
    assert ("Hartlepool", "Victoria") in found
    (victoria, *_) = (ward for ward in wards if ward.name == "Victoria" and ward.lpa == "Hartlepool")
    assert not known.attracts_visitors(dataclasses.replace(victoria, lpa="Middlesbrough"))


def test_what_was_read_cannot_be_changed() -> None:
    known = partnership()
    with pytest.raises(dataclasses.FrozenInstanceError):
        known.name = "another"  # type: ignore[misc]
    for mapping in (
        known.suppliers,
        known.vocabulary.indicators,
        known.vocabulary.themes,
        known.vocabulary.priorities,
        known.suppliers["police.uk"].categories,
        known.suppliers["police.uk"].headers,
        known.areas.wards,
        known.areas.wards["2020"],
        known.areas.populations,
        known.areas.populations["July 2025"],
        known.areas.populations["July 2025"]["lpa", "E06000001"],
    ):
        with pytest.raises(TypeError):
            mapping["new"] = None  # type: ignore[index]


def test_every_definition_of_the_file_is_read() -> None:
    tables = tomllib.loads(TEXT)
    known = partnership()
    assert list(known.vocabulary.indicators) == list(tables["indicators"])
    assert list(known.suppliers) == list(tables["sources"])
    assert [area.name for area in known.areas.lpas] == [area["name"] for area in tables["areas"]]
    assert dict(known.vocabulary.themes) == tables["themes"]


def test_a_mapping_kept_as_json_is_checked_likewise() -> None:
    assert build_supplier("Fire", {"headers": {"date": "When"}}).headers == {"date": "When"}
    with pytest.raises(SettingsError, match="'header'"):
        build_supplier("Fire", {"header": {"date": "When"}})
    with pytest.raises(SettingsError, match="'weekday'"):
        build_supplier("Fire", {"headers": {"weekday": "When"}})
