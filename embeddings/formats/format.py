"""What a file format is: one line of the room's table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from embeddings.formats.making import Making
from embeddings.formats.stream import Stream


@dataclass(frozen=True)
class Wishes:
    """What the reader said about the file beyond its path.

    words: the file of words that belongs to a file of bare vectors. encoding: of the words. trust_pickle: formats that can
    run code when they are opened are opened only with it.
    """

    words: Path | None = None
    encoding: str = "utf-8"
    trust_pickle: bool = False


@dataclass(frozen=True)
class Format:
    """A file format. `recognises` looks at the head of the stream alone; `read` gives every row to `making`.

    `read` is called with the stream at its first byte. It refuses rows through `making.repairs.refuse`, and raises BadFile
    naming the file and the place where nothing can be made of it.
    """

    name: str
    title: str
    recognises: Callable[[Stream], bool]
    read: Callable[[Stream, Making, Wishes], None]
