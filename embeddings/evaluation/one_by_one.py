"""Every question's answer by any score of the table, one after the other: for the methods that cannot be joined from cosines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from embeddings.analogy import SCORES, Terms, Training
from embeddings.errors import BadQuery
from embeddings.evaluation.asking import Asked
from embeddings.evaluation.engine import Answers, ranks
from embeddings.settings import Progress, Report
from embeddings.word_vectors import WordVectors


def one_by_one(
    wv: WordVectors, asked: Asked, method: str, n_rows: int, inputs: bool, sections: Sequence[int], report: Report
) -> Answers:
    """The answer of any method to every question among the first n_rows rows, some milliseconds each; ties go to the earlier row.

    sections: (q,) the section of each question. A method that learns from pairs learns from those of the question's section, the
    ones that hold b left out (Drozd, Gladkova, Matsuoka 2016): a and a' play no part of their own. A question whose terms cancel
    out, or that leaves nothing to learn from, has no answer.
    """
    score, n = SCORES[method], len(asked)
    rows, above = np.full(n, -1, np.int64), np.zeros(n, np.int64)
    scores, expected = np.full(n, np.nan, np.float32), np.full(n, np.nan, np.float32)
    first, done = asked.spelled.first_rows(), 0
    for group in _groups(asked, sections, score.learns):
        with suppress(BadQuery):                                               # it has no answer, and counts as wrong
            found = score.run(wv, _terms(wv, asked, first, group[0], sections, score.learns), n_rows)
            for at in group:
                rows[at], scores[at], expected[at], above[at] = _best(asked, found, at, inputs)
        done += len(group)
        report(Progress(done, n, f"{score.title}: {n:,} questions"))
    return Answers(rows, scores, expected, ranks(asked, rows, above, inputs))


def _groups(asked: Asked, sections: Sequence[int], of_b_alone: bool) -> list[list[int]]:
    """Questions that one scoring answers: those of a section with the same b, where a and a' play no part."""
    found = defaultdict[tuple[int, ...], list[int]](list)
    for at, (a, a2, b) in enumerate(zip(asked.a.tolist(), asked.a2.tolist(), asked.b.tolist(), strict=True)):
        found[(sections[at], b) if of_b_alone else (a, a2, b)].append(at)
    return list(found.values())


def _terms(wv: WordVectors, asked: Asked, first: np.ndarray, question: int, sections: Sequence[int], learns: bool) -> Terms:
    rows = [int(first[words[question]]) for words in (asked.b, asked.a, asked.a2)]
    b, a, a2 = wv.vocabulary.words(rows)
    training = _training(wv, asked, first, question, sections) if learns else None
    return Terms((f"+ {b}", f"- {a}", f"+ {a2}"), np.array([1, -1, 1]), wv.unit[rows], np.asarray(wv.vectors[rows]), training)


def _training(wv: WordVectors, asked: Asked, first: np.ndarray, question: int, sections: Sequence[int]) -> Training:
    """The pairs a : a' of the question's section, those that hold b left out. Raises BadQuery where none is left."""
    mine = np.flatnonzero(np.asarray(sections) == sections[question])
    pairs = np.unique(np.stack([first[asked.a[mine]], first[asked.a2[mine]]], axis=1), axis=0)
    b = int(first[asked.b[question]])
    pairs = pairs[(pairs != b).all(axis=1)]
    if not len(pairs):
        raise BadQuery("No pair of this section is left to learn from.")
    words = [tuple(wv.vocabulary.words(pair)) for pair in pairs]
    known = tuple(sorted({b, *pairs.ravel().tolist()}))
    return Training("this section", tuple((one, other) for one, other in words), wv.unit[pairs[:, 0]], wv.unit[pairs[:, 1]], known)


def _best(asked: Asked, scores: np.ndarray, question: int, inputs: bool) -> tuple[int, float, float, int]:
    """(winning row, its score, the best right answer's score, rows above that), the asked rows left out unless they may win."""
    right = asked.expected[asked.expected_at[question] : asked.expected_at[question + 1]]
    expected = float(np.nanmax(scores[right])) if not np.isnan(scores[right]).all() else float("nan")
    asked_rows = [] if inputs else _asked_rows(asked, question)
    kept = scores[asked_rows]
    scores[asked_rows] = np.nan
    above = int(np.count_nonzero(scores > expected)) if expected == expected else len(scores)
    row = -1 if np.isnan(scores).all() else int(np.nanargmax(scores))
    found = (row, float(scores[row]) if row >= 0 else float("nan"), expected, above)
    scores[asked_rows] = kept
    return found


def _asked_rows(asked: Asked, question: int) -> list[int]:
    at = asked.spelled.members_at
    return [row for words in (asked.a, asked.a2, asked.b) for row in asked.spelled.rows[at[words[question]] : at[words[question] + 1]]]
