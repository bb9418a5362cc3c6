"""A suite's words in one space: their rows, the spellings that count as the same, and what is covered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.analogy import SCORES
from embeddings.errors import BadSetting
from embeddings.evaluation.suites import Question
from embeddings.word_vectors import WordVectors

UNKNOWN = ("skipped", "wrong")


@dataclass(frozen=True)
class Asking:
    """How a suite is asked; checked when made, raises BadSetting.

    method: a score of SCORES. restrict: only the first so many rows can be asked about and answered, None for all. fold: capital
    and small letters are the same; else words are looked up as the suite spells them. unknown: a question with a word that is not
    there is "skipped", and counted beside the accuracy, or "wrong". inputs: whether the three asked words may be answers.
    sample: so many questions of each section drawn with the seed, None for all of them.
    """

    method: str = "3cosadd"
    restrict: int | None = None
    fold: bool = True
    unknown: str = "skipped"
    inputs: bool = False
    sample: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.method not in SCORES:
            raise BadSetting(f"There is no method '{self.method}'. There are {', '.join(SCORES)}.")
        if self.unknown not in UNKNOWN:
            raise BadSetting(f"unknown is '{self.unknown}'; a question with an unknown word can be {' or '.join(UNKNOWN)}.")
        for name in ("restrict", "sample"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise BadSetting(f"{name} is {value:,}; it takes 1 or more.")
        if not 0 <= self.seed < 2**31:
            raise BadSetting(f"seed is {self.seed:,}; it can be from 0 to {2**31 - 1:,}.")

    def rows(self, wv: WordVectors) -> int:
        """The number of rows that can be asked about and answered."""
        return wv.n_words if self.restrict is None else min(self.restrict, wv.n_words)


@dataclass(frozen=True, eq=False)
class Spelled:
    """Distinct words of a suite in one space.

    rows[members_at[w] : members_at[w + 1]] are the rows of word w, the most frequent spelling first; none where it is unknown.
    places: the word of each spelling asked for, by its text.
    """

    places: dict[str, int]
    members_at: np.ndarray
    rows: np.ndarray

    def row(self, word: str) -> int:
        """The row of a word's most frequent spelling, -1 where it is unknown."""
        place = self.places[word]
        start, stop = self.members_at[place : place + 2]
        return int(self.rows[start]) if stop > start else -1

    def first_rows(self) -> np.ndarray:
        """(words,) the row of each word's most frequent spelling, -1 where it is unknown."""
        starts, stops = self.members_at[:-1], self.members_at[1:]
        padded = np.append(self.rows, -1)
        return np.where(stops > starts, padded[starts], -1)


def spell(wv: WordVectors, words: Iterable[str], n_rows: int, fold: bool) -> Spelled:
    """The rows of words among the first n_rows. With `fold` every spelling that differs in case alone is the same word."""
    asked = list(dict.fromkeys(words))
    if not fold:
        return _spelled({word: at for at, word in enumerate(asked)}, _single(wv, asked, n_rows))
    lower = list(dict.fromkeys(word.lower() for word in asked))
    at = {word: place for place, word in enumerate(lower)}
    found = _single(wv, lower, n_rows) if wv.vocabulary.is_lower_case else _folded(wv, lower, n_rows)
    return _spelled({word: at[word.lower()] for word in asked}, found)


def _single(wv: WordVectors, words: Sequence[str], n_rows: int) -> list[list[int]]:
    return [[row] if 0 <= row < n_rows else [] for row in wv.vocabulary.rows(words).tolist()]


def _folded(wv: WordVectors, lower: Sequence[str], n_rows: int) -> list[list[int]]:
    wanted, found = set(lower), defaultdict[str, list[int]](list)
    for row, word in enumerate(wv.vocabulary.words_before(n_rows)):
        small = word.lower()
        if small in wanted:
            found[small].append(row)
    return [found[word] for word in lower]


def _spelled(places: dict[str, int], rows: Sequence[Sequence[int]]) -> Spelled:
    members_at = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(each) for each in rows], out=members_at[1:])
    return Spelled(places, members_at, np.array([row for each in rows for row in each], np.int64))


@dataclass(frozen=True, eq=False)
class Asked:
    """Covered questions in one space, in the suite's order.

    at: (q,) their places among the suite's questions. a, a2, b: (q,) int32 places in `spelled`. expected[expected_at[i] :
    expected_at[i + 1]] are the rows of all spellings of question i's right answers, the first spelling of the first one first.
    """

    spelled: Spelled
    at: np.ndarray
    a: np.ndarray
    a2: np.ndarray
    b: np.ndarray
    expected_at: np.ndarray
    expected: np.ndarray

    def __len__(self) -> int:
        return len(self.at)


def ask(wv: WordVectors, questions: Sequence[Question], n_rows: int, fold: bool) -> Asked:
    """The questions of which this space knows a, a', b and an answer."""
    words = (word for question in questions for word in (question.a, question.a2, question.b, *question.expected))
    spelled = spell(wv, words, n_rows, fold)
    known = (np.diff(spelled.members_at) > 0).tolist()
    rows = [spelled.rows[start:stop].tolist() for start, stop in zip(spelled.members_at[:-1], spelled.members_at[1:], strict=True)]
    places = spelled.places
    at, asked, expected_at, expected = [], [], [0], []
    for number, question in enumerate(questions):
        a, a2, b = places[question.a], places[question.a2], places[question.b]
        answers = [places[word] for word in question.expected]
        if known[a] and known[a2] and known[b] and any(known[place] for place in answers):
            at.append(number)
            asked.append((a, a2, b))
            expected += [row for place in answers for row in rows[place]]
            expected_at.append(len(expected))
    three = np.array(asked, np.int32).reshape(-1, 3)
    turned = np.ascontiguousarray(three.T)                                     # (3, q)
    ends, right = np.array(expected_at, np.int64), np.array(expected, np.int64)
    return Asked(spelled, np.array(at, np.int64), turned[0], turned[1], turned[2], ends, right)
