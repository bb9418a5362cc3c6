"""The plane through three words, where an analogy can be seen as the parallelogram it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings.errors import BadQuery

if TYPE_CHECKING:
    from embeddings.word_vectors import WordVectors

FLAT = 1e-6
"""A side shorter than this, relative to the longest one, has no direction."""


@dataclass(frozen=True, eq=False)
class PlaneView:
    """Points seen from straight above a plane.

    coordinates: (n, 2) float64, the origin at (0, 0), in the units of the vectors. distance: (n,) float64, 0 and up, how
    far each point lies off the plane: what the picture hides. axes: (2, dim) orthonormal x and y; a zero row is no axis.
    """

    coordinates: np.ndarray
    distance: np.ndarray
    axes: np.ndarray


def plane(origin: np.ndarray, first: np.ndarray, second: np.ndarray, points: np.ndarray) -> PlaneView:
    """(n, dim) points on the plane through three (dim,) vectors: x runs from origin to first, y turns towards second.

    For a : a' :: b : b', origin = a, first = a', second = b: a, a' and b lie in the plane, and b' - its distance says - does
    not. Distances within the plane are true (Gram-Schmidt, orthonormal axes). The parallelogram's fourth corner
    a' + b - a lies in the plane by construction, so that corner alone shows nothing.

    Where the three are on one line, y is the zero axis and every y is 0; where origin and first are the same, x is the zero
    axis; where all are the same, both are and distance is the distance from the origin.
    """
    start = np.asarray(origin, np.float64)
    sides = np.asarray(first, np.float64) - start, np.asarray(second, np.float64) - start
    axes = _axes(*sides)
    steps = np.asarray(points, np.float64) - start                                                  # (n, dim)
    coordinates = steps @ axes.T
    return PlaneView(coordinates, np.linalg.norm(steps - coordinates @ axes, axis=1), axes)


@dataclass(frozen=True, eq=False)
class Parallelogram:
    """An analogy in the plane through a, a' and b, on unit vectors.

    words: a, a', b and the answer b'. points: (5, 2) for these four and for the corner b - a + a'. distances: (5,) how far
    each lies outside the plane. cosine: -1 to 1, of a' - a with b' - b in the full space. out_of_plane: of b'.
    """

    words: tuple[str, str, str, str]
    points: np.ndarray
    distances: np.ndarray
    cosine: float
    out_of_plane: float


def parallelogram(wv: WordVectors, words: tuple[str, str, str, str]) -> Parallelogram:
    """The picture of a : a' :: b : b'. Raises UnknownWords, and BadQuery where an offset is zero."""
    a, a2, b, b2 = wv.unit[wv.rows(words)]
    view = plane(a, a2, b, np.stack([a, a2, b, b2, b - a + a2]))
    return Parallelogram(words, view.coordinates, view.distance, offset_cosine(a, a2, b, b2), float(view.distance[3]))


def offset_cosine(a: np.ndarray, a2: np.ndarray, b: np.ndarray, b2: np.ndarray) -> float:
    """Cosine, -1 to 1, of a' - a with b' - b in the full space: 1 for parallel offsets, about 0 for unrelated ones.

    It is the figure to print beside the parallelogram, which looks more parallel than the space is.
    Raises BadQuery where an offset is zero and so has no direction.
    """
    first, second = (np.asarray(to, np.float64) - np.asarray(origin, np.float64) for origin, to in ((a, a2), (b, b2)))
    lengths = np.linalg.norm(first), np.linalg.norm(second)
    if min(lengths) == 0:
        raise BadQuery("An offset between two equal vectors has no direction and no angle. Choose two different words.")
    return float(np.clip((first / lengths[0]) @ (second / lengths[1]), -1, 1))


def _axes(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(2, dim) orthonormal axes of the two sides; a zero row for each direction that is missing."""
    longest = float(max(np.linalg.norm(first), np.linalg.norm(second)))
    x = _direction(first, longest)
    return np.stack([x, _direction(second - (second @ x) * x, longest)])


def _direction(side: np.ndarray, longest: float) -> np.ndarray:
    length = np.linalg.norm(side)
    return np.asarray(side / length) if length > FLAT * longest else np.zeros_like(side)
