"""One-hot vectors: a word as a single 1 among as many zeros as there are words, and what follows from that.

All pairs of words are equally far apart, so no word is nearer to another; a vector is as long as the vocabulary; a word
outside the vocabulary has none; and multiplying by one is reading a row, which is how an embedding is looked up.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.errors import BadQuery
from embeddings.vocabulary import Vocabulary

UNKNOWN = "<UNK>"
SHOWN_TOKENS = 200
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


# ---- distances


@dataclass(frozen=True)
class Distance:
    """One line of the table. `run` gives (n,) distances from a (dim,) vector to (n, dim) others; `apart` is the one
    distance between any two different one-hot vectors, by the formula."""

    name: str
    title: str
    formula: str
    apart: float
    run: Callable[[np.ndarray, np.ndarray], np.ndarray]


def cosine(vector: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(n,) 1 - cosine, 0 to 2. A zero vector has cosine 0 to all, so distance 1."""
    lengths = np.linalg.norm(others, axis=1) * np.linalg.norm(vector)
    return np.asarray(np.clip(1 - np.divide(others @ vector, lengths, out=np.zeros(len(others)), where=lengths > 0), 0, 2))


def euclidean(vector: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(n,) length of the straight line, 0 and up."""
    return np.asarray(np.linalg.norm(others - vector, axis=1))


def manhattan(vector: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(n,) sum of the absolute differences, 0 and up."""
    return np.asarray(np.abs(others - vector).sum(axis=1))


def hamming(vector: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(n,) number (not share) of places that differ, 0 to dim. For real-valued embeddings nearly always dim: it tells nothing."""
    return np.asarray((others != vector).sum(axis=1), np.float64)


DISTANCES = {
    distance.name: distance
    for distance in (
        Distance("cosine", "Cosine distance", "1 - x.y / (|x| |y|)", 1.0, cosine),
        Distance("euclidean", "Euclidean", "sqrt(sum (x_i - y_i)^2)", math.sqrt(2), euclidean),
        Distance("manhattan", "Manhattan", "sum |x_i - y_i|", 2.0, manhattan),
        Distance("hamming", "Hamming", "number of i with x_i != y_i", 2.0, hamming),
    )
}
"""The table. A new distance is a function and its line here."""


def distances(vectors: np.ndarray, metric: str) -> np.ndarray:
    """(n, n) float64 symmetric distances between the rows of (n, dim) vectors, one-hot or embedding; exactly 0 on the diagonal.

    No NaN: a zero vector has cosine distance 1 to every other. Raises BadQuery for a metric that is not in DISTANCES.
    """
    run, exact = _distance(metric).run, np.asarray(vectors, np.float64)
    upper = np.zeros((len(exact), len(exact)))
    for row in range(len(exact) - 1):
        upper[row, row + 1 :] = run(exact[row], exact[row + 1 :])
    return upper + upper.T


def one_hot_distances(n: int, metric: str) -> np.ndarray:
    """(n, n) float64, the distances between n one-hot vectors by the formula: 0 on the diagonal, one number off it.

    Cosine distance 1, Euclidean sqrt 2, Manhattan 2, Hamming 2. The number does not depend on the words, nor on n.
    Raises BadQuery for a metric that is not in DISTANCES.
    """
    return _distance(metric).apart * (1 - np.eye(n))


def neighbours(words: Sequence[str], word: str, metric: str = "euclidean") -> list[tuple[str, float]]:
    """Every other word with its distance from `word`, in the order given, for all are tied: one-hot vectors rank nothing.

    Raises BadQuery for a word that is not among the words, or a metric that is not in DISTANCES.
    """
    if word not in words:
        raise BadQuery(f"'{word}' is not among the {len(words):,} chosen words. Choose one of them, or add it.")
    apart = _distance(metric).apart
    return [(other, apart) for other in words if other != word]


def _distance(metric: str) -> Distance:
    if metric not in DISTANCES:
        raise BadQuery(f"There is no distance '{metric}'. There are {', '.join(DISTANCES)}.")
    return DISTANCES[metric]


# ---- pictures


@dataclass(frozen=True, eq=False)
class Layout:
    """Points whose distances should be given ones. points: (n, 2) float64.

    stress: 0 for a faithful picture, sqrt(sum (D - d)^2 / sum D^2) over all pairs, D asked and d drawn. (Kruskal 1964
    has the drawn distances in the divisor.)
    """

    points: np.ndarray
    stress: float


def mds(distances: np.ndarray) -> Layout:
    """Classical multidimensional scaling of (n, n) distances: points on the two axes of largest eigenvalue.

    Exact where the distances are Euclidean and two dimensions suffice. Each axis is turned so that its coordinate of largest
    absolute value is positive. Where eigenvalues are equal, as for a simplex, the axes are one choice of many. Torgerson 1952.
    Raises BadQuery unless the distances are a symmetric square with zeros on the diagonal.
    """
    wanted = np.asarray(distances, np.float64)
    if wanted.ndim != 2 or wanted.shape[0] != wanted.shape[1] or not np.allclose(wanted, wanted.T) or np.diag(wanted).any():
        raise BadQuery(f"Distances are a symmetric square with zeros on the diagonal; the {wanted.shape} numbers given are not.")
    centring = np.eye(len(wanted)) - 1 / max(len(wanted), 1)
    values, columns = np.linalg.eigh(-0.5 * centring @ wanted**2 @ centring)                        # smallest first
    points = (columns * np.sqrt(np.clip(values, 0, None)))[:, ::-1][:, :2]
    largest = points[np.abs(points).argmax(axis=0), np.arange(points.shape[1])] if len(points) else np.ones(0)
    points = points * np.where(largest < 0, -1, 1)
    return _laid(np.pad(points, ((0, 0), (0, 2 - points.shape[1]))), wanted)


def simplex(n: int) -> Layout:
    """A flat picture of n one-hot vectors: the corners of a regular polygon, one of many equally good pictures.

    The n vectors are the corners of a regular simplex with edges of sqrt 2 in n - 1 dimensions. Up to 3 points (a point, a
    line, a triangle) the picture is true and the stress 0. From 4 on no picture in the plane keeps all distances equal: that
    one word seems nearer than another is then the picture's doing, and the stress says how much. The polygon is a solution
    of classical MDS, whose n - 1 eigenvalues all are 1 here, so that any two axes do. Raises BadQuery for n below 1.
    """
    if n < 1:
        raise BadQuery(f"A picture of {n} words was asked for; 1 or more are needed.")
    angles = 2 * np.pi * np.arange(n) / n
    radius = {1: 0.0, 2: math.sqrt(1 / 2)}.get(n, math.sqrt(2 / n))
    points = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return _laid(points, one_hot_distances(n, "euclidean"))


def _laid(points: np.ndarray, wanted: np.ndarray) -> Layout:
    total = float((wanted**2).sum())
    missed = float(((wanted - distances(points, "euclidean")) ** 2).sum())
    return Layout(points, math.sqrt(missed / total) if total else 0.0)


# ---- size and look-up


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


# ---- several words


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


# ---- a vocabulary of n words

TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,]\d+)*|[^\w\s]|_")
"""A run of letters with inner apostrophes and hyphens, a number, or one mark of punctuation."""


def tokens(text: str) -> Iterator[str]:
    """The text's words, numbers and marks in order: letters run on over an inner apostrophe or hyphen, as in don't.

    In Unicode's composed form (NFC), as published spaces have it. Scripts whose vowels are combining signs fall apart.
    """
    return (found.group() for found in TOKEN.finditer(unicodedata.normalize("NFC", text)))


@dataclass(frozen=True)
class Cut:
    """A text seen through a vocabulary of the n most frequent words.

    tokens = kept + unknown are counts, coverage = kept / tokens, 0 to 1. text_with_unk: the first 200 tokens with blanks between,
    <UNK> for each unknown one. unknown_words: each with its count, most frequent first, then as they come in the text.
    """

    tokens: int
    kept: int
    unknown: int
    coverage: float
    text_with_unk: str
    unknown_words: tuple[tuple[str, int], ...]


def cut_vocabulary(text: str, vocabulary: Vocabulary, n: int) -> Cut:
    """What is left of a text when only the n first words of the vocabulary are known: all others become <UNK>.

    The order of the rows stands for frequency, most frequent first, as published spaces are sorted; frequency in the
    space's corpus, not in this text. Tokens are lower-cased where the vocabulary is. Tokenisers differ: GloVe's own cut
    don't into do and n't, so that don't is unknown there at any n.
    Raises BadQuery for a text without a token, or an n outside the vocabulary.
    """
    if not 1 <= n <= len(vocabulary):
        raise BadQuery(f"The {n:,} most frequent words were asked for; the vocabulary has {len(vocabulary):,}. Choose 1 to all.")
    found = list(tokens(text.lower() if vocabulary.is_lower_case else text))
    if not found:
        raise BadQuery("The text has no words, so there is nothing to cover. Paste a sentence or more.")
    counts = Counter(found)                                                    # each distinct token is looked up once
    known = {token for token in counts if (row := vocabulary.row(token)) is not None and row < n}
    unknown_words = tuple((token, count) for token, count in counts.most_common() if token not in known)
    unknown = sum(count for _, count in unknown_words)
    shown = " ".join(token if token in known else UNKNOWN for token in found[:SHOWN_TOKENS])
    return Cut(len(found), len(found) - unknown, unknown, 1 - unknown / len(found), shown, unknown_words)
