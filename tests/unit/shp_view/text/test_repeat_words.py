"""The repeat locations in words: title, sentences, list and alternative texts."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from helpers.stores import chosen
from helpers.view_figures import figure

from shp_data.analysis.places.concentration import Half
from shp_data.domain.figure import Figure
from shp_view.text import repeat_words
from shp_view.text.repeat_words import (
    MOST,
    describe_curve,
    describe_half,
    describe_map,
    describe_states,
    explain_chance,
    list_locations,
    select_busiest,
    write_half_title,
)

Q3 = chosen("2020-21-Q3", "asb_police", "Hartlepool")
BEFORE = Q3.period.previous
Q2 = "2020-21 Q2 (Jul to Sep 2020)"


def places(*states: str | None, name: str = "Raby Road") -> Figure:
    """So many repeat locations, each in its state."""
    table = pd.DataFrame({"location": name, "ward": "Victoria", "state": pd.array(states, "str")})
    table["count"] = pd.array([20 + n for n in range(len(states))], "Int64")
    return replace(figure(table), title="Police ASB")


NONE = places()


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (places("new", "new", "continuing"), "3 locations in Hartlepool had 10 or more police ASB incidents"),
        (places("new"), "1 location in Hartlepool had 10 or more police ASB incidents"),
        (NONE, "No locations in Hartlepool had 10 or more police ASB incidents"),
    ],
)
def test_the_title_says_how_many(found: Figure, said: str) -> None:
    assert repeat_words.write_title(found, 10, Q3, whole=True) == said
    half_known = repeat_words.write_title(found, 10, Q3, whole=False)
    assert half_known == "Locations with 10 or more police ASB incidents: some months of the period are not loaded"


@pytest.mark.parametrize(
    ("found", "cleared", "said"),
    [
        (
            places("new", "new", "continuing"),
            NONE,
            f"2 are new, and 1 also had 10 or more in {Q2}.",
        ),
        (
            places("new", "continuing", "continuing"),
            places("x"),
            f"1 is new, and 2 also had 10 or more in {Q2}. "
            "1 location is no longer a repeat location: it had 10 or more then and has fewer now.",
        ),
        (places("new", "new"), NONE, f"All are new: they had fewer than 10 in {Q2}."),
        (places("new"), NONE, f"It is new: it had fewer than 10 in {Q2}."),
        (places("continuing", "continuing"), NONE, f"All are continuing: they also had 10 or more in {Q2}."),
        (places("continuing"), NONE, f"It is continuing: it also had 10 or more in {Q2}."),
        (
            NONE,
            places("x", "x"),
            f"2 locations are no longer repeat locations: they had 10 or more in {Q2} and have fewer now. "
            "To see more, choose a smaller number, a longer period or a larger area.",
        ),
        (NONE, NONE, "To see more, choose a smaller number, a longer period or a larger area."),
    ],
)
def test_new_continuing_and_cleared_places_are_counted(found: Figure, cleared: Figure, said: str) -> None:
    assert describe_states(found, cleared, 10, BEFORE) == said


def test_what_cannot_be_told_apart_is_neither_new_nor_continuing() -> None:
    said = describe_states(places(None, None), NONE, 10, BEFORE)
    assert "not possible to say which repeat locations are new" in said
    assert "is new" not in said


@pytest.mark.parametrize(
    ("observed", "expected", "said"),
    [
        (3, 0.001, "none"),
        (94, 57.28, "about 57"),
        (2, 0.5, "about 1"),
        (0, 3.2, "about 3"),
    ],
)
def test_chance_is_said_with_what_it_takes_for_granted(observed: int, expected: float, said: str) -> None:
    assert explain_chance(observed, expected) == (
        "If the incidents of each ward were spread evenly over its known locations, you would expect "
        f"{said}. Some locations always have more than others, so a higher number is common."
    )


def test_nothing_to_see_and_nothing_to_expect_need_no_sentence() -> None:
    assert explain_chance(0, 0.49) == ""


def test_half_of_the_incidents() -> None:
    found = Half(63, 363)
    assert write_half_title(found, "fires") == "Half of the fires happened at 17% of the locations"
    assert describe_half(found, "fires") == f"{write_half_title(found, 'fires')} with any (63 of 363)."
    assert describe_half(None, "fires") == ""


def test_the_list_names_place_and_ward_and_bears_the_numbers_of_the_map() -> None:
    shown = list_locations(places("new", "new"), numbered=True)
    assert shown.table["location"].tolist() == ["1. Raby Road, Victoria", "2. Raby Road, Victoria"]
    assert list_locations(places("new", name="")).table["location"].tolist() == ["Place without a name, Victoria"]


def test_more_places_than_can_be_read_are_cut_and_that_is_said() -> None:
    many = places(*["new"] * (MOST + 1))
    shown = select_busiest(many)
    assert len(shown.table) == MOST
    assert shown.table["count"].tolist() == many.table["count"].tolist()[:MOST]
    assert shown.caveats[0].startswith(f"Showing the {MOST} busiest of {MOST + 1} locations.")
    enough = places(*["new"] * MOST)
    assert select_busiest(enough) == enough


def test_the_map_in_words_counts_the_kinds_and_names_the_busiest() -> None:
    said = describe_map(places("new", "new", "continuing"), places("x", "x"))
    assert said.startswith(
        "Map of 3 repeat locations: 2 new, 1 continuing and 2 no longer repeat locations. The busiest: Raby Road in"
    )
    assert "(20)" in said
    assert describe_map(places(None), NONE).startswith("Map of 1 repeat location. The busiest")
    assert describe_map(NONE, places("x")) == "Map without any repeat location. No longer repeat locations: 1."
    assert describe_map(NONE, NONE) == "Map without any repeat location. No longer repeat locations: 0."
    assert describe_map(places(*["new"] * 40), NONE).count("Raby Road") == 10


def test_the_curve_in_words_says_where_it_reaches_half() -> None:
    table = pd.DataFrame(
        {"busiest": [0, 1, 2, 5], "place_share": [0, 20, 40, 100], "incident_share": [0.0, 40, 60, 100]}
    )
    said = describe_curve(figure(table))
    assert "all of 5 locations" in said
    assert said.endswith("It reaches half at 40% of them (2).")
    assert describe_curve(figure(table.head(0))) == "No figure is available to draw."
