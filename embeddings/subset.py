"""Subset: some words of a space to search among: those of a list, those that a regular expression finds, or both.

    @capitals           the words of a list
    /ing$/              the words in which the expression matches somewhere; ^ and $ stand for their ends
    @countries /land$/       the words of the list in which it matches

Expressions are matched by RE2, which Arrow carries: its time grows with the length of the text and never runs away, as that of
Python's own `re` does for (a+)+$. It has no look-around and no back-references, for these cannot be kept so. A long expression
can still be slow on a large vocabulary; it is given up after SECONDS, and that is told.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings.errors import BadQuery, UnknownList
from embeddings.vocabulary import Vocabulary
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import WordVectors

if TYPE_CHECKING:
    import pyarrow

LONGEST = 200               # characters of an expression
SECONDS = 2.0               # after which an expression is given up
FIRST, QUICK = 256, 0.05    # words matched at first; twice as many after a part that took less than so many seconds
EXAMPLES = "Write a list as @capitals, a regular expression between slashes as /ing$/, or both: @countries /land$/"

_ASKED = re.compile(r"\s*(?:@(?P<list>[A-Za-z0-9][A-Za-z0-9_-]*))?(?:(?:^|(?<=\S)\s+|\s*)/(?P<pattern>.*)/)?\s*", re.DOTALL)


@dataclass(frozen=True)
class Subset:
    """The words of a list, "" for any word, in which a pattern matches, "" for any. One of both is given."""

    listed: str = ""
    pattern: str = ""

    @classmethod
    def parse(cls, text: str) -> Subset:
        """The subset that a line asks for. Raises BadQuery for one that names none."""
        read = _ASKED.fullmatch(text)
        if read is None or not (read["list"] or read["pattern"]):
            raise BadQuery(f"'{text.strip()[:80]}' names no words to search among. {EXAMPLES}")
        if len(read["pattern"] or "") > LONGEST:
            raise BadQuery(f"The expression has {len(read['pattern']):,} characters; {LONGEST} are the most. A word list takes many words.")
        return cls(read["list"] or "", unicodedata.normalize("NFC", read["pattern"] or ""))

    def __str__(self) -> str:
        return " ".join(filter(None, [self.listed and f"@{self.listed}", self.pattern and f"/{self.pattern}/"]))


@dataclass(frozen=True, eq=False)
class Chosen:
    """The rows of a space that a subset means, (n,) int64 in ascending order, and what was found, as a sentence."""

    rows: np.ndarray
    note: str


def choose(wv: WordVectors, subset: Subset, lists: Mapping[str, WordList | PairList], restrict: int | None = None) -> Chosen:
    """The rows that a subset means, among the first `restrict` (None: all).

    Raises UnknownList, and BadQuery for an expression that cannot be read, naming the place, or that takes too long.
    """
    n = wv.n_words if restrict is None else min(restrict, wv.n_words)
    told = []
    rows = np.arange(n)
    if subset.listed:
        rows, sentence = _of_list(wv, subset.listed, lists, n)
        told.append(sentence)
    if subset.pattern:
        rows = rows[matching(wv.vocabulary, subset.pattern, rows)]
        told.append(_matched(wv, subset, len(rows), n))
    return Chosen(rows, " ".join(told))


def _of_list(wv: WordVectors, name: str, lists: Mapping[str, WordList | PairList], n: int) -> tuple[np.ndarray, str]:
    if name not in lists:
        raise UnknownList(f"There is no word list @{name[:80]}. There are {', '.join('@' + known for known in sorted(lists))}.")
    words = tuple(dict.fromkeys(lists[name].words))
    rows = np.unique(np.array([hit.row for hit in wv.find(words) if hit and hit.row < n], np.int64))
    where = f"{wv.name}" if n == wv.n_words else f"the {n:,} most frequent of {wv.name}"
    return rows, f"Only among @{name}: {len(rows):,} of its {len(words):,} words are in {where}."


def _matched(wv: WordVectors, subset: Subset, found: int, n: int) -> str:
    where = f"of @{subset.listed}" if subset.listed else f"of {n:,}"
    counted = f"{found:,} words {where} match" if found != 1 else f"1 word {where} matches"
    lower = wv.vocabulary.is_lower_case and subset.pattern.lower() != subset.pattern
    hint = f" {wv.name} knows lower case only." if lower and not found and not subset.pattern.startswith("(?i)") else ""
    return f"Only among words that match /{subset.pattern}/: {counted if found else f'no word {where} does'}.{hint}"


def matching(vocabulary: Vocabulary, pattern: str, rows: np.ndarray | None = None) -> np.ndarray:
    """(n,) bool, whether the RE2 expression matches somewhere in each word, or in each of the given rows.

    Case counts, unless the expression begins with (?i). Raises BadQuery naming the place for one that cannot be read, and for
    one that takes longer than SECONDS.
    """
    words = _as_arrow(vocabulary)
    if rows is not None and len(rows) < len(words):
        words = words.take(rows)
    found = np.zeros(len(words), bool)
    began = time.monotonic()
    start, size = 0, FIRST
    _match(words[:0], pattern)                                                 # one that cannot be read is told for no words too
    while start < len(words):
        at = time.monotonic()
        if at - began > SECONDS:
            raise BadQuery(
                f"/{pattern[:80]}/ takes too long: {start:,} of {len(words):,} words were matched in {SECONDS:.0f} seconds. "
                "Use fewer and smaller repetitions."
            )
        found[start : start + size] = _match(words[start : start + size], pattern)
        start += size
        size = 2 * size if time.monotonic() - at < QUICK else max(size // 2, 16)
    return found


def _as_arrow(vocabulary: Vocabulary) -> pyarrow.Array:
    """The words as Arrow has them, without a copy of their bytes."""
    import pyarrow

    offsets = np.ascontiguousarray(vocabulary.offsets, np.int64)
    blob = np.ascontiguousarray(vocabulary.blob)
    return pyarrow.LargeStringArray.from_buffers(len(vocabulary), pyarrow.py_buffer(offsets), pyarrow.py_buffer(blob))


def _match(words: pyarrow.Array, pattern: str) -> np.ndarray:
    import pyarrow
    import pyarrow.compute

    try:
        found = pyarrow.compute.match_substring_regex(words, pattern)
    except pyarrow.ArrowInvalid as error:
        raise BadQuery(_unreadable(pattern, str(error))) from error
    except UnicodeEncodeError as error:
        raise BadQuery(f"The expression holds half a letter (a lone surrogate) at place {error.start + 1}, which no word has.") from error
    matched: np.ndarray = found.to_numpy(zero_copy_only=False)
    return matched


_ENGLISH = {
    "invalid perl operator": "look-around and the like cannot be used here, for they can take forever",
    "invalid escape sequence": "this escape is not known here; back-references cannot be used",
    "bad repetition operator": "one repetition follows another",
    "no argument for repetition operator": "there is nothing to repeat before it",
    "invalid repetition size": "a repetition can be at most 1,000, all nested ones together",
    "missing )": "a parenthesis is not closed",
    "missing ]": "a bracket is not closed",
    "unexpected )": "a parenthesis is closed that was not opened",
    "invalid character class range": "the range runs backwards",
    "pattern too large - compile failed": "it is too large",
    "trailing \\": "it ends with a backslash",
}


def _unreadable(pattern: str, said: str) -> str:
    """What is wrong with an expression and where: RE2 names the part that it stopped at."""
    what, _, part = said.removeprefix("Invalid regular expression: ").partition(": ")
    told = _ENGLISH.get(what, what)
    at = pattern.find(part) if part and part != pattern else -1
    place = f" at place {at + 1}, '{part[:40]}'" if at >= 0 else ""
    return f"/{pattern[:80]}/ cannot be read{place}: {told}. Examples: /ing$/, /^un/, /^[a-z]{{4}}$/."
