"""What a space knows of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.word_lists.lists import Listed

if TYPE_CHECKING:
    from embeddings.word_vectors import WordVectors


@dataclass(frozen=True)
class Coverage:
    """Every word of a list is in `found` or in `missing`, each in the order of the list.

    found: as the space spells them; two spellings of one word ("Paris", "paris") are found twice. folded: (asked, found)
    for those that were found only in lower case. missing: as asked.
    """

    found: tuple[str, ...]
    folded: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]


def coverage(wv: WordVectors, word_list: Listed) -> Coverage:
    """Which words of the list have a vector. Case is folded only where the space knows lower case alone."""
    spelled = {word: _spelled(wv, word) for word in word_list.words}
    return Coverage(
        tuple(found for found in spelled.values() if found is not None),
        tuple((word, found) for word, found in spelled.items() if found not in (None, word)),
        tuple(word for word, found in spelled.items() if found is None),
    )


def _spelled(wv: WordVectors, word: str) -> str | None:
    if word in wv.vocabulary:
        return word
    folded = word.lower()
    return folded if folded != word and wv.vocabulary.is_lower_case and folded in wv.vocabulary else None
