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
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.notes.actions import LONGEST as LONGEST
from shp_data.store.notes.actions import Action, Actions, end_action, record_action, remove_action
from shp_view.text import map_words, sentences, ward_words, wording
from shp_view.text.rows import make_plain_rows
from shp_view.views import hotspot_views, trend_views
from shp_view.views.view import Query, View, ViewTable

FIRST_DAY = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class WardProfile:
    """The views of a ward: its months with the page's message, its map, indicators, busiest locations and week."""

    months: View
    map: View
    indicators: View
    locations: View
    week: View


def build_search_results(text: str, selection: Selection, ask: Query) -> View:
    """Build the list of the wards and streets that a text finds. Raises NotAllowedError."""
    figure = ask(search.find_by_name, text, selection.ward_year)
    table = ViewTable(figure, ward_words.SEARCH_COLUMNS, "ward") if len(figure.table) else None
    return View("", (ward_words.describe_search(figure, text),), figure, "", None, selection, table=table)


def build_ward_list(selection: Selection, ask: Query) -> View:
    """Build the list of the wards of the areas in view. Raises NotAllowedError."""
    figure = ask(profile.list_wards, selection)
    prompt = ward_words.prompt_for_ward(selection, len(figure.table))
    table = ViewTable(figure, map_words.WARDS, "ward")
    return View(ward_words.CHOOSE, (prompt,), figure, "", None, selection, table=table)


def build_profile(selection: Selection, ward_actions: Actions, ask: Query) -> WardProfile:
    """Build the profile of the selected ward. Raises NotAllowedError.

    `ward_actions`: those of the ward, which its months mark.
    """
    indicators = ask(profile.build_profile, selection)
    # The verdict on an indicator is that of its row in the profile, where it is tested together with the others.
    card = profile.select_headline(indicators, selection) or ask(headlines.build_card, selection)
    lpa_selection = profile.widen_to_lpa(selection)
    wards = ask(comparison.compare_wards, lpa_selection)
    spread = hotspot_views.fetch_spread(wards, "rate_per_1000", lpa_selection, ask)
    months = trend_views.build_view("months", selection, ask, ward_actions)
    locations = ask(profile.list_busiest_locations, selection)
    return WardProfile(
        _replace_message(
            months,
            sentences.build_change_title(card, selection),
            sentences.describe_card(card, selection),
            ward_words.describe_rank(wards, profile.get_ward(selection)),
            sentences.describe_unusual_months(card, months.figure),
        ),
        hotspot_views.make_ward_view(wards, "rate_per_1000", selection, spread),
        View(
            title="Every indicator",
            sentences=(ward_words.EXPLAINED,),
            figure=indicators,
            alt="",
            draw=None,
            selection=selection,
            table=ViewTable(ward_words.add_ranks(indicators), ward_words.INDICATOR_COLUMNS),
        ),
        View(
            title="Busiest locations",
            sentences=(ward_words.describe_locations(locations, card.table.iloc[0]["count"]),),
            figure=locations,
            alt="",
            draw=None,
            selection=selection,
            table=_make_location_table(locations),
        ),
        trend_views.build_view("week", selection, ask),
    )


def _replace_message(view: View, title: str, *texts: str) -> View:
    """Return a view with another title and other sentences."""
    return replace(view, title=title, sentences=tuple(filter(None, texts)))


def _make_location_table(figure: Figure) -> ViewTable | None:
    """Make the table of the busiest locations; None where there are none."""
    if figure.table.empty:
        return None
    return ViewTable(ward_words.name_locations(figure), ward_words.LOCATION_COLUMNS, "repeats")


def list_notes(selection: Selection) -> tuple[str, ...]:
    """List what a reader must know of the ward: its visitors, and its changed boundaries."""
    return ward_words.list_notes(profile.get_ward(selection), selection.ward_year)


def build_result(action: Action, selection: Selection, ask: Query) -> View:
    """Build the view of what happened after an action. Raises NotAllowedError."""
    figure = ask(actions.build_before_after, action)
    note = ward_words.explain_other_boundaries(action, profile.get_ward(selection))
    texts = tuple(filter(None, (ward_words.describe_result(action, figure), note)))
    return View("", texts, figure, "", None, selection)


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
        if row["location"]:
            location_fields = {"place": row["location"], "longitude": row["longitude"], "latitude": row["latitude"]}
            incidents = wording.format_count(row["count"], locations.unit)
            options.append(
                ActionTarget(f"{row['location']} ({incidents} in this period)", ward_fields | location_fields)
            )
    return tuple(options)


def list_aims(indicators: Figure) -> dict[str, str]:
    """List what an action can aim at: the indicators of a profile, id -> name."""
    return {row["indicator"]: row["name"] for row in make_plain_rows(indicators.table, ["indicator", "name"])}


def can_change(viewer: Viewer) -> bool:
    """Return whether this viewer may record, end or remove actions."""
    return viewer.role == "analyst"


def save_action(
    root: Path,
    viewer: Viewer,
    selection: Selection,
    target: ActionTarget,
    *,
    what: str,
    who: str,
    agreed: dt.date,
    end: dt.date | None,
    indicators: Sequence[str],
) -> None:
    """Save an action for the selected ward or a location in it. Raises UserError."""
    _check_can_change(viewer)
    action = Action(
        agreed=agreed,
        end=end,
        what=what.strip(),
        who=who.strip(),
        lpa=profile.get_ward(selection).lpa,
        indicators=tuple(indicators),
        recorded_by=viewer.role,
        recorded_at=dt.datetime.now(dt.UTC),
        **target.fields,
    )
    record_action(root, action)


def set_end_date(root: Path, viewer: Viewer, action: Action, day: dt.date) -> None:
    """Set the last day of an action. Raises UserError."""
    _check_can_change(viewer)
    end_action(root, action.id, day)


def delete_action(root: Path, viewer: Viewer, action: Action) -> None:
    """Delete an action. Raises UserError."""
    _check_can_change(viewer)
    remove_action(root, action.id)


def _check_can_change(viewer: Viewer) -> None:
    if not can_change(viewer):
        raise NotAllowedError(f"Your role ({viewer.role}) cannot change actions. Ask an analyst.")
