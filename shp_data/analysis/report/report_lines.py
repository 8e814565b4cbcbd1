"""The lines of the report: one indicator of one area, beside last year and the quarter before, with its verdict."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pandas as pd

from shp_data.analysis.report.report_numbers import Numbers, one_month
from shp_data.analysis.report.report_value import Against, Chance, Covid, Line, MonthValue
from shp_data.analysis.statistics.dispersion import ASSUMED
from shp_data.analysis.statistics.significance import Comparison
from shp_data.analysis.verdicts import Pair, judged, pairs
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period, runs
from shp_data.domain.reported import Measured, measured
from shp_data.domain.selection import Selection, Viewer
from shp_data.domain.vocabulary import Indicator


def lines(
    found: Numbers, indicators: Iterable[Indicator], area: str, quarter: Period, viewer: Viewer
) -> dict[str, Line]:
    """The lines of an area by indicator; their changes are judged together, as one table of many.

    Raises NotAllowedError.
    """
    listed = list(indicators)
    tested = [_pair(found, one, area, quarter, viewer) for one in listed]
    chances = [_chance(one, pair) for one, pair in zip(judged(tested), tested, strict=True)]
    return {one.id: _line(found, one, area, quarter, chance) for one, chance in zip(listed, chances, strict=True)}


def _line(found: Numbers, indicator: Indicator, area: str, quarter: Period, chance: Chance | None) -> Line:
    value = found.value(indicator, area, quarter)
    kind = measured(indicator)
    to_date = found.year_to_date(indicator, area, quarter)
    counted = partnership().vocabulary.indicator(indicator.numerator).unit if indicator.numerator else indicator.unit
    return Line(
        indicator=indicator.id,
        area=area,
        label=indicator.label,
        short=indicator.short,
        unit=counted,
        measured=kind,
        polarity=indicator.polarity,
        source=found.source(indicator),
        year_to_date=to_date.value,
        quarter_value=value,
        last_year=_against(kind, value, found.value(indicator, area, quarter.last_year)),
        previous_quarter=_against(kind, value, found.value(indicator, area, quarter.previous)),
        year_to_date_as=to_date.comes_from,
        year_to_date_sum=to_date.differs_from,
        chance=chance,
        months=_months(found, indicator, area, quarter),
        covid=_covid(found, indicator, area, quarter),
        notes=_notes(found, indicator, area, quarter),
        not_known=found.not_known(indicator, area, quarter),
    )


def _against(kind: Measured, value: float | None, base: float | None) -> Against | None:
    """A value beside an earlier one; None where there is no earlier one."""
    if base is None:
        return None
    if value is None:
        return Against(base, None, None)
    difference = float(Decimal(repr(value)) - Decimal(repr(base)))  # 2.9 less 3.3 is 0.4, not 0.3999
    if kind == "percent":
        return Against(base, None, difference)
    return Against(base, difference, 100 * difference / base if base else None)


def _pair(found: Numbers, indicator: Indicator, area: str, quarter: Period, viewer: Viewer) -> Pair | None:
    """What is to be tested of an indicator: its two counts. Levels, percentages and rates are not tested."""
    now, before = (found.value(indicator, area, period) for period in (quarter, quarter.last_year))
    if measured(indicator) != "count" or now is None or before is None:
        return None
    if indicator.kind == "reported":
        return Pair(int(now), int(before), 1.0, 1.0, ASSUMED)
    row = pd.DataFrame({"count": [int(now)], "last_year": [int(before)]})
    return pairs(found.store, Selection((indicator.id,), quarter, (area,)), row, (), viewer)[0]


def _chance(compared: Comparison | None, pair: Pair | None) -> Chance | None:
    if compared is None or pair is None:
        return None
    spread = pair.spread.phi if pair.spread.estimated else None
    ratio, low, high = (_finite(end) for end in (compared.rate_ratio, compared.low, compared.high))
    return Chance(ratio, low, high, compared.p_value, compared.verdict, spread)


def _finite(value: float | None) -> float | None:
    return value if value is not None and value < float("inf") else None


def _months(found: Numbers, indicator: Indicator, area: str, quarter: Period) -> tuple[MonthValue, ...]:
    """The months of the quarter; none where not one of them is known."""
    if indicator.kind == "derived":
        return ()
    made = tuple(
        MonthValue(
            str(month),
            found.value(indicator, area, one_month(month)),
            found.excluding_covid(indicator, area, one_month(month)) if indicator.kind == "incident" else None,
        )
        for month in quarter
    )
    return made if any(month.value is not None for month in made) else ()


def _covid(found: Numbers, indicator: Indicator, area: str, quarter: Period) -> Covid | None:
    if indicator.kind != "incident":
        return None
    count, without = found.value(indicator, area, quarter), found.excluding_covid(indicator, area, quarter)
    if not count or without is None:
        return None
    related = int(count) - without
    return Covid(related, 100 * related / count, without, found.excluding_covid(indicator, area, quarter.last_year))


def _notes(found: Numbers, indicator: Indicator, area: str, quarter: Period) -> tuple[str, ...]:
    """What a reader of the line must know: its caveats, and what of it is missing or does not add up."""
    notes = list(indicator.caveats)
    if indicator.kind == "incident":
        loaded = set(found.store.months([indicator.id]))
        missing = [month for month in quarter if month not in loaded]
        if missing:
            notes.append(f"Not loaded: {', '.join(run.label for run in runs(missing))}.")
        notes += filter(None, (found.not_known(indicator, area, quarter),))
    if indicator.kind == "reported":
        given, added = found.given(indicator, area, quarter), found.sum_of_months(indicator, area, quarter)
        if given is None and added is None:
            notes.append(f"Not yet in: no figure for {quarter.label} has been supplied.")
        if given and added is not None and added != given.value:
            notes.append(f"The months supplied add up to {added:,.0f}, not to the quarter's {given.value:,.0f}.")
    return tuple(notes)
