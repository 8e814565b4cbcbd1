"""The Repeat locations page as a user meets it, and the other pages of one place."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from helpers.pages import (
    AREAS,
    Q3,
    Q4,
    as_number,
    assert_draws,
    by_link,
    choose,
    html,
    links,
    row_of,
    said,
    tables,
    title,
)
from helpers.stores import load

EAST, NORTH = -1.2129, 54.6862
NOTE = "This link asks for location"


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No own records: the page shows the sample, unless a test loads some."""
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "own"))
    return tmp_path / "own"


def stored(root: Path, *rows: str) -> None:
    file = root.parent / "incidents.csv"
    file.write_text("\n".join(["date,indicator,location,longitude,latitude", *rows]) + "\n", encoding="utf-8")
    load(root, file)


def many(number: int, month: str, name: str, metres: float = 0, time: str = "") -> list[str]:
    """So many incidents at one point, so far north."""
    day = f"{month}-05 {time}" if time else month
    return [f"{day},asb_police,{name},{EAST},{NORTH + metres / 111_320:.7f}"] * number


def place_list(at) -> list[list[str]]:
    return next(table for table in tables(at) if "Status" in table[0])


@pytest.mark.parametrize(
    ("period", "published"),
    [
        (Q3, ["1. Vincent Street, Headland and Harbour", "2. Osprey Way, Hart", "3. Ward Jackson Park, Rural West"]),
        (Q4, None),
    ],
)
def test_the_title_counts_the_list(period, published):
    at = by_link("repeats", period=period)
    assert_draws(at)
    names = [row[0] for row in place_list(at)[1:]]
    assert title(at) == f"{len(names)} locations in Hartlepool had 10 or more police ASB incidents"
    assert published is None or names == published
    assert at.caption[0].value.startswith(f"{period} · Hartlepool")


def test_every_area_and_indicator():
    at = by_link("repeats", period=Q3)
    for what, area in product(at.selectbox(key="what").options, AREAS):
        choose(at, what=what, area=area)
        assert_draws(at)
        number = title(at).split(" ")[0]
        listed = len(place_list(at)) - 1
        assert (0 if number == "No" else as_number(number)) == listed, (what, area)
        assert area.removeprefix("All of ") in title(at)


def test_a_smaller_number_finds_more_places_and_stays_in_the_link_of_each():
    ten, five = by_link("repeats", period=Q3), by_link("repeats", period=Q3, minimum="5")
    assert "had 5 or more" in title(five)
    assert len(place_list(five)) > len(place_list(ten))
    asked = [link for link in links(five) if "place" in link]
    assert asked
    assert all(link["minimum"] == "5" for link in asked)
    assert all(as_number(row[1]) >= 5 for row in place_list(five)[1:])


def test_a_ward_narrows_map_and_list():
    at = by_link("repeats", period=Q3, ward="Hart")
    assert title(at) == "1 location in Hart ward had 10 or more police ASB incidents"
    (row,) = place_list(at)[1:]
    assert row[0] == "1. Osprey Way, Hart"


def test_a_place_by_link_is_told_whole_and_its_numbers_agree_on_every_page():
    at = by_link("repeats", period=Q3)
    row, link = place_list(at)[1], next(link for link in links(at) if "place" in link)
    opened = by_link("repeats", **link)
    assert_draws(opened)
    assert title(opened) == title(at)  # the list stays that of the area
    assert "Vincent Street" in [heading.value for heading in opened.subheader]
    (there,) = [table for table in tables(opened) if table[0] == ["Indicator", "Count"]]
    assert row_of(there, "Police ASB")["Count"] == row[1] == "17"
    assert f"{row[1]} police ASB incidents were recorded" in said(opened)
    ring = [layer for layer in deck(opened)["layers"] if layer["id"] == "ring"]
    assert len(ring) == 1
    records = by_link("records", **link)
    assert title(records) == f"17 police ASB incidents, Vincent Street, Headland and Harbour ward, {Q3}"
    assert len(records.dataframe[0].value) == 17
    assert "Showing only the records at Vincent Street" in said(records)
    trends = by_link("trends", **link)
    assert_draws(trends)
    months = tables(trends)[0]
    quarter = [line for line in months if line[0] in ("Oct 2020", "Nov 2020", "Dec 2020")]
    assert sum(as_number(line[1]) for line in quarter) == 17


def deck(at) -> dict:
    (drawn,) = at.get("deck_gl_json_chart")
    return json.loads(drawn.proto.json)


def test_each_row_of_the_list_leads_to_as_many_records_as_it_counts():
    at = by_link("repeats", period=Q3, minimum="5")
    asked = [link for link in links(at) if "place" in link]
    for row, link in list(zip(place_list(at)[1:], asked, strict=False))[::9]:
        assert title(by_link("records", **link)).split(" ")[0] == row[1], row


@pytest.mark.parametrize("page", ["repeats", "records", "trends"])
def test_a_place_is_left_by_its_button_and_by_another_area(page):
    asked = {"period": Q3, "place": "-1.204424,54.703792"}
    at = by_link(page, **asked)
    at.button(key="leave-place").click().run()
    assert_draws(at)
    assert "place" not in at.query_params
    assert not [button for button in at.button if button.key == "leave-place"]
    at = choose(by_link(page, **asked), area="Middlesbrough")
    assert_draws(at)
    assert "place" not in at.query_params
    assert "Middlesbrough" in title(at)


@pytest.mark.parametrize("place", ["0,0", "Vincent Street", "-1.204424", "NAN,2", "1e999,2", "<b>,</b>", "a" * 500])
@pytest.mark.parametrize("page", ["repeats", "records", "trends"])
def test_a_place_that_is_not_known_falls_back_and_is_named(page, place):
    at = by_link(page, place=place)
    assert_draws(at)
    (told,) = [warning.value for warning in at.warning]
    assert told.startswith(NOTE)
    assert place[:60] in told.replace("\\", "")
    assert at.caption[0].value.startswith(f"{Q4} · Hartlepool")


@pytest.mark.parametrize("page", ["headlines", "comparison", "hotspots"])
def test_other_pages_leave_a_place_out_of_account(page):
    at = by_link(page, place="-1.204424,54.703792", period=Q3)
    assert_draws(at)
    assert at.caption[0].value.startswith(f"{Q3} · Hartlepool · ")
    assert NOTE not in said(at)


# Small stores


def test_a_place_of_several_points_counts_them_all_and_has_its_week(own):
    rows = [*many(4, "2020-10", "Raby Road", 0, "21:30"), *many(8, "2020-10", "raby road", 30, "09:15")]
    stored(own, *rows, *many(1, "2020-10", "Park Road", 31))
    at = by_link("repeats", period="Oct 2020")
    (row,) = place_list(at)[1:]
    assert row[:2] == ["1. raby road, Victoria", "12"]
    link = next(link for link in links(at) if "place" in link)
    opened = by_link("repeats", **link)
    assert_draws(opened)
    assert "The busiest four hours of the week: Monday 08:00 to 12:00 (8)." in said(opened)
    assert title(by_link("records", **link)).startswith("12 police ASB incidents, raby road")
    by_other_point = by_link("records", period="Oct 2020", place=f"{EAST},{NORTH}")
    assert title(by_other_point).startswith("12 police ASB incidents, raby road")


def test_without_times_the_week_is_not_drawn_and_that_is_said(own):
    stored(own, *many(12, "2020-10", "Raby Road"))
    at = by_link("repeats", period="Oct 2020", place=f"{EAST},{NORTH}")
    assert_draws(at)
    assert "These records have no time of day" in said(at)


def test_names_from_files_are_shown_as_text(own):
    stored(own, *many(12, "2020-10", "![x](http://evil/p.png) <b>Road</b>"))
    for page in ("repeats", "records", "trends"):
        at = by_link(page, period="Oct 2020", place=f"{EAST},{NORTH}")
        assert_draws(at)
        kinds = (at.title, at.subheader, at.markdown, at.caption)
        raw = "\n".join(element.value for kind in kinds for element in kind)
        assert "evil" in raw
        assert "![x]" not in raw
        assert "<b>Road" not in "".join(html(at)) + raw


def test_a_place_without_a_name_is_called_so(own):
    stored(own, *many(12, "2020-10", ""))
    at = by_link("repeats", period="Oct 2020", place=f"{EAST},{NORTH}")
    assert_draws(at)
    assert place_list(at)[1][0] == "1. Place without a name, Victoria"
    assert "Place without a name" in [heading.value for heading in at.subheader]


def test_a_period_that_is_not_loaded_whole_is_said(own):
    stored(own, *many(12, "2020-10", "Raby Road"), *many(1, "2020-12", "Raby Road"))
    at = by_link("repeats", period="2020-21 Q3 (Oct to Dec 2020)")
    assert_draws(at)
    assert title(at).endswith("some months of the period are not loaded")
    assert "it is not possible to say which repeat locations are new" in said(at)
    for period in ("Nov 2020", "Dec 2020"):
        at = by_link("repeats", period=period)
        assert_draws(at)
        assert len(place_list(at)) == 1


def test_an_area_without_any_incident_says_what_to_choose(own):
    stored(own, *many(12, "2020-09", "Raby Road"), *many(12, "2020-10", "Raby Road"))
    at = by_link("repeats", period="Oct 2020", area="Middlesbrough")
    assert_draws(at)
    assert title(at) == "No locations in Middlesbrough had 10 or more police ASB incidents"
    assert "choose a smaller number" in said(at)
    assert not at.get("vega_lite_chart")


def test_a_place_that_has_fewer_now_is_cleared(own):
    stored(own, *many(12, "2020-09", "Raby Road"), *many(3, "2020-10", "Raby Road"))
    at = by_link("repeats", period="Oct 2020")
    (cleared,) = [table for table in tables(at) if table[0][:2] == ["Location", "Period before"]]
    assert cleared[1] == ["Raby Road, Victoria", "12", "3"]
    assert "1 location is no longer a repeat location: it had 10 or more in Sep 2020 and has fewer now." in said(at)


def test_pictures_have_words_beside_them():
    at = by_link("repeats", period=Q3, place="-1.204424,54.703792")
    drawn = [*at.get("vega_lite_chart"), *at.get("deck_gl_json_chart")]
    assert len(drawn) >= 3
    assert all(len(element.proto.alt) > 40 for element in drawn)
