"""Measure how long the documents of two quarterly reports take, compared with drawing their charts alone.

    python -m benchmarks.documents

On the sample: DOCX, XLSX and PPTX of 2020-21 Q3 and Q4, imports included, in a separate process.
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
class DocumentTimes:
    """Seconds of each step, of all of them, and of the floor."""

    steps: dict[str, float]
    seconds: float
    floor: float

    @property
    def times(self) -> float:
        """The ratio to the floor."""
        return self.seconds / self.floor


def main() -> int:
    """Print a line for each document, the total and its ratio to the floor. Return 1 if the bound is exceeded."""
    from shp_data.intake.sample import prepare_sample_store

    result = measure(prepare_sample_store(), QUARTERS)
    for step, seconds in result.steps.items():
        print(f"{seconds:5.2f} s  {step}")
    print(f"{result.seconds:5.2f} s  in all (bound {BOUND:.0f} s); {result.times:.1f} times the charts alone")
    return int(result.seconds > BOUND)


def measure(root: Path, quarters: Sequence[str]) -> DocumentTimes:
    """Make the documents of some quarters of a store; then draw the charts of their reports alone, once each."""
    from shp_data.domain.partnership import partnership
    from shp_data.domain.periods import parse_quarter
    from shp_data.domain.selection import Viewer
    from shp_data.store.reading import Reader
    from shp_data.store.version import open_store

    reader, steps = Reader(open_store(root), Viewer("analyst")), {}
    # The clock runs while these are imported: a user waits for that too.
    started = perf_counter()
    from shp_data.analysis.report.report import build_report
    from shp_view.report import report_files

    area = partnership().area
    reports = [build_report(reader, parse_quarter(quarter), area) for quarter in quarters]
    steps["the reports, imports included"] = perf_counter() - started
    for report in reports:
        for kind in KINDS:
            before = perf_counter()
            size = len(report_files.build_file(kind, reader, report, dt.date(2021, 4, 30)))
            steps[f"{kind} of {report.quarter.name}, {size / 1000:,.0f} kB"] = perf_counter() - before
    return DocumentTimes(steps, perf_counter() - started, _time_charts(reader, reports))


def measure_latest(root: Path) -> DocumentTimes:
    """Make the documents of the latest whole quarter of a store."""
    from shp_data.analysis.choices import find_default_period
    from shp_data.domain.selection import Viewer
    from shp_data.store.reading import Reader
    from shp_data.store.version import open_store

    return measure(root, [find_default_period(Reader(open_store(root), Viewer())).last.quarter])


def _time_charts(reader: object, reports: list) -> float:
    """Return the seconds to draw each chart of the reports once: the floor."""
    import vl_convert

    from shp_view.report import report_files

    papers = [report_files.assemble_paper(reader, report) for report in reports]
    specs = [p.spec for paper in papers for chapter in paper.chapters for part in chapter.parts for p in part.pictures]
    started = perf_counter()
    for spec in specs:
        vl_convert.vegalite_to_png({**spec, "width": 700} if spec["width"] == "container" else spec, scale=2)
    return perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
