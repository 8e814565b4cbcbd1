"""The verdict on a change, worked out here and nowhere else.

A change is that of an indicator or theme, in an area or ward, from one period to another. Its own test says
whether it is possible. It is clear where it also holds among everything tested for its period, its family:

- for areas, every loaded indicator in every Local Policing Area,
- for wards, the same indicator in every ward of the same boundaries,
- for LSOAs, the same indicator in every LSOA.

So a verdict depends on the store, the two periods and the change alone: not on the filters, on the table or page
that shows it, or on the role of the reader. docs/decisions/0026 gives the reasons.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shp_data.analysis.change import compare_periods, find_doubtful_rows, find_row_areas
from shp_data.analysis.measures import list_lsoas_of
from shp_data.analysis.reported import find_reported_value
from shp_data.analysis.statistics.discovery import find_discovery_level
from shp_data.analysis.statistics.dispersion import ASSUMED, Dispersion, estimate_dispersions
from shp_data.analysis.statistics.significance import Comparison, Degrees, Verdict, compare_many, compute_p_values
from shp_data.domain.disclosure import check_role, is_by_ward, split_into_quarters
from shp_data.domain.periods import Month, Period, parse_quarter
from shp_data.domain.reported import classify_measure
from shp_data.domain.schema import LSOA, UNPLACED
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.reading import Reader, check_record_access, count_records, is_protected, list_reported

_ANALYST, _PARTNER = Viewer("analyst"), Viewer("partner")
VERDICT = ("rate_ratio", "low", "high", "p_value", "verdict", "dispersion")
NO_CHANGE: Verdict = "no clear change"
_CLEAR: Mapping[Verdict, Verdict] = {
    "possible increase": "clear increase",
    "possible decrease": "clear decrease",
}
# What a viewer who may not see the months of a row could work them out from.
_FROM_MONTHS = ("low", "high", "p_value", "dispersion")


@dataclass(frozen=True)
class Pair:
    """The two counts of a change, and how much its months vary."""

    current: int
    previous: int
    spread: Dispersion


def add_verdicts(
    reader: Reader, selection: Selection, table: pd.DataFrame, by: Sequence[str], against: Period | None = None
) -> pd.DataFrame:
    """Add its verdict to each row: how sure it is that it changed since the same period last year.

    Parameters
    ----------
    table : DataFrame
        A row for each combination of the columns `by`, with count and last_year as `change.compare_periods`
        returns them.
    by : sequence of str
        Of source, indicator, lpa, ward (as its code); empty for one row.
    against : Period or None
        The period whose counts are in last_year, where it is another.

    Returns
    -------
    DataFrame
        The table with VERDICT added: rate_ratio of this period's count to last year's and its 95 % interval low
        to high (missing where nothing bounds them), p_value, verdict, and the dispersion estimated from the
        row's months (missing where there are too few months, and 1 was used). All are missing where a count is,
        and where a month of either period is in question. Viewers who may not see the months of a row have its
        rate_ratio and verdict alone.

    Raises
    ------
    NotAllowedError
        For a role that may not see the figures.
    """
    rows = table.reset_index(drop=True)
    pairs = build_pairs(reader, selection, rows, by, against)
    results = judge_pairs(pairs, lambda place: find_cut_off(reader, selection, rows.iloc[place], by, against))
    added = tabulate_verdicts(results, pairs)
    if hides_months(reader, selection, by):
        added[list(_FROM_MONTHS)] = pd.NA
    return table.assign(**{name: added[name].array for name in VERDICT})


def hides_months(reader: Reader, selection: Selection, by: Sequence[str]) -> bool:
    """Return whether a viewer may not see the months of the rows of a table as they are."""
    is_coarse = reader.viewer.role == "public" or is_by_ward(selection, by)
    return is_coarse and is_protected(reader, _widen_to_all_months(reader, selection))


def tabulate_verdicts(results: Sequence[Comparison | None], pairs: Sequence[Pair | None]) -> pd.DataFrame:
    """Tabulate the columns VERDICT, a row for each result; missing where there is none."""
    numbers = {
        name: [drop_infinity(getattr(result, name)) if result else None for result in results]
        for name in ("rate_ratio", "low", "high", "p_value")
    }
    numbers["dispersion"] = [pair.spread.phi if pair and pair.spread.estimated else None for pair in pairs]
    columns = {name: pd.array(values, dtype="Float64") for name, values in numbers.items()}
    labels = pd.array([result.verdict if result else None for result in results], dtype="str")
    return pd.DataFrame(columns | {"verdict": labels})[list(VERDICT)]


def judge_pairs(pairs: Sequence[Pair | None], find_row_cut_off: Callable[[int], float]) -> list[Comparison | None]:
    """Compare the counts of each pair by its own test, and grade what it names. Return None where there is no pair.

    `find_row_cut_off`: the cut-off of the family of a pair, by its place in `pairs`.
    """
    complete_pairs = {place: pair for place, pair in enumerate(pairs) if pair}
    results: list[Comparison | None] = [None] * len(pairs)
    comparisons = compare_many(*_list_test_inputs(complete_pairs.values()))
    for place, result in zip(complete_pairs, comparisons, strict=True):
        # Only what its own test names can be clear, and a family takes time to test: usually nothing is named.
        is_clear = result.verdict in _CLEAR and result.p_value <= find_row_cut_off(place)
        results[place] = replace(result, verdict=_CLEAR[result.verdict]) if is_clear else result
    return results


def find_cut_off(
    reader: Reader, selection: Selection, row: pd.Series[Any], by: Sequence[str], against: Period | None = None
) -> float:
    """Find the largest p-value of a clear change in the family of a row of a table, as `add_verdicts` takes it.

    A theme, records of some COVID-related kind, several areas and a location are graded at the cut-off of their
    family without belonging to it.
    """
    before = against or selection.period.last_year
    if LSOA not in by and not is_by_ward(selection, by):
        return find_area_cut_off(reader, selection.period, before)
    indicators = (str(row["indicator"]),) if "indicator" in by else tuple(sorted(selection.indicators))
    analyst, zone = replace(reader, viewer=_ANALYST), LSOA if LSOA in by else "ward"
    return _find_zone_cut_off(analyst, zone, indicators, selection.period, before, selection.ward_year)


def find_area_cut_off(reader: Reader, period: Period, before: Period) -> float:
    """Find the largest p-value of a clear change among all loaded indicators in all areas."""
    return find_discovery_level(list_area_p_values(reader, period, before))


def list_area_p_values(reader: Reader, period: Period, before: Period) -> tuple[float, ...]:
    """List the p-values of everything tested for two periods: all loaded indicators in all areas."""
    return _list_area_p_values(replace(reader, viewer=_ANALYST), period, before)


# A family is tested once for each version of a store: every page of a period asks for it.
@lru_cache(maxsize=256)
def _list_area_p_values(reader: Reader, period: Period, before: Period) -> tuple[float, ...]:
    partnership, indicators = reader.partnership, reader.store.list_indicators()
    p_values: list[float] = []
    if indicators:
        selection = partnership.select(indicators, period)
        p_values = _compute_p_values(reader, selection, {"lpa": partnership.areas.lpa_names}, before)
    reported = filter(None, build_reported_pairs(reader, period, before).values())
    p_values += compute_p_values(*_list_test_inputs(reported)).tolist()
    # Where no record has a place no area has a figure, and the indicators everywhere are tested together.
    if indicators and not p_values:
        p_values = _compute_p_values(reader, selection, {}, before)
    return tuple(p_values)


@lru_cache(maxsize=1024)
def _find_zone_cut_off(
    reader: Reader, zone: str, indicators: tuple[str, ...], period: Period, before: Period, ward_year: str
) -> float:
    """Find the largest p-value of a clear change among all wards or LSOAs, of one indicator or of all of a theme."""
    selection, areas = reader.partnership.select(indicators, period, (), "include", ward_year), reader.partnership.areas
    zones = list_lsoas_of(areas, selection) if zone == LSOA else areas.list_wards(ward_year)
    return find_discovery_level(_compute_p_values(reader, selection, {zone: [each.code for each in zones]}, before))


def _compute_p_values(
    reader: Reader, selection: Selection, areas: Mapping[str, Sequence[str]], before: Period
) -> list[float]:
    """Compute the p-value of each indicator of a selection in each of some areas, where both counts are available."""
    by = ("indicator", *areas)
    keys = pd.DataFrame(product(selection.indicators, *areas.values()), columns=list(by))
    pairs = build_pairs(reader, selection, compare_periods(reader, selection, keys, by, before), by, before)
    # Which changes of wards are clear must not depend on a count that is withheld from those who read it.
    withheld = _find_withheld_rows(reader, selection, keys, by, before) if "ward" in by else [False] * len(keys)
    tested = [pair for pair, is_withheld in zip(pairs, withheld, strict=True) if pair and not is_withheld]
    unchanged = sum(pair is not None for pair in pairs) - len(tested)
    return [*compute_p_values(*_list_test_inputs(tested)).tolist(), *[1.0] * unchanged]


def _list_test_inputs(pairs: Iterable[Pair]) -> tuple[list[int], list[int], list[float], list[float], Degrees]:
    """List what `compare_many` and `compute_p_values` take. Counts are compared, as the sentences state them."""
    listed = list(pairs)
    return (
        [pair.current for pair in listed],
        [pair.previous for pair in listed],
        [1.0] * len(listed),
        [pair.spread.phi for pair in listed],
        [pair.spread.df for pair in listed],
    )


def build_reported_pairs(reader: Reader, period: Period, before: Period) -> dict[tuple[str, str], Pair | None]:
    """Build the pairs of the counts that suppliers report as numbers, by indicator and area.

    None where one of the counts is missing.
    """
    return {
        # A figure that is reported has no months of its own, so how much they vary is not known.
        key: None if now is None or then is None else Pair(now, then, ASSUMED)
        for key, (now, then) in count_reported(reader, period, before).items()
    }


def count_reported(
    reader: Reader, period: Period, before: Period
) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    """Return the counts of two periods of which suppliers report one or both as numbers, by indicator and area.

    Records come first: a period is counted from them where all its months are loaded. A level or a percentage is not
    among the counts: it comes without those that a test needs.
    """
    figures, indicators = list_reported(reader), reader.partnership.vocabulary.indicators
    counts: dict[tuple[str, str], tuple[int | None, int | None]] = {}
    for id_, area in dict.fromkeys((key.indicator, key.area) for key in sorted(figures)):
        if id_ not in indicators or classify_measure(indicators[id_]) != "count":
            continue
        records = [_count_covered(reader, id_, area, when) for when in (period, before)]
        if None in records:
            count_month = partial(_count_month, reader, id_, area)
            values = (
                find_reported_value(figures, indicators[id_], area, when, count_month) for when in (period, before)
            )
            now, then = (
                recorded if recorded is not None else None if value is None else int(value)
                for recorded, value in zip(records, values, strict=True)
            )
            counts[id_, area] = (now, then)
    return counts


def _count_month(reader: Reader, indicator: str, area: str, month: Month) -> int | None:
    return _count_covered(reader, indicator, area, Period(month, month))


def _count_covered(reader: Reader, indicator: str, area: str, period: Period) -> int | None:
    """Count the records of an indicator in an area; None where a month of the period is not loaded."""
    if not reader.store.covers([indicator], period, (area,)):
        return None
    counts = count_records(reader, reader.partnership.select((indicator,), period, (area,)), ("indicator",))
    return int(counts["count"].sum())


def build_pairs(
    reader: Reader, selection: Selection, rows: pd.DataFrame, by: Sequence[str], against: Period | None = None
) -> list[Pair | None]:
    """Build the pair of counts to test for each row of a table.

    How much its months vary is estimated from those that are neither exceptional, nor in question, nor in the
    period, by every role from the same months: so every role that sees both counts reads the same verdict.

    Parameters
    ----------
    rows : DataFrame
        As the table of `add_verdicts`.
    against : Period or None
        As in `add_verdicts`.

    Returns
    -------
    list of Pair or None
        None where a count is missing or rounded, or where a month of either period is in question.

    Raises
    ------
    NotAllowedError
        For a role that may not see the figures.
    """
    check_role(reader.viewer, reader.partnership.disclosure)
    periods = (selection.period, against or selection.period.last_year)
    # Rounded counts cannot be tested: the rounding alone may be larger than the change.
    if reader.viewer.role == "public" and any(is_protected(reader, replace(selection, period=p)) for p in periods):
        return [None] * len(rows)
    if selection.location is not None:
        check_record_access(reader.viewer)
    # The months are read as the analyst does: what is made of them is the verdict alone.
    analyst = replace(reader, viewer=_ANALYST)
    all_months = _widen_to_all_months(analyst, selection)
    totals = count_records(analyst, all_months, [*by, "month"])
    areas = find_row_areas(all_months, rows)
    doubtful = find_doubtful_rows(reader, all_months, rows, periods)
    # The period under test is left out: a real change in it would count as usual variation and hide itself.
    leave_out = reader.partnership.exceptional_months | set(selection.period)
    withheld = _find_withheld_months(analyst, all_months, rows, by)
    records = rows.to_dict("records")
    # Rows of the same months are fitted in one go, which is many times faster than one by one.
    rows_by_months: dict[tuple[tuple[Month, ...], frozenset[Month]], list[int]] = defaultdict(list)
    for number, row in enumerate(records):
        if not (doubtful[number] or pd.isna(row["count"]) or pd.isna(row["last_year"])):
            lpas, wards = areas[number]
            indicators = (row["indicator"],) if "indicator" in by else selection.indicators
            months = reader.store.list_certain_months(indicators, lpas, wards=wards)
            rows_by_months[months, withheld[number]].append(number)
    tested: list[Pair | None] = [None] * len(records)
    for (months, hidden), numbers in rows_by_months.items():
        series = _build_series(totals, rows.iloc[numbers], by, months)
        for number, spread in zip(numbers, estimate_dispersions(months, series, leave_out | hidden), strict=True):
            tested[number] = Pair(int(records[number]["count"]), int(records[number]["last_year"]), spread)
    return tested


def _widen_to_all_months(reader: Reader, selection: Selection) -> Selection:
    loaded = reader.store.list_months() or selection.period.months
    return replace(selection, period=Period(loaded[0], loaded[-1]), vintage=selection.ward_year)


def _find_withheld_months(
    reader: Reader, all_months: Selection, rows: pd.DataFrame, by: Sequence[str]
) -> list[frozenset[Month]]:
    """Find for each row the months of the quarters in which partners do not see the count of its ward.

    The analyst's verdict leaves them out as well: else the verdict of another quarter, which partners read, would
    depend on a count that is withheld from them.
    """
    withheld: list[frozenset[Month]] = [frozenset()] * len(rows)
    # Of a location, or without some of the records, nobody but the analyst has a verdict.
    if not is_by_ward(all_months, by) or all_months.covid != "include" or all_months.location is not None:
        return withheld
    keys, codes = _list_keys(rows, by), rows["ward"] if "ward" in by else [all_months.ward] * len(rows)
    areas = reader.partnership.areas
    for name in dict.fromkeys(month.quarter for month in all_months.period):
        quarter = parse_quarter(name)
        visible = _list_visible(reader, replace(all_months, period=quarter), by)
        if visible is not None:
            # A ward that is new has no count then that could be withheld.
            wards_then = {*areas.wards[areas.find_ward_year(quarter.last.last_day)], UNPLACED}
            withheld = [
                months | frozenset(quarter) if key not in visible and code in wards_then else months
                for months, key, code in zip(withheld, keys, codes, strict=True)
            ]
    return withheld


def _find_withheld_rows(
    reader: Reader, selection: Selection, rows: pd.DataFrame, by: Sequence[str], before: Period
) -> list[bool]:
    """Find the rows of wards whose count partners do not see in one of both periods."""
    keys, withheld = _list_keys(rows, by), [False] * len(rows)
    for period in (selection.period, before):
        of_period = replace(selection, period=period, vintage=selection.ward_year)
        visible = _list_visible(reader, of_period, by) if split_into_quarters(period) else None
        if visible is not None:
            withheld = [is_withheld or key not in visible for is_withheld, key in zip(withheld, keys, strict=True)]
    return withheld


def _list_visible(reader: Reader, selection: Selection, by: Sequence[str]) -> set[tuple[Any, ...]] | None:
    """List the rows by ward whose count partners see in whole quarters; None where nothing is protected."""
    partner = replace(reader, viewer=_PARTNER)
    if not is_protected(partner, selection):
        return None
    counts = count_records(partner, selection, by)
    return set(_list_keys(counts[counts["count"].notna()], by))


def _list_keys(rows: pd.DataFrame, by: Sequence[str]) -> list[tuple[Any, ...]]:
    return list(zip(*(rows[column] for column in by), strict=True)) if by else [()] * len(rows)


def _build_series(
    totals: pd.DataFrame, rows: pd.DataFrame, by: Sequence[str], months: Sequence[Month]
) -> NDArray[np.int64]:
    """Build the counts of some rows by month, 0 where there are none.

    `totals`: as `summary` returns them.
    """
    row_numbers = rows[list(by)].assign(place=range(len(rows)))
    joined = totals.merge(row_numbers, on=list(by)) if by else totals.merge(row_numbers, how="cross")
    month_numbers = joined["month"].map({str(month): n for n, month in enumerate(months)})
    series = np.zeros((len(rows), len(months)), dtype=np.int64)
    # Records in months that are not covered everywhere are no part of the series.
    is_listed = month_numbers.notna()
    listed = joined[is_listed]
    series[listed["place"], month_numbers[is_listed].astype(int)] = listed["count"].astype(int)
    return series


def drop_infinity(value: float | None) -> float | None:
    """Replace infinity by None: download formats write infinity in different ways."""
    return value if value is not None and math.isfinite(value) else None
