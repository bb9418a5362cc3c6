"""Text for a terminal: aligned tables, a progress bar, notes, and letters that a terminal would obey."""

from __future__ import annotations

import math
import os
import re
import sys
import time
import unicodedata
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from embeddings.errors import StorageError
from embeddings.runs import duration, seconds_left
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


class Unprintable(StorageError):
    """Standard output takes nothing: its disk is full, or it was closed."""


def say(text: str) -> None:
    """Print an answer on standard output. Raises Unprintable, and BrokenPipeError where its reader has read enough."""
    if sys.stdout is None:
        raise Unprintable("The answer cannot be printed: standard output is closed.")
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        raise Unprintable(f"The answer cannot be printed: {error.strerror or error}. Send standard output to another place.") from error


def drop_output() -> None:
    """Let go of what standard output did not take, so that the flush at the end of the program does not fail as well."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(text: str) -> None:
    """Tell the reader something on standard error, where there is any."""
    if sys.stderr is not None:
        print(printable(text), file=sys.stderr)


class Bar:
    """A report that draws a progress bar on a terminal: how much is done, what is being done and how long it still takes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._reported = stream, deque[tuple[float, Progress]](maxlen=2_000)
        self._drawn, self._share = 0.0, (-1, -1)

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        over = progress.done >= progress.total > 0
        share = 100 * progress.done // max(progress.total, 1)
        if (share, progress.total) == self._share and now - self._drawn < 0.1:  # a terminal draws slower than a loop turns
            return
        self._drawn, self._share = now, (share, progress.total)
        self._reported.append((now, progress))
        self._stream.write(f"\r{' ' * 79}\r" + ("" if over else self._line(progress, now)))
        self._stream.flush()

    def _line(self, progress: Progress, now: float) -> str:
        if progress.total <= 0:
            return printable(f"{progress.done:,}  {progress.what}")[:79]
        done = min(BAR, BAR * progress.done // progress.total)
        left = seconds_left(self._reported, now)
        told = f", {duration(left)} left" if left else ""
        line = f"[{'#' * done}{'.' * (BAR - done)}] {100 * progress.done // progress.total:3} %{told}  {progress.what}"
        return printable(line.replace("\n", " "))[:79]

    def wipe(self) -> None:
        """Take away what was drawn, where a run ended before its bar was full."""
        if self._reported:
            self._stream.write(f"\r{' ' * 79}\r")
            self._stream.flush()


def bar(stream: TextIO | None) -> Report:
    """A report that draws a progress bar where the stream is a terminal, and wipes it at the end."""
    return Bar(stream) if stream is not None and stream.isatty() else silent


def wipe(report: Report) -> None:
    """Take away the bar of a report that draws one."""
    if isinstance(report, Bar):
        report.wipe()


def forgive(*streams: TextIO | None) -> None:
    """Letters that a stream cannot carry (an ASCII terminal) are spelled out instead of ending the program."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)                     # a stream put in its place may have none
        if reconfigure:
            reconfigure(errors="backslashreplace")


def encodes_everything(stream: TextIO | None) -> bool:
    """True where the stream is open and in one of Unicode's own encodings."""
    return (getattr(stream, "encoding", None) or "").lower().replace("_", "-").startswith("utf")


def finite(data: Any) -> Any:
    """The same value with None for NaN and infinity, which JSON lacks."""
    if isinstance(data, dict):
        return {key: finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data
