"""Vocabulary: every word is found at its row, and no other word is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embeddings import vocabulary
from embeddings.errors import BadFile
from embeddings.vocabulary import Vocabulary

WORDS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=50), unique=True, max_size=60)
SHARED = st.lists(st.text("ab", max_size=40), unique=True, max_size=60)  # few letters: long common beginnings and ends


@given(WORDS | SHARED, st.text(max_size=50))
@example(["", "\0", "\0\0", "a", "a\0", "\n", "a\nb", "é", "e\u0301", "👩‍🚀", " ", "nan", "null"], "a\0\0")
@example([], "")
@example([""], "a")
@example(["a" * n for n in range(70)], "a" * 70)
def test_every_word_is_found_at_its_row_and_an_absent_one_is_none(words, other):
    held = Vocabulary.from_words(words)
    assert [held.row(word) for word in words] == list(range(len(words)))
    assert [held[row] for row in range(len(words))] == words
    assert held.row(other) == (words.index(other) if other in words else None)
    assert (other in held) == (other in words)


@given(WORDS)
def test_iteration_and_blocks_of_words_agree_with_the_list(words):
    held = Vocabulary.from_words(words)
    assert len(held) == len(words)
    assert list(held) == words
    for row in {0, 1, len(words) // 2, len(words)} & set(range(len(words) + 1)):
        assert held.words_before(row) == words[:row]
    assert held.words(range(len(words))[::-1]) == words[::-1]


@pytest.mark.parametrize("place", range(0, 64, 7))
def test_words_that_differ_in_one_letter_are_told_apart(place):
    """Longer words are hashed by four windows only, so the bytes have to decide."""
    word = "x" * 64
    other = word[:place] + "y" + word[place + 1 :]
    held = Vocabulary.from_words([word, other])
    assert (held.row(word), held.row(other), held.row(other + "x")) == (0, 1, None)


@pytest.mark.parametrize("words", [["a", "b", "a"], ["", "b", ""], ["x" * 100, "b", "c", "x" * 100], ["é", "é"]])
def test_a_word_that_stands_twice_is_refused_at_the_first_look(words):
    held = Vocabulary.from_words(words)
    for _ in range(2):  # a second look is no better
        with pytest.raises(BadFile, match=f"The word '{words[0]}' stands more than once"):
            held.row("b")


def test_words_of_one_hash_are_told_apart_by_their_bytes(monkeypatch):
    monkeypatch.setattr(vocabulary, "hash_words", lambda blob, offsets: np.full(len(offsets) - 1, 7, np.uint64))
    words = ["king", "queen", "", "kin", "kings", "été"]
    held = Vocabulary.from_words(words)
    assert [held.row(word) for word in words] == list(range(6))
    assert held.row("qing") is None


def test_a_word_that_stands_twice_among_others_of_its_hash_is_refused(monkeypatch):
    monkeypatch.setattr(vocabulary, "hash_words", lambda blob, offsets: np.full(len(offsets) - 1, 7, np.uint64))
    with pytest.raises(BadFile, match="stands more than once"):
        Vocabulary.from_words(["king", "queen", "king"]).row("queen")


def test_real_words_have_hashes_of_their_own(glove):
    hashes = vocabulary.hash_words(glove.vocabulary.blob, glove.vocabulary.offsets)
    assert len(np.unique(hashes)) == 400_000


def test_a_hash_does_not_depend_on_the_neighbours():
    words = ["a", "king", "abcdefgh", "abcdefghi", "x" * 33, ""]
    together = Vocabulary.from_words(words)
    alone = [vocabulary.hash_words(one.blob, one.offsets)[0] for one in (Vocabulary.from_words([word]) for word in words)]
    np.testing.assert_array_equal(vocabulary.hash_words(together.blob, together.offsets), np.array(alone))


@pytest.mark.parametrize("odd", ["\ud800", "king\udfff", "\udcff" * 40])
def test_half_a_character_is_no_word(odd):
    held = Vocabulary.from_words(["king", "\ufffd"])
    assert held.row(odd) is None
    assert odd not in held


@pytest.mark.parametrize("other", [None, 3, b"king", ["king"]])
def test_only_text_can_be_a_word(other):
    assert other not in Vocabulary.from_words(["king"])


@pytest.mark.parametrize("row", [-1, 2, 400_000])
def test_a_row_outside_is_an_index_error(row):
    with pytest.raises(IndexError, match=f"row {row} of a vocabulary of 2 words"):
        Vocabulary.from_words(["a", "b"])[row]


def test_case_is_not_folded():
    held = Vocabulary.from_words(["Paris", "paris"])
    assert (held.row("Paris"), held.row("paris"), held.row("PARIS")) == (0, 1, None)


@pytest.mark.parametrize(
    ("words", "lower"),
    [
        ([], True),
        (["paris", "josé", "–", "3rd", "北京", "ß"], True),
        (["paris", "Paris"], False),
        (["paris", "JOSÉ"], False),
        (["οδός", "Σ"], False),
        (["straße", "İ"], False),
    ],
)
def test_a_vocabulary_is_lower_case_when_lower_casing_changes_no_word(words, lower):
    assert Vocabulary.from_words(words).is_lower_case is lower
    assert lower == all(word == word.lower() for word in words)


def test_counts_are_kept_as_given_and_never_invented():
    assert Vocabulary.from_words(["a", "b"]).counts is None
    np.testing.assert_array_equal(Vocabulary.from_words(["a", "b"], [7, 3]).counts, [7, 3])


def test_words_can_come_from_a_generator():
    assert list(Vocabulary.from_words(word for word in ("b", "a"))) == ["b", "a"]
