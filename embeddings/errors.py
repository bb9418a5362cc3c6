"""Everything a reader can cause or cure, worded for the reader: what was asked, what was found, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class EmbeddingsError(Exception):
    """Base of all errors that are shown to the reader as a message. Any other exception is a bug."""


class BadQuery(EmbeddingsError):
    """A query that cannot be read or cannot be answered as asked."""


class UnknownWords(EmbeddingsError):
    """One or more asked words have no vector in the space.

    `words` are the absent words in the order asked; `near` maps each to existing words of similar spelling, best first
    (an empty tuple where none is close, or where too many words were absent to look all of them up).
    """

    def __init__(
        self, words: Sequence[str], space: str, near: Mapping[str, Sequence[str]], n_words: int, hint: str = ""
    ) -> None:
        self.words = tuple(words)
        self.space = space
        self.near = {word: tuple(near.get(word, ())) for word in self.words}
        shown = "; ".join(_told(word, self.near[word]) for word in self.words[:30])
        more = f" (and {len(self.words) - 30:,} more)" if len(self.words) > 30 else ""
        size = "1 word" if n_words == 1 else f"{n_words:,} words"
        super().__init__(f"No vector in {space} ({size}) for {shown}{more}.{' ' + hint if hint else ''}")


def _told(word: str, near: Sequence[str]) -> str:
    shown = word if len(word) <= 60 else word[:57] + "..."
    return f"'{shown}'" + (f" (near: {', '.join(near)})" if near else "")


class BadFile(EmbeddingsError):
    """A file that cannot be read as what it was offered for. The message names the file and, where known, the line."""


class BadSetting(EmbeddingsError):
    """A setting outside its range. The message names the setting, the value and the range."""


class UnknownSpace(EmbeddingsError):
    """No space of that name in the box or on this disk."""


class UnknownList(EmbeddingsError):
    """No word list of that name in the box or among the reader's own."""


class StorageError(EmbeddingsError):
    """The data folder cannot be read or written."""


class Cancelled(EmbeddingsError):
    """The reader asked a long run to stop."""


class Unreachable(EmbeddingsError):
    """A file that no server gave whole. The message says what each answered, and how to bring the file by hand."""
