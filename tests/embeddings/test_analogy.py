"""The scores: against gensim on all of GloVe, against slow loops, and by hand on the royal space."""

from __future__ import annotations

import math

import numpy as np
import pytest

from embeddings import search
from embeddings.analogy import (
    ADD_UP,
    ANALOGY_METHODS,
    EPSILON,
    MULTIPLY,
    SCORES,
    Terms,
    cos_add,
    cos_mul,
    euclid,
    pair_direction,
)
from embeddings.errors import BadQuery
from embeddings.query import Query, Term, answer, resolve
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import WordVectors

EACH = pytest.mark.parametrize("score", SCORES.values(), ids=list(SCORES))
ANALOGY = "man : king :: woman : ?"


PAIRS = PairList("pairs", (("king", "queen"), ("boy", "girl"), ("man", "woman")))


def terms(wv, text, lists=(), method="3cosadd"):
    """LRCos alone cannot do without pairs."""
    query = Query.parse(text, method, pairs="pairs" if method == "lrcos" else "")
    return resolve(wv, query, {listed.name: listed for listed in (*lists, PAIRS)})[0]


def slow_cosine(a, b):
    """Cosine by a loop in double precision; 0 for a zero vector."""
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    lengths = math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(y * y for y in b))
    return dot / lengths if lengths else 0.0


def slow_unit(vector):
    length = math.sqrt(sum(x * x for x in vector))
    return [x / length for x in vector] if length else list(vector)


# ---- gensim on 400,000 words


def random_queries(wv, n, seed, among=400_000, signed=True):
    """n lists of (word, sign): 1 to 3 words added and 0 to 2 taken away, all different."""
    rng = np.random.default_rng(seed)
    for _ in range(n):
        plus, minus = int(rng.integers(1, 4)), int(rng.integers(0, 3)) if signed else 0
        words = wv.vocabulary.words(rng.choice(among, plus + minus, replace=False))
        yield words[:plus], words[plus:]


def as_query(plus, minus, **asked):
    return Query((*(Term(word, 1.0) for word in plus), *(Term(word, -1.0) for word in minus)), **asked)


def assert_same(ranking, told, tolerance=1e-5):
    """Same scores place by place, same words; words whose scores are closer than the tolerance may change places."""
    words, scores = zip(*told, strict=True)
    allowed = tolerance * np.maximum(1, np.abs(scores))
    np.testing.assert_array_less(np.abs(np.array(ranking.scores) - scores), allowed)
    for place, (ours, theirs) in enumerate(zip(ranking.words, words, strict=True)):
        if ours != theirs:
            rival = scores[words.index(ours)] if ours in words else scores[-1]
            assert abs(rival - scores[place]) < 2 * allowed[place], (str(ranking.query), ours, theirs)


@pytest.mark.parametrize(("among", "seed"), [(400_000, 1), (20_000, 2)])
def test_3cosadd_is_gensims_most_similar(glove, glove_gensim, among, seed):
    for plus, minus in random_queries(glove, 70, seed, among):
        assert_same(answer(glove, as_query(plus, minus)), glove_gensim.most_similar(plus, minus))


@pytest.mark.parametrize(("among", "seed"), [(400_000, 3), (20_000, 4)])
def test_3cosmul_is_gensims_most_similar_cosmul(glove, glove_gensim, among, seed):
    for plus, minus in random_queries(glove, 40, seed, among):
        assert_same(answer(glove, as_query(plus, minus, method="3cosmul")), glove_gensim.most_similar_cosmul(plus, minus))


def test_weighted_terms_are_gensims(glove, glove_gensim):
    rng = np.random.default_rng(5)
    for plus, minus in random_queries(glove, 60, 6):
        weighted = [(word, float(rng.uniform(0.05, 3))) for word in plus] + [(word, -float(rng.uniform(0.05, 3))) for word in minus]
        query = Query(tuple(Term(*pair) for pair in weighted), k=17)
        assert_same(answer(glove, query), glove_gensim.most_similar(weighted, topn=17))


@pytest.mark.parametrize("restrict", [1, 10, 1_023, 30_000, 399_999, 400_000])
def test_a_restricted_search_is_gensims(glove, glove_gensim, restrict):
    for plus, minus in random_queries(glove, 8, restrict):
        ranking = answer(glove, as_query(plus, minus, restrict=restrict))
        told = glove_gensim.most_similar(plus, minus, restrict_vocab=restrict)
        assert len(ranking.words) == len(told)
        assert all(row < restrict for row in ranking.rows)
        if told:
            assert_same(ranking, told)


def test_the_famous_analogies_come_out(glove):
    asked = {"king - man + woman": "queen", "paris : france :: tokyo : ?": "japan", "good : better :: bad : ?": "worse"}
    assert {text: answer(glove, Query.parse(text)).words[0] for text in asked} == asked


# ---- slow loops over a few thousand rows

FOUR = ["king - man + woman", "paris : france :: tokyo : ?", "walk : walking :: swim : ?", "the : of :: josé : ?"]


@pytest.mark.parametrize("text", FOUR)
def test_3cosadd_and_3cosmul_are_their_formulas(glove, text):
    n = 1_500
    b, a, a2 = (glove[term.name].tolist() for term in Query.parse(text).terms)
    goal = [x - y + z for x, y, z in zip(slow_unit(b), slow_unit(a), slow_unit(a2), strict=True)]
    rows = [glove.vectors[row].tolist() for row in range(n)]
    np.testing.assert_allclose(cos_add(glove, terms(glove, text), n), [slow_cosine(row, goal) for row in rows], atol=2e-6)
    like = [[(1 + slow_cosine(row, term)) / 2 for term in (b, a, a2)] for row in rows]
    np.testing.assert_allclose(cos_mul(glove, terms(glove, text), n), [x * z / (y + 1e-6) for x, y, z in like], rtol=1e-5)


@pytest.mark.parametrize("text", FOUR)
def test_pair_direction_is_its_formula(glove, text):
    n = 3_000
    b, a, a2 = (slow_unit(glove[term.name].tolist()) for term in Query.parse(text).terms)
    offset = [x - y for x, y in zip(a2, a, strict=True)]
    found = pair_direction(glove, terms(glove, text), n)
    for row in range(n):
        word = slow_unit(glove.vectors[row].tolist())
        if row == glove.vocabulary.row(Query.parse(text).terms[0].name):
            assert math.isnan(found[row])  # b itself: no way to go
        else:
            assert found[row] == pytest.approx(slow_cosine([x - y for x, y in zip(word, b, strict=True)], offset), abs=1e-5)


@pytest.mark.parametrize("text", [*FOUR, "king", "0.5*king - 2*man"])
def test_euclid_is_minus_the_distance_on_the_vectors_as_stored(glove, text):
    n = 3_000
    asked = Query.parse(text).terms
    goal = sum(term.weight * glove[term.name].astype(float) for term in asked).tolist()
    slow = [-math.dist(glove.vectors[row].tolist(), goal) for row in range(n)]
    np.testing.assert_allclose(euclid(glove, terms(glove, text), n), slow, atol=1e-4)


# ---- by hand


def test_king_minus_man_plus_woman_by_hand(royal):
    half = math.sqrt(0.5)
    goal = (half - 2, half, 0, 0)  # unit king - unit man + unit woman
    found = cos_add(royal, terms(royal, ANALOGY))
    assert found[royal.vocabulary.row("queen")] == pytest.approx((2 - half + half) * half / math.hypot(*goal))
    assert found[royal.vocabulary.row("apple")] == 0


def test_3cosmul_by_hand(royal):
    # queen: cosines with king 0, woman sqrt 1/2, man -sqrt 1/2
    similar, apart = (1 + math.sqrt(0.5)) / 2, (1 - math.sqrt(0.5)) / 2
    found = cos_mul(royal, terms(royal, ANALOGY))
    assert found[royal.vocabulary.row("queen")] == pytest.approx(0.5 * similar / apart, rel=1e-5)
    # woman is opposite to man: the divisor is epsilon alone
    assert found[royal.vocabulary.row("woman")] == pytest.approx(apart * 1 / EPSILON, rel=1e-5)


def test_a_weight_is_an_exponent_of_3cosmul(royal):
    plain, squared = (cos_mul(royal, terms(royal, text)) for text in ("king", "2*king"))
    np.testing.assert_allclose(squared, plain**2, rtol=1e-6)


def test_pair_direction_by_hand(royal):
    # from king to every word, against the way from man to woman, which is (-1, 0, 0, 0)
    found = dict(zip(royal, pair_direction(royal, terms(royal, "man : woman :: king : ?")).tolist(), strict=True))
    half = math.sqrt(0.5)
    assert found["queen"] == pytest.approx(1)
    assert found["woman"] == pytest.approx((1 + half) / math.hypot(1 + half, half), abs=1e-6)
    assert math.isnan(found["king"])


def test_euclid_by_hand(royal):
    assert dict(zip(royal, euclid(royal, terms(royal, ANALOGY)).tolist(), strict=True))["queen"] == 0
    assert euclid(royal, terms(royal, "king - man + woman"))[0] == pytest.approx(-math.sqrt(5))


def test_pair_direction_is_told_for_a_word_close_by_and_not_for_one_at_the_same_place():
    wv = WordVectors.from_arrays("near", ["b", "same", "close", "a", "a2"], [[1, 0], [7, 0], [1, 0.01], [1, 0], [0, 1]])
    found = pair_direction(wv, terms(wv, "a : a2 :: b : ?"))
    assert np.isnan(found[:2]).all()
    assert found[2] == pytest.approx(slow_cosine(np.subtract(slow_unit([1, 0.01]), [1, 0]), [-1, 1]), abs=0.01)
    assert answer(wv, Query.parse("a : a2 :: b : ?", "pairdirection")).words == ("close",)


# ---- the table's contract


@EACH
@pytest.mark.parametrize(("rows", "n"), [(None, 9), (1, 1), (4, 4), (9, 9), (1_000, 9)])
def test_a_score_has_a_number_for_every_row_of_the_restriction(score, royal, rows, n):
    asked = terms(royal, "man : girl :: prince : ?", method=score.name)
    whole, part = score.run(royal, asked, None), score.run(royal, asked, rows)
    assert part.shape == (n,)
    np.testing.assert_allclose(part, whole[:n], atol=1e-6)


@EACH
def test_a_score_says_what_it_is(score):
    assert SCORES[score.name] is score
    assert score.title.lower().replace("-", "") == score.name
    assert score.formula and (score.parts is None) == (score.parts_do == "")
    assert score.parts_do in {"", ADD_UP, MULTIPLY}
    assert score.paper or score.name == "euclid"
    assert score.name in ANALOGY_METHODS or score.name == "euclid"


@EACH
def test_a_score_with_a_vector_is_the_cosine_with_it(score, royal):
    asked = terms(royal, "man : girl :: prince : ?", method=score.name)
    if score.vector:
        np.testing.assert_allclose(score.run(royal, asked, None), search.cosines(royal, score.vector(asked)), atol=1e-6)


@pytest.mark.parametrize("score", [score for score in SCORES.values() if score.parts], ids=lambda score: score.name)
def test_parts_have_a_name_each(score, royal):
    asked = terms(royal, "man : girl :: prince : ?", method=score.name)
    assert score.parts(royal, asked, np.arange(9)).shape == (9, len(score.part_labels(asked)))
    assert len(set(score.part_labels(asked))) == len(score.part_labels(asked))


@pytest.mark.parametrize("text", [*FOUR, "king - 0.5*man + 2*woman"])
@pytest.mark.parametrize("method", [name for name, score in SCORES.items() if score.parts])
def test_parts_make_the_score(glove, method, text):
    if method not in ("3cosadd", "3cosmul") and "*" in text:
        text = "man : uncle :: woman : ?"  # these methods take no weights
    ranking = answer(glove, Query.parse(text, method, k=50, pairs="family" if SCORES[method].learns else ""))
    whole = np.prod if SCORES[method].parts_do == MULTIPLY else np.sum
    assert np.array(ranking.parts).shape == (50, 2 if method == "lrcos" else 3) == (50, len(ranking.part_labels))
    np.testing.assert_allclose(whole(np.array(ranking.parts), axis=1), ranking.scores, rtol=2e-5, atol=2e-5)


def test_parts_can_be_read(royal):
    ranking = answer(royal, Query.parse(ANALOGY, k=1))
    assert ranking.part_labels == ("+ woman", "- man", "+ king")
    goal = math.hypot(2 - math.sqrt(0.5), math.sqrt(0.5))
    np.testing.assert_allclose(ranking.parts, [[math.sqrt(0.5) / goal, math.sqrt(0.5) / goal, 0]], atol=1e-6)
    assert answer(royal, Query.parse(ANALOGY, "euclid")).parts == ()


def test_two_words_taken_away_multiply_to_the_score_but_for_epsilon(glove):
    ranking = answer(glove, Query.parse("king + throne - man - sword", "3cosmul"))
    np.testing.assert_allclose(np.prod(ranking.parts, axis=1), ranking.scores, rtol=1e-4)


@pytest.mark.parametrize("weight", ["1000", "1000000"])
def test_heavy_exponents_stay_finite(glove, weight):
    ranking = answer(glove, Query.parse(f"king - {weight}*man", "3cosmul"))
    assert np.isfinite(ranking.scores).all() and np.isfinite(ranking.parts).all()
    np.testing.assert_allclose(np.prod(ranking.parts, axis=1), ranking.scores, rtol=1e-4)


# ---- zero vectors, lists, cancelling terms


@pytest.fixture(scope="module")
def with_zero():
    return WordVectors.from_arrays("with-zero", ["zero", "east", "north", "west"], [[0, 0], [2, 0], [0, 3], [-1, 0]])


@pytest.mark.parametrize("restrict", [None, 2, 4, 1_000])
def test_a_zero_vector_is_half_similar_to_everything_by_3cosmul(with_zero, restrict):
    found = cos_mul(with_zero, terms(with_zero, "zero + east"), restrict)
    np.testing.assert_allclose(found, [0.25, 0.5, 0.25, 0][:restrict], atol=1e-6)


@pytest.mark.parametrize("restrict", [None, 2, 4, 1_000])
def test_pair_direction_from_a_zero_vector_is_the_cosine_with_the_offset(with_zero, restrict):
    found = pair_direction(with_zero, terms(with_zero, "east : north :: zero : ?"), restrict)
    half = math.sqrt(0.5)
    np.testing.assert_allclose(found, [math.nan, -half, half, half][:restrict], atol=1e-6)


def test_a_stored_zero_vector_lies_at_the_origin(with_zero):
    found = pair_direction(with_zero, terms(with_zero, "east : north :: west : ?"))
    assert found[0] == pytest.approx(-math.sqrt(0.5), abs=1e-6)  # from west to the origin, against (-1, 1)
    ranking = answer(with_zero, Query.parse("east : north :: west : ?", "pairdirection"))
    assert ranking.words == ("zero",)
    np.testing.assert_allclose(np.sum(ranking.parts, axis=1), ranking.scores, atol=1e-6)


def test_the_zero_vector_alone_points_nowhere(with_zero):
    with pytest.raises(BadQuery, match="sum is the zero vector"):
        answer(with_zero, Query.parse("zero"))
    assert answer(with_zero, Query.parse("zero", "euclid")).words == ("west", "east", "north")


@pytest.mark.parametrize(
    "text", ["king - king", "man + woman", "0.3*king - 0.3*king", "1000000*king - 1000000*king", "king + boy - king - boy"]
)
def test_terms_that_cancel_are_refused(royal, text):
    with pytest.raises(BadQuery, match="The terms cancel out"):
        answer(royal, Query.parse(text))


@pytest.mark.parametrize("weight", ["0.000001", "0.00001", "1000000"])
def test_the_weight_of_a_single_word_changes_nothing(royal, weight):
    assert answer(royal, Query.parse(f"{weight}*king")).words == answer(royal, Query.parse("king")).words


def test_pair_direction_takes_the_mean_of_a_list_as_it_is(glove):
    listed = WordList("royals", ("king", "queen", "prince"))
    asked = terms(glove, "man : woman :: @royals : ?", [listed])
    b = np.mean([slow_unit(glove[word].tolist()) for word in listed.words], axis=0)
    offset = np.subtract(slow_unit(glove["woman"].tolist()), slow_unit(glove["man"].tolist()))
    slow = [slow_cosine(np.subtract(slow_unit(glove.vectors[row].tolist()), b), offset) for row in range(1_000)]
    np.testing.assert_allclose(pair_direction(glove, asked, 1_000), slow, atol=1e-5)
    shares = SCORES["pairdirection"].parts(glove, asked, np.arange(1_000))
    np.testing.assert_allclose(shares.sum(axis=1), slow, atol=1e-5)


@pytest.mark.parametrize("text", ["king", "king + man", "king + woman - man", "2*king - man + woman", "king - man + woman + boy"])
@pytest.mark.parametrize("method", ["pairdirection", "3cosavg", "lrcos", "onlyb"])
def test_what_is_no_analogy_is_refused(royal, text, method):
    with pytest.raises(BadQuery, match=f"{SCORES[method].title} needs an analogy of three words"):
        answer(royal, Query.parse(text, method))


def test_pair_direction_refuses_a_pair_at_one_place(royal):
    with pytest.raises(BadQuery, match="'man' and 'man' have the same vector; their offset has no direction."):
        answer(royal, Query.parse("man : man :: king : ?", "pairdirection"))


def test_terms_hold_a_row_a_term(royal):
    asked = terms(royal, "2*king - man")
    assert isinstance(asked, Terms)
    np.testing.assert_allclose(asked.unit, [[math.sqrt(0.5), math.sqrt(0.5), 0, 0], [1, 0, 0, 0]], rtol=1e-6)
    np.testing.assert_array_equal(asked.raw, [[1, 1, 0, 0], [1, 0, 0, 0]])
    np.testing.assert_array_equal(asked.weights, [2, -1])
