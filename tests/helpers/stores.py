"""Small stores, made from tables that an analyst could read."""

from __future__ import annotations

import csv
from pathlib import Path

from shp_data.analysis.measures import count_by_field
from shp_data.domain.figure import Coverage, Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.selection import Covid, Selection, Viewer
from shp_data.intake.load import LoadOptions, ingest
from shp_data.store.files.manifest import Load
from shp_data.store.reading import Reader
from shp_data.store.version import Store, open_store

DESK = Viewer()
POINTS = {  # a point well inside each LPA, one outside all, and none
    "Hartlepool": ("-1.2129", "54.6862"),
    "Middlesbrough": ("-1.2350", "54.5700"),
    "Redcar & Cleveland": ("-1.0610", "54.6100"),
    "Stockton-on-Tees": ("-1.3120", "54.5650"),
    "(outside)": ("-1.0800", "53.9600"),
    "(unplaced)": ("", ""),
}


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a table drawn with `|`; a column `lpa` becomes the coordinates of a point in it."""
    lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.strip().splitlines()]
    header, *rows = (cells for cells in lines if not set("".join(cells)) <= {"-"} or not "".join(cells))
    found = [dict(zip(header, cells, strict=True)) for cells in rows]
    for row in found:
        if "lpa" in row:
            row["longitude"], row["latitude"] = POINTS[row.pop("lpa")]
    return found


def csv_file(path: Path, text: str) -> Path:
    """A CSV file of a table drawn with `|`."""
    rows = rows_of(text)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def incidents(path: Path, months: dict[str, int], indicator: str = "asb_police", ids: str = "") -> Path:
    """A file of so many incidents in each month, all in Hartlepool; with ids if `ids` begins them."""
    lines = ["date,indicator,incident_id,longitude,latitude"]
    for month, number in months.items():
        lines += [f"{month},{indicator},{f'{ids}-{month}-{n}' if ids else ''},-1.2129,54.6862" for n in range(number)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def load(root: Path, *paths: Path, source: str | None = "Police", append: bool = False) -> Load:
    """Load files, those too that are nearly all outside: many a test has a file of one such row."""
    return ingest(list(paths), root, LoadOptions(source, append, outside_ok=True))


def tally(load: Load) -> tuple[int, int, int, int]:
    """read, accepted, duplicates, rejected"""
    found = load.tally
    return found.read, found.accepted, found.duplicates, found.rejected


def chosen(
    period: str,
    indicator: str = "asb_police",
    *areas: str,
    covid: Covid = "include",
    vintage: str | None = None,
) -> Selection:
    return partnership().select((indicator,), parse_period(period), areas, covid, vintage)


def months_not_loaded(figure: Figure) -> list[str]:
    """The months that a caveat of a figure names as not loaded."""
    gaps = [caveat for caveat in figure.caveats if isinstance(caveat, Coverage) and caveat.state == "months missing"]
    return [str(month) for gap in gaps for month in gap.months]


def by_month(root: Path, period: str, indicator: str = "asb_police") -> dict[str, int]:
    """How many in each covered month?"""
    table = count_by_field(Reader(open_store(root), DESK), chosen(period, indicator), ["month"])
    return dict(zip(table["month"], table["count"], strict=True))


def opened(root: Path) -> Store:
    return open_store(root)
