"""Answers to analogy questions against a slow loop, gensim and what can be read off the royal space."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from embeddings import evaluation
from embeddings.analogy import SCORES
from embeddings.errors import BadSetting, Cancelled
from embeddings.evaluation import AnalogySuite, Asking, Question, Section, analogies, asking, engine, one_by_one
from embeddings.query import Query, answer
from embeddings.word_vectors import WordVectors


def suite_of(*questions: tuple[str, ...], name: str = "mine") -> AnalogySuite:
    asked = tuple(Question(a, a2, b, tuple(expected)) for a, a2, b, *expected in questions)
    return AnalogySuite(name, name, "here", (Section("one", asked),))


def slow_answer(wv: WordVectors, question: Question, method: str, n_rows: int, inputs: bool = False) -> str:
    """The winner by the definition, in float64, a row at a time where rows tie; the earlier row wins."""
    a, a2, b = (wv.vocabulary.row(word.lower()) for word in (question.a, question.a2, question.b))
    unit = wv.vectors[:n_rows].astype(np.float64)
    unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-30)
    to_a, to_a2, to_b = (unit @ unit[row] for row in (a, a2, b))
    scores = to_b - to_a + to_a2
    if method == "onlyb":
        scores = to_b
    elif method == "3cosmul":
        scores = (1 + to_b) / 2 * (1 + to_a2) / 2 / ((1 + to_a) / 2 + 1e-6)
    if not inputs:
        scores[[a, a2, b]] = -np.inf
    best = -1
    for row in np.flatnonzero(scores > scores.max() - 1e-9):
        best = row if best < 0 else best
    return wv.vocabulary[int(best)]


@pytest.mark.parametrize("method", engine.FAST)
@pytest.mark.parametrize("inputs", [False, True])
def test_every_answer_is_that_of_a_slow_loop(glove, method, inputs):
    n_rows = 20_000
    google = evaluation.find("google")
    result = evaluation.evaluate(glove, google, Asking(method, n_rows, inputs=inputs, sample=12))
    covered = [each for each in result.answered if each.covered]
    assert len(covered) > 80
    assert [each.answer for each in covered] == [slow_answer(glove, each.question, method, n_rows, inputs) for each in covered]
    assert all(each.right == (each.answer in [word.lower() for word in each.question.expected]) for each in covered)


@pytest.mark.parametrize("method", engine.FAST)
def test_answers_and_scores_are_those_of_a_query(glove, method):
    result = evaluation.evaluate(glove, evaluation.find("google"), Asking(method, 30_000, sample=3))
    for each in result.answered:
        if each.covered:
            a, a2, b = (word.lower() for word in each.question[:3])
            found = answer(glove, Query.parse(f"{a} : {a2} :: {b} : ?", method=method, k=1, restrict=30_000))
            assert (each.answer, each.score) == (found.words[0], pytest.approx(found.scores[0], abs=2e-6))


def test_sections_are_gensims_question_for_question(glove, glove_gensim):
    data = Path(importlib.util.find_spec("gensim").origin).parent / "test" / "test_data" / "questions-words.txt"
    n_rows = 5_000
    ours = evaluation.evaluate(glove, evaluation.find("google"), Asking(restrict=n_rows))
    score, theirs = glove_gensim.evaluate_word_analogies(str(data), restrict_vocab=n_rows)
    assert ours.total().accuracy == score
    for count, section in zip(ours.counts(), theirs, strict=False):
        assert (count.name, count.correct, count.asked) == (
            section["section"], len(section["correct"]), len(section["correct"]) + len(section["incorrect"]),
        )  # fmt: skip
        right = [tuple(word.upper() for word in (*e.question[:3], *e.question.expected)) for e in ours.answered
                 if e.section == count.name and e.right]  # fmt: skip
        assert right == section["correct"]


def test_cosmul_is_gensims(glove, glove_gensim):
    result = evaluation.evaluate(glove, evaluation.find("google"), Asking("3cosmul", sample=2))
    for each in result.answered:
        a, a2, b = (word.lower() for word in each.question[:3])
        ((word, score),) = glove_gensim.most_similar_cosmul(positive=[b, a2], negative=[a], topn=1)
        assert (each.answer, each.score) == (word, pytest.approx(score, rel=1e-5))


def test_the_rank_of_the_expected_word_is_counted_without_the_asked_ones(glove):
    n_rows = 20_000
    result = evaluation.evaluate(glove, evaluation.find("google"), Asking(restrict=n_rows, sample=6))
    for each in result.answered:
        if each.covered:
            a, a2, b = (word.lower() for word in each.question[:3])
            words = answer(glove, Query.parse(f"{a} : {a2} :: {b} : ?", k=200, restrict=n_rows)).words
            expected = each.question.expected[0].lower()
            assert each.rank == words.index(expected) + 1 if expected in words else each.rank > 199


def test_royal_questions_are_answered_as_they_read(royal):
    result = evaluation.evaluate(royal, suite_of(("man", "woman", "king", "queen"), ("man", "woman", "king", "apple")))
    right, wrong = result.answered
    assert (right.answer, right.rank, right.score) == ("queen", 1, pytest.approx(1, abs=0.01)) or right.right
    assert (wrong.answer, wrong.right) == ("queen", False) and wrong.rank > 1
    assert (result.total().correct, result.total().asked) == (1, 2)


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
def test_equal_vectors_tie_and_the_earlier_row_wins(method):
    vectors = [[1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 1], [0, 1, 1], [0, 1, 1], [1, 1, 1]]
    wv = WordVectors.from_arrays("tied", ["man", "woman", "king", "queen", "queen2", "queen3", "x"], np.array(vectors, np.float32))
    result = evaluation.evaluate(wv, suite_of(("man", "woman", "king", "queen2")), Asking(method))
    assert (result.answered[0].answer, result.answered[0].rank) == ("queen", 2)


def test_more_ties_than_are_kept_still_give_the_earliest(glove):
    rng = np.random.default_rng(0)
    vectors = np.concatenate([rng.standard_normal((700, 8)), np.tile(rng.standard_normal(8), (60, 1))]).astype(np.float32)
    vectors[2] = vectors[700] + 0.01 * vectors[1]
    wv = WordVectors.from_arrays("crowd", [f"w{at}" for at in range(760)], vectors)
    for method in ("3cosadd", "3cosmul"):
        questions = [(f"w{a}", f"w{a}", "w2", "w701") for a in (5, 9)]
        result = evaluation.evaluate(wv, suite_of(*questions), Asking(method))
        assert [each.answer for each in result.answered] == [slow_answer(wv, each.question, method, 760) for each in result.answered]
        assert result.answered[0].answer == "w700"


def test_a_question_asked_twice_counts_twice(royal):
    result = evaluation.evaluate(royal, suite_of(*[("man", "woman", "king", "queen")] * 2))
    assert result.total().asked == 2 and result.answered[0] == result.answered[1]


@pytest.mark.parametrize("method", engine.FAST)
def test_near_ties_beyond_those_kept_are_counted_again(method):
    rng = np.random.default_rng(5)
    far = rng.standard_normal((300, 16))
    aim = far[1] / np.linalg.norm(far[1])
    side = rng.standard_normal(16)
    side -= (side @ aim) * aim
    close = aim + np.linspace(0.003, 0, 40)[:, None] * side / np.linalg.norm(side)  # the last is nearest, all by less than the slack
    wv = WordVectors.from_arrays("near", [f"w{at}" for at in range(340)], np.concatenate([far, close]).astype(np.float32))
    each = evaluation.evaluate(wv, suite_of(("w0", "w0", "w1", "w2")), Asking(method)).answered[0]
    assert int(each.answer[1:]) > 330, "eight were kept, and the last of 40 are nearest"


def test_opposite_vectors_do_not_spoil_cosmul():
    rng = np.random.default_rng(3)
    firsts = rng.standard_normal((100, 4))
    opposites = -np.repeat(firsts, 20, axis=0) + 0.003 * rng.standard_normal((2_000, 4))  # (1 + cosine) / 2 is about 0.000002
    wv = WordVectors.from_arrays("opposites", [f"w{at}" for at in range(2_100)], np.concatenate([firsts, opposites]).astype(np.float32))
    questions = [(f"w{at}", f"w{(at + 1) % 100}", f"w{(at + 2) % 100}", "w7") for at in range(100)]
    result = evaluation.evaluate(wv, suite_of(*questions), Asking("3cosmul"))
    assert [each.answer for each in result.answered] == [slow_answer(wv, each.question, "3cosmul", 2_100) for each in result.answered]


def test_unknown_words_are_skipped_and_counted_or_wrong(royal):
    suite = suite_of(("man", "woman", "king", "queen"), ("man", "woman", "king", "kingess"), ("x", "woman", "king", "queen"))
    skipped, wrong = (evaluation.evaluate(royal, suite, Asking(unknown=how)).total() for how in ("skipped", "wrong"))
    assert (skipped.correct, skipped.asked, skipped.skipped, skipped.accuracy) == (1, 1, 2, 1.0)
    assert (wrong.correct, wrong.asked, wrong.skipped, wrong.unknown) == (1, 3, 0, 2)
    assert skipped.coverage == wrong.coverage == pytest.approx(1 / 3)


def test_a_section_with_nothing_covered_has_no_accuracy(royal):
    total = evaluation.evaluate(royal, suite_of(("x", "y", "z", "w"))).total()
    assert (total.asked, total.skipped, total.accuracy, total.interval, total.coverage) == (0, 1, None, None, 0)


def test_a_restriction_leaves_out_questions_and_answers_beyond_it(royal):
    assert evaluation.evaluate(royal, suite_of(("man", "woman", "king", "queen")), Asking(restrict=3)).total().skipped == 1
    few = evaluation.evaluate(royal, suite_of(("man", "woman", "king", "queen")), Asking(restrict=4)).answered[0]
    assert (few.answer, few.rank) == ("queen", 1)


def test_every_spelling_of_a_word_is_left_out_and_counts_as_right_when_case_is_folded():
    words = ["Man", "woman", "king", "KING", "Queen", "queen", "apple"]
    vectors = np.array([[1, 0, 0], [-1, 0, 0], [1, 1, 0], [1, 1, 0.01], [-1, 1, 0.2], [-1, 1, 0], [0, 0, 1]], np.float32)
    wv = WordVectors.from_arrays("cased", words, vectors)
    folded = evaluation.evaluate(wv, suite_of(("man", "Woman", "King", "QUEEN"))).answered[0]
    assert (folded.covered, folded.answer, folded.right) == (True, "queen", True)
    kept = evaluation.evaluate(wv, suite_of(("man", "Woman", "King", "QUEEN")), Asking(fold=False)).answered[0]
    assert not kept.covered
    exact = evaluation.evaluate(wv, suite_of(("Man", "woman", "king", "queen")), Asking(fold=False)).answered[0]
    assert exact.answer == "KING" or exact.right


def test_any_of_several_answers_is_right(royal):
    each = evaluation.evaluate(royal, suite_of(("man", "woman", "king", "monarch", "queen"))).answered[0]
    assert each.right and each.rank == 1


def test_an_expected_word_that_is_asked_can_never_be_listed(royal):
    each = evaluation.evaluate(royal, suite_of(("man", "woman", "king", "king"))).answered[0]
    assert (each.right, each.rank, each.answer) == (False, 0, "queen")
    allowed = evaluation.evaluate(royal, suite_of(("man", "man", "king", "king")), Asking(inputs=True)).answered[0]
    assert allowed.right


def test_a_sum_that_points_nowhere_has_no_answer():
    third = 3**0.5 / 2
    vectors = np.array([[1, 0], [0.5, third], [0.5, -third], [1, 1]], np.float32)  # the second and the third add up to the first
    wv = WordVectors.from_arrays("thirds", ["a", "b", "c", "x"], vectors)
    for method in ("3cosadd", "euclid"):
        each = evaluation.evaluate(wv, suite_of(("a", "b", "c", "x")), Asking(method)).answered[0]
        assert (each.answer, each.right) == (("", False) if method == "3cosadd" else ("x", True))


def test_many_words_are_asked_in_parts_with_the_same_answers(glove, monkeypatch):
    google = evaluation.find("google")
    whole = evaluation.evaluate(glove, google, Asking(restrict=3_000, sample=30))
    monkeypatch.setattr(engine, "MOST_WORDS", 40)
    monkeypatch.setattr(engine, "TILE", 700)
    parts = evaluation.evaluate(glove, google, Asking(restrict=3_000, sample=30))
    assert whole.answered == parts.answered


@pytest.mark.parametrize("method", [name for name in SCORES if name not in engine.FAST])
def test_the_other_methods_answer_as_the_table_scores(royal, method):
    kin = [("man", "woman"), ("king", "queen"), ("boy", "girl"), ("prince", "princess")]
    questions = [(a, a2, b, b2) for a, a2 in kin for b, b2 in kin if a != b]
    result = evaluation.evaluate(royal, suite_of(*questions), Asking(method))
    assert result.total().asked == 12
    assert all(each.answer not in each.question[:3] for each in result.answered)
    if method == "3cosavg":
        assert result.total().accuracy == 1


def test_one_by_one_gives_what_the_joined_cosines_give(glove):
    google, n_rows = evaluation.find("google"), 5_000
    asked = asking.ask(glove, [q for s in google.sections for q in s.questions[:8]], n_rows, True)
    for method in engine.FAST:
        slow = one_by_one.one_by_one(glove, asked, method, n_rows, False, [0] * len(asked), lambda _: None)
        fast = engine.answers(glove, asked, method, n_rows, False, lambda _: None)
        assert slow.rows.tolist() == fast.rows.tolist()
        assert slow.scores == pytest.approx(fast.scores, abs=1e-5)
        assert slow.ranks.tolist() == fast.ranks.tolist()


def test_progress_reaches_its_end_and_a_cancel_goes_through(glove):
    told = []
    evaluation.evaluate(glove, evaluation.find("google"), Asking(restrict=10_000, sample=5), told.append)
    assert told[-1].done == told[-1].total and len(told) > 3

    def stop(_):
        raise Cancelled("stopped")

    for method in ("3cosadd", "onlyb"):
        with pytest.raises(Cancelled):
            evaluation.evaluate(glove, evaluation.find("google"), Asking(method, 10_000, sample=5), stop)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"method": "magic"}, "There is no method 'magic'. There are 3cosadd"),
        ({"restrict": 0}, "restrict is 0; it takes 1 or more"),
        ({"unknown": "dropped"}, "unknown is 'dropped'; a question with an unknown word can be skipped or wrong"),
        ({"sample": -1}, "sample is -1"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_a_setting_that_will_not_do_is_told(wrong, told):
    with pytest.raises(BadSetting, match=told):
        Asking(**wrong)


def test_two_spaces_are_compared_on_what_both_cover(glove, royal):
    suite = suite_of(("man", "woman", "king", "queen"), ("man", "woman", "boy", "girl"), ("paris", "france", "tokyo", "japan"))
    told = analogies.difference(evaluation.evaluate(glove, suite), evaluation.evaluate(royal, suite))
    assert told.n == 2
    with pytest.raises(ValueError, match="different questions"):
        analogies.difference(evaluation.evaluate(glove, suite), evaluation.evaluate(glove, suite_of(("man", "woman", "king", "queen"))))


def test_the_json_has_the_fields_of_the_design(royal):
    told = evaluation.evaluate(royal, suite_of(("man", "woman", "king", "queen"))).as_json()
    assert {"space", "suite", "method", "restrict", "sections", "total", "seconds"} <= set(told)
    assert {"name", "correct", "asked", "skipped"} <= set(told["sections"][0])


def test_methods_that_learn_do_so_from_the_section_without_the_asked_pair(glove):
    family = next(section for section in evaluation.find("google").sections if section.name == "family")
    suite = AnalogySuite("family", "family", "", (family,))
    asked = asking.ask(glove, family.questions, 20_000, True)
    first = asked.spelled.first_rows()
    training = one_by_one._training(glove, asked, first, 0, [0] * len(asked))
    b = glove.vocabulary[int(first[asked.b[0]])]
    assert len(training.pairs) > 10 and all(b not in pair for pair in training.pairs)
    found = {method: evaluation.evaluate(glove, suite, Asking(method, 20_000)).total().accuracy for method in ("onlyb", "3cosavg", "lrcos")}
    assert found["onlyb"] < found["3cosavg"] and found["lrcos"] > 0.5, found


def test_a_question_that_leaves_nothing_to_learn_from_has_no_answer_and_is_wrong(royal):
    each = evaluation.evaluate(royal, suite_of(("man", "woman", "woman", "queen")), Asking("lrcos")).answered[0]
    assert (each.covered, each.answer, each.right) == (True, "", False)
