"""Whether a file is the one that was offered: its size and its sum."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings.home import unusable
from embeddings.offers import Offer
from embeddings.settings import Progress, Report

BLOCK = 1 << 18                  # bytes read at most between two reports


@dataclass
class Sum:
    """A running sum over the first `count` bytes of a file. kind: "sha256", "md5", or "" to count only."""

    kind: str
    count: int = 0
    _digest: Any = None

    def __post_init__(self) -> None:
        self._digest = hashlib.new(self.kind, usedforsecurity=False) if self.kind else None

    def add(self, block: bytes) -> None:
        self.count += len(block)
        if self._digest:
            self._digest.update(block)

    def hexadecimal(self) -> str:
        return self._digest.hexdigest() if self._digest else ""


def sum_kind(offer: Offer) -> str:
    return "sha256" if offer.sha256 else "md5" if offer.md5 else ""


def mismatch(offer: Offer, size: int, seen: Sum) -> str:
    """What of the file does not fit the offer, as a clause that follows "its"; "" where all fits."""
    if offer.exact_bytes is not None and size != offer.exact_bytes:
        return f"size is {size:,} bytes and not {offer.exact_bytes:,}"
    wanted = offer.sha256 or offer.md5
    return f"{seen.kind} is {seen.hexadecimal()} and not {wanted}" if wanted and seen.hexadecimal() != wanted else ""


def sum_up(path: Path, seen: Sum, until: int, report: Report) -> None:
    """Take the sum on over the bytes of the file from where it stands up to `until`. Raises StorageError."""
    if not seen.kind:
        seen.count = until
    try:
        with path.open("rb") as file:
            file.seek(seen.count)
            while seen.count < until and (block := file.read(min(BLOCK, until - seen.count))):
                seen.add(block)
                report(Progress(seen.count, until, f"{path.name}: checking the {shown(until)} that are here"))
    except OSError as error:
        raise unusable(path, "read", error) from error


def shown(n: int) -> str:
    """The bytes as 12 B, 3.4 kB, 56.7 MB, 8.90 GB: decimal units, as the publishers use."""
    for unit, size, places in (("GB", 10**9, 2), ("MB", 10**6, 1), ("kB", 10**3, 1)):
        if n >= size:
            return f"{n / size:.{places}f} {unit}"
    return f"{n} B"
