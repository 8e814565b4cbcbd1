"""Fetch the months of one force from data.police.uk into files in the layout of its downloads.

Of the documented ways this uses the JSON interface by area and month. The archive has every force for
three years in one file, and the form for custom downloads is made for people.
docs/decisions/0008-fetching-months.md describes the cost: records of the force outside the partnership's
areas are missing, and the few of a neighbouring force inside them are included. Records without a
location come from a separate method.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any, Final

import shapely
from shapely.geometry import shape

from shp_data.domain.boundaries import LPAS, read_layer
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month
from shp_data.intake.police_uk.http_client import FetchError, TooManyError
from shp_data.intake.police_uk.police_api import Crime, Force, PoliceApi
from shp_data.intake.rows.columns import choose_reading
from shp_data.store.files.layout import StoreLayout

FetchProgress = Callable[[Month, int, int], None]
CsvRow = tuple[str, ...]
_HEADER: Final = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
    "Crime type", "Last outcome category", "Context",
)  # fmt: skip
# 13 boxes over a force of four areas. The fullest had 3,605 records in the fullest of 18 months, of 10,000 allowed.
_FIRST_SPLITS = 2
# If a 256th part of such a box is still refused as too large, the service is down.
_MORE_SPLITS = 4
_NEARBY = 12  # months before and after a month that show how many records are usual
_FEWEST = 30  # records that are usual, from which on a month is compared with them
_FRACTION = 10  # a month with less than this part of the usual records is not the force's own
_PLENTY = 500  # records that no force has in another's area
_MARGIN = 0.001  # degrees, about 100 metres: whatever the server does with a point on the edge, it is asked for


@dataclass(frozen=True)
class FetchedFiles:
    """The files of the months, in order, and the months that were left out.

    `empty`: data.police.uk has no record of the area. `doubtful`: it has so few that the force cannot have
    published the month.
    """

    files: tuple[Path, ...]
    empty: tuple[Month, ...]
    doubtful: tuple[UnpublishedMonth, ...] = ()


@dataclass(frozen=True)
class UnpublishedMonth:
    """A month with far fewer records in the area than the months around it: those of other forces alone."""

    month: Month
    records: int
    expected: int


def find_stored_months(root: Path, force: Force) -> frozenset[Month]:
    """Return the months of a force that the store at `root` already has. Raises StoreError if it cannot be read."""
    return frozenset(count_stored_records(root, force))


def count_stored_records(root: Path, force: Force) -> Mapping[Month, int]:
    """Count the records of each month of a force in the store at `root`. Raises StoreError if it cannot be read."""
    layout, counts = StoreLayout(root), Counter[Month]()
    source = choose_reading(_HEADER, "", partnership().suppliers, None).name_supplier(force.name)
    for supplier_month, records in layout.read_manifest(layout.read_version()).count_records().items():
        if supplier_month.source == source:
            counts[Month.parse(supplier_month.month)] += records
    return counts


def select_months(
    published: Sequence[Month], stored: Collection[Month], first: Month | None, last: Month | None
) -> list[Month]:
    """Return the months to fetch: those from `first` to `last`, stored or not; without either, those not stored.

    `published`: in order. Raises FetchError if not every month from `first` to `last` is published.
    """
    if not published:
        raise FetchError("data.police.uk lists no months; try again later")
    if first is None and last is None:
        return [month for month in published if month not in stored]
    start, end = first or published[0], last or published[-1]
    months = [month for month in published if start <= month <= end]
    if not months or months[0] != start or months[-1] != end:
        raise FetchError(
            f"not every month from {start} to {end} is published; data.police.uk has {published[0]} to {published[-1]}"
        )
    return months


def fetch_months(
    api: PoliceApi,
    force: Force,
    months: Sequence[Month],
    folder: Path,
    *,
    again: bool = False,
    progress: FetchProgress = lambda *_: None,
    stored: Mapping[Month, int] = MappingProxyType({}),
    published: Sequence[Month] = (),
) -> FetchedFiles:
    """Fetch months of a force into `folder`, each as YYYY-MM/YYYY-MM-FORCE-street.csv.

    A file is written only when its month is complete. An existing file is not fetched again, unless `again`,
    so that an interrupted run continues where it stopped. A month that the force cannot have published, by the
    number of records in other months, is left out. `progress` is called with the month, the number of parts of
    the area that are done and the number in all. `stored`: the number of records of each month in the store.
    `published`: the months of data.police.uk, of which one is fetched to compare with where no other month is
    at hand. Raises FetchError; the months that are complete stay.
    """
    area = _build_area()
    files: dict[Month, Path] = {}
    empty = []
    for month in months:
        path = _locate_month(folder, force, month)
        if again or not path.exists():
            rows = _fetch_rows(api, force, month, area, progress)
            if not rows:
                empty.append(month)
                continue
            _write_month(rows, path)
        files[month] = path
    counts = {**stored, **_count_in_files(folder, force)}
    # A month alone has nothing to be compared with, which matters only if it is small.
    if len(counts) == 1 and sum(counts.values()) < _PLENTY:
        other = _find_nearest(next(iter(counts)), published)
        counts |= {other: len(_fetch_rows(api, force, other, area, progress))} if other else {}
    doubtful = find_doubtful_months(counts, files)
    for doubt in doubtful:
        # The file goes, so that the month is fetched again when the force has published it.
        files.pop(doubt.month).unlink(missing_ok=True)
    return FetchedFiles(tuple(files.values()), tuple(empty), doubtful)


def find_doubtful_months(counts: Mapping[Month, int], months: Iterable[Month]) -> tuple[UnpublishedMonth, ...]:
    """Find the months with under a tenth of the usual number of records, where at least 30 are usual.

    The interface says of no record which force's it is. Where a force has not published a month, its areas hold
    the few records of its neighbours alone. `counts`: the records of each month at hand. The usual number is the
    median of the other months up to a year away.
    """
    doubtful = []
    for month in months:
        nearby = [records for other, records in counts.items() if 0 < _count_months_between(other, month) <= _NEARBY]
        expected = round(median(nearby)) if nearby else 0
        if expected >= _FEWEST and counts[month] < expected / _FRACTION:
            doubtful.append(UnpublishedMonth(month, counts[month], expected))
    return tuple(doubtful)


def _locate_month(folder: Path, force: Force, month: Month | str) -> Path:
    return folder / str(month) / f"{month}-{force.id}-street.csv"


def _count_in_files(folder: Path, force: Force) -> dict[Month, int]:
    """Count the records of each month of a force in a folder of fetched months."""
    counts = {}
    for path in folder.glob(str(_locate_month(Path(), force, "[0-9][0-9][0-9][0-9]-[01][0-9]"))):
        with path.open(encoding="utf-8", newline="") as file:
            counts[Month.parse(path.parent.name)] = sum(1 for _ in csv.reader(file)) - 1
    return counts


def _find_nearest(month: Month, published: Sequence[Month]) -> Month | None:
    """Find the published month that is nearest to a month, within a year; of two the earlier."""
    others = [other for other in published if 0 < _count_months_between(other, month) <= _NEARBY]
    return min(others, key=lambda other: (_count_months_between(other, month), str(other))) if others else None


def _count_months_between(month: Month, other: Month) -> int:
    return abs(12 * (month.year - other.year) + month.month - other.month)


def _build_area() -> Any:
    """Return the partnership's areas as one geometry. Intake places records with the same areas."""
    area = shapely.union_all([shape(feature["geometry"]) for feature in read_layer(LPAS)["features"]])
    shapely.prepare(area)
    return area


def _fetch_rows(api: PoliceApi, force: Force, month: Month, area: Any, progress: FetchProgress) -> list[CsvRow]:
    """Return a month's rows, sorted.

    The same records give the same file, which `ingest` recognises as already loaded.
    """
    names = api.read_categories(month)
    tiles = make_tiles(area, _FIRST_SPLITS)
    crimes: list[Crime] = []
    # The interface refuses a polygon with more than 10,000 records, so the area is requested in boxes.
    for tiles_done, tile in enumerate(tiles):
        progress(month, tiles_done, len(tiles))
        crimes += list(_fetch_tile(api, tile, month, area, _MORE_SPLITS))
    if crimes:  # a month that the force did not supply is missing, not small
        crimes += api.list_unmapped_crimes(force, month)
    return sorted(_make_row(crime, force, month, names) for crime in crimes)


def _fetch_tile(api: PoliceApi, tile: Tile, month: Month, area: Any, splits: int) -> Iterator[Crime]:
    """Return the area's records that belong to the tile, without those of the British Transport Police."""
    try:
        crimes = api.list_crimes(tile.format_polygon(), month)
    except TooManyError:
        if not splits:
            raise
        for quarter in tile.find_quarters(area):
            yield from _fetch_tile(api, quarter, month, area, splits - 1)
        return
    # The request reached a little beyond the tile. A point counts in the one tile that contains it, so that no
    # record is lost or counted twice at an edge.
    for crime in crimes:
        if crime.location and not crime.transport_police:
            longitude, latitude = map(float, crime.location)
            if tile.contains(longitude, latitude) and shapely.intersects_xy(area, longitude, latitude):
                yield crime


def _make_row(crime: Crime, force: Force, month: Month, names: Mapping[str, str]) -> CsvRow:
    """Return a record in the columns of a download.

    A category without a name stays as it is, and `ingest` reports it.
    """
    longitude, latitude = crime.location or ("", "")
    location = crime.street if crime.location else "No Location"  # as downloads have it
    category = names.get(crime.category, crime.category)
    # The LSOA columns are empty: the interface does not give them, and a load places records by their point.
    point = (longitude, latitude, location, "", "")
    return crime.persistent_id, str(month), force.name, force.name, *point, category, crime.outcome, crime.context


def _write_month(rows: Sequence[CsvRow], path: Path) -> None:
    """Write a complete month, or nothing. Raises FetchError if the file cannot be written."""
    part = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=".", suffix=".part", delete=False
        ) as file:
            part = Path(file.name)
            csv.writer(file).writerows([_HEADER, *rows])
            file.flush()
            os.fsync(file.fileno())
        # Renaming a complete file is one step, so an interrupted run never leaves half a month under this name.
        part.replace(path)
    except OSError as error:
        raise FetchError(
            f"{path} cannot be written: {error.strerror or error}; the months fetched earlier are saved"
        ) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


@dataclass(frozen=True)
class Tile:
    """A box in WGS84 degrees that includes its west and south edges, but not its east and north edges."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, longitude: float, latitude: float) -> bool:
        """Return whether a point belongs to this box. Each point of a box belongs to exactly one of its quarters."""
        return self.west <= longitude < self.east and self.south <= latitude < self.north

    def split_quarters(self) -> tuple[Tile, ...]:
        """Return the four quarters of the box."""
        x, y = (self.west + self.east) / 2, (self.south + self.north) / 2
        return (
            Tile(self.west, self.south, x, y),
            Tile(x, self.south, self.east, y),
            Tile(self.west, y, x, self.north),
            Tile(x, y, self.east, self.north),
        )

    def find_quarters(self, area: Any) -> tuple[Tile, ...]:
        """Return the quarters that intersect an area (a shapely geometry)."""
        return tuple(
            quarter
            for quarter in self.split_quarters()
            if area.intersects(shapely.box(quarter.west, quarter.south, quarter.east, quarter.north))
        )

    def format_polygon(self) -> str:
        """Return the corners as data.police.uk reads them, `lat,lng:lat,lng:...`, a little larger than the box."""
        west, south = self.west - _MARGIN, self.south - _MARGIN
        east, north = self.east + _MARGIN, self.north + _MARGIN
        corners = ((south, west), (south, east), (north, east), (north, west))
        return ":".join(f"{latitude:.6f},{longitude:.6f}" for latitude, longitude in corners)


def make_tiles(area: Any, splits: int) -> tuple[Tile, ...]:
    """Return the boxes that intersect an area: its bounding box, cut into quarters `splits` times."""
    west, south, east, north = area.bounds
    tiles: tuple[Tile, ...] = (Tile(west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN),)
    for _ in range(splits):
        tiles = tuple(quarter for tile in tiles for quarter in tile.find_quarters(area))
    return tiles
