"""What the filters offer, and how a selection is written in a link: by the words on the screen.

Streamlit keeps a select box in the address by its printed option, so that is what links and filters hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from shp_data.analysis import choices
from shp_data.analysis.places import cells, places
from shp_data.domain.disclosure_rule import whole_quarters
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Covid, Place, Point, Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import is_protected, vintage_of
from shp_view.text.wording import point_words
from shp_view.views.view import Ask

T = TypeVar("T")

WARD, PLACE, DATA = "ward", "place", "data"
_CELL = re.compile(r"[0-9a-f]{15}")  # an H3 index
ALL_WARDS = "All wards"
OUR_OWN, SAMPLE = "Our own", "The synthetic sample"
COVID: dict[str, Covid] = {"Included": "include", "Left out": "exclude", "Only these": "only"}
_IN_FORCE = "In force at the end of the period"


@dataclass(frozen=True)
class Filters:
    """The options of each filter, by their words, with what each means; and the words of the default."""

    what: Mapping[str, tuple[str, ...]]
    area: Mapping[str, tuple[str, ...]]
    period: Mapping[str, Period]
    wards: Mapping[str, str | None]
    default_period: str

    @property
    def default_area(self) -> str:
        """The area that the partnership opens with."""
        return partnership().area


def offered(store: Store) -> Filters:
    """What can be chosen of a store."""
    areas = partnership().areas
    return Filters(
        what=choices.whats(store),
        area={name: (name,) for name in areas.lpa_names} | {f"All of {partnership().region}": areas.everywhere},
        period={period.label: period for period in choices.periods(store)},
        wards={_IN_FORCE: None} | {vintage.id: vintage.id for vintage in areas.vintages},
        default_period=choices.default_period(store).label,
    )


def is_limited(store: Store, viewer: Viewer) -> bool:
    """Does a viewer see less of some of a store's figures than there is?"""
    months = store.months()
    return bool(months) and is_protected(store, Selection(store.indicators(), Period(months[0], months[-1])), viewer)


def limited(offer: Filters) -> Filters:
    """The same for whom `is_limited`: whole quarters and what is made of them, and the wards then in force."""
    period = {words: meant for words, meant in offer.period.items() if whole_quarters(meant)}
    default = offer.default_period if offer.default_period in period else next(iter(period))
    return replace(offer, period=period, wards={_IN_FORCE: None}, default_period=default)


def selection(offer: Filters, words: Mapping[str, str]) -> Selection:
    """What the words of the filters ask for; a filter that is missing, or says what is not on offer, has its default.

    `words`: of what, area, period, wards, covid and ward.
    """
    chosen = Selection(
        indicators=_meant(offer.what, words.get("what"), next(iter(offer.what))),
        period=_meant(offer.period, words.get("period"), offer.default_period),
        areas=_meant(offer.area, words.get("area"), offer.default_area),
        covid=COVID.get(words.get("covid", ""), "include"),
        vintage=offer.wards.get(words.get("wards", _IN_FORCE)),
    )
    code = ward_names(chosen).get(words.get(WARD, ALL_WARDS))
    # A ward's code belongs to one vintage: a link to another period keeps it.
    return chosen.of_ward(code, vintage_of(chosen)) if code else chosen


def not_offered(offer: Filters, words: Mapping[str, str]) -> list[str]:
    """Which words are not on offer, so that the default stands in their place? Such as `period “Oct 1999”`."""
    offers: dict[str, Mapping[str, object]] = {
        "what": offer.what,
        "area": offer.area,
        "period": offer.period,
        "wards": offer.wards,
        "covid": COVID,
        WARD: ward_names(selection(offer, {name: text for name, text in words.items() if name != WARD})),
    }
    return [
        f"{name} “{words[name][:60]}”"
        for name, options in offers.items()
        if name in words and words[name] not in options
    ]


def ward_names(chosen: Selection) -> dict[str, str]:
    """The wards of the selection's areas: name -> code, with `All wards` first."""
    areas, vintage = partnership().areas, vintage_of(chosen)
    lpas: list[str | None] = [*sorted(set(chosen.areas))] or [None]
    wards = [ward for lpa in lpas for ward in areas.wards_of(vintage, lpa)]
    names = Counter(ward.name for ward in wards)
    told = {(w.name if names[w.name] == 1 else f"{w.name} ({w.lpa})"): w.code for w in wards}
    return {ALL_WARDS: ""} | told


def point(words: str) -> Point | None:
    """The point by which a link names a place: `-1.2129,54.6862`, longitude first. None for other words."""
    try:
        longitude, latitude = (float(part) for part in words.split(","))
    except ValueError:
        return None
    return longitude, latitude


def place_of(words: str, chosen: Selection, ask: Ask, viewer: Viewer) -> Place | None:
    """The place or hexagon that a link names; None where it names none, or one that the store does not know."""
    if _CELL.fullmatch(words):
        cell: Place | None = ask(cells.cell_at, words, vintage_of(chosen), viewer)
        return cell
    at = point(words)
    found: Place | None = ask(places.place_at, at, vintage_of(chosen), viewer) if at else None
    return found


def parameters(offer: Filters, chosen: Selection, data: str | None = None, *, whole: bool = False) -> dict[str, str]:
    """A selection as a link writes it: the words of each filter that has not its default, as Streamlit writes them.

    A default in an address is cleaned away on arrival, which leaves an entry in the browser's history from
    which Back never gets away. `data`: the words of whose records are in view. `whole`: with what, area and
    period also where they have their defaults, for what is kept until the defaults are others.
    """
    written = {
        "what": _words(offer.what, chosen.indicators),
        "area": _words(offer.area, chosen.areas),
        "period": _words(offer.period, chosen.period),
        "covid": _words(COVID, chosen.covid),
        "wards": _words(offer.wards, chosen.vintage),
        WARD: _words(ward_names(chosen), chosen.ward) if chosen.ward else None,
        PLACE: (chosen.place.cell or point_words(chosen.place.points[0])) if chosen.place else None,
        DATA: data,
    }
    defaults = {
        "what": next(iter(offer.what)),
        "area": offer.default_area,
        "period": offer.default_period,
        "covid": next(iter(COVID)),
        "wards": _IN_FORCE,
        WARD: ALL_WARDS,
        DATA: OUR_OWN,
    }
    always = ("what", "area", "period") if whole else ()
    return {name: words for name, words in written.items() if words and (name in always or words != defaults.get(name))}


def of_rows(figure: Figure, chosen: Selection) -> list[Selection]:
    """The selection that each row of a figure's table stands for: of its hexagon, place, indicator, ward, LPA or month.

    A place is given by the one point that its row and its link name it by, beside the area in view.
    """
    if "cell" in figure.table:
        return [replace(chosen, place=Place("", "", "", (), cell)) for cell in figure.table["cell"]]
    if "longitude" in figure.table:
        rows = figure.table[["location", "lpa", "code", "longitude", "latitude"]].itertuples(index=False, name=None)
        places = [Place(name, lpa, code, ((east, north),)) for name, lpa, code, east, north in rows]
        return [replace(chosen, place=place) for place in places]
    narrow = {
        "indicator": chosen.of_indicator,
        "code": lambda code: _of_ward(chosen, code),
        "lpa": chosen.of_area,
        "month": chosen.of_month,
    }
    column = next((name for name in narrow if name in figure.table), None)
    return [narrow[column](str(value)) for value in figure.table[column]] if column else []


def _of_ward(chosen: Selection, code: str) -> Selection:
    """The same of one ward, and of its LPA where the selection is of others."""
    vintage = vintage_of(chosen)
    ward = partnership().areas.wards[vintage].get(code)
    if ward is not None and chosen.areas and ward.lpa not in chosen.areas:
        chosen = chosen.of_area(ward.lpa)
    return chosen.of_ward(code, vintage)


def _meant(options: Mapping[str, T], words: str | None, default: str) -> T:
    return options[words if words is not None and words in options else default]


def _words(options: Mapping[str, object], meaning: object) -> str | None:
    return next((words for words, meant in options.items() if meant == meaning), None)
