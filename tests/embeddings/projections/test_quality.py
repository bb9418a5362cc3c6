"""Trustworthiness, continuity and neighbours kept, against scikit-learn and slow loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.manifold import trustworthiness as peer_trustworthiness

from embeddings.errors import BadQuery
from embeddings.projections import quality


def sample(n: int, dim: int = 6, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(n, dim))
    return vectors, vectors[:, :2] + random.normal(0, 0.3, (n, 2))


def slow(vectors: np.ndarray, points: np.ndarray, k: int) -> tuple[float, float, float]:
    """Venna & Kaski's definitions, word by word."""
    n = len(vectors)

    def order(distance):
        return [sorted((j for j in range(n) if j != i), key=lambda j: distance(i, j)) for i in range(n)]

    space = order(lambda i, j: -vectors[i] @ vectors[j] / np.linalg.norm(vectors[i]) / np.linalg.norm(vectors[j]))
    picture = order(lambda i, j: np.linalg.norm(points[i] - points[j]))

    def penalty(first, second):
        strangers = ((i, j) for i in range(n) for j in second[i][:k] if j not in first[i][:k])
        return sum(first[i].index(j) + 1 - k for i, j in strangers)

    scale = 2 / (n * k * (2 * n - 3 * k - 1))
    kept = sum(len(set(space[i][:k]) & set(picture[i][:k])) for i in range(n)) / (n * k)
    return 1 - scale * penalty(space, picture), 1 - scale * penalty(picture, space), kept


@given(n=st.integers(3, 30), seed=st.integers(0, 1_000), data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_figures_are_those_of_the_slow_loops(n, seed, data):
    k = data.draw(st.integers(1, (n - 1) // 2))
    vectors, points = sample(n, seed=seed)
    trusted, continued, kept = slow(vectors, points, k)
    assert quality.trustworthiness(vectors, points, k) == pytest.approx(trusted, abs=1e-12)
    assert quality.continuity(vectors, points, k) == pytest.approx(continued, abs=1e-12)
    assert quality.neighbours_kept(vectors, points, k) == pytest.approx(kept, abs=1e-12)


@pytest.mark.parametrize("k", [1, 10, 120])
def test_trustworthiness_is_scikit_learns(k):
    vectors, points = sample(250)  # more than two blocks
    assert quality.trustworthiness(vectors, points, k) == pytest.approx(
        peer_trustworthiness(vectors, points, n_neighbors=k, metric="cosine"), abs=1e-12
    )


def test_above_2000_words_a_sample_stands_for_all(monkeypatch):
    vectors, points = sample(2_400)
    figures = quality.measure(vectors, points)
    assert figures["measured"] == 500
    exact = peer_trustworthiness(vectors, points, n_neighbors=10, metric="cosine")
    assert figures["trustworthiness"] == pytest.approx(exact, abs=0.02)
    assert figures["trustworthiness"] != exact
    monkeypatch.setattr(quality, "EXACT_UP_TO", 2_400)
    assert figures["neighbours_kept"] == pytest.approx(quality.neighbours_kept(vectors, points), abs=0.02)
    monkeypatch.undo()
    assert figures == quality.measure(vectors, points)
    assert figures != quality.measure(vectors, points, seed=1)


def test_a_sampled_word_is_ranked_among_all_the_words(monkeypatch):
    vectors, points = sample(60)
    monkeypatch.setattr(quality, "EXACT_UP_TO", 50)
    monkeypatch.setattr(quality, "SAMPLED", 60)  # the sample happens to be everything
    assert quality.trustworthiness(vectors, points, 5) == pytest.approx(slow(vectors, points, 5)[0], abs=1e-12)


def test_a_perfect_picture_scores_one():
    angles = np.random.default_rng(0).uniform(0, 3, 40)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    figures = quality.measure(circle * 5, circle)
    assert figures["trustworthiness"] == figures["continuity"] == figures["neighbours_kept"] == 1


def test_a_random_picture_scores_about_a_half_and_keeps_neighbours_by_chance():
    random = np.random.default_rng(0)
    figures = quality.measure(random.normal(size=(800, 20)), random.normal(size=(800, 2)))
    assert figures["trustworthiness"] == pytest.approx(0.5, abs=0.03)
    assert figures["neighbours_kept"] == pytest.approx(10 / 799, abs=0.006)


def test_tearing_a_ring_open_costs_continuity_and_not_trust():
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False) + 0.01 * np.random.default_rng(0).uniform(size=60)
    ring, line = np.stack([np.cos(angles), np.sin(angles)], axis=1), np.stack([angles, 0 * angles], axis=1)
    figures = quality.measure(ring, line, 4)
    # By hand, at each end: two of the first word's neighbours fall to ranks 59 and 58, one of the second's to 58.
    assert figures["continuity"] == pytest.approx(1 - 2 * 2 * (55 + 54 + 54) / (60 * 4 * 107), abs=0.001)
    assert figures["trustworthiness"] > 0.998


def test_ties_and_zero_vectors_cost_nothing():
    figures = quality.measure(np.zeros((9, 4)), np.zeros((9, 2)))
    assert figures["trustworthiness"] == figures["continuity"] == 1


@pytest.mark.parametrize(("n", "k"), [(3, 1), (4, 1), (5, 2), (21, 10), (1_000, 10)])
def test_the_default_k_stays_below_half_of_the_words(n, k):
    assert quality.default_k(n) == k
    assert quality.measure(*sample(n))["k"] == k


@pytest.mark.parametrize("k", [0, 5, 10])
def test_a_k_of_half_the_words_is_refused(k):
    with pytest.raises(BadQuery, match=f"{k} neighbours of 10 words"):
        quality.measure(*sample(10), k)
