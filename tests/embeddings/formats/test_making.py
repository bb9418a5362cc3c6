"""A space in the making: whole or not there, whenever the process ends; and memory that does not grow with the file."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import BadFile, Cancelled, StorageError
from embeddings.formats import making as making_room
from embeddings.formats import native, sealing
from embeddings.formats.half_made import sweep
from embeddings.formats.making import Making
from embeddings.formats.order import frequency_order
from embeddings.formats.repairs import Repairs, sentences
from embeddings.settings import Progress
from embeddings.vocabulary import Vocabulary
from embeddings.word_vectors import Source

ROOT = Path(__file__).resolve().parents[3]


def made(folder: Path, words: list[bytes], vectors: np.ndarray, **given) -> Repairs:
    with Making(folder) as making:
        making.add_words(words, np.asarray(vectors, np.float32), np.arange(1, len(words) + 1), **given)
        return making.seal(folder.name, Source("title"))


def test_what_is_sealed_is_what_was_added(tmp_path):
    repairs = made(tmp_path / "x", [b"the", "é".encode(), b"of"], [[1, 2], [3, 4], [5, 6]], counts=np.array([9, 5, 1]))
    wv = native.read(tmp_path / "x")
    assert list(wv) == ["the", "é", "of"] and wv.vectors.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert wv.vocabulary.counts.tolist() == [9, 5, 1] and wv.source.title == "title"
    assert isinstance(wv.vectors, np.memmap) and wv.vectors.flags.c_contiguous
    assert native.read_meta(tmp_path / "x")["repairs"] == repairs
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


words = st.lists(st.sampled_from([b"a", b"b", b"c", b"dd", b"ee", b"", b"\xff", b"f" * 40]), min_size=1, max_size=30)


@given(words, st.data())
def test_rows_are_kept_as_a_slow_loop_keeps_them(tmp_path_factory, words, data):
    """First of each word that is UTF-8 and not empty, with finite numbers; counts stay with their rows; blocks do not matter."""
    numbers = data.draw(st.lists(st.sampled_from([0.5, -1.0, 2.0, float("nan"), float("inf")]), min_size=len(words), max_size=len(words)))
    cut = data.draw(st.integers(0, len(words)))
    expected: dict[str, tuple[float, int]] = {}
    for count, (word, value) in enumerate(zip(words, numbers, strict=True)):
        if word not in (b"", b"\xff") and np.isfinite(value):
            expected.setdefault(word.decode(), (value, count))
    folder = tmp_path_factory.mktemp("rows") / "x"
    vectors, counts = np.array(numbers, np.float32)[:, None], np.arange(len(words))
    try:
        with Making(folder) as making:
            for part in (slice(0, cut), slice(cut, None)):
                if words[part]:
                    making.add_words(words[part], vectors[part], counts[part] + 1, counts[part])
            repairs = making.seal("x", Source())
    except BadFile as error:
        assert not expected and "holds no row" in str(error) and not folder.exists()
        return
    wv = native.read(folder)
    assert {word: (float(wv[word][0]), int(wv.vocabulary.counts[wv.vocabulary.row(word)])) for word in wv} == expected
    assert list(wv) == list(expected)
    assert repairs.rows_read == len(words) == repairs.rows + repairs.n_refused + repairs.n_duplicates


def test_equal_hashes_of_different_words_are_no_duplicates(tmp_path, monkeypatch):
    monkeypatch.setattr(sealing, "hash_words", lambda blob, offsets: np.zeros(len(offsets) - 1, np.uint64))
    repairs = made(tmp_path / "x", [b"a", b"b", b"a", b"c"], [[1], [2], [3], [4]])
    assert (repairs.rows, repairs.n_duplicates) == (3, 1)
    assert list(Vocabulary(np.fromfile(tmp_path / "x" / "words.bin", np.uint8), np.load(tmp_path / "x" / "offsets.npy"))) == ["a", "b", "c"]


def test_a_name_that_is_taken_is_refused_before_anything_is_read(tmp_path):
    made(tmp_path / "x", [b"a"], [[1]])
    with pytest.raises(StorageError, match="'x' is kept already"):
        Making(tmp_path / "x")


def test_an_error_on_the_way_leaves_nothing_behind(tmp_path):
    with pytest.raises(ZeroDivisionError), Making(tmp_path / "x") as making:
        making.add_words([b"a"], np.ones((1, 2), np.float32), np.array([1]))
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_cancelled_leaves_nothing_behind(tmp_path):
    def report(progress: Progress) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled), Making(tmp_path / "x", report=report) as making:
        making.add_words([b"a"], np.ones((1, 2), np.float32), np.array([1]))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_with_its_cure(tmp_path, monkeypatch):
    def full(file, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StorageError, match="is full after 1 row. Make room, or set EMBEDDINGS_HOME"), Making(tmp_path / "x") as making:
        monkeypatch.setattr(making_room, "_write_all", full)
        making.add_words([b"a"], np.ones((1, 2), np.float32), np.array([1]))
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_makes_is_not(tmp_path):
    code = f"""
import sys, time, numpy as np
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from embeddings.formats.making import Making
making = Making(Path({str(tmp_path / "x")!r}))
making.add_words([b"a"], np.ones((1, 2), np.float32), np.array([1]))
print("made", flush=True)
time.sleep(60)
"""
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "made\n"
        sweep(tmp_path)
        assert len(list(tmp_path.glob(".making-*/vectors.npy"))) == 1
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    assert len(list(tmp_path.glob(".making-*/vectors.npy"))) == 1
    made(tmp_path / "y", [b"a"], [[1]])
    assert len(list(tmp_path.glob(".making-*/vectors.npy"))) == 1  # so young a lock may be one that is not held yet
    (lock,) = tmp_path.glob(".making-*.lock")
    os.utime(lock, (1, 1))
    made(tmp_path / "z", [b"a"], [[1]])  # the next import clears up
    assert sorted(path.name for path in tmp_path.iterdir()) == ["y", "z"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is of POSIX")
def test_an_import_killed_at_any_moment_is_whole_or_not_there(tmp_path):
    text = tmp_path / "v.txt"
    rng = np.random.default_rng(0)
    text.write_bytes(b"".join(b"w%d %f %f %f\n" % (at, *rng.standard_normal(3)) for at in range(60_000)))
    command = [sys.executable, "-m", "embeddings", "import", str(text), "--name", "v"]
    environment = os.environ | {"EMBEDDINGS_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    folder = tmp_path / "home" / "spaces" / "v"
    outcomes = set()
    for wait in (0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 5.0):
        child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
        end = time.monotonic() + wait
        while child.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        child.kill()
        child.wait()
        if folder.exists():
            wv = native.read(folder)
            assert wv.n_words == 60_000 and wv["w59999"].shape == (3,)
            outcomes.add("whole")
            for part in folder.iterdir():
                part.unlink()
            folder.rmdir()
        else:
            outcomes.add("not there")
    assert outcomes == {"whole", "not there"}


def test_a_disk_without_room_for_the_first_byte_is_told(tmp_path, monkeypatch):
    def full(file, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(making_room, "_write_all", full)
    with pytest.raises(StorageError, match="is full after 0 rows"):
        Making(tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_taken_meanwhile_is_told_as_that(tmp_path):
    with Making(tmp_path / "x") as late:
        late.add_words([b"a"], np.ones((1, 2), np.float32), np.array([1]))
        made(tmp_path / "x", [b"b"], [[1, 2]])
        with pytest.raises(StorageError, match="'x' was kept by somebody else meanwhile"):
            late.seal("x", Source())
    assert list(native.read(tmp_path / "x")) == ["b"] and [path.name for path in tmp_path.iterdir()] == ["x"]


def test_duplicates_are_found_across_the_parts_that_are_indexed(tmp_path, monkeypatch):
    monkeypatch.setattr(sealing, "ROWS_HASHED", 3)
    words = [b"w%d" % (at % 7) for at in range(20)]
    repairs = made(tmp_path / "x", words, np.arange(20)[:, None])
    wv = native.read(tmp_path / "x")
    assert list(wv) == [f"w{at}" for at in range(7)] and wv.vectors[:, 0].tolist() == list(range(7))
    assert [(twice.kept, twice.dropped) for twice in repairs.duplicates] == [(at % 7 + 1, at + 1) for at in range(7, 20)]
    assert [wv.vocabulary.row(f"w{at}") for at in range(7)] == list(range(7))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak without the parent's is told by Linux alone")
def test_memory_stays_small_for_millions_of_words_and_is_told_as_it_was(tmp_path):
    """The peak comes at the end, when the words are indexed; the report must not be made before it."""
    text = tmp_path / "v.txt"
    with text.open("wb") as out:
        out.writelines(b"w%d 1\n" % (at % 2_999_999) for at in range(3_000_000))
    code = """
import sys
from pathlib import Path
from embeddings import cli
cli.main(["import", sys.argv[1], "--json"])
print(1024 * int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]))
"""
    environment = os.environ | {"EMBEDDINGS_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code, str(text)], env=environment, capture_output=True, text=True, check=True)
    told, true = json.loads(done.stdout.splitlines()[0]), int(done.stdout.splitlines()[1])
    assert told["rows"] == 2_999_999 and told["n_duplicates"] == 1
    assert true < 400e6 and told["peak_bytes"] > 0.9 * true


def test_frequency_order_is_told_by_function_words(glove):
    assert frequency_order(glove.vocabulary).looks is True
    assert frequency_order(Vocabulary.from_words(sorted(glove.vocabulary.words_before(50_000)))).looks is False
    assert frequency_order(Vocabulary.from_words([f"w{at}" for at in range(5_000)])).looks is None
    assert "too little to tell" in frequency_order(Vocabulary.from_words(["the", "of"])).evidence


def test_the_report_survives_json_and_reads_as_sentences(tmp_path):
    repairs = Repairs(file="a.txt", format="text", dtype="text", bytes=12, rows_read=4, rows=2, dim=3)
    repairs.mend("words that hold blanks", 2)
    repairs.refuse(7, "'x' is no number")
    repairs.drop("the", 1, 5)
    assert Repairs.from_json(repairs.as_json()) == repairs
    told = " ".join(sentences(repairs))
    assert "4 rows read, 2 kept, each of 3 dimensions." in told and "Mended: words that hold blanks (2)." in told
    assert "Refused: 1 row: line 7: 'x' is no number." in told
    assert "1 word stood again, the first was kept: 'the' (line 5, kept from 1)." in told
    with pytest.raises(BadFile, match="repair report cannot be read"):
        Repairs.from_json({"refused": [{"nonsense": 1}]})
    many = Repairs()
    for at in range(1_000):
        many.refuse(at, "why")
    assert (many.n_refused, len(many.refused)) == (1_000, 200) and "and 997 more" in " ".join(sentences(many))


def test_the_report_counts_one_in_the_singular():
    told = " ".join(sentences(Repairs(file="a.txt", format="text", bytes=1, rows_read=1, rows=1, dim=1)))
    assert "a.txt: 1 byte, text" in told and "1 row read, 1 kept, each of 1 dimension." in told


def test_the_first_refused_rows_by_line_are_named_in_whatever_order_they_are_found():
    repairs = Repairs()
    lines = np.random.default_rng(0).permutation(1_000).tolist()
    for line in lines:
        repairs.refuse(line, f"why {line}")
    assert [(row.line, row.why) for row in repairs.refused] == [(line, f"why {line}") for line in range(200)]
    assert repairs.n_refused == 1_000
