"""Which areas a supplier's file shows."""

from __future__ import annotations

from shp_data.intake.mapping.shown_areas import guess_areas

HARTLEPOOL, STOCKTON = ("-1.2129", "54.6863"), ("-1.3187", "54.5705")
PLACED = {"longitude": "lon", "latitude": "lat"}


def points(*places: tuple[str, str]) -> dict[str, tuple[str, ...]]:
    return dict(zip(("lon", "lat"), zip(*places, strict=True), strict=True))


def test_areas_are_those_in_which_the_records_lie():
    assert guess_areas(points(HARTLEPOOL, STOCKTON), PLACED) == ("Hartlepool", "Stockton-on-Tees")
    grid = {"e": ("450000", "0", "none"), "n": ("532000", "0", "none")}
    assert guess_areas(grid, {"easting": "e", "northing": "n"}) == ("Hartlepool",)


def test_one_stray_record_in_many_makes_no_area():
    assert guess_areas(points(*[HARTLEPOOL] * 150, STOCKTON), PLACED) == ("Hartlepool",)


def test_records_beyond_every_area_and_without_a_place_show_none():
    assert guess_areas(points(("-0.12", "51.5"), ("", ""), ("x", "y")), PLACED) == ()
    assert guess_areas({"a": ("1",)}, {}) == ()


def test_where_there_are_no_coordinates_the_wards_tell():
    sample = {"w": ("Seaton", "Hart", "", "no such ward"), "lon": ("",) * 4, "lat": ("",) * 4}
    assert guess_areas(sample, PLACED | {"ward": "w"}) == ("Hartlepool",)
