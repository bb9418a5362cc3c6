"""Words as a file has them to words as a list has them: stripped, composed, each once, with a note on every change."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

Pair = tuple[str, str]

_HIDDEN = "\ufeff\u200b\u2060"  # byte order mark, zero-width space, word joiner: seen by nobody, and no word has them
_ENDS = _HIDDEN + "".join(chr(code) for code in range(0x3001) if chr(code).isspace())


@dataclass(frozen=True)
class Draft:
    """What one list is made from: words, or pairs, not yet tidied, and what was done to find them."""

    title: str
    words: Sequence[str] = ()
    pairs: Sequence[Pair] = ()
    notes: tuple[str, ...] = ()


def tidy_words(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(distinct words, notes). Blank words are skipped, case is kept."""
    clean, notes = _clean(words)
    filled = [word for word in clean if word]
    distinct = tuple(dict.fromkeys(filled))
    return distinct, notes + counted(len(filled) - len(distinct), "repeated word", "kept once.")


def tidy_pairs(pairs: Sequence[Pair]) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """(distinct pairs, notes). A pair that lacks a word is left out with a note."""
    clean, notes = _clean([word for pair in pairs for word in pair])
    filled = [pair for pair in zip(clean[::2], clean[1::2], strict=True) if any(pair)]
    whole = [pair for pair in filled if all(pair)]
    distinct = tuple(dict.fromkeys(whole))
    halves = ["".join(pair) for pair in filled if not all(pair)]
    lacking = counted(len(halves), "pair", f"left out for lack of the other word: {shown(halves)}.")
    return distinct, notes + lacking + counted(len(whole) - len(distinct), "repeated pair", "kept once.")


def counted(n: int, what: str, done: str) -> tuple[str, ...]:
    """The note "3 repeated words kept once.", nothing for none."""
    return (f"{n:,} {what}{'' if n == 1 else 's'} {done}",) if n else ()


def shown(words: Sequence[str]) -> str:
    """The first few words in quotes, long ones cut."""
    told = ", ".join(f"'{cut(word)}'" for word in words[:3])
    return told + (f" and {len(words) - 3:,} more" if len(words) > 3 else "")


def cut(text: str, longest: int = 40) -> str:
    """The text on one line, at most so many characters of it."""
    line = " ".join(text[: 2 * longest].split())
    return line if len(line) <= longest else line[: longest - 3] + "..."


def _clean(words: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Each word without what is at its ends, its inner spaces single, composed; and notes on what that changed."""
    plain = [word.strip() for word in words]
    bare = [word.strip(_ENDS) for word in plain]
    spaced = [" ".join(word.split()) for word in bare]
    composed = [unicodedata.normalize("NFC", word) for word in spaced]
    return composed, (
        *counted(_changes(plain, bare), "word", "freed of invisible characters at the ends."),
        *counted(_changes(bare, spaced), "word", "with inner spaces made single ones."),
        *counted(_changes(spaced, composed), "word", "brought to composed Unicode (NFC)."),
    )


def _changes(before: Sequence[str], after: Sequence[str]) -> int:
    return sum(map(str.__ne__, before, after))
