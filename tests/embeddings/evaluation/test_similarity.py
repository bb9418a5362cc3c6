"""Ratings of word pairs against scipy and gensim; published figures; results on disk."""

from __future__ import annotations

import gzip
import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings import evaluation
from embeddings.evaluation import Asking, Pair, SimilaritySuite, keeping, published, reading


@pytest.mark.parametrize(("name", "file"), [("wordsim353", "wordsim353.tsv"), ("simlex999", "simlex999.txt")])
def test_correlations_are_gensims(glove, glove_gensim, name, file):
    data = Path(importlib.util.find_spec("gensim").origin).parent / "test" / "test_data" / file
    for restrict in (None, 5_000):
        ours = evaluation.evaluate(glove, evaluation.find(name), Asking(restrict=restrict))
        pearson, spearman, unknown = glove_gensim.evaluate_word_pairs(str(data), restrict_vocab=restrict)
        assert ours.spearman == pytest.approx(spearman[0], abs=1e-6)
        assert ours.pearson == pytest.approx(pearson[0], abs=1e-6)
        assert 100 * (1 - ours.covered / len(ours.pairs)) == pytest.approx(unknown)


def test_unknown_pairs_with_cosine_0_are_gensims_dummies(glove, glove_gensim):
    data = Path(importlib.util.find_spec("gensim").origin).parent / "test" / "test_data" / "simlex999.txt"
    ours = evaluation.evaluate(glove, evaluation.find("simlex999"), Asking(restrict=2_000, unknown="wrong"))
    _, spearman, _ = glove_gensim.evaluate_word_pairs(str(data), restrict_vocab=2_000, dummy4unknown=True)
    assert ours.spearman == pytest.approx(spearman[0], abs=1e-6)


def test_cosines_can_be_read_off_the_royal_space(royal):
    suite = SimilaritySuite(
        "mine", "Mine", "", (Pair("man", "King", 3), Pair("man", "woman", 1), Pair("man", "duke", 2), Pair("king", "king", 9))
    )
    result = evaluation.evaluate(royal, suite)
    assert result.cosines == (pytest.approx(0.5**0.5), pytest.approx(-1), None, pytest.approx(1))
    assert (result.covered, result.spearman) == (3, pytest.approx(1))
    assert {"pairs", "covered", "spearman", "pearson"} <= set(result.as_json())


def test_pairs_of_which_nothing_is_covered_have_no_correlation(royal):
    result = evaluation.evaluate(royal, SimilaritySuite("mine", "Mine", "", (Pair("x", "y", 3),)))
    assert (result.covered, result.spearman, result.pearson, result.interval) == (0, None, None, None)


def test_two_spaces_are_compared_on_the_pairs_both_cover(glove, royal):
    told = evaluation.difference(
        evaluation.evaluate(glove, evaluation.find("simlex999"), Asking(restrict=20_000)),
        evaluation.evaluate(glove, evaluation.find("simlex999")),
    )
    assert told.value == 0 and told.n == evaluation.evaluate(glove, evaluation.find("simlex999"), Asking(restrict=20_000)).covered
    with pytest.raises(ValueError, match="different pairs"):
        evaluation.difference(
            evaluation.evaluate(glove, evaluation.find("simlex999")), evaluation.evaluate(glove, evaluation.find("wordsim353"))
        )
    kin = reading.parse(b"man woman king queen\n", "kin", "kin", "Kin", "")
    with pytest.raises(ValueError, match="cannot be compared"):
        evaluation.difference(evaluation.evaluate(glove, evaluation.find("simlex999")), evaluation.evaluate(royal, kin))


# ---------------------------------------------------------------------------------------------------- published


def test_published_figures_name_their_source_and_what_differs():
    assert len(published.every()) > 40
    for each in published.every():
        assert 0 < each.value < 1 and each.source and each.differs
        suite = evaluation.find(each.suite) if each.suite in evaluation.BOX else None
        if each.section and suite:
            assert each.section in {section.name for section in suite.sections}


def test_ours_is_near_what_was_published_for_the_same_rows(glove):
    ours = evaluation.evaluate(glove, evaluation.find("google"), Asking(restrict=300_000))
    assert ours.total().accuracy == pytest.approx(published.figure("glove-6b-50d", "google", method="3cosadd").value, abs=0.0005)
    for count in ours.counts():
        assert count.accuracy == pytest.approx(published.figure("glove-6b-50d", "google", count.name, "3cosadd").value, abs=0.0005)
    simlex = evaluation.evaluate(glove, evaluation.find("simlex999"))
    assert simlex.spearman == pytest.approx(published.figure("glove-6b-50d", "simlex999").value, abs=0.003)


def test_a_space_of_which_nothing_is_published_has_no_figure():
    assert published.figure("random-50d", "google", method="3cosadd") is None


# ---------------------------------------------------------------------------------------------------- kept


@pytest.mark.parametrize("name", ["google", "simlex999"])
def test_a_kept_result_is_found_as_it_was(royal, glove, name):
    suite, asking = evaluation.find(name), Asking(restrict=2_000)
    result = evaluation.evaluate(glove, suite, asking)
    file = keeping.keep(result)
    found = keeping.find(glove.name, glove.fingerprint, suite.name, keeping.content_asked(suite, asking), asking)
    assert found == result
    assert keeping.find(glove.name, "another", suite.name, keeping.content_asked(suite, asking), asking) is None
    assert keeping.find(glove.name, glove.fingerprint, suite.name, "other questions", asking) is None
    assert keeping.find(glove.name, glove.fingerprint, suite.name, keeping.content_asked(suite, asking), replace(asking, seed=1)) is None
    for damage in (b"", b"no gzip", gzip.compress(b"{}"), gzip.compress(b'{"version": 1}'), gzip.compress(b"[1]"), file.read_bytes()[:-20]):
        file.write_bytes(damage)
        assert keeping.find(glove.name, glove.fingerprint, suite.name, keeping.content_asked(suite, asking), asking) is None


def test_only_so_many_results_are_kept(royal, monkeypatch):
    monkeypatch.setattr(keeping, "KEPT", 3)
    suite = SimilaritySuite("mine", "Mine", "", (Pair("man", "king", 3),))
    for seed in range(5):
        keeping.keep(evaluation.evaluate(royal, suite, Asking(seed=seed)))
    assert len(list(keeping.folder().iterdir())) == 3


def test_a_name_cannot_lead_out_of_the_folder_of_results(royal):
    wv = replace(royal, name="../../out, centred")
    file = keeping.keep(evaluation.evaluate(wv, SimilaritySuite("../x", "Mine", "", (Pair("man", "king", 3),))))
    assert file.parent == keeping.folder() and file.exists()


def test_nan_is_never_written(royal, home):
    suite = SimilaritySuite("mine", "Mine", "", (Pair("man", "king", 3), Pair("man", "king", 3)))
    result = evaluation.evaluate(royal, suite)
    assert result.spearman is None and not np.isnan(result.cosines[0])
    keeping.keep(result)
