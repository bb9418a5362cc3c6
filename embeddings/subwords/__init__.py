"""Subwords: the character n-grams that fastText makes a word's vector of, so that a word it never met has one too.

Bojanowski et al. 2017 (TACL 5, section 3.2), and the counting of the program itself (dictionary.cc, fasttext.cc): a word stands
between < and >, its n-grams are runs of `minn` to `maxn` letters of that, and each is found by a 32-bit FNV-1a hash of its bytes.
Several n-grams may share a row.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from embeddings.errors import BadFile, BadQuery

END_OF_SENTENCE = b"</s>"   # fastText's mark, which is no word: it has no n-grams
LONGEST = 100               # letters of an n-gram; the usual models have 3 to 6
SUMMED = 1_000              # rows of n-grams that are gathered at a time


@dataclass(frozen=True, eq=False)
class Subwords:
    """The n-grams of a fastText model.

    minn, maxn: letters of the shortest and the longest n-gram. vectors: (bucket, dim) float32, the row of each hash, usually a
    memory map. encoding: of the bytes that were hashed. Raises BadFile where these do not fit together.
    """

    minn: int
    maxn: int
    vectors: np.ndarray
    encoding: str = "utf-8"

    def __post_init__(self) -> None:
        if not 0 <= self.minn <= self.maxn <= LONGEST or self.maxn < 1:
            raise BadFile(f"n-grams of {self.minn:,} to {self.maxn:,} letters: 0 to {LONGEST} can be, the shorter first.")
        if self.vectors.ndim != 2 or self.vectors.dtype != np.float32 or 0 in self.vectors.shape:
            raise BadFile(f"The n-grams are {self.vectors.dtype} {self.vectors.shape}; float32 (bucket, dim) is needed.")
        try:
            codecs.lookup(self.encoding)
        except (LookupError, ValueError) as error:
            raise BadFile(f"There is no encoding '{self.encoding[:40]}' of words.") from error
        object.__setattr__(self, "vectors", np.asarray(self.vectors).view())
        self.vectors.flags.writeable = False

    def as_json(self) -> dict[str, Any]:
        """What meta.json of a store tells beside the vectors."""
        return {"minn": self.minn, "maxn": self.maxn, "bucket": self.bucket, "encoding": self.encoding}

    @property
    def bucket(self) -> int:
        """Number of rows that n-grams are spread over."""
        return self.vectors.shape[0]

    def ngrams(self, word: str) -> list[str]:
        """The n-grams of the word, by their first letter and then by length: "<ki", "<kin", ..., "ng>". Often none for a short word.

        Raises BadQuery for a word that cannot be written in the model's encoding.
        """
        return [piece.decode(self.encoding, "backslashreplace") for piece in self._pieces(word)]

    def rows(self, word: str) -> np.ndarray:
        """(n,) int64, the row of each of `ngrams(word)`; one row may stand more than once."""
        return np.array([hash_ngram(piece) % self.bucket for piece in self._pieces(word)], np.int64)

    def vector(self, word: str) -> np.ndarray:
        """(dim,) float32, the mean of the rows of the word's n-grams: what fastText's getWordVector gives for an unseen word.

        A word without n-grams gets the zero vector, as in fastText; it says nothing about the word. Raises BadQuery as `ngrams`,
        BadFile where the sum is beyond float32.
        """
        rows, total = self.rows(word), np.zeros(self.vectors.shape[1], np.float32)
        with np.errstate(over="ignore", invalid="ignore"):                     # told below, in words
            for start in range(0, len(rows), SUMMED):
                gathered = self.vectors[rows[start : start + SUMMED]]
                gathered[0] += total                                           # one row after the other, the order of fastText's sum
                total = gathered.sum(axis=0)
        if not np.isfinite(total).all():
            raise BadFile(f"The n-grams of '{word[:60]}' sum to a number beyond float32: the model is damaged.")
        return total * np.float32(1 / max(len(rows), 1))

    def means(self, blob: np.ndarray, offsets: np.ndarray, own: np.ndarray | None = None, mark: bool = True) -> np.ndarray:
        """(n, dim) float32 for many words: the mean of the rows of each one's n-grams, and of its own row where it has one.

        blob: (n_bytes,) uint8, the words as the model hashes them; word i is blob[offsets[i]:offsets[i + 1]]. own: (n, dim)
        float32, what was learned for each whole word. mark: whether </s> is a mark without n-grams; the first fastText took it for
        a word. Summed in float32 and in the order of fastText, so that the numbers are
        fastText's to the last bit. A sum beyond float32 is infinity.
        """
        from embeddings.subwords.compiled import add_ngrams

        made = np.zeros((len(offsets) - 1, self.vectors.shape[1]), np.float32) if own is None else np.array(own, np.float32, order="C")
        words, bounds = np.array(blob, np.uint8), np.array(offsets, np.int64)  # own arrays: the loop is compiled for one kind only
        add_ngrams(words, bounds, self.minn, self.maxn, np.ascontiguousarray(self.vectors), made, int(own is not None), mark)
        return made

    def _pieces(self, word: str) -> Iterator[bytes]:
        try:
            return pieces(word.encode(self.encoding, "surrogatepass"), self.minn, self.maxn)
        except UnicodeEncodeError as error:
            raise BadQuery(f"'{word[:60]}' cannot be written in {self.encoding}, which the words of this model are in.") from error


def pieces(word: bytes, minn: int, maxn: int) -> Iterator[bytes]:
    """The n-grams of a word in bytes, in the order of fastText. A letter is a byte with the UTF-8 continuation bytes after it."""
    marked = b"<" + word + b">"
    starts = [at for at, byte in enumerate(marked) if byte & 0xC0 != 0x80] + [len(marked)]
    last = len(starts) - 1
    for first in range(last if word != END_OF_SENTENCE else 0):
        for size in range(max(minn, 1), min(maxn, last - first) + 1):
            if size > 1 or 0 < first < last - 1:                               # the marks alone are no n-gram
                yield marked[starts[first] : starts[first + size]]


def hash_ngram(ngram: bytes) -> int:
    """32-bit FNV-1a as fastText computes it: a byte from 128 is taken as negative, which also turns the upper 24 bits."""
    value = 2166136261
    for byte in ngram:
        value = (value ^ (byte if byte < 128 else byte | 0xFFFFFF00)) * 16777619 & 0xFFFFFFFF
    return value
