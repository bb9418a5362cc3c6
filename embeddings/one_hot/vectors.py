"""One-hot vectors themselves: their size, their product with a matrix, and several of them as one input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.errors import BadQuery

FLOAT_BYTES = 4                 # float32


def one_hot(row: int, n_words: int) -> np.ndarray:
    """(n_words,) float32, 1 at the word's row and 0 elsewhere. Raises BadQuery for a row outside the vocabulary."""
    _check_rows([row], n_words)
    vector = np.zeros(n_words, np.float32)
    vector[row] = 1
    return vector


def matrix(words: Sequence[str]) -> np.ndarray:
    """(n, n) float32, row i the one-hot vector of word i when these are the whole vocabulary: the identity.

    Raises BadQuery where a word stands twice, for a vocabulary has each word once.
    """
    twice = [word for word, count in Counter(words).items() if count > 1]
    if twice:
        raise BadQuery(f"'{twice[0]}' stands more than once. A vocabulary has each word once; leave the other out.")
    return np.eye(len(words), dtype=np.float32)


def _check_rows(rows: Sequence[int] | np.ndarray, n_words: int) -> None:
    outside = [int(row) for row in rows if not 0 <= row < n_words]
    if outside:
        raise BadQuery(f"Row {outside[0]:,} was asked for; a vocabulary of {n_words:,} words has rows 0 to {n_words - 1:,}.")


@dataclass(frozen=True)
class Memory:
    """Bytes of all the words' vectors written out in float32, and how many times more the one-hot ones take."""

    one_hot_bytes: int
    embedding_bytes: int
    ratio: float


def memory(n_words: int, dim: int) -> Memory:
    """One-hot vectors take n_words^2 x 4 bytes, embeddings n_words x dim x 4: the ratio is n_words / dim.

    Written out in full, that is; kept as row numbers, one-hot vectors take next to nothing. Raises BadQuery below 1.
    """
    if min(n_words, dim) < 1:
        raise BadQuery(f"{n_words:,} words of {dim:,} dimensions were given; 1 or more of each are needed.")
    return Memory(n_words * n_words * FLOAT_BYTES, n_words * dim * FLOAT_BYTES, n_words / dim)


@dataclass(frozen=True, eq=False)
class RowProduct:
    """A one-hot vector times a matrix, worked out both ways.

    product: (dim,) by multiplying. looked_up: (dim,) by reading the row. equal: whether every number is the same.
    multiplications: what the product does and the look-up saves, n_words x dim.
    """

    product: np.ndarray
    looked_up: np.ndarray
    equal: bool
    multiplications: int


def turn_on_row(weights: np.ndarray, row: int) -> RowProduct:
    """The one-hot vector of a row, (1, n_words), times (n_words, dim) weights: it turns on that row and no other.

    The product is really worked out. This is why an embedding layer is a table: W is the weight matrix between a one-hot
    input and the hidden layer, and its rows are the words' vectors. Raises BadQuery for a row outside the matrix.
    """
    product = one_hot(row, len(weights)) @ weights
    looked_up = np.array(weights[row])
    return RowProduct(product, looked_up, bool(np.array_equal(product, looked_up)), weights.shape[0] * weights.shape[1])


@dataclass(frozen=True, eq=False)
class Bag:
    """A bag of words, sparse: rows (m,) int64 distinct and rising, counts (m,) int64, in a vector of `length` places."""

    rows: np.ndarray
    counts: np.ndarray
    length: int


def bag_of_words(rows: Sequence[int] | np.ndarray, n_words: int) -> Bag:
    """The sum of the words' one-hot vectors: how often each word occurs. The same for every order of the words.

    Raises BadQuery for a row outside the vocabulary.
    """
    _check_rows(rows, n_words)
    distinct, counts = np.unique(np.asarray(rows, np.int64), return_counts=True)
    return Bag(distinct, counts.astype(np.int64), n_words)


@dataclass(frozen=True, eq=False)
class Concatenation:
    """One-hot vectors one after the other, sparse: ones (n,) int64 are the places that hold 1, in a vector of `length` places."""

    ones: np.ndarray
    length: int


def concatenation(rows: Sequence[int] | np.ndarray, n_words: int) -> Concatenation:
    """The words' one-hot vectors end to end: order is kept, at n_words places a word. Word i puts its 1 at i x n_words + row.

    Raises BadQuery for a row outside the vocabulary.
    """
    _check_rows(rows, n_words)
    return Concatenation(np.arange(len(rows)) * n_words + np.asarray(rows, np.int64), len(rows) * n_words)
