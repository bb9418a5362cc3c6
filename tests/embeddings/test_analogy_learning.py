"""3CosAvg, LRCos and only-b: against 3CosAdd, scikit-learn, slow loops and plain neighbours; and the pairs that are learned from."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import word_lists
from embeddings.analogy import BY_DEFAULT, SCORES, Learning, cos_avg, lrcos, only_b
from embeddings.analogy.lrcos import examples
from embeddings.errors import BadQuery, BadSetting, UnknownList, UnknownWords
from embeddings.query import Query, answer, lists_with, resolve
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import WordVectors

ASKED = "king - man + woman"
FOUR = ["king - man + woman", "paris : france :: tokyo : ?", "walking : walked :: swimming : ?", "good : better :: bad : ?"]


def listed(*pairs, name="some"):
    """One list of pairs under its name; a pair is two words with a space between them."""
    return {name: PairList(name, tuple(tuple(pair.split()) for pair in pairs))}


def learned(wv, text, method, lists, **asked):
    """The resolved terms and their notes."""
    query = Query.parse(text, method, pairs=next(iter(lists)), **asked)
    terms, _, notes = resolve(wv, query, lists)
    return terms, notes


# ---- 3CosAvg


@pytest.mark.parametrize("text", FOUR)
def test_3cosavg_without_a_list_is_3cosadd(glove, text):
    one, other = (answer(glove, Query.parse(text, method, k=40)) for method in ("3cosavg", "3cosadd"))
    assert one.words == other.words
    np.testing.assert_allclose(one.scores, other.scores, atol=1e-6)
    np.testing.assert_allclose(one.parts, other.parts, atol=1e-5)
    assert one.notes == ("Without a list of pairs, 3CosAvg has one pair to average, the asked one, and is 3CosAdd.",)


@pytest.mark.parametrize("text", FOUR)
def test_3cosavg_with_one_pair_is_3cosadd_of_that_pair(glove, text):
    found = answer(glove, Query.parse(text, "3cosavg", k=40, pairs="some"), listed("actor actress"))
    b = str(Query.parse(text).terms[0])
    left_out = set(found.left_out)
    other = answer(glove, Query.parse(f"{b} - actor + actress", k=60))
    expected = [word for word in other.words if word not in left_out]
    assert [word for word in found.words if word not in ("actor", "actress")][:30] == expected[:30]


@pytest.mark.parametrize("pairs", ["gender", "family", "opposite"])
def test_3cosavg_is_its_formula(glove, pairs):
    box = word_lists.box()
    kept = [pair for pair in box[pairs].pairs if all(word in glove for word in pair) and "king" not in pair and pair != ("man", "woman")]
    unit = {word: glove[word].astype(float) / np.linalg.norm(glove[word].astype(float)) for pair in kept for word in pair}
    first, second = (np.mean([unit[pair[side]] for pair in kept], axis=0) for side in (0, 1))
    king = glove["king"].astype(float) / np.linalg.norm(glove["king"].astype(float))
    goal = king + second - first
    rows = glove.vectors[:2_000].astype(float)
    slow = rows @ goal / np.linalg.norm(rows, axis=1) / np.linalg.norm(goal)
    terms = resolve(glove, Query.parse(ASKED, "3cosavg", pairs=pairs), box)[0]
    np.testing.assert_allclose(cos_avg(glove, terms, 2_000), slow, atol=2e-6)


def test_pairs_whose_offsets_undo_b_are_refused():
    wv = WordVectors.from_arrays("line", ["b", "a", "a2", "c", "d"], [[1, 0], [0, 1], [0, 2], [1, 0], [-1, 0]])
    lists = listed("c d", "d c", name="both")
    assert answer(wv, Query.parse("a : a2 :: b : ?", "3cosavg", pairs="both"), lists).words[0] == "c"
    wv = WordVectors.from_arrays("line", ["b", "a", "a2", "c", "d"], [[1, 0], [0, 1], [0, 2], [1, 0], [0, 0]])
    with pytest.raises(BadQuery, match="The terms cancel out"):
        answer(wv, Query.parse("a : a2 :: b : ?", "3cosavg", pairs="both"), listed("c d", name="both"))


# ---- LRCos


def slow_lrcos(wv, terms, rows):
    """Scores of the first rows by scikit-learn's own probabilities, in double precision."""
    from sklearn.linear_model import LogisticRegression

    vectors, labels = examples(wv, terms.training, terms)
    model = LogisticRegression(C=terms.learning.c, class_weight="balanced", max_iter=1_000).fit(vectors.astype(float), labels)
    stored = wv.vectors[:rows].astype(float)
    lengths = np.linalg.norm(stored, axis=1, keepdims=True)
    unit = np.divide(stored, lengths, out=np.zeros_like(stored), where=lengths > 0)
    return model.predict_proba(unit)[:, 1] * (unit @ terms.unit[0].astype(float))


@pytest.mark.parametrize("learning", [BY_DEFAULT, Learning(0, 1.0, 0), Learning(10, 100.0, 7)])
@pytest.mark.parametrize("pairs", ["capital", "family"])
def test_lrcos_is_scikit_learns_probability_times_the_cosine(glove, pairs, learning):
    terms = resolve(glove, Query.parse(ASKED, "lrcos", pairs=pairs, learning=learning), word_lists.box())[0]
    slow = slow_lrcos(glove, terms, 30_000)
    np.testing.assert_allclose(lrcos(glove, terms, 30_000), slow, atol=2e-6)
    best = np.argsort(-slow)[:20]
    np.testing.assert_allclose(SCORES["lrcos"].parts(glove, terms, best).prod(axis=1), slow[best], atol=2e-6)


def test_lrcos_learns_second_words_from_first_words_and_random_ones(glove):
    terms, _ = learned(glove, ASKED, "lrcos", {"gender": word_lists.box()["gender"]}, learning=Learning(3, 1.0, 5))
    vectors, labels = examples(glove, terms.training, terms)
    n = len(terms.training.pairs)
    assert labels.tolist() == [1] * n + [0] * n + [0] * 3 * n
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert {tuple(row) for row in vectors[:n]} == {tuple(row) for row in terms.training.second}
    assert {tuple(row) for row in vectors[n : 2 * n]} == {tuple(row) for row in terms.training.first}


def test_random_words_are_drawn_by_the_seed_and_are_never_asked_or_in_a_pair(royal):
    lists = listed("boy girl", "prince princess")
    for seed in range(30):
        terms, _ = learned(royal, "man : woman :: king : ?", "lrcos", lists, learning=Learning(100, 1.0, seed))
        vectors, labels = examples(royal, terms.training, terms)
        random = vectors[4:]
        assert (labels == 0).sum() == 2 + len(random)
        # nine words, four in pairs, three asked: queen and apple are left
        assert sorted(map(tuple, np.round(random, 3).tolist())) == sorted(
            map(tuple, np.round(royal.unit[royal.rows(["queen", "apple"])], 3).tolist())
        )


def test_the_same_seed_gives_the_same_ranking_and_another_may_not(glove):
    def top(seed):
        return answer(glove, Query.parse(FOUR[2], "lrcos", pairs="past-tense", learning=Learning(seed=seed))).scores

    assert top(1) == top(1)
    assert top(1) != top(2)


@pytest.mark.parametrize("values", [{"random_words": -1}, {"random_words": 101}, {"c": 0.0}, {"c": 1e9}, {"seed": -1}])
def test_learning_settings_have_ranges(values):
    with pytest.raises(BadSetting, match="it can be from"):
        Learning(**values)


def test_lrcos_finds_the_capital_that_3cosadd_finds_too(glove):
    found = answer(glove, Query.parse("paris : france :: tokyo : ?", "lrcos", pairs="capital"))
    assert found.words[0] == "japan"
    assert found.part_labels == ("P(second word of @capital)", "cosine with tokyo")
    assert all(0 < probability < 1 for probability, _ in found.parts)


def test_lrcos_without_a_list_names_the_cure(glove):
    with pytest.raises(BadQuery, match="LRCos learns from a list of pairs, and the query names none.*--pairs capital on the command line"):
        answer(glove, Query.parse(ASKED, "lrcos"))


# ---- only-b


@pytest.mark.parametrize("text", FOUR)
def test_only_b_is_the_neighbours_of_b(glove, text):
    query = Query.parse(text, "onlyb", k=30)
    plain = answer(glove, Query((query.terms[0],), k=40))
    found = answer(glove, query)
    expected = [(word, score) for word, score in zip(plain.words, plain.scores, strict=True) if word not in found.left_out][:30]
    assert list(zip(found.words, found.scores, strict=True)) == expected
    assert found.parts == tuple((score, 0.0, 0.0) for score in found.scores)


@given(st.sampled_from(["man", "boy", "prince", "apple"]), st.sampled_from(["woman", "girl", "princess"]))
def test_only_b_does_not_heed_the_pair(royal, a, a2):
    terms = resolve(royal, Query.parse(f"{a} : {a2} :: king : ?", "onlyb"), {})[0]
    np.testing.assert_allclose(
        only_b(royal, terms), [math.sqrt(0.5) * x for x in (1, -1)] + [1, 0] + list(only_b(royal, terms)[4:]), atol=1e-6
    )


# ---- the pairs that are learned from


def test_the_asked_pair_and_every_pair_with_b_are_left_out_and_told(royal):
    lists = listed("man woman", "boy girl", "king queen", "prince king", "prince princess")
    terms, notes = learned(royal, "man : woman :: king : ?", "3cosavg", lists)
    assert terms.training.pairs == (("boy", "girl"), ("prince", "princess"))
    assert notes == ("3CosAvg learned from 2 pairs of @some; left out, because asked: man → woman, king → queen, prince → king.",)


def test_a_list_that_runs_the_other_way_is_turned_round_and_told(royal):
    lists = listed("woman man", "girl boy", "queen king")
    terms, notes = learned(royal, "man : woman :: king : ?", "3cosavg", lists)
    assert terms.training.pairs == (("boy", "girl"),)
    assert notes[1] == "@some runs the other way than the pair that is asked, so its pairs were turned round."


def test_b_tells_the_way_where_the_asked_pair_is_not_in_the_list(royal):
    assert learned(royal, "man : woman :: king : ?", "3cosavg", listed("queen king", "girl boy"))[0].training.pairs == (("boy", "girl"),)
    assert learned(royal, "man : woman :: king : ?", "3cosavg", listed("king queen", "girl boy"))[0].training.pairs == (("girl", "boy"),)
    assert learned(royal, "man : woman :: apple : ?", "3cosavg", listed("girl boy"))[0].training.pairs == (("girl", "boy"),)


def test_pairs_are_found_in_lower_case_and_absent_ones_are_counted(royal):
    terms, notes = learned(royal, "man : woman :: king : ?", "lrcos", listed("Boy Girl", "boy girl", "uncle aunt"))
    assert terms.training.pairs == (("boy", "girl"),)
    assert notes == ("LRCos learned from 1 pair of @some; 1 without a vector here.",)


def test_a_list_without_a_pair_left_is_refused(royal):
    with pytest.raises(BadQuery, match="No pair of @some is left to learn from in royal"):
        answer(royal, Query.parse("man : woman :: king : ?", "lrcos", pairs="some"), listed("man woman", "uncle aunt"))


def test_a_list_of_words_is_no_list_of_pairs(royal):
    with pytest.raises(BadQuery, match="@words is a list of words. LRCos learns from a list of pairs"):
        answer(royal, Query.parse("man : woman :: king : ?", "lrcos", pairs="words"), {"words": WordList("words", ("boy",))})


@pytest.mark.parametrize("method", SCORES)
def test_an_unknown_list_is_told_under_every_method(royal, method):
    with pytest.raises(UnknownList, match="There is no word list @nope"):
        answer(royal, Query.parse("man : woman :: king : ?", method, pairs="nope"))


@pytest.mark.parametrize("method", [name for name, score in SCORES.items() if not score.learns])
def test_a_list_that_a_method_has_no_use_for_is_told(royal, method):
    found = answer(royal, Query.parse("man : woman :: king : ?", method, pairs="some"), listed("boy girl"))
    assert found.notes == (f"{SCORES[method].title} learns from no pairs: @some changes nothing.",)


def test_a_query_with_other_pairs_or_another_seed_is_another_query():
    plain = Query.parse(ASKED, "lrcos")
    others = [Query.parse(ASKED, "lrcos", pairs="gender"), Query.parse(ASKED, "lrcos", learning=Learning(seed=1))]
    assert len({plain, *others}) == len({repr(query) for query in (plain, *others)}) == 3


def test_the_lists_with_a_pair_are_found_either_way_round():
    lists = listed("man woman", name="one") | listed("woman man", name="two") | listed("boy girl", name="three")
    lists["words"] = WordList("words", ("man", "woman"))
    assert lists_with(lists, "man", "woman") == ("one", "two")
    assert lists_with(lists, "man", "girl") == ()


@pytest.mark.parametrize("method", ["3cosavg", "lrcos", "onlyb"])
def test_absent_words_are_named_by_every_method(royal, method):
    with pytest.raises(UnknownWords, match="'emperor'"):
        answer(royal, Query.parse("man : woman :: emperor : ?", method, pairs="some"), listed("boy girl"))
