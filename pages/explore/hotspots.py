"""Ward hotspots: where incidents happen, compared with another period, and what changed."""

import streamlit as st

from shp_view import app
from shp_view.text import markup
from shp_view.views import hotspot_views, named_hotspot_views, trend_views

selection, viewer = app.read_selection(), app.get_viewer()
narrowed = app.read_selection(ward=True, location=True)  # to the ward or location of the filters
# Each part has its own container, and the maps of all layers have the same names, so that a map does not reload when
# something around it or on it changes.
head, choices, steps, notes = st.container(), st.columns(2), st.container(), st.container()
with choices[0]:
    layer = app.choose("Show", hotspot_views.list_layers(app.open_reader(), selection), "layer")
with choices[1]:
    measures = hotspot_views.MEASURE_CHOICES.get(layer)
    measure = app.choose(*measures) if measures else "count"
    size = hotspot_views.SIZE
    if layer == "cells":
        size = app.choose("Size of the hexagons", hotspot_views.SIZES, "size", hotspot_views.SIZE)
with steps:
    other_period = app.draw_period_buttons(selection, compare=layer != "places")
views = hotspot_views.build_views(layer, measure, other_period, selection, app.answer, size)
with head:
    app.draw_heading(views[0].title, selection)

frames = app.make_frames(len(views), is_wide=layer == "cells")  # the list of hotspots has many columns
for position, (view, (left, right)) in enumerate(zip(views, frames, strict=True)):
    name = ("map", "other-map")[position]
    with left:
        if len(views) > 1:
            st.subheader(view.selection.period.label, anchor=False)
        app.draw_view(view, name, narrowed.location, with_legend=position == 0)
        app.draw_view_downloads(view, name)
    with right:
        if not measures:
            app.draw_sentences(view)
        app.draw_view_table(view)
with notes:
    for note in views[0].sentences if measures else ():
        st.info(note)
app.draw_notes(views[0].figure)


def show_profile() -> None:
    """Show the months of the ward, LSOA, location or hotspot in view, and links to its records and to more detail."""
    months = trend_views.build_view("months", narrowed, app.answer)
    st.subheader(markup.escape_markdown(months.figure.subtitle), anchor=False)
    locations = None
    if layer == "cells" and narrowed.location and narrowed.location.cell:
        locations = named_hotspot_views.build_locations_view(selection, narrowed, app.answer)
        app.draw_sentences(locations)
    app.draw_sentences(months)
    app.draw_view(months, "ward-months")
    with st.container(horizontal=True):
        app.draw_records_link(narrowed)
        if narrowed.ward and narrowed.location:
            app.draw_link("See other incidents at this location", "repeats", narrowed)
        if locations:
            app.draw_link("See its months and its week", "trends", narrowed)
        if narrowed.ward:
            app.draw_link("Ward profile", "ward", narrowed)
        app.draw_view_downloads(months, "ward-months")
    app.draw_notes(months.figure)
    if locations:
        app.draw_table_view(locations, "hotspot-locations")


if narrowed.location:
    app.draw_location_note(hotspot_views.MARK_NOTES.get(layer, "The map shows a ring around this location."))
if narrowed.ward or (layer in hotspot_views.MARK_NOTES and narrowed.location):
    show_profile()
elif not app.is_limited() and (layer == "wards" or viewer.role == "analyst"):
    st.caption(hotspot_views.CLICK_HELP[layer])
with st.container(horizontal=True):
    if layer == "places":
        app.draw_link("See more about repeat locations", "repeats", selection)
    app.draw_link("Search by ward or street", "ward", selection)
    app.draw_pack_button("hotspots", selection)
