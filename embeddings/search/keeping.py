"""Where what was built for a space is kept: a folder for each kind, inside the space's own, that appears when complete."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import BadFile, BadQuery, StorageError
from embeddings.home import unusable
from embeddings.settings import Report
from embeddings.word_vectors import WordVectors

VERSION = 1
TITLES = {"int8": "int8 copy", "ivf": "approximate index"}
"""The kinds, and what a reader calls them."""

Write = Callable[[WordVectors, Path, Report], dict[str, Any]]
"""Writes the parts of one kind into a folder and returns what meta.json is to tell of them."""


def place(wv: WordVectors, kind: str, folder: Path | None = None) -> Path:
    """The folder of that kind for the space, there or not. Raises BadQuery for a space that lies in memory only."""
    home = folder or wv.folder
    if home is None:
        raise BadQuery(f"{wv.name} lies in memory only, so nothing is kept beside it. Keep the space first, under a name of its own.")
    return home / kind


def kept(wv: WordVectors, kind: str, folder: Path | None = None) -> tuple[Path, dict[str, Any]]:
    """The folder of that kind and what its meta.json says. Raises BadQuery where there is none or it fits other vectors."""
    where = place(wv, kind, folder)
    cure = f"Build it: python -m embeddings index --space {wv.name} --kind {kind}, or on the page Vectors."
    if not where.is_dir():
        raise BadQuery(f"There is no {TITLES[kind]} for {wv.name}. {cure}")
    meta = read_meta(where)
    if meta["fingerprint"] != wv.content:
        raise BadQuery(f"The {TITLES[kind]} beside {wv.name} was built for other vectors, so it is not used. {cure}")
    return where, meta


def read_meta(where: Path) -> dict[str, Any]:
    """What meta.json says. Raises BadFile where it cannot be read or is of another version, or a part has another size."""
    try:
        meta: dict[str, Any] = json.loads((where / "meta.json").read_text(encoding="utf-8"))
        if meta["version"] != VERSION:
            raise BadFile(f"{where} is of version {meta['version']}; this is version {VERSION}. Build it again.")
        sizes = {name: (where / name).stat().st_size for name in meta["files"]}
        if sizes != meta["files"] or not isinstance(meta["fingerprint"], str):
            raise BadFile(f"{where} is damaged: its parts have other sizes than when they were built. Build it again.")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadFile(f"{where} is damaged: meta.json cannot be read ({error}). Build it again.") from error
    return meta


def load(file: Path) -> np.ndarray:
    """An array by memory map. Raises BadFile."""
    try:
        return np.load(file, mmap_mode="r", allow_pickle=False)
    except Exception as error:                                                 # NumPy tells a damaged header in a dozen ways
        raise BadFile(f"{file} is damaged: {error}. Build it again.") from error


def keep(wv: WordVectors, kind: str, write: Write, folder: Path, report: Report) -> dict[str, Any]:
    """Build one kind in a folder beside its final name, and give it that name when it is complete. Returns its meta.

    What was kept before stays until then. Raises StorageError, and whatever `write` and `report` raise; then nothing of the
    new one is left behind.
    """
    started, final = time.monotonic(), place(wv, kind, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".making-{kind}-", dir=folder))
    except OSError as error:
        raise unusable(folder, "written", error) from error
    try:
        told = write(wv, made, report)
        files = {file.name: file.stat().st_size for file in sorted(made.iterdir())}
        meta = {"version": VERSION, "kind": kind, "fingerprint": wv.content, "words": wv.n_words, "dim": wv.dim, **told}
        meta |= {"seconds": round(time.monotonic() - started, 3), "bytes": sum(files.values()), "files": files}
        (made / "meta.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")
        _replace(made, final)
    except OSError as error:
        raise StorageError(f"The {TITLES[kind]} of {wv.name} could not be written to {folder}: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return meta


def _replace(made: Path, final: Path) -> None:
    """Give `made` the final name; what stood there goes first to a name of its own, since a folder cannot be renamed onto one."""
    if final.exists():
        old = Path(tempfile.mkdtemp(prefix=".gone-", dir=final.parent)) / final.name
        os.replace(final, old)
        os.replace(made, final)
        shutil.rmtree(old.parent, ignore_errors=True)
    else:
        os.replace(made, final)


def remove(wv: WordVectors, kind: str, folder: Path | None = None) -> bool:
    """Remove what is kept of that kind; False where there was none. Raises StorageError."""
    where = place(wv, kind, folder)
    if not where.exists():
        return False
    try:
        gone = Path(tempfile.mkdtemp(prefix=".gone-", dir=where.parent)) / where.name
        os.replace(where, gone)
        shutil.rmtree(gone.parent)
    except OSError as error:
        raise unusable(where, "removed", error) from error
    return True


def sweep(folder: Path) -> None:
    """Remove what a killed build or removal left in the folder. Only the builder of this folder may call it."""
    for left in [*folder.glob(".making-*"), *folder.glob(".gone-*")]:
        shutil.rmtree(left, ignore_errors=True)
