"""The functions that pages call, and the only part of the view that imports Streamlit.

A page reads the selection, asks a builder of `shp_view.views` for a View, and draws it. Each module imports only
those before it: `uploads`, `session`, `choices`, `links`, `drawing`, `mapping` and `questions`.
"""

from shp_view.app.choices import choose, choose_records, draw_filters, draw_period_buttons, is_limited, read_selection
from shp_view.app.drawing import (
    draw_activities,
    draw_card,
    draw_chart,
    draw_download_button,
    draw_downloads,
    draw_grid,
    draw_heading,
    draw_location_note,
    draw_method,
    draw_missing_card,
    draw_notes,
    draw_sentences,
    draw_table,
    draw_table_view,
    draw_view,
    draw_view_downloads,
    draw_view_table,
    make_frames,
)
from shp_view.app.links import (
    METHOD,
    build_addresses,
    build_full_address,
    build_pack_link,
    draw_link,
    draw_pack_button,
    draw_records_link,
    open_pack,
    save_pack,
)
from shp_view.app.mapping import choose_supplier, map_file
from shp_view.app.questions import ask_about_files
from shp_view.app.session import (
    admit,
    answer,
    attempt,
    can_open,
    check_access,
    draw_account,
    get_desk,
    get_viewer,
    identify_visitor,
    is_dark,
    list_loads,
    open_reader,
    open_store,
    record_activity,
    start_page,
)
from shp_view.app.uploads import drop_uploads, upload_file, upload_files
