"""Getis-Ord Gi*: do the counts around a place, and its own, add up to more or less than chance would bring there?

Ord and Getis, Geographical Analysis 27, 1995, equation 5, with weights of 1 for a cell and each of its neighbours.
The p-value is that of the conditional permutation test (Anselin, Geographical Analysis 27, 1995): a cell keeps its
count and the others are dealt out anew. Instead of drawing some of the permutations, all of them are counted, so
no seed is needed. (Counts of incidents are so uneven that the normal distribution would call chance a signal: on a
year of one force's anti-social behaviour it marks seven times as many cells.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


def gi_star(values: Sequence[int] | Counts, neighbours: Sequence[Sequence[int]]) -> tuple[Numbers, Numbers]:
    """Which cells stand among high counts (z above 0) or low ones, and how often would chance do as much?

    `values`: the count of each cell, whole and not negative; one cell or more. `neighbours`: for each cell the
    positions of the others next to it. Out: z, missing where nothing varies; and the p-value of both sides.
    """
    counts = np.asarray(values, dtype=np.int64)
    degree = np.array([len(others) for others in neighbours], dtype=np.int64)
    beside = np.fromiter((other for others in neighbours for other in others), np.int64, int(degree.sum()))
    around = np.zeros(len(counts), dtype=np.int64)
    np.add.at(around, np.repeat(np.arange(len(counts)), degree), counts[beside])
    z = _z(counts, around, degree)
    tails = _tails(counts, int(degree.max()))
    above = _share_reaching(around, counts, degree, tails)
    below = 1 - _share_reaching(around + 1, counts, degree, tails)
    return z, np.clip(2 * np.where(z > 0, above, below), 0, 1)


def _z(counts: Counts, around: Counts, degree: Counts) -> Numbers:
    """How many standard deviations is the sum of a cell and its neighbours from what chance expects?"""
    n, size = len(counts), degree + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = counts.std() * np.sqrt(size * (n - size) / np.float64(n - 1))
        z = (counts + around - size * counts.mean()) / spread
    return np.where(np.isfinite(z), z, np.nan)


def _tails(counts: Counts, most: int) -> Numbers:
    """How many ways are there to choose j of the counts (row) with a sum of at least s (column)?

    Rows 0 to `most`; columns 0 to one more than the greatest sum. Cells are added one by one, the least first:
    so the sums to look at stay short for most of them, and the work grows with the number of incidents.
    """
    ordered = np.sort(counts)
    ways = np.zeros((most + 1, int(ordered[len(ordered) - most :].sum()) + 2))
    empty = int((ordered == 0).sum())
    ways[:, 0] = [math.comb(empty, chosen) for chosen in range(most + 1)]
    for count in ordered[empty:]:
        end = min(count * most, ways.shape[1] - 1) + 1
        ways[1:, count:end] += ways[:-1, : end - count]
    return ways[:, ::-1].cumsum(axis=1)[:, ::-1]


def _share_reaching(sums: Counts, own: Counts, degree: Counts, tails: Numbers) -> Numbers:
    """In what share of the ways to choose a cell's neighbours from the others do they reach a sum?

    Ways without the cell itself are all ways, less those with it, which are ways to choose one neighbour fewer
    without it and reach the sum less its count; and so on down to no neighbour.
    """
    n, last = len(own), tails.shape[1] - 1
    ways = np.zeros(n)
    for fewer in range(len(tails)):
        row = np.maximum(degree - fewer, 0)
        found = tails[row, np.clip(sums - fewer * own, 0, last)]
        ways += np.where(fewer <= degree, (-1) ** fewer * found, 0)
    return np.clip(ways / [math.comb(n - 1, int(chosen)) for chosen in degree], 0, 1)
