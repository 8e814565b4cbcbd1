"""How long does a load take, beside what DuckDB takes to copy the same CSVs to Parquet?

    SHP_REAL_DATA=folder python -m benchmarks.ingest [--rounds 5]

`SHP_REAL_DATA` holds `police_uk/*.zip`, months as downloaded from data.police.uk. The floor copies the CSVs,
unpacked, to Parquet by DuckDB alone; the load reads the zips, checks, places, judges and stores every record.
Imports are made before the clock starts. Prints the median of each, their ratio, and the peak memory of the
process that loads; 1 where a bound is passed.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb

from shp_data.intake import workbooks  # noqa: F401  # imported before the clock starts
from shp_data.intake.load import ingest

MOST_TIMES, MOST_MEGABYTES = 5.0, 1000.0


def main() -> int:
    """Measure in turn, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    zips = sorted((Path(os.environ["SHP_REAL_DATA"]) / "police_uk").glob("*.zip"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path in zips:
            with zipfile.ZipFile(path) as opened:
                opened.extractall(root / "csv")
        files = sorted(str(path) for path in (root / "csv").rglob("*.csv"))
        floors, loads = [], []
        for round_ in range(rounds):
            floors.append(_seconds(lambda: _copy(files, root / "copy.parquet")))
            loads.append(_seconds(lambda n=round_: ingest(zips, root / f"store-{n}")))
    floor, load = statistics.median(floors), statistics.median(loads)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"DuckDB's copy of {len(files)} CSVs to Parquet: {floor:.2f} s; the load: {load:.2f} s")
    print(f"the load takes {load / floor:.1f} times the copy (bound {MOST_TIMES:g}); peak memory {memory:.0f} MB "
          f"(bound {MOST_MEGABYTES:g})")  # fmt: skip
    return int(load / floor > MOST_TIMES or memory > MOST_MEGABYTES)


def _copy(files: list[str], target: Path) -> None:
    """The floor: the same CSVs to Parquet, by DuckDB alone."""
    duckdb.sql(f"COPY (SELECT * FROM read_csv({files})) TO '{target}' (FORMAT parquet)")


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
