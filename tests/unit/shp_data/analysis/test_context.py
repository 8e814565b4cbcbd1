"""What travels with a table: measure, area, source, as-of month and caveats."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from helpers.stores import DESK, chosen, incidents, load, opened

from shp_data.analysis.context import (
    build_figure,
    find_unplaced,
    list_attributions,
    name_area,
    name_indicators,
    name_location,
    name_unit,
)
from shp_data.analysis.records import COLUMNS, list_incidents
from shp_data.domain.figure import Coverage
from shp_data.domain.periods import Month
from shp_data.domain.populations import Population
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import Store, open_store

TABLE = pd.DataFrame({"count": [1]})


@pytest.fixture(scope="module")
def sample() -> Store:
    return open_store(prepare_sample_store())


@pytest.mark.parametrize(
    ("indicators", "name", "unit"),
    [
        (("asb_police",), "Police ASB", "incidents"),
        (("fires_secondary_deliberate", "fires_vehicle_deliberate"), "Deliberate fires", "fires"),
        (("drugs_possession", "drugs_supply"), "Drug offences", "offences"),
        (("asb_police", "burglary"), "Police ASB and Burglary", "incidents"),
    ],
)
def test_names_and_units(indicators: tuple[str, ...], name: str, unit: str) -> None:
    assert (name_indicators(indicators), name_unit(indicators)) == (name, unit)


def test_the_sample_is_marked_and_the_subtitle_names_measure_area_and_period(sample: Store) -> None:
    found = build_figure(
        Reader(sample, Viewer()), chosen("2020-21-Q3", "asb_police", "Hartlepool", covid="exclude"), TABLE
    )
    assert found.subtitle == "Police ASB, Hartlepool, 2020-21 Q3 (Oct to Dec 2020), without COVID-related"
    assert found.source_line.startswith("SYNTHETIC SAMPLE")
    assert found.as_of == "Mar 2021"
    assert name_area(chosen("2020-21-Q3")) == "Cleveland"


def test_a_rate_names_its_residents_and_a_map_its_boundaries(sample: Store) -> None:
    people = Population(93_663, 2019, "mid-year estimate", "before Census 2021")
    found = build_figure(Reader(sample, Viewer()), chosen("2020-21-Q3"), TABLE, people=[people, None], mapped=True)
    text = "Rates are per 1,000 residents: mid-2019 estimate, ONS edition before Census 2021."
    assert text in found.caveats
    assert "Office for National Statistics" in found.source_line
    assert "OS data" in found.source_line
    assert "OS data" not in build_figure(Reader(sample, Viewer()), chosen("2020-21-Q3"), TABLE).source_line


def test_missing_months_and_two_sources_are_told(tmp_path: Path) -> None:
    root = tmp_path / "S"
    load(root, incidents(tmp_path / "a.csv", {"2020-10": 1}), source="One")
    load(root, incidents(tmp_path / "b.csv", {"2020-10": 2}), source="Two")
    found = build_figure(Reader(opened(root), Viewer()), chosen("2020-10 to 2020-11"), TABLE)
    assert Coverage("months missing", ("asb_police",), (Month(2020, 11),)) in found.caveats
    assert any("counted twice" in caveat for caveat in found.caveats if isinstance(caveat, str))
    assert found.sources[:2] == ("Source: One.", "Source: Two.")
    assert not found.synthetic
    assert build_figure(Reader(opened(root), Viewer()), chosen("2020-10"), TABLE).caveats != found.caveats


def test_police_uk_is_attributed_whatever_the_force(tmp_path: Path) -> None:
    load(tmp_path / "S", incidents(tmp_path / "a.csv", {"2020-10": 1}), source="police.uk Cleveland Police")
    found = build_figure(Reader(opened(tmp_path / "S"), Viewer()), chosen("2020-10"), TABLE)
    assert "Open Government Licence" in found.source_line


def test_each_source_is_attributed_once_in_its_own_words_else_by_its_name() -> None:
    police, county = "police.uk Cleveland Police", "police.uk Durham Constabulary"
    (open_data,) = list_attributions([police])
    assert open_data.startswith("Contains police data from data.police.uk")
    assert list_attributions([police, county, police]) == (open_data,)
    assert list_attributions(["Wardens", "Cleveland Fire Brigade", police]) == (
        "Source: Cleveland Fire Brigade.",
        "Source: Wardens.",
        open_data,
    )
    assert list_attributions([]) == ()


def test_a_place_without_a_name_is_called_so() -> None:
    assert (name_location("High Street"), name_location("")) == ("High Street", "Place without a name")


def test_the_records_behind_a_figure_add_up_to_it(sample: Store) -> None:
    table = list_incidents(Reader(sample, DESK), chosen("2020-10", "asb_police", "Hartlepool")).table
    assert len(table) == 518
    assert list(table)[: len(COLUMNS)] == list(COLUMNS)
    assert set(table["indicator"]) == {"Police ASB"}
    assert table["date"].is_monotonic_increasing
    assert len(list_incidents(Reader(sample, DESK), chosen("2020-10"), limit=5).table) == 5


@pytest.mark.parametrize(("unplaced", "share"), [(0, 0), (1, 1 / 21), (3, 3 / 23)])
def test_records_in_no_area_are_told_where_areas_are_asked_for(tmp_path: Path, unplaced: int, share: float) -> None:
    placed = incidents(tmp_path / "a.csv", {"2020-10": 20}).read_text(encoding="utf-8")
    (tmp_path / "b.csv").write_text(placed + "2020-10,asb_police,,,\n" * unplaced, encoding="utf-8")
    load(tmp_path / "S", tmp_path / "b.csv")
    reader, asked = Reader(opened(tmp_path / "S"), Viewer()), chosen("2020-10", "asb_police", "Hartlepool")
    coverage = find_unplaced(reader, asked)
    assert (coverage.state, coverage.share) == ("partly unplaced" if unplaced else "complete", pytest.approx(share))
    assert (coverage in build_figure(reader, asked, TABLE).caveats) == bool(unplaced)
    assert find_unplaced(reader, asked, least=1).is_complete
    assert find_unplaced(reader, chosen("2020-10")).is_complete
    assert find_unplaced(reader, chosen("2020-11", "asb_police", "Hartlepool")).is_complete
