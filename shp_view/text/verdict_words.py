"""The words for a verdict, and the reason for it: how often chance alone makes a change as large."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from shp_data.analysis.statistics.significance import LEVEL
from shp_data.domain.periods import Period
from shp_view.text import wording

RAREST = 0.001  # what is rarer is not told apart
FREQUENT = 0.3  # what chance does more often needs no telling
_UNKNOWN_SPREAD = " Too few months are loaded to tell how much they vary: only chance is allowed for."
_AMONG_MANY = " Where many changes are tested at once, one like it is no surprise."


def name_period_kind(period: Period) -> str:
    """Name the kind of a period: `month`, `quarter`, `year`, else `period`."""
    quarter = period.length == 3 and " Q" in period.label
    return "quarter" if quarter else {1: "month", 12: "year"}.get(period.length, "period")


def describe_frequency(p_value: float, period: Period) -> str:
    """Describe how often chance makes such a change: `about one quarter in nine`, `in most quarters`.

    The number has two figures. A chance of less than one in a thousand is not given more exactly.
    """
    word = name_period_kind(period)
    if p_value < RAREST:
        return f"in less than one {word} in a thousand"
    times = float(f"{1 / p_value:.2g}") if p_value < 0.1 else float(wording.round_number(1 / p_value))
    if times < 2:
        return f"in most {word}s"
    return f"about one {word} in {wording.format_cardinal(int(times))}"


def explain_change(current: int, previous: int, p_value: float, period: Period, dispersion: float = 1.0) -> str:
    """Explain in one sentence why a change of this size has a verdict, or has none.

    `13 to 6: with numbers this small, a change this large, up or down, happens by chance about one quarter
    in nine.` `dispersion`: as `verdicts` gives it; above 1, the months vary more than chance alone makes them.
    """
    both = f"{wording.format_number(previous)} to {wording.format_number(current)}"
    if current == previous:
        return f"{both}: no change."
    why = "with months that vary as much as these, " if dispersion > 1 else ""
    if p_value > LEVEL and min(current, previous) < wording.SMALL_BASE:
        why = "with numbers this small, "
    return f"{both}: {why}a change this large, up or down, happens by chance {describe_frequency(p_value, period)}."


def explain_verdict(row: Mapping[Hashable, Any], period: Period) -> str:
    """Explain why a row of a table has its verdict; empty where it has no verdict.

    `row`: count, last_year, p_value, verdict and dispersion, as `verdicts` gives them; or other_period in the
    place of last_year, as `hotspots.wards` gives it.
    """
    if wording.is_missing(row["verdict"]):
        return ""
    has_spread = not wording.is_missing(row["dispersion"])
    spread = float(row["dispersion"]) if has_spread else 1.0
    before = row["last_year"] if "last_year" in row else row["other_period"]
    text = explain_change(int(row["count"]), int(before), float(row["p_value"]), period, spread)
    usual = row["verdict"] == "within usual variation"
    among = _AMONG_MANY if usual and row["p_value"] <= LEVEL else ""
    return f"{text}{among}{'' if has_spread else _UNKNOWN_SPREAD}"


def describe_verdict(row: Mapping[Hashable, Any], period: Period) -> str:
    """Describe the verdict of a row and how often chance makes such a change; empty where it has none."""
    if wording.is_missing(row["verdict"]):
        return ""
    text = wording.VERDICTS[row["verdict"]]
    if row["count"] == row["last_year"] or row["p_value"] > FREQUENT:
        return text  # that chance does it every other quarter says less than it seems to
    happens = "happens" if row["verdict"] == "within usual variation" else "would happen"
    return f"{text.removesuffix('.')}: by chance it {happens} {describe_frequency(float(row['p_value']), period)}."
