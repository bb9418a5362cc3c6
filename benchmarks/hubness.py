"""N_10 of GloVe's 400,000 words: the ten nearest of every word, exactly, and what asking the approximate index would take."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.measure import Measured, timed
from benchmarks.report import Check, Line, Target
from embeddings import catalog, hubness, search

K, ASKED, TRIED = 10, 2_000, 500
EXACT, INDEX = "every word by every other, exact", "approximate index, word by word"


def measure() -> list[Line | Check]:
    """One whole count, the index on ASKED words and scaled, and the count's neighbours checked on TRIED words."""
    wv, rng = catalog.open_space(), np.random.default_rng(4)
    asked, kept = rng.choice(wv.n_words, ASKED, replace=False), []
    hubness.nearest(wv.first(2_000), K)                                        # loads what is compiled
    whole = Measured(EXACT, (timed(lambda: kept.append(hubness.nearest(wv, K))),))
    with tempfile.TemporaryDirectory(prefix="hubness-") as folder:
        search.index.build(wv, Path(folder), kinds=("ivf",))
        index = search.index.open(wv, Path(folder))
        found: list[set[int]] = []
        run = timed(lambda: found.extend(set(index.top(wv, wv.unit[row], K, (int(row),))[0].tolist()) for row in asked))
    by_index = Measured(f"{INDEX} ({ASKED:,} × {wv.n_words // ASKED})", Measured(INDEX, (run,)).scaled(wv.n_words // ASKED).runs)
    rows = kept[0][0]
    missed = [len(set(rows[row].tolist()) - near) for row, near in zip(asked, found, strict=True)]
    told = f"{1 - sum(missed) / (K * ASKED):.3f} on {ASKED:,} words"
    size = f"{wv.n_words:,} × {wv.dim}"
    return [
        Line("hubness", f"N_10 of all words, {size}", whole, by_index, Target("seconds", 600)),
        _same(rows, rng),
        Check("hubness", f"Recall of N_10's neighbours through the index, {size}", told, "", None),
    ]


def _same(rows: np.ndarray, rng: np.random.Generator) -> Check:
    """That the count's neighbours are those of the exact scan."""
    wv = catalog.open_space()
    tried = rng.choice(wv.n_words, TRIED, replace=False)
    expected, _ = search.neighbours_of_rows(wv, tried, K)
    equal = int((rows[tried] == expected).all(axis=1).sum())
    return Check("hubness", "N_10's neighbours and those of the exact scan", f"{equal} of {TRIED} words equal", "all", equal == TRIED)
