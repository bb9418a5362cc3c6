"""What a projection method is, and what it gives back: the two types every file of this room knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from embeddings.settings import Report, Settings


@dataclass(frozen=True, eq=False)
class Picture:
    """What a method drew.

    points: (n, 2 or 3) float64. settings: as they were used. shares: share of the variance on each shown axis, 0 to 1,
    empty where the method has none. notes: sentences on what was done otherwise than asked. quality: the method's own
    figures of merit by name, with their meaning in the method's docstring.
    """

    points: np.ndarray
    settings: Settings
    shares: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()
    quality: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Projector:
    """One line of the table. `run` draws (n, dim) float32 unit vectors; `caution` says what the picture does not mean."""

    name: str
    title: str
    paper: str
    caution: str
    settings: type[Settings]
    most_words: int
    run: Callable[[np.ndarray, Settings, Report], Picture]
