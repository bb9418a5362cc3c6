"""How far a run is, as its file tells it, and how long it still takes."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from embeddings.settings import Progress

TAIL = 60_000
"""Bytes at the end of progress.jsonl that are read: some minutes of lines."""

RECENT = 20.0
"""Seconds of reports that the time left is told from, or a third of the step where that is longer."""

Reported = tuple[float, Progress]
"""Seconds since the run was asked for, and what was reported then."""


def reported_in(folder: Path) -> list[Reported]:
    """The last reports, oldest first. Lines that are cut off or are no report are passed over."""
    try:
        with open(folder / "progress.jsonl", "rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
            lines = file.read().splitlines()
    except OSError:  # no report yet, or the folder is being removed
        return []
    return [reported for line in lines if (reported := _report_in(line))]


def _report_in(line: bytes) -> Reported | None:
    try:
        seconds, done, total, what = json.loads(line)
    except (ValueError, TypeError, RecursionError):
        return None
    whole = all(isinstance(number, int) for number in (done, total))
    if not whole or not isinstance(seconds, int | float) or not isinstance(what, str):
        return None
    return float(seconds), Progress(done, total, what)


def seconds_left(reported: Sequence[Reported], now: float) -> float | None:
    """Seconds until the step of the last report is done, from its pace of late; None until there is something to go by.

    A step is a row of reports with one total. Its pace is taken over its last 20 s, or its last third where that is longer;
    a silence longer than any before counts as slow work. A later step is not foreseen.
    """
    step = _step(reported)
    if not step or step[-1][1].total <= 0:
        return None
    last, progress = step[-1]
    if progress.done >= progress.total:
        return 0.0
    since = last - max(RECENT, (last - step[0][0]) / 3)
    late = [one for one in step if one[0] >= since]
    gained, took = progress.done - late[0][1].done, last - late[0][0]
    if gained <= 0 or took < 1:
        return None
    silence = max(0.0, now - last)
    usual = max(after[0] - before[0] for before, after in pairwise(late))
    took += max(0.0, silence - usual)
    return max(0.0, (progress.total - progress.done) * took / gained - min(silence, usual))


def _step(reported: Sequence[Reported]) -> list[Reported]:
    """The reports at the end that share a total and never go back."""
    first = len(reported) - 1
    while first > 0:
        before, after = reported[first - 1][1], reported[first][1]
        if before.total != after.total or before.done > after.done:
            break
        first -= 1
    return list(reported)[max(first, 0) :]


def duration(seconds: float) -> str:
    """Seconds as people say them: 8 s, 2 min 10 s, 1 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3_600:,} h {whole % 3_600 // 60} min"
