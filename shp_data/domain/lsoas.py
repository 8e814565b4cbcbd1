"""Lower layer Super Output Areas (LSOAs) of 2021: their names, their residents and how deprived they are."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from shp_data.domain.errors import SettingsError
from shp_data.domain.populations import Population


@dataclass(frozen=True)
class Lsoa:
    """An LSOA of 2021.

    `neighbourhood`: the name that people use of the part of town around it; empty where it has none. `population`:
    its residents, one estimate for every period. `decile`: of the Indices of Deprivation 2025, from 1 (in the most
    deprived tenth of the LSOAs of England) to 10.
    """

    code: str
    name: str
    neighbourhood: str
    lpa: str
    population: Population
    decile: int

    @property
    def full_name(self) -> str:
        """The name with the neighbourhood: `Anytown 009A (Old Harbour)`."""
        return f"{self.name} ({self.neighbourhood})" if self.neighbourhood else self.name


def read_lsoas(path: Path) -> Mapping[str, Lsoa]:
    """Read the LSOAs of a partnership by code, in the order of LPA and name (see boundaries/README.md).

    A partnership without the file has no LSOAs. Raises SettingsError if the file cannot be read.
    """
    if not path.exists():
        return MappingProxyType({})
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lsoas = [
                Lsoa(
                    row["code"], row["name"], row["neighbourhood"], row["lpa"],
                    Population(int(row["population"]), int(row["year"]), "mid-year estimate", row["edition"]),
                    int(row["imd2025_decile"]),
                )
                for row in csv.DictReader(file)
            ]  # fmt: skip
    except (OSError, KeyError, ValueError) as error:
        raise SettingsError(f"{path.name} cannot be read: {error}; build it again, see boundaries/README.md") from error
    return MappingProxyType({lsoa.code: lsoa for lsoa in sorted(lsoas, key=lambda lsoa: (lsoa.lpa, lsoa.name))})
