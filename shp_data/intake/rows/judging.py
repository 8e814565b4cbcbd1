"""Which cells does a load speak for, and what becomes of each of its rows?"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from shp_data.domain.vocabulary import Source
from shp_data.intake.rows import staging
from shp_data.intake.rows.claims import find_later
from shp_data.intake.rows.coverage import between, covered
from shp_data.store.files.layout import Layout
from shp_data.store.files.manifest import Cell, Manifest


def judge(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    manifest: Manifest,
    append: bool,
    sources: Mapping[str, Source],
) -> tuple[set[tuple[int, Cell]], set[Cell]]:
    """Judge every row; the cells that each file has kept rows in, and those that the load speaks for.

    A cell of which every row is rejected is none of them: what the store has of it stays. Ids are judged
    against what stays, so that judging is repeated until no more cell drops out. A month between those of a file
    that has no row there (`between`) is spoken for only where the store has nothing of it, since one record of long
    ago must not take the months since then away; and not by a load that adds rows to what there is.
    """
    held = manifest.coverage().keys()
    read = staging.cells_read(connection)
    every = {cell for _, cell in read}
    kept = {key for key, sound in read.items() if sound}
    lost = every - {cell for _, cell in kept}
    while True:
        cells = covered({cell for _, cell in kept}, sources)
        cells = (cells if append else cells | (between(kept, sources) - held)) - lost
        find_later(connection, layout, manifest, () if append else cells)
        staging.judge(connection)
        kept = staging.cells_kept(connection)
        lost_now = every - {cell for _, cell in kept}
        if lost_now <= lost:
            return kept, cells
        lost |= lost_now
