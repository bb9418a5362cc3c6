"""Whether the rows of a space look ordered from frequent to rare words."""

from __future__ import annotations

import numpy as np

from embeddings.formats.repairs import FrequencyOrder
from embeddings.vocabulary import Vocabulary

_TOLD = """, . the of and to in a is that for on with as was it at by from be he his or an are this
de la que el en y los der die und das den le les et des il di che e um uma het een van и в не на что"""
CLOSED_CLASS = tuple(_TOLD.split())
"""Marks and function words of languages that many spaces are in: in any text of such a language they are among the most frequent."""

FEWEST_WORDS, FEWEST_ROWS = 5, 1_000     # found words, and rows, that allow a word on the order
TOP, FAR = 0.02, 0.15                    # shares of the rows: the median of those words stands before, or behind


def frequency_order(words: Vocabulary) -> FrequencyOrder:
    """Told by the median row of those function words that the space has: near the top, far from it, or in between (None)."""
    rows = words.rows(CLOSED_CLASS)
    there, n = np.sort(rows[rows >= 0]), len(words)
    if len(there) < FEWEST_WORDS or n < FEWEST_ROWS:
        return FrequencyOrder(None, f"{len(there)} of {len(CLOSED_CLASS)} function words are in its {n:,} rows: too little to tell")
    median = int(there[len(there) // 2])
    looks = True if median < TOP * n else False if median > FAR * n else None
    return FrequencyOrder(looks, f"the median row of the {len(there)} function words that it has is {median + 1:,} of {n:,}")
