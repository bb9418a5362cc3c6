"""The scan of an int8 copy, compiled. Importing this costs a second: a process that answers one query does without."""

from __future__ import annotations

import numba
import numpy as np
from numba import float32, int8, int16, int64, njit

_codes, _numbers = numba.types.Array(int8, 2, "C", readonly=True), numba.types.Array(float32, 1, "C", readonly=True)
_SIGNATURE = numba.void(_codes, _numbers, _numbers, int16[::1], float32, float32, float32[::1], int64, int64)


@njit(_SIGNATURE, cache=True, nogil=True)
def upper_bounds(codes, scales, errors, query, step, slack, bounds, start, stop):  # type: ignore[no-untyped-def]
    """Write into bounds[start:stop] the most that each row's cosine can be: step x scale x (codes . query) + error + slack.

    codes: (n, dim) int8. scales, errors, bounds: (n,) float32. query: (dim,) int16, so short that no sum passes 2^31.
    Two rows from distant places are read at once: one alone leaves the memory waiting.
    """
    half = (stop - start) // 2
    for first in range(start, start + half):
        second = first + half
        one, two = np.int32(0), np.int32(0)
        for at in range(codes.shape[1]):                                       # in 32 bits, so that it becomes vpmaddwd
            one = np.int32(one + np.int32(np.int32(codes[first, at]) * np.int32(query[at])))
            two = np.int32(two + np.int32(np.int32(codes[second, at]) * np.int32(query[at])))
        bounds[first] = np.float32(one) * (scales[first] * step) + errors[first] + slack
        bounds[second] = np.float32(two) * (scales[second] * step) + errors[second] + slack
    for row in range(start + 2 * half, stop):
        one = np.int32(0)
        for at in range(codes.shape[1]):
            one = np.int32(one + np.int32(np.int32(codes[row, at]) * np.int32(query[at])))
        bounds[row] = np.float32(one) * (scales[row] * step) + errors[row] + slack
