"""The words for a verdict, and the reason for it: how often chance alone makes a change as large."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from shp_data.analysis.statistics.significance import LEVEL, Verdict
from shp_data.domain.periods import Period
from shp_view.text import wording

USUAL: Verdict = "within usual variation"
LABELS: dict[str, str] = {
    "higher than expected": "Clear increase",
    "lower than expected": "Clear decrease",
    USUAL: "No clear change",
}
SENTENCES: dict[str, str] = {
    "higher than expected": "The increase is larger than expected from chance and normal month-to-month variation.",
    "lower than expected": "The decrease is larger than expected from chance and normal month-to-month variation.",
    USUAL: "There is no clear change: differences of this size are common.",
}
CHANCE_ALONE_SENTENCES: dict[str, str] = {  # where too few months are loaded to measure how much they vary
    "higher than expected": "The increase is larger than expected from chance alone.",
    "lower than expected": "The decrease is larger than expected from chance alone.",
    USUAL: "There is no clear change: chance alone often causes differences of this size.",
}
RAREST = 0.001  # a smaller probability is not given more exactly
_UNKNOWN_SPREAD = " Too few months are loaded to measure how much they vary, so this allows for chance only."
_AMONG_MANY = " When many changes are tested, some this large are expected by chance."


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


def explain_verdict(row: Mapping[Hashable, Any], period: Period) -> str:
    """Explain why a row of a table has its verdict; empty where it has no verdict.

    `row`: count, last_year, p_value, verdict and dispersion, as `verdicts` gives them; or other_period in the
    place of last_year, as `hotspots.wards` gives it.
    """
    if wording.is_missing(row["verdict"]):
        return ""
    has_spread = not wording.is_missing(row["dispersion"])
    spread = float(row["dispersion"]) if has_spread else 1.0
    # The map can compare with another period than last year.
    before = row["last_year"] if "last_year" in row else row["other_period"]
    text = explain_change(int(row["count"]), int(before), float(row["p_value"]), period, spread)
    # Below the level and yet no clear change: the limit is stricter, because several changes are tested together.
    among = _AMONG_MANY if row["verdict"] == USUAL and row["p_value"] <= LEVEL else ""
    return f"{text}{among}{'' if has_spread else _UNKNOWN_SPREAD}"


def describe_verdict(row: Mapping[Hashable, Any], period: Period) -> str:
    """Describe the verdict of a row, and how rarely chance makes a clear change; empty where it has none."""
    if wording.is_missing(row["verdict"]):
        return ""
    sentence = SENTENCES[row["verdict"]]
    if row["verdict"] == USUAL:
        return sentence
    # Only a clear change has its frequency: with no clear change a number such as 1 in 58 would contradict it.
    frequency = describe_frequency(float(row["p_value"]), period)
    return f"{sentence.removesuffix('.')}. By chance, a change this large would happen {frequency}."


def is_clear(verdict: object) -> bool:
    """Return whether a verdict is a clear increase or decrease. No verdict is not."""
    return verdict in LABELS and verdict != USUAL


def name_in_sentence(verdict: str) -> str:
    """Name a verdict after a comma: `a clear increase`, `no clear change`."""
    return "no clear change" if verdict == USUAL else f"a {LABELS[verdict].lower()}"
