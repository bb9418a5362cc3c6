"""The native store: what is written comes back bit for bit, and what is damaged is told."""

from __future__ import annotations

import dataclasses
import errno
import json
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embeddings.errors import BadFile, StorageError
from embeddings.formats import native
from embeddings.vocabulary import Vocabulary
from embeddings.word_vectors import Source, WordVectors

PARTS = ["vectors.npy", "words.bin", "hashes.npy", "order.npy", "offsets.npy", "inverse_norms.npy", "meta.json"]


@pytest.fixture
def folder(royal, tmp_path):
    return native.write(royal, tmp_path / "spaces" / "royal")


def test_a_space_is_a_few_files_and_no_pickle(folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted(PARTS)
    assert [path.name for path in folder.parent.iterdir()] == ["royal"]  # nothing half-made is left beside it
    meta = json.loads((folder / "meta.json").read_text())
    assert (meta["name"], meta["words"], meta["dim"], meta["version"]) == ("royal", 9, 4, 2)


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=20, unique=True).filter(any),
    st.integers(1, 5),
    st.data(),
)
def test_words_and_numbers_come_back_bit_for_bit(tmp_path_factory, words, dim, data):
    vectors = data.draw(hnp.arrays(np.float32, (len(words), dim), elements=st.floats(width=32, allow_nan=False, allow_infinity=False)))
    wv = WordVectors("odd", Vocabulary.from_words(words), vectors, Source("Títle\n", "a", "b", "c", "d", "e"))
    back = native.read(native.write(wv, tmp_path_factory.mktemp("round") / "odd"))
    assert list(back) == words
    assert back.vectors.tobytes() == vectors.tobytes()
    assert (back.name, replace(back.source, sha256="")) == ("odd", wv.source)
    assert [back.vocabulary.row(word) for word in words] == list(range(len(words)))


def test_vectors_in_column_order_come_back_in_row_order(royal, tmp_path):
    turned = dataclasses.replace(royal, vectors=np.asfortranarray(royal.vectors))
    back = native.read(native.write(turned, tmp_path / "turned"))
    np.testing.assert_array_equal(back.vectors, royal.vectors)
    assert back.vectors.flags.c_contiguous


def test_words_as_arrow_holds_them_come_back(glove, tmp_path):
    """The words of GloVe are 32-bit offsets into Arrow's memory; the store has 64-bit ones."""
    offsets = glove.vocabulary.offsets[:501]
    assert offsets.dtype == np.int32
    part = WordVectors("part", Vocabulary(glove.vocabulary.blob[: offsets[-1]], offsets), glove.vectors[:500])
    back = native.read(native.write(part, tmp_path / "part"))
    assert list(back) == glove.vocabulary.words_before(500)
    assert back.vocabulary.offsets.dtype == np.int64


def test_a_space_opens_by_memory_map_and_cannot_be_written(folder):
    wv = native.read(folder)
    assert isinstance(wv.vectors, np.memmap) and wv.vectors.mode == "r"
    with pytest.raises(ValueError, match="read-only"):
        wv.vectors[0, 0] = 1


def test_the_name_is_that_of_the_folder(royal, tmp_path):
    assert native.read(native.write(royal, tmp_path / "crown")).name == "crown"


# ---- writing that fails


def test_an_existing_folder_is_not_touched(folder, royal):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(StorageError, match="'royal' is kept already"):
        native.write(dataclasses.replace(royal, vectors=royal.vectors * 2), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_full_disk_leaves_nothing_behind(royal, tmp_path, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(native.json, "dumps", full)  # the last part, when the others lie there already
    with pytest.raises(StorageError, match="'royal' could not be written: No space left on device."):
        native.write(royal, tmp_path / "spaces" / "royal")
    assert list((tmp_path / "spaces").iterdir()) == []


def test_a_run_that_is_cancelled_leaves_nothing_behind(royal, tmp_path, monkeypatch):
    def cancelled(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(native.json, "dumps", cancelled)
    with pytest.raises(KeyboardInterrupt):
        native.write(royal, tmp_path / "spaces" / "royal")
    assert list((tmp_path / "spaces").iterdir()) == []


def test_a_place_that_cannot_be_written_is_told_with_the_cure(royal, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file cannot be written: .*. Set EMBEDDINGS_HOME to a folder"):
        native.write(royal, tmp_path / "file" / "royal")


# ---- reading what is damaged


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("damage", ["missing", "empty", "cut short", "a folder", "noise"])
def test_a_damaged_part_is_told(folder, part, damage):
    path = folder / part
    data = path.read_bytes()
    path.unlink()
    if damage == "a folder":
        path.mkdir()
    elif damage != "missing":
        path.write_bytes({"empty": b"", "cut short": data[: len(data) - 3], "noise": bytes(range(256)) * 4}[damage])
    with pytest.raises(BadFile, match="^'royal' is (damaged|not a kept space)"):
        native.read(folder)


@pytest.mark.parametrize(
    "meta",
    [
        "[]",
        "null",
        "3",
        '"x"',
        "{}",
        '{"version": 1}',
        "{'version': 1}",
        "\ufeff{}",
        "[" * 5_000 + "]" * 5_000,
        '{"version": 1, "name": "royal", "words": "many", "dim": 4, "source": {}}',
        '{"version": 1, "name": "royal", "words": 9, "dim": 4, "source": {"unheard": 1}}',
        '{"version": 1, "name": "royal", "words": 9, "dim": 4, "source": null}',
        '{"version": 1, "name": "royal", "words": null, "dim": 4, "source": {}}',
        '{"version": 1, "name": "royal", "words": 1e999, "dim": 4, "source": {}}',
    ],
    ids=range(14),
)
def test_a_meta_file_that_is_none_is_told(folder, meta):
    (folder / "meta.json").write_text(meta, encoding="utf-8")
    with pytest.raises(BadFile, match="'royal' is not a kept space: meta.json cannot be read"):
        native.read_meta(folder)


@pytest.mark.parametrize(("field", "value"), [("words", 8), ("words", 10), ("words", 0), ("words", -9), ("dim", 3), ("dim", 5)])
def test_parts_that_disagree_are_told(folder, field, value):
    meta = json.loads((folder / "meta.json").read_text())
    (folder / "meta.json").write_text(json.dumps(meta | {field: value}))
    with pytest.raises(BadFile, match="'royal' is damaged: its parts do not fit together. Remove it and import it again."):
        native.read(folder)


def test_another_version_is_told(folder):
    meta = json.loads((folder / "meta.json").read_text())
    (folder / "meta.json").write_text(json.dumps(meta | {"version": 3}))
    with pytest.raises(BadFile, match="'royal' is of store version 3; this program reads up to version 2."):
        native.read(folder)


def test_a_store_of_the_first_version_opens(folder, royal):
    """It had neither lengths nor a report."""
    meta = json.loads((folder / "meta.json").read_text())
    del meta["normalisation"]
    (folder / "meta.json").write_text(json.dumps(meta | {"version": 1}))
    (folder / "inverse_norms.npy").unlink()
    back = native.read(folder)
    np.testing.assert_array_equal(back.inverse_norms, royal.inverse_norms)
    assert native.read_meta(folder)["repairs"] is None


def test_lengths_are_kept_and_a_changed_copy_has_its_own(folder, royal):
    back = native.read(folder)
    assert "inverse_norms" in back.__dict__  # read, not made
    np.testing.assert_array_equal(back.inverse_norms, royal.inverse_norms)
    np.testing.assert_array_equal(back.first(3).inverse_norms, royal.inverse_norms[:3])
    doubled = replace(back, vectors=np.array(2 * back.vectors))
    np.testing.assert_array_equal(doubled.inverse_norms, royal.inverse_norms / 2)


@pytest.mark.parametrize("part", ["vectors.npy", "offsets.npy"])
def test_a_pickle_is_never_opened(folder, part, tmp_path):
    trap = tmp_path / "sprung"

    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (trap.write_text, ("sprung",))

    np.save(folder / part, np.array([Trap()], object), allow_pickle=True)
    with pytest.raises(BadFile, match="'royal' is damaged"):
        native.read(folder)
    (folder / part).write_bytes(pickle.dumps(Trap()))
    with pytest.raises(BadFile, match="'royal' is damaged"):
        native.read(folder)
    assert not trap.exists()


@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.int32])
def test_vectors_of_another_type_are_refused(folder, dtype):
    np.save(folder / "vectors.npy", np.zeros((9, 4), dtype))
    with pytest.raises(BadFile, match="float32"):
        native.read(folder)


@pytest.mark.parametrize(
    "offsets",
    [
        [0, 3, 8, 12, 17, 20, 24, 30, 10**12, 43],
        [0, 3, 2, 12, 17, 20, 24, 30, 38, 43],
        [1, 3, 8, 12, 17, 20, 24, 30, 38, 43],
        [-5, 3, 8, 12, 17, 20, 24, 30, 38, 43],
    ],
)
def test_offsets_that_are_none_are_told(folder, offsets):
    assert np.load(folder / "offsets.npy").tolist() == [0, 3, 8, 12, 17, 20, 24, 30, 38, 43]
    np.save(folder / "offsets.npy", np.array(offsets))
    with pytest.raises(BadFile, match="'royal' is damaged"):
        native.read(folder)


@given(st.sampled_from(["vectors.npy", "offsets.npy"]), st.integers(0, 127), st.integers(0, 255))
@example("vectors.npy", 0, ord("P"))
def test_a_changed_byte_in_a_header_is_told_or_harmless(royal, tmp_path_factory, part, at, byte):
    folder = native.write(royal, tmp_path_factory.mktemp("flip") / "royal")
    data = bytearray((folder / part).read_bytes())
    data[at] = byte
    (folder / part).write_bytes(bytes(data))
    try:
        wv = native.read(folder)
    except BadFile as told:
        assert "'royal' is damaged" in str(told) or "royal: vectors are" in str(told)
    else:
        assert (wv.vectors.shape, wv.vocabulary[0]) == ((9, 4), "man")
