"""The native store: a folder a space that opens in milliseconds at any size, by memory map, without pickle.

    vectors.npy    (n_words, dim) float32
    words.bin      the words in UTF-8, one after the other
    offsets.npy    (n_words + 1,) int64: word i is words.bin[offsets[i]:offsets[i + 1]]
    hashes.npy     (n_words,) uint64, sorted: where a word may stand, confirmed by its bytes
    order.npy      (n_words,) int64, the row of each hash
    inverse_norms.npy   (n_words,) float32, one over the length of each vector, 0 for a vector of length 0
    counts.npy     (n_words,) int64, only where the source had counts
    meta.json      name, shape, source, normalisation, the repair report of the import, version
    ngrams.npy     (n_buckets, dim) float32, only for fastText models: pieces of words, which unseen words are made of

Version 1, which had no report and no inverse_norms.npy, is read as well.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import BadFile, StorageError
from embeddings.formats.half_made import HalfMade
from embeddings.formats.repairs import Repairs
from embeddings.subwords import Subwords
from embeddings.vocabulary import Vocabulary
from embeddings.word_vectors import Source, WordVectors, inverse_norms, refuse_not_finite

VERSION = 2
COUNTS = "counts.npy"
SUMMED = ("words.bin", "offsets.npy", "hashes.npy", "order.npy", "inverse_norms.npy", COUNTS)


def write(wv: WordVectors, folder: Path, repairs: Repairs | None = None) -> Path:
    """Write the space as a folder of that name, made beside it and renamed when complete.

    repairs: the report of the import that the space came from, where it was one; its source is kept as it is, too.
    Raises StorageError where the folder exists already or cannot be written, BadFile for NaN, infinity or a word that stands
    twice; then nothing is left behind.
    """
    refuse_not_finite(wv.name, wv.vectors)
    if folder.exists():
        raise StorageError(f"'{folder.name}' is kept already. Remove it first, or choose another name.")
    half = HalfMade(folder)
    try:
        _write_parts(wv, half.path, folder.name, repairs)
        half.finish()
    except OSError as error:
        raise StorageError(f"'{folder.name}' could not be written: {error.strerror}.") from error
    finally:
        half.drop()
    return folder


def _write_parts(wv: WordVectors, folder: Path, name: str, repairs: Repairs | None) -> None:
    np.save(folder / "vectors.npy", np.ascontiguousarray(wv.vectors))
    (folder / "words.bin").write_bytes(np.ascontiguousarray(wv.vocabulary.blob).tobytes())
    np.save(folder / "offsets.npy", np.asarray(wv.vocabulary.offsets, np.int64))
    # Made anew, whatever came with the space: a word that stands twice is refused now.
    hashes, order = Vocabulary(wv.vocabulary.blob, wv.vocabulary.offsets).index
    np.save(folder / "hashes.npy", hashes)
    np.save(folder / "order.npy", order)
    np.save(folder / "inverse_norms.npy", inverse_norms(wv.vectors))
    if wv.vocabulary.counts is not None:
        np.save(folder / "counts.npy", np.asarray(wv.vocabulary.counts, np.int64))
    source = asdict(wv.source) if repairs else asdict(wv.source) | {"sha256": _sha256(folder / "vectors.npy")}
    meta = {"name": name, "words": wv.n_words, "dim": wv.dim, "version": VERSION, "source": source, "normalisation": "none"}
    if wv.subwords:
        np.save(folder / "ngrams.npy", wv.subwords.vectors)
        meta["subwords"] = wv.subwords.as_json()
    meta["sums"] = sums_of(folder)
    if repairs:
        meta["repairs"] = repairs.as_json()
    (folder / "meta.json").write_text(json.dumps(meta, ensure_ascii=False, indent=1), encoding="utf-8")


def sums_of(folder: Path) -> dict[str, int]:
    """CRC-32 of every part but the vectors and n-grams, which are too large to be read on opening: damage is told, not answered with."""
    names = sorted(name for name in SUMMED if (folder / name).exists())
    return {name: zlib.crc32((folder / name).read_bytes()) for name in names}


def _sha256(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def read_meta(folder: Path) -> dict[str, Any]:
    """What meta.json says: name, words, dim, source, repairs (None where nothing was imported), subwords. Raises BadFile."""
    try:
        meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        if meta["version"] not in range(1, VERSION + 1):
            raise BadFile(f"'{folder.name}' is of store version {meta['version']}; this program reads up to version {VERSION}.")
        shape = {"name": str(meta["name"]), "words": int(meta["words"]), "dim": int(meta["dim"]), "source": Source(**meta["source"])}
        repairs = Repairs.from_json(meta["repairs"]) if "repairs" in meta else None
        sums = {name: int(meta["sums"][name]) for name in SUMMED if name in meta["sums"] or name != COUNTS} if meta["version"] > 1 else {}
        return shape | {"sums": sums, "repairs": repairs, "subwords": meta.get("subwords")}
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise BadFile(f"'{folder.name}' is not a kept space: meta.json cannot be read ({error}).") from error


def read(folder: Path) -> WordVectors:
    """The space kept in the folder, memory-mapped. Raises BadFile where its parts are missing or disagree."""
    meta = read_meta(folder)
    try:
        changed = [name for name, told in meta["sums"].items() if zlib.crc32(np.memmap(folder / name, np.uint8, mode="r").data) != told]
        vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        offsets = np.load(folder / "offsets.npy", mmap_mode="r", allow_pickle=False)
        hashes = np.load(folder / "hashes.npy", mmap_mode="r", allow_pickle=False)
        order = np.load(folder / "order.npy", mmap_mode="r", allow_pickle=False)
        counts = np.load(folder / COUNTS, allow_pickle=False) if (folder / COUNTS).exists() else None
        norms = np.load(folder / "inverse_norms.npy", allow_pickle=False) if meta["sums"] else None
        blob = np.memmap(folder / "words.bin", np.uint8, mode="r")
    except Exception as error:                                                 # NumPy tells a damaged header in a dozen ways
        raise BadFile(f"'{folder.name}' is damaged: {error}.") from error
    if changed:
        raise BadFile(f"'{folder.name}' is damaged: {' and '.join(changed)} changed since it was made. Remove it and import it again.")
    n = meta["words"]
    shapes = (vectors.shape, offsets.shape, hashes.shape, order.shape) == ((n, meta["dim"]), (n + 1,), (n,), (n,))
    if not shapes or offsets[0] != 0 or offsets[-1] != len(blob) or (offsets[1:] < offsets[:-1]).any():
        raise BadFile(f"'{folder.name}' is damaged: its parts do not fit together. Remove it and import it again.")
    words = Vocabulary(blob, offsets, counts, (hashes, order))
    subwords = _subwords(folder, meta["subwords"])
    wv = WordVectors(folder.name, words, vectors, meta["source"], subwords, folder)
    return wv if norms is None else wv.with_inverse_norms(norms)


def _subwords(folder: Path, told: Any) -> Subwords | None:
    """The n-grams of a fastText model, memory-mapped; None where meta.json tells of none."""
    if told is None:
        return None
    try:
        rows = np.load(folder / "ngrams.npy", mmap_mode="r", allow_pickle=False)
        return Subwords(int(told["minn"]), int(told["maxn"]), rows, str(told["encoding"]))
    except Exception as error:                                                 # NumPy tells a damaged header in a dozen ways
        raise BadFile(f"'{folder.name}' is damaged: its n-grams cannot be read ({error}).") from error
