"""The measures: saved in benchmarks/recorded/, printed, and published in docs/speed.md.

python -m benchmarks.speed    # write docs/speed.md from the saved measures
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.pages import PAGES

ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT / "benchmarks" / "recorded"
PAGE = ROOT / "docs" / "speed.md"
TITLES = {"": "Headlines", "trends": "Trends", "comparison": "Comparison", "hotspots": "Ward hotspots",
          "ward": "Ward profile", "repeats": "Repeat locations", "records": "Records", "data": "Data"}  # fmt: skip

Row = Sequence[str]


def describe_machine() -> dict[str, Any]:
    """Describe the machine and the day."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "date": f"{dt.date.today():%Y-%m-%d}",
        "cores": os.cpu_count(),
        "memory_gb": round(memory),
        "python": platform.python_version(),
        "duckdb": version("duckdb"),
        "streamlit": version("streamlit"),
    }


def save_measures(name: str, measured: dict[str, Any]) -> None:
    """Save the measures, and write docs/speed.md."""
    RECORDED.mkdir(exist_ok=True)
    (RECORDED / f"{name}.json").write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(build_page(), encoding="utf-8")


def read_measures(name: str) -> dict[str, Any]:
    """Read saved measures."""
    measures: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return measures


def describe_load(load: dict[str, Any]) -> str:
    """Describe one load, as it is printed."""
    return (
        f"{load['rows']:>11,} rows into {load['into']}: {load['seconds']:.1f} s, "
        f"{_compute_per_million(load):.1f} s of processor a million, {load['megabytes']:,.0f} MB"
    )


def describe_size(size: dict[str, Any]) -> Iterator[str]:
    """Describe one size, as it is printed."""
    yield f"{size['name']}: {size['load']['rows']:,} rows"
    for name, values in zip(_SIZES[2:], _build_size_row(size)[2:], strict=True):
        yield f"    {name}: {values}"
    for title, *values in _build_page_rows(size):
        yield f"    {title}: first draw {values[0]}, filter change {values[1]} times the bare page's"


def build_page() -> str:
    """Build docs/speed.md from the saved measures."""
    sections = {"sizes": _describe_sizes, "growth": _describe_growth, "asking": _describe_asking}
    names = [name for name in sections if (RECORDED / f"{name}.json").exists()]
    return "\n\n".join([_HEAD, *(part for name in names for part in sections[name](read_measures(name)))]) + "\n"


_HEAD = """# Speed and growth

Written by `python -m benchmarks` and `python -m benchmarks.growth` from what they measured (`benchmarks/recorded/`);
a test compares. Each figure is a ratio to a floor measured in the same run, so that it says something on another
machine too: [what is measured, and how](../benchmarks/README.md)."""

_SIZES = ("size", "rows", "load, times DuckDB's copy of the files", "its memory", "counts, times DuckDB's own",
          "documents, times their charts alone", "memory of the server")  # fmt: skip


def _build_size_row(size: dict[str, Any]) -> Row:
    load, counts, documents = size["load"], size["counts"], size["documents"]
    return (
        size["name"],
        f"{load['rows']:,}",
        f"{load['seconds'] / load['floor']:.1f} ({load['seconds']:.1f} s)",
        f"{load['megabytes']:,.0f} MB",
        f"{counts['milliseconds'] / counts['floor']:.1f} ({counts['milliseconds']:.0f} ms)",
        f"{documents['seconds'] / documents['floor']:.1f} ({documents['seconds']:.1f} s)",
        f"{size['pages']['megabytes']:,} MB",
    )


def _build_page_rows(size: dict[str, Any]) -> Iterator[Row]:
    drawn = size["pages"]
    for name in drawn["draws"]:
        draw, change = drawn["draws"][name] / drawn["floor_draw"], drawn["changes"][name] / drawn["floor_change"]
        yield TITLES[name], f"{draw:.2f}", f"{change:.2f}"


def _describe_sizes(measures: dict[str, Any]) -> Iterator[str]:
    yield f"## The sample, the real months, and ten times those\n\n{_format_machine(measures)}"
    yield _format_table(_SIZES, [_build_size_row(size) for size in measures["sizes"]])
    yield ("The real months come as CSV, the others as Parquet, which DuckDB copies many times faster: so a load is "
           "more times that copy, though it takes less time a row.")  # fmt: skip
    yield ("First draw and filter change of a page, as a multiple of those of a bare Streamlit page with one chart "
           "(the bound in brackets):")  # fmt: skip
    columns = [list(_build_page_rows(size)) for size in measures["sizes"]]
    rows = [
        (TITLES[name], *(f"{values[n][1]} / {values[n][2]}" for values in columns), f"({draw} / {change})")
        for n, (name, (draw, change)) in enumerate(PAGES.items())
    ]
    yield _format_table(("page", *(size["name"] for size in measures["sizes"]), "bound"), rows)


def _describe_growth(measures: dict[str, Any]) -> Iterator[str]:
    # Processor time for the ratios: the machine did other work while the clock ran.
    loads, months = measures["loads"], measures["months"]
    yield f"""## {loads[-1]["rows"]:,} rows

{_format_machine(measures)}

Run by hand, once: made-up months of ten years, 40 forces, 320 areas and over 7,000 wards, as many as England and Wales
have; a Parquet file for each force and month, loaded by `python -m shp_data ingest`."""
    header = ("load", "rows", "seconds", "seconds of processor a million rows", "peak memory")
    named_loads = [("into an empty store", load) for load in loads]
    named_loads += [
        (f"one more month, into {rows:,} rows", load) for rows, load in zip(_count_held(loads), months, strict=True)
    ]
    yield _format_table(header, [
        (name, f"{load['rows']:,}", f"{load['seconds']:,.0f}", f"{_compute_per_million(load):.1f}",
         f"{load['megabytes']:,.0f} MB")
        for name, load in named_loads
    ])  # fmt: skip
    yield "The machine did other work at the same time: seconds of the clock say less than seconds of processor."
    ratio = _compute_per_million(loads[-1]) / _compute_per_million(loads[0])
    month = months[-1]["processor"] / months[0]["processor"]
    yield f"""A million rows of the largest load take {ratio:.2f} times what they take in the smallest (processor time;
the smallest pays as much as the largest to start and to read 7,000 wards). A month added to the largest store takes
{month:.2f} times what it takes added to the smallest."""


def _describe_asking(measures: dict[str, Any]) -> Iterator[str]:
    real, grown = measures["real"], measures["grown"]
    yield f"## Questions to 18 real months, and to 100 million rows\n\n{_format_machine(measures)}"
    if "pages" in real:
        yield from _describe_pages(real["pages"], grown["pages"])
    missed = sum(grown["answers"][name]["later"] > 2 * times["later"] for name, times in real["answers"].items())
    yield f"""The questions behind the pages, in one process, in milliseconds: the real months, all the rows, and their
ratio, with an aim of 2 at most, which {missed} of {len(real["answers"])} miss; later is the median for other areas."""
    header = ("question", "first, real", "grown", "ratio", "later, real", "grown", "ratio")
    yield _format_table(header, [
        (name, *_format_ratio(times["first"], grown["answers"][name]["first"]),
         *_format_ratio(times["later"], grown["answers"][name]["later"]))
        for name, times in real["answers"].items()
    ])  # fmt: skip


def _describe_pages(real: dict[str, Any], grown: dict[str, Any]) -> Iterator[str]:
    yield "Pages in a browser, in milliseconds: the real months, all the rows, and their ratio (the aim is 2 at most)."
    header = ("page", "first draw, real", "grown", "ratio", "filter change, real", "grown", "ratio")
    yield _format_table(header, [
        (TITLES[name], *_format_ratio(real["draws"][name], grown["draws"][name]),
         *_format_ratio(real["changes"].get(name), grown["changes"].get(name)))
        for name in real["draws"]
    ])  # fmt: skip
    yield f"Memory of the server: {real['megabytes']:,} MB and {grown['megabytes']:,} MB."


def _format_ratio(real: float | None, grown: float | None) -> Row:
    if real is None or grown is None:
        return ("", "", "")
    return f"{real:,.0f}", f"{grown:,.0f}", f"{grown / real:.2f}"


def _count_held(loads: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Return the rows of the two stores to which one more month was added."""
    return loads[0]["rows"], loads[-1]["rows"]


def _compute_per_million(load: dict[str, Any]) -> float:
    return load["processor"] / load["rows"] * 1_000_000


def _format_machine(measures: dict[str, Any]) -> str:
    return (
        f"{measures['date']}, {measures['cores']} cores, {measures['memory_gb']} GB of memory, "
        f"Python {measures['python']}, DuckDB {measures['duckdb']}, Streamlit {measures['streamlit']}."
    )


def _format_table(header: Row, rows: Sequence[Row]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(build_page(), encoding="utf-8")
    sys.exit(0)
