"""What the filters offer follows from what is loaded."""

from __future__ import annotations

from pathlib import Path

from helpers.stores import incidents, load, opened

from shp_data.analysis.choices import list_indicator_choices
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import make_empty_store, open_store


def test_a_theme_is_offered_before_its_indicators_where_several_are_loaded() -> None:
    assert list(list_indicator_choices(Reader(open_store(prepare_sample_store()), Viewer())).items()) == [
        ("Police ASB", ("asb_police",)),
        ("Deliberate fires (all)", ("fires_secondary_deliberate", "fires_vehicle_deliberate")),
        ("Deliberate secondary fires", ("fires_secondary_deliberate",)),
        ("Deliberate vehicle fires", ("fires_vehicle_deliberate",)),
        ("Drug offences (all)", ("drugs_possession", "drugs_supply")),
        ("Drug possession", ("drugs_possession",)),
        ("Drug supply", ("drugs_supply",)),
    ]


def test_one_indicator_of_a_theme_is_offered_alone_and_nothing_of_an_empty_store(tmp_path: Path) -> None:
    load(tmp_path / "S", incidents(tmp_path / "fires.csv", {"2020-10": 1}, "fires_vehicle_deliberate"))
    assert list_indicator_choices(Reader(opened(tmp_path / "S"), Viewer())) == {
        "Deliberate vehicle fires": ("fires_vehicle_deliberate",)
    }
    assert list_indicator_choices(Reader(make_empty_store(tmp_path / "none"), Viewer())) == {}
