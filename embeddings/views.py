"""Views: a space seen after a step that is often taken first, under a name that says so.

    centred              the mean vector of all words is subtracted
    all-but-the-top 1    the mean, then what lies along the first D principal components (Mu & Viswanath 2018, All-but-the-Top,
                         ICLR, algorithm 1; D about dim / 100)
    length one           every vector is scaled to length one; cosines stay, Euclidean distances change

"glove-6b-50d, centred" is the name of a view and opens it wherever a space is named. A view is another space: it has its own
fingerprint, its own indexes and hub counts, and its own copy of the vectors in memory (400,000 words of 300 numbers: 480 MB).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from embeddings.errors import BadQuery
from embeddings.word_vectors import WordVectors

STORED = "as stored"
SEPARATOR = ", "            # no space's own name holds it
BLOCK = 1 << 16             # rows worked on at a time, in float64


@dataclass(frozen=True)
class View:
    """One line of the table: what a view is called, what it does, its paper, and whether it takes a number of components."""

    name: str
    title: str
    about: str
    paper: str
    make: Callable[[WordVectors, int], np.ndarray]
    counted: bool = False


def components(dim: int) -> int:
    """How many components all-but-the-top takes away where nobody says: dim / 100, one at least (Mu & Viswanath 2018)."""
    return max(1, round(dim / 100))


def parted(name: str) -> tuple[str, str]:
    """The name of a space and of the view of it, "" for none: "glove-6b-50d, centred" is ("glove-6b-50d", "centred")."""
    space, _, told = name.partition(SEPARATOR)
    return space, told


def named(space: str, told: str) -> str:
    """The name of a view of a space; the space's own for no view, "" or "as stored"."""
    return space if told in {"", STORED} else f"{space}{SEPARATOR}{told}"


def view(wv: WordVectors, told: str) -> WordVectors:
    """The space seen so: "centred", "all-but-the-top 2" (without a number: components(dim)), "length one"; itself "as stored".

    Its name says which. It holds no n-grams: a vector put together from them would lack the step. Raises BadQuery for an
    unknown view, a view of a view, or more components than there are dimensions to lose.
    """
    if told in {"", STORED}:
        return wv
    chosen, number = _read(told, wv.dim)
    if SEPARATOR in wv.name:
        raise BadQuery(f"{wv.name} is a view already. Choose a view of the space itself.")
    label = f"{chosen.name} {number}" if chosen.counted else chosen.name
    vectors = chosen.make(wv, number)
    source = replace(wv.source, title=f"{wv.source.title} ({label})" if wv.source.title else "")
    folder = None if wv.folder is None else wv.folder / f"view-{label.replace(' ', '-')}"
    return WordVectors(named(wv.name, label), wv.vocabulary, vectors, source, None, folder)


def label(told: str, dim: int) -> str:
    """A view as its name tells it, with its number: "all-but-the-top" is "all-but-the-top 1" in 50 dimensions. Raises BadQuery."""
    if told in {"", STORED}:
        return ""
    chosen, number = _read(told, dim)
    return f"{chosen.name} {number}" if chosen.counted else chosen.name


def _read(told: str, dim: int) -> tuple[View, int]:
    match = re.fullmatch(r"(.*?)(?: (\d{1,6}))?", told.strip().lower())
    name, digits = (match[1], match[2]) if match else (told, None)
    chosen = VIEWS.get(name)
    if chosen is None or (digits and not chosen.counted):
        raise BadQuery(f"There is no view '{told[:60]}'. There are {', '.join([STORED, *VIEWS])}.")
    number = int(digits) if digits else components(dim) if chosen.counted else 0
    if chosen.counted and not 1 <= number < dim:
        raise BadQuery(f"{number:,} components were to be taken away; 1 to {dim - 1:,} of {dim:,} can be.")
    return chosen, number


def _mean(wv: WordVectors) -> np.ndarray:
    """(dim,) float64, the mean vector of all words."""
    return np.asarray(sum(np.asarray(part, np.float64).sum(axis=0) for part in _parts(wv)) / wv.n_words)


def _parts(wv: WordVectors) -> list[np.ndarray]:
    return [wv.vectors[start : start + BLOCK] for start in range(0, wv.n_words, BLOCK)]


def _centred(wv: WordVectors, number: int) -> np.ndarray:
    return _all_but(wv, _mean(wv), np.zeros((number, wv.dim)))


def _all_but_the_top(wv: WordVectors, number: int) -> np.ndarray:
    mean = _mean(wv)
    return _all_but(wv, mean, principal(wv, mean)[1][:number])


def _all_but(wv: WordVectors, mean: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """(n_words, dim) float32 without the mean, and without what lies along some orthonormal (m, dim) axes."""
    made = np.empty((wv.n_words, wv.dim), np.float32)
    for start, part in zip(range(0, wv.n_words, BLOCK), _parts(wv), strict=True):
        centred = part - mean                                                  # (BLOCK, dim) float64
        made[start : start + len(part)] = centred - (centred @ axes.T) @ axes
    return made


def _length_one(wv: WordVectors, number: int) -> np.ndarray:
    del number                                                                 # it takes none
    return wv.unit[:]


def principal(wv: WordVectors, mean: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """((dim,) shares of the variance, 0 to 1, largest first; (dim, dim) principal axes, a row each) of the vectors as stored."""
    mean = _mean(wv) if mean is None else mean
    spread = np.zeros((wv.dim, wv.dim))
    for part in _parts(wv):
        centred = part - mean
        spread += centred.T @ centred
    values, axes = np.linalg.eigh(spread)
    total = values.sum()
    shares = np.clip(values[::-1], 0, None) / total if total > 0 else np.zeros(wv.dim)
    return shares, axes[:, ::-1].T


VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        View("centred", "Centred", "The mean vector of all words is subtracted.", "", _centred),
        View(
            "all-but-the-top",
            "All but the top",
            "The mean vector and what lies along the first principal components are taken away.",
            "Mu & Viswanath 2018 (ICLR)",
            _all_but_the_top,
            counted=True,
        ),
        View("length one", "Length one", "Every vector is scaled to length one; cosines stay the same.", "", _length_one),
    )
}
"""The table of views. Each makes (n_words, dim) float32 of a space and a number of components."""
