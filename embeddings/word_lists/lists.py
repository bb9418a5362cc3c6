"""The two kinds of list, and the names they go by."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
LONGEST_NAME = 60
_PLAIN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h"})
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")  # Windows opens a device, whatever the ending of the file


@dataclass(frozen=True)
class WordList:
    """Distinct words or phrases in order, used in queries as @name. `notes` say what was done to the file."""

    name: str
    words: tuple[str, ...]
    title: str = ""
    source: str = ""
    licence: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PairList:
    """Distinct pairs in order, each from its first word to its second."""

    name: str
    pairs: tuple[tuple[str, str], ...]
    title: str = ""
    source: str = ""
    licence: str = ""
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The distinct words of the pairs, in the order in which they first stand."""
        return tuple(dict.fromkeys(word for pair in self.pairs for word in pair))


Listed = WordList | PairList


def slug(text: str) -> str:
    """A name for a list: [a-z0-9][a-z0-9_-]{0,59}, "list" where nothing of the text is left. slug(slug(text)) == slug(text)."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_PLAIN))
    letters = "".join(mark for mark in decomposed if not unicodedata.combining(mark)).lower()
    name = re.sub(r"[^a-z0-9_-]+", "-", letters).strip("-_")[:LONGEST_NAME].rstrip("-_")
    return f"{name}-list" if _DEVICES.fullmatch(name) else name or "list"


def is_name(text: str) -> bool:
    """True where the text can name a list and its file: no path can be spelled with it."""
    return bool(NAME.fullmatch(text)) and not _DEVICES.fullmatch(text)
