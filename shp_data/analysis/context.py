"""What every table must carry: its measure, sources, latest month and caveats."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import pandas as pd

from shp_data.analysis.measures import find_missing_months
from shp_data.domain.figure import COMPLETE, Caveat, Coverage, CoverageState, Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month
from shp_data.domain.populations import Population, describe_populations
from shp_data.domain.schema import LSOA, UNPLACED
from shp_data.domain.selection import Selection
from shp_data.domain.vocabulary import join_labels
from shp_data.store.completeness import Doubt, DoubtfulMonth
from shp_data.store.reading import Reader, is_protected

ONS = "Population: Office for National Statistics, licensed under the Open Government Licence v3.0."
BOUNDARIES = (
    "Boundaries: Office for National Statistics licensed under the Open Government Licence v3.0; "
    "contains OS data © Crown copyright and database right 2026."
)
_DOUBT_STATES: dict[Doubt, CoverageState] = {
    "incomplete": "possibly incomplete",
    "too large": "possibly too large",
    "unplaced": "unusually placed",
}


def name_indicators(indicators: tuple[str, ...]) -> str:
    """Name these indicators together: the label of a theme, the short name of an indicator, or both names."""
    vocabulary = partnership().vocabulary
    # Several indicators of one theme are that theme, as far as it is loaded: the filters offer no other group.
    themes = {vocabulary.find_indicator(id_).theme for id_ in indicators}
    if len(indicators) > 1 and len(themes) == 1:
        return vocabulary.themes[themes.pop()]
    return join_labels(indicators, vocabulary)


def name_unit(indicators: tuple[str, ...]) -> str:
    """Name what is counted: `fires` where all of them are fires, or else `incidents`."""
    units = {partnership().vocabulary.find_indicator(id_).unit for id_ in indicators}
    return units.pop() if len(units) == 1 else "incidents"


def name_location(name: str) -> str:
    """Return the name of a location, or the text for one without a name."""
    return name or "Place without a name"


def name_area(selection: Selection) -> str:
    """Name the area of a selection: its location, its ward, its LPAs, or the region."""
    areas = partnership().areas
    if selection.location and selection.location.cell:
        return selection.location.name
    if selection.ward:
        wards = areas.wards[selection.ward_year]
        ward = f"{wards[selection.ward].name} ward" if selection.ward in wards else selection.ward
        return f"{name_location(selection.location.name)}, {ward}" if selection.location else ward
    # `everywhere` is all LPAs and the records in none of them: the region by another name.
    is_region = selection.areas in ((), areas.everywhere)
    return partnership().region if is_region else " and ".join(selection.areas)


def build_figure(
    reader: Reader,
    selection: Selection,
    table: pd.DataFrame,
    *,
    measure: str = "",
    people: Collection[Population | None] = (),
    mapped: bool = False,
    visitor_wards: Sequence[str] = (),
) -> Figure:
    """Build a figure from a table, with its title, sources, caveats and latest month.

    Parameters
    ----------
    table : pandas.DataFrame
        The numbers of the figure.
    measure : str
        What the numbers are, where the names of the indicators do not say enough.
    people : collection of Population or None
        The residents that rates are based on, whose years and edition are named in the caveats.
    mapped : bool
        Whether the figure depends on boundaries.
    visitor_wards : sequence of str
        The wards of the table that many people visit who do not live there.

    Returns
    -------
    Figure
        The table with everything that must be shown with it.
    """
    title = name_indicators(selection.indicators)
    covid_note = {"include": "", "exclude": ", without COVID-related", "only": ", COVID-related only"}[selection.covid]
    months = reader.store.list_months()
    return Figure(
        table=table,
        title=title,
        subtitle=f"{measure or title}, {name_area(selection)}, {selection.period.label}{covid_note}",
        unit=name_unit(selection.indicators),
        sources=_list_sources(reader, selection) + ((ONS,) if any(people) else ()) + ((BOUNDARIES,) if mapped else ()),
        as_of=months[-1].label if months else "no month",
        caveats=_list_caveats(reader, selection, people) + _describe_visitors(visitor_wards),
        synthetic=reader.store.has_synthetic,
        coverage=find_coverage(reader, selection),
    )


def list_attributions(names: Iterable[str]) -> tuple[str, ...]:
    """List the attributions of these sources, each once."""
    suppliers = partnership().suppliers
    lines = []
    for name in sorted(set(names)):
        # A force's data.police.uk source is called by the mapping's name and the force.
        supplier = suppliers.get(name) or next(
            (other for other in suppliers.values() if other.open and name.startswith(other.name)), None
        )
        lines.append(supplier.attribution if supplier and supplier.attribution else f"Source: {name}.")
    return tuple(dict.fromkeys(lines))


def _list_sources(reader: Reader, selection: Selection) -> tuple[str, ...]:
    """List an attribution for each source that the figure uses."""
    return list_attributions(reader.store.find_suppliers(selection.indicators))


def describe_rates(people: Iterable[Population | None]) -> tuple[str, ...]:
    """Say what rates are per 1,000 of: the years and the edition of the estimates; empty where there are none."""
    estimates = describe_populations(people)
    return (f"Rates are per 1,000 residents: {estimates}.",) if estimates else ()


def _list_caveats(reader: Reader, selection: Selection, people: Collection[Population | None]) -> tuple[Caveat, ...]:
    vocabulary = reader.partnership.vocabulary
    # The order is that in which a reader needs them: what is counted, what is missing, how rates are made.
    indicators = [vocabulary.find_indicator(id_) for id_ in selection.indicators]
    caveats: list[Caveat] = [caveat for indicator in indicators for caveat in indicator.caveats]
    # Only where some record is marked: else the note would speak of what a supplier never said.
    if selection.covid == "include" and reader.store.covid_indicators & set(selection.indicators):
        caveats.append("Includes incidents that the supplier marked as COVID-related.")
    missing = find_missing_months(reader, selection)
    if missing:
        caveats.append(Coverage("months missing", selection.indicators, missing))
    doubled_indicators = _list_doubled(reader, selection)
    if doubled_indicators:
        caveats.append(
            f"More than one source gave {', '.join(doubled_indicators)} for the same month: an incident that both "
            "reported is counted twice."
        )
    gaps = find_missing_areas(reader, selection), find_unplaced(reader, selection)
    caveats += [coverage for coverage in gaps if not coverage.is_complete]
    caveats += find_left_out(reader, selection)
    caveats += find_doubts(reader, selection, (*selection.period.last_year, *selection.period))
    caveats += describe_rates(people)
    # Two indicators often share a caveat, and it is read once.
    return tuple(dict.fromkeys(caveats))


def find_unplaced(reader: Reader, selection: Selection, least: float = 0.0) -> Coverage:
    """Find the share of the period's records that no area counts, because they have no coordinates.

    It has no effect where all records are counted, wherever they are. `least`: the share of them, from 0 to
    1, from which it is reported.
    """
    # A record without coordinates still counts for the whole region, so only a figure of areas lacks it.
    share = reader.store.compute_unplaced_share(selection.indicators, selection.period)
    if not share or share < least or not selection.areas or UNPLACED in selection.areas or selection.location:
        return COMPLETE
    return Coverage("partly unplaced", selection.indicators, share=share)


def find_doubts(reader: Reader, selection: Selection, months: Iterable[Month]) -> tuple[Coverage, ...]:
    """Find the months in question, of those named, on which a figure of the selection depends.

    Viewers who may not see the count of a month do not see it here either.
    """
    doubts = []
    for doubtful in reader.store.find_doubtful(selection.indicators, months, selection.lpas):
        month = selection.select_indicator(doubtful.counted.indicator).select_month(doubtful.counted.month)
        doubt = describe_doubt(doubtful)
        doubts.append(replace(doubt, count=None, expected=None) if is_protected(reader, month) else doubt)
    return tuple(doubts)


def describe_doubt(doubtful: DoubtfulMonth) -> Coverage:
    """Describe a month in question, with its numbers."""
    counted = doubtful.counted
    return Coverage(
        _DOUBT_STATES[doubtful.doubt],
        (counted.indicator,),
        (Month.parse(counted.month),),
        areas=(counted.area,) if counted.area else (),
        count=counted.unplaced if doubtful.doubt == "unplaced" else counted.records,
        expected=doubtful.expected,
    )


def find_left_out(reader: Reader, selection: Selection) -> tuple[Coverage, ...]:
    """Find the months of the period and of last year's that an analyst left out, for each indicator."""
    if not reader.store.decisions:
        return ()
    months = (*selection.period.last_year, *selection.period)
    names = {id_: reader.store.completeness.find_left_out(id_, selection.lpas) for id_ in selection.indicators}
    left_out = {id_: tuple(month for month in months if str(month) in names[id_]) for id_ in names}
    return tuple(Coverage("left out", (id_,), of_indicator) for id_, of_indicator in left_out.items() if of_indicator)


def find_missing_areas(reader: Reader, selection: Selection) -> Coverage:
    """Find the areas of a selection that its suppliers do not cover, and the suppliers that cover only some."""
    lpas, period, store = reader.partnership.areas.lpa_names, selection.period, reader.store
    areas = [name for name in lpas if name in (selection.lpas or lpas)]
    suppliers = store.find_partial_suppliers(selection.indicators, period, areas)
    if not suppliers:
        return COMPLETE
    indicators = tuple(id_ for id_ in selection.indicators if store.find_partial_suppliers((id_,), period, areas))
    # The areas that a supplier does cover keep their figure; only the others, and the sum, have none.
    areas_without = tuple(lpa for lpa in areas if store.find_partial_suppliers(indicators, period, (lpa,)))
    return Coverage(
        "areas missing",
        indicators,
        suppliers=tuple((name, tuple(sorted(store.supplier_areas[name]))) for name in suppliers),
        areas=areas_without,
        together=name_area(selection) if selection.areas and len(areas_without) < len(areas) else "",
    )


def find_coverage(reader: Reader, selection: Selection, *, by_ward: bool = False, boundaries: str = "") -> Coverage:
    """Find whether the areas or wards of a selection have a figure for every month loaded, and if not, why.

    `by_ward`: whether the figure is for each ward of the areas. `boundaries`: LSOA where it is for each LSOA.
    """
    boundaries = boundaries or (selection.ward_year if by_ward or selection.ward else "")
    gaps = {
        id_: _find_missing_months(reader, selection.select_indicator(id_), boundaries) for id_ in selection.indicators
    }
    indicators = tuple(id_ for id_, missing in gaps.items() if missing)
    if not indicators:
        return COMPLETE
    # A supplier that covers some areas only explains the gap better than records without coordinates do.
    missing_areas = find_missing_areas(reader, selection)
    if not missing_areas.is_complete:
        return missing_areas
    months = tuple(sorted(set[Month]().union(*gaps.values())))
    # A decision explains a gap, unless other months of the period have no figure for another reason.
    left_out = {month for coverage in find_left_out(reader, selection) for month in coverage.months}
    if left_out.issuperset(months):
        return Coverage("left out", indicators, months)
    # The LPAs have their figure and only the wards have none: the records name an LPA and no ward.
    if boundaries and reader.store.covers(selection.indicators, selection.period, selection.lpas):
        if boundaries == LSOA:
            return Coverage("in no LSOA", indicators, months)
        return Coverage("in no ward", indicators, months, ward_year=selection.ward_year)
    return Coverage("unplaced", indicators, months)


def _find_missing_months(reader: Reader, selection: Selection, boundaries: str) -> set[Month]:
    """Find the months of a selection that are loaded but not available where it counts them."""
    # Loaded and yet not covered here: a month that is not loaded at all is no gap in the coverage.
    covered = reader.store.list_months(selection.indicators, selection.lpas, wards=boundaries)
    return set(reader.store.list_months(selection.indicators)) & set(selection.period) - set(covered)


def _describe_visitors(wards: Sequence[str]) -> tuple[str, ...]:
    """Say that residents are the wrong base for some wards; empty where there are none."""
    if not wards:
        return ()
    return (
        f"Many people come to these wards who do not live there: {'; '.join(wards)}. A rate per resident looks higher "
        "there than the risk to any one person is.",
    )


def _list_doubled(reader: Reader, selection: Selection) -> list[str]:
    """List the indicators that two sources cover in the same month of the period."""
    overlaps, period = reader.store.find_overlaps(), set(selection.period)
    doubled = [id_ for id_ in selection.indicators if not period.isdisjoint(overlaps.get(id_, ()))]
    return [reader.partnership.vocabulary.find_indicator(id_).short for id_ in doubled]
