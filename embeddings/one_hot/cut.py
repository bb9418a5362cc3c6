"""A text seen through a vocabulary of the n most frequent words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from embeddings.errors import BadQuery
from embeddings.vocabulary import Vocabulary

UNKNOWN = "<UNK>"
SHOWN_TOKENS = 200

TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,]\d+)*|[^\w\s]|_")
"""A run of letters with inner apostrophes and hyphens, a number, or one mark of punctuation."""


def tokens(text: str) -> Iterator[str]:
    """The text's words, numbers and marks in order: letters run on over an inner apostrophe or hyphen, as in don't.

    In Unicode's composed form (NFC), as published spaces have it. Scripts whose vowels are combining signs fall apart.
    """
    return (found.group() for found in TOKEN.finditer(unicodedata.normalize("NFC", text)))


@dataclass(frozen=True)
class Cut:
    """A text seen through a vocabulary of the n most frequent words.

    tokens = kept + unknown are counts, coverage = kept / tokens, 0 to 1. text_with_unk: the first 200 tokens with blanks between,
    <UNK> for each unknown one. unknown_words: each with its count, most frequent first, then as they come in the text.
    """

    tokens: int
    kept: int
    unknown: int
    coverage: float
    text_with_unk: str
    unknown_words: tuple[tuple[str, int], ...]


def cut_vocabulary(text: str, vocabulary: Vocabulary, n: int) -> Cut:
    """What is left of a text when only the n first words of the vocabulary are known: all others become <UNK>.

    The order of the rows stands for frequency, most frequent first, as published spaces are sorted; frequency in the
    space's corpus, not in this text. Tokens are lower-cased where the vocabulary is. Tokenisers differ: GloVe's own cut
    don't into do and n't, so that don't is unknown there at any n.
    Raises BadQuery for a text without a token, or an n outside the vocabulary.
    """
    if not 1 <= n <= len(vocabulary):
        raise BadQuery(f"The {n:,} most frequent words were asked for; the vocabulary has {len(vocabulary):,}. Choose 1 to all.")
    found = list(tokens(text.lower() if vocabulary.is_lower_case else text))
    if not found:
        raise BadQuery("The text has no words, so there is nothing to cover. Paste a sentence or more.")
    counts = Counter(found)                                                    # each distinct token is looked up once
    known = {token for token in counts if (row := vocabulary.row(token)) is not None and row < n}
    unknown_words = tuple((token, count) for token, count in counts.most_common() if token not in known)
    unknown = sum(count for _, count in unknown_words)
    shown = " ".join(token if token in known else UNKNOWN for token in found[:SHOWN_TOKENS])
    return Cut(len(found), len(found) - unknown, unknown, 1 - unknown / len(found), shown, unknown_words)
