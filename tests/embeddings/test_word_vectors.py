"""WordVectors: frozen, found by word, and told what is wrong where a word is not there."""

from __future__ import annotations

import dataclasses
import logging

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st

from embeddings import search
from embeddings.errors import BadFile, UnknownWords
from embeddings.vocabulary import Vocabulary
from embeddings.word_vectors import Found, Source, WordVectors


def test_a_word_gives_its_vector(royal):
    np.testing.assert_array_equal(royal["queen"], np.array([-1, 1, 0, 0], np.float32))
    assert royal["queen"].dtype == np.float32
    assert (royal.n_words, royal.dim, len(royal)) == (9, 4, 9)
    assert list(royal)[:3] == ["man", "woman", "king"]
    assert "king" in royal and "King" not in royal and 3 not in royal


def test_rows_are_in_the_order_asked_and_may_repeat(royal):
    np.testing.assert_array_equal(royal.rows(["queen", "man", "queen"]), [3, 0, 3])
    assert royal.rows([]).shape == (0,)
    assert royal.rows([]).dtype == np.int64


# ---- words that are not there


def test_all_absent_words_are_named_at_once_with_near_spellings(royal):
    with pytest.raises(UnknownWords) as told:
        royal.rows(["kign", "man", "quen", "zebra"])
    assert told.value.words == ("kign", "quen", "zebra")
    assert told.value.near == {"kign": ("king",), "quen": ("queen",), "zebra": ()}
    assert str(told.value) == "No vector in royal (9 words) for 'kign' (near: king); 'quen' (near: queen); 'zebra'."


def test_a_word_asked_twice_is_named_once(royal):
    assert royal.unknown(["zebra", "zebra"]).words == ("zebra",)


def test_many_absent_words_are_counted_and_only_the_first_are_looked_up(royal):
    error = royal.unknown([f"kin{n}" for n in range(33)], "Have a look.")
    assert [near for near in error.near.values() if near] == [("king",)] * 6
    assert str(error).endswith("'kin29' (and 3 more). Have a look.")


def test_a_long_absent_word_is_cut_in_the_message_and_whole_in_the_error(royal):
    error = royal.unknown(["x" * 5_000])
    assert len(str(error)) < 200
    assert error.words == ("x" * 5_000,)


def test_half_a_character_is_told_like_any_other_word(royal):
    with pytest.raises(UnknownWords) as told:
        royal.rows(["kin\ud800"])
    assert told.value.near == {"kin\ud800": ("king",)}


def test_a_swap_of_two_letters_is_the_nearest_spelling(glove):
    assert glove.near_spellings("kign")[0] == "king"
    assert glove.near_spellings("Kign")[0] == "king"  # the space knows lower case only


@pytest.mark.parametrize(
    ("asked", "meant"), [("quene", "queen"), ("computr", "computer"), ("gemrany", "germany"), ("recieve", "receive"), ("jose", "josé")]
)
def test_near_spellings_hold_what_was_meant(glove, asked, meant):
    assert meant in glove.near_spellings(asked, k=50)


def _edits(a: str, b: str) -> int:
    """Optimal string alignment distance by the textbook's table."""
    table = {(i, -1): i + 1 for i in range(-1, len(a))} | {(-1, j): j + 1 for j in range(-1, len(b))}
    for i in range(len(a)):
        for j in range(len(b)):
            ways = [table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a[i] != b[j])]
            if i and j and a[i] == b[j - 1] and a[i - 1] == b[j]:
                ways.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(ways)
    return table[len(a) - 1, len(b) - 1]


@given(st.lists(st.text("abc", max_size=6), unique=True, min_size=1, max_size=30), st.text("abc", max_size=6))
def test_near_spellings_are_all_within_two_edits_nearest_first_then_by_row(words, asked):
    wv = WordVectors.from_arrays("letters", words, np.ones((len(words), 2)))
    most = 2 if len(asked) > 3 else 1
    within = sorted((_edits(asked, word), row) for row, word in enumerate(words) if _edits(asked, word) <= most)
    assert wv.near_spellings(asked, k=30) == ([words[row] for _, row in within] if asked else [])


@pytest.mark.parametrize("asked", ["", "x" * 61])
def test_nothing_and_overlong_words_have_no_near_spellings(royal, asked):
    assert royal.near_spellings(asked) == []


# ---- case


def test_capitals_are_folded_where_the_space_knows_none(royal):
    assert royal.find(["King", "king", "KING", "Zebra"]) == [
        Found("King", "king", 2),
        Found("king", "king", 2),
        Found("KING", "king", 2),
        None,
    ]


def test_capitals_are_kept_where_the_space_knows_them():
    wv = WordVectors.from_arrays("cased", ["paris", "Rome"], np.eye(2))
    assert wv.find(["Paris", "rome", "Rome"]) == [None, None, Found("Rome", "Rome", 1)]


# ---- numbers


def test_unit_vectors_have_length_one_and_the_zero_vector_stays_zero():
    wv = WordVectors.from_arrays("three", ["long", "zero", "short"], [[3, 4], [0, 0], [0, 0.5]])
    np.testing.assert_allclose(wv.inverse_norms, [0.2, 0, 2])
    np.testing.assert_allclose(wv.unit[np.array([0, 1, 2])], [[0.6, 0.8], [0, 0], [0, 1]], rtol=1e-6)
    np.testing.assert_allclose(wv.unit[0], [0.6, 0.8], rtol=1e-6)
    np.testing.assert_allclose(wv.unit[1:], [[0, 0], [0, 1]], rtol=1e-6)
    assert wv.unit[[]].shape == (0, 2)


def test_inverse_norms_of_all_400_000_words_are_numpys(glove):
    norms = np.linalg.norm(np.asarray(glove.vectors, np.float64), axis=1)
    np.testing.assert_allclose(glove.inverse_norms, 1 / norms, rtol=2e-6)


def test_the_fingerprint_tells_name_words_and_numbers_apart():
    def fingerprint(name: str = "a", words: str = "xy", vectors: object = ((1, 2), (3, 4))) -> str:
        return WordVectors.from_arrays(name, words, vectors).fingerprint

    assert fingerprint() == fingerprint()
    assert len(fingerprint()) == 16 and int(fingerprint(), 16) >= 0
    others = [fingerprint(name="b"), fingerprint(words="xz"), fingerprint(vectors=((1, 2), (3, 5))), fingerprint(vectors=((1,), (2,)))]
    assert len({fingerprint(), *others}) == 5


# ---- frozen


def test_a_space_can_not_be_changed(royal):
    with pytest.raises(ValueError, match="read-only"):
        royal.vectors[0, 0] = 5
    with pytest.raises(ValueError, match="read-only"):
        royal["king"][0] = 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        royal.name = "other"


def test_arrays_are_copied_so_that_the_caller_keeps_his():
    mine = np.ones((2, 2), np.float32)
    wv = WordVectors.from_arrays("mine", "ab", mine)
    mine[0, 0] = 7
    assert wv["a"][0] == 1


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (np.ones((2, 3)), "vectors are float64"),
        (np.ones((2, 3), ">f4"), "vectors are >f4"),
        (np.ones(2, np.float32), "float32 \\(words, dim\\) is needed"),
        (np.ones((0, 3), np.float32), "float32 \\(words, dim\\) is needed"),
        (np.ones((2, 0), np.float32), "float32 \\(words, dim\\) is needed"),
        (np.ones((3, 2), np.float32), "2 words but 3 vectors"),
    ],
)
def test_vectors_that_do_not_fit_are_refused(vectors, message):
    with pytest.raises(BadFile, match=f"odd: .*{message}"):
        WordVectors("odd", Vocabulary.from_words(["a", "b"]), vectors)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_none_is_refused_with_its_row(odd):
    vectors = np.ones((3, 2), np.float32)
    vectors[1, 1] = odd
    with pytest.raises(BadFile, match="odd: row 1 holds NaN or infinity."):
        WordVectors.from_arrays("odd", "abc", vectors)
    keyed = KeyedVectors(2)
    keyed.add_vectors(list("abc"), vectors)
    with pytest.raises(BadFile, match="odd: row 1 holds NaN or infinity."):
        WordVectors.from_gensim(keyed, "odd")


def test_a_space_of_no_words_is_refused():
    with pytest.raises(BadFile, match="float32"):
        WordVectors.from_arrays("empty", [], np.zeros((0, 4)))


def test_a_space_in_column_order_answers_the_same(royal):
    turned = WordVectors("turned", royal.vocabulary, np.asfortranarray(royal.vectors))
    np.testing.assert_array_equal(turned.inverse_norms, royal.inverse_norms)
    np.testing.assert_array_equal(turned.unit[np.arange(9)], royal.unit[np.arange(9)])


# ---- gensim


def test_a_round_trip_through_gensim_keeps_words_and_every_bit(royal, caplog):
    with caplog.at_level(logging.WARNING):
        keyed = royal.to_gensim()
    back = WordVectors.from_gensim(keyed, "back")
    assert list(back) == list(royal) == keyed.index_to_key
    np.testing.assert_array_equal(back.vectors, royal.vectors)
    assert (back.name, back.source) == ("back", Source())
    assert caplog.records == []


def test_gensims_copy_is_gensims_own(royal):
    keyed = royal.to_gensim()
    keyed.vectors[0, 0] = 99
    assert royal.vectors[0, 0] == 1


def test_a_space_from_gensim_shares_its_numbers_and_leaves_it_writable():
    keyed = KeyedVectors(2)
    keyed.add_vectors(["a", "b"], np.ones((2, 2), np.float32))
    wv = WordVectors.from_gensim(keyed, "shared")
    assert np.shares_memory(wv.vectors, keyed.vectors)
    keyed.vectors[0, 0] = 3  # still allowed to its owner
    with pytest.raises(ValueError, match="read-only"):
        wv.vectors[0, 0] = 4


def test_double_precision_from_gensim_is_rounded_to_single():
    keyed = KeyedVectors(2, dtype=np.float64)
    keyed.add_vectors(["a", "b"], np.full((2, 2), 1 / 3))
    assert WordVectors.from_gensim(keyed, "rounded")["a"].tolist() == [float(np.float32(1 / 3))] * 2


def test_gensim_sees_the_same_neighbours(royal):
    words = [word for word, _ in royal.to_gensim().most_similar("prince", topn=2)]
    assert words == ["king", "boy"]  # both 2 / sqrt 6, by hand


def test_lengths_whose_squares_float32_cannot_hold_are_right():
    vectors = np.array([[1e20, 2e20, 2e20], [3e-21, 4e-21, 0], [0, 0, 0], [1e-40, 0, 0], [3, 4, 0], [3e38, 0, 0]], np.float32)
    wv = WordVectors.from_arrays("odd", "abcdef", vectors)
    np.testing.assert_allclose(wv.inverse_norms, [1 / 3e20, 1 / 5e-21, 0, 0, 0.2, 1 / 3e38], rtol=1e-6)
    assert search.cosines(wv, wv["a"])[0] == pytest.approx(1)
