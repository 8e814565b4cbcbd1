"""The partnership's part of the postcode directory of the Office for National Statistics (ONSPD or NSPL)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from shp_data.domain.areas import Areas
from shp_data.domain.boundaries import LPAS, read_layer
from shp_data.domain.errors import InputError, StoreError
from shp_data.domain.schema import OUTSIDE, UNPLACED, name_ward_column
from shp_data.intake.readers.zips import list_members, open_member
from shp_data.intake.rows.placing import convert_grid, list_area_columns, place_points
from shp_data.store.files.layout import StoreLayout, compute_boundaries_digest
from shp_data.store.files.writing import open_for_writing

# Our column -> its names in the editions of both directories, the best first.
_NAMES: Final = {
    "postcode": ("pcds", "pcd8", "pcd7", "pcd2", "pcd", "postcode", "postcode_3"),
    "authority": ("oslaua", "laua", r"lad\d\dcd", r"laua\d\d", "local_authority_code"),
    "ward": ("osward", "ward", r"wd\d\dcd", r"ward\d\d", "ward_code"),
    "longitude": ("long", "longitude"),
    "latitude": ("lat", "latitude"),
    "easting": ("oseast1m", "east1m", "easting"),
    "northing": ("osnrth1m", "north1m", "northing"),
}
_DEGREES, _METRES = ("longitude", "latitude"), ("easting", "northing")
_BLOCK_BYTES = 16 * 1024**2  # read at a time: the whole directory is over a gigabyte
_MARGIN = 0.01  # degrees around the areas: rows further away need no point in polygon
_BOUNDARIES = b"boundaries"  # key of the digest of the boundaries in the file


@dataclass(frozen=True)
class DirectoryPart:
    """What was kept of a directory: the number of postcodes, read and kept, and those kept in each LPA."""

    read: int
    kept: int
    by_lpa: dict[str, int]


def save_postcodes(file: Path, root: Path, areas: Areas) -> DirectoryPart:
    """Save the partnership's postcodes with the store at `root`, in place of earlier ones.

    `file`: a CSV, or a zip as downloaded. Postcodes that have ended are kept, because older records have them. Raises
    InputError for any other file, and StoreError.
    """
    tables, read = [], 0
    for batch in _read_batches(file):
        read += len(batch)
        tables.append(_select_near(batch, areas))
    table = _place_postcodes(pd.concat(tables, ignore_index=True), areas)
    if table.empty:
        raise InputError(f"{file.name}: none of its {read:,} postcodes is in {', '.join(areas.lpa_names)}.")
    with open_for_writing(root) as layout:
        content = pa.Table.from_pandas(table, preserve_index=False)
        content = content.replace_schema_metadata({_BOUNDARIES: compute_boundaries_digest()})
        temporary = layout.postcodes.with_suffix(".part")
        pq.write_table(content, temporary)
        temporary.replace(layout.postcodes)
    counts = table["lpa"].value_counts()
    return DirectoryPart(read, len(table), {lpa: int(counts.get(lpa, 0)) for lpa in areas.lpa_names})


def find_postcodes(layout: StoreLayout) -> Path | None:
    """Find the postcodes saved with a store; None if there are none.

    Raises StoreError if they cannot be read, or were placed with other boundaries.
    """
    if not layout.postcodes.exists():
        return None
    try:
        metadata = pq.read_schema(layout.postcodes).metadata or {}
    except (OSError, pa.ArrowInvalid) as error:
        raise StoreError(f"postcodes.parquet cannot be read: {error}; run the command postcodes again") from error
    if metadata.get(_BOUNDARIES, b"").decode() != compute_boundaries_digest():
        raise StoreError(
            "the postcodes in this store were placed with other boundaries: run `python -m shp_data postcodes` again"
        )
    return layout.postcodes


def _read_batches(file: Path) -> Iterator[pd.DataFrame]:
    """Read a directory in batches, with the columns of _NAMES that it has, all as texts."""
    stream, name = _open_directory(file)
    with closing(stream):
        columns = _match_columns(_read_header(stream, name), name)
    stream, name = _open_directory(file)
    with closing(stream):
        types = dict.fromkeys(columns.values(), pa.string())
        try:
            for batch in pa_csv.open_csv(
                stream,
                pa_csv.ReadOptions(block_size=_BLOCK_BYTES),
                convert_options=pa_csv.ConvertOptions(include_columns=list(types), column_types=types),
            ):
                yield batch.to_pandas().rename(columns={theirs: ours for ours, theirs in columns.items()})
        except (pa.ArrowInvalid, OSError) as error:
            raise InputError(f"{name}: cannot be read to its end ({error}). Download it again.") from error


def _open_directory(file: Path) -> tuple[BinaryIO, str]:
    """Open the CSV of a directory, and return its name. Of a zip, it is the largest one."""
    try:
        if file.suffix.lower() != ".zip":
            return file.open("rb"), file.name
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error}).") from error
    members = [m for m in list_members(file, file.name, lambda member: member.lower().endswith(".csv")) if not m.fault]
    if not members:
        raise InputError(f"{file.name}: contains no CSV file; expected ONS's postcode directory as downloaded.")
    largest = max(members, key=lambda member: member.size)
    return open_member(file, largest.name, f"{file.name}/{largest.name}"), f"{file.name}/{largest.name}"


def _read_header(stream: BinaryIO, name: str) -> list[str]:
    try:
        return next(csv.reader([stream.readline().decode("utf-8-sig")]), [])
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: is not a CSV of ONS's postcode directory.") from error


def _match_columns(header: Sequence[str], name: str) -> dict[str, str]:
    """Match our columns with those of a directory. Raises InputError if it lacks postcodes or points."""
    columns: dict[str, str] = {}
    for ours, patterns in _NAMES.items():
        matches = [title for pattern in patterns for title in header if re.fullmatch(pattern, title.strip(), re.I)]
        columns |= {ours: matches[0]} if matches else {}
    if "postcode" not in columns or not any(all(c in columns for c in pair) for pair in (_DEGREES, _METRES)):
        raise InputError(
            f"{name}: its columns are {', '.join(header[:10])}...; expected ONS's postcode directory (ONSPD or NSPL), "
            "with columns such as pcds, lat and long."
        )
    return columns


def _select_near(batch: pd.DataFrame, areas: Areas) -> pd.DataFrame:
    """Select the postcodes in or near the areas, or in an authority that is one of them; with degrees as numbers."""
    longitude, latitude = _read_degrees(batch)
    west, south, east, north = _find_bounds()
    is_near = (west <= longitude) & (longitude <= east) & (south <= latitude) & (latitude <= north)
    if "authority" in batch:
        is_near |= batch["authority"].isin([area.code for area in areas.lpas]).to_numpy()
    near = batch.assign(longitude=longitude, latitude=latitude)[is_near]
    return near.reindex(columns=["postcode", "authority", "ward", *_DEGREES])


def _read_degrees(batch: pd.DataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    names = _DEGREES if all(name in batch for name in _DEGREES) else _METRES
    first, second = (pd.to_numeric(batch[name], errors="coerce").to_numpy(float) for name in names)
    if names == _METRES:
        return convert_grid(first, second)
    return first, second


def _find_bounds() -> tuple[float, float, float, float]:
    """Find the west, south, east and north of all the areas, with a margin, in degrees."""
    from shapely.geometry import shape

    bounds = np.array([shape(feature["geometry"]).bounds for feature in read_layer(LPAS)["features"]])
    west, south, *_ = bounds.min(axis=0) - _MARGIN
    *_, east, north = bounds.max(axis=0) + _MARGIN
    return west, south, east, north


def _place_postcodes(near: pd.DataFrame, areas: Areas) -> pd.DataFrame:
    """Place postcodes in their LPA and wards: as the directory says, and by their point where it says nothing.

    The directory has the wards of one year. Its own method is that point too.

    Parameters
    ----------
    near : postcode, authority, ward (ONS codes; missing where the directory has none), longitude, latitude.

    Returns
    -------
    pandas.DataFrame : postcode (capitals, no blanks), lpa and the ward of every ward year, for those in an LPA.
    """
    points = place_points(near["longitude"].to_numpy(float), near["latitude"].to_numpy(float), tuple(areas.wards))
    placed = pd.DataFrame(list_area_columns(points)).assign(
        postcode=near["postcode"].str.upper().str.replace(r"\s", "", regex=True).to_numpy(),
        ward=near["ward"].to_numpy(),
        point_lpa=points.lpa.astype(str),
    )
    lpas_by_code = {area.code: area.name for area in areas.lpas}
    # Areas that are not authorities have codes of their own, which the directory does not know.
    if near["authority"].isin(lpas_by_code).any():
        placed["lpa"] = near["authority"].map(lpas_by_code).fillna(OUTSIDE).to_numpy()
    for ward_year, wards in areas.wards.items():
        column = name_ward_column(ward_year)
        by_point = placed[column].where(placed["point_lpa"] == placed["lpa"], UNPLACED)
        lpa_of_ward = placed["ward"].map({ward.code: ward.lpa for ward in wards.values()})
        placed[column] = placed["ward"].where(lpa_of_ward == placed["lpa"], by_point)
    columns = ["postcode", "lpa", *map(name_ward_column, areas.wards)]
    inside = placed[placed["lpa"].isin(areas.lpa_names)][columns]
    return inside.drop_duplicates("postcode").sort_values("postcode", ignore_index=True)
