"""What is built beside a space to search it faster: built, listed, removed.

    int8/    codes.npy, scales.npy, errors.npy, meta.json      scanned first, and exact (int8.py)
    ivf/     index.faiss, meta.json                            approximate (ivf.py)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from embeddings.errors import BadQuery, StorageError
from embeddings.home import unusable
from embeddings.locks import Lock
from embeddings.search import int8, ivf, keeping
from embeddings.search.searcher import Searcher
from embeddings.settings import Progress, Report, silent
from embeddings.word_vectors import WordVectors

KINDS: dict[str, keeping.Write] = {int8.KIND: int8.write, ivf.KIND: ivf.write}
"""The table: a kind is what writes it."""

PARTS = 1_000               # steps in which a build tells how far it is


def build(wv: WordVectors, folder: Path, report: Report = silent, kinds: Sequence[str] = (int8.KIND, ivf.KIND)) -> list[dict[str, Any]]:
    """Build the kinds into the folder of a space, each in place when it is complete; returns what meta.json tells of each.

    `report` is called between the steps and may raise Cancelled; what was kept before then stays. Raises BadQuery for an
    unknown kind or a space too small for an index, before anything is built; StorageError where the folder cannot be written
    or is built into already.
    """
    _known(kinds)
    if ivf.KIND in kinds and (why := ivf.too_few(wv)):
        raise BadQuery(why)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with Lock(folder / ".building") as lock:
            if not lock.take():
                raise StorageError(f"Something is being built for {wv.name} already. Wait until it is done, or cancel it.")
            keeping.sweep(folder)
            told = [
                keeping.keep(wv, kind, KINDS[kind], folder, _part_of(report, at, len(kinds))) for at, kind in enumerate(kinds)
            ]
    except OSError as error:
        raise unusable(folder, "written", error) from error
    report(Progress(PARTS, PARTS, "built"))
    return told


def _part_of(report: Report, at: int, of: int) -> Report:
    """A report for one of several steps, which tells how far the whole is."""
    return lambda progress: report(Progress((at * PARTS + PARTS * progress.done // progress.total) // of, PARTS, progress.what))


def _known(kinds: Sequence[str]) -> None:
    for kind in kinds:
        if kind not in KINDS:
            raise BadQuery(f"There is no index of kind '{kind}'. There are {', '.join(KINDS)}.")


def built(wv: WordVectors, folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """What is kept for the space and fits it: its kind, and what its meta.json tells. {} for a space in memory."""
    if folder is None and wv.folder is None:
        return {}
    return {kind: keeping.kept(wv, kind, folder)[1] for kind in KINDS if fits(wv, kind, folder)}


def fits(wv: WordVectors, kind: str, folder: Path | None = None) -> bool:
    """True where that kind is kept for these vectors. Raises BadFile where it is damaged; the first look reads it whole."""
    where = keeping.place(wv, kind, folder)
    return where.is_dir() and keeping.read_meta(where)["fingerprint"] == wv.content and bool(keeping.whole(where))


def remove(wv: WordVectors, kinds: Sequence[str] = tuple(KINDS), folder: Path | None = None) -> list[str]:
    """Remove the kinds, fitting or not, and return those there were. Raises BadQuery for an unknown kind, StorageError."""
    _known(kinds)
    return [kind for kind in kinds if keeping.remove(wv, kind, folder)]


def open(wv: WordVectors, folder: Path | None = None) -> Searcher:
    """The approximate index kept for the space. Raises BadQuery with the cure where there is none that fits it, BadFile."""
    return ivf.open(wv, folder)
