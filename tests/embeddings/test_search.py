"""Exact search: the best k against sorting everything, and neighbours against a slow loop."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embeddings import search
from embeddings.search import BLOCK, cosines, distances, edges, neighbours_of_rows, top_k
from embeddings.word_vectors import WordVectors

FEW = np.array([0.0, -0.0, 1.0, 2.0, -3.0, math.nan, -math.inf, math.inf], np.float32)  # few values: many ties


def slow_top_k(scores, k, left_out=()):
    """Sort everything: larger first, then the earlier row."""
    rows = [row for row in range(len(scores)) if row not in set(left_out) and not math.isnan(scores[row])]
    return sorted(rows, key=lambda row: (-scores[row], row))[:k]


@given(
    hnp.arrays(np.float32, st.integers(0, 40), elements=st.sampled_from(FEW.tolist()) | st.floats(-2, 2, width=32)),
    st.integers(0, 50),
    st.lists(st.integers(0, 45), max_size=10),
)
@example(np.array([-math.inf, 1], np.float32), 2, [])
@example(np.array([math.nan, math.nan], np.float32), 1, [])
@example(np.array([], np.float32), 3, [0])
@example(np.array([1, 1, 1], np.float32), 2, [0, 0, 0])
def test_the_best_k_are_those_of_a_full_sort(scores, k, left_out):
    assert top_k(scores, k, left_out).tolist() == slow_top_k(scores, k, left_out)


@pytest.mark.parametrize("blocks", [1, 4, 5, 41])
@pytest.mark.parametrize("more", [-1, 0, 1])
@pytest.mark.parametrize("values", ["distinct", "ties", "all equal", "all nan", "odd"])
def test_sizes_around_the_block_give_the_same_as_a_full_sort(blocks, more, values):
    rng = np.random.default_rng(blocks * 10 + more)
    n = blocks * BLOCK + more
    scores = {
        "distinct": rng.permutation(n).astype(np.float32),
        "ties": rng.integers(0, 5, n).astype(np.float32),
        "all equal": np.zeros(n, np.float32),
        "all nan": np.full(n, np.nan, np.float32),
        "odd": rng.choice(FEW, n),
    }[values]
    last = [n - 1, n - 2, 0]
    whole = slow_top_k(scores, n)
    for k in (1, 2, 10, 11, BLOCK, n, n + 5):
        assert top_k(scores, k).tolist() == whole[:k]
        left_out = whole[:3] + last
        assert top_k(scores, k, left_out).tolist() == [row for row in whole if row not in left_out][:k]


@pytest.mark.parametrize("at", [0, BLOCK - 1, BLOCK, 8 * BLOCK - 1, 8 * BLOCK])
def test_the_best_row_is_found_wherever_it_lies(at):
    scores = np.zeros(8 * BLOCK + 1, np.float32)  # the last row is in no whole block
    scores[at] = 1
    assert top_k(scores, 1).tolist() == [at]


def test_best_rows_of_one_block_are_all_found():
    scores = np.zeros(50 * BLOCK, np.float32)
    scores[3 * BLOCK : 3 * BLOCK + 10] = np.arange(10, 0, -1)
    assert top_k(scores, 10).tolist() == list(range(3 * BLOCK, 3 * BLOCK + 10))


def test_a_block_with_nan_still_gives_its_best():
    scores = np.full(50 * BLOCK, np.nan, np.float32)
    scores[[5, 7 * BLOCK, 49 * BLOCK]] = [1, 3, 2]
    assert top_k(scores, 10).tolist() == [7 * BLOCK, 49 * BLOCK, 5]


def test_rows_are_whole_numbers_even_when_there_are_none():
    assert top_k(np.zeros(0, np.float32), 3).dtype == np.int64
    assert top_k(np.zeros(4, np.float32), 0).tolist() == []
    assert top_k(np.zeros(4, np.float32), 4, (0, 1, 2, 3)).tolist() == []


def test_scores_are_left_as_they_were():
    scores = np.array([1, np.nan, -np.inf, 2], np.float32)
    top_k(scores, 2)
    np.testing.assert_array_equal(scores, np.array([1, np.nan, -np.inf, 2], np.float32))


# ---- cosines and distances


def test_cosines_can_be_checked_by_hand(royal):
    half = math.sqrt(0.5)
    np.testing.assert_allclose(cosines(royal, 7 * royal["king"])[:5], [half, -half, 1, 0, 0.5], atol=1e-6)
    assert cosines(royal, royal["king"], 2).shape == (2,)


def test_a_zero_vector_asked_or_stored_has_cosine_zero_with_everything():
    wv = WordVectors.from_arrays("zero", ["zero", "a", "b"], [[0, 0], [1, 0], [0, 2]])
    np.testing.assert_array_equal(cosines(wv, np.zeros(2)), [0, 0, 0])
    np.testing.assert_array_equal(cosines(wv, wv["b"]), [0, 0, 1])


@pytest.mark.parametrize("vector", [np.zeros(4), np.ones(4)])
@pytest.mark.parametrize(("rows", "n"), [(None, 9), (1, 1), (9, 9), (10, 9), (10_000, 9)])
def test_as_many_scores_come_back_as_there_are_rows(royal, vector, rows, n):
    assert cosines(royal, vector, rows).shape == (n,)
    assert distances(royal, vector, rows).shape == (n,)


def test_distances_are_euclidean_on_the_vectors_as_stored(royal):
    np.testing.assert_allclose(distances(royal, royal["king"])[:4], [1, math.sqrt(5), 0, 2], atol=1e-6)


@pytest.mark.parametrize("n", [16 * BLOCK - 1, 16 * BLOCK, 16 * BLOCK + 1, 40_000])
def test_distances_in_several_parts_are_numpys(glove, n):
    expected = np.linalg.norm(np.asarray(glove.vectors[:n], np.float64) - glove["king"], axis=1)
    np.testing.assert_allclose(distances(glove, glove["king"], n), expected, atol=1e-5)


# ---- neighbours of many words at once


@pytest.fixture(scope="module")
def scattered():
    """70 random words, two of them at the same place and one at zero: 70 is more than two batches of 32."""
    vectors = np.random.default_rng(3).normal(size=(70, 6))
    vectors[50], vectors[33] = vectors[20], 0
    return WordVectors.from_arrays("scattered", [f"w{row}" for row in range(70)], vectors)


def slow_neighbours(wv, row, k, among):
    a = wv.vectors[row].astype(float)
    scores = {}
    for other in range(among):
        b = wv.vectors[other].astype(float)
        lengths = math.sqrt(a @ a) * math.sqrt(b @ b)
        scores[other] = float(a @ b) / lengths if lengths else 0.0
    best = sorted((other for other in scores if other != row), key=lambda other: (-scores[other], other))[:k]
    return best, [scores[other] for other in best]


@pytest.mark.parametrize("among", [None, 70, 40, 1_000])
@pytest.mark.parametrize("k", [1, 5, 69, 200])
def test_neighbours_of_more_than_two_batches_are_those_of_a_slow_loop(scattered, k, among):
    rows = np.random.default_rng(1).permutation(70)[:67]
    found, scores = neighbours_of_rows(scattered, rows, k, among)
    n = min(among or 70, 70)
    assert found.shape == scores.shape == (67, min(k, n - 1))
    for row, near, given_scores in zip(rows, found, scores, strict=True):
        words, expected = slow_neighbours(scattered, row, found.shape[1], n)
        np.testing.assert_allclose(given_scores, expected, atol=1e-6)
        if not len(set(np.round(expected, 5))) < len(expected):  # ties may change places by rounding
            assert near.tolist() == words
        assert row not in near


def test_a_word_at_the_same_place_is_the_first_neighbour(scattered):
    found, scores = neighbours_of_rows(scattered, np.array([20, 50]), 1)
    assert found.tolist() == [[50], [20]]
    np.testing.assert_allclose(scores, 1, atol=1e-6)


def test_neighbours_on_glove_are_gensims(glove, glove_gensim):
    rows = np.random.default_rng(5).choice(400_000, 40, replace=False)
    found, scores = neighbours_of_rows(glove, rows, 5)
    for row, near, cosine in zip(rows, found, scores, strict=True):
        told = glove_gensim.most_similar(glove.vocabulary[int(row)], topn=5)
        np.testing.assert_allclose(cosine, [score for _, score in told], atol=1e-5)
        assert {near[0]} <= {glove.vocabulary.row(word) for word, score in told if score > cosine[0] - 1e-5}


def test_no_rows_have_no_neighbours_and_a_lone_word_has_none(royal):
    assert neighbours_of_rows(royal, np.zeros(0, np.int64), 3)[0].shape == (0, 3)
    alone = WordVectors.from_arrays("alone", ["a"], [[1, 2]])
    assert neighbours_of_rows(alone, np.array([0]), 3)[0].shape == (1, 0)


# ---- edges


def test_an_edge_joins_words_of_which_one_is_among_the_nearest_of_the_other(scattered):
    rows = np.random.default_rng(2).permutation(70)[:45]
    found = edges(scattered, rows, 3)
    nearest = [set(slow_neighbours(scattered, row, 3, 70)[0]) for row in rows]
    expected = [(a, b) for a in range(45) for b in range(a + 1, 45) if int(rows[b]) in nearest[a] or int(rows[a]) in nearest[b]]
    zero = int(np.flatnonzero(rows == 33)[0]) if 33 in rows else -1  # ties all round: any of its edges may differ
    assert [edge for edge in found if zero not in edge] == [edge for edge in expected if zero not in edge]
    assert found == sorted(set(found))
    assert all(a < b for a, b in found)


def test_edges_can_be_checked_by_hand(royal):
    # king, queen, boy: nearest of each in the whole space is prince, princess, prince, which are not asked for.
    assert edges(royal, royal.rows(["king", "queen", "boy"]), 1) == []
    assert edges(royal, royal.rows(["prince", "apple", "king"]), 1) == [(0, 2)]
    assert edges(royal, np.zeros(0, np.int64), 1) == []


def test_batches_do_not_change_the_answer(glove):
    rows = np.arange(100, 165)
    found, _ = neighbours_of_rows(glove, rows, 3, 20_000)
    assert [search.neighbours_of_rows(glove, rows[at : at + 1], 3, 20_000)[0][0].tolist() for at in range(65)] == found.tolist()
