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
from functools import partial
from pathlib import Path
from timeit import timeit

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
from shp_data.store.reading import Reader
from shp_data.store.version import open_store

DESK = Viewer("analyst")
INDICATOR = "asb_police"
Ask = Callable[[Reader, Selection], object]
FROM_SUMMARY: dict[str, Ask] = {
    "counts by ward and month": lambda reader, selection: measures.count_by_field(reader, selection, ("ward", "month")),
    "Headlines: a card": lambda reader, selection: headlines.build_card(reader, selection),
    "Trends: the series": lambda reader, selection: trends.count_by_month(reader, selection),
    "Comparison: the LPAs": lambda reader, selection: comparison.compare_lpas(reader, selection),
    "Hotspots: the wards": lambda reader, selection: hotspots.compare_wards(reader, selection),
    "Data: the months": lambda reader, _: loaded.count_by_month(reader),
}
FROM_RECORDS: dict[str, Ask] = {
    "Hotspots: the cells": lambda reader, selection: cells.find_clusters(reader, selection),
    "Hotspots: the points": lambda reader, selection: points.list_busiest_locations(reader, selection),
    "Repeat locations": lambda reader, selection: repeats.find_repeat_locations(reader, selection),
    "Trends: the hours": lambda reader, selection: hours.count_by_weekday(reader, selection),
    "Records: the first 1,000": lambda reader, selection: records.list_incidents(reader, selection, 1000),
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
    reader = Reader(open_store(root), DESK)
    areas = partnership().areas.lpa_names
    selection = partnership().select((INDICATOR,), choices.find_default_period(reader), (partnership().area,))
    answers = {}
    for name, ask in (FROM_SUMMARY | FROM_RECORDS).items():
        # Another area each time, because the answer for the same area would come from the caches.
        selections = [selection, *(selection.select_area(areas[n % len(areas)]) for n in range(1, rounds + 1))]
        first, *later = [1000 * timeit(partial(ask, reader, each), number=1) for each in selections]
        answers[name] = Answered(first, statistics.median(later))
    return answers


if __name__ == "__main__":
    sys.exit(main())
