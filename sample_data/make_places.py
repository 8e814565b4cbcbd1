"""Write places.csv from the real months: `python -m sample_data.make_places FOLDER`.

FOLDER has data.police.uk downloads (zips of street-level months). Run it again when the ward boundaries of
2020 change, and the sample after it.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer
from shapely.geometry import shape

from sample_data.places import COLUMNS, PLACES
from shp_data.domain.boundaries import name_ward_layer, read_layer
from shp_data.domain.schema import OUTSIDE, UNPLACED
from shp_data.intake.rows.placing import place_points

VINTAGE: Final = "2020"
EDGE_METRES: Final = 40.0  # from the ward's edge: however that is generalised, the place stays in its ward
APART_METRES: Final = 100.0  # between two places of one name: nearer ones would be taken for one place
WHOLE: Final = "Hartlepool"  # every place of it is used; of the others, the busiest share of each ward
SHARE: Final = 0.36
FEWEST: Final = 25
HEADERS: Final = {"Longitude": "longitude", "Latitude": "latitude", "Location": "location", "Crime type": "category"}
CATEGORIES: Final = {"Anti-social behaviour": "asb", "Drugs": "drugs", "Criminal damage and arson": "damage"}
WEIGHTS: Final = list(CATEGORIES.values())
# Places that the reports name and that are no map points of the real months, in that ward at least: their
# points and weights are invented.
INVENTED: Final = [
    (WHOLE, "Hart", "Osprey Way", -1.248000, 54.705000, 30, 2, 8, True),
    (WHOLE, "Rural West", "Ward Jackson Park", -1.242500, 54.683500, 30, 2, 8, True),
    (WHOLE, "Headland and Harbour", "ASDA, Marina Way", -1.208500, 54.693500, 60, 3, 8, True),
    (WHOLE, "Seaton", "Tees Bay Retail Park", -1.201000, 54.664000, 20, 2, 25, True),
    (WHOLE, "Seaton", "Brenda Road", -1.207000, 54.656000, 15, 2, 25, True),
]
_TO_METRES = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)


def read_records(folder: Path) -> pd.DataFrame:
    """Read the category, location and point of every real record that has a point."""
    months = []
    for path in sorted(folder.rglob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in sorted(n for n in archive.namelist() if n.endswith("-street.csv")):
                with archive.open(name) as file:
                    months.append(pd.read_csv(file, usecols=list(HEADERS)))
    records = pd.concat(months).dropna().rename(columns=HEADERS)
    return records.assign(location=records["location"].str.removeprefix("On or near "))


def count_places(records: pd.DataFrame) -> pd.DataFrame:
    """Count the records of each category at each map point, with its LPA and ward of 2020."""
    where = ["location", "longitude", "latitude"]
    counts = records.groupby([*where, "category"]).size().unstack(fill_value=0).rename(columns=CATEGORIES)
    places = counts[WEIGHTS].reset_index()
    placed = place_points(places["longitude"].to_numpy(), places["latitude"].to_numpy(), [VINTAGE])
    places["lpa"] = placed.lpa
    names = {f["properties"]["code"]: f["properties"]["name"] for f in read_layer(name_ward_layer(VINTAGE))["features"]}
    places["ward"] = pd.Series(placed.wards[VINTAGE]).map(names)
    places["invented"] = False
    return places[~places["lpa"].isin([OUTSIDE, UNPLACED]) & places["ward"].notna()]


def choose_places(places: pd.DataFrame) -> pd.DataFrame:
    """Choose the places of each ward; the weight of a place left out goes to the nearest chosen one of its ward."""
    places = places.assign(records=places[WEIGHTS].sum(axis=1))
    places = places.sort_values(["records", "longitude", "latitude"], ascending=[False, True, True])
    x, y = _TO_METRES.transform(places["longitude"].to_numpy(), places["latitude"].to_numpy())
    places = places.assign(x=x, y=y).reset_index(drop=True)
    inside = _measure_to_edge(places) >= EDGE_METRES
    usable = places[inside & ~_find_near_namesakes(places)]
    rank = usable.groupby(["lpa", "ward"]).cumcount()
    most = usable.groupby(["lpa", "ward"])["records"].transform("size") * SHARE
    selected = usable[(usable["lpa"] == WHOLE) | (rank < most.clip(lower=FEWEST))].copy()
    for (lpa, ward), left_out in places.drop(selected.index).groupby(["lpa", "ward"]):
        near = selected[(selected["lpa"] == lpa) & (selected["ward"] == ward)]
        for row in left_out.itertuples():
            nearest = np.hypot(near["x"] - row.x, near["y"] - row.y).idxmin()
            selected.loc[nearest, WEIGHTS] += [getattr(row, weight) for weight in WEIGHTS]
    return selected


def _measure_to_edge(places: pd.DataFrame) -> npt.NDArray[np.float64]:
    edges = {}
    for feature in read_layer(name_ward_layer(VINTAGE))["features"]:
        ward = shapely.transform(shape(feature["geometry"]), _TO_METRES.transform, interleaved=False)
        edges[feature["properties"]["lpa"], feature["properties"]["name"]] = ward.boundary
    lines = [edges[key] for key in zip(places["lpa"], places["ward"], strict=True)]
    distances: npt.NDArray[np.float64] = shapely.distance(lines, shapely.points(places["x"], places["y"]))
    return distances


def _find_near_namesakes(places: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Find the places with a busier place of the same name close by. `places`: busiest first."""
    near = np.zeros(len(places), dtype=bool)
    for _, same in places.groupby("location"):
        for i, row in enumerate(same.itertuples()):
            before = same.iloc[:i]
            near[row.Index] = (np.hypot(before["x"] - row.x, before["y"] - row.y) < APART_METRES).any()
    return near


def main(folder: Path) -> None:
    """Write places.csv."""
    places = choose_places(count_places(read_records(folder)))
    places = pd.concat([places[COLUMNS], pd.DataFrame(INVENTED, columns=COLUMNS)])
    places = places.sort_values(["lpa", "ward", "location", "longitude", "latitude"])
    places.to_csv(PLACES, index=False, lineterminator="\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
