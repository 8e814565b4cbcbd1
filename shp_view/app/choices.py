"""The filters of the sidebar and the other choices on a page, all saved in the link."""

from __future__ import annotations

from typing import Literal, TypeVar

import streamlit as st

from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Location, Selection
from shp_view.app.session import answer, can_open, get_viewer, list_loads, open_store
from shp_view.text import markup
from shp_view.views import filters, hotspot_views, loading

T = TypeVar("T")


def draw_filters(page: str) -> None:
    """Draw the filters of a page in the sidebar, saved in the link. Raises SelectionError where no record is loaded."""
    keys = filters.PAGE_FILTERS.get(page, ())
    if not keys:
        return
    with st.sidebar:
        body = st.container()
        more = body if is_limited() else st.expander("More")
    with more:
        choose_records()  # first, as the options of the others depend on it
    # Without records no filter has an option: one message instead of a page of empty charts.
    if not open_store().list_months():
        has_figures, suppliers = bool(open_store().manifest.loads), {cell.source for cell in open_store().coverage}
        raise SelectionError(loading.explain_no_records(has_figures=has_figures, suppliers=suppliers))
    notes = []
    # In the order of FILTERS: the options of a filter depend on those before it.
    for key in (key for key in filters.FILTERS if key in keys):
        if key == filters.PLACE:
            notes.append(_check_location())
        elif options := _list_filter_options(key):
            with more if key == "wards" else body:
                notes.append(_draw_filter(filters.FILTERS[key].label, options, key))
    for note in filter(None, notes):
        st.warning(markup.escape_markdown(note))


def _list_filter_options(key: str) -> filters.FilterOptions | None:
    """List the options of a filter; None where the viewer has no such filter, or the data needs none."""
    if key == filters.WARD:
        return None if is_limited() else filters.list_ward_options(read_selection())
    return None if key == "covid" and not open_store().covid_indicators else list_options().get(key)


def choose_records() -> None:
    """Draw the choice between the partnership's records and the sample.

    Only the analyst has it, and only where the partnership has records.
    """
    if partnership().has_sample and list_loads() and can_open("data"):
        names = (filters.OWN_RECORDS, filters.SAMPLE)
        _draw_filter("Records", filters.FilterOptions(dict.fromkeys(names), names[0]), filters.DATA)


def list_options() -> filters.Offer:
    """List the options of the filters for the store in view, as far as the viewer may use them."""
    offer: filters.Offer = answer(filters.list_options)
    return filters.limit_options(offer) if is_limited() else offer


def is_limited() -> bool:
    """Return whether the viewer sees whole quarters only, and no single ward."""
    current_viewer = get_viewer()
    return current_viewer.role != "analyst" and answer(filters.is_limited)


def _draw_filter(
    label: str, options: filters.FilterOptions, key: str, width: int | Literal["stretch"] = "stretch"
) -> str:
    """Draw a filter. Return a note where the link asks for what is not among its options; else an empty text."""
    names, requested = list(options.options), st.query_params.get(key)
    if requested is None and key in st.session_state and st.session_state[key] not in names:
        # It was an option of other records. It is set and not deleted, because the browser would go on showing it.
        st.session_state[key] = options.default
    on_change = leave_location if key in ("area", filters.WARD) else None  # a location is in one area and ward
    at = names.index(options.default) if options.default in names else 0
    st.selectbox(label, names, at, key=key, bind="query-params", on_change=on_change, width=width)
    if not requested or requested in names:
        return ""
    return filters.explain_default(filters.describe_words(key, requested), names[at])


def _check_location() -> str:
    """Return a note where the link asks for a location that has no records in view; else an empty text."""
    requested = st.query_params.get(filters.PLACE)
    if not requested or _find_location(read_selection()):
        return ""
    return filters.explain_default(filters.describe_words(filters.PLACE, requested), "All locations")


def read_selection(*, ward: bool = False, location: bool = False) -> Selection:
    """Return the selection in the filters.

    With `ward` it is narrowed to the ward in view, with `location` to the location of the link.
    """
    # A select box holds the words of its option: the state of the session is read as a link is.
    filter_values = {str(key): value for key, value in st.session_state.items() if isinstance(value, str)}
    if not ward or is_limited():
        filter_values.pop(filters.WARD, None)
    selection = filters.read_selection(list_options(), filter_values)
    location_in_link = _find_location(selection) if location else None
    return selection.select_location(location_in_link, selection.ward_year) if location_in_link else selection


def _find_location(selection: Selection) -> Location | None:
    """Find the location that the link asks for.

    Return None where it asks for none, or for one that is not recorded or not visible to the viewer.
    """
    # A location is below the level of wards: whoever may not open records may not narrow to one either.
    if not can_open("records"):
        return None
    return filters.find_location(st.query_params.get(filters.PLACE, ""), selection, answer)


def leave_location() -> None:
    """Show everything in the filters again, not one location alone."""
    st.query_params.pop(filters.PLACE, None)


def choose(label: str, options: dict[T, str], key: str, default: T | None = None) -> T:
    """Draw a choice of a few options next to each other, saved in the link, and return the choice.

    The first option is the default, unless one is named.
    """
    names, first = list(options), next(iter(options))
    # Streamlit ignores words that are not an option, but an old link may have the earlier name of one.
    requested = st.query_params.get(key, "")
    words = filters.update_words({key: requested})[key]
    for name in (name for name in names if options[name] == words != requested):
        st.session_state[key] = name
    choice = st.segmented_control(
        label, names, default=first if default is None else default, required=True, format_func=options.__getitem__,
        key=key, bind="query-params", wrap=True,
    )  # fmt: skip
    return first if choice is None else choice


def draw_period_buttons(selection: Selection, *, compare: bool = True) -> Period | None:
    """Draw buttons that move to the period before and after.

    With `compare`, draw the choice of the period to compare with too, and return it, if any.
    """
    all_periods = tuple(list_options()["period"].options.values())
    adjacent_periods = hotspot_views.find_adjacent_periods(all_periods, selection.period)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        buttons = zip(("Earlier", "Later"), ("Shift+Left", "Shift+Right"), adjacent_periods, strict=True)
        for name, shortcut, period in buttons:
            tooltip = period.label if period else "No data is loaded for that period"
            st.button(
                name, on_click=_go_to_period, args=(period,), disabled=not period, shortcut=shortcut, help=tooltip,
                key=name.lower(),
            )  # fmt: skip
        if not compare:
            return None
        options = hotspot_views.list_comparisons(all_periods, selection.period)
        comparisons = filters.FilterOptions(options, hotspot_views.NONE)
        note = _draw_filter("Compare with", comparisons, "against", width=320)
    if note:
        st.warning(markup.escape_markdown(note))
    return options.get(st.session_state["against"])


def _go_to_period(period: Period) -> None:
    st.session_state["period"] = period.label
