"""What happened at a ward or place after an action was agreed there, compared with the rest of its LPA?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from shp_data.analysis.context import figure, name_of
from shp_data.analysis.statistics.dispersion import Dispersion, dispersion
from shp_data.analysis.statistics.displacement import Counts, Displacement, in_proportion
from shp_data.domain.errors import SelectionError
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.schema import MEASURES
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.notes.actions import Action
from shp_data.store.places import at_points
from shp_data.store.reading import summary

MOST = 12  # months: of more, the same months of the year before would be months after the action too
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
    """As many months before an action as after it; both None where there is nothing to compare yet.

    `seasonal`: whether those before are the same months of the year before, else they are the months just
    before. `loaded`: how many months after are loaded without a gap, up to as many as were asked for.
    """

    before: Period | None
    after: Period | None
    seasonal: bool
    loaded: int


@dataclass(frozen=True)
class BeforeAfter:
    """An action's months, its counts and those of the rest of its LPA, and the test.

    The counts are None where there is nothing to compare yet, the test also where the rest had nothing before.
    """

    windows: Windows
    treated: Counts | None = None
    rest: Counts | None = None
    spread: Dispersion | None = None
    test: Displacement | None = None


def before_after(store: Store, action: Action, viewer: Viewer, months: int = MOST) -> Figure:
    """Did the ward or place change otherwise than the rest of its LPA after the action?

    One row of COLUMNS: the months before and after in words, months_after (loaded), the counts, expected_after,
    effect (after less expected_after) with its standard error, 95 % interval, p_value and effect_verdict, and
    the dispersion (missing where too few months are known to estimate it). What cannot be compared yet
    is missing, never 0, and the caveats say why. Arguments and errors as `compared`.
    """
    found = compared(store, action, viewer, months)
    after = found.windows.after or Period(_first_after(action), _first_after(action).plus(months - 1))
    selection = Selection(aimed_at(store, action), after, (action.lpa,))
    what = name_of(selection.indicators) if action.indicators else "All incidents"
    made = figure(store, selection, _table(found), mapped=action.place is None)
    return replace(
        made,
        title=what,
        subtitle=f"{what} before and after an action, {where(action)} and the rest of {action.lpa}, {after.label}",
        caveats=(*made.caveats, *_caveats(action, found, months)),
    )


def compared(store: Store, action: Action, viewer: Viewer, months: int = MOST) -> BeforeAfter:
    """The months before and after, the counts in them, and the weighted displacement difference in proportion.

    `months`: at most so many of them, 1 to 12. The place is its exact map point, else it is the ward; the rest
    is all else in the LPA. Raises SelectionError for other `months`, NotAllowedError.
    """
    if not 1 <= months <= MOST:
        raise SelectionError(f"{months} months are asked for; expected 1 to {MOST}")
    indicators = aimed_at(store, action)
    wards = (action.vintage or "") if action.place is None else ""
    covered = store.months(indicators, (action.lpa,), wards=wards) if indicators else ()
    found = windows(covered, action, months)
    if found.before is None or found.after is None:
        return BeforeAfter(found)
    selection = Selection(indicators, Period(covered[0], covered[-1]), (action.lpa,))
    series = _treated(store, selection, action, viewer)
    everywhere = _by_month(summary(store, selection, ["month"], viewer))
    treated, whole = (_counts(of, found.before, found.after) for of in (series, everywhere))
    rest = Counts(whole.before - treated.before, whole.after - treated.after)
    known = {month: series.get(str(month), 0) for month in covered}
    spread = dispersion(known, partnership().exceptional_months | set(found.after))
    return BeforeAfter(found, treated, rest, spread, in_proportion(treated, rest, spread=spread))


def windows(covered: Collection[Month], action: Action, months: int = MOST) -> Windows:
    """Which whole months before and after an action are compared, of those covered?

    After: from the first whole month on, without a gap, up to `months`. Before: the same months of the year
    before where all are covered, else as many just before; where fewer are covered, both are cut to as many.
    The month of the action is left out unless it was agreed on the first day.
    """
    first, last = _first_after(action), Month(action.agreed.year, action.agreed.month).plus(-1)
    loaded = _unbroken(covered, first, 1, months)
    if not loaded:
        return Windows(None, None, False, 0)
    after = Period(first, first.plus(loaded - 1))
    if set(after.last_year) <= set(covered):
        return Windows(after.last_year, after, True, loaded)
    length = _unbroken(covered, last, -1, loaded)
    if not length:
        return Windows(None, None, False, loaded)
    return Windows(Period(last.plus(1 - length), last), Period(first, first.plus(length - 1)), False, loaded)


def aimed_at(store: Store, action: Action) -> tuple[str, ...]:
    """The indicators that an action aims at: its own, else all that are loaded and may be shown by place."""
    known = partnership().vocabulary
    return action.indicators or tuple(id_ for id_ in store.indicators() if known.indicator(id_).mappable)


def where(action: Action) -> str:
    """What an action is for, in words: its place, else its ward."""
    return action.place or f"{action.ward} ward"


def _first_after(action: Action) -> Month:
    month = Month(action.agreed.year, action.agreed.month)
    return month if action.agreed.day == 1 else month.plus(1)


def _unbroken(covered: Collection[Month], start: Month, step: int, most: int) -> int:
    """How many months from `start` on, or back, are covered before the first that is not?"""
    return next((n for n in range(most) if start.plus(n * step) not in covered), most)


def _treated(store: Store, selection: Selection, action: Action, viewer: Viewer) -> Mapping[str, int]:
    """The incidents of each month at the action's point, or in its ward."""
    if action.place is None:
        ward = replace(selection, ward=action.ward_code, vintage=action.vintage)
        return _by_month(summary(store, ward, ["month"], viewer))
    found = at_points(store, selection, ["month"], viewer)
    here = (found["longitude"] == action.longitude) & (found["latitude"] == action.latitude)
    return _by_month(found[here])


def _by_month(table: pd.DataFrame) -> Mapping[str, int]:
    return dict(zip(table["month"], table["count"].astype(int), strict=True))


def _counts(series: Mapping[str, int], before: Period, after: Period) -> Counts:
    return Counts(*(sum(series.get(str(month), 0) for month in period) for period in (before, after)))


def _table(found: BeforeAfter) -> pd.DataFrame:
    """The one row; what is not known is missing."""
    row: dict[str, object] = {"months_after": found.windows.loaded}
    if found.windows.before and found.windows.after:
        row |= {"before_months": found.windows.before.span, "after_months": found.windows.after.span}
    if found.treated and found.rest:
        row |= {"before": found.treated.before, "after": found.treated.after}
        row |= {"rest_before": found.rest.before, "rest_after": found.rest.after}
    if found.treated and found.test:
        test = found.test
        row |= {"expected_after": found.treated.after - test.difference, "effect": test.difference}
        row |= {"standard_error": test.standard_error, "effect_low": test.low, "effect_high": test.high}
        row |= {"p_value": test.p_value, "effect_verdict": test.verdict}
    if found.spread and found.spread.estimated:
        row["dispersion"] = found.spread.phi
    types = {field.name: _TYPES[field.kind] for field in MEASURES if field.name in COLUMNS}
    return pd.DataFrame([row], columns=list(COLUMNS)).astype(types)


def _caveats(action: Action, found: BeforeAfter, asked: int) -> tuple[str, ...]:
    span = found.windows
    if span.before is None or span.after is None:
        return (_not_yet(span.loaded),)
    said = [f"Of {asked} whole months after the action {span.loaded} are loaded."] if span.loaded < asked else []
    if span.after.length < span.loaded:
        said.append(f"Before it only {span.before.span} is loaded, so no more months after it are compared.")
    said.append(_SEASONAL if span.seasonal else _JUST_BEFORE)
    if action.agreed.day > 1:
        said.append(f"{Month(action.agreed.year, action.agreed.month).label}, in which it was agreed, is left out.")
    if action.end is not None and action.end < span.after.last.last_day:
        said.append(f"The action ended on {action.end.day} {Month(action.end.year, action.end.month).label}.")
    events = dict.fromkeys(e for period in (span.before, span.after) for e in partnership().events_of(period))
    if events:
        said.append(f"These months saw: {'; '.join(f'{e.label} ({e.period.span})' for e in events)}.")
    if found.test is None:
        return (*said, f"There was no incident in the rest of {action.lpa} before: no comparison can be made.")
    return (*said, _SPREAD if found.spread and found.spread.estimated else _UNKNOWN_SPREAD, _METHOD, _REGRESSION)


def _not_yet(loaded: int) -> str:
    if not loaded:
        return "Not yet: no whole month after the action is loaded."
    months = "1 month after is" if loaded == 1 else f"{loaded} months after are"
    return f"Not yet: {months} loaded, but no month before to compare with."
