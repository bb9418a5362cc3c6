"""Numbers of other kinds as float32, with a word in the report where that rounds them."""

from __future__ import annotations

import numpy as np

from embeddings.formats.repairs import Repairs

ROUNDED = "rows rounded to float32"


def as_float32(block: np.ndarray, repairs: Repairs) -> np.ndarray:
    """(n, dim) float32 in row order. Rows that lose digits are counted. A number beyond float32 becomes infinity, refused later."""
    if block.dtype == np.float32 and block.dtype.isnative:
        return np.ascontiguousarray(block)
    with np.errstate(over="ignore"):
        rounded = np.ascontiguousarray(block, np.float32)
    # float16 and small integers fit; the others are compared in their own type, so that 2**24 + 1 is seen to change.
    if not np.can_cast(block.dtype, np.float32, "safe"):
        changed = (rounded.astype(np.longdouble) != block) & np.isfinite(rounded)
        repairs.mend(ROUNDED, int(changed.any(axis=1).sum()))
    return rounded
