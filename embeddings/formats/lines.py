"""Lines of word vectors: how a file lays them out, told from its first lines, and one line taken apart.

A line is a word and its numbers. The numbers stand at the end of the line, so a word may hold blanks itself (". . ." in
glove.840B): the last `dim` fields are numbers, and what is before them is the word. Lines end at LF or CRLF and nowhere else:
NEL, NBSP and their kin are letters of words.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from embeddings.errors import BadFile
from embeddings.formats.making import LARGEST_DIM
from embeddings.formats.repairs import counted
from embeddings.formats.stream import Stream

BOM = b"\xef\xbb\xbf"
NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
NOT_FINITE = re.compile(rb"[+-]?(?:nan|inf|infinity)(?:\(.*\))?", re.IGNORECASE)
LONGEST_LINE = 4 << 20      # bytes: 100,000 numbers of 40 letters
HEAD = 1 << 16              # bytes that the lines are looked for in, more where they hold no whole line
LOOKED_AT = 200             # lines that decide about separators and dimension

SEVERAL = "several blanks in a row taken for one"
PADDED = "blanks around numbers left out"
BEFORE = "blanks before a word left out"
INSIDE = "words that hold blanks"


@dataclass(frozen=True)
class Layout:
    """How the lines of a file are laid out. word_end: the byte after a word; blank: the one between numbers."""

    dim: int
    word_end: bytes
    blank: bytes
    header: tuple[int, int] | None = None


class Unreadable(Exception):
    """Why a line is no row."""


def layout_of(stream: Stream) -> Layout:
    """Separators, dimension and header, told from the first lines. Raises BadFile."""
    refuse_endless(stream)
    lines = [line for line in first_lines(stream, 1 << 20) if line.strip()]
    if not lines:
        raise BadFile(f"{stream.told} holds no lines of text." if stream.head(1) else f"{stream.told} is empty.")
    header = _header(lines)
    rows = lines[1:] if header else lines
    word_end, blank = _separators(rows)
    found = Counter(filter(None, (_numbers_at_end(line, blank) for line in rows)))
    believed = header and (not found or 4 * found[header[1]] >= sum(found.values()))
    dim = header[1] if header and believed else max(found, key=lambda dim: found[dim], default=0)
    if dim > LARGEST_DIM:
        told = f"line {2 if header and found else 1}: {dim:,} dimensions"
        raise BadFile(f"{stream.told}, {told}; up to {LARGEST_DIM:,} can be read.")
    if not dim:
        shown = rows[0][:60].decode("utf-8", "replace") if rows else ""
        raise BadFile(f"{stream.told}, line {2 if header else 1}: no word followed by numbers: '{shown}'. A row is a word and its numbers.")
    return Layout(dim, word_end, blank, header)


def read_line(line: bytes, layout: Layout) -> tuple[bytes, np.ndarray, list[str]]:
    """(word, (dim,) float64, what was mended) of one line without its end. Raises Unreadable with the reason."""
    line = line.rstrip(b"\r\t " if layout.word_end == b"\t" else b"\r" + layout.blank)
    fields, mended = _fields(line, layout)
    if len(fields) != layout.dim + 1:
        raise Unreadable(_count_told(line, layout))
    _refuse_no_numbers(fields[1:])
    word = fields[0].strip(layout.word_end)
    if not word:
        raise Unreadable("no word before the numbers")
    if b"\0" in word:
        raise Unreadable("its word holds a NUL byte, which no text has")
    if fields[0].startswith(layout.word_end):
        mended.append(BEFORE)
    if layout.word_end in word:
        mended.append(INSIDE)
        if NUMBER.fullmatch(word.rsplit(layout.word_end, 1)[1]):
            raise Unreadable(f"more than {counted(layout.dim, 'number')}; where the word ends cannot be told")
    return word, np.array([float(field) for field in fields[1:]], np.float64), mended


def _fields(line: bytes, layout: Layout) -> tuple[list[bytes], list[str]]:
    """The word as it stands and its numbers, and what was mended between them: several blanks stand for one."""
    if layout.word_end != layout.blank:
        word, _, of_numbers = line.rpartition(layout.word_end)
        parts = of_numbers.split(layout.blank)
        return [word, *filter(None, parts)], [SEVERAL] if b"" in parts or word.endswith(layout.word_end) else []
    fields = line.rsplit(layout.blank, layout.dim)
    mended = [PADDED] if layout.blank == b"\t" and any(field.strip(b" ") != field for field in fields[1:]) else []
    if not mended and b"" not in fields[1:] and not fields[0].endswith(layout.blank):
        return fields, mended
    parts = line.split(layout.blank)
    filled = [at for at, part in enumerate(parts) if part.strip(b" ")]
    of_word = parts[: filled[-layout.dim - 1] + 1] if len(filled) > layout.dim else []
    numbers = [parts[at].strip(b" ") for at in filled[-layout.dim :]]
    if len(of_word) + len(numbers) < len(parts):
        mended.append(SEVERAL)
    return [layout.blank.join(of_word), *numbers], mended


def _refuse_no_numbers(fields: list[bytes]) -> None:
    for field in fields:
        if not NUMBER.fullmatch(field):
            shown = field[:30].decode("utf-8", "replace")
            raise Unreadable(f"'{shown}' is not finite" if NOT_FINITE.fullmatch(field) else f"'{shown}' is no number")


def _count_told(line: bytes, layout: Layout) -> str:
    """How many numbers a line has, split as the reader splits it."""
    if layout.word_end != layout.blank:
        word, _, numbers = line.rpartition(layout.word_end)
        fields = [word, *numbers.split(layout.blank)]
    else:
        fields = [field.strip(b" ") for field in line.split(layout.blank)]
    fields = list(filter(None, fields))
    if not fields:
        return "an empty line"
    told = f"{counted(_numbers_of(fields), 'number')} where {layout.dim:,} {'belongs' if layout.dim == 1 else 'belong'}"
    apart = _numbers_of(line.split()) == layout.dim
    return f"{told}: they do not stand apart as those of the first lines do" if apart else told


def _numbers_of(fields: list[bytes]) -> int:
    """How many fields at the end are numbers; the first is the word."""
    numbers = 0
    for field in reversed(fields[1:]):
        if not NUMBER.fullmatch(field):
            break
        numbers += 1
    return numbers


# ---------------------------------------------------------------------------------------------------- the first lines


def first_lines(stream: Stream, size: int = HEAD) -> list[bytes]:
    """Up to LOOKED_AT lines without their ends, from the next `size` bytes, or from more where these hold no line end.

    A line that is cut there is left out; where it is the only one, its last field is, which may be half a number.
    """
    size = size if b"\n" in stream.head(HEAD) else LONGEST_LINE + 1
    head = stream.head(size)
    lines = head.removeprefix(BOM).split(b"\n")
    if len(head) == size:
        lines = lines[:-1] or [lines[0][: max(lines[0].rfind(b" "), lines[0].rfind(b"\t"), 0)]]
    return [line.rstrip(b"\r") for line in lines[:LOOKED_AT]]


def refuse_endless(stream: Stream) -> None:
    """Raise BadFile where the first line has no end: it ends in CR alone, or is longer than any row."""
    if b"\n" in stream.head(HEAD):
        return
    line = stream.head(LONGEST_LINE + 1).partition(b"\n")[0]
    pieces = [piece.split() for piece in line.split(b"\r") if piece.strip()]
    if len(pieces) > 1 and all(len(fields) > 1 and NUMBER.fullmatch(fields[-1]) for fields in pieces[:-1]):
        cure = "Write them with LF, for example: tr '\\r' '\\n' < FILE > NEW"
        raise BadFile(f"The lines of {stream.told} end in CR alone, as on old Macs. {cure}.")
    if len(line) > LONGEST_LINE:
        raise too_long(stream)


def too_long(stream: Stream) -> BadFile:
    """The error for a line that is longer than any row."""
    return BadFile(f"{stream.told} has a line of more than {LONGEST_LINE:,} bytes. Word vectors have none.")


def _header(lines: list[bytes]) -> tuple[int, int] | None:
    """(words, dimensions) where the first line says so and the second does not read like another of its kind."""
    fields = lines[0].split()
    if len(fields) != 2 or not all(field.isdigit() and len(field) < 20 for field in fields):
        return None
    n_words, dim = int(fields[0]), int(fields[1])
    if len(lines) > 1 and len(lines[1].split()) == 2 and dim != 1:
        return None
    return n_words, dim


def _separators(rows: list[bytes]) -> tuple[bytes, bytes]:
    """(after the word, between numbers): tabs where most rows hold as many tabs as numbers, or one tab after the word."""
    tabbed = [line for line in rows if b"\t" in line]
    if 2 * len(tabbed) <= len(rows):
        return b" ", b" "
    several = sum(line.count(b"\t") > 1 or b" " not in line.partition(b"\t")[2].strip() for line in tabbed)
    return b"\t", b"\t" if 2 * several > len(tabbed) else b" "


def _numbers_at_end(line: bytes, blank: bytes) -> int:
    """How many fields at the end of the line are numbers, the first field left out."""
    fields = line.split(blank) if blank == b"\t" else line.split()
    numbers = 0
    for field in reversed([field.strip() for field in fields][1:]):
        if not NUMBER.fullmatch(field) and not NOT_FINITE.fullmatch(field):
            break
        numbers += 1
    return numbers
