"""Worked examples of chance, variation, intervals, many tests and expected ranges, from the loaded data."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable

from scipy import special

from shp_data.analysis import trends
from shp_data.analysis.context import area_of
from shp_data.analysis.statistics.discovery import discovery_level
from shp_data.analysis.statistics.significance import LEVEL, compare, p_value
from shp_data.domain.partnership import partnership
from shp_data.store.reading import known_months
from shp_view.methods.worked_data import InView, NoExampleError, decimals
from shp_view.text import chance, sentences, wording

WIDTH = 2.66  # moving ranges to either side of the average month
TERMS = 6  # of the fit of season and trend: level, trend, and two yearly waves of two terms each


def _chance(data: InView) -> str:
    row = data.judged[0]
    now, before, p = int(row["count"]), int(row["last_year"]), float(row["p_value"])
    spread = 1.0 if wording.is_missing(row["dispersion"]) else float(row["dispersion"])
    widened = ""
    if spread > 1:
        widened = f" These months vary {decimals(spread, 1)} times as much as chance makes them: p {_p(p)}."
    return (
        f"{data.named(row)}: {chance.chance_words(now, before, p, data.chosen.period, spread)}\n\n"
        f"z = {abs(now - before)} ÷ √{now + before} = {decimals(abs(now - before) / math.sqrt(now + before), 2)}. "
        f"The exact chance of a z as large: p {_p(p_value(now, before))}.{widened} That is "
        f"{'above' if p > LEVEL else 'not above'} {LEVEL:g}. The verdict, with {len(data.tested)} tested together: "
        f"**{row['verdict']}**."
    )


def _variation(data: InView) -> str:
    known = [row for row in data.judged if not wording.is_missing(row["dispersion"])]
    if not known:
        raise NoExampleError("Too few months are loaded to tell how much they vary: φ is taken as 1.")
    row = max(known, key=lambda row: float(row["dispersion"]))
    now, before, phi = int(row["count"]), int(row["last_year"]), float(row["dispersion"])
    months = set(known_months(data.store, data.only(row)))
    used = months - partnership().exceptional_months - set(data.chosen.period)
    start = (
        f"{data.named(row)}: {wording.number(before)} to {wording.number(now)}. {len(months)} months are loaded, "
        f"{len(months) - len(used)} of them exceptional or under test; from the other {len(used)}, "
        f"φ = {decimals(phi, 2)}."
    )
    if phi == 1:
        return f"{start} They vary no more than chance makes them, so nothing is widened."
    alone = p_value(now, before)
    z = -float(special.ndtri(max(alone, sys.float_info.min) / 2))
    return (
        f"{start}\n\nBy chance alone, p {_p(alone)} and z = {decimals(z, 2)}. Divided by √{decimals(phi, 2)} = "
        f"{decimals(math.sqrt(phi), 2)}, z′ = {decimals(z / math.sqrt(phi), 2)}. With {len(used) - TERMS} degrees of "
        f"freedom p {_p(float(row['p_value']))}: **{row['verdict']}**."
    )


def _interval(data: InView) -> str:
    row = data.judged[0]
    now, before = int(row["count"]), int(row["last_year"])
    level = discovery_level([float(one["p_value"]) for one in data.tested])
    alone = compare(now, before)
    low = 0.0 if wording.is_missing(row["low"]) else float(row["low"])
    high = math.inf if wording.is_missing(row["high"]) else float(row["high"])
    ratio = f"{now} ÷ {before} = {_ratio(float(row['rate_ratio']))}" if before else "there is no ratio to 0"
    return (
        f"{data.named(row)}: {ratio}. On its own, and by chance alone, the {100 * (1 - LEVEL):g}% interval is "
        f"{_ratio(alone.low)} to {_ratio(alone.high)}.\n\n"
        f"In the table of every indicator it is {_ratio(low)} to {_ratio(high)}: a {100 * (1 - level):.4g}% interval, "
        f"since {len(data.tested)} are tested together, and as wide as these months vary. It "
        f"{'holds' if low <= 1 <= high else 'does not hold'} 1: {row['verdict']}."
    )


def _many(data: InView) -> str:
    tested = sorted(data.tested, key=lambda row: float(row["p_value"]))
    lines = [
        f"| {rank} | {row['name']} | {_p(float(row['p_value'])).removeprefix('= ')} "
        f"| {decimals(rank * LEVEL / len(tested), 4)} | {row['verdict']} |"
        for rank, row in enumerate(tested, start=1)
    ]
    return (
        f"**{area_of(data.chosen)}, {data.chosen.period.label}**: {len(tested)} indicators tested together. Were each "
        f"held to {LEVEL:g}, and nothing had changed, at least one would seem a change with a chance of about "
        f"{wording.percent(100 * (1 - (1 - LEVEL) ** len(tested)))}.\n\n"
        "| rank | indicator | p-value | limit | verdict |\n|---|---|---|---|---|\n" + "\n".join(lines)
    )


def _expected(data: InView) -> str:
    row = data.counted[-1]
    series = trends.monthly(data.store, data.only(row), data.viewer)
    known = series.table[series.table["in_period"]].dropna(subset=["mean"])
    if known.empty:
        raise NoExampleError("Too few months are loaded in a row, or they hold too few incidents, for a range.")
    last = known.iloc[-1]
    mean, upper = float(last["mean"]), float(last["upper"])
    counts = [
        f"{wording.month_label(m)} {wording.number(n)}" for m, n in zip(known["month"], known["count"], strict=True)
    ]
    return (
        f"{data.named(row)}: the average month has {decimals(mean, 1)}, and the average change from one month to the "
        f"next is {decimals((upper - mean) / WIDTH, 1)}. {decimals(mean, 1)} ± {WIDTH:g} × "
        f"{decimals((upper - mean) / WIDTH, 1)} is {decimals(float(last['lower']), 1)} to {decimals(upper, 1)}"
        f"{', since no count is under 0' if not last['lower'] else ''}.\n\n"
        f"The months of the period: {wording.listed(counts)}. "
        f"{sentences.unusual_sentence(series) or 'No rule speaks of any of them.'}"
    )


def _p(value: float) -> str:
    return "< 0.0001" if value < 0.0001 else f"= {decimals(value, 4)}"


def _ratio(value: float) -> str:
    return "without a limit" if math.isinf(value) else decimals(value, 2)


EXAMPLES: dict[str, Callable[[InView], str]] = {
    "chance": _chance,
    "variation": _variation,
    "interval": _interval,
    "many": _many,
    "expected": _expected,
}
