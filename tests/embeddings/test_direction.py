"""Directions: the line itself against scikit-learn, and the evidence against slow loops, planted signals and pure noise."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import TruncatedSVD

from embeddings import direction
from embeddings.direction import METHODS, Placed, as_json, from_pairs, known_pairs, place, shuffled
from embeddings.errors import BadQuery, BadSetting, UnknownWords
from embeddings.word_vectors import WordVectors

ROYALS = [("man", "woman"), ("king", "queen"), ("boy", "girl")]
GENDER = [("he", "she"), ("man", "woman"), ("king", "queen"), ("father", "mother")]
GENDER += [("son", "daughter"), ("his", "her"), ("boy", "girl"), ("uncle", "aunt")]
EACH = pytest.mark.parametrize("method", METHODS)


def noise(n=400, dim=50, seed=0):
    """An isotropic space: no direction means anything."""
    return WordVectors.from_arrays("noise", [f"w{row}" for row in range(n)], np.random.default_rng(seed).normal(size=(n, dim)))


@pytest.fixture(scope="module")
def planted():
    """Ten words a0 to a9 anywhere, and b0 to b9 each one step further along the third dimension, with a little noise."""
    rng = np.random.default_rng(7)
    first = rng.normal(size=(10, 20))
    second = first + 3 * np.eye(20)[2] + 0.05 * rng.normal(size=(10, 20))
    words = [*(f"{side}{at}" for side in "ab" for at in range(10)), *(f"x{at}" for at in range(200))]
    return WordVectors.from_arrays("planted", words, np.vstack([first, second, rng.normal(size=(200, 20))]))


PLANTED = [(f"a{at}", f"b{at}") for at in range(10)]


def slow_offsets(wv, pairs):
    """Differences of unit vectors in double precision, pair by pair."""
    unit = {word: wv[word].astype(float) / np.linalg.norm(wv[word].astype(float)) for pair in pairs for word in pair}
    return [unit[second] - unit[first] for first, second in pairs]


def slow_cosine(a, b):
    return float(sum(x * y for x, y in zip(a, b, strict=True)) / math.sqrt(sum(x * x for x in a)) / math.sqrt(sum(y * y for y in b)))


def slow_axis(offsets, method):
    """mean: by its formula; svd: the eigenvector of the largest eigenvalue of the sum of squares, turned by the pairs."""
    if method == "mean":
        axis = sum(offsets) / len(offsets)
    else:
        axis = np.linalg.eigh(sum(np.outer(offset, offset) for offset in offsets))[1][:, -1]
        axis = axis if sum(offset @ axis for offset in offsets) > 0 else -axis
    return axis / np.linalg.norm(axis)


# ---- the line


@EACH
def test_a_direction_can_be_checked_by_hand(royal, method):
    gender = from_pairs(royal, ROYALS, "gender", method)
    np.testing.assert_allclose(gender.axis, [-1, 0, 0, 0], atol=1e-6)  # every pair differs in the first dimension only
    assert (gender.name, gender.poles, gender.method, gender.space) == ("gender", ("man", "woman"), method, "royal")
    assert gender.pairs == tuple(ROYALS)


@EACH
def test_a_direction_points_from_first_to_second(glove, method):
    there, back = from_pairs(glove, GENDER, method=method), from_pairs(glove, [pair[::-1] for pair in GENDER], method=method)
    assert all(offset @ there.axis > 0 for offset in slow_offsets(glove, GENDER))
    np.testing.assert_allclose(back.axis, -there.axis, atol=1e-6)
    assert np.linalg.norm(there.axis) == pytest.approx(1, abs=1e-6)
    assert there.axis.dtype == np.float32


@pytest.mark.parametrize("wv_name", ["glove", "planted", "noise"])
def test_the_svd_direction_is_scikit_learns(request, wv_name):
    wv = noise() if wv_name == "noise" else request.getfixturevalue(wv_name)
    pairs = {"glove": GENDER, "planted": PLANTED, "noise": [(f"w{2 * at}", f"w{2 * at + 1}") for at in range(12)]}[wv_name]
    offsets = np.array(slow_offsets(wv, pairs))
    theirs = TruncatedSVD(1, algorithm="arpack", random_state=0).fit(offsets)
    ours = from_pairs(wv, pairs, draws=10)
    assert abs(float(theirs.components_[0] @ ours.axis)) == pytest.approx(1, abs=1e-5)
    share = theirs.singular_values_[0] ** 2 / np.square(offsets).sum()
    assert ours.evidence.first_component_share == pytest.approx(share, abs=1e-5)


@EACH
def test_the_direction_is_that_of_a_slow_loop(glove, method):
    np.testing.assert_allclose(from_pairs(glove, GENDER, method=method).axis, slow_axis(slow_offsets(glove, GENDER), method), atol=1e-5)


@EACH
def test_words_fall_along_it_as_they_should(glove, method):
    gender = from_pairs(glove, GENDER[:4], method=method)
    where = {at.word: at.value for at in place(glove, gender, ["aunt", "uncle", "sister", "brother", "actress", "actor"])}
    assert where["aunt"] > where["uncle"] and where["sister"] > where["brother"] and where["actress"] > where["actor"]


def test_a_pair_given_twice_counts_once(royal):
    gender = from_pairs(royal, [*ROYALS, *ROYALS[:2]])
    assert gender.pairs == tuple(ROYALS)
    assert gender.evidence.matrix.shape == (3, 3)


# ---- the evidence


@EACH
def test_held_out_matrix_and_mean_are_those_of_slow_loops(glove, method):
    evidence = from_pairs(glove, GENDER, method=method, draws=10).evidence
    offsets = slow_offsets(glove, GENDER)
    matrix = [[slow_cosine(a, b) for b in offsets] for a in offsets]
    np.testing.assert_allclose(evidence.matrix, matrix, atol=1e-5)
    off_diagonal = [matrix[i][j] for i in range(8) for j in range(8) if i != j]
    assert evidence.offset_cosine_mean == pytest.approx(sum(off_diagonal) / 56, abs=1e-5)
    held_out = [slow_cosine(offsets[at], slow_axis(offsets[:at] + offsets[at + 1 :], method)) for at in range(8)]
    np.testing.assert_allclose(evidence.held_out, held_out, atol=1e-5)


def test_parallel_pairs_have_the_highest_marks(royal):
    evidence = from_pairs(royal, ROYALS, draws=50).evidence
    assert evidence.offset_cosine_mean == pytest.approx(1)
    assert evidence.first_component_share == pytest.approx(1)
    np.testing.assert_allclose(evidence.held_out, 1, atol=1e-6)
    np.testing.assert_allclose(evidence.matrix, 1, atol=1e-6)


def test_pairs_at_right_angles_have_cosine_zero_and_share_alike():
    wv = WordVectors.from_arrays("corners", "abcd", np.eye(4))
    evidence = from_pairs(wv, [("a", "b"), ("c", "d")], draws=5).evidence
    assert evidence.offset_cosine_mean == pytest.approx(0, abs=1e-6)
    assert evidence.first_component_share == pytest.approx(0.5)
    np.testing.assert_allclose(evidence.held_out, 0, atol=1e-6)


def test_a_planted_direction_is_reached_by_no_shuffle(planted):
    found = from_pairs(planted, PLANTED, draws=500)
    assert found.evidence.p_value == 1 / 501
    assert found.evidence.shuffled.shape == (500,)
    assert found.evidence.shuffled.max() < found.evidence.offset_cosine_mean
    assert found.evidence.first_component_share > found.evidence.random_share.max()
    assert found.axis[2] > 0.9


def test_gender_on_glove_is_no_accident(glove):
    evidence = from_pairs(glove, GENDER, draws=300).evidence
    assert evidence.p_value == 1 / 301
    assert evidence.held_out.min() > 0.3


def test_random_pairs_of_an_isotropic_space_give_an_even_p_value():
    wv = noise()
    rows = np.random.default_rng(11).permutation(400).reshape(-1, 10)
    p_values = [from_pairs(wv, [(f"w{a}", f"w{b}") for a, b in line.reshape(5, 2)], draws=99).evidence.p_value for line in rows]
    assert 0.3 < np.mean(p_values) < 0.7  # even between 0 and 1: the mean of 40 strays by 0.05
    assert sum(p <= 0.05 for p in p_values) <= 7  # 2 expected; more than 7 once in 1,000
    assert all(1 / 100 <= p <= 1 for p in p_values)


def test_the_p_value_counts_the_shuffles_that_reach_the_true_mean(glove):
    pairs = [("the", "paris"), ("of", "blue"), ("and", "seven"), ("in", "music")]
    evidence = from_pairs(glove, pairs, draws=200).evidence
    reached = int((evidence.shuffled >= evidence.offset_cosine_mean - 1e-7).sum())
    assert evidence.p_value == (1 + reached) / 201


def test_two_pairs_can_be_dealt_in_two_ways_so_that_chance_is_a_half(royal):
    evidence = from_pairs(royal, [("man", "woman"), ("king", "queen")], draws=1_000).evidence
    crossed = slow_cosine(*slow_offsets(royal, [("man", "queen"), ("king", "woman")]))
    as_given = np.isclose(evidence.shuffled, 1)
    np.testing.assert_allclose(evidence.shuffled, np.where(as_given, 1, crossed), atol=1e-6)
    assert evidence.p_value == (1 + as_given.sum()) / 1_001 == pytest.approx(0.5, abs=0.05)


def test_three_pairs_can_be_dealt_in_six_ways(planted):
    orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    dealt = [slow_offsets(planted, [(f"a{at}", f"b{order[at]}") for at in range(3)]) for order in orders]
    means = [(slow_cosine(a, b) + slow_cosine(a, c) + slow_cosine(b, c)) / 3 for a, b, c in dealt]
    shuffled_means = from_pairs(planted, PLANTED[:3], draws=1_200).evidence.shuffled
    counts = [int(np.isclose(shuffled_means, mean, atol=1e-5).sum()) for mean in means]
    assert sum(counts) == 1_200
    assert all(140 < count < 260 for count in counts)  # 200 each, give or take 13


def test_random_shares_come_from_as_many_random_pairs(planted):
    evidence = from_pairs(planted, PLANTED, draws=1_000).evidence
    assert evidence.random_share.shape == (200,)  # no more than 200 are drawn
    assert (evidence.random_share >= 1 / 10 - 1e-6).all() and (evidence.random_share < 1).all()  # the largest of ten shares
    assert from_pairs(planted, PLANTED, draws=30).evidence.random_share.shape == (30,)


@EACH
def test_the_same_seed_gives_the_same_figures_and_another_seed_others(glove, method):
    once, again, other = (from_pairs(glove, GENDER, method=method, draws=50, seed=seed) for seed in (4, 4, 5))
    assert as_json(once, place(glove, once, ["nurse"], seed=1)) == as_json(again, place(glove, again, ["nurse"], seed=1))
    np.testing.assert_array_equal(once.evidence.shuffled, again.evidence.shuffled)
    assert (once.evidence.shuffled != other.evidence.shuffled).any()
    np.testing.assert_array_equal(once.axis, other.axis)  # chance plays no part in the line itself
    assert once.evidence.offset_cosine_mean == other.evidence.offset_cosine_mean


# ---- what is refused


@pytest.mark.parametrize("pairs", [[], ROYALS[:1], ROYALS[:1] * 3])
def test_fewer_than_two_different_pairs_are_refused(royal, pairs):
    with pytest.raises(BadQuery, match=f"'gender' has {min(len(pairs), 1)} pair. Two or more are needed"):
        from_pairs(royal, pairs, "gender")


def test_all_absent_words_of_all_pairs_are_named(royal):
    with pytest.raises(UnknownWords) as told:
        from_pairs(royal, [("man", "womann"), ("kign", "queen"), ("x", "y")])
    assert told.value.words == ("womann", "kign", "x", "y")


@pytest.mark.parametrize("pair", [("man", "man"), ("small", "large")])
def test_a_pair_without_an_offset_is_refused(pair):
    wv = WordVectors.from_arrays("scaled", ["man", "woman", "small", "large"], [[1, 0], [0, 1], [1, 1], [5, 5]])
    with pytest.raises(BadQuery, match=f"'{pair[0]}' and '{pair[1]}' have the same vector: this pair has no offset"):
        from_pairs(wv, [("man", "woman"), pair])


def test_a_word_at_zero_gives_the_other_words_vector_as_offset():
    wv = WordVectors.from_arrays("zero", ["zero", "east", "north", "other"], [[0, 0], [2, 0], [0, 1], [3, 1]])
    found = from_pairs(wv, [("zero", "east"), ("zero", "north")], method="mean", draws=5)
    np.testing.assert_allclose(found.axis, [math.sqrt(0.5)] * 2, rtol=1e-6)


def test_an_unknown_method_is_told_with_those_there_are(royal):
    with pytest.raises(BadSetting, match="There is no direction method 'pca'. There are svd, mean."):
        from_pairs(royal, ROYALS, method="pca")


def test_offsets_that_cancel_have_no_mean(royal):
    with pytest.raises(BadQuery, match="The offsets of 'gender' cancel out: their mean points nowhere. Does a pair stand both ways round"):
        from_pairs(royal, [("man", "woman"), ("woman", "man")], "gender", "mean")


def test_a_pair_that_is_left_with_cancelling_ones_agrees_with_nothing(royal):
    found = from_pairs(royal, [("man", "woman"), ("woman", "man"), ("king", "prince")], method="mean", draws=20)
    assert found.evidence.held_out[2] == 0
    assert all(np.isfinite([at.value, at.low, at.high]).all() for at in place(royal, found, ["king", "apple"]))


# ---- where words fall


@EACH
def test_a_place_is_the_cosine_with_the_axis_in_the_order_asked(glove, method):
    gender = from_pairs(glove, GENDER, method=method)
    words = ["nurse", "engineer", "he", "nurse"]
    placed = place(glove, gender, words, draws=20)
    assert [at.word for at in placed] == words
    for at in placed:
        assert at.value == pytest.approx(slow_cosine(glove[at.word].tolist(), gender.axis.tolist()), abs=1e-5)
        assert -1 <= at.low <= at.high <= 1


@EACH
def test_an_interval_holds_the_place_along_a_planted_direction(planted, method):
    found = from_pairs(planted, PLANTED, method=method)
    placed = place(planted, found, [*(f"a{at}" for at in range(10)), *(f"b{at}" for at in range(10))])
    assert all(at.low <= at.value <= at.high for at in placed)
    assert all(at.high - at.low < 0.4 for at in placed)
    assert all(second.low > first.high for first, second in zip(placed[:10], placed[10:], strict=True))


def test_the_interval_is_that_of_a_slow_bootstrap(planted):
    found = from_pairs(planted, PLANTED, method="mean")
    offsets, rng = slow_offsets(planted, PLANTED), np.random.default_rng(3)
    axes = [slow_axis([offsets[at] for at in rng.integers(0, 10, 10)], "mean") for _ in range(40)]
    values = sorted(slow_cosine(planted["x5"].tolist(), axis) for axis in axes)
    at = place(planted, found, ["x5"], draws=40, seed=3)[0]
    # 2.5 % of 39 steps is 0.975 of the way from the smallest to the next
    assert at.low == pytest.approx(values[0] + 0.975 * (values[1] - values[0]), abs=1e-5)
    assert at.high == pytest.approx(values[-1] - 0.975 * (values[-1] - values[-2]), abs=1e-5)


def test_pairs_that_are_exactly_parallel_leave_no_doubt(royal):
    placed = place(royal, from_pairs(royal, ROYALS), ["princess", "prince", "apple"])
    third = math.sqrt(1 / 3)
    np.testing.assert_allclose([(at.value, at.low, at.high) for at in placed], [[third] * 3, [-third] * 3, [0] * 3], atol=1e-6)


def test_twelve_times_the_pairs_leave_less_than_half_the_doubt():
    """An interval narrows with the square root of the number of pairs: 5 pairs against 60 are 3.5 to 1."""
    first = np.random.default_rng(2).normal(size=(60, 20))
    second = first + 3 * np.eye(20)[2] + np.random.default_rng(3).normal(size=(60, 20))
    wv = WordVectors.from_arrays("sixty", [f"{side}{at}" for side in "ab" for at in range(60)], np.vstack([first, second]))
    pairs = [(f"a{at}", f"b{at}") for at in range(60)]
    few, many = (place(wv, from_pairs(wv, pairs[:n], draws=5), [f"a{at}" for at in range(60)]) for n in (5, 60))
    assert np.mean([at.high - at.low for at in many]) < np.mean([at.high - at.low for at in few]) / 2


def test_a_pair_that_goes_another_way_shows_itself(glove):
    """From male to female is not from man to woman in this space: the adjectives share almost everything else."""
    evidence = from_pairs(glove, [*GENDER, ("male", "female")], draws=10).evidence
    assert evidence.held_out[-1] < 0.1 < 0.5 < evidence.held_out[:-1].min()


def test_no_words_have_no_places_and_absent_ones_are_named(royal):
    gender = from_pairs(royal, ROYALS)
    assert place(royal, gender, []) == []
    with pytest.raises(UnknownWords, match="'zebra'; 'gnu'"):
        place(royal, gender, ["zebra", "king", "gnu"])


# ---- pairs


@given(st.integers(2, 30), st.integers(0, 1_000))
def test_shuffling_moves_every_second_word_and_loses_none(n, seed):
    pairs = [(f"a{at}", f"b{at}") for at in range(n)]
    dealt = shuffled(pairs, seed)
    assert [first for first, _ in dealt] == [first for first, _ in pairs]
    assert sorted(second for _, second in dealt) == sorted(second for _, second in pairs)
    assert not set(dealt) & set(pairs)
    assert dealt == shuffled(pairs, seed)


def test_different_seeds_shuffle_differently():
    pairs = [(f"a{at}", f"b{at}") for at in range(8)]
    assert len({tuple(shuffled(pairs, seed)) for seed in range(20)}) > 10


@pytest.mark.parametrize("pairs", [[], ROYALS[:1]])
def test_a_single_pair_cannot_be_shuffled(pairs):
    with pytest.raises(BadQuery, match=f"{len(pairs)} pair cannot be shuffled. Two or more are needed."):
        shuffled(pairs)


def test_shuffled_pairs_lose_the_direction(planted):
    lost, kept = (from_pairs(planted, pairs, draws=50).evidence for pairs in (shuffled(PLANTED), PLANTED))
    assert lost.p_value > kept.p_value == 1 / 51
    assert lost.offset_cosine_mean < kept.offset_cosine_mean


def test_known_pairs_are_spelled_as_the_space_spells_them_and_stand_once(royal):
    pairs = [("Man", "woman"), ("man", "Woman"), ("king", "zebra"), ("gnu", "zebra"), ("king", "queen"), ("king", "zebra")]
    assert known_pairs(royal, pairs) == ([("man", "woman"), ("king", "queen")], [("king", "zebra"), ("gnu", "zebra")])
    assert known_pairs(royal, []) == ([], [])
    assert known_pairs(royal, iter(pairs[:1])) == ([("man", "woman")], [])


def test_random_pairs_in_a_space_of_few_words_have_an_offset():
    """Two words make two pairs there and back; a random pair of a word with itself would have no share to tell."""
    wv = WordVectors.from_arrays("two", ["east", "north"], np.eye(2))
    evidence = from_pairs(wv, [("east", "north"), ("north", "east")], draws=50).evidence
    np.testing.assert_allclose(evidence.random_share, 1, atol=1e-6)


def test_random_pairs_without_any_offset_share_nothing():
    wv = WordVectors.from_arrays("few", ["east", "north", *"abcdefgh"], [[1, 0], [0, 1], *[[1, 1]] * 8])
    shares = from_pairs(wv, [("east", "north"), ("north", "a")], draws=200).evidence.random_share
    assert 0 in shares and np.isfinite(shares).all()


# ---- as JSON


def test_the_command_line_prints_these_fields(royal):
    gender = from_pairs(royal, ROYALS, draws=10)
    printed = json.loads(json.dumps(as_json(gender, place(royal, gender, ["princess"])), allow_nan=False))
    told_in_design = "space pairs method offset_cosine_mean offset_cosines first_component_share random_share p_value projections"
    assert set(printed) >= set(told_in_design.split())
    assert (printed["space"], printed["method"], printed["pairs"]) == ("royal", "svd", [list(pair) for pair in ROYALS])
    assert printed["offset_cosines"] == gender.evidence.held_out.tolist()
    assert printed["shuffled_mean"] == pytest.approx(gender.evidence.shuffled.mean())
    assert set(printed["projections"][0]) == {"word", "value", "low", "high"}
    assert as_json(gender, [Placed("x", 0.5, 0.25, 0.75)])["projections"] == [{"word": "x", "value": 0.5, "low": 0.25, "high": 0.75}]


def test_random_pairs_are_drawn_from_the_frequent_words_only(monkeypatch):
    """Beyond the first words of this space all vectors are the same, so that a pair drawn there would have no offset."""
    vectors = np.vstack([np.eye(20), np.ones((500, 20))])
    wv = WordVectors.from_arrays("tail", [f"w{row}" for row in range(520)], vectors)
    monkeypatch.setattr(direction, "RANDOM_AMONG", 20)
    evidence = from_pairs(wv, [(f"w{at}", f"w{at + 1}") for at in range(0, 16, 2)], draws=40).evidence
    np.testing.assert_allclose(evidence.random_share, 1 / 8, atol=1e-6)  # 16 different corners: eight pairs at right angles


def test_shuffling_repeated_words_makes_no_true_pair_and_no_pair_of_a_word_with_itself():
    pairs = [("man", "woman"), ("woman", "man"), ("king", "queen"), ("houston", "texas"), ("dallas", "texas"), ("miami", "florida")]
    dealt = direction.shuffled(pairs)
    assert sorted(second for _, second in dealt) == sorted(second for _, second in pairs)
    assert not set(dealt) & set(pairs)
    assert all(first != second for first, second in dealt)
