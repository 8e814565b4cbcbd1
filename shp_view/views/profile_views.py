"""The views of the Ward profile page, and recording, ending and removing the actions of a ward."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shp_data.analysis import actions, comparison, headlines, profile
from shp_data.analysis.places import search
from shp_data.domain.errors import NotAllowedError
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_data.store.notes.actions import LONGEST as LONGEST
from shp_data.store.notes.actions import Action, Actions, end_action, record_action, remove_action
from shp_data.store.reading import Reader
from shp_view.text import map_words, sentences, ward_words, wording
from shp_view.text.rows import make_plain_rows
from shp_view.views import hotspot_views, trend_views
from shp_view.views.view import Query, View, ViewTable

FIRST_DAY = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class WardProfile:
    """The views of a ward, and its actions. The view of its months has the page's message."""

    months: View
    map: View
    indicators: View
    locations: View
    week: View
    actions: Actions


def build_search_results(text: str, selection: Selection, ask: Query) -> View:
    """Build the list of the wards and streets that a text finds. Raises NotAllowedError."""
    figure = ask(search.find_by_name, text, selection.ward_year)
    table = ViewTable(figure, ward_words.SEARCH_COLUMNS, "ward") if len(figure.table) else None
    return View("", (ward_words.describe_search(figure, text),), figure, selection, table=table)


def build_ward_list(selection: Selection, ask: Query) -> View:
    """Build the list of the wards of the areas in view. Raises NotAllowedError."""
    figure = ask(profile.list_wards, selection)
    prompt = ward_words.prompt_for_ward(selection, len(figure.table))
    table = ViewTable(figure, map_words.WARDS, "ward")
    return View(ward_words.CHOOSE, (prompt,), figure, selection, table=table)


def build_profile(selection: Selection, reader: Reader, ask: Query) -> WardProfile:
    """Build the profile of the selected ward. Raises NotAllowedError.

    An action does not change the version of the store, so `ask`, which caches by version, cannot answer for it.
    """
    ward_actions = profile.list_actions(reader, selection)
    indicators = ask(profile.build_profile, selection)
    card = profile.select_headline(indicators, selection) or ask(headlines.build_card, selection)
    # The map and the rank need the other wards of the area, of which the ward's own selection has none.
    lpa_selection = profile.widen_to_lpa(selection)
    wards = ask(comparison.compare_wards, lpa_selection)
    spread = hotspot_views.fetch_spread(wards, "rate_per_1000", lpa_selection, ask)
    months = trend_views.build_view("months", selection, ask, ward_actions)
    messages = (
        sentences.describe_card(card, selection),
        ward_words.describe_rank(wards, profile.get_ward(selection)),
        sentences.describe_unusual_months(card, months.figure),
    )
    indicator_table = ViewTable(ward_words.add_ranks(indicators), ward_words.INDICATOR_COLUMNS)
    locations = ask(profile.list_busiest_locations, selection)
    busiest = ward_words.describe_locations(locations, card.table.iloc[0]["count"])
    location_table = None
    if len(locations.table):
        location_table = ViewTable(ward_words.name_locations(locations), ward_words.LOCATION_COLUMNS, "repeats")
    return WardProfile(
        replace(months, title=sentences.build_change_title(card, selection), sentences=tuple(filter(None, messages))),
        hotspot_views.make_ward_view(wards, "rate_per_1000", selection, spread),
        View("Every indicator", (ward_words.EXPLAINED,), indicators, selection, table=indicator_table),
        View("Busiest locations", (busiest,), locations, selection, table=location_table),
        trend_views.build_view("week", selection, ask),
        ward_actions,
    )


def list_notes(selection: Selection) -> tuple[str, ...]:
    """List what a reader must know of the ward: its visitors, and its changed boundaries."""
    return ward_words.list_notes(profile.get_ward(selection), selection.ward_year)


def build_result(action: Action, selection: Selection, ask: Query) -> View:
    """Build the view of what happened after an action. Raises NotAllowedError."""
    figure = ask(actions.build_before_after, action)
    note = ward_words.explain_other_boundaries(action, profile.get_ward(selection))
    texts = tuple(filter(None, (ward_words.describe_result(action, figure), note)))
    return View("", texts, figure, selection)


@dataclass(frozen=True)
class ActionTarget:
    """A ward or location that an action can be recorded for: its label, and its fields of `Action`."""

    label: str
    fields: Mapping[str, Any]


def list_targets(selection: Selection, locations: Figure) -> tuple[ActionTarget, ...]:
    """List the ward, and its busiest locations that have a name."""
    ward = profile.get_ward(selection)
    ward_fields = {"ward": ward.name, "ward_code": ward.code, "vintage": selection.ward_year}
    options = [ActionTarget(f"The whole of {ward.name} ward", ward_fields)]
    for row in make_plain_rows(locations.table, ["location", "longitude", "latitude", "count"]):
        # A point without a name would mean nothing to somebody who reads the action later.
        if row["location"]:
            fields = {"place": row["location"], "longitude": row["longitude"], "latitude": row["latitude"]}
            label = f"{row['location']} ({wording.format_count(row['count'], locations.unit)} in this period)"
            options.append(ActionTarget(label, ward_fields | fields))
    return tuple(options)


def list_aims(indicators: Figure) -> dict[str, str]:
    """List what an action can aim at: the indicators of a profile, id -> name."""
    return {row["indicator"]: row["name"] for row in make_plain_rows(indicators.table, ["indicator", "name"])}


def can_change(reader: Reader) -> bool:
    """Return whether the viewer may record, end or remove actions."""
    return reader.viewer.role == "analyst"


def save_action(
    reader: Reader, selection: Selection, target: ActionTarget, *, indicators: Sequence[str], **fields: Any
) -> None:
    """Save an action for the selected ward or a location in it. Raises UserError.

    `fields`: those of `Action` that the form asks for: what, who, agreed and end.
    """
    fields |= {name: fields[name].strip() for name in ("what", "who")}
    fields |= {"recorded_by": reader.viewer.role, "recorded_at": dt.datetime.now(dt.UTC)}
    action = Action(lpa=profile.get_ward(selection).lpa, indicators=tuple(indicators), **target.fields, **fields)
    record_action(_get_writable_root(reader), action)


def set_end_date(reader: Reader, action: Action, day: dt.date) -> None:
    """Set the last day of an action. Raises UserError."""
    end_action(_get_writable_root(reader), action.id, day)


def delete_action(reader: Reader, action: Action) -> None:
    """Delete an action. Raises UserError."""
    remove_action(_get_writable_root(reader), action.id)


def _get_writable_root(reader: Reader) -> Path:
    """Return the folder of the store, for a viewer who may change it. Raises NotAllowedError."""
    # The page hides its buttons too, but a button of a session whose role has changed since must not work.
    if not can_change(reader):
        raise NotAllowedError(f"Your role ({reader.viewer.role}) cannot change actions. Ask an analyst.")
    return reader.store.layout.root
