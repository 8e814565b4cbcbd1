"""The views of the Data page and the Records page: what is loaded, each load, and the records behind a figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shp_data.analysis import headlines, loaded
from shp_data.analysis.records import COLUMNS, list_incidents
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_data.store.files.manifest import Load
from shp_data.store.reading import Reader
from shp_data.store.version import Store
from shp_view.tables import coverage_grid
from shp_view.tables.coverage_grid import LEGEND as LEGEND
from shp_view.tables.coverage_grid import build_grid as build_grid
from shp_view.text import sentences
from shp_view.views import loading
from shp_view.views.view import Query, View, ViewTable

LATEST_LOADS = 20  # loads, the latest first
ROW_LIMIT = 1000


@dataclass(frozen=True)
class Overview:
    """What a store holds: the title, the table of months, the reported figures, and how exactly records are placed.

    Each table is None where there is nothing for it. Only the analyst sees how records are placed.

    `doubled`: where two suppliers cover the same months. `suppliers`: those to choose from, if they are many.
    """

    title: str
    months: Figure | None
    figures: Figure | None
    places: Figure | None
    doubled: tuple[str, ...]
    suppliers: list[str]


@dataclass(frozen=True)
class LoadDetails:
    """What a load did: a text, its tables by their headings, and what reads its rejected rows, if there are any."""

    text: str
    tables: Mapping[str, Figure]
    read_rejected: Callable[[], bytes] | None


def build_overview(reader: Reader) -> Overview:
    """Build the overview of a store. Raises NotAllowedError."""
    months, figures = loaded.count_by_month(reader), loaded.list_reported_figures(reader)
    has_figures = bool(len(figures.table))
    return Overview(
        title=coverage_grid.build_title(months, has_figures=has_figures),
        months=months if len(months.table) else None,
        figures=figures if has_figures else None,
        places=loaded.count_all_by_place(reader) if len(months.table) and reader.viewer.role == "analyst" else None,
        doubled=tuple(f"Possible double counting. {note}" for note in loaded.describe_doubled(reader)),
        suppliers=coverage_grid.list_source_choices(months),
    )


def list_latest_loads(store: Store) -> tuple[tuple[Load, ...], str]:
    """List the latest loads, the latest first. The text says how many there are; empty where all are listed."""
    loads = store.manifest.loads
    note = f"Showing the latest {LATEST_LOADS} of {len(loads)} loads." if len(loads) > LATEST_LOADS else ""
    return loads[-LATEST_LOADS:][::-1], note


def name_load(load: Load) -> str:
    """Name a load: when it was, and what became of its rows."""
    return f"{loaded.format_load_time(load)}: {loading.format_row_sum(load.tally)}"


def build_load_details(store: Store, load: Load) -> LoadDetails:
    """Build the details of a load."""
    tables = {"By file": loaded.count_by_file(load), "By indicator": loaded.count_by_indicator(load)}
    if load.cells:
        tables["How exactly they are placed"] = loaded.count_by_place(load, store.layout.root)
    read_rejected = (store.layout.root / load.rejected_file).read_bytes if load.rejected_file else None
    return LoadDetails(loading.describe_load(load), tables, read_rejected)


def build_records(selection: Selection, ask: Query) -> View:
    """Build the table of the first records of a selection. Raises NotAllowedError."""
    card, figure = ask(headlines.build_card, selection), ask(list_incidents, selection, ROW_LIMIT)
    title, text = sentences.build_records_title(card, selection), sentences.describe_records(figure, ROW_LIMIT)
    return View(title, (text,), figure, selection, table=ViewTable(figure, COLUMNS))
