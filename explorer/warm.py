"""What every first reader would wait for, done once before the server says that it is ready."""

from __future__ import annotations

from embeddings import catalog, word_lists
from embeddings.query import Query
from explorer import as_python, cached, charts, controls, results, sentences, tables

FRONT_QUERY = "piano"
FRONT_RESULTS = 12
EDGES = 3


def warm_up() -> None:
    """Open the space in the box and draw the front page's answer: the imports, the indexes, Plotly's validators, the caches.

    gensim and scikit-learn are left alone: they cost almost 3 s each, and few pages need them.
    """
    wv, lists = cached.space(catalog.DEFAULT), word_lists.box()
    asked = Query.parse(FRONT_QUERY, k=FRONT_RESULTS)
    found = cached.answer(wv, asked, lists)
    around, edges = cached.neighbourhood(wv, asked, lists, EDGES)
    charts.ranking(found).to_json()
    charts.neighbourhood(around, edges, set(found.left_out)).to_json()
    tables.ranking(found)
    wv.near_spellings("kign")


# Imported for their import alone: the front page needs them, and the first reader would wait.
__all__ = ["as_python", "controls", "results", "sentences", "warm_up"]
