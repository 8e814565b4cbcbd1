"""Hotspots in words: the title, the sentence under it, the list, and the paragraph on one hotspot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pandas as pd
import pytest
from helpers.view_figures import figure

from shp_data.analysis.places.cells import COLD, HOT, NEITHER
from shp_data.analysis.places.named_hotspots import Hotspots
from shp_data.analysis.statistics.emerging import Pattern
from shp_data.domain.figure import Coverage
from shp_view.text.hotspot_words import (
    COLUMNS,
    PATTERNS,
    describe_hotspot,
    describe_hotspots,
    list_hotspots,
    write_title,
)
from shp_view.text.sentences import name_subject

ROW = {
    "cell": "8919465", "hotspot": "York Road", "ward": "Victoria", "lpa": "Hartlepool", "count": 58, "share": 12.4,
    "difference": 3, "verdict": None, "hot_months": 9, "judged_months": 10, "pattern": "persistent", "hours": None,
    "cells": "8919465",
}  # fmt: skip


def hotspots_of(*rows: dict[str, Any], clusters: tuple[str | None, ...] = (HOT, NEITHER, NEITHER)) -> Hotspots:
    counts = pd.array([None if cluster is None else 5 for cluster in clusters], "Int64")
    cells = pd.DataFrame({"count": counts, "cluster": list(clusters)})
    return Hotspots(figure(cells), figure(pd.DataFrame([ROW | row for row in rows], columns=list(ROW))))


TWO = hotspots_of({}, {"hotspot": "Elm Grove and Ash Grove", "count": 12, "share": 2.6})
WHAT = name_subject(TWO.cells)


def test_the_title_names_the_largest_hotspot() -> None:
    assert write_title(TWO) == f"York Road is the largest hotspot of {WHAT}: 58"
    assert write_title(hotspots_of({})) == f"York Road is the only hotspot of {WHAT}: 58"
    assert write_title(hotspots_of(clusters=(NEITHER,))) == f"There are no hotspots of {WHAT}"


def test_without_every_month_the_title_and_the_sentence_say_so() -> None:
    missing = hotspots_of(clusters=(None, None))
    assert write_title(missing) == f"Hotspots of {WHAT}: some months of the period are not loaded"
    assert describe_hotspots(missing) == "Hotspots are not available. Some months of the period are not loaded."
    in_question = hotspots_of(clusters=(NEITHER, NEITHER))
    in_question.cells.table["cluster"] = None
    assert write_title(in_question) == f"Hotspots of {WHAT}: a month is in question"
    nowhere = replace(missing, cells=replace(missing.cells, coverage=Coverage("in no hexagon", ("asb_police",))))
    assert write_title(nowhere) == f"Hotspots of {WHAT}: not available"


def test_the_sentence_names_the_hotspots_with_their_numbers() -> None:
    assert describe_hotspots(TWO) == (
        "2 hotspots have 15% of the incidents: 1. York Road (58); 2. Elm Grove and Ash Grove (12)."
    )
    cold = hotspots_of({}, clusters=(HOT, COLD, NEITHER))
    assert describe_hotspots(cold) == (
        "1 hotspot has 12% of the incidents: 1. York Road (58). 1 hexagon has far fewer than expected."
    )
    assert describe_hotspots(hotspots_of(clusters=(NEITHER,) * 1200)) == "No hexagon of 1,200 is in a hotspot."
    many = hotspots_of(*[{"hotspot": f"Street {n}", "count": 9 - n} for n in range(7)])
    assert describe_hotspots(many).endswith("5. Street 4 (5); and 2 more.")


def test_the_list_is_numbered_as_the_map_and_leaves_out_what_tells_nothing() -> None:
    listed = list_hotspots(TWO.joined)
    assert listed.table["hotspot"].tolist() == ["1. York Road", "2. Elm Grove and Ash Grove"]
    assert listed.table["hot_months"].tolist() == ["9 of 10", "9 of 10"]
    assert listed.table["pattern"].tolist() == ["Lasting", "Lasting"]
    assert [column for column in COLUMNS if column not in listed.table] == ["verdict", "hours"]
    assert list_hotspots(hotspots_of().joined).table.empty
    wards = list_hotspots(hotspots_of({"ward": "Victoria, Seaton, Hart, Throston"}).joined).table["ward"]
    assert wards.tolist() == ["Victoria, Seaton and 2 others"]
    assert list_hotspots(hotspots_of({"ward": "Victoria, Seaton, Hart"}).joined).table["ward"].tolist() == [
        "Victoria, Seaton and 1 other"
    ]


def test_one_hotspot_in_a_paragraph() -> None:
    assert describe_hotspot(ROW) == (
        "It is in Victoria and has 12% of the area's incidents. In 9 of the last 10 months it stood out from the rest "
        "of the area. It is lasting: it stood out in nearly every month loaded, with no clear trend."
    )
    young = describe_hotspot(ROW | {"pattern": None, "hot_months": 1, "judged_months": 1, "hours": "20-24"})
    assert "In 1 of the last month" not in young
    assert "Fewer than 10 months are loaded, so it is not known whether it is new or lasting." in young
    assert young.endswith("The busiest four hours of the day are 20:00 to 24:00.")


@pytest.mark.parametrize("pattern", get_args(Pattern))
def test_every_class_has_its_words(pattern: str) -> None:
    assert PATTERNS[pattern]
    assert "stood out" in describe_hotspot(ROW | {"pattern": pattern})
