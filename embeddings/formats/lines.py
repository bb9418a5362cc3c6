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
from embeddings.formats.stream import Stream

BOM = b"\xef\xbb\xbf"
NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
NOT_FINITE = re.compile(rb"[+-]?(?:nan|inf|infinity)(?:\(.*\))?", re.IGNORECASE)
LONGEST_LINE = 4 << 20      # bytes: 100,000 numbers of 40 letters
LOOKED_AT = 200             # lines that decide about separators and dimension


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
    head = stream.head(LONGEST_LINE if b"\n" not in stream.head() else 1 << 20)
    lines = lines_of(head, whole=len(head) < 1 << 20)[:LOOKED_AT]
    lines = [line for line in lines if line.strip()]
    if not lines:
        raise BadFile(f"{stream.told} holds no lines of text." if stream.head(1) else f"{stream.told} is empty.")
    header = _header(lines)
    rows = lines[1:] if header else lines
    word_end, blank = _separators(rows)
    found = Counter(filter(None, (_numbers_at_end(line, blank) for line in rows)))
    if header and (not found or 4 * found[header[1]] >= sum(found.values())):
        dim = header[1]
    elif found:
        dim = found.most_common(1)[0][0]
    else:
        dim = 0
    if not 0 < dim <= LARGEST_DIM:
        shown = rows[0][:60].decode("utf-8", "replace") if rows else ""
        raise BadFile(f"{stream.told}, line {2 if header else 1}: no word followed by numbers: '{shown}'. A row is a word and its numbers.")
    return Layout(dim, word_end, blank, header)


def read_line(line: bytes, layout: Layout) -> tuple[bytes, np.ndarray, str]:
    """(word, (dim,) float32, what was mended) of one line without its end. Raises Unreadable with the reason."""
    line = line.rstrip(b"\r" + layout.blank)
    fields, mended = _fields(line, layout), ""
    if len(fields) != layout.dim + 1:
        raise Unreadable(_count_told(line.split(), layout.dim))
    _refuse_no_numbers(fields[1:])
    word = fields[0].strip(layout.word_end)
    if not word:
        raise Unreadable("no word before the numbers")
    if fields[0].startswith(layout.word_end):
        mended = "blanks before a word left out"
    if layout.word_end in word:
        mended = "words that hold blanks"
        if NUMBER.fullmatch(word.rsplit(layout.word_end, 1)[1]):
            raise Unreadable(f"more than {layout.dim:,} numbers; where the word ends cannot be told")
    return word, np.array([float(field) for field in fields[1:]], np.float64), mended


def _fields(line: bytes, layout: Layout) -> list[bytes]:
    """The word and its numbers; several blanks stand for one."""
    if layout.word_end != layout.blank:
        word, _, numbers = line.rpartition(layout.word_end)
        return [word, *filter(None, numbers.split(layout.blank))]
    fields = line.rsplit(layout.blank, layout.dim)
    return re.sub(layout.blank + b"+", layout.blank, line).rsplit(layout.blank, layout.dim) if b"" in fields[1:] else fields


def _refuse_no_numbers(fields: list[bytes]) -> None:
    for field in fields:
        if not NUMBER.fullmatch(field):
            shown = field[:30].decode("utf-8", "replace")
            raise Unreadable(f"'{shown}' is not finite" if NOT_FINITE.fullmatch(field) else f"'{shown}' is no number")


def _count_told(fields: list[bytes], dim: int) -> str:
    if not fields:
        return "an empty line"
    numbers = 0
    for field in reversed(fields):
        if not NUMBER.fullmatch(field):
            break
        numbers += 1
    if numbers == len(fields):
        numbers -= 1
    return f"{numbers:,} {'number' if numbers == 1 else 'numbers'} where {dim:,} belong"


# ---------------------------------------------------------------------------------------------------- the first lines


def lines_of(head: bytes, whole: bool) -> list[bytes]:
    """The lines of the head without their ends; the last only where it is `whole`."""
    lines = head.split(b"\n")
    return [line.rstrip(b"\r") for line in (lines if whole or len(lines) == 1 else lines[:-1])]


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
