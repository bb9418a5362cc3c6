"""Subwords: the n-grams of a word, their rows, and the vector that fastText makes of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from embeddings.errors import BadFile, BadQuery
from embeddings.subwords import Subwords, hash_ngram, pieces
from embeddings.vocabulary import Vocabulary

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
ROWS = np.random.default_rng(3).normal(size=(97, 4)).astype(np.float32)
MODEL = Subwords(3, 6, ROWS)


def test_a_word_stands_between_marks_and_falls_into_pieces():
    assert Subwords(3, 3, ROWS).ngrams("where") == ["<wh", "whe", "her", "ere", "re>"]  # Bojanowski et al. 2017, section 3.2
    assert Subwords(3, 4, ROWS).ngrams("ab") == ["<ab", "<ab>", "ab>"]


def test_a_mark_alone_is_no_ngram():
    assert Subwords(1, 2, ROWS).ngrams("ab") == ["<a", "a", "ab", "b", "b>"]
    assert Subwords(1, 2, ROWS).ngrams("") == ["<>"]
    assert Subwords(0, 1, ROWS).ngrams("a<") == ["a", "<"]  # a mark that is a letter of the word is one


def test_a_letter_is_a_code_point_and_not_a_byte():
    assert Subwords(2, 2, ROWS).ngrams("né日") == ["<n", "né", "é日", "日>"]


@settings(deadline=None)  # gensim is imported on the way
@given(WORDS, st.integers(1, 4), st.integers(0, 4))
@example("</s>", 1, 3)
@example("日本語" * 40, 1, 4)
def test_pieces_and_their_rows_are_those_of_gensim(word, minn, more):
    from gensim.models.fasttext_inner import compute_ngrams_bytes, ft_hash_bytes

    ngrams = compute_ngrams_bytes(word, minn, minn + more)
    wanted = ngrams if word != "</s>" else []  # gensim takes fastText's mark for a word
    # gensim leaves the single marks out as well; fastText's order is by first letter, then by length, in both.
    assert list(pieces(word.encode(), minn, minn + more)) == wanted
    assert MODEL.rows(word).tolist() == [ft_hash_bytes(ngram) % 97 for ngram in (pieces(word.encode(), 3, 6))]


def test_the_hash_is_fnv_1a_with_fasttexts_sign():
    assert [hash_ngram(b""), hash_ngram(b"a"), hash_ngram(b"foobar")] == [0x811C9DC5, 0xE40C292C, 0xBF9CF968]  # the published test values
    assert hash_ngram(b"\x80") == (0x811C9DC5 ^ 0xFFFFFF80) * 16777619 % 2**32


def slow_mean(rows: list[np.ndarray]) -> np.ndarray:
    total = np.zeros(4, np.float32)
    for row in rows:
        total = total + row
    return total * np.float32(1 / max(len(rows), 1))


@settings(deadline=None)  # the loop is compiled on the way
@given(st.lists(WORDS, min_size=1, max_size=8), st.integers(1, 3), st.integers(0, 4), st.booleans())
@example(["</s>", "<", ">", "", "a"], 1, 0, True)
@example(["x" * 2500, "ß" * 1500], 2, 2, False)
def test_many_words_at_once_are_a_slow_loop_to_the_last_bit(words, minn, more, seen):
    model = Subwords(minn, minn + more, ROWS)
    own = np.arange(4 * len(words), dtype=np.float32).reshape(-1, 4) / 7
    vocabulary = Vocabulary.from_words(words)
    made = model.means(vocabulary.blob, vocabulary.offsets, own if seen else None)
    for at, word in enumerate(words):
        rows = [ROWS[hash_ngram(piece) % 97] for piece in pieces(word.encode(), minn, minn + more)]
        np.testing.assert_array_equal(made[at], slow_mean(([own[at]] if seen else []) + rows))
        if not seen:
            np.testing.assert_array_equal(made[at], model.vector(word))


def test_the_rows_that_were_given_stay_as_they_are():
    own, words = np.ones((1, 4), np.float32), Vocabulary.from_words(["king"])
    MODEL.means(words.blob, words.offsets, own)
    assert (own == 1).all()
    assert not MODEL.vectors.flags.writeable


def test_the_end_of_a_sentence_has_no_ngrams_unless_it_is_taken_for_a_word():
    words = Vocabulary.from_words(["</s>"])
    assert MODEL.ngrams("</s>") == []
    assert not MODEL.means(words.blob, words.offsets).any()
    as_a_word = slow_mean([ROWS[hash_ngram(piece.encode()) % 97] for piece in (
        "<</", "<</s", "<</s>", "<</s>>", "</s", "</s>", "</s>>", "/s>", "/s>>", "s>>")])  # fmt: skip
    np.testing.assert_array_equal(MODEL.means(words.blob, words.offsets, mark=False)[0], as_a_word)


def test_a_word_too_short_for_an_ngram_gets_the_zero_vector():
    model = Subwords(5, 6, ROWS)
    assert model.ngrams("ab") == []
    assert model.vector("ab").tolist() == [0, 0, 0, 0]
    assert model.vector("ab").dtype == np.float32


def test_a_word_of_many_thousand_letters_is_summed_in_order():
    word = "abcdefghijklm" * 400
    rows = [ROWS[hash_ngram(piece) % 97] for piece in pieces(word.encode(), 3, 6)]
    assert len(rows) > 20_000
    np.testing.assert_array_equal(MODEL.vector(word), slow_mean(rows))


def test_ngrams_are_found_by_the_bytes_of_the_models_encoding():
    czech = Subwords(2, 2, ROWS, "cp852")
    assert czech.ngrams("už") == ["<už", "už>"]  # byte A7 looks like the rest of a letter in UTF-8, and fastText takes it for that
    assert czech.rows("už")[1] == hash_ngram(b"u\xa7>") % 97
    with pytest.raises(BadQuery, match="'日本' cannot be written in cp852, which the words of this model are in"):
        czech.vector("日本")
    assert MODEL.vector("\ud800").shape == (4,)  # half a surrogate pair has bytes as well


@pytest.mark.parametrize(("minn", "maxn"), [(-1, 3), (4, 3), (0, 0), (3, 101)])
def test_lengths_that_cannot_be_are_refused(minn, maxn):
    with pytest.raises(BadFile, match=f"n-grams of {minn} to {maxn} letters: 0 to 100 can be"):
        Subwords(minn, maxn, ROWS)


def test_rows_and_encodings_that_cannot_be_are_refused():
    with pytest.raises(BadFile, match=r"The n-grams are float64 \(97, 4\); float32 \(bucket, dim\) is needed"):
        Subwords(3, 6, ROWS.astype(float))
    with pytest.raises(BadFile, match=r"The n-grams are float32 \(0, 4\)"):
        Subwords(3, 6, ROWS[:0])
    with pytest.raises(BadFile, match="There is no encoding 'klingon' of words"):
        Subwords(3, 6, ROWS, "klingon")


def test_a_sum_beyond_float32_is_told_and_not_handed_out():
    with pytest.raises(BadFile, match="The n-grams of 'king' sum to a number beyond float32"):
        Subwords(3, 6, np.full((5, 4), 3e38, np.float32)).vector("king")
