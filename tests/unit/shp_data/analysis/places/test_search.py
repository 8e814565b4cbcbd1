"""Search: what a text finds, in which order, and that the numbers add up."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.stores import DESK, csv_file, load, opened

from shp_data.analysis.places.search import MOST, find_by_name
from shp_data.domain.partnership import partnership
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import Store, open_store

# Points of Victoria (-1.2156), Seaton (-1.194) and a ward of Middlesbrough (-1.2350).
STREETS = """
    | date    | indicator     | location                 | longitude | latitude |
    | 2020-10 | asb_police    | Victoria Road            | -1.2156   | 54.6853  |
    | 2020-10 | asb_police    | Victoria Road            | -1.2156   | 54.6853  |
    | 2020-11 | asb_police    | victoria  road           | -1.2157   | 54.6854  |
    | 2020-11 | drugs_supply  | Victoria Road            | -1.2350   | 54.5770  |
    | 2020-10 | asb_police    | On or near Victoria Road | -1.1946   | 54.6671  |
    | 2020-10 | asb_police    | On or near Victoria Road | -1.1946   | 54.6671  |
    | 2020-10 | asb_police    | Queen Victoria St.       | -1.1947   | 54.6672  |
    | 2020-10 | asb_police    | Invictoria Lane          | -1.1948   | 54.6673  |
    | 2020-10 | asb_police    |                          | -1.1949   | 54.6674  |
    | 2020-10 | asb_police    | Victoria Road            |           |          |
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    root: Path = tmp_path_factory.mktemp("search")
    load(root / "store", csv_file(root / "a.csv", STREETS))
    return opened(root / "store")


def found(store: Store, text: str, vintage: str = "2020") -> list[tuple[str, str, int]]:
    table = find_by_name(Reader(store, DESK), text, vintage).table
    return list(zip(table["location"], table["ward"], table["count"], strict=True))


def test_the_best_match_comes_first_and_a_street_once_in_each_ward(store: Store) -> None:
    assert found(store, "victoria") == [
        ("Victoria ward", "Victoria", 3),  # the name itself
        ("Victoria Road", "Victoria", 3),  # starts with it, the most incidents first
        ("Victoria Road", "Seaton", 2),
        ("Victoria Road", "Central", 1),
        ("Mandale and Victoria ward", "Mandale and Victoria", 0),  # a word of it does
        ("Queen Victoria St.", "Seaton", 1),
        ("Invictoria Lane", "Seaton", 1),  # holds it
    ]


@pytest.mark.parametrize("text", ["queen victoria st", "QUEEN  VICTORIA ST.", " Queen-Victoria", "victoria st"])
def test_case_spaces_and_stops_do_not_matter(store: Store, text: str) -> None:
    assert found(store, text) == [("Queen Victoria St.", "Seaton", 1)]


@pytest.mark.parametrize("text", ["", " ", "v", "-.", "no such street", "%", "<b>", "x" * 1000, "victoria' OR 1=1"])
def test_a_text_that_means_nothing_finds_nothing(store: Store, text: str) -> None:
    assert found(store, text) == []


def test_wards_are_those_of_the_vintage(store: Store) -> None:
    assert found(store, "throston") == []
    assert found(store, "throston", "2022") == [("Throston ward", "Throston", 0)]


def test_at_most_twenty_and_each_leads_to_a_ward_of_the_vintage() -> None:
    store = open_store(prepare_sample_store())
    table = find_by_name(Reader(store, DESK), "road", "2022").table
    assert len(table) == MOST
    assert set(table["code"]) <= set(partnership().areas.wards["2022"])
    assert table["count"].min() > 0


def test_the_figure_says_what_it_counts(store: Store) -> None:
    assert (
        find_by_name(Reader(store, DESK), "victoria", "2020").subtitle
        == "All incidents with a place, Cleveland, Oct to Nov 2020"
    )
