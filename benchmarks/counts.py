"""Measure how long a table of counts takes, compared with DuckDB's own count over the same records.

    SHP_STORE=store python -m benchmarks.counts [--rounds 5]

Every indicator of every month by LPA, with rates and zeros, from the monthly summary; the floor counts the records by
indicator, month and LPA. Both are warm. Prints the medians and their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from timeit import timeit

import duckdb

from shp_data.analysis.measures import count_by_field
from shp_data.domain import settings
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Viewer
from shp_data.store.reading import Reader
from shp_data.store.version import open_store

BY = ("indicator", "lpa", "month")


@dataclass(frozen=True)
class Counted:
    """Median milliseconds of a table of counts, and of the floor."""

    milliseconds: float
    floor: float

    @property
    def times(self) -> float:
        """The ratio to the floor."""
        return self.milliseconds / self.floor


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    result = measure(settings.find_store_dir(), parser.parse_args().rounds)
    print(f"counts {result.milliseconds:.0f} ms, {result.times:.1f} times DuckDB's own ({result.floor:.0f} ms)")
    return 0


def measure(root: Path, rounds: int) -> Counted:
    """Count `rounds` times, in turn with the floor."""
    store = open_store(root)
    months = store.list_months()
    selection = partnership().select(store.list_indicators(), Period(months[0], months[-1]))
    files = [str(store.layout.locate_records(load.part, run)) for load in store.manifest.loads for run in load.runs]
    floor = f"SELECT {', '.join(BY)}, count(*) FROM read_parquet({files}) GROUP BY ALL ORDER BY ALL"
    # In turn, so that other work on the machine slows both alike.
    taken, least = [], []
    for _ in range(rounds + 1):  # the first warms
        least.append(1000 * timeit(lambda: duckdb.sql(floor).df(), number=1))
        taken.append(1000 * timeit(lambda: count_by_field(Reader(store, Viewer("analyst")), selection, BY), number=1))
    return Counted(statistics.median(taken[1:]), statistics.median(least[1:]))


if __name__ == "__main__":
    sys.exit(main())
