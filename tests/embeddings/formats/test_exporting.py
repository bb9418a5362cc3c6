"""Writers: what they write is read back bit for bit, here and by gensim, and what they cannot hold is told before a byte is written."""

from __future__ import annotations

import errno
import gzip
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embeddings.cli import export as verb
from embeddings.errors import BadFile, BadSetting, Cancelled, StorageError
from embeddings.formats import exporting, gensim_keyed, native, numpy_words, projector, text, word2vec_binary  # noqa: F401
from embeddings.formats.exporting import WRITERS, cannot_hold, export
from embeddings.formats.format import Wishes
from embeddings.formats.importing import FORMATS
from embeddings.formats.making import Making
from embeddings.formats.repairs import Repairs
from embeddings.formats.stream import Stream
from embeddings.settings import Progress
from embeddings.vocabulary import Vocabulary
from embeddings.word_vectors import Source, WordVectors

READERS = {"word2vec": "text", "word2vec-binary": "word2vec-binary", "numpy": "numpy", "projector": "projector"}
LENIENT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


def read_back(name: str, files: tuple[Path, ...], folder: Path) -> tuple[WordVectors, Repairs]:
    repairs = Repairs()
    with Stream(files[0]) as stream, Making(folder, repairs, stream) as making:
        FORMATS[READERS[name]].read(stream, making, Wishes(words=files[1] if len(files) > 1 else None))
        making.seal(folder.name, Source(sha256=stream.sha256()))
    return native.read(folder), repairs


def bits(vectors) -> np.ndarray:
    return np.ascontiguousarray(vectors, np.float32).view(np.uint32)


def space(words, vectors) -> WordVectors:
    return WordVectors("odd", Vocabulary.from_words(words), np.asarray(vectors, np.float32))


NUMBERS = hnp.arrays(np.uint32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.integers(0, 2**32 - 1))
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    [
        "New York",
        ". . .",
        "a 1",
        " a",
        "\t",
        "\n",
        "\r",
        "a\r",
        "\ufeff",
        "\xa0",
        "\x85",
        "\u2028",
        "\0",
        "1",
        "[",
        '"',
        "\x1b[2J",
        "😀",
        "2 3",
        "",
        "word",
    ]
)


@pytest.mark.parametrize("name", list(WRITERS))
@given(NUMBERS, st.data())
@example(np.array([[0x80000000, 1, 0x007FFFFF], [0x7F7FFFFF, 0x00800000, 0xFF7FFFFF]], np.uint32), None)
@LENIENT
def test_every_word_and_every_finite_number_comes_back_or_is_refused(tmp_path_factory, name, numbers, data):
    vectors = numbers.view(np.float32)
    vectors = np.where(np.isfinite(vectors), vectors, np.float32(0))
    words = data.draw(st.lists(WORDS, min_size=len(vectors), max_size=len(vectors), unique=True)) if data else ["a", "b"]
    wv, folder = space(words, vectors), tmp_path_factory.mktemp("export")
    wrong = cannot_hold(wv, WRITERS[name])
    if wrong.any():
        with pytest.raises(BadFile, match="Nothing was written"):
            export(wv, name, folder / "odd")
        assert list(folder.iterdir()) == []
        keep = np.flatnonzero(~wrong)
        assume(len(keep))
        wv = space([words[row] for row in keep], vectors[keep])
        assume(not cannot_hold(wv, WRITERS[name]).any())
    made = export(wv, name, folder / "odd")
    back, repairs = read_back(name, made.files, folder / "space")
    assert list(back) == list(wv)
    assert np.array_equal(bits(back.vectors), bits(wv.vectors))
    assert not repairs.refused
    assert set(repairs.repairs) <= {"words that hold blanks"}


@pytest.mark.parametrize("name", list(WRITERS))
def test_blocks_and_column_order_make_no_difference(tmp_path, monkeypatch, name):
    vectors = np.asfortranarray(np.random.default_rng(1).standard_normal((101, 7)).astype(np.float32))
    wv = space([f"wörd{n}" for n in range(101)], vectors)
    whole = export(wv, name, tmp_path / "whole")
    monkeypatch.setattr(exporting, "NUMBERS", 50)
    parts = export(wv, name, tmp_path / "parts")
    for one, other in zip(whole.files, parts.files, strict=True):
        assert one.read_bytes() == other.read_bytes()
    part = wv.first(10)  # a slice of a vocabulary
    assert list(read_back(name, export(part, name, tmp_path / "first").files, tmp_path / "space")[0]) == list(part)


@pytest.mark.parametrize("name", list(WRITERS))
def test_gensim_opens_what_was_written_with_the_code_that_is_told(tmp_path, royal, name):
    made = export(royal, name, tmp_path / "it's here")
    told = {}
    exec(made.in_gensim, told)  # a test of the code that is shown to readers
    assert told["kv"].index_to_key == list(royal)
    assert np.array_equal(told["kv"].vectors, royal.vectors)


def test_the_files_of_the_box_are_those_of_gensim(tmp_path, glove):
    part = glove.first(2_000)
    part.to_gensim().save_word2vec_format(str(tmp_path / "gensim.bin"), binary=True)
    assert export(part, "word2vec-binary", tmp_path / "ours.bin").files[0].read_bytes() == (tmp_path / "gensim.bin").read_bytes()


def test_digits_are_the_fewest_that_give_the_number_back(tmp_path):
    wv = space(["a"], [[0.1, 1e-45, -0.0, 3.4028235e38, 16777216, 1 / 3]])
    line = export(wv, "word2vec", tmp_path / "a.vec").files[0].read_text().splitlines()[1]
    assert line == "a 0.1 1e-45 -0 3.4028235e+38 16777216 0.33333334"


def test_a_packed_text_is_read_back(tmp_path, royal):
    made = export(royal, "word2vec", tmp_path / "royal.vec.gz", gz=True)
    assert made.files == (tmp_path / "royal.vec.gz",)
    assert gzip.decompress(made.files[0].read_bytes()).startswith(b"9 4\nman 1 0 0 0\n")
    assert np.array_equal(read_back("word2vec", made.files, tmp_path / "space")[0].vectors, royal.vectors)


@pytest.mark.parametrize(("name", "path", "gz", "files"), [
    ("word2vec", "x.vec", False, ["x.vec"]), ("word2vec", "x.txt", False, ["x.txt"]), ("word2vec", "x", False, ["x.vec"]),
    ("word2vec", "x", True, ["x.vec.gz"]), ("word2vec", "x.txt.gz", True, ["x.txt.gz"]), ("word2vec", "", False, ["odd.vec"]),
    ("word2vec-binary", "x.50d", False, ["x.50d"]), ("word2vec-binary", "", False, ["odd.bin"]),
    ("numpy", "x.npy", False, ["x.npy", "x.words.txt"]), ("numpy", "x.50d", False, ["x.50d.npy", "x.50d.words.txt"]),
    ("projector", "x", False, ["x.tensors.tsv", "x.metadata.tsv"]), ("projector", "", False, ["odd.tensors.tsv", "odd.metadata.tsv"]),
])  # fmt: skip
def test_a_path_is_a_folder_a_file_or_the_beginning_of_names(tmp_path, name, path, gz, files):
    made = export(space(["a"], [[1.0]]), name, tmp_path / path, gz=gz)
    assert [file.name for file in made.files] == files
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(files)


def test_without_a_path_files_lie_among_the_exports_whatever_the_space_is_called(home):
    wv = WordVectors("../../etc/a b", Vocabulary.from_words(["a"]), np.ones((1, 1), np.float32))
    assert export(wv, "word2vec").files == (home / "exports" / "etc-a-b.vec",)


def test_what_exists_is_not_written_over_unasked(tmp_path, royal):
    (tmp_path / "royal.words.txt").write_text("mine")
    with pytest.raises(StorageError, match=r"royal.words.txt: there already.*--overwrite"):
        export(royal, "numpy", tmp_path / "royal")
    assert [file.name for file in tmp_path.iterdir()] == ["royal.words.txt"]
    export(royal, "numpy", tmp_path / "royal", overwrite=True)
    assert (tmp_path / "royal.words.txt").read_text().startswith("man\n")


def test_a_folder_in_the_place_of_one_file_of_a_pair_leaves_the_other_as_it_was(tmp_path, royal):
    (tmp_path / "x.npy").write_text("mine")
    (tmp_path / "x.words.txt").mkdir()
    with pytest.raises(StorageError, match=r"x.words.txt: there is a folder of that name, which is not written over. Choose another name."):
        export(royal, "numpy", tmp_path / "x", overwrite=True)
    assert (tmp_path / "x.npy").read_text() == "mine"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["x.npy", "x.words.txt"]


@pytest.mark.parametrize("before", [[], ["x.npy"], ["x.words.txt"], ["x.npy", "x.words.txt"]], ids=str)
def test_a_pair_is_replaced_together_or_not_at_all(tmp_path, monkeypatch, royal, before):
    for name in before:
        (tmp_path / name).write_text(f"mine: {name}")
    replace = exporting.os.replace

    def refuses(old, new):
        if str(new).endswith("x.words.txt"):
            raise OSError(errno.EBUSY, "Device or resource busy")
        replace(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(exporting.os, "replace", refuses)
        with pytest.raises(StorageError, match="x.npy cannot be written: Device or resource busy. Nothing was left behind."):
            export(royal, "numpy", tmp_path / "x", overwrite=True)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {name: f"mine: {name}" for name in before}
    made = export(royal, "numpy", tmp_path / "x", overwrite=True)
    assert sorted(tmp_path.iterdir()) == sorted(made.files)
    assert list(read_back("numpy", made.files, tmp_path / "space")[0]) == list(royal)


def test_a_path_too_long_for_the_system_is_told(tmp_path, royal):
    with pytest.raises(StorageError, match=r"x\.\.\. cannot be written: File name too long. Nothing was left behind."):
        export(royal, "word2vec", tmp_path / ("x" * 6_000))


@pytest.mark.parametrize(
    ("words", "told"), [(["a b", "c"], "1 word holds a blank. It is read"), (["a b", "c d"], "2 words hold blanks. They are read")]
)
def test_words_with_blanks_are_noted_for_gensim(tmp_path, words, told):
    (note,) = export(space(words, np.ones((2, 2))), "word2vec", tmp_path / "x").notes
    assert note.startswith(told)


@pytest.mark.parametrize(("name", "words", "message"), [
    ("word2vec-binary", ["a b", "c"], r"word2vec binary cannot hold 1 word of odd: 'a b'. Nothing was written. "
     "It can be written as word2vec, numpy, projector."),
    ("word2vec", ["a\nb", "", "c"], r"word2vec text cannot hold 2 words of odd: 'a\\nb', ''. Nothing was written. No format"),
    ("projector", ["a\tb", "c"], "TensorFlow projector TSV pair cannot hold 1 word of odd: 'a\\\\tb'.*as word2vec-binary, numpy."),
    ("word2vec", [f"{n} 1" for n in range(9)], "cannot hold 9 words of odd: '0 1', '1 1', '2 1', '3 1', '4 1', ...."),
])  # fmt: skip
def test_words_that_a_format_cannot_hold_are_named_with_a_format_that_can(tmp_path, name, words, message):
    with pytest.raises(BadFile, match=message):
        export(space(words, np.ones((len(words), 2))), name, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_unknown_formats_and_gz_where_it_is_not_written_are_refused(tmp_path, royal):
    with pytest.raises(BadSetting, match="There is no format 'xml' to export to. There are: word2vec, word2vec-binary, numpy, projector."):
        export(royal, "xml", tmp_path / "x")
    with pytest.raises(BadSetting, match="'numpy' is not written packed. gz goes with word2vec."):
        export(royal, "numpy", tmp_path / "x", gz=True)


@pytest.mark.parametrize("name", list(WRITERS))
def test_progress_grows_to_its_end_and_a_cancelled_export_leaves_nothing(tmp_path, monkeypatch, royal, name):
    monkeypatch.setattr(exporting, "NUMBERS", 8)
    told: list[Progress] = []
    export(royal, name, tmp_path / "a", report=told.append)
    assert all(one.done < other.done for one, other in pairwise(told))
    assert (told[0].done, told[-1].done, told[-1].total) == (0, 9, 9)

    def stop(progress):
        if progress.done:
            raise Cancelled("stop")

    before = sorted(tmp_path.iterdir())
    with pytest.raises(Cancelled):
        export(royal, name, tmp_path / "b", report=stop)
    assert sorted(tmp_path.iterdir()) == before


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, monkeypatch, royal):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(exporting, "_digits", full)
    with pytest.raises(StorageError, match="cannot be written: the disk is full. Nothing was left behind"):
        export(royal, "word2vec", tmp_path / "a")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StorageError, match="cannot be written: Not a directory|File exists"):
        (tmp_path / "file").write_text("")
        export(royal, "word2vec", tmp_path / "file" / "a.vec")


def test_the_command_line_prints_the_files_and_the_code(tmp_path, capsys):
    from embeddings.cli.verb import Parser

    parser = Parser(prog="export")
    verb.VERB.flags(parser)
    args = parser.parse_args(["glove-6b-50d", "word2vec-binary", str(tmp_path / "glove.bin")])
    args.report = told = Told()
    shown = verb.VERB.run(args)
    size = (tmp_path / "glove.bin").stat().st_size
    assert shown.data["files"] == [{"path": str(tmp_path / "glove.bin"), "bytes": size}]
    assert (shown.data["space"], shown.data["rows"], shown.data["dim"]) == ("glove-6b-50d", 400_000, 50)
    assert f"{size:,}" in shown.text and "KeyedVectors.load_word2vec_format(" in shown.text
    assert json.dumps(shown.data)
    assert told.last == 400_000


class Told:
    last = 0

    def __call__(self, progress: Progress) -> None:
        self.last = progress.done
