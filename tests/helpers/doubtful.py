"""Stores of made-up months, of which one looks incomplete or too large."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from helpers.stores import POINTS, load, opened

from shp_data.domain.periods import Month
from shp_data.store.completeness import DoubtfulMonth, MonthDecision
from shp_data.store.notes.decisions import save_decision
from shp_data.store.version import Store

ASB = ("asb_police",)
HARTLEPOOL, MIDDLESBROUGH = ("Hartlepool",), ("Middlesbrough",)
LAST = Month(2024, 3)
USUAL = {"Hartlepool": 60, "Middlesbrough": 40}  # a month
AT = dt.datetime(2024, 4, 2, 9, 30, tzinfo=dt.UTC)


def write_months(path: Path, months: Mapping[Month, Mapping[str, int]], indicator: str = "asb_police") -> Path:
    """Write a file with so many incidents in each month and area; `(unplaced)` has no coordinates."""
    lines = ["date,indicator,longitude,latitude"]
    for month, areas in months.items():
        for area, number in areas.items():
            lines += [f"{month}-10,{indicator},{','.join(POINTS[area])}"] * number
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def make_months(length: int = 25, **last: int) -> dict[Month, dict[str, int]]:
    """So many usual months up to March 2024, whose last has other counts where `last` names an area."""
    months = {LAST.shift(-n): dict(USUAL) for n in reversed(range(length))}
    months[LAST] |= last
    return months


def load_stub(root: Path, length: int = 25, **last: int) -> Store:
    """A store whose last month has 3 incidents in Hartlepool instead of 60, or what `last` says."""
    months = make_months(length, **(last or {"Hartlepool": 3}))
    load(root / "S", write_months(root / "months.csv", months))
    return opened(root / "S")


def decide(store: Store, month: DoubtfulMonth, *, is_complete: bool) -> Store:
    """The store after a decision of an analyst."""
    save_decision(store.layout.root, MonthDecision(month, is_complete, "ana@example.org", AT))
    return opened(store.layout.root)
