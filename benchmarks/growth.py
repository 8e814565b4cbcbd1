"""Measure how loads and pages grow as a store grows to 100 million rows.

    SHP_REAL_DATA=folder python -m benchmarks.growth [--rows 100000000] [--folder DIR] [--rounds 3]

Made-up months of ten years and 40 forces (320 areas, over 7,000 wards: as many as England and Wales have) are written
as a file for each force and month, and loaded by `python -m shp_data ingest`: a hundredth of them, a tenth, and all,
each into a store of its own; then one more month of all forces into the first and the last. At last the pages are drawn
in a browser, and the questions behind them asked, of the real months and of all the rows. With --folder it continues
where it stopped; without, it works in a temporary folder, and needs 15 GB of disk for 100 million rows. The
measures are saved as benchmarks/recorded/growth.json, from which docs/speed.md is written.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import speed, synthetic
from benchmarks.apart import run_apart
from shp_data.domain.periods import Month

FORCES, MONTHS, FIRST = 40, 120, Month(2016, 4)
TILES = FORCES * synthetic.TILES_A_FORCE
SHARES = ((4, 12), (40, 12), (40, 120))  # forces and months of a hundredth, a tenth and the whole
PAGES = ("", "trends", "comparison", "hotspots", "ward", "repeats", "records", "data")


def main() -> int:
    """Make, load and ask, each once, and save the measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        measured = speed.describe_machine() | {"loads": [], "months": []}
        run_loads(folder, options.rows, measured)
        speed.save_measures("growth", measured)
        partnership_file = folder / "partnership" / "partnership.toml"
        grown = ask_store(list_stores(folder)[-1], partnership_file, options.rounds)
        real = ask_store(folder / "real", None, options.rounds)
        speed.save_measures("asking", speed.describe_machine() | {"real": real, "grown": grown})
    return 0


def list_stores(folder: Path) -> list[Path]:
    """List the stores of a hundredth of the rows, a tenth, and all."""
    return [folder / f"store-{forces}-{months}" for forces, months in SHARES]


def run_loads(folder: Path, rows: int, measured: dict[str, Any]) -> None:
    """Load each share of the rows, and one more month into the first and the last; and the real months."""
    maker = synthetic.build_maker(rows, TILES * MONTHS)
    partnership = folder / "partnership"
    if not partnership.exists():
        synthetic.write_partnership(partnership, TILES)
    environment = {"SHP_PARTNERSHIP": str(partnership / "partnership.toml")}
    for (forces, months), store in zip(SHARES, list_stores(folder), strict=True):
        files = _write_months(maker, folder / f"data-{forces}-{months}", FIRST, forces, months)
        measured["loads"].append(ingest_apart(folder, files, store, environment))
        print(speed.describe_load(measured["loads"][-1]), flush=True)
    more = _write_months(maker, folder / "data-more", FIRST.shift(MONTHS), FORCES, 1)
    for store in (list_stores(folder)[0], list_stores(folder)[-1]):
        measured["months"].append(ingest_apart(folder, more, store, environment))
        print(speed.describe_load(measured["months"][-1]), flush=True)
    ingest_apart(folder, synthetic.list_real_zips()[0].parent, folder / "real", {})


def _write_months(maker: synthetic.Maker, folder: Path, first: Month, forces: int, months: int) -> Path:
    """Write the files of the forces and months, unless they exist. Return their folder."""
    if not folder.exists():
        for number in range(months):
            for force in range(forces):
                maker.write(folder, first.shift(number), force)
    return folder


def ingest_apart(folder: Path, files: Path, store: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Load a folder with the command, in a separate process; return rows, seconds, processor seconds, memory in MB."""
    # A load of 100 million rows takes hours, so a measure that is there already is not taken again.
    cache_file = folder / f"{files.name}-into-{store.name}.json"
    if cache_file.exists():
        return json.loads(cache_file.read_text(encoding="utf-8"))
    out = folder / "ingest.out"
    command = [sys.executable, "-m", "shp_data", "ingest", str(files), "--store", str(store), "--json"]
    started = time.perf_counter()
    with out.open("wb") as output:
        to = [(os.POSIX_SPAWN_DUP2, output.fileno(), 1)]
        # posix_spawn and wait4, because only they give the processor time and the peak memory of this one process.
        process = os.posix_spawn(sys.executable, command, {**os.environ, **environment}, file_actions=to)
    _, status, used = os.wait4(process, 0)
    seconds = time.perf_counter() - started
    if status:
        raise SystemExit(f"the load of {files.name} failed: {out.read_text(encoding='utf-8')[-500:]}")
    result = {
        "rows": json.loads(out.read_text(encoding="utf-8"))["accepted"],
        "seconds": seconds,
        "processor": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
        "into": store.name,
    }
    cache_file.write_text(json.dumps(result), encoding="utf-8")
    return result


def ask_store(store: Path, partnership: Path | None, rounds: int) -> dict[str, Any]:
    """Time the pages of a store in a browser, and the questions behind them, each in a separate process."""
    environment = {"SHP_STORE": str(store)} | ({"SHP_PARTNERSHIP": str(partnership)} if partnership else {})
    answers = run_apart(environment, "benchmarks.answers", "measure", store, rounds)
    drawn = run_apart(environment, "benchmarks.pages", "measure", rounds, PAGES)
    return {"answers": {name: asdict(answer) for name, answer in answers.items()}, "pages": asdict(drawn)}


if __name__ == "__main__":
    sys.exit(main())
