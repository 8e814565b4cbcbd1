"""The places where the sample's incidents happen: places.csv, written by make_places."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from sample_data.draws import Integers

PLACES: Final = Path(__file__).with_name("places.csv")
COLUMNS: Final = ["lpa", "ward", "location", "longitude", "latitude", "asb", "drugs", "damage", "invented"]
WEIGHT: Final = {  # which column of the real months weighs an indicator's wards and places
    "asb_police": "asb",
    "fires_secondary_deliberate": "damage",
    "fires_vehicle_deliberate": "damage",
    "drugs_possession": "drugs",
    "drugs_supply": "drugs",
}
# Per cent of the weight that criminal damage gives: fires lean towards the wards that the reports name.
FIRES_LEAN: Final = {
    ("Hartlepool", "Manor House"): 200,
    ("Hartlepool", "Seaton"): 360,
    ("Hartlepool", "Headland and Harbour"): 220,
}


def read_places() -> pd.DataFrame:
    """Read the columns of places.csv."""
    return pd.read_csv(PLACES)


def weigh_wards(places: pd.DataFrame, indicator: str) -> dict[str, int]:
    """Return the weight of each ward of an LPA for an indicator: ward name -> positive integer."""
    column = WEIGHT[indicator]
    weights = {}
    for (lpa, ward), weight in places.groupby(["lpa", "ward"])[column].sum().items():
        lean = FIRES_LEAN.get((lpa, ward), 100) if column == "damage" else 100
        weights[str(ward)] = max(int(weight), 1) * lean
    return weights


def weigh_places(places: pd.DataFrame, indicator: str) -> Integers:
    """Return the weight of each place within its ward, as positive integers.

    The root of the real weight: the reports name three and five places with 10 or more incidents a quarter,
    where the map points of the real months, each standing for all the addresses around it, have up to eleven.
    """
    # The root of an integer below 2**52 is the same on every machine.
    roots: Integers = np.sqrt(places[WEIGHT[indicator]].to_numpy() * 400.0).astype(np.int64)
    return roots + 5
