"""Hexagons on the map: one layer a kind, told apart without colour, small, and asking no network."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd
import pytest
from helpers.stores import DESK, chosen
from helpers.view_figures import figure

from shp_data.analysis.places.cells import COLD, FINE, HOT, NEITHER, find_clusters
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.documents.documents import to_svg
from shp_view.maps.hexagon_maps import (
    LAYERS,
    TOOLTIP,
    build_cell_layers,
    build_cell_legend,
    build_cell_title,
    describe_cells,
    draw_cell_map,
    draw_cell_picture,
    select_hot_cells,
)
from shp_view.maps.map_parts import CompactDeck
from shp_view.theme import choose_theme


def table(*clusters: str | None) -> pd.DataFrame:
    counts = pd.array([None if c is None else 40 if c == HOT else 5 for c in clusters], "Int64")
    names = [f"88194654e{n}fffff" for n in range(len(clusters))]
    return pd.DataFrame({"cell": names, "count": counts, "last_year": counts, "cluster": list(clusters)})


def drawn(shown: pd.DataFrame, dark: bool = False) -> dict[str, dict[str, Any]]:
    deck = CompactDeck(layers=build_cell_layers(figure(shown), dark=dark), map_provider=None)
    return {layer["id"]: layer for layer in json.loads(deck.to_json())["layers"]}


ALL = table(NEITHER, HOT, COLD, HOT)


def test_each_hexagon_is_in_the_layer_of_its_kind_and_hot_ones_are_on_top() -> None:
    layers = drawn(ALL)
    assert list(layers) == ["cells", "cells-cold", "cells-hot"]
    for cluster, name in LAYERS.items():
        wanted = ALL.loc[ALL["cluster"] == cluster, "cell"].tolist() if cluster else []
        assert [row["cell"] for row in layers.get(name, {"data": []})["data"]] == wanted
    assert all(layer["@@type"] == "H3HexagonLayer" and layer["pickable"] for layer in layers.values())


@pytest.mark.parametrize("dark", [False, True])
def test_hot_and_cold_differ_in_outline_as_well_as_colour(dark: bool) -> None:
    layers = drawn(ALL, dark)
    hot, cold = layers["cells-hot"], layers["cells-cold"]
    assert hot["getFillColor"] != cold["getFillColor"]
    assert hot["getLineWidth"] > 2 > 1 > cold["getLineWidth"]
    assert hot["getLineColor"] != cold["getLineColor"]
    words = [entry.label for entry in build_cell_legend(figure(ALL), dark=dark)]
    assert [bool(re.search(r"\((thick|no) outline\)", label)) for label in words] == [True, True, False]


def test_the_legend_has_the_colours_of_the_layers() -> None:
    layers = drawn(ALL)
    colours = [entry.colour for entry in build_cell_legend(figure(ALL))]
    for name, colour in zip(("cells-hot", "cells-cold", "cells"), colours, strict=True):
        assert "#" + "".join(f"{part:02X}" for part in layers[name]["getFillColor"][:3]) == colour


def test_what_is_not_available_is_drawn_and_said() -> None:
    missing = table(None, None)
    assert list(drawn(missing)) == ["cells-missing"]
    (entry,) = build_cell_legend(figure(missing))
    assert (entry.label, entry.colour) == ("Not available", choose_theme(False).missing)
    assert describe_cells(figure(missing)).startswith("Clusters are not available")


def test_pointing_at_a_hexagon_tells_its_figures() -> None:
    (row,) = drawn(table(HOT))["cells-hot"]["data"]
    assert set(re.findall(r"{(\w+)}", TOOLTIP)) <= set(row)
    assert (row["cluster"], row["count"], row["last_year"]) == ("Cluster", "40", "40")


def test_the_map_in_a_sentence() -> None:
    assert describe_cells(figure(ALL)) == (
        "Of 4 hexagons, 2 are in clusters, with 89% of the incidents. 1 has far fewer than expected."
    )
    assert describe_cells(figure(table(NEITHER))) == "None of 1 hexagon is in a cluster."


def test_all_of_the_region_in_the_finest_cells_is_less_than_a_megabyte() -> None:
    shown = find_clusters(Reader(open_store(prepare_sample_store()), DESK), chosen("2020-21-Q3"), FINE)
    written = CompactDeck(layers=build_cell_layers(shown), map_provider=None).to_json()
    assert len(shown.table) > 6000
    assert len(written.encode()) < 1_000_000
    assert "http" not in written


def with_wards(*clusters: str | None) -> pd.DataFrame:
    shown = table(*clusters)
    places = {"code": "E1", "ward": "Seaton", "lpa": "Hartlepool", "longitude": -1.2, "latitude": 54.6}
    return shown.assign(**places)


def test_the_title_names_the_wards_with_hot_hexagons_the_most_incidents_first() -> None:
    two = with_wards(HOT, NEITHER, HOT).assign(ward=["Hart", "Fens", "Victoria"], count=[5, 90, 50])
    assert build_cell_title(figure(two)).endswith("are in Victoria and Hart")
    assert build_cell_title(figure(with_wards(NEITHER))).startswith("There are no clusters of ")
    assert build_cell_title(figure(with_wards(None))).endswith("some months of the period are not loaded")


def test_the_table_holds_the_hot_hexagons_alone_and_leads_to_wards() -> None:
    shown = with_wards(HOT, NEITHER, HOT, COLD).assign(count=[5, 90, 50, 0])
    hot = select_hot_cells(figure(shown)).table
    assert hot["count"].tolist() == [50, 5]
    assert not {"longitude", "latitude"} & set(hot)  # by which a row would be taken for a place


def test_no_name_on_the_map_hides_a_hot_or_cold_hexagon() -> None:
    deck = draw_cell_map(figure(with_wards(NEITHER, HOT, COLD)), chosen("2020-21-Q3", "asb_police", "Hartlepool"))
    assert [layer.id for layer in deck.layers] == [
        "cells", "wards", "lpas", "selected", "names", "cells-cold", "cells-hot"
    ]  # fmt: skip


@pytest.mark.parametrize("clusters", [(NEITHER, HOT, COLD, HOT), (None, None), ()])
def test_the_picture_draws_the_same_hexagons_in_the_same_colours(clusters: tuple[str | None, ...]) -> None:
    real = ["881954d2c1fffff", "881954d2c3fffff", "881954d2c5fffff", "881954d2c7fffff"]
    shown = figure(table(*clusters).assign(cell=real[: len(clusters)]))
    spec = draw_cell_picture(shown, chosen("2020-21-Q3", "asb_police", "Hartlepool"))
    rows = spec["datasets"]["figure"]
    words = {entry.label for entry in build_cell_legend(shown)}
    assert [len(row["geometry"]["coordinates"][0]) for row in rows] == [7] * len(clusters)
    assert {row["shown"] for row in rows} <= words
    drawn_last = [row["shown"].split(":")[0] for row in rows][-2:]
    assert drawn_last == ["Cluster"] * 2 or HOT not in clusters, "no other hexagon may hide the outline of a hot one"
    svg = to_svg(spec, shown).decode()
    assert all(word in svg for word in words)
    assert "Victoria" in svg
