"""One-hot vectors: a word as a single 1 among as many zeros as there are words, and what follows from that.

All pairs of words are equally far apart, so no word is nearer to another; a vector is as long as the vocabulary; a word
outside the vocabulary has none; and multiplying by one is reading a row, which is how an embedding is looked up.
"""

from embeddings.one_hot.cut import SHOWN_TOKENS, TOKEN, UNKNOWN, Cut, cut_vocabulary, tokens
from embeddings.one_hot.metrics import (
    DISTANCES,
    Distance,
    Layout,
    cosine,
    distances,
    euclidean,
    hamming,
    manhattan,
    mds,
    neighbours,
    one_hot_distances,
    simplex,
)
from embeddings.one_hot.vectors import (
    FLOAT_BYTES,
    Bag,
    Concatenation,
    Memory,
    RowProduct,
    bag_of_words,
    concatenation,
    matrix,
    memory,
    one_hot,
    turn_on_row,
)

__all__ = [
    "DISTANCES",
    "FLOAT_BYTES",
    "SHOWN_TOKENS",
    "TOKEN",
    "UNKNOWN",
    "Bag",
    "Concatenation",
    "Cut",
    "Distance",
    "Layout",
    "Memory",
    "RowProduct",
    "bag_of_words",
    "concatenation",
    "cosine",
    "cut_vocabulary",
    "distances",
    "euclidean",
    "hamming",
    "manhattan",
    "matrix",
    "mds",
    "memory",
    "neighbours",
    "one_hot",
    "one_hot_distances",
    "simplex",
    "tokens",
    "turn_on_row",
]
