"""Every question's answer, in bounded memory: the cosines of the asked words once, joined for each question in the cache.

A question's score is made of the cosines of three words with a row. A suite asks thousands of questions of a few hundred words,
so the product of those words with the vocabulary, a tile of rows at a time, is far smaller than that of the questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from embeddings.analogy import EPSILON, SCORES
from embeddings.evaluation.asking import Asked
from embeddings.search.exact import rounding
from embeddings.search.threads import threads
from embeddings.settings import Progress, Report
from embeddings.word_vectors import WordVectors

FAST = ("3cosadd", "3cosmul", "onlyb")
"""Methods that are joined from cosines; every other is scored question by question, see `one_by_one`."""

TILE = 2_048                # rows scored at once: with a thousand words 8 MB, twice that for 3CosMul
MOST_WORDS = 4_000          # distinct words whose cosines are held at once
GATHERED = 4_096            # questions whose vectors are gathered at once
NOWHERE = 3e-6              # a sum of three unit vectors as short as this is zero
ROUNDED = 2e-6              # what rounding mostly does to the sum of three float32 cosines; ranks are counted beyond it
OPPOSITE = 0.125            # a similarity (1 + cosine) / 2 below this is counted in float64: 3CosMul divides by it


@dataclass(frozen=True, eq=False)
class Answers:
    """What a space answers, by question. rows: (q,) int64, the winning row, -1 where no row was left. scores, expected_scores:
    (q,) float32 of the winner and of the best right answer. ranks: (q,) int64, 1 for a right answer, else 1 + the rows that beat
    the best right answer by more than ROUNDED, and 2 at least; 0 where that one was asked itself and so is never listed."""

    rows: np.ndarray
    scores: np.ndarray
    expected_scores: np.ndarray
    ranks: np.ndarray


def answers(wv: WordVectors, asked: Asked, method: str, n_rows: int, inputs: bool, report: Report) -> Answers:
    """The answer of 3CosAdd, 3CosMul or only-b to every question among the first n_rows rows; ties go to the earlier row."""
    parts, done = list(_batches(asked)), 0
    out = []
    total = len(parts) * n_rows

    def told(rows: int) -> None:
        report(Progress(done + rows, total, f"{SCORES[method].title}: {len(asked):,} questions"))

    for part in parts:
        out.append(_Batch(wv, part, method, n_rows, inputs).answers(told))
        done += n_rows
    columns = [np.concatenate([getattr(each, name) for each in out]) for name in ("rows", "scores", "expected_scores", "ranks")]
    return Answers(*columns)


def _batches(asked: Asked) -> Iterator[Asked]:
    """The questions in parts that ask for MOST_WORDS distinct words at most; one part at least."""
    start, seen = 0, set[int]()
    for at, three in enumerate(zip(asked.a.tolist(), asked.a2.tolist(), asked.b.tolist(), strict=True)):
        if len(seen.union(three)) > MOST_WORDS:
            yield cut(asked, np.arange(start, at))
            start, seen = at, set()
        seen.update(three)
    yield cut(asked, np.arange(start, len(asked)))


def cut(asked: Asked, chosen: np.ndarray) -> Asked:
    """Some of the questions."""
    sizes = np.diff(asked.expected_at)[chosen]
    expected_at = np.concatenate([[0], np.cumsum(sizes)])
    within = np.arange(int(sizes.sum())) - np.repeat(expected_at[:-1], sizes)
    expected = asked.expected[np.repeat(asked.expected_at[:-1][chosen], sizes) + within]
    return Asked(asked.spelled, asked.at[chosen], asked.a[chosen], asked.a2[chosen], asked.b[chosen], expected_at, expected)


class _Batch:
    """Questions that are answered in one pass over the space."""

    def __init__(self, wv: WordVectors, asked: Asked, method: str, n_rows: int, inputs: bool) -> None:
        self.wv, self.asked, self.method, self.n_rows, self.inputs = wv, asked, method, n_rows, inputs
        places, joined = np.unique(np.concatenate([asked.a, asked.a2, asked.b]), return_inverse=True)
        self.a, self.a2, self.b = (np.ascontiguousarray(part, np.int32) for part in np.split(joined.ravel(), 3))
        self.rows = asked.spelled.first_rows()[places]                         # (words,)
        starts, sizes = asked.spelled.members_at[:-1][places], np.diff(asked.spelled.members_at)[places]
        self.members_at = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        spread = np.arange(int(sizes.sum())) - np.repeat(self.members_at[:-1], sizes)
        self.members = asked.spelled.rows[np.repeat(starts, sizes) + spread]

    def answers(self, told: Callable[[int], None]) -> Answers:
        from embeddings.evaluation.compiled import NEAR

        n = len(self.asked)
        expected = self._expected_scores()                                     # (q,) joined, float64
        self.best = np.full(n, -1 if self.method == "3cosmul" else -1e30, np.float32)
        self.near, self.near_scores = np.full((n, NEAR), -1, np.int64), np.zeros((n, NEAR), np.float32)
        self.n_near, self.above = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self._scan(self._beyond(expected), told)
        rows, scores = self._winners()
        return Answers(rows, scores, self._as_told(expected), ranks(self.asked, rows, self.above, self.inputs))

    @property
    def slack(self) -> float:
        """How far below the best a score can lie and still be the best: of the score for 3CosMul, else in cosines.

        Three cosines, each off by `rounding`, in both of the compared; for 3CosMul three factors of OPPOSITE or more.
        """
        off = rounding(self.wv.dim)
        return 2 * (3 * off / 2 / OPPOSITE + 1e-6) if self.method == "3cosmul" else 2 * (3 * off + 1e-6)

    def _beyond(self, expected: np.ndarray) -> np.ndarray:
        """(q,) float32, the score from which on a row beats the best right answer: by more than what rounding mostly does."""
        level = expected * (1 + 2 * ROUNDED) if self.method == "3cosmul" else expected + ROUNDED
        return level.astype(np.float32)

    def _scan(self, level: np.ndarray, told: Callable[[int], None]) -> None:
        vectors = self.wv.unit[self.rows]                                      # (words, dim)
        n_words, multiply = len(self.rows), self.method == "3cosmul"
        over = np.empty((n_words, TILE), np.float32)
        under = np.empty_like(over) if multiply else over
        with ThreadPoolExecutor(threads()) as pool:
            for start in range(0, self.n_rows, TILE):
                tile = self.wv.unit[start : min(start + TILE, self.n_rows)]    # (n, dim)
                n = len(tile)
                np.matmul(vectors, tile.T, out=over[:, :n])
                if multiply:
                    self._similarities(pool, over, under, start, n)
                self._compare(pool, over, under, start, n, level)
                told(start + n)

    def _similarities(self, pool: ThreadPoolExecutor, over: np.ndarray, under: np.ndarray, start: int, n: int) -> None:
        """Cosines to similarities in `over`, and one over them in `under`; those of near opposites counted in float64."""
        from embeddings.evaluation.compiled import similarities

        cuts = np.linspace(0, len(over), threads() + 1).astype(int)
        few = sum(pool.map(lambda at: similarities(over, under, n, cuts[at], cuts[at + 1], OPPOSITE, EPSILON), range(threads())))
        if not few:
            return
        word, row = np.nonzero(over[:, :n] < OPPOSITE)
        for at in range(0, len(word), GATHERED):
            part = slice(at, at + GATHERED)
            exact = _similarity(_cosines(self.wv, self.rows[word[part]], start + row[part]))
            over[word[part], row[part]], under[word[part], row[part]] = exact, 1 / (exact + EPSILON)

    def _compare(self, pool: ThreadPoolExecutor, over: np.ndarray, under: np.ndarray, start: int, n: int, level: np.ndarray) -> None:
        from embeddings.evaluation.compiled import answer

        to = self.a if self.method == "onlyb" else self.a2                     # a - a is exactly 0
        cuts = np.linspace(0, len(self.asked), 2 * threads() + 1).astype(int)  # two parts each: all end at about the same time

        def work(at: int) -> None:
            answer(
                over, under, self.method == "3cosmul", n, start, cuts[at], cuts[at + 1], self.a, self.a2, self.b, to, self.inputs,
                self.members_at, self.members, level, np.float32(self.slack), self.best, self.near, self.near_scores, self.n_near,
                self.above,
            )  # fmt: skip

        list(pool.map(work, range(len(cuts) - 1)))

    def _joined(self, questions: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """(m,) float64, the joined scores of rows in questions, from float64 cosines."""
        out = np.empty(len(rows))
        for start in range(0, len(rows), GATHERED):
            part, row = questions[start : start + GATHERED], rows[start : start + GATHERED]
            if self.method == "onlyb":
                out[start : start + GATHERED] = _cosines(self.wv, self.rows[self.b[part]], row)
                continue
            a, a2, b = (_cosines(self.wv, self.rows[words[part]], row) for words in (self.a, self.a2, self.b))
            if self.method == "3cosmul":
                out[start : start + GATHERED] = _similarity(b) * _similarity(a2) / (_similarity(a) + EPSILON)
            else:
                out[start : start + GATHERED] = b - a + a2
        return out

    def _as_told(self, joined: np.ndarray) -> np.ndarray:
        """(q,) float32: 3CosAdd as the cosine with b - a + a', whose length the joined cosines leave out."""
        if self.method != "3cosadd":
            return joined.astype(np.float32)
        return np.divide(joined, self._lengths, out=np.zeros_like(joined), where=self._lengths > NOWHERE).astype(np.float32)

    @cached_property
    def _lengths(self) -> np.ndarray:
        """(q,) the length of b - a + a'."""
        out = np.empty(len(self.asked))
        for start in range(0, len(out), GATHERED):
            b, a, a2 = (self.wv.unit[self.rows[words[start : start + GATHERED]]] for words in (self.b, self.a, self.a2))
            out[start : start + GATHERED] = np.linalg.norm(b - a + a2, axis=1)
        return out

    def _expected_scores(self) -> np.ndarray:
        """(q,) the joined score of the best right answer."""
        scores = self._joined(question_of(self.asked), self.asked.expected)
        return np.maximum.reduceat(scores, self.asked.expected_at[:-1]) if len(self.asked) else scores

    def _winners(self) -> tuple[np.ndarray, np.ndarray]:
        """(q,) rows and (q,) float32 scores: of the near ones the best counted again, an earlier row where those tie."""
        from embeddings.evaluation.compiled import NEAR

        for crowded in np.flatnonzero(self.n_near > NEAR).tolist():
            self._crowded(crowded)
        kept = np.arange(NEAR) < self.n_near[:, None]
        question, place = np.nonzero(kept)
        row = self.near[question, place]
        joined = self._joined(question, row)
        rounded = joined.astype(np.float32)
        order = np.lexsort((row, -rounded, question))
        first = order[np.concatenate([[True], question[order][1:] != question[order][:-1]])] if len(order) else order
        rows, scores = np.full(len(self.asked), -1, np.int64), np.zeros(len(self.asked))
        rows[question[first]], scores[question[first]] = row[first], joined[first]
        if self.method == "3cosadd":
            rows[self._lengths <= NOWHERE] = -1                                # the terms cancel out: their sum points nowhere
        return rows, self._as_told(scores)

    def _crowded(self, question: int) -> None:
        """More rows were near than are kept: all are counted again, and the best of them stands alone."""
        everyone = np.arange(self.n_rows)
        rounded = self._joined(np.full(self.n_rows, question), everyone).astype(np.float32)
        if not self.inputs:
            rounded[self._asked_rows(question)] = -np.inf
        self.near[question, 0], self.n_near[question] = int(np.argmax(rounded)), 1

    def _asked_rows(self, question: int) -> np.ndarray:
        words = {int(part[question]) for part in (self.a, self.a2, self.b)}
        return np.concatenate([self.members[self.members_at[word] : self.members_at[word + 1]] for word in words])


def ranks(asked: Asked, rows: np.ndarray, above: np.ndarray, inputs: bool) -> np.ndarray:
    """(q,) int64 as `Answers` has them, from the winning rows and the number of rows above the best right answer."""
    question = question_of(asked)
    right = np.zeros(len(asked), bool)
    np.logical_or.at(right, question, asked.expected == rows[question])
    found = np.where(right, 1, np.maximum(1 + above, 2))
    if not inputs:
        found[only_asked(asked)] = 0
    return found


def question_of(asked: Asked) -> np.ndarray:
    """(expected,) the question that each expected row belongs to."""
    return np.repeat(np.arange(len(asked)), np.diff(asked.expected_at))


def only_asked(asked: Asked) -> np.ndarray:
    """(q,) True where every right answer is one of the three asked words."""
    first = asked.spelled.first_rows()
    starts, stops = asked.spelled.members_at[:-1], asked.spelled.members_at[1:]
    question = question_of(asked)
    own = np.zeros(len(question), bool)
    for words in (asked.a, asked.a2, asked.b):
        place = words[question]
        own |= asked.expected == first[place]
        for at in np.flatnonzero((stops - starts)[place] > 1):                 # several spellings: only in a space that has cases
            own[at] |= asked.expected[at] in asked.spelled.rows[starts[place[at]] : stops[place[at]]]
    every = np.ones(len(asked), bool)
    np.logical_and.at(every, question, own)
    return every


def _cosines(wv: WordVectors, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(m,) float64 cosines of rows with rows, lengths in float64 too: 3CosMul divides by one plus a cosine. 0 for a zero vector."""
    out = np.empty(len(one))
    for start in range(0, len(one), GATHERED):
        first, second = (np.ascontiguousarray(wv.vectors[rows[start : start + GATHERED]], np.float64) for rows in (one, other))
        lengths = np.sqrt(np.vecdot(first, first) * np.vecdot(second, second))
        products = np.vecdot(first, second)
        out[start : start + GATHERED] = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
    return out


def _similarity(cosines: np.ndarray) -> np.ndarray:
    return np.clip((1 + cosines) / 2, 0, 1)
