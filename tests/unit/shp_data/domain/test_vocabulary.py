"""Indicators and themes by any of their names, and categories as a supplier's file gives them."""

from __future__ import annotations

import pytest

from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.spreadsheet import escape_formula
from shp_data.domain.vocabulary import Supplier, join_labels, normalise_name

WORDS = partnership().vocabulary


@pytest.mark.parametrize(
    "name",
    [
        "asb_police",
        "ASB_POLICE",
        "ASB incidents reported to the Police",
        "asb  incidents REPORTED to the police",
    ],
)
def test_an_indicator_is_known_by_id_and_label(name: str) -> None:
    assert WORDS.find_indicator(name).id == "asb_police"


def test_an_unknown_indicator_is_told_with_the_valid() -> None:
    with pytest.raises(SelectionError, match=r"'asb'.*asb_police.*vehicle_crime"):
        WORDS.find_indicator("asb")


@pytest.mark.parametrize("name", ["drug_offences", "Drug offences", "DRUG-OFFENCES"])
def test_a_theme_is_known_by_id_and_label(name: str) -> None:
    assert WORDS.find_theme(name) == "drug_offences"


def test_an_unknown_theme_is_told_with_the_valid() -> None:
    with pytest.raises(SelectionError, match=r"'fires'.*deliberate_fires"):
        WORDS.find_theme("fires")


def test_a_theme_counts_its_incident_indicators_only() -> None:
    assert WORDS.list_incident_indicators("asb") == ("asb_police",)
    assert WORDS.list_incident_indicators("deliberate_fires") == (
        "fires_secondary_deliberate",
        "fires_vehicle_deliberate",
    )
    assert WORDS.list_incident_indicators("drug_offences") == (
        "drugs_possession",
        "drugs_supply",
        "drugs_unspecified",
    )
    assert WORDS.list_incident_indicators("domestic_abuse") == WORDS.list_incident_indicators("treatment") == ()


def test_the_plan_has_its_priorities_in_order_and_each_rate_after_its_count() -> None:
    found = {priority: [one.id for one in indicators] for priority, indicators in WORDS.list_by_priority().items()}
    assert list(found) == ["asb", "drugs_alcohol", "domestic_abuse"]
    assert found["asb"][:3] == ["asb_police", "asb_police_rate", "asb_complaints_asbu"]
    assert found["domestic_abuse"] == [
        "domestic_abuse",
        "domestic_abuse_rate",
        "domestic_abuse_repeat",
        "domestic_abuse_repeat_rate",
        "harbour_referrals",
        "harbour_refuge_referrals",
        "da_cases_thirteen",
    ]
    told = [id_ for own in found.values() for id_ in own]
    assert sorted(told) == sorted(i.id for i in WORDS.indicators.values() if i.priority != "none")


def test_domestic_abuse_is_never_mapped() -> None:
    found = [i for i in WORDS.indicators.values() if i.theme == "domestic_abuse"]
    assert len(found) >= 5
    assert not any(indicator.mappable for indicator in found)


def test_categories_are_ids_labels_short_names_and_the_sources_own() -> None:
    own = Supplier("Fire", categories={"Deliberate F3": "fires_secondary_deliberate"})
    words = WORDS.map_categories(own)
    for name in ("fires_secondary_deliberate", "Deliberate secondary (F3) fires", "deliberate f3"):
        assert words[normalise_name(name)] == "fires_secondary_deliberate"
    assert words[normalise_name("Police ASB")] == "asb_police"  # its short name
    assert normalise_name("Deliberate F3") not in WORDS.map_categories()
    assert normalise_name("domestic_abuse") not in words  # supplied as a number, never as incidents


def test_an_indicators_own_name_may_be_left_out_by_a_source() -> None:
    assert "burglary" not in WORDS.map_categories(Supplier("Council", categories={"Burglary": ""}))
    assert WORDS.map_categories(Supplier("Council"))["burglary"] == "burglary"


def test_no_two_incident_indicators_share_a_name() -> None:
    incident = [WORDS.indicators[id_] for id_ in WORDS.list_incident_indicators()]
    names = [normalise_name(name) for i in incident for name in {normalise_name(n) for n in (i.id, i.label, i.short)}]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("Redcar & Cleveland", "redcar and cleveland"),
        ("Stockton-on-Tees", "STOCKTON ON TEES"),
        ("Crime ID", "crime_id"),
        ("\ufeffMonth\xa0", "month"),
        ("Young people’s", "young people's"),
    ],
)
def test_names_are_the_same_but_for_case_blanks_and_marks(name: str, same: str) -> None:
    assert normalise_name(name) == normalise_name(same)


def test_names_in_words() -> None:
    assert join_labels(["drugs_possession", "drugs_supply"], WORDS) == "Drug possession and Drug supply"
    assert join_labels(["asb_police"], WORDS) == "Police ASB"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("-cmd", "'-cmd"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
        ("-1.2129", "-1.2129"), ("+44", "'+44"), ("High Street", "High Street"), ("", ""),
    ],
)  # fmt: skip
def test_formulas_become_text_and_numbers_stay(text: str, safe: str) -> None:
    assert escape_formula(text) == safe
