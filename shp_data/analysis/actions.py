"""Comparison of a ward or location with the rest of its LPA, before and after an action."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from shp_data.analysis.context import build_figure, name_indicators
from shp_data.analysis.measures import list_mappable
from shp_data.analysis.statistics.dispersion import Dispersion, estimate_dispersion
from shp_data.analysis.statistics.displacement import BeforeAfterCounts, Displacement, compare_in_proportion
from shp_data.domain.errors import SelectionError
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period
from shp_data.domain.schema import MEASURES
from shp_data.domain.selection import Selection
from shp_data.store.notes.actions import Action
from shp_data.store.places import count_by_point
from shp_data.store.reading import Reader, count_records

MOST_MONTHS = 12  # months: of more, the same months of the year before would be months after the action too
COLUMNS = (
    *("before_months", "after_months", "months_after", "before", "after", "rest_before", "rest_after"),
    *("expected_after", "effect", "standard_error", "effect_low", "effect_high", "p_value", "dispersion"),
    "effect_verdict",
)
_TYPES = {"text": "str", "integer": "Int64", "number": "Float64"}
_SEASONAL = "Before is the same months of the year before."
_JUST_BEFORE = (
    "Before is the months just before, for the same months of the year before are not loaded: the time of the year "
    "may explain a difference."
)
_SPREAD = "The verdict allows for months that vary more than chance alone makes them, as these do by their dispersion."
_UNKNOWN_SPREAD = "Too little is loaded to tell how much the months vary: only chance is allowed for."
_METHOD = (
    "Expected is what there would have been, had it changed in proportion as the rest of the area did (weighted "
    "displacement difference, Wheeler and Ratcliffe 2018)."
)
_REGRESSION = "Actions are often agreed after a bad spell, and after a bad spell numbers tend to fall by themselves."


@dataclass(frozen=True)
class Windows:
    """The months compared before and after an action; both None where there is nothing to compare yet.

    There are as many months before as after. `seasonal`: whether the months before are the same months of
    the year before; otherwise they are the months just before. `loaded`: how many months after the action
    are loaded without a gap, up to the number requested.
    """

    before: Period | None
    after: Period | None
    seasonal: bool
    loaded: int


@dataclass(frozen=True)
class BeforeAfter:
    """The months of an action, its counts, the counts of the rest of its LPA, and the test.

    The counts are None where there is nothing to compare yet. The test is also None where the rest of the
    LPA had no incident before.
    """

    windows: Windows
    treated: BeforeAfterCounts | None = None
    rest: BeforeAfterCounts | None = None
    spread: Dispersion | None = None
    test: Displacement | None = None


def build_before_after(reader: Reader, action: Action, months: int = MOST_MONTHS) -> Figure:
    """Build the before and after table of an action, compared with the rest of its LPA.

    Parameters
    ----------
    months : int
        The most months to compare, from 1 to 12.

    Returns
    -------
    Figure
        A table of one row with the columns COLUMNS: before_months and after_months (the months in words),
        months_after (how many are loaded), the counts, expected_after, effect (after less expected_after)
        with its standard_error, 95 % interval, p_value and effect_verdict, and dispersion (missing where
        too few months are loaded to estimate it). What cannot be compared yet is missing, never 0, and the
        caveats explain why.

    Raises
    ------
    SelectionError
        If `months` is not from 1 to 12.
    NotAllowedError
        If the viewer may not see the counts.
    """
    comparison = compare_before_after(reader, action, months)
    after = comparison.windows.after or Period(_find_first_month(action), _find_first_month(action).shift(months - 1))
    selection = reader.partnership.select(find_target_indicators(reader, action), after, (action.lpa,))
    measure = name_indicators(selection.indicators) if action.indicators else "All incidents"
    result = build_figure(reader, selection, _build_table(comparison), mapped=action.place is None)
    return replace(
        result,
        title=measure,
        subtitle=(
            f"{measure} before and after an action, {describe_location(action)} and the rest of {action.lpa}, "
            f"{after.label}"
        ),
        caveats=(*result.caveats, *_list_caveats(reader, action, comparison, months)),
    )


def compare_before_after(reader: Reader, action: Action, months: int = MOST_MONTHS) -> BeforeAfter:
    """Compare the months before and after an action by the weighted displacement difference in proportion.

    A location is its exact map point; without one, the ward of the action is used. The rest is everything
    else in the LPA.

    Parameters
    ----------
    months : int
        The most months to compare, from 1 to 12.

    Raises
    ------
    SelectionError
        If `months` is not from 1 to 12.
    NotAllowedError
        If the viewer may not see the counts.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise SelectionError(f"{months} months are asked for; expected 1 to {MOST_MONTHS}")
    indicators = find_target_indicators(reader, action)
    ward_year = (action.vintage or "") if action.place is None else ""
    # A month in question is as good as not loaded: it would look like an effect of the action.
    covered = reader.store.list_certain_months(indicators, (action.lpa,), wards=ward_year) if indicators else ()
    periods = find_windows(covered, action, months)
    if periods.before is None or periods.after is None:
        return BeforeAfter(periods)
    selection = reader.partnership.select(indicators, Period(covered[0], covered[-1]), (action.lpa,))
    treated_counts = _count_treated(reader, selection, action)
    area_counts = _index_by_month(count_records(reader, selection, ["month"]))
    treated, area = (_sum_periods(monthly, periods.before, periods.after) for monthly in (treated_counts, area_counts))
    # The ward is taken out of its LPA: else it would be compared with itself.
    rest = BeforeAfterCounts(area.before - treated.before, area.after - treated.after)
    covered_counts = {month: treated_counts.get(str(month), 0) for month in covered}
    # The months after are left out: the effect of the action must not count as usual variation.
    spread = estimate_dispersion(covered_counts, reader.partnership.exceptional_months | set(periods.after))
    return BeforeAfter(periods, treated, rest, spread, compare_in_proportion(treated, rest, spread=spread))


def find_windows(covered: Collection[Month], action: Action, months: int = MOST_MONTHS) -> Windows:
    """Find the whole months before and after an action that are compared, among those covered.

    After: from the first whole month on, without a gap, up to `months`. Before: the same months of the year
    before where all are covered, otherwise the same number of months just before. Where fewer are covered,
    both periods are cut to that number. The month of the action is left out unless the action began on the
    first day.
    """
    first, last = _find_first_month(action), Month(action.agreed.year, action.agreed.month).shift(-1)
    loaded = _count_unbroken(covered, first, 1, months)
    if not loaded:
        return Windows(None, None, False, 0)
    after = Period(first, first.shift(loaded - 1))
    # The same months of the year before have the same season; the months just before do not.
    if set(after.last_year) <= set(covered):
        return Windows(after.last_year, after, True, loaded)
    length = _count_unbroken(covered, last, -1, loaded)
    if not length:
        return Windows(None, None, False, loaded)
    # As many months before as after, although more are loaded: two unlike lengths would need a rate.
    return Windows(Period(last.shift(1 - length), last), Period(first, first.shift(length - 1)), False, loaded)


def find_target_indicators(reader: Reader, action: Action) -> tuple[str, ...]:
    """Return the indicators of an action, or all loaded indicators that may be shown on a map."""
    return action.indicators or list_mappable(reader)


def describe_location(action: Action) -> str:
    """Describe what an action is for: its location, or its ward."""
    return action.place or f"{action.ward} ward"


def _find_first_month(action: Action) -> Month:
    month = Month(action.agreed.year, action.agreed.month)
    return month if action.agreed.day == 1 else month.shift(1)


def _count_unbroken(covered: Collection[Month], start: Month, step: int, most: int) -> int:
    """Count the months from `start` on (or back) that are covered before the first that is not."""
    return next((n for n in range(most) if start.shift(n * step) not in covered), most)


def _count_treated(reader: Reader, selection: Selection, action: Action) -> Mapping[str, int]:
    """Count the incidents of each month at the point of the action, or in its ward."""
    if action.place is None:
        ward = replace(selection, ward=action.ward_code, vintage=action.vintage)
        return _index_by_month(count_records(reader, ward, ["month"]))
    points = count_by_point(reader, selection, ["month"])
    # Its exact point: points merged later into one location would change the counts of an old action.
    here = (points["longitude"] == action.longitude) & (points["latitude"] == action.latitude)
    return _index_by_month(points[here])


def _index_by_month(table: pd.DataFrame) -> Mapping[str, int]:
    return dict(zip(table["month"], table["count"].astype(int), strict=True))


def _sum_periods(series: Mapping[str, int], before: Period, after: Period) -> BeforeAfterCounts:
    return BeforeAfterCounts(*(sum(series.get(str(month), 0) for month in period) for period in (before, after)))


def _build_table(comparison: BeforeAfter) -> pd.DataFrame:
    """Build the table of one row; values that are not available are missing."""
    row: dict[str, object] = {"months_after": comparison.windows.loaded}
    if comparison.windows.before and comparison.windows.after:
        row |= {"before_months": comparison.windows.before.span, "after_months": comparison.windows.after.span}
    if comparison.treated and comparison.rest:
        row |= {"before": comparison.treated.before, "after": comparison.treated.after}
        row |= {"rest_before": comparison.rest.before, "rest_after": comparison.rest.after}
    if comparison.treated and comparison.test:
        test = comparison.test
        row |= {"expected_after": comparison.treated.after - test.difference, "effect": test.difference}
        row |= {"standard_error": test.standard_error, "effect_low": test.low, "effect_high": test.high}
        row |= {"p_value": test.p_value, "effect_verdict": test.verdict}
    if comparison.spread and comparison.spread.estimated:
        row["dispersion"] = comparison.spread.phi
    types = {field.name: _TYPES[field.kind] for field in MEASURES if field.name in COLUMNS}
    return pd.DataFrame([row], columns=list(COLUMNS)).astype(types)


def _list_caveats(reader: Reader, action: Action, comparison: BeforeAfter, months: int) -> tuple[str, ...]:
    periods = comparison.windows
    if periods.before is None or periods.after is None:
        return (_explain_missing(periods.loaded),)
    notes = []
    if periods.loaded < months:
        notes.append(f"Of {months} whole months after the action {periods.loaded} are loaded.")
    if periods.after.length < periods.loaded:
        notes.append(f"Before it only {periods.before.span} is loaded, so no more months after it are compared.")
    notes.append(_SEASONAL if periods.seasonal else _JUST_BEFORE)
    if action.agreed.day > 1:
        notes.append(f"{Month(action.agreed.year, action.agreed.month).label}, in which it was agreed, is left out.")
    if action.end is not None and action.end < periods.after.last.last_day:
        notes.append(f"The action ended on {action.end.day} {Month(action.end.year, action.end.month).label}.")
    list_events = reader.partnership.list_events
    events = dict.fromkeys((*list_events(periods.before), *list_events(periods.after)))
    if events:
        notes.append(f"These months saw: {'; '.join(f'{event.label} ({event.period.span})' for event in events)}.")
    if comparison.test is None:
        return (*notes, f"There was no incident in the rest of {action.lpa} before: no comparison can be made.")
    is_estimated = comparison.spread and comparison.spread.estimated
    return (*notes, _SPREAD if is_estimated else _UNKNOWN_SPREAD, _METHOD, _REGRESSION)


def _explain_missing(loaded: int) -> str:
    if not loaded:
        return "Not yet: no whole month after the action is loaded."
    months = "1 month after is" if loaded == 1 else f"{loaded} months after are"
    return f"Not yet: {months} loaded, but no month before to compare with."
