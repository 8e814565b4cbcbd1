"""Small stores of incidents in known LSOAs of Hartlepool."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from shapely.geometry import shape

from shp_data.domain.boundaries import LSOAS, read_layer
from shp_data.intake.load import LoadOptions, ingest
from shp_data.store.version import Store, open_store

# Two in the most deprived tenth, with 1,094 and 1,240 residents, and one in the tenth decile with 1,786.
FOGGY, GRANGE, FENS = "E01011950", "E01011951", "E01011982"
WARD = "Headland and Harbour"  # the place of a record that gives a ward and no point
Row = tuple[str, str, int]  # an LSOA's code, a ward's name, `(outside)` or an empty text; a month; a number


@cache
def find_points() -> dict[str, tuple[float, float]]:
    """A point well inside each LSOA, by code."""
    points = {"(outside)": (-1.08, 53.96)}
    for feature in read_layer(LSOAS)["features"]:
        point = shape(feature["geometry"]).representative_point()
        points[feature["properties"]["code"]] = round(point.x, 6), round(point.y, 6)
    return points


def store_of_lsoas(
    folder: Path, rows: Iterable[Row], indicator: str = "asb_police", source: str = "Police", name: str = "a"
) -> Store:
    """A store (or one more load of it) with these incidents."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["date,indicator,longitude,latitude,ward"]
    for place, month, number in rows:
        longitude, latitude = find_points().get(place, ("", ""))
        ward = "" if longitude else place
        lines += [f"{month},{indicator},{longitude},{latitude},{ward}"] * number
    path = folder / f"{name}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ingest([path], folder / "store", LoadOptions(source, False, outside_ok=True))
    return open_store(folder / "store")
