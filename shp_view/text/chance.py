"""The reason beside a verdict: how often chance alone makes a change as large, in words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from shp_data.analysis.statistics.significance import LEVEL
from shp_data.domain.periods import Period
from shp_view.text import wording

RAREST = 0.001  # what is rarer is not told apart
OFTEN = 0.3  # what chance does more often needs no telling
_UNKNOWN_SPREAD = " Too few months are loaded to tell how much they vary: only chance is allowed for."
_AMONG_MANY = " Where many changes are tested at once, one like it is no surprise."


def period_word(period: Period) -> str:
    """What a period is one of: `month`, `quarter`, `year`, else `period`."""
    quarter = period.length == 3 and " Q" in period.label
    return "quarter" if quarter else {1: "month", 12: "year"}.get(period.length, "period")


def how_often(p_value: float, period: Period) -> str:
    """In how many periods does chance do it once? `about one quarter in nine`, `in most quarters`.

    To two figures; what happens in less than one in a thousand is not told apart.
    """
    word = period_word(period)
    if p_value < RAREST:
        return f"in less than one {word} in a thousand"
    times = float(f"{1 / p_value:.2g}") if p_value < 0.1 else float(wording.rounded(1 / p_value))
    if times < 2:
        return f"in most {word}s"
    return f"about one {word} in {wording.cardinal(int(times))}"


def chance_words(current: int, previous: int, p_value: float, period: Period, dispersion: float = 1.0) -> str:
    """Why is a change of this size a verdict or none? One sentence.

    `13 to 6: with numbers this small, a change this large, up or down, happens by chance about one quarter
    in nine.` `dispersion`: as `verdicts` gives it; above 1, the months vary more than chance alone makes them.
    """
    both = f"{wording.number(previous)} to {wording.number(current)}"
    if current == previous:
        return f"{both}: no change."
    why = "with months that vary as much as these, " if dispersion > 1 else ""
    if p_value > LEVEL and min(current, previous) < wording.SMALL_BASE:
        why = "with numbers this small, "
    return f"{both}: {why}a change this large, up or down, happens by chance {how_often(p_value, period)}."


def reason(row: Mapping[Hashable, Any], period: Period) -> str:
    """Why has a row of a table the verdict that it has? Empty where it has none.

    `row`: count, last_year, p_value, verdict and dispersion, as `verdicts` gives them; or other_period in the place
    of last_year, as `hotspots.wards` gives it.
    """
    if wording.is_missing(row["verdict"]):
        return ""
    known = not wording.is_missing(row["dispersion"])
    spread = float(row["dispersion"]) if known else 1.0
    before = row["last_year"] if "last_year" in row else row["other_period"]
    said = chance_words(int(row["count"]), int(before), float(row["p_value"]), period, spread)
    usual = row["verdict"] == "within usual variation"
    among = _AMONG_MANY if usual and row["p_value"] <= LEVEL else ""
    return f"{said}{among}{'' if known else _UNKNOWN_SPREAD}"


def verdict_sentence(row: Mapping[Hashable, Any], period: Period) -> str:
    """The verdict of a row as a sentence that says how often chance does it; empty where it has none."""
    if wording.is_missing(row["verdict"]):
        return ""
    said = wording.VERDICTS[row["verdict"]]
    if row["count"] == row["last_year"] or row["p_value"] > OFTEN:
        return said  # that chance does it every other quarter says less than it seems to
    happens = "happens" if row["verdict"] == "within usual variation" else "would happen"
    return f"{said.removesuffix('.')}: by chance it {happens} {how_often(float(row['p_value']), period)}."
