"""The Ward hotspots page: the title speaks of what is drawn, links keep it, and a map that shows nothing says so."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import h3
import pytest
from helpers.pages import AREAS, Q3, Q4, assert_draws, by_link, column, html, links, said, tables, title
from streamlit.testing.v1 import AppTest

from shp_view.text.map_words import MEASURES
from shp_view.views.hotspot_views import LAYERS

MEGABYTE = 1_000_000
RURAL = h3.latlng_to_cell(54.68, -1.32, 9)


@pytest.fixture(autouse=True)
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "own"))


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        # 32 among 8,401 residents: its share of Hartlepool's 93,663, as 8,417 is of 93,836 in mid-2020.
        ("rate_per_1000", "Victoria had the highest rate of drug supply offences: 3.8 per 1,000 residents"),
        ("count", "Victoria had the most drug supply offences: 32, of 86"),
        ("share", "Victoria and Burn Valley had 53% of the drug supply offences"),
        (
            "difference",
            "Victoria had the largest rise in drug supply offences: 24 more than in the same quarter last year",
        ),
        (
            "verdict",
            "Drug supply offences: possible increase in Victoria, Manor House, Foggy Furze and Seaton, "
            "compared with the same quarter last year",
        ),
    ],
)
def test_the_title_speaks_of_what_is_drawn(measure: str, message: str) -> None:
    name = MEASURES[measure]  # type: ignore[index]
    at = by_link("hotspots", what="Drug supply", period=Q3, measure=name)
    assert_draws(at)
    assert title(at) == message
    assert "not available in this period" not in said(at)


def test_the_published_share_of_secondary_fires() -> None:
    at = by_link("hotspots", what="Deliberate secondary fires", period=Q3, measure="Share")
    assert title(at) == "Manor House, Headland and Harbour and Seaton had 57% of the deliberate secondary fires"


def test_a_map_without_a_last_year_says_so() -> None:
    for measure, said_as in (("difference", "Change on last year"), ("verdict", MEASURES["verdict"])):
        name = MEASURES[measure]  # type: ignore[index]
        at = by_link("hotspots", period="2018-19 Q1 (Apr to Jun 2018)", measure=name)
        assert_draws(at)
        assert "no comparison with the same quarter last year" in title(at)
        assert f"No ward is coloured: “{said_as}” is not available in this period." in said(at)


def test_a_link_of_a_ward_keeps_what_is_drawn() -> None:
    assert "measure=Count" in "".join(html.proto.body for html in by_link("hotspots", measure="Count").get("html"))
    assert "measure=" not in "".join(html.proto.body for html in by_link("hotspots").get("html"))


# Layers


def maps(at: AppTest) -> list[dict[str, Any]]:
    return [json.loads(found.proto.json) for found in at.get("deck_gl_json_chart")]


def ids(deck: dict[str, Any]) -> list[str]:
    return [layer["id"] for layer in deck["layers"]]


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("layer", LAYERS.values())
def test_every_layer_of_every_area_draws_with_outlines_and_a_table_under_a_megabyte(layer: str, area: str) -> None:
    at = by_link("hotspots", layer=layer, area=area, period=Q3)
    assert_draws(at)
    (deck,) = at.get("deck_gl_json_chart")
    assert len(deck.proto.json.encode()) < MEGABYTE
    assert "lpas" in ids(json.loads(deck.proto.json))
    assert "http" not in deck.proto.json
    assert deck.proto.alt
    assert len(tables(at)) == 1


def test_an_unknown_layer_is_the_wards() -> None:
    at = by_link("hotspots", layer="<b>", period=Q3)
    assert_draws(at)
    assert "wards" in ids(maps(at)[0])
    assert "highest rate" in title(at)


def test_the_hotspots_are_in_the_table_by_name_and_on_the_map() -> None:
    at = by_link("hotspots", layer="Hotspots", period=Q3)
    (layer,) = [layer["data"] for layer in maps(at)[0]["layers"] if layer["id"] == "cells-hot"]
    (table,) = tables(at)
    assert table[0][:4] == ["Hotspot", "Ward", "Count", "Share"]
    assert {"Clear change?", "Months hot", "Development"} <= set(table[0])
    for number, row in enumerate(table[1:], 1):
        assert row[0].startswith(f"{number}. ")
        name = row[0].removeprefix(f"{number}. ")
        assert {cell["count"] for cell in layer if cell["name"] == name} == {row[2]}
    assert {cell["name"] for cell in layer} == {row[0].split(". ", 1)[1] for row in table[1:]}
    assert table[1][0].split(". ", 1)[1] in title(at)
    assert "Hotspot: far more than expected in this spot and around it" in "".join(html(at))
    assert "at most 1 in 20 of the hexagons marked is a false alarm" in said(at)


def test_an_old_link_to_the_clusters_opens_the_hotspots() -> None:
    old, new = (by_link("hotspots", layer=layer, period=Q3) for layer in ("Clusters", "Hotspots"))
    assert title(old) == title(new)


def test_the_size_of_the_hexagons_is_in_the_link() -> None:
    sizes = {}
    for words, size in (("Large", 8), ("Medium", 9), ("Small", 10)):
        at = by_link("hotspots", layer="Hotspots", period=Q3, size=words)
        assert_draws(at)
        cells = [row["cell"] for layer in maps(at)[0]["layers"] if layer["id"].startswith("cells")
                 for row in layer["data"]]  # fmt: skip
        assert {h3.get_resolution(cell) for cell in cells} == {size}
        sizes[words] = [link for body in html(at) for link in [body] if f"size={words}" in link]
    assert sizes["Large"] and sizes["Small"] and not sizes["Medium"], "the default is not in a link"


def test_the_points_are_all_on_the_map_and_the_busiest_in_the_table() -> None:
    at = by_link("hotspots", layer="Points", period=Q3)
    (circles,) = [layer["data"] for layer in maps(at)[0]["layers"] if layer["id"] == "points"]
    assert sum(int(circle["count"]) for circle in circles) == 1246  # as published
    (table,) = tables(at)
    assert [row[2] for row in table[1:]] == [circle["count"] for circle in circles[:100]]
    assert f"the 100 busiest of the {len(circles)} locations on the map" in said(at)


def test_the_repeat_locations_are_those_of_their_page() -> None:
    own, page = (by_link(name, layer="Repeat locations", period=Q3) for name in ("hotspots", "repeats"))
    assert tables(own)[0] == tables(page)[0]
    assert title(own) == title(page)


def test_a_link_to_a_place_tells_of_it_under_the_map() -> None:
    first = by_link("hotspots", layer="Points", period=Q3)
    link = next(body for body in html(first) if "place=" in body)
    place = parse_qs(urlsplit(unescape(link).split('href="')[1].split('"')[0]).query)
    assert place["layer"] == ["Points"]
    at = by_link("hotspots", **{name: values[0] for name, values in place.items()})
    assert_draws(at)
    assert "ring" in ids(maps(at)[0])
    assert "Show all locations" in [button.label for button in at.button]
    assert "See other incidents at this location" in "".join(html(at))


def test_a_ward_has_its_short_profile_and_the_way_to_its_page() -> None:
    at = by_link("hotspots", ward="Seaton", period=Q3)
    assert "Seaton ward" in at.subheader[-1].value
    links = "".join(html(at))
    assert "ward=Seaton" in links
    assert "Ward profile" in links
    assert "Search by ward or street" in links


def test_lsoas_have_their_table_their_deciles_and_one_sentence_on_deprivation() -> None:
    at = by_link("hotspots", layer="LSOAs", period=Q3, lsoa_measure="Deprivation decile")
    assert_draws(at)
    (table,) = tables(at)
    assert table[0] == ["LSOA", "Deprivation decile", "Count", "Difference", "Clear change?"]
    assert len(table) == 1 + 57 + (table[-1][0] == "(unplaced)")
    assert sum(column(table, "Count")) == 1246  # type: ignore[arg-type]  # as published
    assert title(at) == "24 of 57 LSOAs are in the most deprived tenth of England"
    # Of the residents of Hartlepool 39,854 of 93,861 are in the first decile.
    assert "in the most deprived tenth of England have 42% of the residents and" in said(at)
    for owner in ("English Indices of Deprivation 2025", "contains OS data", "House of Commons Library"):
        assert owner in said(at)


def test_a_link_to_an_lsoa_outlines_it_and_shows_its_months_and_records() -> None:
    first = by_link("hotspots", layer="LSOAs", period=Q3)
    (table,) = tables(first)
    link = links(first, '<div class="figures">')[0]
    assert link["layer"] == "LSOAs"
    at = by_link("hotspots", **link)
    assert_draws(at)
    assert f"LSOA {table[1][0]}" in at.subheader[-1].value
    assert "The map shows the outline of this LSOA." in said(at)
    outlined = [layer["data"]["features"] for layer in maps(at)[0]["layers"] if layer["id"] == "selected"]
    assert len(outlined[0]) == 1
    records = by_link("records", **{name: words for name, words in link.items() if name != "layer"})
    assert len(records.dataframe[0].value) == int(table[1][2])


def test_lsoas_of_two_periods_are_side_by_side() -> None:
    at = by_link("hotspots", layer="LSOAs", period=Q4, against="The period before", lsoa_measure="Count")
    assert_draws(at)
    assert len(maps(at)) == 2
    assert sum(column(tables(at)[1], "Count")) == 1246  # type: ignore[arg-type]  # as published


# Periods


def test_a_step_changes_the_period_and_keeps_the_colours() -> None:
    at = by_link("hotspots", period=Q3)
    before = html(at)
    at.button("later").click().run()
    assert at.selectbox("period").value == Q4
    assert at.button("later").disabled
    assert legend_of(html(at)) == legend_of(before)
    assert Q4 in at.caption[0].value
    at.button("earlier").click().run()
    assert at.selectbox("period").value == Q3


def legend_of(bodies: list[str]) -> str:
    (found,) = [body for body in bodies if body.startswith("<p") and "<b>Rate per 1,000" in body]
    return found


def test_two_periods_stand_side_by_side_in_the_same_classes_with_one_legend() -> None:
    at = by_link("hotspots", period=Q4, against="The period before", measure="Count")
    assert_draws(at)
    legends = [body for body in html(at) if body.startswith("<p") and "<b>Count" in body]
    assert len(legends) == 1
    assert len(maps(at)) == 2
    for deck in maps(at):
        (layer,) = [layer for layer in deck["layers"] if layer["id"] == "wards"]
        colours = {tuple(f["properties"]["fill"][:3]) for f in layer["data"]["features"]}
        assert all("#{:02X}{:02X}{:02X}".format(*colour) in legends[0] for colour in colours)
    now, then = tables(at)
    assert sum(column(then, "Count")) == 1246  # type: ignore[arg-type]  # as published
    counts = {row[0]: row[2] for row in then[1:]}
    assert {row[0]: row[3] for row in now[1:]} == counts
    assert [s.value for s in at.subheader] == [Q4, Q3]


def test_change_on_another_period_is_one_map_and_its_title_names_the_period() -> None:
    for measure in ("Change", "More than chance?"):
        at = by_link("hotspots", period=Q4, against="The period before", measure=measure)
        assert_draws(at)
        assert len(maps(at)) == 1
        assert Q3 in title(at)
        assert "so part of a change may be the season's" in said(at)


@pytest.mark.parametrize("layer", ["Hotspots", "Points"])
def test_cells_and_points_of_two_periods_side_by_side(layer: str) -> None:
    at = by_link("hotspots", period=Q4, against=Q3, layer=layer)
    assert_draws(at)
    assert len(maps(at)) == len(tables(at)) == 2


def test_a_comparison_that_is_not_on_offer_is_told() -> None:
    at = by_link("hotspots", period=Q3, against="Oct 2020")
    assert "This link asks for comparison period “Oct 2020”, which is not available. Showing “None” instead." in said(
        at
    )
    assert len(maps(at)) == 1


def test_every_view_of_the_real_months_is_under_a_megabyte(real_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHP_STORE", str(real_store))
    for layer in LAYERS.values():
        at = by_link("hotspots", layer=layer, area="All of Cleveland", period="2021-22 (Apr 2021 to Mar 2022)")
        assert_draws(at)
        assert [len(found.proto.json) < MEGABYTE for found in at.get("deck_gl_json_chart")] == [True], layer


def test_a_row_of_the_hotspots_leads_to_its_months_locations_and_records() -> None:
    at = by_link("hotspots", layer="Hotspots", area="Hartlepool", period=Q3)
    (table,) = tables(at)
    first, name = links(at, '<div class="figures">')[0], table[1][0].removeprefix("1. ")
    assert first["place"].startswith("hotspot-") and first["layer"] == "Hotspots"
    own = by_link("hotspots", **first)
    assert_draws(own)
    assert name in own.subheader[0].value.replace("\\", "")
    assert "it stood out from the rest of the area" in said(own)
    assert any(layer["id"] == "in-view" and layer["data"]["features"] for layer in maps(own)[0]["layers"])
    locations = tables(own)[1]
    assert locations[0] == ["Location", "Count"]
    assert sum(int(row[1]) for row in locations[1:]) == int(table[1][2])
    records = by_link("records", **{key: words for key, words in first.items() if key != "layer"})
    assert title(records).startswith(f"{table[1][2]} police ASB incidents, {name}")
    assert len(records.dataframe[0].value) == int(table[1][2])


def test_a_link_to_a_hotspot_that_is_none_in_the_period_says_so() -> None:
    at = by_link("hotspots", layer="Hotspots", area="Hartlepool", period=Q3, place=f"hotspot-{RURAL}")
    assert f"This link asks for location “hotspot-{RURAL}”, which is not available." in said(at)


def test_a_link_to_one_hexagon_still_opens_it() -> None:
    at = by_link("hotspots", layer="Points", area="Hartlepool", period=Q3)
    cell = h3.latlng_to_cell(*map(float, reversed(links(at, '<div class="figures">')[0]["place"].split(","))), 9)
    own = by_link("hotspots", layer="Hotspots", area="Hartlepool", period=Q3, place=cell)
    assert_draws(own)
    assert "a hexagon in" in own.subheader[0].value
