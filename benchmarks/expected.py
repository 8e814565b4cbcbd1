"""Measure how many months are within the expected range, and how wide it is compared with an XmR chart's.

    SHP_REAL_DATA_2023=folder python -m benchmarks.expected [--series 250] [--statsmodels]

Simulated: series of 36 months whose level drifts, with a season and counts that vary more than by chance, each month
of the third year forecast from the months before it. Real: the months of 2023 and 2024 in SHP_REAL_DATA_2023, each
month with at least a year before it, of every area and indicator with 5 incidents a month or more. "Marked": the
share of all real months that the Trends chart marks. "False shifts": in ten years of one simulated series.
--statsmodels compares with UnobservedComponents on square roots. The exit code is 1 if a bound is not met.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shp_data.analysis.measures import count_by_field
from shp_data.analysis.statistics.control import judge_months
from shp_data.analysis.statistics.expected import expect_months, find_shifts
from shp_data.analysis.statistics.forecast import FEWEST_FOR_SEASON, FEWEST_MONTHS, forecast_months
from shp_data.commands.options import DESK
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.intake.load import ingest
from shp_data.store.reading import Reader
from shp_data.store.version import open_store

SEED, FIRST, MONTHS, SERIES = 2023, Month(2022, 4), 36, 250
MEANS = (5, 20, 100, 400)
SEASONS, DRIFTS, DISPERSIONS = (0.0, 0.15, 0.3), (0.0, 0.01, 0.03), (1.0, 1.5, 2.5)  # drift: a month, of the level
FEWEST_A_MONTH, MOST_MARKED, NARROWEST, MOST_FALSE_SHIFTS = 5, 0.08, 0.85, 1.0
TEN_YEARS = 120

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Bounds:
    """The shares of months that the ranges of 95 and 80 % may hold, and the width allowed in XmR's."""

    outer: tuple[float, float]
    inner: tuple[float, float]
    width: float = float("inf")


SIMULATED = {
    5: Bounds((0.93, 0.98), (0.77, 0.88), NARROWEST),
    20: Bounds((0.93, 0.97), (0.77, 0.88), NARROWEST),
    100: Bounds((0.93, 0.97), (0.77, 0.84), NARROWEST),
    400: Bounds((0.93, 0.97), (0.77, 0.84), NARROWEST),
}
REAL = Bounds((0.92, 0.98), (0.75, 0.87))


@dataclass(frozen=True)
class Coverage:
    """How many months were forecast, which shares the ranges held, and their mean width compared with XmR's."""

    forecasts: int
    outer: float
    inner: float
    width: float
    xmr_width: float

    def is_within(self, bounds: Bounds) -> bool:
        """Return whether a measurement keeps its bounds."""
        is_held = bounds.outer[0] <= self.outer <= bounds.outer[1] and bounds.inner[0] <= self.inner <= bounds.inner[1]
        return is_held and self.width <= bounds.width * self.xmr_width


def draw_counts(mean: float, series: int, generator: np.random.Generator, months: int = MONTHS) -> Array:
    """Draw monthly counts of series: as many of each level of season, drift and dispersion."""
    cases = list(product(SEASONS, DRIFTS, DISPERSIONS))
    return np.vstack([_draw_case(mean, -(-series // len(cases)), generator, months, *case) for case in cases])


def _draw_case(
    mean: float, series: int, generator: np.random.Generator, months: int, season: float, drift: float, phi: float
) -> Array:
    angles = 2 * np.pi * np.arange(months) / 12 + generator.uniform(0, 2 * np.pi, (series, 1))
    levels = np.exp(drift * generator.standard_normal((series, months)).cumsum(axis=1))
    # A second wave of a third of the first: summers and Christmases differ in shape.
    expected = mean * levels * (1 + season * np.sin(angles) + season / 3 * np.sin(2 * angles + 1))
    if phi == 1:
        return generator.poisson(expected).astype(float)
    return generator.negative_binomial(expected / (phi - 1), 1 / phi).astype(float)


def measure_coverage(counts: Array, first: Month, begin: int) -> Coverage:
    """Measure the forecasts of the columns from `begin` on, each from the columns before."""
    forecasts = forecast_months(first, counts)
    ends = [values[:, begin:] for values in (forecasts.low, forecasts.high, forecasts.low_80, forecasts.high_80)]
    low, high, low_80, high_80 = ends
    observed = counts[:, begin:]
    has_both = ~np.isnan(observed) & ~np.isnan(low)
    inner = (observed >= low_80) & (observed <= high_80)
    outer = (observed >= low) & (observed <= high)
    xmr = np.array([measure_xmr(counts[:, :column]) for column in range(begin, counts.shape[1])]).T
    widths = float((high - low)[has_both].mean()), float(xmr[has_both].mean())
    return Coverage(int(has_both.sum()), float(outer[has_both].mean()), float(inner[has_both].mean()), *widths)


def measure_xmr(counts: Array) -> Array:
    """Measure the width of the XmR chart's range of each series."""
    widths = []
    for row in counts:
        series = {FIRST.shift(n): int(count) for n, count in enumerate(row.tolist()) if count == count}
        judged = judge_months(series)[-1]
        widths.append(np.nan if judged.upper is None or judged.lower is None else judged.upper - judged.lower)
    return np.array(widths)


def count_false_shifts(mean: float, series: int, generator: np.random.Generator, drift: float) -> float:
    """Count the shifts in ten years of one series whose level has none: it drifts, with a season and dispersion."""
    counts = _draw_case(mean, series, generator, FEWEST_MONTHS + TEN_YEARS, 0.2, drift, 1.5)
    months = [FIRST.shift(n) for n in range(counts.shape[1])]
    scores = forecast_months(FIRST, counts).score
    return sum(len(find_shifts(months, row)) for row in scores) / series


def read_real_months() -> tuple[Array, Month]:
    """Read the months of 2023 and 2024: the counts of every area and indicator, by month."""
    with tempfile.TemporaryDirectory() as temporary:
        store_folder = Path(temporary) / "store"
        ingest(sorted(Path(os.environ["SHP_REAL_DATA_2023"]).rglob("*.zip")), store_folder)
        reader = Reader(open_store(store_folder), DESK)
        months = reader.store.list_months()
        selection = partnership().select(reader.store.list_indicators(), Period(months[0], months[-1]))
        table = count_by_field(reader, selection, ["lpa", "indicator", "month"])
    in_area = table[table["lpa"].isin(partnership().areas.lpa_names)]
    wide = in_area.pivot_table(index=["lpa", "indicator"], columns="month", values="count", observed=True)
    return wide.to_numpy(dtype=float), months[0]


def measure_marked(counts: Array, first: Month) -> tuple[float, float]:
    """Measure the share that the Trends chart marks: of all months, and of those with a range."""
    marked = ranged = 0
    for row in counts:
        series = {first.shift(n): int(count) for n, count in enumerate(row.tolist()) if count == count}
        months = expect_months(series, leave_out=partnership().exceptional_months).values()
        marked += sum(month.signal is not None or month.shift is not None for month in months)
        ranged += len(months)
    return marked / int((~np.isnan(counts)).sum()), marked / ranged


def measure_statsmodels(counts: Array, begin: int) -> tuple[float, float]:
    """Measure the share within 95 % and the width of UnobservedComponents on square roots, with one yearly wave."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents  # slow to import, and only for this

    inside, widths = [], []
    for row in counts:
        for column in range(begin, len(row)):
            model = UnobservedComponents(
                np.sqrt(row[:column]), "llevel", freq_seasonal=[{"period": 12, "harmonics": 1}],
                stochastic_freq_seasonal=[False],
            )  # fmt: skip
            low, high = np.maximum(model.fit(disp=False).get_forecast(1).conf_int()[0], 0) ** 2
            inside.append(low <= row[column] <= high)
            widths.append(high - low)
    return float(np.mean(inside)), float(np.mean(widths))


def _describe(name: str, coverage: Coverage, bounds: Bounds) -> str:
    mark = "" if coverage.is_within(bounds) else "  NOT MET"
    limit = f" (at most {bounds.width:g})" if np.isfinite(bounds.width) else ""
    return (
        f"{name:<34}{coverage.forecasts:>9,}"
        f"{coverage.outer:>8.1%} ({bounds.outer[0]:.0%} to {bounds.outer[1]:.0%})"
        f"{coverage.inner:>8.1%} ({bounds.inner[0]:.0%} to {bounds.inner[1]:.0%})"
        f"{coverage.width:>8.1f}{coverage.xmr_width:>8.1f}{coverage.width / coverage.xmr_width:>7.2f}{limit}{mark}"
    )


def _run(series: int, *, with_statsmodels: bool) -> Iterator[bool]:
    """Print each measurement, and give whether it keeps its bound."""
    generator = np.random.default_rng(SEED)
    print(f"{'':<34}{'forecasts':>9}{'in 95 %':>8}{'':<14}{'in 80 %':>8}{'':<13}{'width':>8}{'XmR':>8}{'ratio':>7}")
    for mean, bounds in SIMULATED.items():
        coverage = measure_coverage(draw_counts(mean, series, generator), FIRST, FEWEST_FOR_SEASON)
        print(_describe(f"Simulated, {mean} a month", coverage, bounds), flush=True)
        yield coverage.is_within(bounds)
    for mean, drift in product(MEANS, (0.0, 0.01)):
        shifts = count_false_shifts(mean, series, generator, drift)
        is_met = shifts <= MOST_FALSE_SHIFTS
        print(
            f"False shifts in ten years, {mean} a month, drift {drift:.0%}: {shifts:.2f}{'' if is_met else '  NOT MET'}"
        )
        yield is_met
    if "SHP_REAL_DATA_2023" not in os.environ:
        print("SHP_REAL_DATA_2023 is not set, so the real months were not measured.")
        return
    counts, first = read_real_months()
    frequent = counts[np.nanmean(counts, axis=1) >= FEWEST_A_MONTH]
    coverage = measure_coverage(frequent, first, FEWEST_MONTHS)
    print(_describe(f"Real, {len(frequent)} series of {FEWEST_A_MONTH} or more", coverage, REAL))
    yield coverage.is_within(REAL)
    of_all, of_ranged = measure_marked(counts, first)
    print(f"Real months marked on the Trends chart: {of_all:.1%}, of those with a range {of_ranged:.1%} (at most 8%)")
    yield of_ranged <= MOST_MARKED
    if with_statsmodels:
        share, width = measure_statsmodels(frequent, FEWEST_MONTHS)
        print(f"UnobservedComponents on the same real months: {share:.1%} in 95 %, width {width:.1f}")


def main() -> int:
    """Print one line for each measurement. Return 1 if a bound is not met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=SERIES, help="simulated series of each mean (default: 250)")
    parser.add_argument("--statsmodels", action="store_true", help="compare with statsmodels (takes a minute)")
    options = parser.parse_args()
    return 0 if all([*_run(options.series, with_statsmodels=options.statsmodels)]) else 1


if __name__ == "__main__":
    sys.exit(main())
