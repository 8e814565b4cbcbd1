"""How long does the store take to answer what the pages ask?

    SHP_STORE=store python -m benchmarks.answers [--rounds 7]

The functions behind the pages, in one process, for one area and the latest whole quarter: each asked once (the first
answer, with what is kept from then on) and then, for another area each time, so many times more. Prints both.
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
from shp_data.store.facts import open_store
from shp_data.store.reading import Reader

DESK = Viewer("analyst")
INDICATOR = "asb_police"
Ask = Callable[[Reader, Selection], object]
FROM_SUMMARY: dict[str, Ask] = {
    "counts by ward and month": lambda reader, asked: measures.count_by_field(reader, asked, ("ward", "month")),
    "Headlines: a card": lambda reader, asked: headlines.build_card(reader, asked),
    "Trends: the series": lambda reader, asked: trends.count_by_month(reader, asked),
    "Comparison: the LPAs": lambda reader, asked: comparison.compare_lpas(reader, asked),
    "Hotspots: the wards": lambda reader, asked: hotspots.compare_wards(reader, asked),
    "Data: the months": lambda reader, _: loaded.count_by_month(reader),
}
FROM_RECORDS: dict[str, Ask] = {
    "Hotspots: the cells": lambda reader, asked: cells.find_clusters(reader, asked),
    "Hotspots: the points": lambda reader, asked: points.list_busiest_locations(reader, asked),
    "Repeat locations": lambda reader, asked: repeats.find_repeat_locations(reader, asked),
    "Trends: the hours": lambda reader, asked: hours.count_by_weekday(reader, asked),
    "Records: the first 1,000": lambda reader, asked: records.list_incidents(reader, asked, 1000),
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
    for name, found in measured(settings.find_store_dir(), parser.parse_args().rounds).items():
        print(f"{name:<28} first {found.first:8.1f} ms, for another area {found.later:8.1f} ms")
    return 0


def measured(root: Path, rounds: int) -> dict[str, Answered]:
    """Ask every question of a store, by its name."""
    reader = Reader(open_store(root), DESK)
    areas = partnership().areas.lpa_names
    asked = partnership().select((INDICATOR,), choices.find_default_period(reader), (partnership().area,))
    found = {}
    for name, ask in (FROM_SUMMARY | FROM_RECORDS).items():
        first = _milliseconds(ask, reader, asked)
        later = [_milliseconds(ask, reader, asked.select_area(areas[n % len(areas)])) for n in range(1, rounds + 1)]
        found[name] = Answered(first, statistics.median(later))
    return found


def _milliseconds(ask: Ask, reader: Reader, asked: Selection) -> float:
    started = perf_counter()
    ask(reader, asked)
    return (perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
