"""What a page begins with in a space that lacks the words of its examples. Works without Streamlit."""

from __future__ import annotations

from embeddings.errors import EmbeddingsError
from embeddings.query import quoted
from embeddings.word_vectors import WordVectors

AMONG = 1_000
"""First words of a space that are looked at."""

FUNCTION_WORDS = 100
"""Words at the head that say little by themselves; a fifth of them where fewer are left to choose from."""

LETTERS = 3
"""Fewest letters of a word to begin with."""


class NotHere(EmbeddingsError):
    """What a page begins with does not fit the space. The reader did nothing yet, so it is told as information, with what to do."""


def own_words(wv: WordVectors, n: int = 5) -> tuple[str, ...]:
    """Up to n words of the space as a query spells them, the same ones each time.

    They stand at even steps among its first AMONG words of LETTERS letters and more, behind the function words; where it has
    no such words, among its first words of any kind.
    """
    first = wv.vocabulary.words(range(min(AMONG, wv.n_words)))
    wordy = [word for word in first if len(word) >= LETTERS and word.isalpha()] or list(first)
    behind = wordy[min(FUNCTION_WORDS, len(wordy) // 5) :]
    return tuple(dict.fromkeys(quoted(behind[at * len(behind) // n]) for at in range(n)))
