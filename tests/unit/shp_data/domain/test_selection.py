"""A selection narrowed: what is asked changes, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from shp_data.domain.periods import parse_period
from shp_data.domain.selection import Location, Selection

PLACE = Location("High Street", "Middlesbrough", "E05009999", ((-1.235, 54.57),))
WHOLE = Selection(
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
