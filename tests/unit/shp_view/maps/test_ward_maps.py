"""Ward maps: round classes, one legend, no tile server, every layer named."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pydeck as pdk
import pytest
import shapely
from helpers.stores import DESK as ANALYST
from helpers.stores import chosen, incidents, load, opened
from helpers.view_figures import wards
from hypothesis import given
from hypothesis import strategies as st

from shp_data.analysis import profile
from shp_data.domain import boundaries
from shp_data.domain.figure import Figure
from shp_data.domain.periods import parse_period
from shp_data.domain.selection import Location, Viewer
from shp_data.store.notes.actions import Action, record_action
from shp_data.store.reading import Reader
from shp_view.app import session
from shp_view.maps.map_classes import build_classes, list_legend_entries
from shp_view.maps.map_parts import DESK, TELEPHONE
from shp_view.maps.ward_maps import (
    ACTION_LAYER,
    WARDS,
    build_mark_layer,
    describe_marks,
    draw_ward_map,
    draw_ward_picture,
)
from shp_view.maps.ward_shapes import (
    compute_zoom,
    find_nearby_lpas,
    measure_extent,
    merge_bounds,
    place_names,
    read_lpa_shapes,
    read_ward_shapes,
    split_name,
)
from shp_view.text.map_words import MEASURES, Measure
from shp_view.theme import choose_theme

QUARTER = parse_period("2020-21-Q3")


def deck_of(shown: Figure, measure: Measure = "rate_per_1000", **options: Any) -> pdk.Deck:
    return draw_ward_map(shown, measure, "2020", QUARTER, shown.table, **options)


def drawn(measure: Measure = "rate_per_1000", **options: Any) -> dict[str, Any]:
    deck: dict[str, Any] = json.loads(deck_of(wards(), measure, **options).to_json())
    return deck


def spread(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns)


def layer(deck: dict[str, Any], name: str) -> dict[str, Any]:
    return next(layer for layer in deck["layers"] if layer["id"] == name)


def test_no_tile_server_is_asked() -> None:
    deck = deck_of(wards())
    assert deck.map_provider is None
    assert drawn().get("mapStyle") in (None, "__MAP_STYLE__")  # pydeck's mark for `none was given`
    assert "http" not in deck.to_json()


def test_every_layer_has_its_own_id_and_wards_can_be_clicked() -> None:
    deck = drawn()
    names = [layer["id"] for layer in deck["layers"]]
    assert len(set(names)) == len(names) == 4
    clickable = [layer for layer in deck["layers"] if layer.get("pickable")]
    assert [layer["id"] for layer in clickable] == [WARDS]
    codes = [feature["properties"]["code"] for feature in clickable[0]["data"]["features"]]
    assert codes == wards().table["code"].tolist()


def test_all_wards_of_all_lpas_are_a_small_payload() -> None:
    assert len(deck_of(wards()).to_json()) < 300_000


def test_names_stand_inside_their_wards_and_only_those_of_the_area_are_shown() -> None:
    names = layer(drawn(area="Hartlepool"), "names")["data"]
    assert len(names) == 11
    for feature in boundaries.read_layer("wards_2020")["features"]:
        area = shapely.geometry.shape(feature["geometry"]).buffer(1e-5)  # a metre, as spots are rounded to
        for spot in read_ward_shapes("2020")[feature["properties"]["code"]].spots:
            assert area.contains(shapely.Point(spot))


def test_no_two_names_overlap() -> None:
    shapes = list(read_ward_shapes("2020").values())
    across, down = measure_extent(merge_bounds(shapes))
    scale = min(520 / across, 430 / down)
    names = place_names(shapes, scale, 7, 15)
    assert 20 < len(names) < len(shapes)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            x, y = (
                (a - b) * scale
                for a, b in zip(measure_extent((0, 0, *one.at)), measure_extent((0, 0, *other.at)), strict=True)
            )
            wide = (max(map(len, one.lines)) + max(map(len, other.lines))) * 7 / 2
            assert abs(x) >= wide or abs(y) >= (len(one.lines) + len(other.lines)) * 15 / 2


def test_the_selected_ward_is_outlined_and_an_unknown_one_is_not() -> None:
    code = wards().table["code"].iloc[0]
    assert len(layer(drawn(selected=code), "selected")["data"]["features"]) == 1
    assert layer(drawn(selected="E00000000"), "selected")["data"]["features"] == []


def test_pointing_at_a_ward_tells_its_figures_and_what_is_missing() -> None:
    told = layer(drawn(), WARDS)["data"]["features"][4]["properties"]
    assert told["count"] == told["rate_per_1000"] == "not available"
    assert told["last_year"] == "60"
    assert told["verdict"] == "not available"
    assert told["fill"] == [0xC9, 0xCB, 0xCE, 255]


@pytest.mark.parametrize("measure", list(MEASURES))
def test_pointing_at_a_ward_tells_its_verdict_and_the_reason_whatever_is_drawn(measure: Measure) -> None:
    told = layer(drawn(measure), WARDS)["data"]["features"][0]["properties"]
    assert told["verdict"] == (
        "Clear decrease. 60 to 0: with months that vary this much, a change this large, up or down, "
        "happens by chance in about 1 quarter in 250."
    )
    assert "<br/>Clear change? {verdict}" in deck_of(wards(), measure)._tooltip["html"]


def test_a_verdict_is_told_by_a_sign_as_well_as_by_a_colour() -> None:
    names = {name["name"].replace("\n", " ") for name in layer(drawn("verdict"), "names")["data"]}
    signs = {"clear increase": "▲ ", "clear decrease": "▼ ", "possible increase": "△ ", "possible decrease": "▽ "}
    known = wards().table[["ward", "verdict"]].itertuples(index=False)
    assert names <= {signs.get(verdict, "") + ward for ward, verdict in known}
    assert {name[0] for name in names} >= {"▲", "▼"}
    assert not any(name["name"][0] in "▲▼△▽" for name in layer(drawn("difference"), "names")["data"])
    labels = [entry.label for entry in build_classes(spread(), "verdict").entries]
    assert labels == [
        "▼ Clear decrease",
        "▽ Possible decrease",
        "No clear change",
        "△ Possible increase",
        "▲ Clear increase",
    ]
    picture = draw_ward_picture(wards(), "verdict", "2020", spread())
    assert {row["shown"] for row in picture["datasets"]["figure"]} == (
        {*labels, "Not available"} - {"▽ Possible decrease", "△ Possible increase"}
    )
    assert {row["name"][0][0] for row in picture["datasets"]["names"]} >= {"▲", "▼"}


def test_the_view_opens_on_the_area() -> None:
    near, all_ = drawn(area="Hartlepool")["initialViewState"], drawn()["initialViewState"]
    assert near["zoom"] > all_["zoom"]
    west, south, east, north = next(s for s in read_lpa_shapes().values() if s.name == "Hartlepool").bounds
    assert west < near["longitude"] < east
    assert south < near["latitude"] < north


@pytest.mark.parametrize(
    ("browser", "room"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", TELEPHONE),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", DESK),
        ("", DESK),
    ],
)
def test_on_a_telephone_the_whole_area_is_in_view(
    browser: str, room: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session.st, "context", SimpleNamespace(headers={"User-Agent": browser}))
    assert session.get_room() == room
    west, _, east, _ = next(s for s in read_lpa_shapes().values() if s.name == "Hartlepool").bounds
    opened = drawn(area="Hartlepool", room=session.get_room())["initialViewState"]
    across = 512 * 2 ** opened["zoom"] * (east - west) / 360
    assert room[0] - 40 < across <= room[0] + 1


def test_zoom_by_web_mercator() -> None:
    assert compute_zoom((-180, -85.0511, 180, 85.0511), 512, 512) == 0
    assert compute_zoom((0, 0, 90, 0.1), 512, 512) == 2
    assert merge_bounds(read_ward_shapes("2020").values())[0] < -1.3


@pytest.mark.parametrize(
    ("values", "breaks"),
    [
        # Ten wards each under 5, under 10 and so on: a step of 5 shares them evenly.
        ([n / 2 for n in range(50)], (5, 10, 15, 20)),
        # Skewed, as wards are: most are low, and the town centre alone in the open class would hide the rest.
        ([1, 1.2, 1.9, 2.4, 2.5, 3.1, 3.3, 4.8, 5.2, 5.9, 6.1, 7.0, 8.8, 12, 40], (2, 4, 6, 8)),
        # The classes begin with the step below the lowest figure.
        ([52, 54, 56, 58, 61, 63, 66, 68, 71, 73], (55, 60, 65, 70)),
        ([0.1, 0.2, 0.3, 0.4, 0.5], (0.2, 0.3, 0.4, 0.5)),
        ([3, 3, 3], ()),
    ],
)
def test_classes_have_round_and_even_steps(values: list[float], breaks: tuple[float, ...]) -> None:
    assert build_classes(spread(rate_per_1000=values), "rate_per_1000").breaks == pytest.approx(breaks)


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=60))
def test_every_inner_class_is_as_wide_as_the_others(values: list[int]) -> None:
    breaks = build_classes(spread(count=values), "count").breaks
    widths = {high - low for low, high in pairwise(breaks)}
    assert len(widths) <= 1
    assert all(min(values) < step <= max(values) for step in breaks)
    for width in widths:
        assert str(int(width)).rstrip("0") in {"1", "2", "5"}
        assert all(step % width == 0 for step in breaks)


def test_classes_are_the_same_for_the_same_figures_in_any_order() -> None:
    shuffled = wards().table.sample(frac=1, random_state=1)
    for measure in MEASURES:
        assert build_classes(wards().table, measure) == build_classes(shuffled, measure)


def test_the_legend_is_the_same_for_every_period_but_for_what_is_missing() -> None:
    every = build_classes(spread(count=range(51)), "count")
    assert (
        list_legend_entries(every, pd.Series([1, 2]))
        == list_legend_entries(every, pd.Series([40, 50]))
        == every.entries
    )
    assert list_legend_entries(every, pd.Series([1, None]))[-1].label == "Not available"
    assert every.find_entry(90) == every.find_entry(50)  # more than any period had


def test_classes_in_words() -> None:
    counts = build_classes(spread(count=range(51)), "count")
    labels = [entry.label for entry in counts.entries]
    assert labels == ["0 to 9", "10 to 19", "20 to 29", "30 to 39", "40 or more"]
    shares = build_classes(spread(share=[float(n) for n in range(51)]), "share")
    labels = [entry.label for entry in shares.entries]
    assert labels == ["0 to 9%", "10 to 19%", "20 to 29%", "30 to 39%", "40% or more"]
    rates = [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, None]
    found = build_classes(spread(rate_per_1000=rates), "rate_per_1000")
    assert [entry.label for entry in list_legend_entries(found, pd.Series(rates))] == [
        "Under 10", "10 to under 20", "20 to under 30", "30 to under 40", "40 or more", "Not available"
    ]  # fmt: skip


def test_a_figure_is_classed_as_it_is_printed() -> None:
    found = build_classes(spread(rate_per_1000=[0.0, 10.0, 20.0, 30.0, 40.0, 50.0]), "rate_per_1000")
    assert found.find_entry(9.95).label == "10 to under 20"
    assert found.find_entry(9.94).label == "Under 10"
    assert found.find_entry(None).label == found.find_entry(float("nan")).label == "Not available"


def test_change_has_as_many_classes_down_as_up() -> None:
    found = build_classes(spread(difference=[-30, -12, -4, 0, 4, 12, 30]), "difference")
    small, large = int(found.breaks[2]), int(found.breaks[3])
    assert large == 2 * small
    assert [found.find_entry(value).label.split()[0] for value in (-large, -small, 0, small, large)] == [
        "Fell", "Fell", "Changed", "Rose", "Rose"
    ]  # fmt: skip
    assert found.find_entry(-large) != found.find_entry(1 - large)
    assert found.find_entry(large) != found.find_entry(large - 1)


@pytest.mark.parametrize("values", [[0, 0, 0], [5], [None, None], [1, 1, 1, 2]])
def test_few_or_equal_figures_still_make_a_map(values: list[int | None]) -> None:
    column = pd.array(values, "Int64")
    shown = spread(count=column, difference=column)
    for value in values:
        assert build_classes(shown, "count").find_entry(value).label
        assert build_classes(shown, "difference").find_entry(value).label


def test_the_picture_has_the_classes_of_the_map() -> None:
    spec = draw_ward_picture(wards(), "rate_per_1000", "2020", wards().table, area="Hartlepool")
    labels = {entry.label for entry in build_classes(wards().table, "rate_per_1000").entries} | {"Not available"}
    assert {row["shown"] for row in spec["datasets"]["figure"]} <= labels
    assert len(spec["datasets"]["figure"]) == len(spec["datasets"]["names"]) == 11


def test_long_names_take_two_lines() -> None:
    assert split_name("Headland and Harbour") == ["Headland", "and Harbour"]
    assert split_name("Hart") == ["Hart"]
    assert split_name("Dormanstownandmore") == ["Dormanstownandmore"]


def test_records_near_no_ward_stand_in_the_table_and_not_on_the_map() -> None:
    known = wards()
    other = known.table.iloc[:1].assign(code="(unplaced)", ward="(unplaced)", lpa="")
    more = replace(known, table=pd.concat([known.table, other], ignore_index=True))
    features = layer(json.loads(deck_of(more, "count").to_json()), WARDS)["data"]["features"]
    codes = [feature["properties"]["code"] for feature in features]
    assert codes == known.table["code"].tolist()
    assert len(draw_ward_picture(more, "count", "2020", more.table)["datasets"]["figure"]) == len(codes)


def test_the_background_is_the_lpas_about_the_map_and_not_those_far_away():
    known = {shape.name: shape for shape in read_lpa_shapes().values()}
    assert [shape.name for shape in find_nearby_lpas(known["Hartlepool"].bounds)] == list(known)
    west, south, east, north = merge_bounds(known.values())
    assert find_nearby_lpas((west - 0.6, south, west - 0.51, north)) == []
    assert find_nearby_lpas((east, north + 0.51, east + 0.1, north + 0.6)) == []
    assert find_nearby_lpas((west - 0.6, south, west - 0.49, north)) == [
        min(known.values(), key=lambda one: one.bounds[0])
    ]


VICTORIA = "E05008952"
POINT = (-1.2129, 54.6862)
MADE = {
    "agreed": dt.date(2020, 11, 3), "what": "Extra patrols <b>", "who": "Cleveland Police", "lpa": "Hartlepool",
    "recorded_by": "analyst", "recorded_at": dt.datetime(2020, 11, 3, tzinfo=dt.UTC),
}  # fmt: skip
WARD = Action(**MADE, ward="Victoria", ward_code=VICTORIA, vintage="2020")
PLACE = Action(**MADE, place="Park", longitude=POINT[0], latitude=POINT[1])


def marks(*actions: Action) -> list[dict[str, object]]:
    layer = build_mark_layer(actions, read_ward_shapes("2020"), choose_theme(False))
    found = json.loads(layer.to_json())
    assert found["id"] == ACTION_LAYER
    return [{"name": mark["name"], "at": mark["at"]} for mark in found["data"]]


def test_a_ward_is_marked_within_it_and_a_place_at_its_point():
    ward, place = marks(WARD, PLACE)
    west, south, east, north = read_ward_shapes("2020")[VICTORIA].bounds
    assert ward["name"] == "A1"
    assert west < ward["at"][0] < east and south < ward["at"][1] < north
    assert place == {"name": "A2", "at": list(POINT)}


def test_an_action_for_a_ward_of_other_boundaries_keeps_its_number_in_the_list():
    gone = Action(**MADE, ward="Victoria", ward_code="E05099999", vintage="2022")
    assert [mark["name"] for mark in marks(gone, PLACE)] == ["A2"]
    assert [line.split(":")[0] for line in describe_marks([gone, PLACE])] == ["A1", "A2"]


def test_the_list_says_when_and_what():
    (line,) = describe_marks([WARD])
    assert line.startswith("A1: On 3 November 2020 “Extra patrols <b>” was agreed for")


@pytest.fixture
def store(tmp_path):
    load(tmp_path / "s", incidents(tmp_path / "a.csv", {"2020-10": 3, "2020-11": 2, "2020-12": 1}))
    for action in (WARD, PLACE):
        record_action(tmp_path / "s", action)
    return opened(tmp_path / "s")


def test_a_trend_shows_what_was_agreed_for_its_place_alone(store):
    here = chosen("2020-21-Q3", "asb_police", "Hartlepool")
    assert profile.list_visible_actions(Reader(store, ANALYST), here) == ()
    of_place = here.select_location(Location("Park", "Hartlepool", VICTORIA, (POINT,)), "2020")
    assert profile.list_visible_actions(Reader(store, ANALYST), of_place) == (PLACE,)


def test_others_than_the_analyst_see_none(store):
    ward = chosen("2020-21-Q3", "asb_police", "Hartlepool").select_ward(VICTORIA, "2020")
    assert WARD in profile.list_visible_actions(Reader(store, ANALYST), ward)
    assert profile.list_visible_actions(Reader(store, Viewer("partner")), ward) == ()
