"""Views against NumPy's SVD, their names, and the folders and fingerprints that keep them apart from their spaces."""

import json

import numpy as np
import pytest

from embeddings import catalog, hubness, search, views
from embeddings.cli import main
from embeddings.errors import BadQuery, UnknownSpace
from embeddings.subwords import Subwords
from embeddings.word_vectors import WordVectors


@pytest.fixture
def small() -> WordVectors:
    """200 words in 20 dimensions that are neither centred nor isotropic; one vector is zero."""
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((200, 20)) * np.linspace(6, 0.2, 20) + np.linspace(-2, 3, 20)
    vectors[17] = 0
    return WordVectors.from_arrays("small", [f"w{at}" for at in range(200)], vectors)


def test_centred_has_no_mean(small):
    made = views.view(small, "centred")
    assert np.abs(made.vectors.mean(axis=0)).max() < 1e-6
    assert made.vectors == pytest.approx(np.asarray(small.vectors) - small.vectors.mean(axis=0), abs=1e-5)
    assert (made.name, made.vocabulary) == ("small, centred", small.vocabulary)


@pytest.mark.parametrize("number", [1, 3, 19])
def test_all_but_the_top_is_that_of_numpys_svd(small, number):
    centred = np.asarray(small.vectors, np.float64) - np.asarray(small.vectors, np.float64).mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:number]
    expected = centred - centred @ axes.T @ axes
    made = views.view(small, f"all-but-the-top {number}")
    assert made.vectors == pytest.approx(expected, abs=1e-4)
    assert np.abs(np.asarray(made.vectors) @ axes.T).max() < 1e-4
    assert made.name == f"small, all-but-the-top {number}"


def test_the_spectrum_loses_its_top_and_keeps_the_rest(small):
    before, _ = views.principal(small)
    after, _ = views.principal(views.view(small, "all-but-the-top 2"))
    rest = before[2:] / before[2:].sum()
    assert after[:18] == pytest.approx(rest, abs=1e-6)
    assert after[18:] == pytest.approx(0, abs=1e-6)
    centred = np.asarray(small.vectors, np.float64) - np.asarray(small.vectors, np.float64).mean(axis=0)
    values = np.linalg.svd(centred, compute_uv=False) ** 2
    assert before == pytest.approx(values / values.sum(), rel=1e-6)


def test_length_one_keeps_cosines_and_zero_stays_zero(small):
    made = views.view(small, "length one")
    lengths = np.linalg.norm(made.vectors, axis=1)
    assert lengths[17] == 0
    assert np.delete(lengths, 17) == pytest.approx(1, abs=1e-6)
    assert search.cosines(made, small.unit[3]) == pytest.approx(search.cosines(small, small.unit[3]), abs=1e-6)


def test_without_a_number_a_hundredth_of_the_dimensions_goes_and_one_at_least(small):
    assert [views.components(dim) for dim in (2, 50, 149, 300, 1024)] == [1, 1, 1, 3, 10]
    assert views.view(small, "all-but-the-top").name == "small, all-but-the-top 1"


def test_many_blocks_give_what_one_gives(small, monkeypatch):
    whole = views.view(small, "all-but-the-top 2").vectors
    monkeypatch.setattr(views, "BLOCK", 7)
    assert views.view(small, "all-but-the-top 2").vectors == pytest.approx(whole, abs=1e-5)


def test_as_stored_is_the_space_itself(small):
    assert views.view(small, "as stored") is small
    assert views.view(small, "") is small


def test_every_view_has_a_fingerprint_of_its_own(small):
    told = [views.view(small, name) for name in ("centred", "all-but-the-top 1", "all-but-the-top 2", "length one")]
    assert len({wv.fingerprint for wv in [small, *told]}) == 5
    assert views.view(small, "centred").fingerprint == views.view(small, "centred").fingerprint


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("whitened", "There is no view 'whitened'. There are as stored, centred, all-but-the-top, length one."),
        ("centred 2", "There is no view 'centred 2'"),
        ("all-but-the-top 0", "0 components were to be taken away; 1 to 19 of 20 can be."),
        ("all-but-the-top 20", "20 components were to be taken away"),
        ("all-but-the-top -1", "There is no view"),
        ("../centred", "There is no view '../centred'"),
    ],
)
def test_a_view_that_cannot_be_is_refused(small, told, message):
    with pytest.raises(BadQuery) as refused:
        views.view(small, told)
    assert message in str(refused.value)


def test_a_view_of_a_view_is_refused(small):
    with pytest.raises(BadQuery, match="small, centred is a view already"):
        views.view(views.view(small, "centred"), "length one")


def test_a_view_has_no_ngrams_whose_vectors_would_lack_the_step(small):
    ngrams = Subwords(3, 6, np.ones((50, 20), np.float32))
    whole = WordVectors(small.name, small.vocabulary, small.vectors, subwords=ngrams)
    assert views.view(whole, "centred").subwords is None


def test_the_name_of_a_view_opens_it(home):
    wv = catalog.open_space("random-50d, all-but-the-top")
    assert wv.name == "random-50d, all-but-the-top 1"
    assert wv.folder == home / "beside" / "random-50d" / "view-all-but-the-top-1"
    assert catalog.open_space(wv.name).fingerprint == wv.fingerprint
    with pytest.raises(UnknownSpace, match="There is no space 'nothing'"):
        catalog.open_space("nothing, centred")
    with pytest.raises(BadQuery, match="There is no view 'x'"):
        catalog.open_space("random-50d, x")
    assert catalog.stamp("random-50d, centred") == ""


def test_what_is_counted_for_a_view_stays_with_the_view(small, tmp_path):
    wv = WordVectors(small.name, small.vocabulary, small.vectors, folder=tmp_path)
    made = views.view(wv, "centred")
    hubness.build(made, 5)
    assert hubness.kept(wv, 5) is None
    assert (hubness.kept(made, 5).counts == hubness.count(made, 5).counts).all()


def test_the_command_line_takes_a_view(capsys):
    assert main(["neighbours", "king", "--space", "random-50d", "--view", "centred", "--restrict", "500", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["space"] == "random-50d, centred"
    assert main(["neighbours", "king", "--view", "nothing", "--json"]) == 2
    assert "There is no view 'nothing'" in json.loads(capsys.readouterr().out)["error"]["message"]
