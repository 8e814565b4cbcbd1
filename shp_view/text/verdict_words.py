"""The words for a verdict, what its grade means, and how often chance alone makes a change as large."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from shp_data.analysis.statistics.significance import LEVEL
from shp_data.analysis.verdicts import NO_CHANGE
from shp_data.domain.periods import Period
from shp_view.text import wording

# In the order in which a reader needs them: what is surest first.
LABELS: Mapping[str, str] = {
    verdict: wording.capitalise(verdict)
    for verdict in ("clear increase", "clear decrease", "possible increase", "possible decrease", NO_CHANGE)
}
_CLEAR = "larger than expected from chance, also among all the changes tested"
_POSSIBLE = "larger than expected from chance on its own, but not among all the changes tested"
SENTENCES: Mapping[str, str] = {
    "clear increase": f"This is a clear increase: {_CLEAR}.",
    "clear decrease": f"This is a clear decrease: {_CLEAR}.",
    "possible increase": f"This is a possible increase: {_POSSIBLE}.",
    "possible decrease": f"This is a possible decrease: {_POSSIBLE}.",
    NO_CHANGE: "There is no clear change: differences of this size are common.",
}
GRADES = f"A clear change is {_CLEAR}. A possible change is {_POSSIBLE}."
RAREST = 0.001  # a smaller probability is not given more exactly
_UNKNOWN_SPREAD = " Too few months are loaded to measure how much they vary, so this allows for chance only."
_AMONG_MANY = " Among all the changes tested, some this large are expected by chance."


def name_period_kind(period: Period) -> str:
    """Name the kind of a period: `month`, `quarter`, `year`, else `period`."""
    quarter = period.length == 3 and " Q" in period.label
    return "quarter" if quarter else {1: "month", 12: "year"}.get(period.length, "period")


def describe_frequency(p_value: float, period: Period) -> str:
    """Describe how often chance makes such a change: `in about 1 quarter in 9`, `more often than not`.

    The number has two figures. A chance of less than 1 in 1,000 is not given more exactly.
    """
    word = name_period_kind(period)
    if p_value < RAREST:
        return f"in fewer than 1 {word} in 1,000"
    # Two figures: a p-value is not known to more, and 1 in 58 reads better than 1 in 58.3.
    times = float(f"{1 / p_value:.2g}") if p_value < 0.1 else float(wording.round_number(1 / p_value))
    if times < 2:
        return "more often than not"
    return f"in about 1 {word} in {wording.format_number(int(times))}"


def explain_change(current: int, previous: int, p_value: float, period: Period, dispersion: float = 1.0) -> str:
    """Explain in one sentence why a change of this size has a verdict, or has none.

    `13 to 6: with numbers this small, a change this large, up or down, happens by chance in about 1 quarter
    in 9.` `dispersion`: as `verdicts` gives it; above 1, the months vary more than chance alone makes them.
    """
    both = f"{wording.format_number(previous)} to {wording.format_number(current)}"
    if current == previous:
        return f"{both}: no change."
    why = "with months that vary this much, " if dispersion > 1 else ""
    # With small numbers it is the size of the numbers, not the variation between months, that hides a change.
    if p_value > LEVEL and min(current, previous) < wording.SMALL_BASE:
        why = "with numbers this small, "
    return f"{both}: {why}a change this large, up or down, happens by chance {describe_frequency(p_value, period)}."


def explain_test(row: Mapping[Hashable, Any], period: Period) -> str:
    """Explain the test of a row of a table: its counts, and how often chance makes such a change.

    Return an empty text where it has no verdict. Where the viewer may not see the months of the row, give its
    counts and what its verdict means. `row`: count, last_year, p_value, verdict and dispersion, as `verdicts` gives
    them; or other_period in the place of last_year, as `hotspots.compare_wards` gives it.
    """
    if wording.is_missing(row["verdict"]):
        return ""
    # The map can compare with another period than last year.
    current, before = int(row["count"]), int(row["last_year"] if "last_year" in row else row["other_period"])
    if wording.is_missing(row["p_value"]):
        both = f"{wording.format_number(before)} to {wording.format_number(current)}"
        reason = SENTENCES[row["verdict"]].partition(": ")[2]
        return f"{both}: no change." if current == before else f"{both}: {reason}"
    has_spread = not wording.is_missing(row["dispersion"])
    spread = float(row["dispersion"]) if has_spread else 1.0
    text = explain_change(current, before, float(row["p_value"]), period, spread)
    return f"{text}{'' if has_spread else _UNKNOWN_SPREAD}"


def explain_verdict(row: Mapping[Hashable, Any], period: Period) -> str:
    """Explain why a row of a table has its verdict, as `explain_test` does, and why a possible change is not clear."""
    is_possible = not wording.is_missing(row["p_value"]) and str(row["verdict"]).startswith("possible")
    return f"{explain_test(row, period)}{_AMONG_MANY if is_possible else ''}"


def describe_verdict(row: Mapping[Hashable, Any], period: Period) -> str:
    """Describe the verdict of a row, and how rarely chance makes such a change; empty where it has none."""
    if wording.is_missing(row["verdict"]):
        return ""
    sentence = SENTENCES[row["verdict"]]
    # With no clear change a number such as 1 in 18 would contradict it.
    if row["verdict"] == NO_CHANGE or wording.is_missing(row["p_value"]):
        return sentence
    return (
        f"{sentence} By chance, a change this large would happen {describe_frequency(float(row['p_value']), period)}."
    )


def explain_grades(table: pd.DataFrame) -> str:
    """Explain the grades once under a table, chart or map. Return an empty text where no row has a verdict."""
    return GRADES if table["verdict"].notna().any() else ""


def is_change(verdict: object) -> bool:
    """Return whether a verdict is a clear or a possible change. No verdict is not."""
    return verdict in LABELS and verdict != NO_CHANGE


def name_in_sentence(verdict: str) -> str:
    """Name a verdict after a comma: `a clear increase`, `no clear change`."""
    return verdict if verdict == NO_CHANGE else f"a {verdict}"
