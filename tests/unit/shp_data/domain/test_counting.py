"""Counts with what they count: the singular of one, and what a check found in words."""

from __future__ import annotations

import pytest

from shp_data.analysis.report.check import describe_check
from shp_data.domain.counting import choose_noun, format_count
from shp_view.text import wording


@pytest.mark.parametrize(("count", "expected"), [(0, "no fires"), (1, "1 fire"), (2, "2 fires"), (1246, "1,246 fires")])
def test_a_count_with_what_it_counts(count: int, expected: str) -> None:
    assert format_count(count, "fires") == expected
    assert wording.format_count(count, "fires") == expected


def test_the_last_word_alone_is_in_the_singular() -> None:
    assert choose_noun(1, "reported figures") == "reported figure"
    assert choose_noun(1, "drugs incidents") == "drugs incident"
    assert choose_noun(1, "young people") == "young person"
    assert choose_noun(0, "duplicates") == "duplicates"


@pytest.mark.parametrize(
    ("rows", "wrong", "expected"),
    [
        (1, 0, "1 row checked: every figure follows"),
        (2, 1, "2 rows checked: 1 figure does not follow"),
        (2, 3, "2 rows checked: 3 figures do not follow"),
    ],
)
def test_a_check_says_plainly_what_it_found(rows: int, wrong: int, expected: str) -> None:
    assert describe_check(rows, wrong) == expected
