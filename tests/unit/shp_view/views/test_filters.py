"""The filters and their links: what is written is read back, and what is not on offer has its default."""

import pandas as pd
import pytest

from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period, parse_period, parse_quarter
from shp_data.domain.selection import Location, Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.views import filters


@pytest.fixture(scope="module")
def offer():
    return filters.list_options(Reader(open_store(prepare_sample_store()), Viewer()))


Q3 = parse_quarter("2020-21-Q3")


@pytest.mark.parametrize(
    "chosen",
    [
        partnership().select(("asb_police",), Q3, ("Hartlepool",)),
        partnership().select(
            ("fires_secondary_deliberate", "fires_vehicle_deliberate"), Q3, partnership().areas.everywhere
        ),
        partnership().select(("drugs_supply",), Q3, ("Redcar & Cleveland",), "exclude", "2022"),
        partnership().select(("drugs_supply",), Q3.last_year, ("Hartlepool",), "only", "2020", "E05008952"),
        partnership().select(("asb_police",), parse_period("2020-10"), ("Hartlepool",)),
        partnership().select(("asb_police",), parse_period("2020-21"), ("Hartlepool",)),
    ],
)
def test_a_selection_written_in_a_link_is_read_back(offer, chosen):
    assert filters.read_selection(offer, filters.build_parameters(offer, chosen)) == chosen


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"area": "Atlantis", "period": "2020-99", "what": "<script>", "covid": "maybe", "wards": "1066"},
        {"ward": "Central"},  # a ward of another area
    ],
)
def test_what_is_not_on_offer_has_its_default(offer, words):
    found = filters.read_selection(offer, words)
    assert found == partnership().select(("asb_police",), parse_quarter("2020-21-Q4"), ("Hartlepool",))


def test_the_latest_whole_quarter_comes_first(offer):
    periods = offer["period"]
    assert periods.default == next(iter(periods.options)) == "2020-21 Q4 (Jan to Mar 2021)"
    assert periods.options["2020-21 (Apr 2020 to Mar 2021)"] == Period(
        *(parse_period("2020-21").months[i] for i in (0, -1))
    )


def test_a_theme_of_several_indicators_is_one_choice_and_each_of_them_another(offer):
    assert offer["what"].options["Drug offences (all)"] == ("drugs_possession", "drugs_supply")
    assert offer["what"].options["Drug supply"] == ("drugs_supply",)
    assert "Anti-social behaviour (all)" not in offer["what"].options  # one indicator: the same thing twice


def test_the_wards_on_offer_are_those_of_the_area_and_the_vintage():
    names = filters.list_ward_codes(partnership().select(("asb_police",), Q3, ("Hartlepool",)))
    assert len(names) == 12
    assert names["All wards"] == ""
    assert "Throston" in filters.list_ward_codes(
        partnership().select(("asb_police",), Q3, ("Hartlepool",), vintage="2022")
    )


@pytest.mark.parametrize("words", ["", "Raby Road", "-1.2", "1,2,3", "-1.2;54.6", "x,y"])
def test_words_that_are_no_point_name_no_place(words):
    assert filters.parse_point(words) is None


@pytest.mark.parametrize("point", [(-1.204424, 54.703792), (-1.2129000000000001, 54.6862), (0.1 + 0.2, 1e-7)])
def test_a_place_in_a_link_is_read_back_to_the_last_decimal(offer, point):
    place = Location("Raby Road", "Hartlepool", "E05008952", (point, (1.0, 2.0)))
    asked = filters.build_parameters(offer, partnership().select(("asb_police",), Q3).select_location(place, "2020"))
    assert filters.parse_point(asked["place"]) == point
    assert (asked.get("area", "Hartlepool"), asked["ward"], asked["wards"]) == ("Hartlepool", "Victoria", "2020")


def test_a_row_of_a_ward_elsewhere_leads_to_its_own_area():
    """A search finds wards of every LPA, whichever the filters show; else the areas in view stay."""
    codes = {ward.name: ward.code for ward in partnership().areas.list_wards("2020")}
    table = pd.DataFrame({"code": [codes["Victoria"], codes["Acklam"]]})
    rows = Figure(table, "", "", "incidents", (), "Mar 2021")
    found = filters.make_row_selections(rows, partnership().select(("asb_police",), Q3, ("Hartlepool",)))
    assert [one.areas for one in found] == [("Hartlepool",), ("Middlesbrough",)]
    assert [one.ward for one in found] == table["code"].tolist()
    everywhere = filters.make_row_selections(
        rows, partnership().select(("asb_police",), Q3, partnership().areas.everywhere)
    )
    assert {one.areas for one in everywhere} == {partnership().areas.everywhere}


def test_a_month_that_is_only_forecast_leads_nowhere():
    table = pd.DataFrame({"month": ["2020-12", "2021-01"], "forecast": [False, True]})
    rows = Figure(table, "", "", "incidents", (), "Dec 2020")
    selections = filters.make_row_selections(rows, partnership().select(("asb_police",), Q3))
    assert [selection.period.name for selection in selections] == ["2020-12"]
