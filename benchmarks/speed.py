"""What was measured, as it is kept in benchmarks/recorded/, printed, and told in docs/speed.md.

python -m benchmarks.speed    # docs/speed.md anew from what is kept
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


def machine() -> dict[str, Any]:
    """What it is measured on, and when."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "date": f"{dt.date.today():%Y-%m-%d}",
        "cores": os.cpu_count(),
        "memory_gb": round(memory),
        "python": platform.python_version(),
        "duckdb": version("duckdb"),
        "streamlit": version("streamlit"),
    }


def keep(name: str, measured: dict[str, Any]) -> None:
    """Keep what was measured, and write the page anew."""
    RECORDED.mkdir(exist_ok=True)
    (RECORDED / f"{name}.json").write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")


def recorded(name: str) -> dict[str, Any]:
    """What was kept."""
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return found


def load_line(load: dict[str, Any]) -> str:
    """One load, as it is printed."""
    return (f"{load['rows']:>11,} rows into {load['into']}: {load['seconds']:.1f} s, {_per_million(load):.1f} s of "
            f"processor a million, {load['megabytes']:,.0f} MB")  # fmt: skip


def size_lines(size: dict[str, Any]) -> Iterator[str]:
    """One size, as it is printed."""
    yield f"{size['name']}: {size['load']['rows']:,} rows"
    for name, told in zip(_SIZES[2:], _size(size)[2:], strict=True):
        yield f"    {name}: {told}"
    for title, *told in _pages(size):
        yield f"    {title}: first draw {told[0]}, filter change {told[1]} times the bare page's"


def page() -> str:
    """docs/speed.md: the tables of what is kept."""
    told = {"sizes": _of_sizes, "growth": _of_growth, "asking": _of_asking}
    kept = [name for name in told if (RECORDED / f"{name}.json").exists()]
    return "\n\n".join([_HEAD, *(part for name in kept for part in told[name](recorded(name)))]) + "\n"


_HEAD = """# Speed and growth

Written by `python -m benchmarks` and `python -m benchmarks.growth` from what they measured (`benchmarks/recorded/`);
a test compares. Each figure is a ratio to a floor measured in the same run, so that it says something on another
machine too: [what is measured, and how](../benchmarks/README.md)."""

_SIZES = ("size", "rows", "load, times DuckDB's copy of the files", "its memory", "counts, times DuckDB's own",
          "documents, times their charts alone", "memory of the server")  # fmt: skip


def _size(size: dict[str, Any]) -> Row:
    load, counts, made = size["load"], size["counts"], size["documents"]
    return (
        size["name"],
        f"{load['rows']:,}",
        f"{load['seconds'] / load['floor']:.1f} ({load['seconds']:.1f} s)",
        f"{load['megabytes']:,.0f} MB",
        f"{counts['milliseconds'] / counts['floor']:.1f} ({counts['milliseconds']:.0f} ms)",
        f"{made['seconds'] / made['floor']:.1f} ({made['seconds']:.1f} s)",
        f"{size['pages']['megabytes']:,} MB",
    )


def _pages(size: dict[str, Any]) -> Iterator[Row]:
    drawn = size["pages"]
    for name in drawn["draws"]:
        draw, change = drawn["draws"][name] / drawn["floor_draw"], drawn["changes"][name] / drawn["floor_change"]
        yield TITLES[name], f"{draw:.2f}", f"{change:.2f}"


def _of_sizes(found: dict[str, Any]) -> Iterator[str]:
    yield f"## The sample, the real months, and ten times those\n\n{_machine(found)}"
    yield _table(_SIZES, [_size(size) for size in found["sizes"]])
    yield ("The real months come as CSV, the others as Parquet, which DuckDB copies many times faster: so a load is "
           "more times that copy, though it takes less time a row.")  # fmt: skip
    yield ("First draw and filter change of a page, as so many times those of a bare Streamlit page with one chart "
           "(the bound in brackets):")  # fmt: skip
    columns = [list(_pages(size)) for size in found["sizes"]]
    rows = [
        (TITLES[name], *(f"{told[n][1]} / {told[n][2]}" for told in columns), f"({PAGES[name][0]} / {PAGES[name][1]})")
        for n, name in enumerate(PAGES)
    ]
    yield _table(("page", *(size["name"] for size in found["sizes"]), "bound"), rows)


def _of_growth(found: dict[str, Any]) -> Iterator[str]:
    loads, months = found["loads"], found["months"]
    yield f"""## {loads[-1]["rows"]:,} rows

{_machine(found)}

Run by hand, once: made-up months of ten years, 40 forces, 320 areas and over 7,000 wards, as many as England and Wales
have; a Parquet file for each force and month, loaded by `python -m shp_data ingest`."""
    header = ("load", "rows", "seconds", "seconds of processor a million rows", "peak memory")
    told = [("into an empty store", load) for load in loads]
    told += [(f"one more month, into {n:,} rows", load) for n, load in zip(_held(loads), months, strict=True)]
    yield _table(header, [
        (name, f"{load['rows']:,}", f"{load['seconds']:,.0f}", f"{_per_million(load):.1f}",
         f"{load['megabytes']:,.0f} MB")
        for name, load in told
    ])  # fmt: skip
    yield "The machine did other work at the same time: seconds of the clock say less than seconds of processor."
    ratio = _per_million(loads[-1]) / _per_million(loads[0])
    month = months[-1]["processor"] / months[0]["processor"]
    yield f"""A million rows of the largest load take {ratio:.2f} times what they take in the smallest (processor time;
the smallest pays as much as the largest to start and to read 7,000 wards). A month added to the largest store takes
{month:.2f} times what it takes added to the smallest."""


def _of_asking(found: dict[str, Any]) -> Iterator[str]:
    real, grown = found["real"], found["grown"]
    yield f"## Questions to 18 real months, and to 100 million rows\n\n{_machine(found)}"
    if "pages" in real:
        yield from _of_pages(real["pages"], grown["pages"])
    missed = sum(grown["answers"][name]["later"] > 2 * asked["later"] for name, asked in real["answers"].items())
    yield f"""The questions behind the pages, in one process, in milliseconds: the real months, all the rows, and their
ratio, with an aim of 2 at most, which {missed} of {len(real["answers"])} miss; later is the median for other areas."""
    header = ("question", "first, real", "grown", "ratio", "later, real", "grown", "ratio")
    yield _table(header, [
        (name, *_ratio(asked["first"], grown["answers"][name]["first"]),
         *_ratio(asked["later"], grown["answers"][name]["later"]))
        for name, asked in real["answers"].items()
    ])  # fmt: skip


def _of_pages(real: dict[str, Any], grown: dict[str, Any]) -> Iterator[str]:
    yield "Pages in a browser, in milliseconds: the real months, all the rows, and their ratio (the aim is 2 at most)."
    header = ("page", "first draw, real", "grown", "ratio", "filter change, real", "grown", "ratio")
    yield _table(header, [
        (TITLES[name], *_ratio(real["draws"][name], grown["draws"][name]),
         *_ratio(real["changes"].get(name), grown["changes"].get(name)))
        for name in real["draws"]
    ])  # fmt: skip
    yield f"Memory of the server: {real['megabytes']:,} MB and {grown['megabytes']:,} MB."


def _ratio(real: float | None, grown: float | None) -> Row:
    if real is None or grown is None:
        return ("", "", "")
    return f"{real:,.0f}", f"{grown:,.0f}", f"{grown / real:.2f}"


def _held(loads: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """What the stores held to which one more month was added."""
    return loads[0]["rows"], loads[-1]["rows"]


def _per_million(load: dict[str, Any]) -> float:
    return load["processor"] / load["rows"] * 1_000_000


def _machine(found: dict[str, Any]) -> str:
    return (f"{found['date']}, {found['cores']} cores, {found['memory_gb']} GB of memory, Python {found['python']}, "
            f"DuckDB {found['duckdb']}, Streamlit {found['streamlit']}.")  # fmt: skip


def _table(header: Row, rows: Sequence[Row]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.exit(0)
