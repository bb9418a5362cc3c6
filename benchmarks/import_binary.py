"""word2vec binary, 400,000 x 300: the whole import into a kept space beside gensim's reading into memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.measure import alternate, fresh
from benchmarks.report import Line, Target
from embeddings import catalog
from embeddings.formats.exporting import export
from embeddings.word_vectors import WordVectors

ROUNDS, DIM, SEED = 5, 300, 1

OURS = """
import shutil, sys
from pathlib import Path
from embeddings.formats.importing import import_file
from embeddings.word_vectors import Source
folder = Path(sys.argv[1]).with_name("kept")
shutil.rmtree(folder, ignore_errors=True)
print(import_file(Path(sys.argv[1]), folder, Source()).rows)
"""
GENSIM = """
import sys
from gensim.models import KeyedVectors
print(len(KeyedVectors.load_word2vec_format(sys.argv[1], binary=True)))
"""
HASH = """
import hashlib, sys
with open(sys.argv[1], "rb") as file:
    hashlib.file_digest(file, "sha256")
print("hashed")
"""
"""The bound: an import tells the file's SHA-256, so it cannot take less than this."""


def measure() -> list[Line]:
    """Ours reads, hashes, indexes and writes; gensim reads. Each in a process of its own, with its imports."""
    box = catalog.open_space()
    vectors = np.random.default_rng(SEED).standard_normal((box.n_words, DIM), np.float32)
    with tempfile.TemporaryDirectory() as folder:
        file = str(export(WordVectors("random", box.vocabulary, vectors), "word2vec-binary", Path(folder) / "vectors.bin").files[0])
        contenders = {
            "ours": lambda _: fresh(OURS, file, says="400000"),
            "gensim `load_word2vec_format(binary=True)`": lambda _: fresh(GENSIM, file, says="400000"),
            "SHA-256 of the file alone": lambda _: fresh(HASH, file, says="hashed"),
        }
        alternate(contenders, 1)                                               # files and byte code into the page cache
        found = alternate(contenders, ROUNDS)
    ours, gensim, bound = found.values()
    what = "word2vec binary imported, 400,000 × 300"
    return [Line("import_binary", what, ours, gensim, Target("ratio", 0.2)), Line("import_binary", what, ours, bound)]
