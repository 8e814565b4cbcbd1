"""Measure speed and memory on the sample, the real months, and ten times those.

    SHP_REAL_DATA=folder python -m benchmarks [--rounds 3]

For each size: a load compared with DuckDB's copy of the same files, counts compared with DuckDB's own over the same
records, each page's first draw and filter change compared with a bare Streamlit page, the documents of a report
compared with the drawing of its charts, and the memory of the processes. Prints the ratios, and saves the measures as
benchmarks/recorded/sizes.json, from which docs/speed.md is written. Takes about ten minutes on a machine that does
nothing else.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import speed, synthetic
from benchmarks.apart import run_apart
from benchmarks.pages import PAGES
from shp_data.domain import settings
from shp_data.domain.periods import Month

TEN, MONTHS, FIRST, ROWS = 10, 18, Month(2019, 10), 144_397  # ten tiles of 18 months, each of as many rows as are real


def main() -> int:
    """Measure every size in turn, print it and save it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    sizes = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, paths, partnership in (
            ("The sample", [settings.SAMPLE], None),
            ("The 18 real months", synthetic.list_real_zips(), None),
            ("Ten times those", *_write_ten(folder)),
        ):
            sizes.append({"name": name} | measure_size(folder / f"store-{len(sizes)}", paths, partnership, rounds))
            print("\n".join(speed.describe_size(sizes[-1])), flush=True)
    speed.save_measures("sizes", speed.describe_machine() | {"sizes": sizes})
    return 0


def _write_ten(folder: Path) -> tuple[list[Path], Path]:
    """Write the files of ten times the real months, over five forces, and their partnership.toml."""
    maker = synthetic.build_maker(TEN * ROWS, TEN * MONTHS)
    forces = TEN // synthetic.TILES_A_FORCE
    files = [maker.write(folder / "ten", FIRST.shift(n), force) for n in range(MONTHS) for force in range(forces)]
    return files, synthetic.write_partnership(folder / "partnership", TEN)


def measure_size(store: Path, paths: list[Path], partnership: Path | None, rounds: int) -> dict[str, Any]:
    """Measure one size, each part in a separate process."""
    environment = {"SHP_STORE": str(store)} | ({"SHP_PARTNERSHIP": str(partnership)} if partnership else {})
    loaded = run_apart(environment, "benchmarks.ingest", "measure", paths, rounds)
    run_apart(environment, "shp_data.intake.load", "ingest", paths, store)
    return {
        "load": asdict(loaded),
        "counts": asdict(run_apart(environment, "benchmarks.counts", "measure", store, rounds)),
        "pages": asdict(run_apart(environment, "benchmarks.pages", "measure", rounds, tuple(PAGES))),
        "documents": asdict(run_apart(environment, "benchmarks.documents", "measure_latest", store)),
    }


if __name__ == "__main__":
    sys.exit(main())
