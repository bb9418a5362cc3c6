"""WordVectors: a space of words, frozen, shared between readers, and left where it lies on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.errors import BadFile, UnknownWords
from embeddings.subwords import Subwords
from embeddings.vocabulary import Vocabulary

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

SPELLINGS_AMONG = 200_000   # rarer words are seldom what was meant
MOST_SPELLED_OUT = 6        # so many absent words get near spellings; each costs a scan of the vocabulary


@dataclass(frozen=True)
class Source:
    """Where a space comes from: shown wherever it is introduced."""

    title: str = ""
    credit: str = ""
    licence: str = ""
    url: str = ""
    path: str = ""
    format: str = "memory"
    sha256: str = ""


@dataclass(frozen=True)
class Found:
    """A word as it was asked and as the space spells it."""

    asked: str
    word: str
    row: int


@dataclass(frozen=True, eq=False)
class Composed:
    """A word that the space does not hold, as it was asked and as it was read, and the vector put together from its n-grams.

    vector: (dim,) float32. ngrams: what it was put together from; one or more.
    """

    asked: str
    word: str
    vector: np.ndarray
    ngrams: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class WordVectors:
    """Vocabulary and vectors under a name.

    vectors: (n_words, dim) float32, read-only, in row or column order, usually a memory map that is never copied.
    Rows are in the order of the source, which is frequency order for GloVe, word2vec and fastText files.
    subwords: the n-grams of a fastText model, from which `wv[word]` and queries give an unseen word a vector. Rows, `in`,
    lists, directions and maps keep to the words that are stored.
    folder: where what is built for the space (search.index) is kept beside it, there or not yet; None for a space in memory.
    Raises BadFile where vectors and vocabulary disagree.
    """

    name: str
    vocabulary: Vocabulary
    vectors: np.ndarray
    source: Source = field(default_factory=Source)
    subwords: Subwords | None = None
    folder: Path | None = None

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or self.vectors.dtype != np.float32 or 0 in self.vectors.shape:
            raise BadFile(f"{self.name}: vectors are {self.vectors.dtype} {self.vectors.shape}; float32 (words, dim) is needed.")
        if len(self.vectors) != len(self.vocabulary):
            raise BadFile(f"{self.name}: {len(self.vocabulary):,} words but {len(self.vectors):,} vectors.")
        if self.subwords and self.subwords.vectors.shape[1] != self.dim:
            raise BadFile(f"{self.name}: vectors of {self.dim:,} components, but n-grams of {self.subwords.vectors.shape[1]:,}.")
        object.__setattr__(self, "vectors", self.vectors.view())               # the caller's array stays as writable as it was
        self.vectors.flags.writeable = False

    @classmethod
    def from_arrays(cls, name: str, words: Iterable[str], vectors: Any, source: Source | None = None) -> WordVectors:
        """A space from words and anything NumPy makes a (n_words, dim) array of. The vectors are copied to float32.

        Raises BadFile for NaN or infinity.
        """
        return cls(name, Vocabulary.from_words(words), refuse_not_finite(name, np.array(vectors, np.float32)), source or Source())

    @classmethod
    def from_gensim(cls, keyed: KeyedVectors, name: str) -> WordVectors:
        """A space from gensim's KeyedVectors. The vectors are shared where they are float32 already."""
        return cls(name, Vocabulary.from_words(keyed.index_to_key), refuse_not_finite(name, np.asarray(keyed.vectors, np.float32).view()))

    def to_gensim(self) -> KeyedVectors:
        """gensim's KeyedVectors with the same words and a copy of the vectors."""
        from gensim.models import KeyedVectors

        keyed = KeyedVectors(self.dim)
        keyed.add_vectors(list(self.vocabulary), np.array(self.vectors))
        return keyed

    @property
    def n_words(self) -> int:
        """Number of words."""
        return self.vectors.shape[0]

    @property
    def dim(self) -> int:
        """Number of components of a vector."""
        return self.vectors.shape[1]

    def __len__(self) -> int:
        return self.n_words

    def __iter__(self) -> Iterator[str]:
        return iter(self.vocabulary)

    def __contains__(self, word: object) -> bool:
        return word in self.vocabulary

    def __getitem__(self, word: str) -> np.ndarray:
        """(dim,) float32, the vector as the source has it, or made of its n-grams where the space has `subwords`; case is not folded.

        Raises UnknownWords for a word that is not there and has no n-grams.
        """
        row = self.vocabulary.row(word)
        if row is not None:
            return self.vectors[row]
        if self.subwords and self.subwords.ngrams(word):
            return self.subwords.vector(word)
        raise self.unknown([word], self.no_ngrams)

    def rows(self, words: Iterable[str]) -> np.ndarray:
        """(n,) int64 rows of the words, spelled as the space spells them. Raises UnknownWords naming every absent word."""
        asked = list(words)
        rows = self.vocabulary.rows(asked)
        if (rows < 0).any():
            raise self.unknown([asked[at] for at in np.flatnonzero(rows < 0)])
        return rows

    def find(self, words: Iterable[str]) -> list[Found | None]:
        """Each word as the space spells it: as asked, else in lower case where the space knows no other. None if absent."""
        asked = list(words)
        rows = self.vocabulary.rows(asked)
        spelled = asked
        if self.vocabulary.is_lower_case and (rows < 0).any():
            spelled = [word.lower() if row < 0 else word for word, row in zip(asked, rows, strict=True)]
            rows = self.vocabulary.rows(spelled)
        return [Found(*told) if told[2] >= 0 else None for told in zip(asked, spelled, rows.tolist(), strict=True)]

    def find_all(self, words: Iterable[str], hint: str = "") -> list[Found]:
        """`find` for words that all must be there. Raises UnknownWords naming every absent word, with the hint at its end."""
        asked = list(words)
        found = self.find(asked)
        absent = [word for word, hit in zip(asked, found, strict=True) if hit is None]
        if absent:
            raise self.unknown(absent, hint)
        return [hit for hit in found if hit]

    def composed(self, word: str) -> Composed | None:
        """A word that `find` does not find, made of its n-grams; in lower case where the space knows no other.

        None where the space has no `subwords`, or the word is too short for their n-grams. Raises BadQuery for a word that
        cannot be written in the encoding of the model.
        """
        if not self.subwords:
            return None
        spelled = word.lower() if self.vocabulary.is_lower_case else word
        ngrams = self.subwords.ngrams(spelled)
        return Composed(word, spelled, self.subwords.vector(spelled), tuple(ngrams)) if ngrams else None

    @property
    def no_ngrams(self) -> str:
        """Why a space with `subwords` still has no vector for a word; "" for a space without."""
        if not self.subwords:
            return ""
        shortest, longest = self.subwords.minn, self.subwords.maxn
        return f"It puts unseen words together from n-grams of {shortest} to {longest} letters, < and > counted; shorter ones have none."

    def first(self, n: int) -> WordVectors:
        """The space of the n first, most frequent words, without a copy; itself where it has no more."""
        if n >= self.n_words:
            return self
        offsets = self.vocabulary.offsets[: n + 1]
        words = Vocabulary(self.vocabulary.blob[: int(offsets[-1])], offsets)
        cut = WordVectors(self.name, words, self.vectors[:n], self.source, self.subwords)
        return cut.with_inverse_norms(self.inverse_norms[:n]) if "inverse_norms" in self.__dict__ else cut

    def unknown(self, absent: Sequence[str], hint: str = "") -> UnknownWords:
        """The error that names the absent words, with near spellings for the first few and a hint at the end."""
        absent = list(dict.fromkeys(absent))
        near = {word: self.near_spellings(word) for word in absent[:MOST_SPELLED_OUT]}
        return UnknownWords(absent, self.name, near, self.n_words, hint)

    def near_spellings(self, word: str, k: int = 4) -> list[str]:
        """Up to k words within two edits (one for words of up to three letters), nearest first, then the more frequent.

        Looked for among the SPELLINGS_AMONG first words, in rapidfuzz's optimal string alignment distance (a swap is one edit).
        """
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        asked = word.lower() if self.vocabulary.is_lower_case else word
        if not 0 < len(asked) <= 60:
            return []
        most = 2 if len(asked) > 3 else 1
        hits = extract(asked, self._spellings, scorer=OSA.distance, score_cutoff=most, limit=50)
        return [hit[0] for hit in sorted(hits, key=lambda hit: (hit[1], hit[2]))[:k]]

    @cached_property
    def _spellings(self) -> list[str]:
        return self.vocabulary.words_before(min(self.n_words, SPELLINGS_AMONG))

    @cached_property
    def inverse_norms(self) -> np.ndarray:
        """(n_words,) float32, one over the Euclidean length of each vector; 0 for a zero vector, whose cosine is 0 to all."""
        return inverse_norms(self.vectors)

    def with_inverse_norms(self, kept: np.ndarray) -> WordVectors:
        """The space itself, with its `inverse_norms` from a store, which spares the first query a pass over the vectors.

        kept: (n_words,) float32 as `inverse_norms` made it of these very vectors. Raises BadFile for another number of them.
        """
        if kept.shape != (self.n_words,) or kept.dtype != np.float32:
            raise BadFile(f"{self.name}: {self.n_words:,} vectors, but lengths are {kept.dtype} {kept.shape}.")
        self.__dict__["inverse_norms"] = kept                                  # where cached_property looks; a changed copy has none
        return self

    @property
    def unit(self) -> UnitVectors:
        """The vectors scaled to length one, a few rows at a time: `wv.unit[rows]`. No copy of the whole space is made."""
        return UnitVectors(self)

    @cached_property
    def content(self) -> str:
        """16 hexadecimal digits that tell what spaces hold apart: shape, the source's sha256, words and a sample of the numbers."""
        digest = hashlib.sha256(f"{self.vectors.shape} {self.source.sha256}".encode())
        digest.update(self.vocabulary.blob[:1_000_000].tobytes())
        step = max(1, self.n_words // 1000)
        digest.update(self.vectors[::step].tobytes())
        return digest.hexdigest()[:16]

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that tell spaces apart: what they hold, and their names."""
        return hashlib.sha256(f"{self.name} {self.content}".encode()).hexdigest()[:16]


def inverse_norms(vectors: np.ndarray) -> np.ndarray:
    """(n,) float32, one over the Euclidean length of each of (n, dim) vectors.

    0 for a vector of length 0, and for one shorter than 1e-38, whose length has no inverse in float32.
    """
    with np.errstate(over="ignore", under="ignore"):
        norms = np.sqrt(np.einsum("dn,dn->n", vectors.T, vectors.T, optimize=False))
    odd = np.flatnonzero(~((norms > 1e-15) & (norms < 1e15)))                  # squares that float32 cannot hold
    if not len(odd):
        return np.reciprocal(norms)
    exact = norms.astype(np.float64)
    exact[odd] = np.linalg.norm(vectors[odd].astype(np.float64), axis=1)
    return np.divide(1.0, exact, out=np.zeros_like(exact), where=exact > 1e-38).astype(np.float32)


def refuse_not_finite(name: str, vectors: np.ndarray) -> np.ndarray:
    """The vectors, if each is made of numbers: one NaN would spoil every ranking. Raises BadFile naming the first row that is not."""
    whole = np.isfinite(vectors).all(axis=-1)
    if not whole.all():
        raise BadFile(f"{name}: row {int(np.argmin(whole)):,} holds NaN or infinity. Leave it out: it would spoil every ranking.")
    return vectors


class UnitVectors:
    """View of a space's vectors at length one, made row by row on request."""

    def __init__(self, wv: WordVectors) -> None:
        self._wv = wv

    def __getitem__(self, rows: Any) -> np.ndarray:
        """(n, dim) float32 for an array or slice of rows, (dim,) for one row."""
        scale = self._wv.inverse_norms[rows]
        return np.ascontiguousarray(self._wv.vectors[rows] * (scale[..., None] if np.ndim(scale) else scale))
