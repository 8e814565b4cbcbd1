"""The LSOA of each record, by its coordinates. It is worked out as the records are read, once for each point.

The store holds no LSOA: `docs/decisions/0030` says why.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from shp_data.domain.boundaries import LSOAS
from shp_data.domain.schema import LSOA, NO_AREA, UNPLACED
from shp_data.store.files.active_files import build_records_sql, find_files_to_read, read_manifest
from shp_data.store.files.engine import run_query
from shp_data.store.files.layout import StoreLayout, quote_text

if TYPE_CHECKING:
    import pyarrow as pa

LSOA_POINTS = "lsoa_points"  # the name under which `build_lsoa_sql` reads the table of `place_points_in_lsoas`
_NO_AREA = ", ".join(map(quote_text, NO_AREA))


# Points come with loads alone, so a few versions of a store are enough.
@lru_cache(maxsize=8)
def place_points_in_lsoas(root: Path, version: str) -> pa.Table:
    """Find the LSOA of every point of a store: longitude, latitude (WGS84 degrees) and lsoa (the code of 2021)."""
    import pyarrow as pa  # as shapely, only where LSOAs are counted
    import shapely

    from shp_data.domain.polygons import find_codes

    layout = StoreLayout(root)
    records = build_records_sql(layout, find_files_to_read(read_manifest(root, version)))
    # A point is in one LPA, whatever its record. A month has far fewer points than records.
    points = run_query(
        f"""
        SELECT longitude, latitude, any_value(lpa) AS lpa FROM ({records})
        WHERE longitude IS NOT NULL AND latitude IS NOT NULL AND lpa NOT IN ({_NO_AREA}) GROUP BY longitude, latitude
        """,  # noqa: S608  # our own names; paths are quoted
        {},
    )
    longitude, latitude = (points[name].to_numpy(float) for name in ("longitude", "latitude"))
    codes = find_codes(shapely.points(longitude, latitude), points["lpa"].to_numpy(object), LSOAS)
    is_placed = codes != UNPLACED
    return pa.table(
        {"longitude": longitude[is_placed], "latitude": latitude[is_placed], LSOA: np.asarray(codes[is_placed], str)}
    )


def build_lsoa_sql(records: str) -> str:
    """Build SQL for some records with the column `lsoa`: its code, or where a record is in none what its LPA says.

    It reads the table LSOA_POINTS. A record without coordinates, or whose point is in an LPA and in no LSOA of it, is
    `(unplaced)`.
    """
    return f"""
        SELECT records.*, CASE WHEN lpa IN ({_NO_AREA}) THEN lpa ELSE coalesce({LSOA}, '{UNPLACED}') END AS {LSOA}
        FROM ({records}) AS records LEFT JOIN {LSOA_POINTS} USING (longitude, latitude)
        """  # noqa: S608  # our own names; paths are quoted
