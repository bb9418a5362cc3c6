"""Spaces written as files that other programs open, a block of rows at a time.

What a format cannot hold is told before anything is written. Files are made beside their names and renamed when complete.
"""

from __future__ import annotations

import gzip
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, cast

import numpy as np

from embeddings.errors import BadFile, BadSetting, StorageError
from embeddings.formats.lines import NUMBER
from embeddings.formats.making import LONGEST_WORD
from embeddings.home import home
from embeddings.settings import Progress, Report, silent
from embeddings.word_vectors import WordVectors

NUMBERS = 1 << 20           # written at a time
NPY_HEADER = 128            # bytes
SHOWN = 5                   # words that a message names
BOM = "\ufeff".encode()


@dataclass(frozen=True)
class Writer:
    """One line of the table. suffixes: of its files, in the order in which `write` is given them open.

    forbidden: bytes that a word cannot have; `refuses`: (n_words,) True for words that it cannot hold for other reasons.
    in_gensim: Python that opens the files, with {0} and {1} for their names and {dim}.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    forbidden: bytes
    refuses: Callable[[WordVectors], np.ndarray]
    write: Callable[[WordVectors, list[IO[bytes]], Report], None]
    in_gensim: str
    can_gz: bool = False


@dataclass(frozen=True)
class Exported:
    """The files of one export, and what the reader should know about them."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]
    in_gensim: str


def export(
    wv: WordVectors, name: str, path: Path | None = None, *, gz: bool = False, overwrite: bool = False, report: Report = silent
) -> Exported:
    """Write the space in the format of that name: to `path`, or under its own name in the folder "exports" of the data folder.

    Raises BadSetting for an unknown format, BadFile for words that it cannot hold, StorageError where a file exists already
    (unless `overwrite`) or cannot be written. Then nothing is left behind, and files that were there stay as they were.
    """
    writer = WRITERS.get(name)
    if writer is None:
        raise BadSetting(f"There is no format '{name}' to export to. There are: {', '.join(WRITERS)}.")
    if gz and not writer.can_gz:
        fit = ", ".join(writer.name for writer in WRITERS.values() if writer.can_gz)
        raise BadSetting(f"'{name}' is not written packed. gz goes with {fit}.")
    files = paths(writer, wv, path, gz)
    _refuse_taken(files, overwrite)
    _refuse_words(wv, writer)
    _write(wv, writer, files, gz, report)
    code = "from gensim.models import KeyedVectors\n" + writer.in_gensim.format(*(repr(str(file)) for file in files), dim=wv.dim)
    return Exported(tuple(files), tuple(_notes(wv, writer)), code)


def _refuse_taken(files: list[Path], overwrite: bool) -> None:
    """Raise StorageError for files that are there already, and for folders, which are never written over."""
    folders = [file for file in files if os.path.isdir(file) and not os.path.islink(file)]
    if folders:
        raise StorageError(f"{_named(folders)}: there is a folder of that name, which is not written over. Choose another name.")
    there = [file for file in files if os.path.lexists(file)]
    if there and not overwrite:
        raise StorageError(f"{_named(there)}: there already. Choose another name, or ask for it to be overwritten (--overwrite).")


def _named(files: list[Path]) -> str:
    return " and ".join(map(str, files))


def paths(writer: Writer, wv: WordVectors, path: Path | None, gz: bool) -> list[Path]:
    """The files that an export writes. A path may be a folder, the first file, or what the names of the files begin with."""
    plain = re.sub(r"[^\w.-]+", "-", wv.name).strip(".-")[:100] or "space"
    path = home() / "exports" / plain if path is None else path / plain if os.path.isdir(path) else path
    first, *others = writer.suffixes
    text = str(path).removesuffix(".gz") if gz else str(path)
    begin = text.removesuffix(first)
    if not others and path.suffix and path.name != plain:                      # a file's whole name
        return [Path(f"{text}.gz" if gz else text)]
    return [Path(begin + suffix + (".gz" if gz else "")) for suffix in writer.suffixes]


# ---------------------------------------------------------------------------------------------------- what a format can hold


def _refuse_words(wv: WordVectors, writer: Writer) -> None:
    """Raise BadFile naming the first words that the format cannot hold, and a format that can."""
    wrong = cannot_hold(wv, writer)
    if not wrong.any():
        return
    rows = np.flatnonzero(wrong)
    shown = ", ".join(repr(wv.vocabulary[int(row)])[:40] for row in rows[:SHOWN])
    n = "1 word" if len(rows) == 1 else f"{len(rows):,} words"
    fit = [other.name for other in WRITERS.values() if other is not writer and not cannot_hold(wv, other).any()]
    they = "It" if len(rows) == 1 else "They"
    cure = f"{they} can be written as {', '.join(fit)}." if fit else "No format that is written here holds them all."
    shown += ", ..." if len(rows) > SHOWN else ""
    raise BadFile(f"{writer.title} cannot hold {n} of {wv.name}: {shown}. Nothing was written. {cure}")


def cannot_hold(wv: WordVectors, writer: Writer) -> np.ndarray:
    """(n_words,) True for words that the format cannot hold so that they are read back the same."""
    lengths = np.diff(wv.vocabulary.offsets)
    wrong = (lengths < 1) | (lengths > LONGEST_WORD)
    wrong[_rows_with(wv, writer.forbidden)] = True
    return wrong | writer.refuses(wv)


def _rows_with(wv: WordVectors, letters: bytes) -> np.ndarray:
    """Rows, some of them twice, of words that have one of these bytes."""
    offsets = np.asarray(wv.vocabulary.offsets)
    blob = np.asarray(wv.vocabulary.blob[: int(offsets[-1])])
    wanted = np.zeros(256, bool)
    wanted[list(letters)] = True
    places = np.flatnonzero(wanted[blob])
    return np.searchsorted(offsets, places, "right") - 1


def _edges(wv: WordVectors, letters: bytes, first: bool, last: bool) -> np.ndarray:
    """(n_words,) True for words that begin (`first`) or end (`last`) with one of these bytes."""
    offsets = np.asarray(wv.vocabulary.offsets)
    blob = np.append(np.asarray(wv.vocabulary.blob[: int(offsets[-1])]), np.uint8(0))
    wanted = np.zeros(256, bool)
    wanted[list(letters)] = True
    there = offsets[1:] > offsets[:-1]
    begins = wanted[blob[offsets[:-1]]] & there if first else np.zeros(len(there), bool)
    return begins | (wanted[blob[offsets[1:] - 1]] & there) if last else begins


def _no_line(wv: WordVectors) -> np.ndarray:
    """Words that do not come back from a line of their own: a return at the end, a byte order mark at the very start."""
    wrong = _edges(wv, b"\r", first=False, last=True)
    wrong[0] |= wv.vocabulary[0].encode().startswith(BOM)
    return wrong


def _no_text_row(wv: WordVectors) -> np.ndarray:
    """Words that do not come back from before the numbers: a blank at an edge, or a number after a blank."""
    wrong = _edges(wv, b" ", first=True, last=True)
    for row in np.unique(_rows_with(wv, b" ")).tolist():
        wrong[row] |= bool(NUMBER.fullmatch(wv.vocabulary[row].rsplit(" ", 1)[1].encode()))
    return wrong


def _nothing_more(wv: WordVectors) -> np.ndarray:
    return np.zeros(len(wv), bool)


def _notes(wv: WordVectors, writer: Writer) -> Iterator[str]:
    blanks = len(np.unique(_rows_with(wv, b" "))) if writer.name == "word2vec" else 0
    if blanks:
        told = "1 word holds a blank. It is" if blanks == 1 else f"{blanks:,} words hold blanks. They are"
        yield f"{told} read back here; gensim's reader of text stops there."
    if wv.vocabulary.counts is not None:
        yield "How often each word was counted is not written; the order of the rows is kept."


# ---------------------------------------------------------------------------------------------------- files


def _write(wv: WordVectors, writer: Writer, files: list[Path], gz: bool, report: Report) -> None:
    """Write all files beside their names, then give them these names together."""
    made: list[Path] = []
    try:
        with ExitStack() as opened:
            sinks = [opened.enter_context(_beside(file, made)) for file in files]
            if gz:
                sinks = [opened.enter_context(_packed(sink)) for sink in sinks]
            writer.write(wv, sinks, report)
        _put(made, files)
    except OSError as error:
        raise _unwritten(files[0], error) from error
    finally:
        for temporary in made:
            temporary.unlink(missing_ok=True)


def _put(made: list[Path], files: list[Path]) -> None:
    """Give each the name of its file, or leave all files as they were. Raises OSError."""
    kept: list[tuple[Path, Path]] = []                                         # what was there already, for now under another name
    placed: list[Path] = []
    try:
        for temporary, file in zip(made, files, strict=True):
            if file != files[-1] and os.path.lexists(file):                    # nothing can fail after the last
                kept.append((_aside(file), file))
            os.replace(temporary, file)
            placed.append(file)
    except BaseException:
        for file in placed:
            file.unlink()
        for old, file in kept:
            os.replace(old, file)
        raise
    for old, _ in kept:
        old.unlink()


def _aside(file: Path) -> Path:
    """Give a file a new name beside its own, and return it."""
    descriptor, name = tempfile.mkstemp(prefix=".replaced-", dir=file.parent)
    os.close(descriptor)
    try:
        os.replace(file, name)
    except OSError:
        os.unlink(name)
        raise
    return Path(name)


def _beside(file: Path, made: list[Path]) -> IO[bytes]:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".making-", dir=file.parent)
    made.append(Path(name))
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(name, 0o666 & ~mask)                                              # as any new file; a temporary one is closed to others
    return os.fdopen(descriptor, "wb")


def _packed(sink: IO[bytes]) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=sink, mtime=0))


def _unwritten(file: Path, error: OSError) -> StorageError:
    reason = "the disk is full" if error.errno == 28 else error.strerror or str(error)
    cure = "Give a path in a folder that has room and can be written."
    return StorageError(f"{_shown(file)} cannot be written: {reason}. Nothing was left behind. {cure}")


def _shown(file: Path) -> str:
    return str(file) if len(str(file)) <= 300 else f"{str(file)[:300]}..."


def _blocks(wv: WordVectors, report: Report) -> Iterator[tuple[list[bytes], np.ndarray]]:
    """(words, (n, dim) float32 in row order), a block after the other; reports rows."""
    step = max(1, NUMBERS // wv.dim)
    offsets = wv.vocabulary.offsets
    for start in range(0, len(wv), step):
        stop = min(start + step, len(wv))
        report(Progress(start, len(wv), f"{start:,} rows written"))
        first = int(offsets[start])
        blob = np.asarray(wv.vocabulary.blob[first : int(offsets[stop])]).tobytes()
        ends = (np.asarray(offsets[start : stop + 1], np.int64) - first).tolist()
        words = [blob[a:b] for a, b in pairwise(ends)]
        yield words, np.ascontiguousarray(wv.vectors[start:stop], "<f4")
    report(Progress(len(wv), len(wv), f"{len(wv):,} rows written"))


def _digits(vectors: np.ndarray, blank: str) -> list[bytes]:
    """Each row as text: the fewest digits that give every float32 back, which pyarrow finds fastest."""
    import pyarrow as pa
    from pyarrow import compute

    told = pa.array(vectors.ravel()).cast(pa.string())
    offsets = pa.array(np.arange(0, vectors.size + 1, vectors.shape[1], dtype=np.int32))
    rows = compute.binary_join(pa.ListArray.from_arrays(offsets, told), blank)
    return cast(list[bytes], rows.cast(pa.binary()).to_pylist())


# ---------------------------------------------------------------------------------------------------- the formats


def _write_text(wv: WordVectors, sinks: list[IO[bytes]], report: Report) -> None:
    sinks[0].write(b"%d %d\n" % (len(wv), wv.dim))
    for words, vectors in _blocks(wv, report):
        sinks[0].write(b"".join([b"%b %b\n" % row for row in zip(words, _digits(vectors, " "), strict=True)]))


def _write_binary(wv: WordVectors, sinks: list[IO[bytes]], report: Report) -> None:
    sinks[0].write(b"%d %d\n" % (len(wv), wv.dim))
    size = 4 * wv.dim
    for words, vectors in _blocks(wv, report):
        numbers = vectors.tobytes()
        parts = [b"%b %b" % (word, numbers[at * size : (at + 1) * size]) for at, word in enumerate(words)]
        sinks[0].write(b"".join(parts))


def _write_npy(wv: WordVectors, sinks: list[IO[bytes]], report: Report) -> None:
    np.lib.format.write_array_header_1_0(sinks[0], {"descr": "<f4", "fortran_order": False, "shape": wv.vectors.shape})
    for words, vectors in _blocks(wv, report):
        sinks[0].write(vectors.data)
        sinks[1].write(b"".join([b"%b\n" % word for word in words]))


def _write_projector(wv: WordVectors, sinks: list[IO[bytes]], report: Report) -> None:
    for words, vectors in _blocks(wv, report):
        sinks[0].write(b"".join([b"%b\n" % row for row in _digits(vectors, "\t")]))
        sinks[1].write(b"".join([b"%b\n" % word for word in words]))


_PAIR = "words = open({1}, encoding='utf-8', newline='\\n').read().split('\\n')[:-1]\n"
_GIVEN = "kv = KeyedVectors({dim})\nkv.add_vectors(words, vectors)"

WRITERS: dict[str, Writer] = {
    writer.name: writer
    for writer in (
        Writer("word2vec", "word2vec text", (".vec",), b"\0\t\n\x0b\x0c\r", _no_text_row, _write_text,
               "kv = KeyedVectors.load_word2vec_format({0})", can_gz=True),
        Writer("word2vec-binary", "word2vec binary", (".bin",), b" \n", _nothing_more, _write_binary,
               "kv = KeyedVectors.load_word2vec_format({0}, binary=True)"),
        Writer("numpy", "NumPy .npy with a list of words", (".npy", ".words.txt"), b"\0\n", _no_line, _write_npy,
               f"import numpy as np\nvectors = np.load({{0}})\n{_PAIR}{_GIVEN}"),
        Writer("projector", "TensorFlow projector TSV pair", (".tensors.tsv", ".metadata.tsv"), b"\0\t\n", _no_line, _write_projector,
               f"import numpy as np\nvectors = np.loadtxt({{0}}, dtype=np.float32, delimiter='\\t', ndmin=2)\n{_PAIR}{_GIVEN}"),
    )
}  # fmt: skip
"""The table of formats to export to, in the order of the menu."""
