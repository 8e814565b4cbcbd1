"""The classes of a hotspot's development, on series that were built to be each of them."""

from __future__ import annotations

import pytest

from shp_data.analysis.statistics.emerging import FEWEST_MONTHS, classify_pattern

LEVEL = [5.0, 6.0, 4.5, 5.5, 6.5, 4.0, 5.2, 5.8, 4.8, 5.4, 6.2, 4.4]  # goes up and down


def months(text: str) -> list[bool]:
    """Months as drawn: # is hot."""
    return [mark == "#" for mark in text]


@pytest.mark.parametrize(
    ("drawn", "pattern"),
    [
        ("...........#", "new"),
        ("..........##", "consecutive"),
        (".....#######", "consecutive"),
        ("..#......#.#", "sporadic"),
        ("#..........#", "sporadic"),
        (".#########.#", "sporadic"),  # 10 of 12 are fewer than nine in ten
        ("############", "persistent"),
        (".###########", "persistent"),  # 11 of 12, an unbroken run: more than nine in ten decides
        ("###########.", "historical"),
        ("##########..", "no pattern"),
        ("...#####....", "no pattern"),
        ("............", "no pattern"),
    ],
)
def test_the_class_follows_from_which_months_are_hot(drawn: str, pattern: str) -> None:
    assert classify_pattern(months(drawn), LEVEL) == pattern


def test_scores_that_rise_or_fall_make_it_intensifying_or_diminishing() -> None:
    rising = [1.0, 2.0, 1.5, 3.0, 2.5, 4.0, 4.5, 4.2, 6.0, 5.5, 7.0, 8.0]
    always = months("############")
    assert classify_pattern(always, rising) == "intensifying"
    assert classify_pattern(always, rising[::-1]) == "diminishing"
    assert classify_pattern(months(".###########"), rising) == "intensifying"
    # The trend counts only where the place is hot nearly always.
    assert classify_pattern(months("..##########"), rising) == "consecutive"
    assert classify_pattern(months("###########."), rising) == "historical"


def test_nine_in_ten_is_enough_and_the_fewest_months_are_ten() -> None:
    assert FEWEST_MONTHS == 10
    assert classify_pattern(months("####.#####"), LEVEL[:10]) == "persistent"
    assert classify_pattern(months("###..#####"), LEVEL[:10]) == "sporadic"
    assert classify_pattern(months("#########"), LEVEL[:9]) is None
