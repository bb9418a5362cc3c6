"""Many queries at once: what they find is what they find one by one."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from embeddings.search import EXACT, many, top_of_many
from embeddings.word_vectors import WordVectors


def space(vectors):
    return WordVectors.from_arrays("drawn", [f"w{row}" for row in range(len(vectors))], vectors)


def same_as_one_by_one(wv, vectors, k, left_out=None, rows=None):
    found = top_of_many(wv, vectors, k, left_out, rows)
    assert len(found) == len(vectors)
    for at, (vector, (near, cosines)) in enumerate(zip(vectors, found, strict=True)):
        one = EXACT.top(wv, vector, k, left_out[at] if left_out else (), rows)
        assert near.tolist() == one[0].tolist()
        np.testing.assert_array_equal(cosines, one[1])


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 900), st.integers(1, 12), st.integers(0, 7), st.integers(0, 30), st.sampled_from([None, 1, 5, 300, 2_000]),
    st.integers(0, 2**31), st.sampled_from(["spread", "ties", "zeros", "near ties"]),
)  # fmt: skip
@example(300, 3, 2, 5, None, 0, "ties")
def test_many_find_what_each_finds_alone(n, dim, m, k, rows, seed, kind):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, dim))
    if kind == "ties":
        vectors = vectors[rng.integers(0, 3, n) % n]
    elif kind == "zeros":
        vectors[rng.random(n) < 0.5] = 0
    elif kind == "near ties":
        vectors = rng.normal(size=dim) + 1e-6 * vectors
    wv = space(vectors)
    left_out = [tuple(rng.integers(0, n + 5, rng.integers(0, 4)).tolist()) for _ in range(m)]
    same_as_one_by_one(wv, wv.vectors[rng.integers(0, n, m)], k, left_out, rows)


@pytest.mark.parametrize("m", [1, 2, many.QUERIES - 1, many.QUERIES, many.QUERIES + 1, 2 * many.QUERIES + 3])
def test_batches_of_queries_on_glove(glove, m):
    rows = np.random.default_rng(m).choice(glove.n_words, m, replace=False)
    same_as_one_by_one(glove, glove.vectors[rows], 4, [(int(row),) for row in rows], 30_000)


@pytest.mark.parametrize("more", [-1, 0, 1, many.ROWS, many.ROWS + 1])
@pytest.mark.parametrize("k", [1, 10, many.ROWS // many.WIDTH, many.ROWS // many.WIDTH + 1])
def test_blocks_of_rows_on_glove(glove, more, k):
    rows = [0, 5, 40_000, 399_999]
    same_as_one_by_one(glove, glove.vectors[rows], k, None, many.ROWS + more)


def test_a_restriction_keeps_the_last_row_of_every_block_in_view():
    vectors = np.tile([0.0, 1.0], (2 * many.ROWS, 1))
    best = [many.WIDTH - 1, many.WIDTH, many.ROWS - 1, many.ROWS, 2 * many.ROWS - 1]
    vectors[best] = [1, 0]
    wv = space(vectors)
    for found, _ in top_of_many(wv, np.array([[1, 0], [2, 0]]), 5):
        assert found.tolist() == best


def test_a_zero_vector_among_many_has_cosine_zero_with_the_first_rows(glove):
    (_, (rows, cosines), _) = top_of_many(glove, np.stack([glove["king"], np.zeros(50), glove["queen"]]), 3, [(), (1,), ()])
    assert rows.tolist() == [0, 2, 3]
    assert cosines.tolist() == [0, 0, 0]


def test_rows_that_are_all_alike_do_not_fill_the_memory():
    """Each of 256 queries would keep each of 120,000 rows: 368 MB."""
    wv = space(np.ones((120_000, 2), np.float32))
    assert wv.inverse_norms.shape == (120_000,)
    tracemalloc.start()
    found = top_of_many(wv, np.tile([1.0, 2.0], (many.QUERIES, 1))[:20].repeat(13, axis=0)[: many.QUERIES], 3)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100e6
    assert {tuple(rows.tolist()) for rows, _ in found} == {(0, 1, 2)}


def test_no_queries_have_no_answers(royal):
    assert top_of_many(royal, np.zeros((0, 4)), 3) == []
