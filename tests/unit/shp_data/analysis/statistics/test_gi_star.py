"""Getis-Ord Gi*: against esda, against every permutation, and where nothing can be told."""

from __future__ import annotations

import time
import warnings
from itertools import combinations

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shp_data.analysis.statistics.gi_star import compute_gi_star

PERMUTATIONS = 9_999
Neighbours = list[list[int]]


def disk(rings: int) -> Neighbours:
    """The neighbours of each hexagon within so many rings of one."""
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(54.6, -1.2, 8), rings))
    places = {cell: place for place, cell in enumerate(cells)}
    return [[places[other] for other in h3.grid_ring(cell, 1) if other in places] for cell in cells]


def uneven(cells: int, seed: int = 7) -> list[int]:
    """Counts as uneven as real ones: most are 0, a few are many."""
    return [int(count) for count in np.random.default_rng(seed).negative_binomial(0.3, 0.02, cells)]


@pytest.fixture(scope="module", params=["uneven", "even"])
def both(request: pytest.FixtureRequest):
    """Our z and p, and esda's answer, on the same cells: 169 hexagons and one island."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda.getisord import G_Local
        from libpysal.weights import W

        neighbours = [*disk(7), []]
        counts = uneven(len(neighbours))
        if request.param == "even":
            counts = np.random.default_rng(3).poisson(200, len(neighbours)).tolist()
        weights = W(dict(enumerate(neighbours)), silence_warnings=True)
        theirs = G_Local(np.array(counts, dtype=float), weights, "B", PERMUTATIONS, star=True, seed=11, n_jobs=1)
    return *compute_gi_star(counts, neighbours), theirs


def test_z_is_esdas(both) -> None:
    z, _, theirs = both
    np.testing.assert_allclose(z, theirs.Zs, rtol=0, atol=1e-9)


def test_p_is_what_esdas_permutations_come_near(both) -> None:
    z, p, theirs = both
    z, p = z[:-1], p[:-1]  # esda draws nothing for an island
    observed, drawn = np.asarray(theirs.Gs)[:-1, None], theirs.rGs[:-1]
    near = 1e-12  # sums that are equal, but divided in another order
    reached = np.where(z[:, None] > 0, drawn >= observed - near, drawn <= observed + near).mean(axis=1)
    inside = p < 1  # 1 holds twice a half, and more
    error = 5 * np.sqrt(p / 2 * (1 - p / 2) / PERMUTATIONS) + 1 / PERMUTATIONS
    assert inside.sum() > 20
    assert (np.abs(p / 2 - reached) <= error)[inside].all()
    assert (reached[~inside] > 0.5 - 5 * 0.5 / np.sqrt(PERMUTATIONS)).all()


def test_p_is_twice_esdas_p_sim_of_high_cells(both) -> None:
    z, p, theirs = both
    high = (z > 0) & (p < 0.9)
    assert high.sum() > 10
    error = 5 * np.sqrt(theirs.p_sim / PERMUTATIONS)
    assert (np.abs(p / 2 - theirs.p_sim) <= error)[high].all()


@st.composite
def _small(draw: st.DrawFn) -> tuple[list[int], Neighbours]:
    counts = draw(st.lists(st.integers(0, 9), min_size=1, max_size=8))
    places = range(len(counts))
    return counts, [draw(st.lists(st.sampled_from([o for o in places if o != place]), unique=True, max_size=6))
                    if len(counts) > 1 else [] for place in places]  # fmt: skip


@given(_small())
def test_p_counts_every_way_to_deal_out_the_other_counts(drawn: tuple[list[int], Neighbours]) -> None:
    counts, neighbours = drawn
    z, p = compute_gi_star(counts, neighbours)
    for place, beside in enumerate(neighbours):
        others = [count for other, count in enumerate(counts) if other != place]
        sums = np.array([sum(chosen) for chosen in combinations(others, len(beside))])
        observed = sum(counts[other] for other in beside)
        share = np.mean(sums >= observed if z[place] > 0 else sums <= observed)
        assert p[place] == pytest.approx(min(1, 2 * share), abs=1e-12)


def test_a_cluster_is_found_and_chance_is_not() -> None:
    neighbours = disk(10)
    middle = max(range(len(neighbours)), key=lambda place: len(neighbours[place]))
    counts = np.random.default_rng(5).poisson(3, len(neighbours))
    _, chance = compute_gi_star(counts, neighbours)
    counts[[middle, *neighbours[middle]]] += 12
    z, p = compute_gi_star(counts, neighbours)
    assert z[middle] > 8
    assert p[middle] < 1e-8
    assert chance[middle] > 0.01
    assert 0.01 < np.mean(chance < 0.05) < 0.1  # as many as chance brings


def test_low_counts_among_high_ones_are_cold() -> None:
    neighbours = disk(6)
    counts = np.random.default_rng(5).poisson(40, len(neighbours))
    cold = [0, *neighbours[0]]
    counts[cold] = 5
    z, p = compute_gi_star(counts, neighbours)
    assert z[0] < -3
    assert p[0] < 0.001


def test_nothing_is_told_where_nothing_varies() -> None:
    for counts, neighbours in (([4, 4, 4], [[1], [0, 2], [1]]), ([5], [[]]), ([0, 0], [[1], [0]])):
        z, p = compute_gi_star(counts, neighbours)  # type: ignore[arg-type]
        assert np.isnan(z).all()
        assert p.tolist() == [1.0] * len(counts)


def test_an_island_is_never_a_signal_and_a_high_cell_among_low_ones_neither() -> None:
    z, p = compute_gi_star([1000, 1, 0, 2, 0], [[], [2], [1, 3], [2, 4], [3]])
    assert z[0] > 1.9
    assert p[0] == 1
    _, lonely = compute_gi_star([1000, 0, 0, 0, 0, 3, 5], [[1, 2], [0], [0], [4], [3], [6], [5]])
    assert lonely[0] == 1  # its own count is high, those beside it are not


def test_it_is_quick_and_takes_many_incidents() -> None:
    neighbours, counts = disk(22), [count * 100 for count in uneven(1519)]
    began = time.perf_counter()
    _, p = compute_gi_star(counts, neighbours)
    assert time.perf_counter() - began < 2  # 0.1 s as a rule: machines are busy
    assert ((p >= 0) & (p <= 1)).all()
