"""Measure how long a load takes, compared with DuckDB's copy of the same CSVs to Parquet.

    SHP_REAL_DATA=folder python -m benchmarks.ingest [--rounds 5]

`SHP_REAL_DATA` has `police_uk/*.zip`, months as downloaded from data.police.uk. The floor copies the CSVs,
unpacked, to Parquet by DuckDB alone; the load reads the zips, checks, places, judges and stores every record.
Modules are imported before the clock starts. Prints the median of each, their ratio, and the peak memory of the
process that loads; the exit code is 1 if a bound is exceeded.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from timeit import timeit

import duckdb

from benchmarks.synthetic import list_real_zips
from shp_data.intake.load import ingest
from shp_data.intake.readers import workbooks  # noqa: F401  # imported before the clock starts

MOST_TIMES, MOST_MEGABYTES = 5.0, 1000.0


@dataclass(frozen=True)
class Loaded:
    """Rows of a load, its seconds and those of the floor (medians), and the most memory of the process."""

    rows: int
    seconds: float
    floor: float
    megabytes: float

    @property
    def times(self) -> float:
        """The ratio to the floor."""
        return self.seconds / self.floor


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    result = measure(list_real_zips(), parser.parse_args().rounds)
    print(f"DuckDB's copy of the same rows to Parquet: {result.floor:.2f} s; the load: {result.seconds:.2f} s")
    print(f"the load takes {result.times:.1f} times the copy (bound {MOST_TIMES:g}); peak memory "
          f"{result.megabytes:.0f} MB (bound {MOST_MEGABYTES:g})")  # fmt: skip
    return int(result.times > MOST_TIMES or result.megabytes > MOST_MEGABYTES)


def measure(paths: Sequence[Path], rounds: int) -> Loaded:
    """Load zips of CSVs, or Parquet files, `rounds` times into new stores, in turn with the floor."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path in (path for path in paths if path.suffix == ".zip"):
            with zipfile.ZipFile(path) as opened:
                opened.extractall(root / "csv")
        csvs = sorted(str(path) for path in (root / "csv").rglob("*.csv"))
        read = f"read_csv({csvs})" if csvs else f"read_parquet({sorted(map(str, paths))})"
        copy = f"COPY (SELECT * FROM {read}) TO '{root / 'copy.parquet'}' (FORMAT parquet)"
        floors, loads, rows = [], [], 0
        # In turn, so that other work on the machine slows both alike.
        for round_ in range(rounds):
            floors.append(timeit(lambda: duckdb.sql(copy), number=1))
            before = time.perf_counter()
            rows = ingest(paths, root / f"store-{round_}").tally.accepted
            loads.append(time.perf_counter() - before)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Loaded(rows, statistics.median(loads), statistics.median(floors), megabytes)


if __name__ == "__main__":
    sys.exit(main())
