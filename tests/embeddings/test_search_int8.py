"""The int8 copy: what it finds is what the plain scan finds, and the bound that promises so holds."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from embeddings import search
from embeddings.errors import BadFile, Cancelled
from embeddings.search import EXACT, int8
from embeddings.search.exact import unit
from embeddings.search.threads import FEWEST_ROWS
from embeddings.word_vectors import WordVectors


def space(vectors, name="drawn"):
    vectors = np.asarray(vectors, np.float32)
    return WordVectors.from_arrays(name, [f"w{row}" for row in range(len(vectors))], vectors)


def slow_top(wv, vector, k, left_out=(), rows=None):
    """Count every row in float64, one by one, and sort: larger first, then the earlier row."""
    vector = np.asarray(vector, np.float64)
    length = math.sqrt(sum(float(x) ** 2 for x in vector))
    query = [float(np.float32(x / length)) if length else 0.0 for x in vector]
    n = len(wv.vectors[:rows])
    scores = []
    for row in range(n):
        products = [float(a) * b for a, b in zip(wv.vectors[row], query, strict=True)]
        scores.append(math.fsum(products) * float(wv.inverse_norms[row]))
    kept = [row for row in range(n) if row not in set(left_out)]
    best = sorted(kept, key=lambda row: (-np.float32(scores[row]), row))[:k]
    return best, [scores[row] for row in best]


def same(found, expected):
    assert found[0].tolist() == expected[0].tolist()
    np.testing.assert_array_equal(found[1], expected[1])  # bit for bit


KINDS = ["spread", "near ties", "ties", "an outlier", "zeros", "tiny", "large", "mixed"]


def drawn(kind, n, dim, seed):
    """Vectors that are hard for rounding."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, dim))
    if kind == "near ties":  # all within the error bound of each other, so that int8 cannot tell them apart
        vectors = rng.normal(size=dim) + 1e-4 * vectors
    elif kind == "ties":
        vectors = vectors[rng.integers(0, max(1, n // 4), n)]
    elif kind == "an outlier":  # one long component makes the steps of its row coarse
        vectors[:, 0] *= 10.0 ** rng.integers(0, 4, n)
    elif kind == "zeros":
        vectors[rng.random(n) < 0.5] = 0
    elif kind == "tiny":
        vectors *= 1e-15
    elif kind == "large":
        vectors *= 1e15
    elif kind == "mixed":
        vectors *= 10.0 ** rng.integers(-15, 15, n)[:, None]
    return space(vectors)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(KINDS), st.integers(1, 60), st.integers(1, 40), st.integers(0, 2**31),
    st.integers(0, 70), st.lists(st.integers(0, 70), max_size=8), st.none() | st.integers(1, 70), st.booleans(),
)  # fmt: skip
@example("ties", 60, 3, 1, 5, [0, 0, 1], 40, True)
@example("zeros", 9, 2, 0, 9, [], None, True)
def test_the_copy_finds_what_the_plain_scan_and_a_slow_loop_find(kind, n, dim, seed, k, left_out, rows, asks_a_row):
    wv = drawn(kind, n, dim, seed)
    vector = wv.vectors[seed % n] if asks_a_row else np.random.default_rng(seed + 1).normal(size=dim)
    found = int8.quantise(wv).top(wv, vector, k, left_out, rows)
    same(found, EXACT.top(wv, vector, k, left_out, rows))
    expected, scores = slow_top(wv, vector, k, left_out, rows)
    np.testing.assert_allclose(found[1], scores, rtol=0, atol=2e-7)
    apart = np.abs(np.diff(scores)).min(initial=1) > 1e-6
    if apart and kind not in {"ties", "zeros", "near ties"}:
        assert found[0].tolist() == expected


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KINDS), st.integers(1, 40), st.integers(1, 300), st.integers(0, 2**31))
def test_no_cosine_exceeds_its_bound(kind, n, dim, seed):
    wv = drawn(kind, n, dim, seed)
    query = unit(np.random.default_rng(seed + 1).normal(size=dim))
    bounds = int8.quantise(wv).bounds(query, n)
    assert (search.counted(wv, query, np.arange(n)) <= bounds).all()


@pytest.fixture(scope="module")
def copy(glove):
    return int8.quantise(glove)


def test_the_bound_is_of_use(glove, copy):
    """An error bound of 2 would be true as well, and everything would be counted again."""
    bounds = copy.bounds(unit(glove["king"]), glove.n_words)
    tenth = EXACT.top(glove, glove["king"], 10)[1][-1]
    assert 10 <= (bounds >= tenth).sum() < 40


@pytest.mark.parametrize("word", ["king", "the", "zebra", "unk", "sandberger"])
@pytest.mark.parametrize(("k", "rows"), [(1, None), (10, None), (10, 50_000), (1_000, None), (10, 7)])
def test_on_glove_it_finds_what_the_plain_scan_finds(glove, copy, word, k, rows):
    own = glove.rows([word]).tolist()
    same(copy.top(glove, glove[word], k, own, rows), EXACT.top(glove, glove[word], k, own, rows))


def test_every_row_is_found_in_whichever_part_it_lies():
    n = 2 * FEWEST_ROWS + 3  # parts of several threads, an odd number of rows in one
    vectors = np.zeros((n, 2))
    vectors[:, 1] = 1
    for at in (0, n // 2 - 1, n // 2, n // 2 + 1, n - 2, n - 1):
        wv_vectors = vectors.copy()
        wv_vectors[at] = [1, 0]
        wv = space(wv_vectors)
        assert int8.quantise(wv).top(wv, np.array([1, 0]), 1)[0].tolist() == [at]


def test_readers_at_once_do_not_disturb_each_other(glove, copy):
    rows = range(100, 160)
    alone = [EXACT.top(glove, glove.vectors[row], 10) for row in rows]
    with ThreadPoolExecutor(8) as readers:
        together = list(readers.map(lambda row: copy.top(glove, glove.vectors[row], 10), rows))
    for found, expected in zip(together, alone, strict=True):
        same(found, expected)


def test_many_components_do_not_overflow():
    """127 x 32,767 x 1,000 passes 2^31: the query is made coarser instead."""
    vectors = np.random.default_rng(0).choice([-1.0, 1.0], (30, 4_000))
    wv = space(vectors)
    for row in range(3):
        same(int8.quantise(wv).top(wv, wv.vectors[row], 5), EXACT.top(wv, wv.vectors[row], 5))


def test_a_copy_of_another_shape_is_a_bug_and_not_an_answer(royal):
    with pytest.raises(ValueError, match=r"The int8 copy is \(9, 4\), the vectors of drawn are \(2, 4\)\."):
        int8.quantise(royal).top(space(np.eye(2, 4)), np.ones(4), 1)


def test_a_searcher_knows_its_own_space_only(royal):
    searcher = int8.searcher(royal, int8.quantise(royal))
    assert searcher.exact
    same(searcher.top(royal, royal["king"], 3), EXACT.top(royal, royal["king"], 3))
    with pytest.raises(ValueError, match="an exact scan, int8 first was made for other vectors than those of drawn."):
        searcher.top(space(np.eye(9, 4)), np.ones(4), 1)


def test_vectors_whose_lengths_lose_all_digits_are_refused():
    vector = np.full(400, 2.6e-23)
    vector[0] = 4e-23
    wv = space([vector, vector]).with_inverse_norms(np.full(2, 1 / 4e-23, np.float32))  # of an old store: float32 takes most squares for 0
    with pytest.raises(BadFile, match="so short that their lengths lose all digits. Search it without an int8 copy."):
        int8.quantise(wv)


def test_a_copy_tells_how_far_it_is_and_can_be_stopped(glove):
    def stop(progress):
        assert (progress.total, progress.what) == (400_000, "copying to int8")
        if progress.done > 100_000:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        int8.quantise(glove, stop)
