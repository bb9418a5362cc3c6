"""One file from one mirror: tried again where the line breaks, taken up where it broke, checked in the end."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any, NoReturn
from urllib import request as http
from urllib.error import HTTPError, URLError

from embeddings import __version__
from embeddings.errors import StorageError
from embeddings.fetch.answers import HEAD, Broken, Refused, StartOver, in_words, is_page, length, opener
from embeddings.fetch.checking import BLOCK, Sum, mismatch, shown, sum_kind, sum_up
from embeddings.home import unusable
from embeddings.offers import Offer
from embeddings.settings import Progress, Report

WAITS = (1.0, 4.0, 15.0, 60.0)   # seconds before each further try after a connection broke
TIMEOUT = 30.0                   # seconds without a byte after which a connection counts as broken
PROGRESS = 1 << 20               # a try that brings as many new bytes is not counted against the server
LEFT_FREE = 1 << 28              # bytes of disk left alone where the length of a file is unknown

_AGAIN = {408, 425, 429, 500, 502, 503, 504}                                   # a later try may do better
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass
class Transfer:
    """One file from one mirror. `part` is what came, `memo` which server's file it is."""

    offer: Offer
    url: str
    path: Path
    report: Report
    waits: tuple[float, ...]
    timeout: float
    answered: bool = False
    resumed: bool = False
    total: int | None = None
    sum: Sum = field(init=False)

    def __post_init__(self) -> None:
        self.part = self.path.with_name(f"{self.path.name}.part")
        self.memo = self.path.with_name(f"{self.path.name}.part.json")
        self.sum = Sum(sum_kind(self.offer))

    def run(self) -> Path:
        """The final path. Raises Refused when this mirror is not to be tried again."""
        trouble = self._fetched()
        if trouble and self.resumed:                                           # the pieces may be of two files
            trouble = self._fetched()
        if trouble:
            raise Refused(f"what it sent is not the file, its {trouble}; it was removed")
        try:
            with self.part.open("rb+") as file:
                os.fsync(file.fileno())
            os.replace(self.part, self.path)
            self.memo.unlink(missing_ok=True)
        except OSError as error:
            raise unusable(self.path, "written", error) from error
        return self.path

    def _fetched(self) -> str:
        """Fetch until all bytes are there. Returns what does not fit, and has removed them then; "" where all fits."""
        self.resumed = False
        tries, most = 0, self.size
        while True:
            try:
                self._once()
                break
            except StartOver:
                self._discard()
            except Broken as broken:
                if self.size >= most + PROGRESS:
                    tries, most = 0, self.size
                if tries == len(self.waits):
                    times = "" if not tries else f", {tries + 1} times"
                    raise Refused(f"{broken}{times}; what came is kept for the next try" if self.size else f"{broken}{times}") from broken
                self._wait(self.waits[tries], f"{broken}. Try {tries + 2} of {len(self.waits) + 1}")
                tries += 1
        trouble = mismatch(self.offer, self.size, self.sum)
        if trouble:
            self._discard()
        return trouble

    @property
    def size(self) -> int:
        """Bytes of the file that are here."""
        return self.part.stat().st_size if self.part.is_file() else 0

    def _once(self) -> None:
        """One try: returns when all bytes are here. Raises Broken, Refused, StartOver, StorageError."""
        have, memo = self.size, read_memo(self.memo)
        if have and not self._resumable(memo):
            self._discard()
            have, memo = 0, {}
        if have:
            self.resumed = True
            sum_up(self.part, self.sum, have, self.report)
            if have == memo["size"]:                                           # it came whole, and was then interrupted
                self.total = have
                return
        self._need((self.offer.bytes or 0) - have)
        with self._open(have, memo) as response:
            self._accept(response, have, memo)
            self._write(response, have)

    def _resumable(self, memo: Mapping[str, Any]) -> bool:
        """True where the bytes here begin the file: the same server's, or any server's where a sum can tell in the end."""
        if not memo or (memo["size"] is not None and self.size > memo["size"]):
            return False
        return bool(self.sum.kind) or (memo["url"] == self.url and bool(validator(memo)))

    def _open(self, have: int, memo: Mapping[str, Any]) -> HTTPResponse:
        headers = {"User-Agent": f"embedding-explorer/{__version__}", "Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
            if memo["url"] == self.url and validator(memo):                   # another server's marks mean nothing to this one
                headers["If-Range"] = validator(memo)
        try:
            response = opener().open(http.Request(self.url, headers=headers), timeout=self.timeout)
        except HTTPError as error:
            error.close()
            self.answered = True
            self._answer(error, have)
        except URLError as error:
            self._unreached(error.reason if isinstance(error.reason, Exception) else error)
        except (OSError, HTTPException) as error:
            self._unreached(error)
        self.answered = True
        return response

    def _answer(self, error: HTTPError, have: int) -> NoReturn:
        """Raises what an answer other than the file means."""
        if error.code == 416 and have:
            raise StartOver from error
        reason = f"it answered {error.code} {error.reason}".rstrip()
        raise (Broken if error.code in _AGAIN else Refused)(reason) from error

    def _unreached(self, error: Exception) -> NoReturn:
        """Raises what a connection that gave no answer means: for a server that answered before, a broken line."""
        reason = f"no answer within {self.timeout:g} s" if isinstance(error, TimeoutError) else in_words(error)
        if self.answered or isinstance(error, ConnectionResetError | HTTPException):
            raise Broken(reason) from error
        raise Refused(reason, reached=isinstance(error, ssl.SSLError)) from error

    def _accept(self, response: HTTPResponse, have: int, memo: Mapping[str, Any]) -> None:
        """Check the head of an answer, keep what it says of the file, and leave `part` with as many bytes as it goes on from."""
        if response.headers.get_content_type() in {"text/html", "application/xhtml+xml"}:
            raise Refused("it sent a web page and not the file")
        packed = response.headers.get("Content-Encoding", "identity").strip().lower()
        if packed != "identity" and not (packed in {"gzip", "x-gzip"} and self.path.suffix == ".gz"):
            raise Refused(f"it sent the file packed as {packed[:20]!r}, which was not asked for")
        marks = {"etag": response.headers.get("ETag", ""), "modified": response.headers.get("Last-Modified", "")}
        if response.status == 206:
            self.total = self._goes_on(response, have, memo, marks["etag"])
        elif response.status == 200:
            self._discard()                                                    # a server without ranges, or a file that changed
            self.total = length(response)
        else:
            raise Refused(f"it answered {response.status}, which is not a file")
        self._plausible(response)
        self._remember(marks)

    def _goes_on(self, response: HTTPResponse, have: int, memo: Mapping[str, Any], etag: str) -> int | None:
        """The size of the whole file, from an answer that has to go on where `part` ends."""
        told = _RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
        if not have:
            raise Refused("it sent a part of the file when all of it was asked for")
        same = memo["url"] != self.url or etag == memo["etag"]
        total = memo["size"] if told is None or told[2] == "*" else int(told[2])
        if told is None or int(told[1]) != have or not same or memo["size"] not in {None, total}:
            raise StartOver
        return total

    def _plausible(self, response: HTTPResponse) -> None:
        """Raises Refused where the announced length cannot be the file's, or nothing would tell when the file is whole."""
        exact = self.offer.exact_bytes
        if exact and self.total is not None and self.total != exact:
            raise Refused(f"it announces {self.total:,} bytes; the file has {exact:,}")
        if self.total is None and not exact and not self.sum.kind and not response.chunked:
            raise Refused("it does not say how long the file is, and no sum is known: nothing would tell that it is whole")

    def _remember(self, marks: Mapping[str, str]) -> None:
        try:
            self.part.touch()
            self.memo.write_text(json.dumps({"url": self.url, "size": self.total, **marks}), encoding="utf-8")
        except OSError as error:
            self._unwritable(error)

    def _write(self, response: HTTPResponse, have: int) -> None:
        have = self.size
        self._need((self.total or self.offer.exact_bytes or self.offer.bytes or 0) - have)
        began, start = time.monotonic(), have
        most = self.total or self.offer.exact_bytes or 2 * (self.offer.bytes or 0)
        self._tell(have, 0.0)
        try:
            with self.part.open("ab") as file:
                for block in self._blocks(response):
                    if not have and is_page(block):
                        raise Refused("it sent a web page and not the file")
                    if most and have + len(block) > most:
                        raise Refused(f"it sent more than the {most:,} bytes of the file")
                    file.write(block)
                    self.sum.add(block)
                    have += len(block)
                    if not most and have % LEFT_FREE < len(block):
                        self._need(LEFT_FREE)
                    self._tell(have, (have - start) / max(time.monotonic() - began, 1e-3))
        except OSError as error:
            self._unwritable(error)
        except Refused:
            self._discard()
            raise
        if self.total is not None and have < self.total:
            raise Broken(f"the connection ended after {have:,} of {self.total:,} bytes")
        self.total = have

    def _blocks(self, response: HTTPResponse) -> Iterator[bytes]:
        """The body as it comes, its first HEAD bytes in one block. Raises Broken."""
        try:
            yield response.read(HEAD)
            while block := response.read1(BLOCK):
                yield block
        except TimeoutError as error:
            raise Broken(f"nothing came for {self.timeout:g} s") from error
        except (OSError, HTTPException) as error:
            raise Broken(in_words(error)) from error

    def _discard(self) -> None:
        try:
            self.memo.unlink(missing_ok=True)                                  # first: a memo without its part says nothing
            self.part.unlink(missing_ok=True)
        except OSError as error:
            raise unusable(self.part, "removed", error) from error
        self.sum = Sum(self.sum.kind)

    def _need(self, missing: int) -> None:
        """Raises StorageError where the disk has no room for so many bytes."""
        free = shutil.disk_usage(self.path.parent).free
        if missing > free:
            raise StorageError(
                f"{self.offer.name} needs {shown(missing)} more in {self.path.parent}, where {shown(free)} are free. "
                "Make room, or set EMBEDDINGS_HOME to a folder on a larger disk."
            )

    def _unwritable(self, error: OSError) -> NoReturn:
        whole = self.total or self.offer.bytes
        if error.errno not in _FULL:
            raise unusable(self.part, "written", error) from error
        missing = f" {shown(max(0, whole - self.size))} more are needed." if whole else ""
        raise StorageError(
            f"The disk is full: {self.path.parent} holds {shown(self.size)} of {self.offer.name}.{missing} Make room, or set "
            "EMBEDDINGS_HOME to a folder on a larger disk. What came is kept, and the next run goes on from there."
        ) from error

    def _tell(self, have: int, speed: float) -> None:
        total = self.total or self.offer.bytes
        rate = f", {shown(int(speed))}/s" if speed else ""
        if total:
            about = "" if self.total or self.offer.exact_bytes else "about "
            self.report(Progress(min(have, total), total, f"{self.path.name}: {shown(have)} of {about}{shown(total)}{rate}"))
        else:
            self.report(Progress(0, 1, f"{self.path.name}: {shown(have)}{rate}"))

    def _wait(self, seconds: float, what: str) -> None:
        """Sleep, telling what for; short sleeps, so that the reader can cancel."""
        total = self.total or self.offer.bytes or 1
        until = time.monotonic() + seconds
        while True:
            left = until - time.monotonic()
            self.report(Progress(min(self.size, total), total, f"{self.path.name}: {what}{f' in {left:.0f} s' if left > 0.5 else ''}"))
            if left <= 0:
                return
            time.sleep(min(left, 0.5))


def read_memo(path: Path) -> dict[str, Any]:
    """What is remembered of the part: {"url", "size", "etag", "modified"}; {} where it cannot be read as that."""
    try:
        memo = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):                                              # none, or damaged: the part is not taken up
        return {}
    kinds = {"url": str, "size": int | None, "etag": str, "modified": str}
    fits = isinstance(memo, dict) and memo.keys() == kinds.keys() and all(isinstance(memo[key], kind) for key, kind in kinds.items())
    return memo if fits else {}


def validator(memo: Mapping[str, Any]) -> str:
    """What If-Range can be given: a strong ETag, else the date of the last change, else ""."""
    etag: str = memo["etag"]
    return etag if etag.startswith('"') else str(memo["modified"])
