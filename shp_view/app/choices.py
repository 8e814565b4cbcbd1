"""The filters of the side bar and the other choices on a page, all saved in the link."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeVar

import streamlit as st

from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Location, Selection
from shp_data.store.reading import vintage_of
from shp_view.app.session import answer, can_open, get_viewer, list_loads, open_store
from shp_view.text import markup
from shp_view.views import filters as view
from shp_view.views import hotspot_page, loading

T = TypeVar("T")


def draw_filters(*, what: bool, ward: bool, location: bool = False, covid: bool = True) -> None:
    """Draw the shared filters in the side bar, saved in the link.

    `what`: whether this page counts one indicator or theme. `ward`: whether it can be narrowed to a ward,
    `location`: to a location, which only a link does. `covid`: whether COVID-related incidents can be left
    out.
    """
    with st.sidebar:
        body = st.container()
        more = body if is_limited() else st.expander("More")
    with more:
        choose_records()  # first, as the others offer what is in those records
    if not open_store().list_months():
        raise SelectionError(loading.explain_no_records(has_figures=bool(open_store().manifest.loads)))
    offer, whole = list_options(), not is_limited()
    unavailable = []
    if whole:
        with more:  # before the wards themselves, which are those of that year
            unavailable.append(_draw_filter("Ward boundaries of", offer.wards, "wards"))
    with body:
        if what:
            unavailable.append(_draw_filter("What", offer.what, "what"))
        unavailable.append(_draw_filter("Area", offer.area, "area", offer.default_area))
        unavailable.append(_draw_filter("Period", offer.period, "period", offer.default_period))
        if ward and whole:
            unavailable.append(_draw_filter("Ward", view.list_ward_codes(read_selection()), view.WARD))
        if covid and whole and open_store().covid_indicators:
            unavailable.append(_draw_filter("COVID-related incidents", view.COVID, "covid"))
    if (
        location
        and (requested_location := st.query_params.get(view.PLACE))
        and _find_location(read_selection()) is None
    ):
        unavailable.append(f"place “{requested_location[:60]}”")
    for request in filter(None, unavailable):
        st.warning(
            markup.escape_markdown(
                f"The link asks for {request}, which is not among the records in view; see the filters."
            )
        )


def choose_records() -> None:
    """Draw the choice between the partnership's records and the sample.

    Only the analyst has it, and only where the partnership has records.
    """
    if partnership().has_sample and list_loads() and can_open("data"):
        _draw_filter("Records", (view.OWN_RECORDS, view.SAMPLE), view.DATA)


def list_options() -> view.FilterOptions:
    """List the options of the filters for the store in view, as far as the viewer may use them."""
    offer = answer(view.list_options)
    return view.limit_options(offer) if is_limited() else offer


def is_limited() -> bool:
    """Return whether the viewer sees whole quarters only, and no single ward."""
    current_viewer = get_viewer()
    return current_viewer.role != "analyst" and answer(view.is_limited, current_viewer)


def _draw_filter(
    label: str,
    options: Iterable[str],
    key: str,
    default: str | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> str | None:
    """Draw a filter.

    Return what the link asks of it, where that is not among the options and so the default applies.
    """
    names = list(options)
    requested = st.query_params.get(key)
    at = names.index(default) if default in names else 0
    if requested is None and key in st.session_state and st.session_state[key] not in names:
        del st.session_state[key]  # chosen of other records; else the link would ask for it from here on
    on_change = leave_location if key in ("area", view.WARD) else None  # for a place lies in one area and ward
    st.selectbox(label, names, at, key=key, bind="query-params", on_change=on_change, width=width)
    return f"{label.lower()} “{requested[:60]}”" if requested and requested not in names else None


def read_selection(*, ward: bool = False, location: bool = False) -> Selection:
    """Return the selection in the filters.

    With `ward` it is narrowed to the ward in view, with `location` to the location of the link.
    """
    filter_values = {str(key): value for key, value in st.session_state.items() if isinstance(value, str)}
    if not ward or is_limited():
        filter_values.pop(view.WARD, None)
    if is_limited():
        filter_values.pop("covid", None)
    selection = view.read_selection(list_options(), filter_values)
    location_in_link = _find_location(selection) if location else None
    return selection.select_location(location_in_link, vintage_of(selection)) if location_in_link else selection


def _find_location(selection: Selection) -> Location | None:
    """Find the location that the link asks for.

    Return None where it asks for none, or for one that is not recorded or not visible to the viewer.
    """
    if not can_open("records"):
        return None
    return view.find_location(st.query_params.get(view.PLACE, ""), selection, answer, get_viewer())


def leave_location() -> None:
    """Show everything in the filters again, not one location alone."""
    st.query_params.pop(view.PLACE, None)


def find_focus(selection: Selection) -> str | None:
    """Return the one LPA in view, or None where all are."""
    return selection.areas[0] if len(selection.areas) == 1 else None


def choose(label: str, options: dict[T, str], key: str, default: T | None = None) -> T:
    """Draw a choice of a few options next to each other, saved in the link, and return the choice.

    The first option is the default, unless one is named.
    """
    names = list(options)
    choice = st.segmented_control(
        label,
        names,
        default=names[0] if default is None else default,
        required=True,
        format_func=lambda n: options[n],
        key=key,
        bind="query-params",
        wrap=True,  # on a telephone
    )
    return names[0] if choice is None else choice


def draw_period_buttons(selection: Selection, *, compare: bool = True) -> Period | None:
    """Draw buttons that move to the period before and after.

    With `compare`, draw the choice of the period to compare with too, and return it, if any.
    """
    all_periods = tuple(list_options().period.values())
    options = hotspot_page.list_comparisons(all_periods, selection.period)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, shortcut, to in zip(
            ("Earlier", "Later"),
            ("Shift+Left", "Shift+Right"),
            hotspot_page.find_adjacent_periods(all_periods, selection.period),
            strict=True,
        ):
            help_text = to.label if to else "No such period is loaded"
            st.button(
                name,
                on_click=_go_to_period,
                args=(to,),
                disabled=to is None,
                shortcut=shortcut,
                help=help_text,
                key=name.lower(),
            )
        unavailable = _draw_filter("Compare with", options, "against", width=320) if compare else None
    if unavailable:
        st.warning(markup.escape_markdown(f"The link asks for {unavailable}, which is not on offer."))
    return options.get(st.session_state.get("against", hotspot_page.NOTHING)) if compare else None


def _go_to_period(period: Period) -> None:
    st.session_state["period"] = period.label
