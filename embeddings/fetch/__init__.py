"""Downloading what the catalogue offers: resumed where it broke, checked when it is whole, never half under its final name.

    from embeddings import fetch, offers
    fetch.download(offers.offer("glove-6b-100d"), folder)

While it comes, a file is called NAME.part; NAME.part.json beside it says which server's file it is.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from embeddings.errors import StorageError, Unreachable
from embeddings.fetch.answers import Refused
from embeddings.fetch.checking import Sum, mismatch, shown, sum_kind, sum_up
from embeddings.fetch.transfer import TIMEOUT, WAITS, Transfer
from embeddings.home import unusable, writable
from embeddings.locks import Lock
from embeddings.offers import Offer
from embeddings.settings import Progress, Report, silent

__all__ = ["TIMEOUT", "WAITS", "download", "is_whole", "shown"]


def download(offer: Offer, folder: Path, report: Report = silent, waits: tuple[float, ...] = WAITS, timeout: float = TIMEOUT) -> Path:
    """Path of the offer's file in the folder, whole and checked, fetched only if it is not there already.

    The mirrors are tried in order. A connection that breaks is taken up where it broke, with If-Range, after each of `waits`
    (seconds) once more; so is a run that was cancelled or killed. Checked in the end: sha256, else md5, and the size where it is
    known to the byte; what fits none is removed. An offer without sum and size is as sure as the length its server announces.
    `report` gets bytes; raising Cancelled from it leaves what came for the next run. `timeout` in seconds without a byte.

    Raises Unreachable where no mirror gave the file, StorageError where the disk is full or cannot be written, or where another
    process is fetching the same file.
    """
    writable(folder)
    path = folder / offer.file_name
    lock = _lock(path)
    with lock:
        if is_whole(path, offer, report):
            return path
        refusals: dict[str, Refused] = {}
        for url in offer.urls:
            try:
                return Transfer(offer, url, path, report, waits, timeout).run()
            except Refused as refusal:
                refusals[url] = refusal
        raise Unreachable(_told(offer, path, refusals))


def is_whole(path: Path, offer: Offer, report: Report = silent) -> bool:
    """True where the file is there and has the offer's size and sum, as far as those are known. Raises StorageError."""
    if not path.is_file():
        return False
    size, seen = path.stat().st_size, Sum(sum_kind(offer))
    if offer.exact_bytes in {None, size}:                                      # else there is nothing to sum over
        sum_up(path, seen, size, report)
    trouble = mismatch(offer, size, seen)
    if trouble:
        report(Progress(0, 1, f"{path.name} is there, but its {trouble}. It is fetched again"))
    return not trouble


def _lock(path: Path) -> Lock:
    lock = Lock(path.with_name(f".{path.name}.lock"))
    try:
        taken = lock.take()
    except OSError as error:
        raise unusable(lock.path, "written", error) from error
    if not taken:
        raise StorageError(f"{path.name} is being fetched into {path.parent} already. Wait for it, or cancel it, then ask again.")
    return lock


def _told(offer: Offer, path: Path, refusals: Mapping[str, Refused]) -> str:
    """What every mirror answered, and the way by hand."""
    answers = " ".join(f"{url}: {refusal}." for url, refusal in refusals.items())
    reached = any(refusal.reached for refusal in refusals.values())
    file = shlex.quote(str(path))
    member = f" --member {shlex.quote(offer.member)}" if offer.member else ""
    what = "" if reached else "no server could be reached; is there a network? "
    return (
        f"{offer.name} cannot be fetched: {what}{answers} By hand: download {' or '.join(offer.urls)} elsewhere, put it into "
        f"{path.parent} as {path.name}, then ask again, or: python -m embeddings import {file}{member} --name {offer.name}"
    )
