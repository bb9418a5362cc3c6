"""How many analogy questions a space answers: by section, with what was covered, and every question's own answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from embeddings.evaluation import engine
from embeddings.evaluation.asking import Asking, ask
from embeddings.evaluation.figures import Difference, Interval, mcnemar, share_interval
from embeddings.evaluation.one_by_one import one_by_one
from embeddings.evaluation.suites import AnalogySuite, Question
from embeddings.settings import Report, silent
from embeddings.word_vectors import WordVectors

KINDS = ("semantic", "syntactic")


@dataclass(frozen=True)
class Count:
    """Questions of a section, or of several together.

    correct of asked were right; skipped were left out of the count for an unknown word; unknown are those with an unknown word,
    skipped or counted as wrong. interval: 95 %, of the accuracy, None where nothing was asked.
    """

    name: str
    kind: str
    correct: int
    asked: int
    skipped: int
    unknown: int
    interval: Interval | None

    @property
    def questions(self) -> int:
        """All questions, with those that were skipped."""
        return self.asked + self.skipped

    @property
    def accuracy(self) -> float | None:
        """Share of right answers among those asked, 0 to 1; None where nothing was asked."""
        return self.correct / self.asked if self.asked else None

    @property
    def coverage(self) -> float:
        """Share of the questions whose words are all there, 0 to 1."""
        return 1 - self.unknown / self.questions if self.questions else 0.0

    def as_json(self) -> dict[str, Any]:
        """The count in the field names that the command line prints."""
        told = {"name": self.name, "kind": self.kind, "correct": self.correct, "asked": self.asked, "skipped": self.skipped}
        low, high = (self.interval.low, self.interval.high) if self.interval else (None, None)
        return told | {"unknown": self.unknown, "accuracy": self.accuracy, "low": low, "high": high, "coverage": self.coverage}


@dataclass(frozen=True)
class Answered:
    """One question and what became of it.

    covered: whether its words are known. answer: "" where it was not covered or nothing could be answered. rank: of the best right
    answer, 1 for right, 0 where it cannot be told or is an asked word. score, expected_score: of answer and best right one.
    """

    section: str
    question: Question
    covered: bool
    answer: str = ""
    rank: int = 0
    score: float | None = None
    expected_score: float | None = None

    @property
    def right(self) -> bool:
        """Whether the answer is one of the right ones."""
        return self.covered and self.rank == 1


@dataclass(frozen=True)
class AnalogyResult:
    """A space's answers to a suite. `answered` is in the suite's order, sampled ones alone where a sample was asked."""

    space: str
    fingerprint: str
    n_words: int
    suite: str
    suite_title: str
    asking: Asking
    sections: tuple[tuple[str, str], ...]
    answered: tuple[Answered, ...]
    seconds: float

    def counts(self) -> list[Count]:
        """Each section."""
        by_section: dict[str, list[Answered]] = {name: [] for name, _ in self.sections}
        for each in self.answered:
            by_section[each.section].append(each)
        return [self._count(name, kind, by_section[name]) for name, kind in self.sections]

    def of_kind(self, kind: str) -> Count:
        """All questions of one kind: "semantic" or "syntactic"."""
        named = {name for name, its in self.sections if its == kind}
        return self._count(kind, kind, [each for each in self.answered if each.section in named])

    def kinds(self) -> list[Count]:
        """The kinds that the suite tells apart, none where it does not."""
        there = {kind for _, kind in self.sections}
        return [self.of_kind(kind) for kind in KINDS if kind in there]

    def total(self) -> Count:
        """All questions of all sections."""
        return self._count("total", "", self.answered)

    def _count(self, name: str, kind: str, answered: Sequence[Answered]) -> Count:
        unknown = sum(not each.covered for each in answered)
        skipped = unknown if self.asking.unknown == "skipped" else 0
        correct, asked = sum(each.right for each in answered), len(answered) - skipped
        return Count(name, kind, correct, asked, skipped, unknown, share_interval(correct, asked, self.asking.seed))

    def as_json(self) -> dict[str, Any]:
        """The result in the field names that the command line prints, without the single answers."""
        told = {"space": self.space, "suite": self.suite, **asdict(self.asking), "sections": [each.as_json() for each in self.counts()]}
        kinds = {each.name: each.as_json() for each in self.kinds()}
        return told | kinds | {"total": self.total().as_json(), "seconds": self.seconds}


def evaluate(wv: WordVectors, suite: AnalogySuite, asking: Asking | None = None, report: Report = silent) -> AnalogyResult:
    """A space's answers to every question of a suite, each an exact search of all rows; ties go to the earlier row.

    Accuracy is the share of questions whose first-ranked word is the expected one. A wrong answer may be a synonym, and a right one
    may only be b's neighbour (Linzen 2016): it is no measure of understanding. Chance is one in the number of rows.
    """
    asking = asking or Asking()
    started = time.perf_counter()
    chosen = sampled(suite, asking)
    questions = [question for _, question in chosen]
    n_rows = asking.rows(wv)
    asked = ask(wv, questions, n_rows, asking.fold)
    if asking.method in engine.FAST:
        found = engine.answers(wv, asked, asking.method, n_rows, asking.inputs, report)
    else:
        places = {section.name: at for at, section in enumerate(suite.sections)}
        sections = [places[chosen[at][0]] for at in asked.at.tolist()]
        found = one_by_one(wv, asked, asking.method, n_rows, asking.inputs, sections, report)
    told = _told(wv, chosen, asked.at, found)
    sections_told = tuple((section.name, section.kind) for section in suite.sections)
    seconds = round(time.perf_counter() - started, 3)
    return AnalogyResult(wv.name, wv.fingerprint, wv.n_words, suite.name, suite.title, asking, sections_told, told, seconds)


def sampled(suite: AnalogySuite, asking: Asking) -> list[tuple[str, Question]]:
    """(section, question) of all questions, or of those drawn from each section."""
    rng, found = np.random.default_rng(asking.seed), []
    for section in suite.sections:
        n = len(section.questions)
        few = asking.sample is not None and asking.sample < n
        places = np.sort(rng.choice(n, asking.sample, replace=False)).tolist() if few else range(n)
        found += [(section.name, section.questions[at]) for at in places]
    return found


def _told(
    wv: WordVectors, chosen: Sequence[tuple[str, Question]], covered: np.ndarray, found: engine.Answers
) -> tuple[Answered, ...]:
    told = [Answered(section, question, False) for section, question in chosen]
    distinct = np.unique(found.rows[found.rows >= 0])
    words = dict(zip(distinct.tolist(), wv.vocabulary.words(distinct), strict=True)) | {-1: ""}
    columns = (covered, found.rows, found.ranks, found.scores, found.expected_scores)
    for at, row, rank, score, expected in zip(*(column.tolist() for column in columns), strict=True):
        section, question = chosen[at]
        told[at] = Answered(section, question, True, words[row], rank, _number(score) if row >= 0 else None, _number(expected))
    return tuple(told)


def _number(score: float) -> float | None:
    return round(score, 6) if score == score else None


def difference(one: AnalogyResult, other: AnalogyResult) -> Difference | None:
    """Accuracy of one space minus another's on the questions that both cover. None where there is none.

    Raises ValueError for results on different questions.
    """
    if [(each.section, each.question) for each in one.answered] != [(each.section, each.question) for each in other.answered]:
        raise ValueError(f"{one.space} and {other.space} were asked different questions.")
    both = [(a.right, b.right) for a, b in zip(one.answered, other.answered, strict=True) if a.covered and b.covered]
    pairs = np.array(both, bool).reshape(-1, 2)
    return mcnemar(pairs[:, 0], pairs[:, 1], one.asking.seed)
