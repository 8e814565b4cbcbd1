"""How long do the documents of two quarterly reports take, beside the drawing of their charts alone?

    python -m benchmarks.documents

On the sample: DOCX, XLSX and PPTX of 2020-21 Q3 and Q4, imports included, in a process of its own.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

BOUND = 10.0  # seconds for all six documents
QUARTERS = ("2020-21-Q3", "2020-21-Q4")
KINDS = ("docx", "xlsx", "pptx")


@dataclass(frozen=True)
class Made:
    """Seconds of each step, of all of them, and of the floor."""

    steps: dict[str, float]
    seconds: float
    floor: float

    @property
    def times(self) -> float:
        """How many times the floor?"""
        return self.seconds / self.floor


def main() -> int:
    """Print a line for each document, the whole, and its ratio to the floor. 1 where the bound is exceeded."""
    from shp_data.intake.sample import prepare_sample_store

    made = measured(prepare_sample_store(), QUARTERS)
    for step, seconds in made.steps.items():
        print(f"{seconds:5.2f} s  {step}")
    print(f"{made.seconds:5.2f} s  in all (bound {BOUND:.0f} s); {made.times:.1f} times the charts alone")
    return int(made.seconds > BOUND)


def measured(root: Path, quarters: Sequence[str]) -> Made:
    """Make the documents of some quarters of a store; then draw the charts of their reports alone, once each."""
    from shp_data.domain.partnership import partnership
    from shp_data.domain.periods import parse_quarter
    from shp_data.domain.selection import Viewer
    from shp_data.store.facts import open_store
    from shp_data.store.reading import Reader

    reader, steps = Reader(open_store(root), Viewer("analyst")), {}
    started = perf_counter()
    from shp_data.analysis.report.report import build_report
    from shp_view.report import report_files

    area = partnership().area
    reports = [build_report(reader, parse_quarter(quarter), area) for quarter in quarters]
    steps["the reports, imports included"] = perf_counter() - started
    for made in reports:
        for kind in KINDS:
            before = perf_counter()
            size = len(report_files.build_file(kind, reader, made, dt.date(2021, 4, 30)))
            steps[f"{kind} of {made.quarter.name}, {size / 1000:,.0f} kB"] = perf_counter() - before
    return Made(steps, perf_counter() - started, _charts_alone(reader, reports))


def of_latest(root: Path) -> Made:
    """Make the documents of the latest whole quarter of a store."""
    from shp_data.analysis.choices import find_default_period
    from shp_data.domain.selection import Viewer
    from shp_data.store.facts import open_store
    from shp_data.store.reading import Reader

    return measured(root, [find_default_period(Reader(open_store(root), Viewer())).last.quarter])


def _charts_alone(reader: object, reports: list) -> float:
    """The floor: seconds to draw each chart of the reports once."""
    import vl_convert

    from shp_view.report import report_files

    papers = [report_files.assemble_paper(reader, made) for made in reports]
    specs = [p.spec for paper in papers for chapter in paper.chapters for part in chapter.parts for p in part.pictures]
    started = perf_counter()
    for spec in specs:
        vl_convert.vegalite_to_png({**spec, "width": 700} if spec["width"] == "container" else spec, scale=2)
    return perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
