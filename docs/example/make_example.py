"""Make the made-up partnership of docs/your-partnership.md: `python docs/example/make_example.py`.

Doggerland sank 8,000 years ago: nobody lives there, and every ward, resident and incident here is invented.
"""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

from pyproj import Transformer

HERE = Path(__file__).parent
WEST, SOUTH, SIDE = 598_000, 442_000, 3_000  # metres of the British National Grid, in the North Sea
AREAS = {"D07000001": "West Dogger", "D07000002": "East Dogger"}
# Ward code: its name, its area's code, and the squares (west, south, east, north) that it covers.
OLD_WEST = {
    "D05000001": ("Silverpit", "D07000001", (0, 0, 1, 1)),
    "D05000002": ("Whaleback", "D07000001", (1, 0, 2, 1)),
    "D05000003": ("Outer Well", "D07000001", (0, 1, 1, 2)),
    "D05000004": ("Oyster Ground", "D07000001", (1, 1, 2, 2)),
}
NEW_WEST = {
    "D05000011": ("Silverpit North", "D07000001", (0, 0.5, 1, 1)),
    "D05000012": ("Silverpit South", "D07000001", (0, 0, 1, 0.5)),
    "D05000013": ("Whaleback", "D07000001", (1, 0, 2, 1)),
    "D05000014": ("Outer Well", "D07000001", (0, 1, 1, 2)),
    "D05000015": ("Oyster Ground", "D07000001", (1, 1, 2, 2)),
}
EAST = {
    "D05000005": ("Brown Ridge", "D07000002", (2, 0, 3, 1)),
    "D05000006": ("Elbow Spit", "D07000002", (3, 0, 4, 1)),
    "D05000007": ("Sand & Shoal", "D07000002", (2, 1, 3, 2)),
    "D05000008": ("Long Reef", "D07000002", (3, 1, 4, 2)),
}
RESIDENTS = (3_100, 2_450, 1_900, 2_700, 1_600, 1_540, 2_470, 1_930, 2_690, 2_200, 1_750, 3_300, 2_050)
PLACES = ("Shell Lane", "Mammoth Row", "Reed Street", "Peat Cut", "Otter Bank", "Flint Yard")
MONTHS = [(year, month) for year in (2022, 2023, 2024, 2025) for month in range(1, 13)][3:39]
to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True).transform


def ring(square: tuple[float, ...]) -> list[tuple[float, float]]:
    """A ward's outline, with a corner at every half square, so that neighbours share every corner."""
    west, south, east, north = square
    steps = {axis: [low + n / 2 for n in range(int((high - low) * 2) + 1)] for axis, low, high in
             (("x", west, east), ("y", south, north))}  # fmt: skip
    round_it = [(x, south) for x in steps["x"]] + [(east, y) for y in steps["y"][1:]]
    round_it += [(x, north) for x in steps["x"][-2::-1]] + [(west, y) for y in steps["y"][-2::-1]]
    return [(WEST + x * SIDE, SOUTH + y * SIDE) for x, y in round_it]


def boundaries(wards: dict[str, tuple], year: str, *, degrees: bool) -> str:
    """A boundary file with ONS's field names."""
    features = []
    for code, (name, area, square) in wards.items():
        points = [to_degrees(*point) if degrees else point for point in ring(square)]
        properties = {f"WD{year}CD": code, f"WD{year}NM": name, f"LAD{year}CD": area, f"LAD{year}NM": AREAS[area]}
        geometry = {"type": "Polygon", "coordinates": [[[round(x, 7), round(y, 7)] for x, y in points]]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    crs = {} if degrees else {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}}
    return json.dumps({"type": "FeatureCollection", **crs, "features": features}, indent=1) + "\n"


def residents() -> list[list]:
    """A row a ward and year; the wards of West Dogger by their old codes to 2021, by their new ones from then."""
    people = dict(zip(OLD_WEST | NEW_WEST | EAST, RESIDENTS, strict=True))
    years = {**dict.fromkeys(OLD_WEST, (2020, 2021)), **dict.fromkeys(NEW_WEST, (2022, 2023)),
             **dict.fromkeys(EAST, (2020, 2021, 2022, 2023))}  # fmt: skip
    names = OLD_WEST | NEW_WEST | EAST
    return [[code, names[code][0], year, people[code] + 20 * (year - 2020)] for code in names for year in years[code]]


def records(chance: random.Random, monthly: dict[str, int]) -> list[list]:
    """What, where and when: so many of each a month, more of them in summer and round a few places."""
    found = []
    places = [
        (name, WEST + chance.uniform(0.1, 3.9) * SIDE, SOUTH + chance.uniform(0.1, 1.9) * SIDE) for name in PLACES
    ]
    for year, month in MONTHS:
        for what, usual in monthly.items():
            for _ in range(round(chance.gauss(usual, usual**0.5) * (1.3 if 5 <= month <= 8 else 1))):
                name, x, y = chance.choice(places)
                if chance.random() < 0.6:
                    name, x, y = "", WEST + chance.uniform(0.05, 3.95) * SIDE, SOUTH + chance.uniform(0.05, 1.95) * SIDE
                found.append([f"{chance.randint(1, 28):02}/{month:02}/{year}", what, name, round(x), round(y)])
    return found


def table(name: str, header: list[str], rows: list[list]) -> None:
    """A CSV file beside this one."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([header, *rows])


def main() -> None:
    """Write the five files."""
    old, new = boundaries(OLD_WEST | EAST, "19", degrees=True), boundaries(NEW_WEST | EAST, "23", degrees=False)
    (HERE / "wards_2019.geojson").write_text(old, encoding="utf-8", newline="\n")
    (HERE / "wards_2023.geojson").write_text(new, encoding="utf-8", newline="\n")
    table("populations.csv", ["ward_code", "ward_name", "year", "residents"], residents())
    chance = random.Random(8_000)
    police = records(chance, {"asb_police": 9, "drugs_possession": 4, "Burglary": 4})
    rows = [[day, what, place, *(round(v, 6) for v in to_degrees(x, y))] for day, what, place, x, y in police]
    table("police.csv", ["date", "indicator", "location", "longitude", "latitude"], rows)
    wardens = records(chance, {"Bonfire on the sand": 3, "Dumped nets": 2})
    table("wardens.csv", ["Day", "Report", "Spot", "East", "North"], wardens)


if __name__ == "__main__":
    main()
