"""Pictures of words: many dimensions drawn in two or three, with how much of the neighbourhoods survived.

A new method is its file and its line in PROJECTIONS.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings.errors import BadQuery, BadSetting
from embeddings.projections import quality
from embeddings.projections.pca import PCA
from embeddings.projections.projector import Picture, Projector
from embeddings.projections.tsne import TSNE
from embeddings.settings import Report, Settings, silent

if TYPE_CHECKING:
    from embeddings.word_vectors import WordVectors

__all__ = ["PROJECTIONS", "Picture", "Projection", "Projector", "project"]

FEWEST_WORDS = 3
"""Two words always lie on a line: nothing can be seen."""


@dataclass(frozen=True, eq=False)
class Projection:
    """Words drawn in a plane or in a room.

    words: distinct, in the order asked. points: (n, 2 or 3) float64, point i is word i. settings: as they were used, which
    `notes` explains where they differ from the asked ones. quality: `quality.measure` of the unit vectors (cosine) against
    the points (Euclid), and the method's own figures. shares: share of the variance on each shown axis, or empty.
    """

    words: tuple[str, ...]
    points: np.ndarray
    method: str
    settings: Settings
    quality: dict[str, float]
    shares: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()


PROJECTIONS: dict[str, Projector] = {projector.name: projector for projector in (PCA, TSNE)}
"""The table."""


def project(
    wv: WordVectors, words: Sequence[str], method: str = "pca", settings: Settings | None = None, report: Report = silent
) -> Projection:
    """A picture of the words, each word once, made from their unit vectors, so that cosine is what the picture tries to keep.

    `settings` are the method's own, its defaults when None. The length of a vector plays no part.
    Raises BadQuery for an unknown method and for too few or too many words, UnknownWords, BadSetting for the settings of
    another method, and Cancelled when `report` does.
    """
    if method not in PROJECTIONS:
        raise BadQuery(f"There is no projection '{method}'. There are {', '.join(PROJECTIONS)}.")
    projector, distinct = PROJECTIONS[method], tuple(dict.fromkeys(words))
    _check_number(projector, len(distinct))
    unit = wv.unit[wv.rows(distinct)]                                                               # (n, dim)
    picture = projector.run(unit, _own(projector, settings), report)
    figures = quality.measure(unit, picture.points) | picture.quality
    return Projection(distinct, picture.points, method, picture.settings, figures, picture.shares, picture.notes)


def _check_number(projector: Projector, n: int) -> None:
    if n < FEWEST_WORDS:
        raise BadQuery(f"A picture needs {FEWEST_WORDS} different words or more; {n} {'was' if n == 1 else 'were'} given.")
    if n > projector.most_words:
        larger = [other.title for other in PROJECTIONS.values() if other.most_words >= n]
        instead = f", or use {' or '.join(larger)}" if larger else ""
        raise BadQuery(
            f"{projector.title} draws up to {projector.most_words:,} words; {n:,} were given. "
            f"Keep the {projector.most_words:,} most frequent{instead}."
        )


def _own(projector: Projector, settings: Settings | None) -> Settings:
    if settings is None:
        return projector.settings()
    if not isinstance(settings, projector.settings):
        raise BadSetting(f"{projector.title} takes {projector.settings.__name__}; {type(settings).__name__} were given.")
    return settings
