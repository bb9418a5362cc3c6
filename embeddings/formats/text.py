"""Word vectors as text: GloVe's without a header, word2vec's and fastText's with one, tables with tabs.

Large files go through a compiled reader, a block at a time; a line that it does not take goes the slow way, which alone decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np

from embeddings.formats.format import Format, Wishes
from embeddings.formats.lines import (
    BOM,
    LONGEST_LINE,
    NUMBER,
    SEVERAL,
    Layout,
    Unreadable,
    first_lines,
    layout_of,
    read_line,
    too_long,
)
from embeddings.formats.making import Making
from embeddings.formats.repairs import counted
from embeddings.formats.stream import Stream

BLOCK = 1 << 20             # bytes read at a time: they stay in the processor's cache from reading to writing
SMALL = 4 << 20             # bytes: a shorter file is read before a compiler is loaded


def recognises(stream: Stream) -> bool:
    """True where one of the first lines ends in a number after a word, and hardly any holds a NUL byte."""
    lines = first_lines(stream)
    clean = [line for line in lines if b"\0" not in line]
    if len(lines) - len(clean) > max(1, len(lines) // 10):
        return False
    return any(len(fields := line.split()) > 1 and NUMBER.fullmatch(fields[-1]) for line in clean)


def read(stream: Stream, making: Making, wishes: Wishes) -> None:
    """Every row of the text. Raises BadFile where no dimension can be told, or a line has no end."""
    repairs = making.repairs
    repairs.dtype, repairs.places = "text", "line"
    if stream.head(3) == BOM:
        stream.read(3)
        repairs.mend("byte order mark left out")
    layout = layout_of(stream)
    repairs.header = "{} {}".format(*layout.header) if layout.header else ""
    lines = _Lines(layout, making)
    if layout.header:
        head = stream.head(LONGEST_LINE)
        stream.read(head.find(b"\n") + 1 or len(head))
    for block, size in _blocks(stream):
        compiled = max(stream.total, stream.produced) > SMALL
        (lines.read_compiled if compiled else lines.read_slowly)(block, size)
    if lines.open_end:
        repairs.note("The last line has no end. It was kept where it was whole; if the file was cut off, its last number may be short.")
    _compare_header(layout, making)


# ---------------------------------------------------------------------------------------------------- blocks of lines


def _blocks(stream: Stream) -> Iterator[tuple[np.ndarray, int]]:
    """(bytes, how many of them are whole lines), one buffer for all blocks. A last line without its end gets none here.

    Raises BadFile for a line longer than any row.
    """
    buffer = np.zeros(LONGEST_LINE + BLOCK + 9, np.uint8)
    view, held = buffer.data, 0
    while True:
        read = stream.readinto(view[held : held + BLOCK])
        whole = _last_newline(view, held, held + read) if read else held
        if read and not whole:
            held += read
            if held > LONGEST_LINE:
                raise too_long(stream)
            continue
        if whole:
            yield buffer, whole
        if not read:
            return
        rest = held + read - whole
        view[:rest] = bytes(view[whole : held + read])
        held = rest


def _last_newline(view: memoryview, held: int, end: int) -> int:
    """Bytes up to the last line end among those that are new, 0 where there is none."""
    for stop in range(end, held, -(1 << 16)):
        at = bytes(view[max(held, stop - (1 << 16)) : stop]).rfind(b"\n")
        if at >= 0:
            return max(held, stop - (1 << 16)) + at + 1
    return 0


class _Lines:
    """Gives the rows of blocks of lines to a space in the making, and counts the lines."""

    def __init__(self, layout: Layout, making: Making) -> None:
        self.layout, self.making = layout, making
        self.next_line, self.open_end = 2 if layout.header else 1, False
        self._room = max(64, BLOCK // (2 * layout.dim))
        self._vectors: np.ndarray | None = None

    def read_slowly(self, block: np.ndarray, size: int) -> None:
        """The rows of a block, line by line."""
        data = block[:size].tobytes()
        self.open_end = not data.endswith(b"\n")
        self.making.repairs.mend("lines that end in CRLF", data.count(b"\r\n"))
        words: list[bytes] = []
        vectors: list[np.ndarray] = []
        places: list[int] = []
        for line in data.removesuffix(b"\n").split(b"\n"):
            told = self._try_line(line, self.next_line, len(words))
            if told:
                words.append(told[0])
                vectors.append(told[1])
                places.append(self.next_line)
            self.next_line += 1
            if len(words) * self.layout.dim > BLOCK:
                self._add_slowly(words, vectors, places)
        self._add_slowly(words, vectors, places)

    def _add_slowly(self, words: list[bytes], vectors: list[np.ndarray], places: list[int]) -> None:
        if words:
            self.making.add_words(words, _as_float32(np.array(vectors)), np.array(places, np.int64))
        for emptied in (words, vectors, places):
            emptied.clear()

    def _try_line(self, line: bytes, number: int, waiting: int) -> tuple[bytes, np.ndarray] | None:
        """The row of a line, None for an empty one and for one that is no row, which is refused in the report.

        waiting: rows before it that were read and not given yet.
        """
        repairs = self.making.repairs
        if not line.strip():
            repairs.mend("empty lines passed over")
            return None
        try:
            word, vector, mended = read_line(line, self.layout)
        except Unreadable as error:
            self.making.refuse(number, str(error), waiting)
            return None
        for kind in mended:
            repairs.mend(kind)
        return word, vector

    def read_compiled(self, block: np.ndarray, size: int) -> None:
        """`read_slowly` at the speed of the compiled reader; the two give the same rows."""
        from embeddings.formats.compiled import POWERS, eights_of, read_lines

        if self._vectors is None:
            self._vectors = np.empty((self._room, self.layout.dim), np.float32)
            self._words = np.empty(LONGEST_LINE + BLOCK, np.uint8)
            self._lengths, self._starts, self._ends = np.empty((3, self._room), np.int64)
            self._good, self._gaps = np.empty((2, self._room), np.bool_)
        self.open_end = bool(block[size - 1] != 10)
        if self.open_end:
            block[size] = 10                                                   # the buffer has a byte to spare
        word_end, blank, at = self.layout.word_end[0], self.layout.blank[0], 0
        while at < size:
            lines, filled, read, returns = read_lines(
                block[at:], eights_of(block[at:]), size - at, self.layout.dim, word_end, blank, POWERS,
                self._vectors, self._words, self._lengths, self._starts, self._ends, self._good, self._gaps,
            )  # fmt: skip
            self.making.repairs.mend("lines that end in CRLF", returns)
            self._add_compiled(block[at : at + read], lines, self._words[:filled].tobytes())
            self.next_line += lines
            at += read

    def _add_compiled(self, block: np.ndarray, lines: int, blob: bytes) -> None:
        vectors = cast(np.ndarray, self._vectors)[:lines]
        lengths, good = self._lengths[:lines].copy(), self._good[:lines]
        places = np.arange(self.next_line, self.next_line + lines)
        if b"\0" in blob:
            blob = _without_nul(blob, lengths, good)
        self.making.repairs.mend(SEVERAL, int((good & self._gaps[:lines]).sum()))
        if not good.all():
            blob, kept = self._patch(block, blob, lengths, vectors)
            lengths, vectors, places = lengths[kept], vectors[kept], places[kept]
        if lines:
            self.making.add(blob, lengths, vectors, places)

    def _patch(self, block: np.ndarray, blob: bytes, lengths: np.ndarray, vectors: np.ndarray) -> tuple[bytes, np.ndarray]:
        """Read the lines that the compiled reader left the slow way; returns the words with theirs in place, and which rows are kept."""
        ends_of_words, kept = np.cumsum(lengths), self._good[: len(lengths)].copy()
        n_good, n_patched, pieces, taken = np.cumsum(kept), 0, [], 0
        for at in np.flatnonzero(~kept).tolist():
            line = block[self._starts[at] : self._ends[at]].tobytes()
            told = self._try_line(line, self.next_line + at, int(n_good[at]) + n_patched)
            if told:
                before = int(ends_of_words[at])
                pieces += [blob[taken:before], told[0]]
                taken, kept[at], lengths[at] = before, True, len(told[0])
                n_patched += 1
                vectors[at] = _as_float32(told[1])
        return b"".join([*pieces, blob[taken:]]), kept


def _without_nul(blob: bytes, lengths: np.ndarray, good: np.ndarray) -> bytes:
    """The words without those that hold a NUL byte, whose lines are good no longer: the slow way tells why."""
    has_nul = np.frombuffer(blob, np.uint8) == 0
    of_line = np.repeat(np.arange(len(lengths)), lengths)                      # of each byte
    bad = np.unique(of_line[has_nul])
    blob = np.frombuffer(blob, np.uint8)[~np.isin(of_line, bad)].tobytes()
    good[bad], lengths[bad] = False, 0
    return blob


def _as_float32(vectors: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):                                           # a number beyond float32 becomes infinity, which is refused
        return vectors.astype(np.float32)


def _compare_header(layout: Layout, making: Making) -> None:
    """Tell where a header and the rows disagree."""
    if layout.header is None:
        return
    n_words, dim = layout.header
    if dim != layout.dim:
        making.repairs.mend("header with another dimension", 1)
        making.repairs.note(f"The header says {counted(dim, 'dimension')}; the rows have {layout.dim:,}, which was believed.")
    making.repairs.compare_rows(n_words)


FORMAT = Format("text", "Text: GloVe, word2vec or fastText .vec, or a table with tabs", recognises, read)
