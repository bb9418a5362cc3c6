"""Text for a terminal: aligned tables, a progress bar, notes, and letters that a terminal would obey."""

from __future__ import annotations

import math
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from embeddings.settings import Progress, Report, silent

Cell = str | int | float
_OBEYED = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")      # control codes, and turns of direction
BAR = 30


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The rows under their head, columns two spaces apart; numbers to the right, fractions with four places."""
    rows = list(rows)
    lines = [list(head), *([_shown(cell) for cell in row] for row in rows)]
    right = [bool(rows) and not isinstance(cell, str) for cell in (rows[0] if rows else head)]
    widths = [max(_width(line[at]) for line in lines) for at in range(len(head))]
    return "\n".join(_aligned(line, widths, right) for line in lines)


def _shown(cell: Cell) -> str:
    if isinstance(cell, str):
        return printable(cell).replace("\n", "\\n")
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:.4f}"


def _aligned(line: list[str], widths: list[int], right: list[bool]) -> str:
    spaces = [" " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)]
    cells = [space + cell if turned else cell + space for cell, space, turned in zip(line, spaces, right, strict=True)]
    return "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Columns of a terminal: wide letters take two, combining marks none."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.category(letter) in {"Mn", "Me", "Cf"} for letter in text)


def some(words: Sequence[str], most: int = 12) -> str:
    """The words with commas, and how many more there are."""
    return ", ".join(words[:most]) + (f" and {len(words) - most:,} more" if len(words) > most else "")


def printable(text: str) -> str:
    """The text with control codes spelled out, line breaks kept: a word cannot move the cursor or turn the line round."""
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def note(text: str) -> None:
    """Tell the reader something on standard error."""
    print(printable(text), file=sys.stderr)


def bar(stream: TextIO) -> Report:
    """A report that draws a progress bar where the stream is a terminal, and wipes it at the end."""
    if not stream.isatty():
        return silent

    def draw(progress: Progress) -> None:
        done = BAR * progress.done // progress.total
        line = f"[{'#' * done}{'.' * (BAR - done)}] {100 * progress.done // progress.total:3} %  {progress.what}"
        over = progress.done == progress.total
        stream.write(f"\r{' ' * 79}\r" + ("" if over else line[:79]))
        stream.flush()

    return draw


def forgive(*streams: TextIO) -> None:
    """Letters that a stream cannot carry (an ASCII terminal) are spelled out instead of ending the program."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)                     # a stream put in its place may have none
        if reconfigure:
            reconfigure(errors="backslashreplace")


def encodes_everything(stream: TextIO) -> bool:
    """True where the stream is one of Unicode's own encodings."""
    return (stream.encoding or "").lower().replace("_", "-").startswith("utf")


def finite(data: Any) -> Any:
    """The same value with None for NaN and infinity, which JSON lacks."""
    if isinstance(data, dict):
        return {key: finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data
