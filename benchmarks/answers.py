"""Measure how long the store takes to answer the questions of the pages.

    SHP_STORE=store python -m benchmarks.answers [--rounds 7]

The functions behind the pages, in one process, for one area and the latest whole quarter: each asked once (the first
answer, which fills the caches) and then N times more, for another area each time. Prints both.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from shp_data.analysis import (  # fmt: skip
    choices,
    comparison,
    headlines,
    hotspots,
    hours,
    loaded,
    measures,
    records,
    trends,
)
from shp_data.analysis.places import cells, points, repeats
from shp_data.domain import settings
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store, open_store

DESK = Viewer("analyst")
INDICATOR = "asb_police"
Ask = Callable[[Store, Selection], object]
FROM_SUMMARY: dict[str, Ask] = {
    "counts by ward and month": lambda store, selection: measures.count_by_field(
        store, selection, ("ward", "month"), DESK
    ),
    "Headlines: a card": lambda store, selection: headlines.build_card(store, selection, DESK),
    "Trends: the series": lambda store, selection: trends.count_by_month(store, selection, DESK),
    "Comparison: the LPAs": lambda store, selection: comparison.compare_lpas(store, selection, DESK),
    "Hotspots: the wards": lambda store, selection: hotspots.compare_wards(store, selection, DESK),
    "Data: the months": lambda store, _: loaded.count_by_month(store),
}
FROM_RECORDS: dict[str, Ask] = {
    "Hotspots: the cells": lambda store, selection: cells.find_clusters(store, selection, DESK),
    "Hotspots: the points": lambda store, selection: points.list_busiest_locations(store, selection, DESK),
    "Repeat locations": lambda store, selection: repeats.find_repeat_locations(store, selection, DESK),
    "Trends: the hours": lambda store, selection: hours.count_by_weekday(store, selection, DESK),
    "Records: the first 1,000": lambda store, selection: records.list_incidents(store, selection, DESK, 1000),
}


@dataclass(frozen=True)
class Answered:
    """Milliseconds: of the first answer, and the median of those for other areas."""

    first: float
    later: float


def main() -> int:
    """Print a line for each question."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    for name, answer in measure(settings.find_store_dir(), parser.parse_args().rounds).items():
        print(f"{name:<28} first {answer.first:8.1f} ms, for another area {answer.later:8.1f} ms")
    return 0


def measure(root: Path, rounds: int) -> dict[str, Answered]:
    """Ask every question of a store, by its name."""
    store = open_store(root)
    areas = partnership().areas.lpa_names
    selection = Selection((INDICATOR,), choices.find_default_period(store), (partnership().area,))
    answers = {}
    for name, ask in (FROM_SUMMARY | FROM_RECORDS).items():
        first = _time_milliseconds(ask, store, selection)
        other_areas = [selection.select_area(areas[n % len(areas)]) for n in range(1, rounds + 1)]
        later = [_time_milliseconds(ask, store, other) for other in other_areas]
        answers[name] = Answered(first, statistics.median(later))
    return answers


def _time_milliseconds(ask: Ask, store: Store, selection: Selection) -> float:
    started = perf_counter()
    ask(store, selection)
    return (perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
