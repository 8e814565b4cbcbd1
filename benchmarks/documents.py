"""How long do the documents of two quarterly reports take, beside the drawing of their charts alone?

    python -m benchmarks.documents

On the sample: DOCX, XLSX and PPTX of 2020-21 Q3 and Q4, imports included, in a process of its own.
"""

from __future__ import annotations

import datetime as dt
import sys
from time import perf_counter

BOUND = 10.0  # seconds for all six documents
QUARTERS = ("2020-21-Q3", "2020-21-Q4")
KINDS = ("docx", "xlsx", "pptx")


def main() -> int:
    """Print a line for each document, the whole, and its ratio to the floor. 1 where the bound is exceeded."""
    from shp_data.domain.periods import parse_quarter
    from shp_data.domain.selection import Viewer
    from shp_data.intake.sample import sample_store
    from shp_data.store.reading import open_store

    store, viewer = open_store(sample_store()), Viewer("analyst")
    started = perf_counter()
    from shp_data.analysis.report import report
    from shp_view import report_files

    reports = [report(store, parse_quarter(quarter), "Hartlepool", viewer) for quarter in QUARTERS]
    print(f"{perf_counter() - started:5.2f} s  both reports, imports included")
    for made in reports:
        for kind in KINDS:
            before = perf_counter()
            size = len(report_files.made(kind, store, made, viewer, dt.date(2021, 4, 30)))
            print(f"{perf_counter() - before:5.2f} s  {kind} of {made.quarter.name}, {size / 1000:,.0f} kB")
    whole, floor = perf_counter() - started, _charts_alone(store, reports, viewer)
    print(f"{whole:5.2f} s  in all (bound {BOUND:.0f} s); {whole / floor:.1f} times the drawing of the charts alone")
    return int(whole > BOUND)


def _charts_alone(store: object, reports: list, viewer: object) -> float:
    """The floor: seconds to draw each chart of the reports once."""
    import vl_convert

    from shp_view import report_files

    papers = [report_files.as_paper(store, made, viewer) for made in reports]
    specs = [p.spec for paper in papers for chapter in paper.chapters for part in chapter.parts for p in part.pictures]
    started = perf_counter()
    for spec in specs:
        vl_convert.vegalite_to_png({**spec, "width": 700} if spec["width"] == "container" else spec, scale=2)
    return perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
