"""How exactly the records of a store, or of one load, are placed."""

from __future__ import annotations

from typing import Final, NamedTuple

from shp_data.domain.schema import OTHER_SUPPLIER, OUTSIDE, UNPLACED
from shp_data.store.files.active_files import build_counts_sql
from shp_data.store.files.engine import run_query
from shp_data.store.files.layout import StoreLayout, build_parquet_sql, list_ward_columns
from shp_data.store.files.manifest import Load
from shp_data.store.version import Store

# What places a record, the most exact first; see `placed_by` in columns.csv. Empty: loaded before it was recorded.
_METHODS: Final = {
    "point": "by point",
    "postcode": "by postcode",
    "ward": "by ward",
    "square": "by grid square",
    "lsoa": "by LSOA",
    "area": "by area",
    "supplier": "by the only area of the supplier",
    "none": "no place given",
    "": "not recorded by an earlier version",
}
_EXACTNESS: Final = {
    "ward": "",
    "area": ", the area only",
    "outside": "outside every area",
    "apart": "in an area of another supplier, counted apart",
    "unplaced": "not placed",
}
_WHY_UNPLACED: Final = {
    "square": "the grid square is in several areas",
    "postcode": "the postcode is not in the postcode directory of this store",
    "none": "no place given",
}


class Placement(NamedTuple):
    """What placed some records, how exactly (in a ward, an area, outside, apart or unplaced), and their number."""

    placed_by: str
    exactness: str
    records: int

    @property
    def label(self) -> str:
        """What places the records, in words: `by LSOA, the area only`."""
        if self.exactness == "unplaced":
            return f"{_EXACTNESS['unplaced']}: {_WHY_UNPLACED.get(self.placed_by, _METHODS[''])}"
        if self.exactness in ("outside", "apart"):
            return _EXACTNESS[self.exactness]
        # A point is as exact as can be, and an area is an area.
        is_divided = self.placed_by in ("square", "lsoa", "postcode")
        return _METHODS[self.placed_by] + (_EXACTNESS[self.exactness] if is_divided else "")


def count_placements(store: Store) -> tuple[Placement, ...]:
    """Count the records of a store by what placed them, the most exact first."""
    return _count(build_counts_sql(store.layout, store.all_files))


def count_load_placements(layout: StoreLayout, load: Load) -> tuple[Placement, ...]:
    """Count the records of one load by what placed them, the most exact first. Empty if it has no records."""
    if not load.cells:
        return ()
    return _count(f"SELECT * FROM {build_parquet_sql([layout.locate_summary(load.part)])}")  # noqa: S608  # quoted


def _count(counts_sql: str) -> tuple[Placement, ...]:
    """Count the records of a monthly summary. All that are outside are one row, whatever placed them; and apart."""
    in_ward = " OR ".join(f"{column} <> '{UNPLACED}'" for column in list_ward_columns())
    rows = run_query(
        f"""
        SELECT CASE WHEN lpa IN ('{OUTSIDE}', '{OTHER_SUPPLIER}') THEN '' ELSE coalesce(placed_by, '') END AS placed_by,
            sum(count)::BIGINT AS records,
            CASE WHEN lpa = '{OUTSIDE}' THEN 'outside' WHEN lpa = '{OTHER_SUPPLIER}' THEN 'apart'
                WHEN lpa = '{UNPLACED}' THEN 'unplaced' WHEN placed_by = 'point' OR {in_ward} THEN 'ward'
                ELSE 'area' END AS exactness
        FROM ({counts_sql}) GROUP BY ALL
        """,  # noqa: S608  # our own names; paths are quoted
        {},
    )
    placements = [
        Placement(str(placed_by), str(exactness), int(records))
        for placed_by, records, exactness in rows.itertuples(index=False, name=None)
    ]
    exactness, methods = list(_EXACTNESS), list(_METHODS)
    return tuple(sorted(placements, key=lambda row: (exactness.index(row.exactness), methods.index(row.placed_by))))
