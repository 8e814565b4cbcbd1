"""What must travel with a table: its measure, source, as-of month and caveats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from shp_data.analysis.measures import gaps
from shp_data.domain.areas import Population
from shp_data.domain.counting import counted, listed
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, runs
from shp_data.domain.schema import UNPLACED
from shp_data.domain.selection import Selection
from shp_data.domain.vocabulary import labels
from shp_data.store.facts import Store
from shp_data.store.reading import lpas_of, vintage_of

ONS = "Population: Office for National Statistics, licensed under the Open Government Licence v3.0."
BOUNDARIES = (
    "Boundaries: Office for National Statistics licensed under the Open Government Licence v3.0; "
    "contains OS data © Crown copyright and database right 2026."
)

_NAMED = 3  # so many sources or areas are named; of more it is said how many
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
        not_known=not_known(store, selection),
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
    found += filter(None, (areas_note(store, selection), unplaced_note(store, selection)))
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
        f"{'has coordinates or a' if share == 1 else 'have neither coordinates nor a'} ward, so no area counts them."
    )


def areas_note(store: Store, selection: Selection) -> str:
    """Which sources cover some areas alone, and of which others there is no figure; empty where all are covered."""
    lpas, period = partnership().areas.lpa_names, selection.period
    asked = [name for name in lpas if name in (lpas_of(selection) or lpas)]
    sources = store.partial(selection.indicators, period, asked)
    if not sources:
        return ""
    which = tuple(id_ for id_ in selection.indicators if store.partial((id_,), period, asked))
    without = [lpa for lpa in asked if store.partial(which, period, (lpa,))]
    told = [f"{name} covers {_areas_named(sorted(store.areas[name]))} alone" for name in sources[:_NAMED]]
    if len(sources) > _NAMED:
        more = len(sources) - _NAMED
        told.append(f"{counted(more, 'more sources')} {'covers' if more == 1 else 'cover'} some areas alone")
    whole = f", nor for {area_of(selection)} together" if selection.areas and len(without) < len(asked) else ""
    return f"{listed(told)}: there is no figure of {name_of(which)} for {_areas_named(without)}{whole}."


def not_known(store: Store, selection: Selection, *, by_ward: bool = False) -> str:
    """Why is there no figure for the areas or wards of a selection, though records are loaded? Empty where there is.

    `by_ward`: whether it is for each ward of the areas.
    """
    by_ward = by_ward or bool(selection.ward)
    lost = {id_: found for id_ in selection.indicators if (found := _lost(store, selection.of_indicator(id_), by_ward))}
    if not lost:
        return ""
    if said := areas_note(store, selection):
        return said
    spans = listed([run.span for run in runs(set().union(*lost.values()))])
    which = f"of the records of {name_of(tuple(lost))} in {spans}"
    if by_ward and store.covers(selection.indicators, selection.period, lpas_of(selection)):
        return f"Too many {which} lie in no ward of {vintage_of(selection)}, so their wards have no figure."
    return f"None {which} has coordinates or a ward, so no area or ward has a figure."


def _lost(store: Store, selection: Selection, by_ward: bool) -> list[Month]:
    """The months of a selection that are loaded, and yet not known where it counts them."""
    wards = vintage_of(selection) if by_ward else ""
    known = set(store.months(selection.indicators, lpas_of(selection), wards=wards))
    period = set(selection.period)
    return [month for month in store.months(selection.indicators) if month in period and month not in known]


def _areas_named(names: Sequence[str]) -> str:
    return listed(names) if len(names) <= _NAMED else f"{len(names):,} Local Policing Areas"


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
