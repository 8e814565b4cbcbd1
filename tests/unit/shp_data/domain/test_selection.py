"""A selection narrowed: what is asked changes, and nothing else."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.selection import Location

PLACE = Location("High Street", "Middlesbrough", "E05009999", ((-1.235, 54.57),))
WHOLE = partnership().select(
    ("asb_police", "burglary"), parse_period("2020-21-Q3"), ("Hartlepool",), "exclude", "2020", "E05008942", PLACE
)


def test_one_month_of_a_selection_changes_its_period_alone() -> None:
    found = WHOLE.select_month("2020-11")
    assert (str(found.period.first), str(found.period.last)) == ("2020-11", "2020-11")
    assert replace(found, period=WHOLE.period) == WHOLE


def test_one_indicator_of_a_selection_changes_nothing_else() -> None:
    assert replace(WHOLE.select_indicator("burglary"), indicators=WHOLE.indicators) == WHOLE
    assert WHOLE.select_indicator("burglary").indicators == ("burglary",)


def test_another_area_or_ward_leaves_what_lies_in_the_first() -> None:
    area = WHOLE.select_area("Middlesbrough")
    assert (area.areas, area.ward, area.location) == (("Middlesbrough",), None, None)
    ward = WHOLE.select_ward("E05001", "2022")
    assert (ward.areas, ward.ward, ward.vintage, ward.location) == (("Hartlepool",), "E05001", "2022", None)


def test_a_place_brings_its_area_and_ward_and_a_hexagon_does_not() -> None:
    found = WHOLE.select_location(PLACE, "2022")
    assert (found.areas, found.ward, found.vintage, found.location) == (("Middlesbrough",), "E05009999", "2022", PLACE)
    cell = replace(PLACE, cell="8a19")
    assert WHOLE.select_location(cell, "2022") == replace(WHOLE, location=cell, vintage="2022")


@pytest.mark.parametrize(("period", "ward_year"), [("2020-21-Q3", "2020"), ("2021-22-Q4", "2022")])
def test_the_ward_year_follows_the_period_unless_it_was_selected(period: str, ward_year: str) -> None:
    in_force = replace(WHOLE, vintage=None)
    assert replace(in_force, period=parse_period(period)).ward_year == ward_year
    assert replace(WHOLE, period=parse_period(period)).ward_year == "2020"
    with pytest.raises(SelectionError, match=r"ward boundaries.*1999.*2020"):
        _ = replace(WHOLE, vintage="1999").ward_year


def test_the_lpas_are_those_of_the_place_then_of_the_ward_then_of_the_areas() -> None:
    assert WHOLE.lpas == ("Middlesbrough",)
    stockton = next(ward for ward in partnership().areas.list_wards("2020") if ward.lpa == "Stockton-on-Tees")
    assert replace(WHOLE, location=None, ward=stockton.code).lpas == ("Stockton-on-Tees",)
    assert replace(WHOLE, location=None, ward="E05099999").lpas == ("Hartlepool",)
    assert replace(WHOLE, location=None, ward=None).lpas == ("Hartlepool",)
    assert replace(WHOLE, location=None, ward=None, areas=()).lpas == ()


def test_equal_selections_are_one_key_and_survive_a_copy_by_pickle() -> None:
    again = pickle.loads(pickle.dumps(WHOLE))
    assert again == WHOLE and hash(again) == hash(WHOLE) and repr(again) == repr(WHOLE)
    assert again.lpas == WHOLE.lpas


def test_the_printed_form_tells_any_two_selections_apart() -> None:
    others = [
        WHOLE.select_month("2020-11"),
        WHOLE.select_indicator("burglary"),
        WHOLE.select_area("Hartlepool"),
        replace(WHOLE, covid="include"),
        replace(WHOLE, vintage=None),
        replace(WHOLE, ward=None),
        replace(WHOLE, location=replace(PLACE, points=((-1.235, 54.58),))),
    ]
    assert len({repr(one) for one in [WHOLE, *others]}) == 1 + len(others)
