"""Chance in whole numbers, so that every machine and every version of numpy draws the same.

Only the raw 64-bit stream of PCG64 is used: numpy guarantees that a seed always gives the same one, while the
streams of its distributions may change with its version, and floating-point exponentials with the processor.
"""

from __future__ import annotations

from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
T = TypeVar("T", bound=np.generic)

SEED: Final = 20210331


class Draws:
    """One stream of chance. Streams of different keys are independent: changing one leaves the others."""

    def __init__(self, *key: int) -> None:
        """Start the stream of a key, such as the numbers of an area and an indicator."""
        self._bits = np.random.PCG64(np.random.SeedSequence([SEED, *key]))

    def draw_below(self, limit: int, size: int) -> Integers:
        """Draw `size` integers from 0 to `limit` - 1; the remainder's bias is below one in a thousand million."""
        return (self._draw_raw(size) % np.uint64(limit)).astype(np.int64)

    def pick(self, weights: Integers, size: int) -> Integers:
        """Draw `size` positions, each as likely as its weight."""
        edges = np.cumsum(weights)
        return np.searchsorted(edges, self.draw_below(int(edges[-1]), size), side="right").astype(np.int64)

    def shuffle(self, values: npt.NDArray[T]) -> npt.NDArray[T]:
        """Return the same values in another order."""
        return values[np.argsort(self._draw_raw(len(values)), kind="stable")]

    def vary(self, weights: Integers, spread: int) -> Integers:
        """Return each weight times 1,000, varied at random: the standard deviation is `spread` per thousand.

        The sum of three uniform numbers, never negative for a spread of up to 600.
        """
        uniform = sum(self.draw_below(1000, len(weights)) for _ in range(3))
        return weights * (1000 + (uniform - 1499) * spread // 500)

    def share_out(self, total: int, weights: Integers, low: Integers, high: Integers) -> Integers:
        """Give `total` incidents to places by chance and weight: the numbers add up to `total` exactly.

        Everyone gets its `low` first; the rest is drawn one by one, and what falls on a place that is full
        (`high`) is drawn again among those with room. Raises ValueError where the bounds leave no solution.
        """
        if not int(low.sum()) <= total <= int(high.sum()) or (low > high).any():
            raise ValueError(f"{total} cannot be shared out between {low.sum()} and {high.sum()}")
        counts = low.copy()
        left = total - int(low.sum())
        while left:
            open_to_more = np.where(counts < high, np.maximum(weights, 1), 0)
            counts += np.bincount(self.pick(open_to_more, left), minlength=len(counts))
            over = np.maximum(counts - high, 0)
            counts -= over
            left = int(over.sum())
        return counts

    def _draw_raw(self, size: int) -> npt.NDArray[np.uint64]:
        raw: npt.NDArray[np.uint64] = self._bits.random_raw(size)
        return raw
