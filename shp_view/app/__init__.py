"""The pages' toolbox, and the only part of the view that imports Streamlit.

A page asks for the selection, has a function of `shp_data.analysis` answered, and shows the Figure. In order, each
leaning only on those before: `session`, `choices`, `links`, `packs`, `shown`, `mapped` and `mapping`.
"""

from shp_view.app.choices import choose, filters, focus, limited, periods, records_choice, selection
from shp_view.app.links import addresses, here, link, records_link
from shp_view.app.mapped import cell_map, place_map, point_map, ward_legend, ward_map
from shp_view.app.mapping import map_file, supplier
from shp_view.app.packs import keep_pack, open_pack, pack_button, pack_link
from shp_view.app.session import (
    account,
    admit,
    answer,
    check,
    dark,
    desk,
    opens,
    own_loads,
    own_store,
    record,
    refuse,
    start,
    store,
    viewer,
    visitor,
)
from shp_view.app.shown import (
    card,
    chart,
    download,
    downloads,
    frames,
    grid,
    heading,
    notes,
    picture,
    place_note,
    table,
)

__all__ = [
    "account",
    "addresses",
    "admit",
    "answer",
    "card",
    "cell_map",
    "chart",
    "check",
    "choose",
    "dark",
    "desk",
    "download",
    "downloads",
    "filters",
    "focus",
    "frames",
    "grid",
    "heading",
    "here",
    "keep_pack",
    "limited",
    "link",
    "map_file",
    "notes",
    "open_pack",
    "opens",
    "own_loads",
    "own_store",
    "pack_button",
    "pack_link",
    "periods",
    "picture",
    "place_map",
    "place_note",
    "point_map",
    "record",
    "records_choice",
    "records_link",
    "refuse",
    "selection",
    "start",
    "store",
    "supplier",
    "table",
    "viewer",
    "visitor",
    "ward_legend",
    "ward_map",
]
