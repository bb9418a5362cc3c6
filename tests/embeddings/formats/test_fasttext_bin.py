"""fastText's .bin: the vectors are fastText's own, and what is cut off, packed or impossible is told."""

from __future__ import annotations

import gzip
import itertools
import struct
import tempfile
import tracemalloc
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from embeddings.errors import BadFile, EmbeddingsError
from embeddings.formats import fasttext_bin, native
from embeddings.formats.fasttext_bin import FORMAT
from embeddings.formats.format import Wishes
from embeddings.formats.making import Making
from embeddings.formats.repairs import Repairs
from embeddings.formats.stream import Stream
from embeddings.subwords import hash_ngram, pieces
from embeddings.word_vectors import Source, WordVectors

GENSIM = Path(str(files("gensim"))) / "test" / "test_data"  # found without importing gensim
TOY = (GENSIM / "toy-model.bin").read_bytes()
UNSEEN = ["night", "kingdoms's", "ночь-ю", "日本語", "e\u0301", "\U0001f600a", "naïve", "<", "a b", "x" * 3000]
NUMBERS = itertools.count()


def opened(path: Path, encoding: str = "utf-8") -> tuple[WordVectors, Repairs]:
    with tempfile.TemporaryDirectory() as home, Stream(path) as stream:
        folder = Path(home) / "space"
        with Making(folder, Repairs(), stream) as making:
            fasttext_bin.read(stream, making, Wishes(encoding=encoding))
            repairs = making.seal("space", Source(sha256=stream.sha256()))
        return native.read(folder), repairs  # the maps outlive the names of their files


@pytest.fixture
def written(tmp_path):
    """A file of the given bytes."""

    def write(data: bytes, name: str = "model.bin") -> Path:
        path = tmp_path / f"{next(NUMBERS)}-{name}"
        path.write_bytes(data)
        return path

    return write


def model(words=("king", "queen"), dim=3, bucket=7, minn=3, maxn=4, kind=2, labels=(), version=12, **other) -> bytes:
    """A file as fastText writes it; `other` puts another value in the place of one that follows from the rest."""
    numbers = np.random.default_rng(5).normal(size=(len(words) + bucket, dim)).astype("<f4")
    entries = [(word, 100 - at, 0) for at, word in enumerate(words)] + [(label, 1, 1) for label in labels]
    size = (len(entries), len(words), len(labels))
    parts = [
        struct.pack("<2i", 793712314, version),
        struct.pack("<12id", dim, 5, 5, 1, 5, 1, 2, kind, bucket, minn, maxn, 100, 1e-4),
        struct.pack("<3iqq", *other.get("size", size), 99, other.get("pruned", -1)),
        *(word.encode("cp852") + b"\0" + struct.pack("<qb", count, kind) for word, count, kind in other.get("entries", entries)),
        struct.pack("<B2q", other.get("quantised", 0), *other.get("shape", numbers.shape)),
        other.get("numbers", numbers).tobytes(),
        struct.pack("<B2q", 0, *other.get("output", (len(words), dim))) + bytes(4 * len(words) * dim),
    ]
    return b"".join(parts)


# ---------------------------------------------------------------------------------------------------- the numbers


def plainly(data: bytes) -> dict[bytes, np.ndarray]:
    """Words and vectors of a version 12 file without labels, read as simply as can be: the oracle of this file."""
    dim, bucket, minn, maxn = (struct.unpack_from("<i", data, 8 + 4 * at)[0] for at in (0, 8, 9, 10))
    (n_words,) = struct.unpack_from("<i", data, 64)
    at, words = 92, []
    for _ in range(n_words):
        end = data.index(b"\0", at)
        words.append(data[at:end])
        at = end + 10
    numbers = np.frombuffer(data, "<f4", (n_words + bucket) * dim, at + 17).reshape(-1, dim)
    vectors = {}
    with np.errstate(all="ignore"):
        for row, word in enumerate(words):
            rows = [n_words + hash_ngram(piece) % bucket for piece in pieces(word, minn, maxn)] if maxn and bucket else []
            total = numbers[row]
            for other in rows:
                total = total + numbers[other]
            vectors.setdefault(word, total * np.float32(1 / (1 + len(rows))))
    return vectors


@pytest.mark.parametrize("name", ["lee_fasttext_new", "crime-and-punishment", "toy-model", "toy-model-pretrained"])
def test_vectors_are_the_mean_of_a_words_own_row_and_its_ngrams_to_the_last_bit(name):
    wv, _ = opened(GENSIM / f"{name}.bin")
    expected = plainly((GENSIM / f"{name}.bin").read_bytes())
    expected.pop(b"", None)  # the pretrained toy holds an empty word, which is refused
    assert [word.encode() for word in wv] == list(expected)
    np.testing.assert_array_equal(wv.vectors, list(expected.values()))


# What the official program's Python package (fastText 0.9.2, get_word_vector) gives for crime-and-punishment.bin.
OFFICIAL = {
    "ночь": [-0.004915730562061071, 0.06939764320850372, -0.00015772283950354904, 0.0947735607624054, 0.021107876673340797],
    "nightfall": [-0.009245771914720535, 0.019094014540314674, 0.028565024957060814, 0.0750076100230217, 0.020260848104953766],
    "日本語": [0.018050573766231537, 0.09127269685268402, 0.01702047511935234, -0.01504946406930685, 0.07302282750606537],
    "</s>": [0.19648101925849915, 0.14883801341056824, 0.069312185049057, 0.036300189793109894, -0.0971795916557312],
    "человек": [-0.026182107627391815, 0.05066153407096863, 0.037376198917627335, 0.07389204204082489, 0.060865215957164764],
}


@pytest.mark.parametrize("word", OFFICIAL)
def test_a_vector_is_the_official_programs_to_the_last_bit(word):
    wv, _ = opened(GENSIM / "crime-and-punishment.bin")
    assert (word in wv) == (word in ("</s>", "человек"))
    assert wv[word].tolist() == OFFICIAL[word]


@pytest.mark.parametrize(
    ("name", "digits"), [("crime-and-punishment", 5e-6), ("toy-model", 5e-6), ("lee_fasttext", 5e-5), ("pang_lee_polarity_fasttext", 5e-7)]
)
def test_vectors_are_those_that_fasttext_wrote_as_text_beside_the_model(name, digits):
    wv, _ = opened(GENSIM / f"{name}.bin")
    lines = (GENSIM / f"{name}.vec").read_bytes().split(b"\n")[1:]
    rows = {line.split(b" ")[0].decode("utf-8", "replace"): line.split()[1:] for line in lines if line}
    stored = [word for word in rows if word in wv]
    assert len(stored) == wv.n_words
    np.testing.assert_allclose(wv.vectors[wv.rows(stored)], [np.array(rows[word], float) for word in stored], rtol=0, atol=digits)


ALL = ["lee_fasttext", "lee_fasttext_new", "non_ascii_fasttext", "crime-and-punishment", "toy-model", "toy-model-pretrained"]


@pytest.mark.parametrize("name", ALL)
def test_vectors_of_seen_and_unseen_words_are_those_of_gensim(name):
    from gensim.models.fasttext import load_facebook_vectors

    wv, keyed = opened(GENSIM / f"{name}.bin")[0], load_facebook_vectors(str(GENSIM / f"{name}.bin"))
    # gensim gives the mark </s> n-grams. So did the first fastText, whose files have no version; versions 11 and 12 do not.
    words = [word for word in wv if word != "</s>" or name == "lee_fasttext"]
    np.testing.assert_allclose(wv.vectors[wv.rows(words)], [keyed[word] for word in words], rtol=0, atol=1e-6)
    unseen = [word for word in UNSEEN if word not in wv]
    assert len(unseen) > 8
    np.testing.assert_allclose([wv[word] for word in unseen], [keyed.get_vector(word) for word in unseen], rtol=0, atol=1e-6)
    for word in ("", "a"):
        if word not in keyed.key_to_index:
            np.testing.assert_allclose(wv.subwords.vector(word), keyed.get_vector(word), rtol=0, atol=1e-6)


def test_counts_are_those_of_the_dictionary():
    from gensim.models.fasttext import load_facebook_model

    keyed = load_facebook_model(str(GENSIM / "lee_fasttext_new.bin")).wv
    wv, repairs = opened(GENSIM / "lee_fasttext_new.bin")
    assert wv.vocabulary.counts.tolist() == [keyed.get_vecattr(word, "count") for word in wv]
    assert repairs.header == "fastText version 11, skip-gram, 1,763 words, 10 dimensions, n-grams of 3 to 6 letters in 1,000 buckets"
    assert (repairs.dtype, repairs.places, repairs.rows_read) == ("float32", "row", 1763)


def test_a_model_that_gensim_trained_and_saved_is_read(tmp_path):
    from gensim.models import FastText
    from gensim.models.fasttext import save_facebook_model

    sentences = [["der", "Fluß", "trägt", "das", "Wasser"], ["ночь", "улица", "фонарь", "das", "Wasser"]] * 20
    trained = FastText(sentences, vector_size=8, min_count=1, min_n=2, max_n=5, bucket=500, epochs=2, seed=1, workers=1)
    save_facebook_model(trained, str(tmp_path / "own.bin"))
    wv, _ = opened(tmp_path / "own.bin")
    assert list(wv) == trained.wv.index_to_key
    np.testing.assert_allclose(wv.vectors, trained.wv.vectors, rtol=0, atol=1e-6)
    np.testing.assert_allclose([wv[word] for word in UNSEEN], [trained.wv.get_vector(word) for word in UNSEEN], rtol=0, atol=1e-6)


def test_more_words_than_one_block_holds(written, monkeypatch):
    monkeypatch.setattr(fasttext_bin, "BLOCK", 100)  # eight rows of three numbers
    monkeypatch.setattr(fasttext_bin, "LARGEST_ENTRY", 64)  # a few entries at a time
    words = [f"w{number}" for number in range(45)]
    data = model(words)
    for path in (written(data), written(gzip.compress(data), "model.bin.gz")):
        wv, _ = opened(path)
        np.testing.assert_array_equal(wv.vectors, list(plainly(data).values()))
        assert wv.vocabulary.counts.tolist() == list(range(100, 55, -1))
    words[40] = "é"
    assert [row.line for row in opened(written(model(words)))[1].refused] == [41]  # rows are counted through the blocks


def test_a_packed_model_gives_the_same_space(written):
    plain, packed = opened(written(TOY))[0], opened(written(gzip.compress(TOY), "toy.bin.gz"))[0]
    np.testing.assert_array_equal(plain.vectors, packed.vectors)
    np.testing.assert_array_equal(plain.subwords.vectors, packed.subwords.vectors)
    np.testing.assert_array_equal(plain["unseen"], packed["unseen"])


def test_the_store_holds_the_ngrams_once_and_no_scratch(written, tmp_path):
    with Stream(written(gzip.compress(TOY))) as stream, Making(tmp_path / "toy", Repairs(), stream) as making:
        fasttext_bin.read(stream, making, Wishes())
        making.seal("toy", Source())
    parts = {path.name for path in (tmp_path / "toy").iterdir()}
    assert parts >= {"vectors.npy", "counts.npy", "ngrams.npy"}
    assert fasttext_bin.OWN not in parts
    wv = native.read(tmp_path / "toy")
    assert (wv.subwords.minn, wv.subwords.maxn, wv.subwords.bucket, wv.subwords.encoding) == (3, 6, 100, "utf-8")
    assert not wv.subwords.vectors.flags.owndata  # a map
    (tmp_path / "toy" / "ngrams.npy").write_bytes(b"nothing")
    with pytest.raises(BadFile, match="'toy' is damaged: its n-grams cannot be read"):
        native.read(tmp_path / "toy")


def test_a_model_without_ngrams_has_its_own_rows_only(written):
    for settings_of in ({"maxn": 0, "minn": 0}, {"bucket": 0}, {"minn": 5, "maxn": 4}):
        wv, repairs = opened(written(model(**settings_of)))
        assert wv.subwords is None
        assert "no n-grams" in repairs.header
        own = np.random.default_rng(5).normal(size=(2 + settings_of.get("bucket", 7), 3)).astype("<f4")[:2]
        np.testing.assert_array_equal(wv.vectors, own)


def test_the_labels_of_a_supervised_model_are_passed_over_and_told(written):
    wv, repairs = opened(written(model(kind=3, labels=("__label__good", "__label__bad"))))
    assert list(wv) == ["king", "queen"]
    assert repairs.notes == ["A supervised model: its 2 labels were passed over, they are no words."]
    np.testing.assert_array_equal(wv.vectors, opened(written(model()))[0].vectors)  # with n-grams, as version 12 has them
    wv, repairs = opened(written(model(kind=3, labels=("__label__good",), version=11)))
    assert (wv.subwords, repairs.notes) == (None, ["A supervised model: its 1 label was passed over, they are no words."])


def test_words_that_are_not_utf8_are_refused_with_their_row_until_the_encoding_is_said():
    path = GENSIM / "cp852_fasttext.bin"
    wv, repairs = opened(path)
    assert (wv.n_words, repairs.n_refused) == (102, 69)
    assert repairs.refused[0].why.startswith("the word is no UTF-8: b'")
    assert "který" not in wv
    whole, repairs = opened(path, "cp852")
    assert (repairs.n_refused, "který" in whole, whole.n_words) == (0, True, 171)
    np.testing.assert_array_equal(whole.vectors[whole.rows(list(wv))], wv.vectors)


def test_ngrams_are_found_by_the_bytes_of_the_file(written):
    data = model(["král", "dům"])
    wv, _ = opened(written(data), "cp852")
    np.testing.assert_array_equal(wv.vectors, list(plainly(data).values()))
    rows = np.random.default_rng(5).normal(size=(9, 3)).astype("<f4")[2:]
    found = [rows[hash_ngram(piece) % 7] for piece in pieces("králů".encode("cp852"), 3, 4)]
    np.testing.assert_allclose(wv["králů"], np.mean(found, axis=0), atol=1e-6)


# ---------------------------------------------------------------------------------------------------- what is recognised


@pytest.mark.parametrize("name", [*ALL, "pang_lee_polarity_fasttext", "cp852_fasttext"])
def test_a_model_is_recognised_by_its_first_bytes(name):
    with Stream(GENSIM / f"{name}.bin") as stream:
        assert FORMAT.recognises(stream)


@pytest.mark.parametrize(
    "name", ["euclidean_vectors.bin", "poincare_vectors.bin", "toy-model.vec", "high_precision.kv.bin", "fasttext_old"]
)
def test_other_files_are_not_taken_for_a_model(name):
    with Stream(GENSIM / name) as stream:
        assert not FORMAT.recognises(stream)


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"\1\0\0\0" * 15, b"\xba\x16", b"king 1 2 3\n" * 20])
def test_other_bytes_are_not_taken_for_a_model(written, data):
    with Stream(written(data)) as stream:
        assert FORMAT.recognises(stream) == (data[:4] == b"\1\0\0\0")  # settings of one are settings


# ---------------------------------------------------------------------------------------------------- what is refused

BILLIONS = 2**31 - 1
REFUSED = {
    "quantised": (model(quantised=1), r"is a quantised model \(\.ftz\): its vectors are packed with loss\. Use the model before"),
    "pruned": (model(pruned=4), "is a pruned model: only 4 of its n-grams were kept"),
    "version": (model(version=13), "is of fastText version 13; versions 11 and 12 can be read"),
    "dim": (model(dim=3).replace(struct.pack("<2i", 12, 3), struct.pack("<2i", 12, -3), 1), r"settings cannot be \(dim -3, loss 2"),
    "maxn": (model(maxn=101), "maxn 101"),
    "many words": (model(size=(BILLIONS, BILLIONS, 0)), r"byte \d+ that it has 2,147,483,647 words and labels: 21,474,836,470 bytes"),
    "sizes": (model(size=(5, 2, 1)), "a dictionary of 5 entries cannot be 2 words and 1 labels"),
    "no words": (model(size=(0, 0, 0)), "a dictionary of 0 entries cannot be 0 words and 0 labels"),
    "kind": (model(entries=[("king", 1, 0), ("queen", 1, 1)]), "entry 2 of its dictionary has kind 1, where a word should stand"),
    "count": (model(entries=[("king", 1, 0), ("queen", -4, 0)]), "entry 2 of its dictionary has count -4"),
    "shape": (model(shape=(10**12, 3)), r"input matrix is 1,000,000,000,000 x 3; 2 words and 7 buckets of 3 dimensions make 9 x 3"),
    "buckets": (
        model(bucket=7).replace(struct.pack("<2i", 7, 3), struct.pack("<2i", BILLIONS, 3), 1).replace(
            struct.pack("<2q", 9, 3), struct.pack("<2q", BILLIONS + 2, 3), 1
        ),
        r"says at byte \d+ that it has an input matrix of 2,147,483,649 x 3: 25,769,803,788 bytes, but \d+ follow",
    ),
    "output": (model(output=(10**12, 3)), r"says at byte \d+ that it has an output matrix of 1,000,000,000,000 x 3"),
    "output shape": (model(output=(2, 4)), "its output matrix is 2 x 4; 3 dimensions were expected"),
    "NaN": (model(numbers=np.full((9, 3), np.nan, "<f4")), "NaN or infinity in the n-grams' rows of its input matrix"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("packed", [False, True])
def test_what_cannot_be_is_told_before_anything_is_made_of_it(written, case, packed):
    data, why = REFUSED[case]
    if packed and case in ("many words", "buckets", "output"):
        why = "bytes, but [0-9,]+ at most can follow"  # how much a packed file holds is not known before
    path = written(gzip.compress(data) if packed else data)
    tracemalloc.start()
    with pytest.raises(BadFile, match=why) as told:
        opened(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30 << 20
    assert str(told.value).startswith(path.name)


PLACES = [
    (6, "its magic number and version"),
    (40, "its settings"),
    (70, "the sizes of its dictionary"),
    (78, "its number of tokens"),
    (88, "its number of kept n-grams"),
    (115, "entry 2 of the 22 of its dictionary"),
]


def test_a_file_cut_off_at_any_byte_is_told_with_the_place(written):
    whole = opened(written(TOY))[0].n_words
    assert whole == 22
    sizes = [*range(0, 130), *range(130, len(TOY), 61), len(TOY) - 1]
    for size in sizes:
        with pytest.raises(BadFile, match=r"(ends at byte|says at byte|holds no|is empty|, byte )[^:]*") as told:
            opened(written(TOY[:size]))
        assert "Get the file again." in str(told.value)


@pytest.mark.parametrize(("size", "what"), PLACES)
def test_a_cut_file_tells_what_was_being_read(written, size, what):
    path = written(gzip.compress(TOY[:size]))  # packed: its length is not known before it ends
    with pytest.raises(
        BadFile, match=rf"^{path.name} ends at byte {size}, in {what}: [0-9,]+ more bytes? (was|were) expected\. Get the file again\."
    ):
        opened(path)


def test_bytes_after_the_end_are_left_alone_and_told(written):
    wv, repairs = opened(written(TOY + b"more"))
    np.testing.assert_array_equal(wv.vectors, opened(written(TOY))[0].vectors)
    assert repairs.notes == ["The file goes on after byte 3,313, where a fastText model ends; what follows was left alone."]


def test_nothing_is_left_behind_by_a_refusal(written, tmp_path):
    home = tmp_path / "home" / "spaces"
    with Stream(written(gzip.compress(TOY[:-3]))) as stream, pytest.raises(BadFile), Making(home / "toy", Repairs(), stream) as making:
        fasttext_bin.read(stream, making, Wishes())
    assert list(home.iterdir()) == []


# ---------------------------------------------------------------------------------------------------- anything at all

CHANGES = st.lists(st.tuples(st.integers(0, len(TOY) - 1), st.integers(0, 255)), min_size=1, max_size=4)
HEAD = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=3)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGES | HEAD, st.integers(1, len(TOY)) | st.just(len(TOY)), st.booleans())
@example([(40, 127)], len(TOY), False)
@example([(91, 0)], len(TOY), True)
def test_a_mutated_model_is_read_exactly_or_refused_by_name(changes, size, packed):
    data = bytearray(TOY)
    for at, value in changes:
        data[at] = value
    mutated = bytes(data[:size])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutated.bin"
        path.write_bytes(gzip.compress(mutated) if packed else mutated)
        try:
            wv, repairs = opened(path)
        except EmbeddingsError as error:
            assert "mutated.bin" in str(error)
            return
    if mutated[:4] != TOY[:4] or struct.unpack_from("<2i", mutated, 4)[0] == 11:
        return
    expected = {word: vector for word, vector in plainly(mutated).items() if readable(word, vector)}
    assert [word.encode() for word in wv] == list(expected)
    np.testing.assert_array_equal(wv.vectors, list(expected.values()))
    assert repairs.rows_read == 22


def readable(word: bytes, vector: np.ndarray) -> bool:
    try:
        return bool(word.decode()) and bool(np.isfinite(vector).all())
    except UnicodeDecodeError:
        return False
