"""Nearest neighbours: by an exact scan, by an int8 copy scanned first and still exact, by an approximate index when asked.

A `Searcher` is one way to find the k rows nearest to a vector; `EXACT` needs nothing but the space. What is listed is counted
again in one way whatever found it (`counted`), so that exact ways give the same rows and the same numbers, ties included.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from embeddings.search.exact import BLOCK, cosines, counted, distances, top_k
from embeddings.search.many import edges, neighbours_of_rows, top_of_many
from embeddings.search.searcher import EXACT, Searcher

if TYPE_CHECKING:
    from embeddings.search import index, int8, ivf

__all__ = [
    "BLOCK",
    "EXACT",
    "Searcher",
    "cosines",
    "counted",
    "distances",
    "edges",
    "index",
    "int8",
    "ivf",
    "neighbours_of_rows",
    "top_k",
    "top_of_many",
]


def __getattr__(name: str) -> ModuleType:
    """index, int8 and ivf are imported when they are first named: a process that answers one query needs none of them."""
    if name == "index":
        import embeddings.search.index as first

        return first
    if name == "int8":
        import embeddings.search.int8 as second

        return second
    if name == "ivf":
        import embeddings.search.ivf as third

        return third
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
