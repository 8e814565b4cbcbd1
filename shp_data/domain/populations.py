"""The residents that rates are per 1,000 of: official estimates by edition, and wards made to fit their area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shp_data.domain.periods import Month, Period

BEFORE_CENSUS = "before Census 2021"  # the edition of the estimates that Census 2021 corrected
_LAST_BEFORE_CENSUS = Month(2021, 3)  # the reports of 2020-21 were published with that edition

Estimates = Mapping[int, "Population"]  # by year


@dataclass(frozen=True)
class Population:
    """The number of residents that a rate is based on: the year of the estimate, its kind and its edition.

    `edition`: when the estimates were published, such as `July 2025`; empty where a file does not say.
    """

    residents: int
    year: int
    basis: str
    edition: str = ""


def choose_edition(editions: Iterable[str], periods: Iterable[Period]) -> str:
    """Choose the edition for a figure or a change that uses these periods, of editions oldest first.

    One figure never mixes two editions: each revises the estimates of earlier years. The edition from before
    Census 2021 is for figures of financial years to 2020-21 alone; any other figure takes the newest.
    """
    names = list(editions)
    if BEFORE_CENSUS in names and all(period.last <= _LAST_BEFORE_CENSUS for period in periods):
        return BEFORE_CENSUS
    return next((name for name in reversed(names) if name != BEFORE_CENSUS), BEFORE_CENSUS)


def find_nearest(estimates: Estimates, year: int) -> Population:
    """Find the estimate of a year, or the nearest to it, the earlier of two."""
    return estimates[min(estimates, key=lambda other: (abs(other - year), other))]


def scale_wards(total: Population, wards: Mapping[str, Estimates]) -> dict[str, Population]:
    """Scale the estimates of an area's wards that are nearest in time, so that they add up to the area's estimate.

    `wards`: ward code -> its estimates. The result is by ward code, or empty where the wards have no residents.
    """
    nearest = {code: find_nearest(estimates, total.year) for code, estimates in wards.items()}
    counts = [population.residents for population in nearest.values()]
    if not sum(counts):
        return {}
    years = sorted({population.year for population in nearest.values()})
    basis = total.basis
    if sum(counts) != total.residents or years != [total.year]:
        basis = f"{basis}, shared between wards as in {' and '.join(f'mid-{year}' for year in years)}"
    shares = _share_out(total.residents, counts)
    return {
        code: Population(residents, total.year, basis, total.edition)
        for code, residents in zip(nearest, shares, strict=True)
    }


def describe_populations(populations: Iterable[Population | None]) -> str:
    """Describe the estimates that rates are based on: `mid-2023 and mid-2024 estimates, ONS edition of July 2025`.

    Return an empty text where there are none.
    """
    known = [population for population in populations if population]
    years_by_basis: dict[str, set[int]] = {}
    for population in known:
        years_by_basis.setdefault(population.basis, set()).add(population.year)
    editions = sorted({population.edition for population in known if population.edition})
    names = [f"ONS edition {name if name == BEFORE_CENSUS else f'of {name}'}" for name in editions]
    return ", ".join([*(_describe_basis(basis, sorted(years)) for basis, years in years_by_basis.items()), *names])


def _share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Share out a whole number in proportion to weights, in whole numbers that add up to it (largest remainder)."""
    weight = sum(weights)
    shares = [total * part // weight for part in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: total * weights[place] % weight, reverse=True)
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares


def _describe_basis(basis: str, years: Sequence[int]) -> str:
    """Describe the kind of estimate and its years, such as `mid-2019 to mid-2024 estimates`."""
    prefix = "mid-" if "mid-year estimate" in basis else ""
    ends = [f"{prefix}{year}" for year in years]
    text = f"{ends[0]} to {ends[-1]}" if len(ends) > 2 else " and ".join(ends)
    if prefix:
        return basis.replace("mid-year estimate", f"{text} estimate{'s' if len(ends) > 1 else ''}", 1)
    return f"{basis} {text}"
