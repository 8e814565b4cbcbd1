"""Make the synthetic sample: `python -m sample_data.make_sample [FILE]`.

For every area and indicator: months are drawn within each known total; then, quarter by quarter, wards
within the quarter and places within the ward, inside their published or calibrated bounds; then the quarter's
places are dealt at random to its months and COVID-related marks. Each step shares out whole incidents, so
every margin is exact by construction and nothing is repaired afterwards.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sample_data.draws import Draws, Integers
from sample_data.patterns import COVID, SPREAD, draw_minutes, weigh_months
from sample_data.places import WEIGHT, read_places, weigh_places, weigh_wards
from sample_data.targets import REPEAT_LOCATION, WHOLE, Targets, read_targets
from shp_data.domain.periods import Month, Period

SAMPLE: Final = Path(__file__).with_name("incidents.parquet")
SOURCE: Final = "Synthetic sample"
LPAS: Final = ("Hartlepool", "Middlesbrough", "Redcar & Cleveland", "Stockton-on-Tees")
COVID_MARKED: Final = "asb_police"
WARD_SPREAD: Final = 100  # how far a ward strays from its share in a quarter, per thousand
PLACE_SPREAD: Final = 250
SCHEMA: Final = pa.schema(
    [
        ("source", pa.string()),
        ("incident_id", pa.string()),
        ("date", pa.timestamp("ms")),
        ("indicator", pa.string()),
        ("location", pa.string()),
        ("longitude", pa.float64()),
        ("latitude", pa.float64()),
        ("covid_related", pa.bool_()),
    ],
    metadata={"description": "Synthetic: no row is a real incident. See sample_data/README.md"},
)


def make_sample() -> pa.Table:
    """Make the sample: the columns of an incident file, in order of date; the ids count from 1."""
    places = read_places()
    series = [
        make_series(indicator, places[places["lpa"] == lpa], read_targets(lpa, indicator), Draws(i, j))
        for i, lpa in enumerate(LPAS)
        for j, indicator in enumerate(WEIGHT)
    ]
    incidents = pd.concat(series).sort_values("minute", kind="stable")
    incidents["source"] = SOURCE
    incidents["incident_id"] = [f"SAMPLE-{n:06d}" for n in range(1, len(incidents) + 1)]
    incidents["date"] = incidents["minute"].to_numpy().astype("datetime64[m]").astype("datetime64[ms]")
    return pa.Table.from_pandas(incidents[SCHEMA.names], schema=SCHEMA, preserve_index=False)


def make_series(indicator: str, places: pd.DataFrame, targets: Targets, draws: Draws) -> pd.DataFrame:
    """Make the incidents of one indicator in one area, at its places: minute, place and COVID-related mark."""
    counts = draw_months(indicator, targets, draws)
    covid = draw_covid(counts, targets, draws)
    parts = []
    for first in WHOLE.months[::3]:
        quarter = Period(first, first.shift(2))
        drawn = draw_places(indicator, quarter, sum(counts[m] for m in quarter), places, targets, draws)
        order = draws.shuffle(np.repeat(places.index.to_numpy(), drawn))
        for month in quarter:
            marks = np.arange(counts[month]) < covid[month]
            here, order = order[: len(marks)], order[len(marks) :]
            minutes = draw_minutes(indicator, month, marks, draws)
            part = places.loc[here, ["location", "longitude", "latitude"]]
            parts.append(part.assign(minute=minutes, covid_related=marks))
    series = pd.concat(parts).assign(indicator=indicator)
    if indicator != COVID_MARKED:
        series["covid_related"] = None
    return series


def draw_months(indicator: str, targets: Targets, draws: Draws) -> dict[Month, int]:
    """Draw the number of incidents of each month."""
    counts: dict[Month, int] = {}
    for block in targets.list_counts():
        weights = draws.vary(weigh_months(indicator, block.months), SPREAD[indicator])
        none, all_ = np.zeros_like(weights), np.full_like(weights, block.total)
        drawn = draws.share_out(block.total, weights, none, all_)
        counts |= dict(zip(block.months, drawn.tolist(), strict=True))
    return counts


def draw_covid(counts: dict[Month, int], targets: Targets, draws: Draws) -> dict[Month, int]:
    """Draw the number of COVID-related incidents of each month."""
    covid = dict.fromkeys(counts, 0)
    for block in targets.list_covid_related():
        weights = np.array([COVID.get(m, 0) * counts[m] for m in block.months], dtype=np.int64)
        most = np.array([counts[m] if m in COVID else 0 for m in block.months], dtype=np.int64)
        drawn = draws.share_out(block.total, weights, np.zeros_like(most), most)
        covid |= dict(zip(block.months, drawn.tolist(), strict=True))
    return covid


def draw_places(
    indicator: str, quarter: Period, total: int, places: pd.DataFrame, targets: Targets, draws: Draws
) -> Integers:
    """Draw the number of incidents of a quarter at each place: wards first, then the places of each ward."""
    wards = draw_wards(indicator, quarter, total, weigh_wards(places, indicator), targets, draws)
    named = targets.list_places(quarter)
    weights = draws.vary(weigh_places(places, indicator), PLACE_SPREAD)
    fixed_counts = find_named_counts(indicator, places, named)
    # Where the reports name the places with most incidents, every other place has fewer.
    most = min([REPEAT_LOCATION, *named.values()]) - 1 if named else total
    low = fixed_counts.fillna(0).to_numpy().astype(np.int64)
    high = fixed_counts.fillna(most).to_numpy().astype(np.int64)
    counts = np.zeros(len(places), dtype=np.int64)
    for ward, count in wards.items():
        here = (places["ward"] == ward).to_numpy()
        counts[here] = draws.share_out(count, weights[here], low[here], high[here])
    return counts


def find_named_counts(indicator: str, places: pd.DataFrame, named: dict[tuple[str, str], int]) -> pd.Series[float]:
    """Find the count of each named place; where a ward has several places of the name, the busiest is meant."""
    fixed_counts = pd.Series(np.nan, index=places.index)
    for (ward, location), count in named.items():
        same = places[(places["ward"] == ward) & (places["location"] == location)]
        fixed_counts[same[WEIGHT[indicator]].idxmax()] = count
    return fixed_counts


def draw_wards(
    indicator: str, quarter: Period, total: int, weights: dict[str, int], targets: Targets, draws: Draws
) -> dict[str, int]:
    """Draw the number of incidents of a quarter in each ward.

    Where the reports give the wards with most, the others have fewer; where they give the only ward with
    none, the others have some.
    """
    published = targets.list_wards(quarter)
    leading = [count for count in published.values() if count]
    least = 1 if 0 in published.values() else 0
    most = min(leading) - 1 if leading else total
    low = np.array([published.get(ward, least) for ward in weights], dtype=np.int64)
    high = np.array([published.get(ward, most) for ward in weights], dtype=np.int64)
    strayed = draws.vary(np.array(list(weights.values()), dtype=np.int64), WARD_SPREAD)
    return dict(zip(weights, draws.share_out(total, strayed, low, high).tolist(), strict=True))


def write_sample(path: Path) -> None:
    """Write the sample as Parquet."""
    pq.write_table(make_sample(), path, compression="zstd", compression_level=19, version="2.6")


if __name__ == "__main__":
    write_sample(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE)
