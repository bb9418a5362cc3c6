"""gensim's pickles: never opened unasked, and opened as gensim opens them."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import BadFile
from embeddings.formats import native
from embeddings.formats.format import Wishes
from embeddings.formats.gensim_keyed import counts_of
from embeddings.formats.importing import import_file
from embeddings.formats.repairs import Repairs
from embeddings.word_vectors import Source, WordVectors

LEGACY = [
    "word2vec_old", "word2vec_old_sep", "word2vec_pre_kv_py2", "word2vec_pre_kv_py3", "word2vec_pre_kv_py3_4", "word2vec_pre_kv_sep_py2",
    "word2vec_3.3", "model-from-gensim-3.8.0.w2v", "w2v-lee-v0.12.0", "ft_model_2.3.0", "fasttext_old", "poincare_test_3.4.0",
    "old_keyedvectors_320.dat", "doc2vec_old", "compatible-hash-true.model",
]  # fmt: skip


def read(path: Path, folder: Path) -> tuple[WordVectors, Repairs]:
    repairs = import_file(path, folder, Source(), wishes=Wishes(trust_pickle=True))
    assert repairs.format == "gensim"
    return native.read(folder), repairs


class Trap:
    """A pickle that makes a file where it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("protocol", range(2, 6))
def test_a_pickle_is_not_opened_unasked(tmp_path, protocol):
    trap = tmp_path / "sprung"
    (tmp_path / "model.kv").write_bytes(pickle.dumps(Trap(trap), protocol))
    with pytest.raises(BadFile, match=r"model.kv is a Python pickle.*can run code, so it was not opened.*--trust-pickle.*binary=True"):
        import_file(tmp_path / "model.kv", tmp_path / "space", Source())
    assert not trap.exists() and not (tmp_path / "space").exists()


def test_the_file_that_was_trusted_holds_no_vectors(tmp_path):
    (tmp_path / "list.pkl").write_bytes(pickle.dumps(["king"]))
    with pytest.raises(BadFile, match="list.pkl could not be opened with gensim"):
        read(tmp_path / "list.pkl", tmp_path / "space")


@pytest.mark.parametrize("limit", [0, 10 * 1024**2], ids=["arrays beside it", "all in one"])
def test_keyed_vectors_are_read_as_gensim_has_them(tmp_path, royal, limit):
    keyed = royal.to_gensim()
    keyed.save(str(tmp_path / "royal.kv"), sep_limit=limit)
    assert (tmp_path / "royal.kv.vectors.npy").exists() is (limit == 0)
    wv, repairs = read(tmp_path / "royal.kv", tmp_path / "space")
    assert list(wv) == list(royal)
    assert np.array_equal(wv.vectors, royal.vectors)
    assert wv.vocabulary.counts is None
    assert repairs.dtype == "float32"


def test_a_missing_array_beside_it_is_told(tmp_path, royal):
    royal.to_gensim().save(str(tmp_path / "royal.kv"), sep_limit=0)
    (tmp_path / "royal.kv.vectors.npy").unlink()
    with pytest.raises(BadFile, match=r"royal.kv could not be opened.*royal.kv.vectors.npy.*must lie beside it"):
        read(tmp_path / "royal.kv", tmp_path / "space")


def test_true_counts_are_kept_and_invented_ones_are_not(tmp_path):
    from gensim.models import KeyedVectors, Word2Vec

    model = Word2Vec([["king", "queen", "king"], ["king", "man"]], vector_size=3, min_count=1, workers=1, seed=1)
    model.save(str(tmp_path / "model"))
    wv, repairs = read(tmp_path / "model", tmp_path / "a")
    assert dict(zip(wv, wv.vocabulary.counts.tolist(), strict=True)) == {"king": 3, "queen": 1, "man": 1}
    assert repairs.notes[0] == "The file holds a whole Word2Vec model; its word vectors were taken."
    model.wv.save_word2vec_format(str(tmp_path / "v.bin"), binary=True)
    keyed = KeyedVectors.load_word2vec_format(str(tmp_path / "v.bin"), binary=True)
    assert keyed.get_vecattr("king", "count") == 3  # 3 words: gensim's invention looks true here
    assert counts_of(keyed) is None


def test_numbers_of_other_kinds_become_float32_and_are_told(tmp_path):
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(2, dtype=np.float64)
    keyed.add_vectors(["a", "b"], np.array([[0.1, 1], [2, 3]], np.float64))
    keyed.save(str(tmp_path / "kv"))
    wv, repairs = read(tmp_path / "kv", tmp_path / "space")
    assert np.array_equal(wv.vectors, np.array([[0.1, 1], [2, 3]], np.float32))
    assert (repairs.dtype, repairs.repairs) == ("float64", {"rows rounded to float32": 1})


def test_the_word_vectors_of_fasttext_are_taken_and_the_n_grams_told(tmp_path):
    from gensim.models import FastText

    model = FastText([["king", "queen"], ["king", "man"]], vector_size=4, min_count=1, workers=1, bucket=50, seed=1)
    model.save(str(tmp_path / "model"))
    wv, repairs = read(tmp_path / "model", tmp_path / "space")
    assert all(np.array_equal(wv[word], model.wv[word]) for word in wv)
    assert any("n-grams of fastText were left behind" in note for note in repairs.notes)


@pytest.mark.parametrize("name", LEGACY)
def test_old_files_are_read_where_gensim_reads_them(tmp_path, name):
    from gensim.test.utils import datapath

    path = Path(datapath(name))
    for file in path.parent.glob(f"{name}*"):
        if file.is_file():
            shutil.copy(file, tmp_path)
    expected = opened(path)
    if expected is None:
        with pytest.raises(BadFile, match=f"{name} could not be opened with gensim"):
            read(tmp_path / name, tmp_path / "space")
        return
    wv, _ = read(tmp_path / name, tmp_path / "space")
    assert list(wv) == [str(word) for word in expected.index_to_key]
    assert np.array_equal(wv.vectors, expected.vectors[: len(wv)].astype(np.float32))


def opened(path: Path):
    """gensim's own KeyedVectors of the file, by whichever of its classes opens it; None where none does."""
    from gensim.models import Doc2Vec, FastText, KeyedVectors, Word2Vec

    for kind in (Word2Vec, FastText, Doc2Vec, KeyedVectors):
        try:
            loaded = kind.load(str(path))
            keyed = getattr(loaded, "wv", loaded)
            return keyed if len(keyed.index_to_key) and keyed.vectors.ndim == 2 else None
        except Exception:
            continue
    return None
