"""What a count or a correlation is worth: intervals by bootstrap, and paired tests between two spaces."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

DRAWS = 2_000
"""Times that questions or pairs are drawn anew for an interval."""


@dataclass(frozen=True)
class Interval:
    """A 95 % interval, low to high."""

    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """One space against another on the questions or pairs that both cover.

    value: first minus second. interval: of the value, by bootstrap. p: two-sided. n: questions or pairs compared. only_first,
    only_second: questions that one of them alone answered (0 for correlations). test: what p is from.
    """

    value: float
    interval: Interval
    p: float
    n: int
    test: str
    only_first: int = 0
    only_second: int = 0


def share_interval(correct: int, asked: int, seed: int = 0) -> Interval | None:
    """95 % bootstrap interval of a share of right answers, questions drawn anew with replacement; None where none was asked.

    Drawing n questions, c of them right, gives a binomial number of right ones: that is what is drawn. Questions of a suite share
    words, so they are less than n independent trials, and the interval is narrower than it should be. Where none or all are right
    every draw is the same and tells nothing: then the open end is the exact one, 1 - 0.025^(1/n) away (Clopper & Pearson 1934).
    """
    if not asked:
        return None
    if correct in (0, asked):
        away = 1 - 0.025 ** (1 / asked)
        return Interval(0.0, away) if not correct else Interval(1 - away, 1.0)
    drawn = np.random.default_rng(seed).binomial(asked, correct / asked, DRAWS) / asked
    return _middle(drawn)


def mcnemar(first: np.ndarray, second: np.ndarray, seed: int = 0) -> Difference | None:
    """Difference of two accuracies on the same questions, from (n,) booleans each; None where there is no question.

    p is McNemar's exact test (1947): of the questions that one alone answered, either is as likely to have had each. The
    interval draws the questions anew.
    """
    n, only_first, only_second = len(first), int((first & ~second).sum()), int((second & ~first).sum())
    if not n:
        return None
    chances = np.array([only_first, only_second, n - only_first - only_second]) / n
    drawn = np.random.default_rng(seed).multinomial(n, chances, DRAWS)
    value = (only_first - only_second) / n
    p = sign_test(only_first, only_second)
    return Difference(value, _middle((drawn[:, 0] - drawn[:, 1]) / n), p, n, "McNemar, exact", only_first, only_second)


def sign_test(one: int, other: int) -> float:
    """Two-sided p of a split as uneven as this under a fair coin, exact; 1 where both are 0."""
    n, few = one + other, min(one, other)
    logs = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2) for k in range(few + 1)]
    return min(1.0, 2 * math.fsum(math.exp(log) for log in logs))


def ranks(values: np.ndarray) -> np.ndarray:
    """(n,) ranks from 1, equal values sharing the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean: np.ndarray = (last - (counts - 1) / 2)[place]
    return mean


def pearson(one: np.ndarray, other: np.ndarray) -> float | None:
    """Correlation, -1 to 1, of two (n,) arrays; None where there are fewer than two values or one side does not vary."""
    x, y = (np.asarray(side, np.float64) - np.mean(side, dtype=np.float64) if len(side) else np.zeros(0) for side in (one, other))
    size = float(np.linalg.norm(x) * np.linalg.norm(y))
    return None if len(x) < 2 or size < 1e-300 else float(np.clip(x @ y / size, -1, 1))


def spearman(one: np.ndarray, other: np.ndarray) -> float | None:
    """Rank correlation, -1 to 1, ties sharing their mean rank; None where it is not defined."""
    return pearson(ranks(one), ranks(other)) if len(one) else None


def spearman_interval(one: np.ndarray, other: np.ndarray, seed: int = 0, draws: int = DRAWS // 2) -> Interval | None:
    """95 % bootstrap interval of Spearman's correlation, pairs drawn anew with replacement."""
    rng, n = np.random.default_rng(seed), len(one)
    if n < 3:
        return None
    found = [spearman(one[at], other[at]) for at in rng.integers(0, n, (draws, n))]
    return _middle(np.array([each for each in found if each is not None])) if any(each is not None for each in found) else None


def spearman_difference(
    ratings: np.ndarray, first: np.ndarray, second: np.ndarray, seed: int = 0, draws: int = DRAWS // 2
) -> Difference | None:
    """Difference of two spaces' Spearman correlations with the same ratings, by paired bootstrap; None where one is not defined.

    p: twice the share of draws on the far side of no difference, both counts one up so that it is never 0.
    """
    one, other = spearman(first, ratings), spearman(second, ratings)
    if one is None or other is None or len(ratings) < 3:
        return None
    rng, n = np.random.default_rng(seed), len(ratings)
    drawn = []
    for at in rng.integers(0, n, (draws, n)):
        a, b = spearman(first[at], ratings[at]), spearman(second[at], ratings[at])
        if a is not None and b is not None:
            drawn.append(a - b)
    told = np.array(drawn)
    p = min(1.0, 2 * (1 + min(int((told <= 0).sum()), int((told >= 0).sum()))) / (1 + len(told)))
    return Difference(one - other, _middle(told), p, n, f"paired bootstrap, {len(told):,} draws")


def _middle(drawn: np.ndarray) -> Interval:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(float(low), float(high))
