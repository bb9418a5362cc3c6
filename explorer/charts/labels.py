"""Labels that can be read: words as text, placed so that they do not lie on each other."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np

LETTER, LINE, GAP = 6.5, 14.0, 6.0  # pixels at Plotly's size 12: mean letter width, line height, distance from the mark
SPOTS = ("top center", "bottom center", "middle right", "middle left", "top right", "bottom right", "top left", "bottom left")


def text(word: str) -> str:
    """The word as Plotly shows it to the letter: Plotly reads a little HTML in labels, hovers and ticks."""
    return html.escape(word, quote=False)


MOST_LETTERS = 32


def short(word: str) -> str:
    """The word as a label shows it: like `text`, cut where it is very long. The hover has all of it."""
    return text(word if len(word) <= MOST_LETTERS else f"{word[: MOST_LETTERS - 1]}…")


def spots(
    words: Sequence[str],
    points: np.ndarray,
    width: float = 700,
    height: float = 520,
    segments: np.ndarray | None = None,
    first: Sequence[int] = (),
) -> list[str | None]:
    """Where each word's label goes (Plotly's textposition), None where no place is free: its hover still tells it.

    points: (n, 2) in data units, drawn in a picture of width x height pixels. segments: (m, 2, 2) lines that labels avoid
    where they can. Words are placed in order, those in `first` before all others.
    """
    at = _pixels(points, width, height)
    marks = np.column_stack([at - 5, at + 5])  # (n, 4) boxes: left, top, right, bottom
    lines = _sampled(segments, points, width, height)
    taken = np.zeros((0, 4))
    chosen: list[str | None] = [None] * len(words)
    order = list(dict.fromkeys([*first, *range(len(words))]))
    for i in order:
        others = np.delete(marks, i, axis=0)
        spot, box = _best_spot(words[i], at[i], taken, others, lines, width, height)
        if spot is not None:
            chosen[i] = spot
            taken = np.vstack([taken, box])
    return chosen


def _best_spot(
    word: str, at: np.ndarray, taken: np.ndarray, marks: np.ndarray, lines: np.ndarray, width: float, height: float
) -> tuple[str | None, np.ndarray]:
    best, best_cost, best_box = None, 3.5, np.zeros(4)
    for rank, spot in enumerate(SPOTS):
        box = _box(word, at, spot)
        if _hits(box, taken).any() or box[0] < 0 or box[2] > width or box[1] < 0 or box[3] > height:
            continue
        inside = (lines[:, 0] > box[0]) & (lines[:, 0] < box[2]) & (lines[:, 1] > box[1]) & (lines[:, 1] < box[3])
        cost = 2.0 * _hits(box, marks).sum() + min(3.0, 0.25 * inside.sum()) + 0.05 * rank
        if cost < best_cost:
            best, best_cost, best_box = spot, cost, box
    return best, best_box


def _box(word: str, at: np.ndarray, spot: str) -> np.ndarray:
    wide = LETTER * min(len(word), MOST_LETTERS)
    vertical, horizontal = spot.split()
    left = {"left": at[0] - GAP - wide, "center": at[0] - wide / 2, "right": at[0] + GAP}[horizontal]
    top = {"top": at[1] - GAP - LINE, "middle": at[1] - LINE / 2, "bottom": at[1] + GAP}[vertical]
    return np.array([left, top, left + wide, top + LINE])


def _hits(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    return (boxes[:, 0] < box[2]) & (boxes[:, 2] > box[0]) & (boxes[:, 1] < box[3]) & (boxes[:, 3] > box[1])


def _pixels(points: np.ndarray, width: float, height: float) -> np.ndarray:
    low, high = _frame(points)
    scaled = (points - low) / (high - low)
    return np.column_stack([scaled[:, 0] * width, (1 - scaled[:, 1]) * height])


def _frame(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(2,) low and high ends of both axes with the margin that `ranges` gives them."""
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.where(high > low, high - low, 1.0) * (0.10, 0.08)
    return low - room, high + room


def ranges(points: np.ndarray) -> tuple[list[float], list[float]]:
    """Axis ranges that leave room for labels at the rim; what `spots` reckons with."""
    low, high = _frame(points)
    return [float(low[0]), float(high[0])], [float(low[1]), float(high[1])]


def _sampled(segments: np.ndarray | None, points: np.ndarray, width: float, height: float) -> np.ndarray:
    if segments is None or not len(segments):
        return np.zeros((0, 2))
    steps = np.linspace(0.08, 0.92, 24)[None, :, None]
    along = segments[:, :1] * (1 - steps) + segments[:, 1:] * steps  # (m, 24, 2)
    low, high = _frame(points)
    scaled = (along.reshape(-1, 2) - low) / (high - low)
    return np.column_stack([scaled[:, 0] * width, (1 - scaled[:, 1]) * height])
