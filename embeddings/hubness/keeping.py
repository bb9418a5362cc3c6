"""Where counts are kept: beside the space, as hubness-10/counts.npy, means.npy and meta.json, there when complete."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

from embeddings.errors import BadFile, StorageError
from embeddings.home import unusable
from embeddings.hubness.counting import Hubness, count
from embeddings.locks import Lock
from embeddings.search import keeping as beside
from embeddings.settings import Report, silent
from embeddings.word_vectors import WordVectors


def place(wv: WordVectors, k: int) -> Path:
    """The folder of the counts, there or not. Raises BadQuery for a space that lies in memory only."""
    return beside.place(wv, f"hubness-{k}")


def build(wv: WordVectors, k: int = 10, among: int | None = None, approximate: bool = False, report: Report = silent) -> Hubness:
    """Count as `count` does and keep it beside the space, where `kept` finds it; what was kept before stays until then.

    Raises what `count` and `report` raise, BadQuery for a space in memory, StorageError where the folder cannot be written or
    another process counts already.
    """
    final = place(wv, k)
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        with Lock(final.with_name(f".counting-{final.name}")) as lock:
            if not lock.take():
                raise StorageError(f"The hubs of {wv.name} are being counted already. Wait until that is done, or cancel it.")
            return _build(wv, final, k, among, approximate, report)
    except OSError as error:
        raise unusable(final, "written", error) from error


def _build(wv: WordVectors, final: Path, k: int, among: int | None, approximate: bool, report: Report) -> Hubness:
    started = time.monotonic()
    for left in final.parent.glob(f".making-{final.name}-*"):                  # of a count that was killed
        shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=f".making-{final.name}-", dir=final.parent))
    try:
        found = count(wv, k, among, approximate, report)
        _write(found, wv, made, time.monotonic() - started)
        _replace(made, final)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return found


def _write(found: Hubness, wv: WordVectors, folder: Path, seconds: float) -> None:
    np.save(folder / "counts.npy", found.counts, allow_pickle=False)
    np.save(folder / "means.npy", found.means, allow_pickle=False)
    files = {file.name: file.stat().st_size for file in sorted(folder.iterdir())}
    meta = {"version": beside.VERSION, "fingerprint": wv.content, "dim": wv.dim, **found.as_json(), "seconds": round(seconds, 3)}
    meta |= {"bytes": sum(files.values()), "files": files, "sums": beside.sums_of(folder, files)}
    meta["sum"] = beside.sum_of_meta(meta)
    (folder / "meta.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")


def _replace(made: Path, final: Path) -> None:
    """Give `made` the final name; a folder cannot be renamed onto one, so what stood there steps aside first."""
    if final.exists():
        gone = Path(tempfile.mkdtemp(prefix=f".making-{final.name}-", dir=final.parent))
        os.replace(final, gone / final.name)
        os.replace(made, final)
        shutil.rmtree(gone, ignore_errors=True)
    else:
        os.replace(made, final)


def kept(wv: WordVectors, k: int = 10) -> Hubness | None:
    """The counts kept beside the space, None where there are none, or none of these vectors. Raises BadFile for damaged ones."""
    if wv.folder is None or not place(wv, k).is_dir():
        return None
    where = place(wv, k)
    meta = beside.whole(where)
    if meta["fingerprint"] != wv.content:
        return None
    counts, means = beside.load(where / "counts.npy"), beside.load(where / "means.npy")
    try:
        among, skew = int(meta["among"]), float(meta["skewness"])
        exact, recall, tried = bool(meta["exact"]), meta.get("recall"), int(meta.get("tried", 0))
    except (KeyError, TypeError, ValueError) as error:
        raise BadFile(f"{where} is damaged: meta.json cannot be read ({error}). Count again.") from error
    if counts.shape != (among,) or means.shape != (among,) or counts.dtype != np.int32 or means.dtype != np.float32:
        raise BadFile(f"{where} is damaged: {among:,} words, but counts are {counts.dtype} {counts.shape}. Count again.")
    return Hubness(wv.name, k, among, wv.n_words, counts, means, skew, exact, recall, tried)


def remove(wv: WordVectors, k: int = 10) -> bool:
    """Remove the counts, fitting or not; False where there were none. Raises StorageError."""
    where = place(wv, k)
    if not where.exists():
        return False
    try:
        gone = Path(tempfile.mkdtemp(prefix=f".making-{where.name}-", dir=where.parent))
        os.replace(where, gone / where.name)
        shutil.rmtree(gone)
    except OSError as error:
        raise unusable(where, "removed", error) from error
    return True


