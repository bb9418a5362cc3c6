"""What a score is, and what it is given: the terms of a query in one space, and the pairs to learn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from embeddings.errors import BadQuery
from embeddings.settings import Settings, number
from embeddings.word_vectors import WordVectors


@dataclass(frozen=True)
class Learning(Settings):
    """How LRCos learns what the answers to a relation have in common.

    Drozd, Gladkova, Matsuoka 2016 say that the negatives are the first words and random words, and no more than that is taken
    from the paper here. One random word a pair, balanced classes and C = 1 are those of vecto, the authors' own program; it
    also counts every first word four times, which is not done here.
    """

    random_words: int = number(1, 0, 100, "Random words of the space taken as negatives, for each training pair", "words a pair")
    c: float = number(1.0, 0.001, 1_000.0, "C of the logistic regression: large follows the training pairs, small stays near one half")
    seed: int = number(0, 0, 2**31 - 1, "Seed of the draw of random words")


BY_DEFAULT = Learning()


@dataclass(frozen=True, eq=False)
class Training:
    """The pairs that a score learns from: those of a list that this space knows, without the pair that is asked.

    name: of the list, "" where the asked pair itself is all there is. first, second: (n, dim) float32 unit vectors of the
    pairs' words. rows: of all words that are asked or in a pair, which are no random words.
    """

    name: str
    pairs: tuple[tuple[str, str], ...]
    first: np.ndarray
    second: np.ndarray
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Terms:
    """What a query comes to in one space.

    labels: t strings as the reader wrote them. weights: (t,) signed. unit: (t, dim) float32, a word's vector at length
    one, for a list the mean of them. raw: (t, dim) the same from the vectors as stored. training: the pairs of the query's
    list where its score learns from them, None where it names no list. learning: how.
    """

    labels: tuple[str, ...]
    weights: np.ndarray
    unit: np.ndarray
    raw: np.ndarray
    training: Training | None = None
    learning: Learning = BY_DEFAULT


@dataclass(frozen=True)
class Score:
    """One line of the table. `run` gives (n,) scores of the first n rows, `parts` (k, p) shares
    of chosen rows, None where a score cannot be taken apart; `parts_do` says how a row of shares makes the score.
    `labels` names the p parts; they are the query's own terms where it is None.
    `vector` gives the (dim,) vector whose plain cosine with a row is its score, so that any `Searcher` can find the best;
    None where every row has to be scored. `learns`: whether it takes a list of pairs to learn from.
    `load` imports the heavy packages that `run` needs, so that they can be kept out of a measured time."""

    name: str
    title: str
    formula: str
    paper: str
    run: Callable[[WordVectors, Terms, int | None], np.ndarray]
    parts: Callable[[WordVectors, Terms, np.ndarray], np.ndarray] | None = None
    parts_do: str = ""
    vector: Callable[[Terms], np.ndarray] | None = None
    labels: Callable[[Terms], tuple[str, ...]] | None = None
    learns: bool = False
    load: Callable[[], object] | None = None

    def part_labels(self, terms: Terms) -> tuple[str, ...]:
        """The names of the parts, none where a score has no parts."""
        if not self.parts:
            return ()
        return self.labels(terms) if self.labels else terms.labels


ADD_UP = "add up to the score"
MULTIPLY = "multiply to the score"


def is_analogy(terms: Terms) -> bool:
    """Whether the terms are b - a + a'."""
    return tuple(terms.weights) == (1, -1, 1)


def the_analogy(terms: Terms, title: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The (dim,) unit vectors b, a, a'. Raises BadQuery with the score's title unless the terms are b - a + a'."""
    if not is_analogy(terms):
        raise BadQuery(f"{title} needs an analogy of three words: man : woman :: king : ?, or king - man + woman.")
    b, a, a2 = terms.unit
    return b, a, a2
