"""Analysts' decisions on months that look incomplete or too large, saved with the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from shp_data.domain.errors import UserError
from shp_data.store.completeness import Doubt, DoubtfulMonth, MonthCount, MonthDecision
from shp_data.store.files.writing import open_for_writing
from shp_data.store.notes.json_files import read_json, write_json

FILE = "decisions.json"

Decisions = tuple[MonthDecision, ...]


def read_decisions(root: Path) -> Decisions:
    """Read the decisions, the earliest first; empty if there are none. Raises StoreError if the file is damaged."""
    return read_json(root / FILE, lambda rows: tuple(_parse_decision(row) for row in rows), Decisions())


def save_decision(root: Path, decision: MonthDecision) -> None:
    """Save a decision, replacing an earlier one on the same indicator, area and month. Raises StoreError."""
    month = decision.question.counted[:3]
    with open_for_writing(root):
        others = (other for other in read_decisions(root) if other.question.counted[:3] != month)
        _write_decisions(root, (*others, decision))


def withdraw_decision(root: Path, decision: MonthDecision) -> None:
    """Withdraw a decision, so that the month is in question again.

    Raises UserError if it no longer exists, and StoreError.
    """
    with open_for_writing(root):
        decisions = read_decisions(root)
        if decision not in decisions:
            raise UserError("this decision does not exist: somebody may have withdrawn it")
        _write_decisions(root, tuple(other for other in decisions if other != decision))


def _write_decisions(root: Path, decisions: Decisions) -> None:
    rows = [
        {
            **decision.question.counted._asdict(),
            "doubt": decision.question.doubt,
            "expected": decision.question.expected,
            "is_complete": decision.is_complete,
            "by": decision.by,
            "at": decision.at,
        }
        for decision in decisions
    ]
    write_json(root / FILE, rows)


def _parse_decision(row: Mapping[str, Any]) -> MonthDecision:
    """Parse a decision as `_write_decisions` writes it."""
    counted = MonthCount(**{name: row[name] for name in MonthCount._fields})
    at = dt.datetime.fromisoformat(row["at"])
    if row["doubt"] not in get_args(Doubt) or not isinstance(row["is_complete"], bool) or at.tzinfo is None:
        raise ValueError(f"the decision on {counted.month} is not one that this program writes")
    return MonthDecision(DoubtfulMonth(counted, row["doubt"], row["expected"]), row["is_complete"], row["by"], at)
