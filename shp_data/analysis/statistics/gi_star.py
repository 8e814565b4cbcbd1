"""Getis-Ord Gi*: whether the count of a cell and those around it add up to more or less than by chance.

Ord and Getis, Geographical Analysis 27, 1995, equation 5, with weights of 1 for a cell and each of its
neighbours. The p-value is that of the conditional permutation test (Anselin, Geographical Analysis 27,
1995): a cell keeps its count and the others are dealt out again. All permutations are counted instead
of a sample of them, so no seed is needed. (Counts of incidents are so uneven that the normal
distribution would call chance a signal: on a year of one force's anti-social behaviour it marks seven
times as many cells.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

CountArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


def compute_gi_star(
    values: Sequence[int] | CountArray, neighbours: Sequence[Sequence[int]]
) -> tuple[FloatArray, FloatArray]:
    """Compute Gi* of each cell: z, above 0 among high counts and below 0 among low ones, and its p-value.

    Parameters
    ----------
    values : sequence of int
        The count of each cell, whole and not negative; one cell or more.
    neighbours : sequence of sequence of int
        For each cell the positions of the other cells next to it.

    Returns
    -------
    tuple of numpy.ndarray
        z, missing where nothing varies; and the two-sided p-value.

    Notes
    -----
    Source: Ord and Getis, Geographical Analysis 27, 1995, equation 5; Anselin, Geographical Analysis 27,
    1995.
    """
    counts = np.asarray(values, dtype=np.int64)
    degree = np.array([len(cell_neighbours) for cell_neighbours in neighbours], dtype=np.int64)
    positions = np.fromiter(chain.from_iterable(neighbours), np.int64, int(degree.sum()))
    # np.add.at adds every neighbour; an indexed sum would count a repeated cell once.
    around = np.zeros(len(counts), dtype=np.int64)
    np.add.at(around, np.repeat(np.arange(len(counts)), degree), counts[positions])
    z = _compute_z(counts, around, degree)
    tails = _count_ways(counts, int(degree.max()))
    above = _compute_share_reaching(around, counts, degree, tails)
    # At most the sum observed is the same as not reaching one more.
    below = 1 - _compute_share_reaching(around + 1, counts, degree, tails)
    return z, np.clip(2 * np.where(z > 0, above, below), 0, 1)


def _compute_z(counts: CountArray, around: CountArray, degree: CountArray) -> FloatArray:
    """Compute how many standard deviations the sum of a cell and its neighbours is from that expected."""
    n, size = len(counts), degree + 1
    # Where all counts are alike, or a cell has all others around it, nothing varies and z is missing.
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = counts.std() * np.sqrt(size * (n - size) / np.float64(n - 1))
        z = (counts + around - size * counts.mean()) / spread
    return np.where(np.isfinite(z), z, np.nan)


def _count_ways(counts: CountArray, most_cells: int) -> FloatArray:
    """Count the ways to choose j of the counts (row) with a sum of at least s (column).

    Rows 0 to `most_cells`; columns 0 to one more than the greatest sum. Cells are added one by one, the
    least first. So the sums to look at stay short for most of them, and the work grows with the number of
    incidents.
    """
    ordered = np.sort(counts)
    ways = np.zeros((most_cells + 1, int(ordered[len(ordered) - most_cells :].sum()) + 2))
    empty = int((ordered == 0).sum())
    ways[:, 0] = [math.comb(empty, zeros) for zeros in range(most_cells + 1)]
    # Each cell is either chosen, with its count, or not: the sums of one cell fewer, moved by its count.
    for count in ordered[empty:]:
        end = min(count * most_cells, ways.shape[1] - 1) + 1
        ways[1:, count:end] += ways[:-1, : end - count]
    return ways[:, ::-1].cumsum(axis=1)[:, ::-1]


def _compute_share_reaching(sums: CountArray, counts: CountArray, degree: CountArray, tails: FloatArray) -> FloatArray:
    """Compute the share of the ways to choose a cell's neighbours from the other cells that reach a sum.

    Ways without the cell itself are all ways, less those with it. Those with it are ways to choose one
    neighbour fewer without it and reach the sum less its count, and so on down to no neighbour.
    """
    n, last = len(counts), tails.shape[1] - 1
    ways = np.zeros(n)
    # That chain written out: each step corrects the one before, which took off too much or too little.
    for fewer in range(len(tails)):
        row = np.maximum(degree - fewer, 0)
        reaching = tails[row, np.clip(sums - fewer * counts, 0, last)]
        ways += np.where(fewer <= degree, (-1) ** fewer * reaching, 0)
    all_ways = np.array([math.comb(n - 1, neighbour_count) for neighbour_count in range(len(tails))], dtype=np.float64)
    return np.clip(ways / all_ways[degree], 0, 1)
