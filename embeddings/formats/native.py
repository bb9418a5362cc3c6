"""The native store: a folder a space that opens in milliseconds at any size, by memory map, without pickle.

    vectors.npy    (n_words, dim) float32
    words.bin      the words in UTF-8, one after the other
    offsets.npy    (n_words + 1,) int64: word i is words.bin[offsets[i]:offsets[i + 1]]
    hashes.npy     (n_words,) uint64, sorted: where a word may stand, confirmed by its bytes
    order.npy      (n_words,) int64, the row of each hash
    counts.npy     (n_words,) int64, only where the source had counts
    meta.json      name, shape, source with the sha256 of vectors.npy, version
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import BadFile, StorageError
from embeddings.vocabulary import Vocabulary
from embeddings.word_vectors import Source, WordVectors, refuse_not_finite

VERSION = 1


def write(wv: WordVectors, folder: Path) -> Path:
    """Write the space as a folder of that name, made beside it and renamed when complete.

    Raises StorageError where the folder exists already or cannot be written, BadFile for NaN, infinity or a word that stands
    twice; then nothing is left behind.
    """
    refuse_not_finite(wv.name, wv.vectors)
    if folder.exists():
        raise StorageError(f"'{folder.name}' is kept already. Remove it first, or choose another name.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    except OSError as error:
        raise StorageError(f"Nothing can be written to {folder.parent}: {error.strerror}. Set EMBEDDINGS_HOME elsewhere.") from error
    try:
        _write_parts(wv, made, folder.name)
        os.replace(made, folder)
    except OSError as error:
        raise StorageError(f"'{folder.name}' could not be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def _write_parts(wv: WordVectors, folder: Path, name: str) -> None:
    np.save(folder / "vectors.npy", np.ascontiguousarray(wv.vectors))
    (folder / "words.bin").write_bytes(np.ascontiguousarray(wv.vocabulary.blob).tobytes())
    np.save(folder / "offsets.npy", np.asarray(wv.vocabulary.offsets, np.int64))
    hashes, order = wv.vocabulary.index                                        # made here: a word that stands twice is refused now
    np.save(folder / "hashes.npy", hashes)
    np.save(folder / "order.npy", order)
    if wv.vocabulary.counts is not None:
        np.save(folder / "counts.npy", np.asarray(wv.vocabulary.counts, np.int64))
    source = asdict(wv.source) | {"sha256": _sha256(folder / "vectors.npy")}
    meta = {"name": name, "words": wv.n_words, "dim": wv.dim, "version": VERSION, "source": source}
    (folder / "meta.json").write_text(json.dumps(meta, ensure_ascii=False, indent=1), encoding="utf-8")


def _sha256(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def read_meta(folder: Path) -> dict[str, Any]:
    """What meta.json says, with name, words and dim checked. Raises BadFile naming the folder."""
    try:
        meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        if meta["version"] != VERSION:
            raise BadFile(f"'{folder.name}' is of store version {meta['version']}; this is version {VERSION}.")
        return {"name": str(meta["name"]), "words": int(meta["words"]), "dim": int(meta["dim"]), "source": Source(**meta["source"])}
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise BadFile(f"'{folder.name}' is not a kept space: meta.json cannot be read ({error}).") from error


def read(folder: Path) -> WordVectors:
    """The space kept in the folder, memory-mapped. Raises BadFile where its parts are missing or disagree."""
    meta = read_meta(folder)
    try:
        vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        offsets = np.load(folder / "offsets.npy", mmap_mode="r", allow_pickle=False)
        hashes = np.load(folder / "hashes.npy", mmap_mode="r", allow_pickle=False)
        order = np.load(folder / "order.npy", mmap_mode="r", allow_pickle=False)
        counts = np.load(folder / "counts.npy", allow_pickle=False) if (folder / "counts.npy").exists() else None
        blob = np.memmap(folder / "words.bin", np.uint8, mode="r")
    except Exception as error:                                                 # NumPy tells a damaged header in a dozen ways
        raise BadFile(f"'{folder.name}' is damaged: {error}.") from error
    n = meta["words"]
    shapes = (vectors.shape, offsets.shape, hashes.shape, order.shape) == ((n, meta["dim"]), (n + 1,), (n,), (n,))
    if not shapes or offsets[0] != 0 or offsets[-1] != len(blob) or (offsets[1:] < offsets[:-1]).any():
        raise BadFile(f"'{folder.name}' is damaged: its parts do not fit together. Remove it and import it again.")
    words = Vocabulary(blob, offsets, counts, (hashes, order))
    return WordVectors(folder.name, words, vectors, meta["source"])
