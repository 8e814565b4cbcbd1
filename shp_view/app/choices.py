"""The filters of the side bar, and what else a page lets its reader choose: all of it kept in the link."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeVar

import streamlit as st

from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Place, Selection
from shp_data.store.reading import vintage_of
from shp_view.app.session import answer, opens, own_loads, store, viewer
from shp_view.text import markup
from shp_view.views import filters as view
from shp_view.views import hotspot_page, loading

T = TypeVar("T")


def filters(*, what: bool, ward: bool, place: bool = False, covid: bool = True) -> None:
    """The shared filters in the side bar, kept in the link.

    `what`: whether this page counts one thing. `ward`: whether it can be narrowed to a ward, `place`: to a
    place, which only a link does. `covid`: whether COVID-related incidents can be left out.
    """
    with st.sidebar:
        body = st.container()
        more = body if limited() else st.expander("More")
    with more:
        records_choice()  # first, as the others offer what is in those records
    if not store().months():
        raise SelectionError(loading.no_records(figures=bool(store().manifest.loads)))
    offer, whole = offered(), not limited()
    with body:
        unknown = [_select("What", offer.what, "what")] if what else []
        unknown.append(_select("Area", offer.area, "area", offer.default_area))
        unknown.append(_select("Period", offer.period, "period", offer.default_period))
        if ward and whole:
            unknown.append(_select("Ward", view.ward_names(selection()), view.WARD))
        if covid and whole and store().marked:
            unknown.append(_select("COVID-related incidents", view.COVID, "covid"))
    if whole:
        with more:
            unknown.append(_select("Ward boundaries of", offer.wards, "wards"))
    if place and (asked_place := st.query_params.get(view.PLACE)) and _place(selection()) is None:
        unknown.append(f"place “{asked_place[:60]}”")
    for asked in filter(None, unknown):
        st.warning(
            markup.literal(f"The link asks for {asked}, which is not among the records in view; see the filters.")
        )


def records_choice() -> None:
    """Whose records are in view: the partnership's own or the sample. For the analyst, where there are own records."""
    if partnership().has_sample and own_loads() and opens("data"):
        _select("Records", (view.OUR_OWN, view.SAMPLE), view.DATA)


def offered() -> view.Filters:
    """What the filters offer of the store in view, as far as the viewer may ask for it."""
    offer = answer(view.offered)
    return view.limited(offer) if limited() else offer


def limited() -> bool:
    """Does the viewer see whole quarters alone, and no ward by itself?"""
    who = viewer()
    return who.role != "analyst" and answer(view.is_limited, who)


def _select(
    label: str,
    options: Iterable[str],
    key: str,
    default: str | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> str | None:
    """Draw a filter. What the link asks of it, where that is not on offer and so the default stands."""
    names = list(options)
    asked = st.query_params.get(key)
    at = names.index(default) if default in names else 0
    if asked is None and key in st.session_state and st.session_state[key] not in names:
        del st.session_state[key]  # chosen of other records; else the link would ask for it from here on
    leave = leave_place if key in ("area", view.WARD) else None  # for a place lies in one area and ward
    st.selectbox(label, names, at, key=key, bind="query-params", on_change=leave, width=width)
    return f"{label.lower()} “{asked[:60]}”" if asked and asked not in names else None


def selection(*, ward: bool = False, place: bool = False) -> Selection:
    """What the filters ask for, with `ward` narrowed to the ward in view, with `place` to the place of the link."""
    words = {str(key): value for key, value in st.session_state.items() if isinstance(value, str)}
    if not ward or limited():
        words.pop(view.WARD, None)
    if limited():
        words.pop("covid", None)
    chosen = view.selection(offered(), words)
    found = _place(chosen) if place else None
    return chosen.of_place(found, vintage_of(chosen)) if found else chosen


def _place(chosen: Selection) -> Place | None:
    """The place that the link asks for; None where it asks for none, or for one that is not known or not shown."""
    if not opens("records"):
        return None
    return view.place_of(st.query_params.get(view.PLACE, ""), chosen, answer, viewer())


def leave_place() -> None:
    """Show again all that the filters ask for, not one place alone."""
    st.query_params.pop(view.PLACE, None)


def focus(chosen: Selection) -> str | None:
    """The one LPA in view; None where all are."""
    return chosen.areas[0] if len(chosen.areas) == 1 else None


def choose(label: str, options: dict[T, str], key: str, default: T | None = None) -> T:
    """One of a few, side by side; kept in the link. The first is the default, unless one is named."""
    names = list(options)
    picked = st.segmented_control(
        label,
        names,
        default=names[0] if default is None else default,
        required=True,
        format_func=lambda n: options[n],
        key=key,
        bind="query-params",
        wrap=True,  # on a telephone
    )
    return names[0] if picked is None else picked


def periods(chosen: Selection, *, compare: bool = True) -> Period | None:
    """Buttons that step to the period before and after, and with `compare` the period to compare with, if any."""
    every = tuple(offered().period.values())
    options = hotspot_page.comparisons(every, chosen.period)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, shortcut, to in zip(
            ("Earlier", "Later"), ("Shift+Left", "Shift+Right"), hotspot_page.steps(every, chosen.period), strict=True
        ):
            told = to.label if to else "No such period is loaded"
            st.button(
                name,
                on_click=_to_period,
                args=(to,),
                disabled=to is None,
                shortcut=shortcut,
                help=told,
                key=name.lower(),
            )
        unknown = _select("Compare with", options, "against", width=320) if compare else None
    if unknown:
        st.warning(markup.literal(f"The link asks for {unknown}, which is not on offer."))
    return options.get(st.session_state.get("against", hotspot_page.NOTHING)) if compare else None


def _to_period(period: Period) -> None:
    st.session_state["period"] = period.label
