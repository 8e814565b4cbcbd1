"""How a file is read: by its own headers, a mapping, or as the plain incident file; under which source."""

from __future__ import annotations

import pytest

from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.rows.columns import choose_reading, list_headers

POLICE = (
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "Crime type",
)
FIRE = Supplier("Fire", headers={"date": "Call time", "indicator": "Type"})
SINGLE = Supplier("Bins", headers={"date": "Reported on"}, indicator="fires_vehicle_deliberate")
SOURCES = {"police.uk": Supplier("police.uk", "police.uk", open=True), "Fire": FIRE, "Bins": SINGLE}


def test_the_plain_incident_file_takes_the_files_stem_or_the_name_given() -> None:
    header = ("Date", "INDICATOR", "Incident_ID", "covid related", "Notes")
    found = choose_reading(header, "asb 2020", SOURCES, None)
    assert found.name == "asb 2020"
    assert found.headers == {
        "date": "Date",
        "indicator": "INDICATOR",
        "incident_id": "Incident_ID",
        "covid_related": "covid related",
    }
    assert choose_reading(header, "asb 2020", SOURCES, "Cleveland Police").name == "Cleveland Police"


def test_a_police_uk_download_is_known_by_its_headers_and_each_force_is_a_source() -> None:
    found = choose_reading(POLICE, "2021-03-cleveland-street", SOURCES, None)
    assert (found.name, found.name_header) == ("police.uk", "Reported by")
    assert found.headers["date"] == "Month"
    assert found.source.open
    named = choose_reading(POLICE, "2021-03-cleveland-street", SOURCES, "Police")
    assert (named.name, named.name_header) == ("Police", None)


def test_a_mapping_is_found_by_its_headers_or_its_name() -> None:
    header = ("Call time", "Type", "Longitude")
    assert choose_reading(header, "f", SOURCES, None).headers == {
        "date": "Call time",
        "indicator": "Type",
        "longitude": "Longitude",
    }
    assert (
        choose_reading(header, "f", SOURCES, None).name == choose_reading(header, "f", SOURCES, "Fire").name == "Fire"
    )
    assert choose_reading(("Reported on", "X"), "f", SOURCES, None).source.indicator == "fires_vehicle_deliberate"


@pytest.mark.parametrize(
    ("header", "name", "says"),
    [
        (("date", "x"), None, "no column for indicator; the columns are date, x"),
        (("x", "indicator"), None, "no column for date"),
        (("x",), None, "no column for date and indicator"),
        (("date", "indicator"), "Fire", "date (mapped to 'Call time')"),
        ((), None, "the columns are none"),
    ],
)
def test_a_missing_column_is_told_with_those_there_are(header: tuple[str, ...], name: str | None, says: str) -> None:
    with pytest.raises(InputError) as told:
        choose_reading(header, "f", SOURCES, name)
    assert says in str(told.value)
    assert "Match them" in str(told.value)


def test_headers_that_are_known() -> None:
    assert {"date", "incidentid", "crimeid", "fallswithin", "calltime", "reportedon"} <= list_headers(SOURCES.values())
