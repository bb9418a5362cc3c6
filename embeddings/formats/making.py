"""A space as it is being made: rows go straight to disk in a folder beside its final name, which it takes when all is there.

Memory holds a block of rows and, at the end, some 20 bytes a word; never the vectors.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import numpy as np

from embeddings.errors import BadFile, StorageError
from embeddings.formats.half_made import HalfMade
from embeddings.formats.native import VERSION, sums_of
from embeddings.formats.repairs import Repairs, counted
from embeddings.formats.sealing import COLUMNS, HEADER, seal
from embeddings.formats.stream import Stream
from embeddings.home import unusable
from embeddings.settings import Progress, Report, silent
from embeddings.word_vectors import Source, inverse_norms

LARGEST_DIM = 100_000       # more numbers a word than any space has
LONGEST_WORD = 10_000       # bytes
SPARE = 64 << 20            # bytes of the disk that are left free
HOPELESS = 1_000            # so many rows, and none that could be read: this is no such file


class Making:
    """The store of one space while it is made. Use it in a `with`: without `seal` nothing is left behind.

    folder: its final place. repairs: the report, filled on the way. Raises StorageError where the folder exists or cannot be
    written, or where the disk is full.
    """

    def __init__(self, folder: Path, repairs: Repairs | None = None, stream: Stream | None = None, report: Report = silent) -> None:
        self.folder, self.repairs, self.report = folder, repairs or Repairs(), report
        self._stream, self._started = stream, time.monotonic()
        self._rows, self._counted, self.dim, self.encoding, self._unchecked = 0, False, 0, "utf-8", 0
        self.extra = {}
        if folder.exists():
            raise StorageError(f"'{folder.name}' is kept already. Remove it first, or choose another name.")
        self._half = HalfMade(folder)
        self.made = self._half.path
        try:
            self._files = {name: (self.made / name).open("wb", buffering=0) for name in ("vectors.npy", "words.bin", *COLUMNS)}
            _write_all(self._files["vectors.npy"], memoryview(bytes(HEADER)))
        except OSError as error:
            self.__exit__()
            raise self._unwritten(error) from error

    extra: dict[str, Any]   # fields of meta.json that the reader of a format adds

    def __enter__(self) -> Making:
        return self

    def __exit__(self, *_: object) -> None:
        for file in getattr(self, "_files", {}).values():
            file.close()
        self._half.drop()                                                      # nothing is left of it where it was sealed

    def add(self, blob: bytes, lengths: np.ndarray, vectors: np.ndarray, places: np.ndarray, counts: np.ndarray | None = None) -> None:
        """Append rows: words as the file has them (n words of `lengths` bytes in `blob`), (n, dim) float32, their lines or rows.

        Rows whose word is no UTF-8 or empty, or whose numbers are not finite, are refused and named. `counts`: (n,) how often
        each word was counted, given with all blocks or with none.
        """
        lengths = np.asarray(lengths, np.int64)
        self.repairs.rows_read += len(lengths)
        kept = self._finite(vectors, places)
        if not _all_words(blob, lengths) or self.encoding != "utf-8":
            blob, lengths = self._spelled(blob, lengths, places, kept)
        if not kept.all():
            blob = b"".join(_cut(blob, lengths, kept))
            lengths, vectors, places = lengths[kept], vectors[kept], places[kept]
            counts = None if counts is None else counts[kept]
        self._write(blob, vectors, (lengths, places, inverse_norms(vectors), np.zeros(0) if counts is None else counts))
        self._rows += len(lengths)
        self._counted = counts is not None
        self._refuse_hopeless()
        self.tell("rows read")

    def add_words(self, words: Sequence[bytes], vectors: np.ndarray, places: np.ndarray, counts: np.ndarray | None = None) -> None:
        """`add` for words one by one."""
        self.add(b"".join(words), np.array([len(word) for word in words], np.int64), vectors, places, counts)

    def refuse(self, place: int, why: str, waiting: int = 0) -> None:
        """Count a row that cannot be taken. Raises BadFile where none of the first thousand could be.

        waiting: rows before it that could be read and are not added yet.
        """
        self.repairs.rows_read += 1
        self.repairs.refuse(place, why)
        self._refuse_hopeless(waiting)

    @contextmanager
    def part(self, name: str, size: int) -> Iterator[IO[bytes]]:
        """A further file of the store to write `size` bytes to; it is kept beside the vectors. Raises StorageError."""
        try:
            if shutil.disk_usage(self.made).free < size + SPARE:
                raise OSError(errno.ENOSPC, "No space left on device")
            with (self.made / name).open("wb") as file:
                yield file
        except OSError as error:
            raise self._unwritten(error) from error

    def tell(self, what: str, done: int | None = None, total: int | None = None) -> None:
        """Report how far the reading is, in bytes of the file unless said; may raise Cancelled."""
        stream = self._stream
        if done is None and stream is not None:
            done, total = stream.consumed, stream.total
        rows = self.repairs.rows_read
        self.report(Progress(min(done or 0, total or 1), total or 1, f"{rows:,} {what}" if what == "rows read" else what))

    def seal(self, name: str, source: Source, extra: dict[str, Any] | None = None) -> Repairs:
        """Sort out duplicates, index the words, write meta.json and take the final name. Returns the report.

        Raises BadFile where no row is left.
        """
        if not self._rows:
            raise BadFile(f"{self._file} holds no row that could be read.{self._first_refusals()}")
        self.tell("words are indexed")
        try:
            for file in self._files.values():
                file.close()
            seal(self.made, self.dim, self._counted, self.repairs)
            self._finish(name, source, self.extra | (extra or {}))
            self._half.finish()
        except OSError as error:
            raise self._unwritten(error) from error
        return self.repairs

    # ------------------------------------------------------------------------------------------------ rows

    def _finite(self, vectors: np.ndarray, places: np.ndarray) -> np.ndarray:
        if self.dim == 0:
            self.dim = self.repairs.dim = vectors.shape[1]
        kept = np.ones(len(vectors), bool)
        with np.errstate(invalid="ignore", over="ignore"):
            whole = np.isfinite(vectors.sum(dtype=np.float64))                 # one pass; a number that is none shows in the sum
        if not whole:
            kept = np.isfinite(vectors).all(axis=1)
            for at in np.flatnonzero(~kept):
                self.repairs.refuse(int(places[at]), "NaN, infinity, or a number beyond float32")
        return kept

    def _spelled(self, blob: bytes, lengths: np.ndarray, places: np.ndarray, kept: np.ndarray) -> tuple[bytes, np.ndarray]:
        """The words in UTF-8; those that cannot be are refused in `kept`."""
        words = _cut(blob, lengths, np.ones(len(lengths), bool))
        for at, word in enumerate(words):
            why = "" if 0 < len(word) <= LONGEST_WORD else f"a word of {len(word):,} bytes" if word else "no word"
            try:
                words[at] = word.decode(self.encoding).encode()
            except (UnicodeError, LookupError):
                why = f"the word is no {self.encoding.upper()}: {word[:40]!r}. Say the encoding if you know it"
            if why and kept[at]:
                kept[at] = False
                self.repairs.refuse(int(places[at]), why)
        return b"".join(words), np.array([len(word) for word in words], np.int64)

    def _write(self, blob: bytes, vectors: np.ndarray, columns: Sequence[np.ndarray]) -> None:
        try:
            if not vectors.size:
                return
            self._unchecked += vectors.nbytes
            if self._unchecked > SPARE:
                self._unchecked = 0
                if shutil.disk_usage(self.made).free < 2 * SPARE:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            _write_all(self._files["vectors.npy"], np.ascontiguousarray(vectors, np.float32).data.cast("B"))
            _write_all(self._files["words.bin"], memoryview(blob))
            for (column, dtype), values in zip(COLUMNS.items(), columns, strict=True):
                _write_all(self._files[column], memoryview(np.asarray(values).astype(dtype).tobytes()))
        except OSError as error:
            raise self._unwritten(error) from error

    def _refuse_hopeless(self, waiting: int = 0) -> None:
        if self.repairs.rows_read >= HOPELESS and not waiting and not self._rows:
            raise BadFile(f"None of the first {self.repairs.rows_read:,} rows of {self._file} could be read.{self._first_refusals()}")

    def _first_refusals(self) -> str:
        shown = [f"{self.repairs.places} {row.line:,}: {row.why}" for row in self.repairs.refused[:3]]
        return f" {'; '.join(shown)}." if shown else ""

    @property
    def _file(self) -> str:
        return self._stream.told if self._stream else "The file"

    def _unwritten(self, error: OSError) -> StorageError:
        if error.errno == errno.ENOSPC:
            rows = counted(self.repairs.rows_read, "row")
            cure = "Make room, or set EMBEDDINGS_HOME to another disk, and import again."
            return StorageError(f"The disk of {self.folder.parent} is full after {rows}. {cure}")
        return unusable(self.folder.parent, "written", error)

    def _finish(self, name: str, source: Source, extra: dict[str, Any]) -> None:
        self.repairs.seconds = time.monotonic() - self._started
        self.repairs.peak_bytes = peak_bytes()
        meta = {
            "name": name, "words": self.repairs.rows, "dim": self.dim, "version": VERSION, "source": asdict(source),
            "normalisation": "none: the numbers are the file's own", "repairs": self.repairs.as_json(), "sums": sums_of(self.made),
        } | extra  # fmt: skip
        (self.made / "meta.json").write_text(json.dumps(meta, ensure_ascii=False, indent=1), encoding="utf-8")


def peak_bytes() -> int:
    """The most memory that this process has held so far, in bytes; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text()                         # Linux; getrusage there counts the parent's memory too
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])
    except (OSError, IndexError, ValueError):
        pass
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _write_all(file: IO[bytes], data: memoryview) -> None:
    """All of the data to an unbuffered file, which takes what it can at a time."""
    while data:
        data = data[file.write(data) :]


def _all_words(blob: bytes, lengths: np.ndarray) -> bool:
    """True where every word is UTF-8 by itself, not empty and not too long: whole as one run, and none begins inside a letter."""
    if not len(lengths):
        return True
    if lengths.min() < 1 or lengths.max() > LONGEST_WORD:
        return False
    starts = np.frombuffer(blob, np.uint8)[np.cumsum(lengths) - lengths]
    if ((starts & 0xC0) == 0x80).any():
        return False
    try:
        blob.decode()
    except UnicodeDecodeError:
        return False
    return True


def _cut(blob: bytes, lengths: np.ndarray, kept: np.ndarray) -> list[bytes]:
    ends = np.cumsum(lengths)
    return [blob[end - size : end] for end, size in zip(ends[kept].tolist(), lengths[kept].tolist(), strict=True)]
