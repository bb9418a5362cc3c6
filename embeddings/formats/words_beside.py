"""The words that belong to a file of bare vectors: one a line, a list in JSON, or NumPy's array of strings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from embeddings.errors import BadFile
from embeddings.formats.making import LONGEST_WORD, Making
from embeddings.formats.npy_header import MAGIC, NpyHeader
from embeddings.formats.repairs import counted
from embeddings.formats.stream import BLOCK, Stream

BOM = b"\xef\xbb\xbf"
LARGEST_JSON = 1 << 30      # bytes; a list of words is read as a whole
LONGEST_LINE = 1 << 20      # bytes


class WordsBeside:
    """Words in order, taken as many at a time as there are rows. Use it in a `with`.

    path: .json holds a list of strings; a file with NumPy's magic holds an array of strings; any other is text, a word a line,
    plain or packed. Raises BadFile naming the file.
    """

    def __init__(self, path: Path, making: Making) -> None:
        self.stream = Stream(path)
        self.taken = 0
        try:
            self._words = self._open(making)
        except BaseException:
            self.stream.close()
            raise

    def __enter__(self) -> WordsBeside:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    def take(self, n: int) -> list[bytes]:
        """The next n words, fewer at the end."""
        words = list(islice(self._words, n))
        self.taken += len(words)
        return words

    def count_all(self) -> int:
        """How many there are; what was not taken is read and counted."""
        self.taken += sum(1 for _ in self._words)
        return self.taken

    def _open(self, making: Making) -> Iterator[bytes]:
        head = self.stream.head()
        if head.startswith(MAGIC):
            making.encoding = "utf-8"
            return _npy(self.stream)
        if self.stream.name.lower().endswith(".json"):
            making.encoding = "utf-8"
            return iter(_json(self.stream))
        return lines(self.stream, making)


def mismatch(vectors: str, rows: int, words: str, n_words: int) -> BadFile:
    """The error for two files that do not belong together."""
    told = f"{vectors} has {counted(rows, 'row')} and {words} has {counted(n_words, 'word')}"
    return BadFile(f"{told}. Each row needs its own word, in the same order.")


def lines(stream: Stream, making: Making) -> Iterator[bytes]:
    """The lines of a text without their ends, LF or CRLF, without a byte order mark. Raises BadFile for what is no text."""
    head = stream.head()
    if not head:
        raise BadFile(f"{stream.told} is empty. It should hold the words, one a line.")
    if b"\0" in head or head[:1] == b"\x80":
        raise _no_text(stream)
    if head.startswith(BOM):
        stream.read(len(BOM))
        making.repairs.mend("byte order mark left out")
    return _lines(stream, making)


def _no_text(stream: Stream) -> BadFile:
    return BadFile(f"{stream.told} is no text. Give the words one a line in UTF-8, as a .json list, or as a .npy array of strings.")


def _lines(stream: Stream, making: Making) -> Iterator[bytes]:
    rest = b""
    while data := stream.read(BLOCK):
        if b"\0" in data:
            raise _no_text(stream)
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            if line.endswith(b"\r"):
                line = line[:-1]
                making.repairs.mend("lines that end in CRLF")
            yield line
        if len(rest) > LONGEST_LINE:
            raise BadFile(f"{stream.told} has a line of more than {LONGEST_LINE:,} bytes. Words are shorter.")
    if rest:
        yield rest.removesuffix(b"\r")


def _json(stream: Stream) -> list[bytes]:
    parts, size = [], 0
    while data := stream.read(BLOCK):
        parts.append(data)
        size += len(data)
        if size > LARGEST_JSON:
            raise BadFile(f"{stream.told} has more than {LARGEST_JSON:,} bytes. Give so many words as text, one a line.")
    try:
        words = json.loads(b"".join(parts))
    except (ValueError, RecursionError) as error:
        raise BadFile(f"{stream.told} is no JSON: {error}.") from error
    if not isinstance(words, list):
        raise BadFile(f"{stream.told} holds no list. A list of words in JSON reads: [\"the\", \"of\"].")
    for at, word in enumerate(words):
        if not isinstance(word, str):
            raise BadFile(f"{stream.told}, entry {at + 1:,}: {json.dumps(word)[:40]} is no string. Every word must be one.")
    return [word.encode("utf-8", "surrogatepass") for word in words]


def _npy(stream: Stream) -> Iterator[bytes]:
    header = NpyHeader.read(stream)
    if header.dtype.kind not in "US" or len(header.shape) != 1:
        raise BadFile(
            f"{stream.told} holds {header.told}; words are an array of strings of one dimension. "
            "Save them so: np.save('words.npy', np.array(words, dtype=str))."
        )
    if header.dtype.itemsize > 4 * LONGEST_WORD:
        raise BadFile(f"{stream.told} holds strings of {header.dtype.itemsize:,} bytes; words have up to {LONGEST_WORD:,}.")
    size, n_words = header.dtype.itemsize, header.shape[0]
    if not size:
        raise BadFile(f"{stream.told} holds {counted(n_words, 'string')} of no letters by its header: none is a word.")
    if stream.is_plain and (there := stream.total - header.begin) < header.size:
        raise _cut_off(stream, n_words - there // size, n_words)
    return _strings(stream, header, n_words)


def _strings(stream: Stream, header: NpyHeader, n_words: int) -> Iterator[bytes]:
    size, left = header.dtype.itemsize, n_words
    while left:
        n = min(left, max(1, BLOCK // size))
        data = stream.read(n * size)
        if len(data) < n * size:
            raise _cut_off(stream, left - len(data) // size, n_words)
        for word in np.frombuffer(data, header.dtype, n).tolist():
            yield word.encode("utf-8", "surrogatepass") if isinstance(word, str) else word
        left -= n


def _cut_off(stream: Stream, missing: int, n_words: int) -> BadFile:
    what = "is missing or broken" if missing == 1 else "are missing or broken"
    return BadFile(f"{stream.told} is cut off: {missing:,} of its {counted(n_words, 'word')} {what}. Get the file again.")
