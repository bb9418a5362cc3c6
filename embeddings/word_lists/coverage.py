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
    asked = tuple(dict.fromkeys(word_list.words))
    found = wv.find(asked)
    return Coverage(
        tuple(hit.word for hit in found if hit),
        tuple((hit.asked, hit.word) for hit in found if hit and hit.asked != hit.word),
        tuple(word for word, hit in zip(asked, found, strict=True) if hit is None),
    )
