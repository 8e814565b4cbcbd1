"""What the columns and categories of a file mean and which areas it covers, guessed from its words and values."""

from __future__ import annotations

import pytest

from shp_data.intake.mapping.guessing import guess_areas, guess_category, guess_columns, guess_indicator

CRIMES = {"burglary", "criminal_damage_arson", "drugs_supply", "drugs_unspecified"}
DAYS = ("01/04/2022 10:15", "2022-04-02", "03/04/2022")
HARTLEPOOL, STOCKTON = ("-1.2129", "54.6863"), ("-1.3187", "54.5705")
PLACED = {"longitude": "lon", "latitude": "lat"}


def table(text: str) -> dict[str, tuple[str, ...]]:
    """A sample from a small table: header, then rows."""
    header, *rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.strip().splitlines()
    ]
    return {title: tuple(row[place] for row in rows) for place, title in enumerate(header)}


COUNCIL = table(
    """
    | Case ref | Officer | Date closed | Reported   | ASB Type | X      | Y      | Ward Name | Street  |
    | C1       | Ann     | 03/05/2022  | 01/04/2022 | Noise    | 450000 | 532000 | Seaton    | Elm St  |
    | C2       | Bob     |             | 02/04/2022 | Litter   | 450100 | 532100 | Hart      | Oak Rd  |
    | Total    |         |             |            |          |        |        |           |         |
    """
)


def test_the_fields_own_words_are_known():
    assert guess_columns(COUNCIL, {}) == {
        "date": "Reported",
        "indicator": "ASB Type",
        "easting": "X",
        "northing": "Y",
        "location": "Street",
        "incident_id": "Case ref",
        "ward": "Ward Name",
    }


def test_x_and_y_are_what_their_values_are():
    degrees = {"x": ("-1.21", "-1.22", "0"), "y": ("54.68", "54.69", "0")}
    assert guess_columns(degrees, {}) == {"longitude": "x", "latitude": "y"}
    assert guess_columns({"x": ("450000",), "y": ("532000",)}, {}) == {"easting": "x", "northing": "y"}
    assert guess_columns({"x": ("12", "13"), "y": ("14", "15")}, {}) == {}


def test_coordinates_that_mean_nothing_hide_no_column():
    sample = {"long": ("0", "0", "-1.21"), "lat": ("99.999999", "0", "54.68")}
    assert guess_columns(sample, {}) == {"longitude": "long", "latitude": "lat"}


def test_columns_of_no_known_name_are_known_by_their_values():
    sample = {"p": ("-1.2123", "-1.2345", "-1.2111"), "When it was": DAYS, "q": ("54.6812", "54.6901", "54.6777")}
    assert guess_columns(sample, {}) == {"date": "When it was", "longitude": "p", "latitude": "q"}
    assert guess_columns({"Cost": ("100000", "200000", "300000")}, {}) == {}


def test_a_column_of_dates_goes_before_a_name_that_holds_none():
    assert guess_columns({"Date": ("Monday", "Friday", "Sunday"), "Of": DAYS}, {})["date"] == "Of"
    assert guess_columns({"Date": ("5th April", "6th April", "7th April")}, {}) == {"date": "Date"}


def test_a_date_of_closing_is_not_when_it_happened():
    assert guess_columns({"Date closed": ("", "", ""), "Date reported": ("", "", "")}, {}) == {"date": "Date reported"}


@pytest.mark.parametrize(
    "title",
    ["Report date", "ReportDate", "Date of extract", "Extract Date", "Refresh date", "Upload date", "Modified",
     "Created", "Date created", "Date closed"],
)  # fmt: skip
def test_a_date_of_the_record_is_not_offered_even_where_it_is_the_only_date(title):
    assert guess_columns({title: DAYS}, {}) == {}
    assert guess_columns({title: DAYS, "Occurred": DAYS}, {}) == {"date": "Occurred"}


def test_a_number_is_a_date_only_under_the_name_of_one():
    assert guess_columns({"Job": ("45123", "45124", "45125")}, {}) == {}
    assert guess_columns({"Date of call": ("45123", "45124", "45125")}, {}) == {"date": "Date of call"}


def test_a_date_in_parts_is_offered_where_no_column_is_the_date():
    parts = {
        "Day of call": ("1", "31"),
        "Month of call": ("April", "Sept"),
        "Year of call": ("2023/24", "2023"),
        "Time of call": ("23:40", "0015"),
    }
    assert guess_columns(parts, {}) == {
        "day": "Day of call", "month": "Month of call", "year": "Year of call", "time": "Time of call",
    }  # fmt: skip
    assert guess_columns({**parts, "Date of call": ("1st April 2023", "30/09/2023")}, {}) == {
        "date": "Date of call", "time": "Time of call",
    }  # fmt: skip


def test_a_free_text_is_no_kind_of_incident():
    texts = tuple(f"Caller {n} says that music was loud" for n in range(40))
    assert guess_columns({"Description": texts}, {}) == {}
    assert guess_columns({"Description": ("Noise", "Litter") * 20}, {}) == {"indicator": "Description"}


def test_what_is_taken_is_left_alone_and_a_header_stands_for_one_column():
    found = guess_columns(COUNCIL, {"location": "Ward Name", "date": "Date closed"})
    assert "date" not in found
    assert "ward" not in found
    assert len(set(found.values())) == len(found)


def test_half_a_pair_of_coordinates_is_none():
    assert guess_columns({"Easting": ("450000", "450001"), "Note": ("a", "b")}, {}) == {}


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Police ASB", "asb_police"),
        ("Anti-social behaviour (police)", "asb_police"),
        ("Burglary - dwelling", "burglary"),
        ("Criminal damage", "criminal_damage_arson"),
        ("Vehicle fires (deliberate)", "fires_vehicle_deliberate"),
        ("Drug supply", "drugs_supply"),
        ("Drugs", "drugs_unspecified"),
        # open: of no indicator, of several, or of one that is reported and not counted from records
        ("Anti-social behaviour", None),  # whose? a council's own is not what was reported to the police
        ("ASB - Nuisance", None),
        ("Noise - domestic", None),
        ("Fire", None),
        ("Theft from vehicle", None),
        ("ASB complaints", None),
        ("Fly tipping", None),
        ("Police", None),
        ("", None),
        # no incidents at all
        ("Total", ""),
        ("GRAND  TOTAL", ""),
    ],
)
def test_a_category_means_the_one_indicator_of_its_words(name, id_):
    police = "Cleveland Police" if id_ in CRIMES else ""
    assert guess_category(name, police) == id_
    # Whose it is nobody has said, or somebody else's: only a category that names the police can be theirs.
    if police:
        assert guess_category(name) is None
    if id_ in {*CRIMES, "asb_police"}:
        assert guess_category(name, "Hartlepool Borough Council") is None


@pytest.mark.parametrize("category", ["Anti-social behaviour", "ASB", "Anti-social behaviour (police)", "Police ASB"])
def test_a_councils_anti_social_behaviour_is_never_offered_as_the_polices(category):
    for supplier in ("Hartlepool Borough Council", "Thirteen Group", "Safer Streets wardens"):
        assert guess_category(category, supplier) is None
    assert guess_category(category, "Cleveland Police") == "asb_police"
    assert guess_category(category, "Durham Constabulary") == "asb_police"


@pytest.mark.parametrize(
    ("category", "supplier", "id_"),
    [
        ("Fly tipping", "Hartlepool Borough Council", "fly_tipping"),
        ("Fly tipping", "Thirteen Group", None),  # a landlord's own
        ("Fly tipping", "", None),
        ("ASB cases", "Thirteen", "asb_cases_thirteen"),
        ("ASB cases", "Hartlepool Borough Council", None),
        ("Domestic abuse", "Cleveland Police", None),  # comes only as numbers
    ],
)
def test_an_indicator_that_usually_comes_as_numbers_is_offered_to_its_own_supplier(category, supplier, id_):
    assert guess_category(category, supplier) == id_


@pytest.mark.parametrize(
    ("texts", "supplier", "guess"),
    [
        (("council_asb_cases_2024", "Type"), "Hartlepool Borough Council", ("Council ASB cases", "asb", "cases")),
        (("Anti-social behaviour", "export"), "Hartlepool Borough Council",
         ("Council anti social behaviour", "asb", "incidents")),
        (("data-final (2)", "Graffiti reports"), "Beyond", ("Beyond graffiti reports", None, "reports")),
        (("council_noise_apr24",), "", ("Council noise", "asb", "incidents")),
        (("2024", ""), "", ("Incidents", None, "incidents")),
        (("fly-tipping",), "Wardens", ("Wardens fly tipping", "environment", "incidents")),
    ],
)  # fmt: skip
def test_a_new_indicator_is_named_by_its_category_or_file_and_supplier(texts, supplier, guess):
    assert guess_indicator(texts, supplier) == guess


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


@pytest.mark.parametrize(
    "name",
    [
        "Secondary Fire",
        "Not deliberate secondary fire",
        "Vehicle fire",
        "Non-deliberate vehicle fire",
        "Nondeliberate vehicle fire",
        "No deliberate vehicle fire",
        "Vehicle fire (accidental, not deliberate)",
        "Deliberate secondary fires excluded: no",
        "Secondary fire - accidental or deliberate",
    ],
)
def test_nothing_is_guessed_as_deliberate_unless_it_says_so_and_does_not_deny_it(name):
    assert guess_category(name) is None


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Deliberate secondary fire", "fires_secondary_deliberate"),
        ("Secondary fire, deliberately set", None),  # its words are not those of the indicator: asked
        ("Vehicle fire - deliberate", "fires_vehicle_deliberate"),
        ("Burglary - not dwelling", "burglary"),
        ("No burglary", None),
        ("92A", "drugs_supply"),
        ("92d", "drugs_possession"),
        ("92E Possession of controlled drugs (Cannabis)", "drugs_possession"),
        ("92C", None),
    ],
)
def test_what_a_category_says_and_what_it_denies(name, id_):
    assert guess_category(name, "Cleveland Police") == id_


def test_places_known_roughly_are_guessed_by_their_words_and_values() -> None:
    sample = {
        "Reported on": ("05/04/2024", "06/04/2024"),
        "Kind": ("Noise", "Noise"),
        "District name": ("HARTLEPOOL", "County Durham"),
        "Complainant post code": ("TS24 7AA", "ts18 1ab"),
        "LSOA21CD": ("E01011949", "E01035188"),
        "Grid Ref": ("NZ 508 322", "NZ5083232245"),
    }
    matched = guess_columns(sample, {})
    assert {column: matched.get(column) for column in ("area", "postcode", "lsoa", "grid_reference")} == {
        "area": "District name", "postcode": "Complainant post code", "lsoa": "LSOA21CD", "grid_reference": "Grid Ref",
    }  # fmt: skip
    assert guess_areas(sample, matched) == ("Hartlepool",)


def test_an_area_that_is_none_of_an_authority_is_not_guessed() -> None:
    assert "area" not in guess_columns({"Area": ("North team", "South team"), "Date": ("05/04/2024", "")}, {})
