"""What data.police.uk says is taken as its documents describe it; anything else is refused whole."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from helpers.police_server import NO_PLACE, STREET, Police, body, record, running

from shp_data.domain.periods import Month
from shp_data.intake.police_uk.http_client import ApiClient, FetchError, TooManyError
from shp_data.intake.police_uk.police_api import Crime, Force, PoliceApi

MARCH = Month(2021, 3)
PLACE = ("-1.212900", "54.686200")
BOX = "54.6,-1.3:54.6,-1.1:54.8,-1.1:54.8,-1.3"
CLEVELAND = Force("cleveland", "Cleveland Police")


@pytest.fixture
def police() -> Iterator[Police]:
    with running(Police(months=["2021-03", "2021-02"])) as served:
        yield served


@pytest.fixture
def api(police: Police) -> PoliceApi:
    return PoliceApi(ApiClient(police.url, 1_000))


def test_months_come_in_order(api):
    assert api.list_months() == [Month(2021, 2), MARCH]


def test_a_force_is_known_by_its_id(api):
    assert api.find_force("cleveland") == CLEVELAND
    with pytest.raises(FetchError, match="unknown force 'clevland'; valid: cleveland, durham"):
        api.find_force("clevland")


def test_categories_have_the_names_of_downloads(api):
    names = api.read_categories(MARCH)
    assert names["violent-crime"] == "Violence and sexual offences"
    assert names["theft-from-the-person"] == "Theft from the person"


def test_records_come_as_they_are(api, police):
    police.records = [
        record("2021-03", PLACE, "burglary", id_="a1", street="On or near Café Row", outcome="Under investigation"),
        record("2021-03", PLACE),
        record("2021-03", PLACE),  # a second incident, not a copy
        record("2021-03", PLACE, "robbery", id_="b2", kind="BTP"),
        record("2021-02", PLACE),
    ]
    asb = Crime("anti-social-behaviour", "", PLACE, "On or near Church Street", "", "", False)
    assert api.list_crimes(BOX, MARCH) == [
        Crime("burglary", "a1", PLACE, "On or near Café Row", "Under investigation", "", False),
        asb,
        asb,
        Crime("robbery", "b2", PLACE, "On or near Church Street", "", "", True),
    ]


def test_an_area_with_too_many_is_told_apart(api, police):
    police.limit, police.records = 1, [record("2021-03", PLACE)] * 2
    with pytest.raises(TooManyError):
        api.list_crimes(BOX, MARCH)


def test_records_without_a_place_are_the_forces_own(api, police):
    police.records = [record("2021-03", None, "drugs", id_="c3"), record("2021-03", PLACE)]
    assert api.list_unmapped_crimes(CLEVELAND, MARCH) == [Crime("drugs", "c3", None, "", "", "", False)]
    assert police.asked[-1] == (NO_PLACE, {"category": "all-crime", "force": "cleveland", "date": "2021-03"})


def test_a_month_that_is_not_there(api):
    with pytest.raises(FetchError, match="404"):
        api.list_crimes(BOX, Month(2010, 1))


def spoilt(key: str, value: object = ...) -> str:
    """A good record and one with one thing changed, or left out."""
    bad = record("2021-03", PLACE)
    holder = bad["location"] if key in bad["location"] else bad
    if value is ...:
        del holder[key]
    else:
        holder[key] = value
    return json.dumps([record("2021-03", PLACE), bad])


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (json.dumps({"error": "no"}), "is not a list"),
        (json.dumps(["a"]), "not as documented"),
        (json.dumps([None]), "not as documented"),
        (spoilt("month", "2021-02"), "a record of 2021-02 in the reply for 2021-03"),
        (spoilt("month"), "'month' is missing"),
        (spoilt("category"), "'category' is missing"),
        (spoilt("category", 7), "'7' is not text"),
        (spoilt("location_type"), "'location_type' is missing"),
        (spoilt("latitude", "north"), "north"),
        (spoilt("latitude", "NaN"), "'NaN' is not a coordinate"),
        (spoilt("longitude", None), "float"),
        (spoilt("street", "Church Street"), "not as documented"),
        (spoilt("location", "Hartlepool"), "not as documented"),
        (spoilt("outcome_status", {"date": "2021-03"}), "'category' is missing"),
    ],
)
def test_an_answer_that_is_not_as_documented_is_refused_whole(api, police, answer, told):
    police.faults[STREET] = [body(answer)]
    with pytest.raises(FetchError, match=told):
        api.list_crimes(BOX, MARCH)
