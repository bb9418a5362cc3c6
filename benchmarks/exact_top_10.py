"""One exact query in this process, 400,000 x 50, beside the bare product that it cannot do without."""

from __future__ import annotations

import numpy as np

from benchmarks.measure import alternate, timed
from benchmarks.report import Line, Target
from embeddings import catalog, query, search

ROUNDS, WARM_UP = 200, 20
OURS, WHOLE, PRODUCT, GENSIM = "exact scan", "query.answer", "`vectors @ q` alone", "gensim `most_similar`"

ASKED = [
    ("Exact cosines and ten best", OURS, PRODUCT, Target("ratio", 1.15)),
    ("The whole query", WHOLE, PRODUCT, None),
    ("The whole query", WHOLE, GENSIM, Target("ratio", 1.0)),
]
"""Pair by pair, so that each of a pair comes after the other and finds what that left in the processor's cache."""


def measure() -> list[Line]:
    """The exact scan, and the whole way of a query, against the product alone and against gensim.

    Each round asks for another word; BLAS has the threads it takes by itself.
    """
    wv = catalog.open_space()
    keyed = wv.to_gensim()
    words = wv.vocabulary.words(range(1_000, 1_000 + 7 * ROUNDS, 7))
    asked = [query.Query.parse(query.quoted(word)) for word in words]
    vectors = np.array(wv.vectors[wv.rows(words)])                             # (ROUNDS, dim)
    contenders = {
        OURS: lambda at: timed(lambda: search.EXACT.top(wv, vectors[at], 10)),
        PRODUCT: lambda at: timed(lambda: wv.vectors @ vectors[at]),
        WHOLE: lambda at: timed(lambda: query.answer(wv, asked[at])),
        GENSIM: lambda at: timed(lambda: keyed.most_similar(words[at], topn=10)),
    }
    assert [word for word, _ in keyed.most_similar(words[0])] == list(query.answer(wv, asked[0]).words)
    lines = []
    for what, ours, peer, target in ASKED:
        pair = {name: contenders[name] for name in (ours, peer)}
        alternate(pair, WARM_UP)
        found = alternate(pair, ROUNDS)
        lines.append(Line("exact_top_10", f"{what}, 400,000 × 50", found[ours], found[peer], target))
    return lines


def blas_threads() -> int | None:
    """The threads that NumPy's BLAS takes, None where that cannot be told."""
    from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

    return next((int(pool["num_threads"]) for pool in threadpool_info() if pool["user_api"] == "blas"), None)
