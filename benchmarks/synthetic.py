"""Made-up months and a made-up partnership for them, of any size: the real months and wards, copied side by side.

A tile is Cleveland moved elsewhere: its four areas and their wards, in every vintage, under codes and names of its
own (the first tile keeps its own), with residents alike. A force polices two tiles. Each record takes its place and its
category from a record of the real months, drawn at random; its id is random, of 64 characters as at data.police.uk.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shp_data.domain import settings
from shp_data.domain.periods import Month

SEED = 2021
TILES_A_FORCE = 2
_STEP = (0.8, 0.3)  # degrees of longitude and latitude between tiles: Cleveland is narrower than that
_A_ROW = 10  # tiles from west to east, before the next row to the south
_TAKEN = ("Longitude", "Latitude", "Location", "Crime type")


def shift(tile: int) -> tuple[float, float]:
    """Return the distance of a tile from the first, in degrees of longitude and latitude."""
    return (tile % _A_ROW) * _STEP[0], -(tile // _A_ROW) * _STEP[1]


def name_area(name: str, tile: int) -> str:
    """Name an area or ward in a tile."""
    return name if tile == 0 else f"{name} {tile:02}"


def make_code(code: str, tile: int) -> str:
    """Make its code there: invented, but of the usual length."""
    return code if tile == 0 else f"X{tile:02}{code[3:]}"


def write_partnership(folder: Path, tiles: int) -> Path:
    """Write a partnership.toml of N tiles, with boundaries and populations next to it; return its path."""
    boundaries_folder = folder / "boundaries"
    boundaries_folder.mkdir(parents=True)
    for path in settings.find_boundaries_dir().glob("*.geojson"):
        layer = json.loads(path.read_text(encoding="utf-8"))
        layer["features"] = [_move_feature(feature, tile) for tile in range(tiles) for feature in layer["features"]]
        (boundaries_folder / path.name).write_text(json.dumps(layer), encoding="utf-8")
    with (settings.find_boundaries_dir() / "populations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (boundaries_folder / "populations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for tile in range(tiles):
            writer.writerows(
                row | {"code": make_code(row["code"], tile), "name": name_area(row["name"], tile)}
                | {"lpa": name_area(row["lpa"], tile)}
                for row in rows
            )  # fmt: skip
    text = settings.find_partnership_file().read_text(encoding="utf-8")
    areas = re.findall(r'\[\[areas\]\]\ncode = "(.+)"\nname = "(.+)"', text)
    more = [
        f'[[areas]]\ncode = "{make_code(code, tile)}"\nname = "{name_area(name, tile)}"\n'
        for tile in range(1, tiles)
        for code, name in areas
    ]
    target = folder / "partnership.toml"
    target.write_text("\n".join([text, *more]), encoding="utf-8")
    return target


def _move_feature(feature: dict[str, Any], tile: int) -> dict[str, Any]:
    original, (east, north) = feature["properties"], shift(tile)

    def move(part: Any) -> Any:
        if isinstance(part[0], float | int):
            return [round(part[0] + east, 6), round(part[1] + north, 6)]
        return [move(inner) for inner in part]

    properties = original | {"code": make_code(original["code"], tile), "name": name_area(original["name"], tile)}
    properties |= {"lpa": name_area(original["lpa"], tile)} if "lpa" in original else {}
    geometry = feature["geometry"] | {"coordinates": move(feature["geometry"]["coordinates"])}
    return feature | {"properties": properties, "geometry": geometry}


@dataclass(frozen=True)
class Maker:
    """The records that made-up months are drawn from, and the number of records of a tile in each month."""

    drawn_from: pa.Table
    a_tile: int

    @cached_property
    def _asb(self) -> Any:
        return pc.equal(self.drawn_from["Crime type"], "Anti-social behaviour")

    def write(self, folder: Path, month: Month, force: int) -> Path:
        """Write one month of one force as a Parquet file in the layout of data.police.uk; return its path."""
        generator = np.random.default_rng((SEED, month.year, month.month, force))
        tiles = [self._draw_tile(force * TILES_A_FORCE + n, generator) for n in range(TILES_A_FORCE)]
        table = pa.concat_tables(tiles)
        name = pa.array([f"Force {force:02}"] * len(table))
        table = table.append_column("Month", pa.array([str(month)] * len(table)))
        table = table.append_column("Reported by", name).append_column("Falls within", name)
        path = folder / str(month) / f"{month}-force-{force:02}-street.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, compression="zstd")
        return path

    def _draw_tile(self, tile: int, generator: np.random.Generator) -> pa.Table:
        drawn = generator.integers(0, len(self.drawn_from), self.a_tile)
        table = self.drawn_from.take(drawn)
        for column, by in zip(("Longitude", "Latitude"), shift(tile), strict=True):
            moved = pc.round(pc.add(table[column], by), 6)
            table = table.set_column(table.column_names.index(column), column, moved)
        # Random, because ids that repeat or follow a pattern would compress to less than real ones.
        text = generator.bytes(32 * self.a_tile).hex().encode()
        ends = np.arange(0, 64 * self.a_tile + 1, 64, dtype=np.int32)
        ids = pa.StringArray.from_buffers(self.a_tile, pa.py_buffer(ends), pa.py_buffer(text))
        without = self._asb.take(pa.array(drawn)).combine_chunks()
        return table.append_column("Crime ID", pc.if_else(without, pa.scalar(None, pa.string()), ids))


def list_real_zips() -> list[Path]:
    """List the real months, as downloaded: `police_uk/*.zip` of the folder that SHP_REAL_DATA names."""
    return sorted((Path(os.environ["SHP_REAL_DATA"]) / "police_uk").glob("*.zip"))


def build_maker(rows: int, tile_months: int) -> Maker:
    """Build a maker of about `rows` rows in total, over `tile_months` months of a tile."""
    columns: dict[str, list[Any]] = {name: [] for name in _TAKEN}
    for row in _read_rows():
        for name in _TAKEN:
            columns[name].append(row[name])
    numbers = {name: [float(value) if value else None for value in columns[name]] for name in _TAKEN[:2]}
    return Maker(pa.table(columns | numbers), round(rows / tile_months))


def _read_rows() -> Iterator[dict[str, str]]:
    for path in list_real_zips():
        with zipfile.ZipFile(path) as opened:
            for name in opened.namelist():
                if name.endswith("street.csv"):
                    with opened.open(name) as file:
                        yield from csv.DictReader(io.TextIOWrapper(file, encoding="utf-8"))
