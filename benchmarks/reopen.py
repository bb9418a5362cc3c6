"""A stored space opened again: a fresh process maps 400,000 x 300 and answers one query."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.import_text import lifted
from benchmarks.measure import alternate, fresh
from benchmarks.report import Line, Target
from embeddings import catalog
from embeddings.formats import native
from embeddings.word_vectors import WordVectors

ROUNDS = 7

OURS = """
import sys
from pathlib import Path
from embeddings import query
from embeddings.formats import native
wv = native.read(Path(sys.argv[1]))
print(query.answer(wv, query.Query.parse("king - man + woman")).words)
"""
GENSIM = """
import sys
from gensim.models import KeyedVectors
keyed = KeyedVectors.load(sys.argv[1], mmap="r")
print(keyed.most_similar(positive=["king", "woman"], negative=["man"]))
"""
BOUND = """
import sys
import numpy as np
vectors = np.load(sys.argv[1], mmap_mode="r")
print((vectors @ vectors[691]).argmax(), "queen")
"""


def measure() -> list[Line]:
    """Ours, gensim from its own mapped file, and the bound: Python, NumPy and one product with the mapped vectors."""
    box = catalog.open_space()
    with tempfile.TemporaryDirectory() as folder:
        vectors = np.concatenate(list(lifted(box)))
        wv = WordVectors("lifted", box.vocabulary, vectors)
        store, kept = native.write(wv, Path(folder) / "lifted"), os.path.join(folder, "lifted.kv")
        wv.to_gensim().save(kept)
        del wv, vectors
        contenders = {
            "ours": lambda _: fresh(OURS, str(store), says="queen"),
            "gensim `load(mmap)` + `most_similar`": lambda _: fresh(GENSIM, kept, says="queen"),
            "NumPy, one product": lambda _: fresh(BOUND, str(store / "vectors.npy"), says="queen"),
        }
        alternate(contenders, 1)                                               # files and byte code into the page cache
        found = alternate(contenders, ROUNDS)
        what = "Stored space opened again, one query, 400,000 × 300"
        return [
            Line("reopen", what, found["ours"], found["gensim `load(mmap)` + `most_similar`"], Target("ratio", 0.1)),
            Line("reopen", what, found["ours"], found["NumPy, one product"]),
        ]
