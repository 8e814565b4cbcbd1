"""What must travel with a table: its measure, source, as-of month and caveats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from shp_data.analysis.measures import gaps
from shp_data.domain.areas import Population
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import runs
from shp_data.domain.schema import UNPLACED
from shp_data.domain.selection import Selection
from shp_data.domain.vocabulary import labels
from shp_data.figure import Figure
from shp_data.store.facts import Store
from shp_data.store.reading import vintage_of

ONS = "Population: Office for National Statistics, licensed under the Open Government Licence v3.0."
BOUNDARIES = (
    "Boundaries: Office for National Statistics licensed under the Open Government Licence v3.0; "
    "contains OS data © Crown copyright and database right 2026."
)

MANY = 0.1  # the share of records without coordinates from which on a page says so over everything else


def name_of(indicators: tuple[str, ...]) -> str:
    """What are these indicators called together? A theme's label, an indicator's short name, or both names."""
    words = partnership().vocabulary
    themes = {words.indicator(id_).theme for id_ in indicators}
    if len(indicators) > 1 and len(themes) == 1:
        return words.themes[themes.pop()]
    return labels(indicators, words)


def unit_of(indicators: tuple[str, ...]) -> str:
    """What is counted: `fires` where all of them are, else `incidents`."""
    units = {partnership().vocabulary.indicator(id_).unit for id_ in indicators}
    return units.pop() if len(units) == 1 else "incidents"


def place_name(name: str) -> str:
    """A place's name; of one without, what to call it."""
    return name or "Place without a name"


def area_of(selection: Selection) -> str:
    """The selection's area in words: its place, its ward, its LPAs, or the region."""
    areas = partnership().areas
    if selection.place and selection.place.cell:
        return selection.place.name
    if selection.ward:
        wards = areas.wards[vintage_of(selection)]
        ward = f"{wards[selection.ward].name} ward" if selection.ward in wards else selection.ward
        return f"{place_name(selection.place.name)}, {ward}" if selection.place else ward
    everywhere = selection.areas in ((), areas.everywhere)
    return partnership().region if everywhere else " and ".join(selection.areas)


def figure(
    store: Store,
    selection: Selection,
    table: pd.DataFrame,
    *,
    measure: str = "",
    people: Population | None = None,
    mapped: bool = False,
    visited: Sequence[str] = (),
) -> Figure:
    """A table with everything that must be said beside it.

    `measure`: what the numbers are, where it is more than the name of the indicators. `people`: what rates
    are over, named among the caveats. `mapped`: whether boundaries stand behind it. `visited`: the wards of
    the table to which many come who do not live there.
    """
    what = name_of(selection.indicators)
    mark = {"include": "", "exclude": ", without COVID-related", "only": ", COVID-related only"}[selection.covid]
    months = store.months()
    return Figure(
        table=table,
        title=what,
        subtitle=f"{measure or what}, {area_of(selection)}, {selection.period.label}{mark}",
        unit=unit_of(selection.indicators),
        sources=_sources(store, selection) + ((ONS,) if people else ()) + ((BOUNDARIES,) if mapped else ()),
        as_of=months[-1].label if months else "no month",
        caveats=_caveats(store, selection, people) + _of_visitors(visited),
        synthetic=store.synthetic,
    )


def attributions(names: Iterable[str]) -> tuple[str, ...]:
    """An attribution for each of these sources, each said once."""
    known = partnership().sources
    lines = []
    for name in sorted(set(names)):
        # A force's data.police.uk source is called by the mapping's name and the force.
        source = known.get(name) or next((s for s in known.values() if s.open and name.startswith(s.name)), None)
        lines.append(source.attribution if source and source.attribution else f"Source: {name}.")
    return tuple(dict.fromkeys(lines))


def _sources(store: Store, selection: Selection) -> tuple[str, ...]:
    """An attribution for each source that the figure draws on."""
    return attributions(store.sources(selection.indicators))


def _caveats(store: Store, selection: Selection, people: Population | None) -> tuple[str, ...]:
    words = partnership().vocabulary
    found = [caveat for id_ in selection.indicators for caveat in words.indicator(id_).caveats]
    if selection.covid == "include" and store.marked & set(selection.indicators):
        found.append("Includes incidents that the supplier marked as COVID-related.")
    missing = gaps(store, selection)
    if missing:
        found.append(
            f"Not loaded: {', '.join(run.label for run in runs(missing))}. "
            "What lacks a month is not compared with a whole."
        )
    doubled = _doubled(store, selection)
    if doubled:
        found.append(
            f"More than one source gave {', '.join(doubled)} for the same month: an incident that both reported "
            "is counted twice."
        )
    if said := unplaced_note(store, selection):
        found.append(said)
    if people:
        found.append(f"Rates are per 1,000 residents, {people.year} ({people.basis}).")
    return tuple(dict.fromkeys(found))


def unplaced_note(store: Store, selection: Selection, least: float = 0.0) -> str:
    """That records of the period are in no area, since they have no coordinates; nothing where it does not matter.

    It does not where all records are counted, wherever they lie. `least`: the share of them, 0 to 1, from which on it
    is to be said.
    """
    share = store.unplaced_share(selection.indicators, selection.period)
    if not share or share < least or not selection.areas or UNPLACED in selection.areas or selection.place:
        return ""
    which = "None" if share == 1 else "Many" if share >= MANY else "Some"
    return (
        f"{which} of the records of {name_of(selection.indicators)} in this period "
        f"{'has' if share == 1 else 'have no'} coordinates, so no area or ward counts them."
    )


def _of_visitors(wards: Sequence[str]) -> tuple[str, ...]:
    """That residents are the wrong measure of some wards; nothing where there are none."""
    if not wards:
        return ()
    return (
        f"Many people come to these wards who do not live there: {'; '.join(wards)}. A rate per resident looks higher "
        "there than the risk to any one person is.",
    )


def _doubled(store: Store, selection: Selection) -> list[str]:
    """The indicators that two sources speak for in one month of the period."""
    found = store.doubled()
    twice = [id_ for id_ in selection.indicators if not set(selection.period).isdisjoint(found.get(id_, ()))]
    return [partnership().vocabulary.indicator(id_).short for id_ in twice]
