"""Where what was built for a space is kept: a folder for each kind, inside the space's own, that appears when complete."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np

from embeddings.errors import BadFile, BadQuery, StorageError
from embeddings.home import unusable
from embeddings.settings import Report
from embeddings.word_vectors import WordVectors

VERSION = 2
SUMMED = 8 << 20            # bytes of a file read at a time
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
    """The folder of that kind and what its meta.json says. Raises BadQuery where there is none or it fits other vectors.

    Raises BadFile where a part is not what it was when it was built: then an answer could miss a word and call itself exact.
    """
    where = place(wv, kind, folder)
    cure = f"Build it: python -m embeddings index --space {wv.name} --kind {kind}, or on the page Vectors."
    if not where.is_dir():
        raise BadQuery(f"There is no {TITLES[kind]} for {wv.name}. {cure}")
    meta = whole(where)
    if meta["fingerprint"] != wv.content:
        raise BadQuery(f"The {TITLES[kind]} beside {wv.name} was built for other vectors, so it is not used. {cure}")
    return where, meta


def whole(where: Path) -> dict[str, Any]:
    """What meta.json says, once every part was summed. Raises BadFile for a part that changed since it was built.

    A part is read once by a process, and again when its time or size is another.
    """
    meta = read_meta(where)
    try:
        changed = [name for name, told in meta["sums"].items() if _sum_of(where / name) != told]
    except OSError as error:
        raise BadFile(f"{where} cannot be read: {error.strerror or error}. Build it again.") from error
    if changed:
        raise BadFile(f"{where} is damaged: {' and '.join(changed)} changed since it was built. Build it again.")
    return meta


def _sum_of(file: Path) -> int:
    """CRC-32 of a file; it finds damage, not intent."""
    told = file.stat()
    return _sum(file, told.st_mtime_ns, told.st_size, told.st_ino)


@lru_cache(maxsize=64)
def _sum(file: Path, *_: int) -> int:
    """CRC-32 of a file, remembered for what tells it from a later one."""
    found = 0
    with file.open("rb") as data:
        while block := data.read(SUMMED):
            found = zlib.crc32(block, found)
    return found


def sums_of(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """CRC-32 of each of the files."""
    return {name: _sum_of(folder / name) for name in names}


def sum_of_meta(meta: Mapping[str, Any]) -> int:
    """CRC-32 of what meta.json tells, but for this sum itself."""
    told = {key: value for key, value in meta.items() if key != "sum"}
    return zlib.crc32(json.dumps(told, sort_keys=True).encode())


def read_meta(where: Path) -> dict[str, Any]:
    """What meta.json says.

    Raises BadFile where it cannot be read, was changed or is of another version, or a part has another size.
    """
    try:
        meta: dict[str, Any] = json.loads((where / "meta.json").read_text(encoding="utf-8"))
        if meta["version"] != VERSION:
            raise BadFile(f"{where} is of version {meta['version']}; this is version {VERSION}. Build it again.")
        if meta["sum"] != sum_of_meta(meta):
            raise BadFile(f"{where} is damaged: meta.json changed since it was built. Build it again.")
        sizes = {name: (where / name).stat().st_size for name in meta["files"]}
        if sizes != meta["files"]:
            raise BadFile(f"{where} is damaged: its parts have other sizes than when they were built. Build it again.")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadFile(f"{where} is damaged: meta.json cannot be read ({error}). Build it again.") from error
    return meta


def save(file: Path, array: np.ndarray) -> None:
    """Write an array as .npy by plain writes. Raises OSError: a full disk would end a process that writes through a map."""
    with file.open("wb") as out:
        begin(out, array.dtype, array.shape)
        out.write(np.ascontiguousarray(array).data)


def begin(out: IO[bytes], dtype: np.dtype, shape: tuple[int, ...]) -> None:
    """Write the header of a .npy file whose numbers follow, in C order."""
    np.lib.format.write_array_header_1_0(out, {"descr": dtype.str, "fortran_order": False, "shape": shape})


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
        sums = sums_of(made, files)
        meta = {"version": VERSION, "kind": kind, "fingerprint": wv.content, "words": wv.n_words, "dim": wv.dim, **told}
        meta |= {"seconds": round(time.monotonic() - started, 3), "bytes": sum(files.values()), "files": files, "sums": sums}
        meta["sum"] = sum_of_meta(meta)
        (made / "meta.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")
        _replace(made, final)
    except OSError as error:
        why = f"The {TITLES[kind]} of {wv.name} could not be written to {folder}: {error.strerror or error}."
        raise StorageError(f"{why} {_CURE}") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return meta


_CURE = "Nothing was left behind. Make room there, or set EMBEDDINGS_HOME to a folder that has it and can be written."


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
