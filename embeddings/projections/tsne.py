"""t-SNE: a picture that keeps near words near, and lets go of the distances between what is far apart."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from embeddings.projections import pca
from embeddings.projections.projector import Picture, Projector
from embeddings.settings import Progress, Report, Settings, choice, number, silent

EXAGGERATION = 12
"""Attraction is multiplied by it in the first quarter of the iterations (van der Maaten 2014, section 5: 250 of 1,000)."""

SMALL = 1e-4
"""Standard deviation of the starting positions along the first axis (van der Maaten & Hinton 2008, section 3.4)."""

EVERY = 10
"""Iterations between two reports."""

THREADS = min(4, os.cpu_count() or 1)
"""Barnes-Hut sums each point's forces in one thread, so the points are the same to the last bit for any number."""


@dataclass(frozen=True)
class TSNESettings(Settings):
    """Settings of `run`."""

    perplexity: float = number(30.0, 2, 100, "Roughly how many near words each word tries to keep. Needs 3 times as many words.")
    iterations: int = number(1_000, 250, 5_000, "Steps of the optimisation; the first quarter pulls clusters together.")
    start: str = choice("pca", ("pca", "random"), "Where the points start. From PCA, the large-scale layout means a little more.")
    seed: int = number(0, 0, 2**31 - 1, "Same words, settings, seed: same picture. Try others, with a random start.")


def run(unit: np.ndarray, settings: Settings, report: Report) -> Picture:
    """(n, 2) points by Barnes-Hut t-SNE on cosine distances, 0 to 2, to the 3 x perplexity exact nearest vectors.

    quality: `kl_divergence` in nats (smaller is better; compare only at the same words and perplexity). A perplexity above
    (n - 1) / 3 is replaced by the largest allowed, and a note says so. The zero vector has cosine 0 to all others.
    van der Maaten & Hinton 2008 (JMLR 9); van der Maaten 2014 (JMLR 15); learning rate n / exaggeration of Belkina et al. 2019.

    The size of a cluster and the distance between clusters mean little (Wattenberg et al. 2016, Distill).
    Cancelled, raised by `report`, passes through; it is called every 10 iterations.
    """
    assert isinstance(settings, TSNESettings)
    report(Progress(0, settings.iterations, "nearest words"))
    used, notes = _affordable(settings, len(unit))
    embedding = _prepared(unit, used)
    early = used.iterations // 4
    for done, steps, exaggeration in ((0, early, EXAGGERATION), (early, used.iterations - early, 1)):
        watch = _watch(report, done, used.iterations)
        embedding.optimize(steps, exaggeration=exaggeration, inplace=True, callbacks=watch, callbacks_every_iters=EVERY)
    report(Progress(used.iterations, used.iterations, "t-SNE"))
    return Picture(np.array(embedding, np.float64), used, notes=notes, quality={"kl_divergence": float(embedding.kl_divergence)})


def _affordable(settings: TSNESettings, n: int) -> tuple[TSNESettings, tuple[str, ...]]:
    """The settings with a perplexity n words can carry. Below 7 words it stays 2, over all the others."""
    most = max(2.0, math.floor(10 * (n - 1) / 3) / 10)
    if settings.perplexity <= most:
        return settings, ()
    needed = math.ceil(3 * settings.perplexity) + 1
    note = f"Perplexity {settings.perplexity:g} needs {needed} words or more; {most:.1f} was used for {n} words."
    return replace(settings, perplexity=most), (note,)


def _prepared(unit: np.ndarray, settings: TSNESettings) -> Any:
    """openTSNE's embedding at its start, not yet optimised."""
    # Spinning OpenMP threads made the same run 8 times slower on a busy machine; must be set before the import.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    near = PrecomputedNeighbors(*_nearest(unit, min(len(unit) - 1, math.ceil(3 * settings.perplexity))))
    affinities = PerplexityBasedNN(perplexity=settings.perplexity, knn_index=near)
    # Up to 5,000 words Barnes-Hut takes less than half the time of the interpolation (fft) method.
    return TSNEEmbedding(_start(unit, settings), affinities, negative_gradient_method="bh", n_jobs=THREADS)


def _nearest(unit: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """(n, k) rows of the k nearest others, nearest first, and (n, k) float64 cosine distances."""
    unit = unit.astype(np.float64)
    rows, distances = np.empty((len(unit), k), np.int64), np.empty((len(unit), k))
    for first in range(0, len(unit), 1_000):
        block = slice(first, first + 1_000)
        apart = np.maximum(1 - unit[block] @ unit.T, 0)                                             # (up to 1000, n)
        apart[np.arange(len(apart)), np.arange(first, first + len(apart))] = np.inf
        rows[block] = np.argsort(apart, axis=1, kind="stable")[:, :k]
        distances[block] = np.take_along_axis(apart, rows[block], axis=1)
    return rows, distances


def _start(unit: np.ndarray, settings: TSNESettings) -> np.ndarray:
    """(n, 2) small starting positions: PCA with a trace of noise, so that equal vectors can part, or noise alone."""
    noise = np.random.default_rng(settings.seed).normal(0, SMALL, (len(unit), 2))
    points = pca.run(unit, pca.PCASettings(), silent).points
    if settings.start == "random" or not points[:, 0].any():
        return noise
    return np.asarray(points * (SMALL / points[:, 0].std()) + noise / 100)


def _watch(report: Report, done: int, total: int) -> Callable[[int, float, np.ndarray], bool]:
    def told(iteration: int, divergence: float, points: np.ndarray) -> bool:
        report(Progress(done + iteration, total, f"t-SNE, {divergence:.2f} nats from the words' neighbourhoods"))
        return False

    return told


TSNE = Projector(
    name="tsne",
    title="t-SNE",
    paper="van der Maaten & Hinton 2008, Visualizing Data using t-SNE (JMLR 9)",
    caution="Near words mean something; cluster sizes and distances between clusters mean little (Wattenberg et al. 2016).",
    settings=TSNESettings,
    most_words=5_000,
    run=run,
)
