"""The months of one force, from data.police.uk into files in the layout of its downloads.

Of its documented ways this takes the JSON interface by area and month: the archive holds every force of three
years in one file, and the form for custom downloads is made for people. What that costs stands in
docs/decisions/0008-fetching-months.md: records of the force outside the partnership's areas are not there, and the
few of a neighbouring force inside them are. Records without a place come from a method of their own.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import shapely
from shapely.geometry import shape

from shp_data.domain.boundaries import LPAS, layer
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month
from shp_data.intake.police_uk.police_api import Crime, Force, PoliceApi
from shp_data.intake.police_uk.polite_http import FetchError, TooManyError
from shp_data.intake.police_uk.tiles import Tile, tiles_over
from shp_data.intake.rows.columns import choose
from shp_data.store.files.layout import Layout

Progress = Callable[[Month, int, int], None]
Row = tuple[str, ...]

_HEADER: Final = (
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
)
_FIRST_SPLITS = 2  # 13 boxes over a force of four areas; the fullest held 3,605 records in its fullest of 18 months
_MORE_SPLITS = 4  # a 256th part of such a box that is still too many is not: the service is down


@dataclass(frozen=True)
class Fetched:
    """The files of the months, in order, and the months for which data.police.uk has no record of the area."""

    files: tuple[Path, ...]
    empty: tuple[Month, ...]


def held_months(root: Path, force: Force) -> frozenset[Month]:
    """Which months of a force does the store at `root` have already? Raises StoreError where it cannot be read."""
    layout = Layout(root)
    source = f"{choose(_HEADER, '', partnership().sources, None).name} {force.name}"
    coverage = layout.read_manifest(layout.version()).coverage()
    return frozenset(Month.parse(cell.month) for cell in coverage if cell.source == source)


def wanted_months(
    published: Sequence[Month], held: Collection[Month], first: Month | None, last: Month | None
) -> list[Month]:
    """Which months are to be fetched: those from `first` to `last`, held or not; without either, those not held.

    `published`: in order. Raises FetchError where none is published from `first` to `last`, or not all of them.
    """
    if not published:
        raise FetchError("data.police.uk names no month that it holds; try again later")
    if first is None and last is None:
        return [month for month in published if month not in held]
    start, end = first or published[0], last or published[-1]
    wanted = [month for month in published if start <= month <= end]
    if not wanted or wanted[0] != start or wanted[-1] != end:
        raise FetchError(f"{start} to {end} is not all published; data.police.uk has {published[0]} to {published[-1]}")
    return wanted


def fetch(
    api: PoliceApi,
    force: Force,
    months: Sequence[Month],
    folder: Path,
    *,
    again: bool = False,
    progress: Progress = lambda *_: None,
) -> Fetched:
    """Fetch months of a force into `folder`, each as YYYY-MM/YYYY-MM-FORCE-street.csv.

    A file appears only when its month is whole; one that is there is not fetched anew, unless `again`, so that a
    run that broke off goes on where it was. `progress` is called with the month, the parts of the area that are done
    and the parts in all. Raises FetchError; the months that are whole stay.
    """
    area = _area()
    files, empty = [], []
    for month in months:
        path = folder / str(month) / f"{month}-{force.id}-street.csv"
        if again or not path.exists():
            rows = _rows(api, force, month, area, progress)
            if not rows:
                empty.append(month)
                continue
            _save(rows, path)
        files.append(path)
    return Fetched(tuple(files), tuple(empty))


def _area() -> Any:
    """The partnership's areas as one geometry: what intake places by."""
    area = shapely.union_all([shape(feature["geometry"]) for feature in layer(LPAS)["features"]])
    shapely.prepare(area)
    return area


def _rows(api: PoliceApi, force: Force, month: Month, area: Any, progress: Progress) -> list[Row]:
    """A month's rows, sorted: the same records give the same file, which ingest then knows as loaded."""
    names = api.categories(month)
    tiles = tiles_over(area, _FIRST_SPLITS)
    crimes: list[Crime] = []
    for done, tile in enumerate(tiles):
        progress(month, done, len(tiles))
        crimes += list(_within(api, tile, month, area, _MORE_SPLITS))
    if crimes:  # a month that the force did not supply is missing, not small
        crimes += api.crimes_without_place(force, month)
    return sorted(_row(crime, force, month, names) for crime in crimes)


def _within(api: PoliceApi, tile: Tile, month: Month, area: Any, splits: int) -> Iterator[Crime]:
    """The records of the area whose point is the tile's own, those of the British Transport Police left out."""
    try:
        crimes = api.crimes_in(tile.polygon(), month)
    except TooManyError:
        if not splits:
            raise
        for quarter in tile.quarters_of(area):
            yield from _within(api, quarter, month, area, splits - 1)
        return
    for crime in crimes:
        if crime.place and not crime.transport_police:
            longitude, latitude = map(float, crime.place)
            if tile.holds(longitude, latitude) and shapely.intersects_xy(area, longitude, latitude):
                yield crime


def _row(crime: Crime, force: Force, month: Month, names: Mapping[str, str]) -> Row:
    """A record in the columns of a download. A category without a name stays as it is; ingest then says so."""
    longitude, latitude = crime.place or ("", "")
    location = crime.street if crime.place else "No Location"  # as downloads have it
    category = names.get(crime.category, crime.category)
    who = (force.name, force.name)
    return (
        crime.persistent_id,
        str(month),
        *who,
        longitude,
        latitude,
        location,
        *("", ""),  # LSOA: the interface gives none, and ingest places by point
        category,
        crime.outcome,
        crime.context,
    )


def _save(rows: Sequence[Row], path: Path) -> None:
    """Write a month, whole or not at all. Raises FetchError where the disk refuses."""
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
        part.replace(path)
    except OSError as error:
        raise FetchError(f"{path} cannot be written: {error.strerror or error}; months fetched before stay") from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)
