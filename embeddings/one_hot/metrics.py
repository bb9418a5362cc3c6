"""Distances between vectors, one-hot or embedding, and flat pictures of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.errors import BadQuery


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
