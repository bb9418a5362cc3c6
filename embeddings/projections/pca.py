"""Principal component analysis: the flat view that keeps most of the spread. Deterministic, and linear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embeddings.errors import BadQuery
from embeddings.projections.projector import Picture, Projector
from embeddings.settings import Progress, Report, Settings, number

NO_SPREAD = 1e-20
"""Mean squared distance from the centre below which unit vectors count as one point: rounding leaves some 1e-33."""


@dataclass(frozen=True)
class PCASettings(Settings):
    """Settings of `run`."""

    components: int = number(2, 2, 3, "Axes to show: 2 for a flat picture, 3 for one to turn.")


def run(unit: np.ndarray, settings: Settings, report: Report) -> Picture:
    """The (n, dim) vectors, centred, along their `components` directions of largest variance.

    shares: variance along each shown axis over the whole variance (n in the divisor of both), 0 to 1; all 0 where every
    vector is the same. Axes are orthogonal; a distance in the picture is never longer than the Euclidean distance of the
    unit vectors. Hotelling 1933; Pearson 1901. An axis has no meaning of its own, and words that are far apart along
    axes not shown can lie together.

    Sign: each axis is turned so that its loading of largest absolute value is positive (scikit-learn's rule since 1.5).
    Raises BadQuery where there are fewer vectors or dimensions than components.
    """
    assert isinstance(settings, PCASettings)
    if min(unit.shape) < settings.components:
        raise BadQuery(
            f"{settings.components} components need as many words and dimensions; "
            f"{unit.shape[0]} words of {unit.shape[1]} dimensions were given."
        )
    report(Progress(0, 1, "PCA"))
    centred = np.asarray(unit, np.float64) - unit.mean(axis=0, dtype=np.float64)                    # (n, dim)
    spread = float(np.einsum("nd,nd->", centred, centred)) / len(centred)
    if spread <= NO_SPREAD:
        return Picture(np.zeros((len(unit), settings.components)), settings, (0.0,) * settings.components)
    variances, axes = _principal(centred, settings.components)
    report(Progress(1, 1, "PCA"))
    return Picture(centred @ axes.T, settings, tuple(float(share) for share in variances / spread))


def _principal(centred: np.ndarray, components: int) -> tuple[np.ndarray, np.ndarray]:
    """(components,) variances, largest first, and (components, dim) axes, by whichever matrix is smaller."""
    n, dim = centred.shape
    if n < dim:
        _, lengths, axes = np.linalg.svd(centred, full_matrices=False)
        variances = lengths**2 / n
    else:
        variances, columns = np.linalg.eigh(centred.T @ centred / n)                                # smallest first
        variances, axes = np.clip(variances[::-1], 0, None), columns.T[::-1]
    return variances[:components], _turned(axes[:components])


def _turned(axes: np.ndarray) -> np.ndarray:
    largest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
    return axes * np.where(largest < 0, -1.0, 1.0)[:, None]


PCA = Projector(
    name="pca",
    title="PCA",
    paper="Hotelling 1933, Analysis of a complex of statistical variables into principal components",
    caution="The picture shows only the share of the variance printed on its axes; words may be far apart along the others.",
    settings=PCASettings,
    most_words=50_000,
    run=run,
)
