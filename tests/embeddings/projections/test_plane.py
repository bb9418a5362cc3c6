"""The plane of an analogy: true distances inside it, and the height above it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.errors import BadQuery
from embeddings.projections.plane import offset_cosine, plane


@given(seed=st.integers(0, 10_000), dim=st.integers(2, 40))
@settings(max_examples=60, deadline=None)
def test_distances_between_the_three_corners_and_their_fourth_are_true(seed, dim):
    a, a2, b = np.random.default_rng(seed).normal(size=(3, dim))
    corners = np.stack([a, a2, b, a2 + b - a])
    view = plane(a, a2, b, corners)
    drawn = np.linalg.norm(view.coordinates[:, None] - view.coordinates, axis=2)
    np.testing.assert_allclose(drawn, np.linalg.norm(corners[:, None] - corners, axis=2), atol=1e-9)
    np.testing.assert_allclose(view.distance, 0, atol=1e-9)
    np.testing.assert_allclose(view.axes @ view.axes.T, np.eye(2), atol=1e-9)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_distance_is_that_of_least_squares(seed):
    a, a2, b, point = np.random.default_rng(seed).normal(size=(4, 12))
    sides = np.stack([a2 - a, b - a], axis=1)
    best = np.linalg.lstsq(sides, point - a, rcond=None)[0]
    assert plane(a, a2, b, point[None]).distance[0] == pytest.approx(np.linalg.norm(point - a - sides @ best), abs=1e-9)


def test_x_runs_to_the_first_word_and_y_turns_to_the_second():
    view = plane(np.zeros(3), np.array([0, 2, 0]), np.array([3, 1, 0]), np.array([[0, 2, 0], [3, 1, 0], [1, 1, 5]]))
    np.testing.assert_allclose(view.coordinates, [[2, 0], [1, 3], [1, 1]], atol=1e-12)
    np.testing.assert_allclose(view.distance, [0, 0, 5], atol=1e-12)


POINTS = np.array([[1.0, 2.0, 2.0], [3.0, 0.0, 4.0]])
X, ZERO = np.array([1.0, 0.0, 0.0]), np.zeros(3)


@pytest.mark.parametrize(
    ("first", "second", "coordinates", "distance"),
    [
        (X, 3 * X, [[1, 0], [3, 0]], [8**0.5, 4]),  # one line: no y
        (X, ZERO, [[1, 0], [3, 0]], [8**0.5, 4]),  # second on the origin
        (ZERO, X, [[0, 1], [0, 3]], [8**0.5, 4]),  # first on the origin: no x
        (ZERO, ZERO, [[0, 0], [0, 0]], [3, 5]),  # all the same: a point
    ],
)
def test_a_missing_direction_is_a_zero_axis(first, second, coordinates, distance):
    view = plane(ZERO, first, second, POINTS)
    np.testing.assert_allclose(view.coordinates, coordinates, atol=1e-12)
    np.testing.assert_allclose(view.distance, distance, atol=1e-12)


def test_rounding_in_float32_does_not_open_a_plane():
    origin, side = np.random.default_rng(0).normal(size=(2, 50)).astype(np.float32)
    view = plane(origin, origin + side, origin + np.float32(3) * side, origin[None])
    assert not view.axes[1].any()


@pytest.mark.parametrize(("b2", "expected"), [([5, 7], 1), ([5, 3], -1), ([9, 5], 0), ([6, 6], 0.5**0.5)])
def test_offset_cosine_by_hand(b2, expected):
    assert offset_cosine(np.array([1, 1]), np.array([1, 2]), np.array([5, 5]), np.array(b2)) == pytest.approx(expected)


def test_offset_cosine_never_leaves_its_range():
    sides = np.random.default_rng(0).normal(size=(500, 3))  # unclipped, some give 1.0000000000000002
    assert max(offset_cosine(ZERO, side, ZERO, 3 * side) for side in sides) == 1
    assert min(offset_cosine(ZERO, side, ZERO, -3 * side) for side in sides) == -1


def test_an_offset_of_length_zero_is_refused():
    with pytest.raises(BadQuery, match="no direction"):
        offset_cosine(X, X, ZERO, X)
    with pytest.raises(BadQuery, match="no direction"):
        offset_cosine(ZERO, X, X, X)
