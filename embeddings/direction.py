"""Directions of meaning: a line through the space, where words fall along it, and how much there is behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from embeddings.errors import BadQuery, BadSetting
from embeddings.word_vectors import WordVectors

Pairs = Sequence[tuple[str, str]]
RANDOM_AMONG = 50_000       # random pairs are drawn from the most frequent words, where the asked ones come from too


@dataclass(frozen=True, eq=False)
class Evidence:
    """How parallel the pairs are in the full space, beside what chance gives.

    offset_cosine_mean: mean cosine (-1 to 1) of two different pairs' offsets. held_out: (n,) cosine of each pair's offset
    with the direction fitted without that pair. matrix: (n, n) cosines of the offsets. shuffled: (draws,) the mean again
    with the second words dealt out anew among the first ones, in any order, the true one included. p_value: share of shuffled
    means that reach the true one, the true one counted in (so never 0, and about 1/n! at the least: 0.5 for two pairs).
    first_component_share: (0 to 1) of the squared offsets along their first singular vector; random_share: (draws,) the same for
    as many random pairs of this space.
    """

    offset_cosine_mean: float
    held_out: np.ndarray
    matrix: np.ndarray
    shuffled: np.ndarray
    p_value: float
    first_component_share: float
    random_share: np.ndarray


@dataclass(frozen=True, eq=False)
class Direction:
    """A unit vector (dim,) float32 from the first words of its pairs towards the second ones."""

    name: str
    axis: np.ndarray
    poles: tuple[str, str]
    pairs: tuple[tuple[str, str], ...]
    method: str
    space: str
    evidence: Evidence


@dataclass(frozen=True)
class Placed:
    """A word's place along a direction: its cosine (-1 to 1) with the axis, and the 95 % bootstrap interval over the pairs."""

    word: str
    value: float
    low: float
    high: float


def known_pairs(wv: WordVectors, pairs: Iterable[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The pairs with both words in the space, spelled as it spells them, and the pairs that lack one; each pair once."""
    found = {pair: wv.find(pair) for pair in dict.fromkeys(pairs)}
    known = [(both[0].word, both[1].word) for both in found.values() if both[0] and both[1]]
    return list(dict.fromkeys(known)), [pair for pair, both in found.items() if None in both]


def shuffled(pairs: Pairs, seed: int = 0) -> list[tuple[str, str]]:
    """The same first and second words with the second ones dealt out anew: what chance makes of these words.

    Of 200 deals the one is taken that gives the fewest true pairs and the fewest words paired with themselves, which is none
    unless words repeat a lot. Raises BadQuery for fewer than two pairs.
    """
    if len(pairs) < 2:
        raise BadQuery(f"{len(pairs)} pair cannot be shuffled. Two or more are needed.")
    rng, true = np.random.default_rng(seed), set(pairs)
    deals = [[(first, pairs[at][1]) for (first, _), at in zip(pairs, rng.permutation(len(pairs)), strict=True)] for _ in range(200)]
    return min(deals, key=lambda deal: sum(pair in true or pair[0] == pair[1] for pair in deal))


def from_pairs(
    wv: WordVectors, pairs: Pairs, name: str = "direction", method: str = "svd", draws: int = 1000, seed: int = 0
) -> Direction:
    """Direction shared by word pairs, from the first word of each to the second, with its evidence.

    svd: the top right-singular vector of the (n, dim) differences of unit vectors, not re-centred (Bolukbasi et al. 2016,
    arXiv:1607.06520). mean: the normalised mean difference (Kozlowski, Taddy, Evans 2019). Turned so that second words
    score higher. Raises UnknownWords naming every absent word, BadQuery for fewer than two different pairs or a pair
    whose words share one vector.
    """
    fit = _fit(method)
    distinct = tuple(dict.fromkeys(pairs))
    if len(distinct) < 2:
        raise BadQuery(f"'{name}' has {len(distinct)} pair. Two or more are needed to tell a direction from noise.")
    rows = wv.rows(word for pair in distinct for word in pair).reshape(-1, 2)
    first, second = wv.unit[rows[:, 0]], wv.unit[rows[:, 1]]                   # (n, dim)
    offsets = second - first
    _refuse_empty(offsets, distinct)
    axis = fit(offsets)
    if not axis.any():
        raise BadQuery(f"The offsets of '{name}' cancel out: their mean points nowhere. Does a pair stand both ways round?")
    evidence = _evidence(wv, first, second, fit, draws, np.random.default_rng(seed))
    return Direction(name, axis, distinct[0], distinct, method, wv.name, evidence)


def place(wv: WordVectors, direction: Direction, words: Sequence[str], draws: int = 200, seed: int = 0) -> list[Placed]:
    """Where words fall along the direction, in the order given.

    The interval comes from fitting the direction again on pairs drawn with replacement: it tells how much the place
    hangs on the choice of pairs, not how sure the word's own vector is. Raises UnknownWords.
    """
    unit = wv.unit[wv.rows(words)]                                             # (m, dim)
    rows = wv.rows(word for pair in direction.pairs for word in pair).reshape(-1, 2)
    offsets = wv.unit[rows[:, 1]] - wv.unit[rows[:, 0]]
    rng, fit = np.random.default_rng(seed), _fit(direction.method)
    fitted = [fit(offsets[rng.integers(0, len(offsets), len(offsets))]) for _ in range(draws)]
    low, high = np.percentile(unit @ np.array(fitted).T, [2.5, 97.5], axis=1)
    values = unit @ direction.axis
    return [Placed(*line) for line in zip(words, values.tolist(), low.tolist(), high.tolist(), strict=True)]


def as_json(direction: Direction, placed: Sequence[Placed] = ()) -> dict[str, Any]:
    """The direction in the field names that the command line prints."""
    evidence = direction.evidence
    return {
        "space": direction.space,
        "pairs": [list(pair) for pair in direction.pairs],
        "method": direction.method,
        "offset_cosine_mean": evidence.offset_cosine_mean,
        "offset_cosines": evidence.held_out.tolist(),
        "shuffled_mean": float(evidence.shuffled.mean()),
        "first_component_share": evidence.first_component_share,
        "random_share": evidence.random_share.tolist(),
        "p_value": evidence.p_value,
        "projections": [{"word": at.word, "value": at.value, "low": at.low, "high": at.high} for at in placed],
    }


def _fit(method: str) -> Callable[[np.ndarray], np.ndarray]:
    if method not in METHODS:
        raise BadSetting(f"There is no direction method '{method}'. There are {', '.join(METHODS)}.")
    return METHODS[method]


def _first_singular_vector(offsets: np.ndarray) -> np.ndarray:
    axis = np.linalg.svd(offsets, full_matrices=False)[2][0]                   # (dim,)
    # The singular vector's sign is arbitrary; the pairs decide it.
    return np.asarray(axis if (offsets @ axis).mean() >= 0 else -axis)


def _mean_offset(offsets: np.ndarray) -> np.ndarray:
    mean = offsets.mean(axis=0)
    length = np.linalg.norm(mean)
    # Offsets that cancel out point nowhere: the zero vector, whose cosine with everything is 0.
    return np.asarray(mean / length if length > 1e-6 else np.zeros_like(mean))


METHODS = {"svd": _first_singular_vector, "mean": _mean_offset}


def _refuse_empty(offsets: np.ndarray, pairs: Pairs) -> None:
    for offset, pair in zip(offsets, pairs, strict=True):
        if np.linalg.norm(offset) < 1e-6:
            raise BadQuery(f"'{pair[0]}' and '{pair[1]}' have the same vector: this pair has no offset. Leave it out.")


def _evidence(
    wv: WordVectors, first: np.ndarray, second: np.ndarray, fit: Callable[[np.ndarray], np.ndarray], draws: int, rng: np.random.Generator
) -> Evidence:
    offsets = second - first
    matrix = _normalised(offsets) @ _normalised(offsets).T
    observed = _mean_cosine(offsets)
    shuffled = np.array([_mean_cosine(second[rng.permutation(len(second))] - first) for _ in range(draws)])
    reached = int((shuffled >= observed - 1e-7).sum())
    return Evidence(
        observed,
        _held_out(offsets, fit),
        matrix,
        shuffled,
        (1 + reached) / (1 + draws),
        _first_share(offsets),
        np.array([_first_share(_random_offsets(wv, len(offsets), rng)) for _ in range(min(draws, 200))]),
    )


def _held_out(offsets: np.ndarray, fit: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    unit = _normalised(offsets)
    return np.array([unit[at] @ fit(np.delete(offsets, at, axis=0)) for at in range(len(offsets))])


def _normalised(offsets: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(offsets, axis=1, keepdims=True)
    return np.divide(offsets, lengths, out=np.zeros_like(offsets), where=lengths > 1e-9)


def _mean_cosine(offsets: np.ndarray) -> float:
    """Mean cosine of two different rows: the squared length of the sum of units holds every product."""
    n = len(offsets)
    unit = _normalised(offsets).astype(np.float64)
    return float((np.square(unit.sum(axis=0)).sum() - np.square(unit).sum()) / (n * (n - 1)))


def _first_share(offsets: np.ndarray) -> float:
    squares = np.square(np.linalg.svd(offsets, compute_uv=False))
    return float(squares[0] / squares.sum()) if squares[0] > 0 else 0.0        # random pairs may all lack an offset


def _random_offsets(wv: WordVectors, n: int, rng: np.random.Generator) -> np.ndarray:
    among = min(RANDOM_AMONG, wv.n_words)
    if among >= 2 * n:
        rows = rng.choice(among, size=(n, 2), replace=False)
    else:                                                                      # a word may come twice, but not in one pair
        first = rng.integers(0, among, n)
        rows = np.stack([first, (first + rng.integers(1, among, n)) % among], axis=1)
    return wv.unit[rows[:, 1]] - wv.unit[rows[:, 0]]
