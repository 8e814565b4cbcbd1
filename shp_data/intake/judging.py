"""Which cells does a load speak for, and what becomes of each of its rows?"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from shp_data.domain.vocabulary import Source
from shp_data.intake import staging
from shp_data.intake.coverage import covered
from shp_data.store.layout import Layout
from shp_data.store.manifest import Cell, Manifest
from shp_data.store.reading import records_sql


def judge(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    manifest: Manifest,
    append: bool,
    sources: Mapping[str, Source],
) -> tuple[set[tuple[int, Cell]], set[Cell]]:
    """Judge every row; the cells that each file has kept rows in, and those that the load speaks for.

    A cell of which every row is rejected is none of them: what the store has of it stays. Ids are judged
    against what stays, so that judging is repeated until no more cell drops out.
    """
    kept = staging.cells(connection, "placed", "reason IS NULL")
    lost = _cells_of(staging.cells(connection, "placed")) - _cells_of(kept)
    while True:
        cells = covered(_cells_of(kept), sources) - lost
        staying = records_sql(layout, manifest, () if append else cells) if manifest.loads else None
        staging.judge(connection, staying)
        kept = staging.cells(connection, "judged", "status <> 'rejected'")
        lost_now = _cells_of(staging.cells(connection, "judged")) - _cells_of(kept)
        if lost_now <= lost:
            return kept, cells
        lost |= lost_now


def _cells_of(found: set[tuple[int, Cell]]) -> set[Cell]:
    return {cell for _, cell in found}
