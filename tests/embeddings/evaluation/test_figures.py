"""Intervals, correlations and tests against scipy and what can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.evaluation import figures

tied = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=3, max_size=30)


@settings(max_examples=60, deadline=None)
@given(tied)
def test_spearman_and_pearson_are_scipys_with_ties(pairs):
    from scipy import stats

    one, other = np.array(pairs, float).T
    if len(set(one)) < 2 or len(set(other)) < 2:
        assert figures.spearman(one, other) is None and figures.pearson(one, other) is None
        return
    assert figures.spearman(one, other) == pytest.approx(stats.spearmanr(one, other).statistic, abs=1e-12)
    assert figures.pearson(one, other) == pytest.approx(stats.pearsonr(one, other).statistic, abs=1e-12)
    assert figures.ranks(one).tolist() == stats.rankdata(one).tolist()


def test_correlations_of_nothing_are_not_defined():
    assert figures.spearman(np.zeros(0), np.zeros(0)) is None
    assert figures.pearson(np.array([1.0]), np.array([2.0])) is None
    assert figures.spearman_interval(np.array([1.0, 2]), np.array([2.0, 1])) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_the_sign_test_is_scipys_exact_binomial_test(one, other):
    from scipy import stats

    if one + other:
        assert figures.sign_test(one, other) == pytest.approx(stats.binomtest(one, one + other).pvalue, rel=1e-9)
    else:
        assert figures.sign_test(0, 0) == 1


def test_thousands_of_discordant_questions_have_a_p_that_is_no_number_error():
    assert figures.sign_test(9_000, 20) == pytest.approx(0, abs=1e-300)
    assert figures.sign_test(5_000, 5_000) == 1


def test_mcnemar_counts_what_one_alone_answered():
    first, second = np.array([1, 1, 1, 1, 0, 0, 1, 0], bool), np.array([1, 0, 0, 0, 1, 0, 1, 0], bool)
    told = figures.mcnemar(first, second)
    assert (told.only_first, told.only_second, told.n, told.value) == (3, 1, 8, 0.25)
    assert told.p == pytest.approx(10 / 16)  # 2 (C(4,0) + C(4,1)) / 2^4
    assert told.interval.low <= 0.25 <= told.interval.high
    assert figures.mcnemar(np.zeros(0, bool), np.zeros(0, bool)) is None


def test_two_equal_spaces_differ_by_nothing():
    right = np.array([1, 0, 1], bool)
    assert figures.mcnemar(right, right).p == 1


def test_the_interval_of_a_share_is_the_binomials_and_seeded():
    from scipy import stats

    told = figures.share_interval(300, 1_000)
    low, high = stats.binom.ppf([0.025, 0.975], 1_000, 0.3) / 1_000
    assert (told.low, told.high) == (pytest.approx(low, abs=0.003), pytest.approx(high, abs=0.003))
    assert told == figures.share_interval(300, 1_000) and told != figures.share_interval(300, 1_000, seed=1)
    assert figures.share_interval(0, 0) is None


@pytest.mark.parametrize(("correct", "asked"), [(0, 20), (20, 20), (0, 1)])
def test_where_none_or_all_are_right_the_interval_is_the_exact_one(correct, asked):
    from scipy import stats

    exact = stats.binomtest(correct, asked).proportion_ci(0.95, "exact")
    told = figures.share_interval(correct, asked)
    assert (told.low, told.high) == (pytest.approx(exact.low), pytest.approx(exact.high))


def test_the_interval_of_a_correlation_covers_it_and_shrinks_with_pairs():
    rng = np.random.default_rng(0)
    x = rng.standard_normal(800)
    y = x + rng.standard_normal(800)
    many, few = figures.spearman_interval(x, y), figures.spearman_interval(x[:60], y[:60])
    assert many.low < figures.spearman(x, y) < many.high
    assert many.high - many.low < few.high - few.low
    fisher = 1.96 * np.sqrt(1.06 / (800 - 3))  # Fieller, Hartley, Pearson 1957, on the z scale
    z = np.arctanh(figures.spearman(x, y))
    assert many.low == pytest.approx(np.tanh(z - fisher), abs=0.03) and many.high == pytest.approx(np.tanh(z + fisher), abs=0.03)


def test_a_better_space_is_told_from_noise_and_an_equal_one_is_not():
    rng = np.random.default_rng(1)
    ratings = rng.standard_normal(300)
    good, bad = ratings + rng.standard_normal(300), rng.standard_normal(300)
    told = figures.spearman_difference(ratings, good, bad)
    assert told.value > 0.3 and told.p <= 0.01 and told.interval.low > 0
    same = figures.spearman_difference(ratings, good, good)
    assert same.value == 0 and same.p == 1
    assert figures.spearman_difference(ratings[:2], good[:2], bad[:2]) is None
