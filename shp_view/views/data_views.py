"""The views of the Data page and the Records page: what is loaded, each load, and the records behind a figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shp_data.analysis import headlines, loaded
from shp_data.analysis.context import describe_doubt
from shp_data.analysis.records import COLUMNS, list_incidents
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period
from shp_data.domain.schema import OTHER_SUPPLIER
from shp_data.domain.selection import Selection
from shp_data.store.completeness import DoubtfulMonth, MonthDecision
from shp_data.store.files.manifest import Load
from shp_data.store.notes.decisions import save_decision, withdraw_decision
from shp_data.store.reading import Reader
from shp_data.store.version import Store
from shp_view.tables import coverage_grid
from shp_view.tables.coverage_grid import LEGEND as LEGEND
from shp_view.tables.coverage_grid import build_grid as build_grid
from shp_view.text import sentences
from shp_view.text.coverage_words import describe_decision, explain_coverage
from shp_view.views import loading
from shp_view.views.view import Query, View, ViewTable

LATEST_LOADS = 20  # loads, the latest first
ROW_LIMIT = 1000
OUTCOMES = {"The month is complete": True, "Leave the month out": False}  # what an analyst can decide, by the button
QUESTIONS = (
    "These months have far fewer or far more records than the months before, or far more without a place. What depends "
    "on them has no verdict until you decide. A month that is left out is not available in that area."
)


@dataclass(frozen=True)
class Overview:
    """What a store holds: the title, the table of months, the reported figures, and how exactly records are placed.

    Each table is None where there is nothing for it. Only the analyst sees how records are placed.

    `doubled`: where two suppliers cover the same months. `apart`: which records are counted apart, because their
    supplier is not responsible for their area. `suppliers`: those to choose from, if they are many.
    """

    title: str
    months: Figure | None
    figures: Figure | None
    places: Figure | None
    doubled: tuple[str, ...]
    apart: tuple[str, ...]
    suppliers: list[str]


@dataclass(frozen=True)
class Question:
    """A month in question: the text on it, and a key for its buttons."""

    month: DoubtfulMonth
    text: str
    key: str


@dataclass(frozen=True)
class DecidedMonth:
    """A decision on a month: the text on it, and a key for its button."""

    decision: MonthDecision
    text: str
    key: str


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
        apart=tuple(map(explain_coverage, loaded.list_apart(reader))),
        suppliers=coverage_grid.list_source_choices(months),
    )


def list_questions(store: Store) -> list[Question]:
    """List the months in question, the latest first."""
    doubtful = store.completeness.list_doubtful()
    return [Question(month, explain_coverage(describe_doubt(month)), _make_key(month)) for month in doubtful]


def list_decisions(store: Store) -> list[DecidedMonth]:
    """List the decisions on months, the latest first. One that no longer applies says so."""
    in_force = store.completeness.decisions
    return [
        DecidedMonth(
            decision,
            describe_decision(describe_doubt(decision.question), decision, applies=decision in in_force),
            _make_key(decision.question),
        )
        for decision in reversed(store.decisions)
    ]


def _make_key(month: DoubtfulMonth) -> str:
    return "-".join(month.counted[:3])


def decide_month(store: Store, month: DoubtfulMonth, by: str, *, is_complete: bool) -> str:
    """Save a decision on a month. Return its text, by which it is recorded. Raises StoreError."""
    decision = MonthDecision(month, is_complete, by, dt.datetime.now(dt.UTC))
    save_decision(store.layout.root, decision)
    return describe_decision(describe_doubt(month), decision)


def withdraw_month(store: Store, decision: MonthDecision) -> str:
    """Withdraw a decision on a month. Return the text by which it is recorded. Raises UserError."""
    withdraw_decision(store.layout.root, decision)
    return f"Withdrawn: {describe_decision(describe_doubt(decision.question), decision)}"


def list_records_apart(reader: Reader, limit: int | None = None) -> Figure | None:
    """List the records that are counted apart; None where there are none. Raises NotAllowedError."""
    cells = reader.store.apart
    if not cells:
        return None
    months = sorted({cell.month for cell in cells})
    period = Period(Month.parse(months[0]), Month.parse(months[-1]))
    indicators = tuple(sorted({cell.indicator for cell in cells}))
    return list_incidents(reader, reader.partnership.select(indicators, period, (OTHER_SUPPLIER,)), limit)


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
