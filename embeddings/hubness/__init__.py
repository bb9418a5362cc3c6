"""Hubness: how many words have a word among their nearest, and rankings that take it into account.

In spaces of many dimensions a few words, the hubs, are near neighbours of very many others, and many words of none at all
(Radovanovic, Nanopoulos, Ivanovic 2010, Hubs in Space, JMLR 11). A hub in a list of neighbours says less than another word.
"""

from embeddings.hubness.all_nearest import nearest
from embeddings.hubness.counting import AMONG, BADGES, MOST_K, Badge, Hubness, count, skewness
from embeddings.hubness.keeping import build, kept, place, remove
from embeddings.hubness.reranking import RANKINGS, Change, Reranked, change, rerank

__all__ = [
    "AMONG",
    "BADGES",
    "MOST_K",
    "RANKINGS",
    "Badge",
    "Change",
    "Hubness",
    "Reranked",
    "build",
    "change",
    "count",
    "kept",
    "nearest",
    "place",
    "remove",
    "rerank",
    "skewness",
]
