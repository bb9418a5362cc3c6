"""fastText's .bin: words, their counts, and the n-grams that give a word the model never met its vector.

    magic, version              int32 each; the first files had neither
    settings                    12 int32 and a double (Args::load)
    dictionary                  sizes, then for each word its bytes, NUL, count (int64) and kind (int8): word or label (Dictionary::load)
    input matrix                rows of the words, then rows of the n-grams' buckets, float32; a quantised one is packed otherwise
    output matrix               what the training needed; passed over here

Numbers are little-endian. A word's vector is the mean of its own row and its n-grams' rows, as getWordVector gives it. The
matrix is larger than memory: it goes to disk first, and the vectors are made from there, a block of words at a time.
"""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import numpy as np

from embeddings.errors import BadFile
from embeddings.formats.format import Format, Wishes
from embeddings.formats.making import LARGEST_DIM, Making
from embeddings.formats.stream import BLOCK, SWELLS, SWELLS_AFTER, Stream
from embeddings.subwords import LONGEST, Subwords

MAGIC, VERSIONS = 793712314, (11, 12)
SUPERVISED = 3              # the kind of model that tells labels; 1 is cbow, 2 skip-gram
SETTINGS = ("dim", "ws", "epoch", "minCount", "neg", "wordNgrams", "loss", "model", "bucket", "minn", "maxn", "lrUpdateRate", "t")
SETTINGS_LAID = struct.Struct("<12id")
ENTRY_END = struct.Struct("<qb")                                               # after a word and its NUL: count and kind
LARGEST_ENTRY = 1 << 20     # bytes of a word; far longer than any
NGRAMS, OWN = "ngrams.npy", "own.bin"
WHOLE = "Get the file again."
PLAINLY = (
    "Use the model before it was quantised (.bin), or let fastText write its vectors as text: "
    "fasttext print-word-vectors model.ftz < words.txt > model.vec"
)


@dataclass(frozen=True)
class Model:
    """What a file says of itself before its matrices. blob, lengths, counts: the words as their bytes, in file order."""

    old: bool
    dim: int
    bucket: int
    minn: int
    maxn: int
    n_labels: int
    blob: bytes
    lengths: np.ndarray
    counts: np.ndarray

    @property
    def n_words(self) -> int:
        """Words, labels not counted."""
        return len(self.lengths)

    @property
    def has_ngrams(self) -> bool:
        """Whether words were made of n-grams; buckets may also be of runs of words, which are no part of a word's vector."""
        return self.bucket > 0 and 0 < self.maxn >= self.minn


def recognises(stream: Stream) -> bool:
    """True for the magic number, or where a file without it begins with thirteen settings that fit fastText."""
    head = stream.head(8 + SETTINGS_LAID.size)
    if head[:4] == struct.pack("<i", MAGIC):
        return True
    return len(head) >= SETTINGS_LAID.size and _are_settings(dict(zip(SETTINGS, SETTINGS_LAID.unpack_from(head), strict=True)))


def read(stream: Stream, making: Making, wishes: Wishes) -> None:
    """Every word with its vector, and the n-grams' rows as a further part of the store. Labels are passed over and told.

    `wishes.encoding` is the encoding of the words; n-grams are always found by the bytes of the file. Raises BadFile where the
    file is cut off, quantised or pruned, and where a size in it does not fit the file or its settings.
    """
    making.repairs.places, making.repairs.dtype, making.encoding = "row", "float32", wishes.encoding
    file = _Laid(stream)
    model = _model(file, making)
    _input_header(file, model)
    with _own_rows(file, model, making) as own:
        _keep_ngrams(file, model, making, wishes)
        _pass_output(file, model, making)
        _add_words(model, own, making)


# ---------------------------------------------------------------------------------------------------- bytes in their places


class _Laid:
    """A stream that is read in pieces of known size, each with a name for the message where the file ends before it."""

    def __init__(self, stream: Stream) -> None:
        self.stream, self.told, self.at = stream, stream.told, 0

    def take(self, size: int, what: str) -> bytes:
        data = self.stream.read(size)
        self.at += len(data)
        if len(data) < size:
            lacking = "1 more byte was" if size - len(data) == 1 else f"{size - len(data):,} more bytes were"
            raise BadFile(f"{self.told} ends at byte {self.at:,}, in {what}: {lacking} expected. {WHOLE}")
        return data

    def unpack(self, layout: str, what: str) -> tuple[int, ...]:
        return struct.unpack(layout, self.take(struct.calcsize(layout), what))

    def blocks(self, size: int, what: str, each: int = BLOCK) -> Iterator[bytes]:
        """The next `size` bytes, in pieces of `each` and a last one."""
        for start in range(0, size, each):
            yield self.take(min(each, size - start), what)

    def expect(self, size: int, claim: str) -> None:
        """Raises BadFile where the file cannot hold that many bytes more; a packed one is given the most that is unpacked at all."""
        whole = self.stream.total if self.stream.is_plain else max(SWELLS_AFTER, SWELLS * self.stream.total)
        if size > whole - self.at:
            left = f"{max(whole - self.at, 0):,} {'follow' if self.stream.is_plain else 'at most can follow'}"
            raise BadFile(f"{self.told} says at byte {self.at:,} that it has {claim}: {size:,} bytes, but {left}. {WHOLE}")

    def damaged(self, why: str) -> BadFile:
        return BadFile(f"{self.told}, byte {self.at:,}: {why}. It is damaged, or no fastText model. {WHOLE}")


# ---------------------------------------------------------------------------------------------------- settings and words


def _model(file: _Laid, making: Making) -> Model:
    old = file.stream.head(4) != struct.pack("<i", MAGIC)
    version = 0
    if not old:
        _, version = file.unpack("<2i", "its magic number and version")
        if version not in VERSIONS:
            raise BadFile(f"{file.told} is of fastText version {version:,}; versions 11 and 12 can be read.")
    said = dict(zip(SETTINGS, SETTINGS_LAID.unpack(file.take(SETTINGS_LAID.size, "its settings")), strict=True))
    if not _are_settings(said):
        shown = ", ".join(f"{name} {said[name]:,}" for name in ("dim", "loss", "model", "bucket", "minn", "maxn"))
        raise file.damaged(f"its settings cannot be ({shown})")
    supervised = said["model"] == SUPERVISED
    # fastText itself: "old supervised models do not use char ngrams" (FastText::loadModel, version 11; older ones likewise).
    maxn = 0 if supervised and version < 12 else said["maxn"]
    blob, lengths, counts, n_labels = _dictionary(file, making, pruned=not old)
    words = np.asarray(lengths, np.int64), np.asarray(counts, np.int64)
    model = Model(old, said["dim"], said["bucket"], said["minn"], maxn, n_labels, bytes(blob), *words)
    kind = "supervised" if supervised else "skip-gram" if said["model"] == 2 else "cbow"
    shown = f"n-grams of {model.minn} to {model.maxn} letters in {model.bucket:,} buckets" if model.has_ngrams else "no n-grams"
    making.repairs.header = f"fastText version {version or 'before 11'}, {kind}, {model.n_words:,} words, {model.dim:,} dimensions, {shown}"
    if n_labels:
        labels = "1 label was" if n_labels == 1 else f"{n_labels:,} labels were"
        making.repairs.note(f"A supervised model: its {labels} passed over, they are no words.")
    return model


def _are_settings(said: dict[str, float]) -> bool:
    """Whether the settings are some that fastText trains with: what a reader needs in its range, the rest no negative number."""
    ranges = {"dim": (1, LARGEST_DIM), "loss": (0, 4), "model": (1, 3), "minn": (0, LONGEST), "maxn": (0, LONGEST)}
    counted = all(said[name] >= 0 for name in ("ws", "epoch", "minCount", "neg", "wordNgrams", "lrUpdateRate", "bucket"))
    return counted and math.isfinite(said["t"]) and all(low <= said[name] <= high for name, (low, high) in ranges.items())


def _dictionary(file: _Laid, making: Making, pruned: bool) -> tuple[bytearray, array[int], array[int], int]:
    """(words one after the other, their lengths, their counts, number of labels)."""
    size, n_words, n_labels = file.unpack("<3i", "the sizes of its dictionary")
    if n_words < 1 or n_labels < 0 or size != n_words + n_labels:
        raise file.damaged(f"a dictionary of {size:,} entries cannot be {n_words:,} words and {n_labels:,} labels")
    file.unpack("<q", "its number of tokens")
    n_pruned = file.unpack("<q", "its number of kept n-grams")[0] if pruned else -1
    if n_pruned >= 0:
        raise BadFile(f"{file.told} is a pruned model: only {n_pruned:,} of its n-grams were kept. {PLAINLY}")
    file.expect(size * (1 + ENTRY_END.size), f"{size:,} words and labels")
    blob, lengths, counts, found = bytearray(), array("q"), array("q"), 0
    while found < size:
        found += _entries(file, size, found, n_words, (blob, lengths, counts))
        making.tell(f"{found:,} of {size:,} words are read")
    return blob, lengths, counts, n_labels


def _entries(file: _Laid, size: int, found: int, n_words: int, told: tuple[bytearray, array[int], array[int]]) -> int:
    """Read the entries that the next megabyte holds whole; returns how many."""
    data, at, first = file.stream.head(LARGEST_ENTRY), 0, found
    blob, lengths, counts = told
    while found < size:
        end = data.find(b"\0", at)
        if end < 0 or end + 1 + ENTRY_END.size > len(data):
            break
        count, kind = ENTRY_END.unpack_from(data, end + 1)
        if kind != (found >= n_words) or count < 0:                            # words first, then labels: the matrix counts on it
            what = f"count {count:,}" if count < 0 else f"kind {kind}, where a {'label' if found >= n_words else 'word'} should stand"
            file.at += at
            raise file.damaged(f"entry {found + 1:,} of its dictionary has {what}")
        if found < n_words:
            blob += data[at:end]
            lengths.append(end - at)
            counts.append(count)
        at, found = end + 1 + ENTRY_END.size, found + 1
    if found == first:
        if len(data) < LARGEST_ENTRY:
            file.take(len(data) + 1, f"entry {found + 1:,} of the {size:,} of its dictionary")
        raise file.damaged(f"entry {found + 1:,} of its dictionary has no end")
    file.take(at, "its dictionary")
    return found - first


# ---------------------------------------------------------------------------------------------------- matrices


def _input_header(file: _Laid, model: Model) -> None:
    if not model.old and file.unpack("<B", "the mark of a quantised model") != (0,):
        raise BadFile(f"{file.told} is a quantised model (.ftz): its vectors are packed with loss. {PLAINLY}")
    rows, dim = file.unpack("<2q", "the shape of its input matrix")
    if (rows, dim) != (model.n_words + model.bucket, model.dim):
        raise file.damaged(
            f"its input matrix is {rows:,} x {dim:,}; {model.n_words:,} words and {model.bucket:,} buckets of {model.dim:,} dimensions "
            f"make {model.n_words + model.bucket:,} x {model.dim:,}"
        )
    file.expect(4 * rows * dim, f"an input matrix of {rows:,} x {dim:,}")


@contextmanager
def _own_rows(file: _Laid, model: Model, making: Making) -> Iterator[IO[bytes]]:
    """The words' own rows, open at the first: the file itself where it is not packed, else a copy that goes away."""
    start, size = file.at, 4 * model.n_words * model.dim
    what, step = "the words' rows of its input matrix", _step(model)
    if file.stream.is_plain:
        for _ in file.blocks(size, what, step):
            making.tell("words' rows are read")
        with file.stream.path.open("rb") as own:
            own.seek(start)
            yield own
        return
    with making.part(OWN, size) as part:
        _copy(file, size, what, step, part, making)
    try:
        with (making.made / OWN).open("rb") as own:
            yield own
    finally:
        (making.made / OWN).unlink()


def _keep_ngrams(file: _Laid, model: Model, making: Making, wishes: Wishes) -> None:
    """Keep the buckets' rows with the space; they are passed over where words have no n-grams."""
    size, what, step = 4 * model.bucket * model.dim, "the n-grams' rows of its input matrix", _step(model)
    if not model.has_ngrams:
        for _ in file.blocks(size, what, step):
            making.tell("rows that are no n-grams are passed over")
        return
    with making.part(NGRAMS, size) as part:
        layout = {"descr": "<f4", "fortran_order": False, "shape": (model.bucket, model.dim)}
        np.lib.format.write_array_header_1_0(part, layout)
        _copy(file, size, what, step, part, making, finite=True)
    making.extra["subwords"] = {"minn": model.minn, "maxn": model.maxn, "bucket": model.bucket, "encoding": wishes.encoding}


def _copy(file: _Laid, size: int, what: str, step: int, part: IO[bytes], making: Making, finite: bool = False) -> None:
    for block in file.blocks(size, what, step):
        if finite and not np.isfinite(np.frombuffer(block, "<f4")).all():
            raise file.damaged(f"NaN or infinity in {what}")
        part.write(block)
        making.tell(f"{what.removesuffix(' of its input matrix')} are read")


def _step(model: Model) -> int:
    """Bytes of as many whole rows as a block holds."""
    return 4 * model.dim * max(1, BLOCK // (4 * model.dim))


def _pass_output(file: _Laid, model: Model, making: Making) -> None:
    """Go past the output matrix: it must be there, for a file without it was cut off."""
    if not model.old:
        file.unpack("<B", "the mark of a quantised output matrix")
    rows, dim = file.unpack("<2q", "the shape of its output matrix")
    if rows < 0 or dim != model.dim:
        raise file.damaged(f"its output matrix is {rows:,} x {dim:,}; {model.dim:,} dimensions were expected")
    file.expect(4 * rows * dim, f"an output matrix of {rows:,} x {dim:,}")
    for _ in file.blocks(4 * rows * dim, "its output matrix", _step(model)):
        making.tell("the output matrix is passed over")
    if more := len(file.stream.read(1)):
        making.repairs.note(f"The file goes on after byte {file.at:,}, where a fastText model ends; what follows was left alone.")
        while more:
            more = len(file.stream.read(BLOCK))


def _add_words(model: Model, own: IO[bytes], making: Making) -> None:
    """Give every word's vector to `making`: its own row, or the mean of that and its n-grams' rows."""
    offsets = np.zeros(model.n_words + 1, np.int64)
    np.cumsum(model.lengths, out=offsets[1:])
    blob, step = np.frombuffer(model.blob, np.uint8), _step(model) // (4 * model.dim)
    ngrams = np.load(making.made / NGRAMS, mmap_mode="r", allow_pickle=False) if model.has_ngrams else None
    subwords = None if ngrams is None else Subwords(model.minn, model.maxn, ngrams)
    for start in range(0, model.n_words, step):
        bounds, part = offsets[start : start + step + 1], slice(start, start + step)
        n = len(bounds) - 1
        vectors = np.frombuffer(own.read(4 * n * model.dim), "<f4").reshape(n, model.dim)
        if subwords:
            vectors = subwords.means(blob[bounds[0] : bounds[-1]], bounds - bounds[0], vectors, mark=not model.old)
        making.add(model.blob[bounds[0] : bounds[-1]], model.lengths[part], vectors, np.arange(n) + start + 1, model.counts[part])


FORMAT = Format("fasttext", "fastText .bin, with the n-grams for unseen words", recognises, read)
