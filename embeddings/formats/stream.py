"""A file's bytes in order, whatever they are packed in: plain, gzip, bzip2, xz, zip.

What a file is packed in is told by its first bytes, not by its name. Nothing is held beyond one block, a member of an archive
is never written under its own name, and a stream that swells without end is refused.
"""

from __future__ import annotations

import bz2
import fnmatch
import gzip
import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

from embeddings.errors import BadFile

BLOCK = 8 << 20             # bytes read at a time
SWELLS = 200                # vectors as text pack to a third or so; beyond this ratio a file is a bomb
SWELLS_AFTER = 256 << 20    # a ratio says nothing about the first bytes
NESTED = 3                  # a gzip file in a zip file, and so on

_BROKEN = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError)


class WhichMember(BadFile):
    """An archive holds several files and none was chosen. `members` are (name, bytes), in the order of the archive."""

    def __init__(self, file: str, members: list[tuple[str, int]], why: str) -> None:
        self.members = tuple(members)
        shown = ", ".join(f"'{name[:80]}' ({size:,} bytes)" for name, size in members[:20])
        more = f" and {len(members) - 20:,} more" if len(members) > 20 else ""
        super().__init__(f"{file} {why}: {shown}{more}. Say which one is meant.")


class Stream:
    """The unpacked bytes of a file, read once from front to end, and what progress and the report need.

    path, name: the file. packed: what it was packed in, as "zip" or "zip, gzip", "" for a plain file. member: the file inside
    an archive. total: bytes of the file on disk; `consumed` of them were read so far. Raises BadFile naming the file.
    """

    def __init__(self, path: Path, member: str = "") -> None:
        self.path, self.name, self.member = path, path.name, ""
        try:
            self.total = path.stat().st_size
            if not path.is_file():
                raise BadFile(f"{path} is no file.")
            self._raw = _Hashed(path.open("rb", buffering=0))
        except OSError as error:
            raise BadFile(f"{path} cannot be read: {error.strerror}.") from error
        self._unpacked, self._head, self.produced, self._sha256 = cast(IO[bytes], self._raw), b"", 0, ""
        try:
            self.packed = self._unpack(member)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._raw.close()

    @property
    def consumed(self) -> int:
        """Bytes of the file on disk that were read so far."""
        return self._raw.furthest

    @property
    def is_plain(self) -> bool:
        """True where the bytes are the file's own, so that it can be mapped."""
        return not self.packed

    def head(self, size: int = 1 << 16) -> bytes:
        """Up to so many of the next bytes, which stay to be read."""
        while len(self._head) < size:
            more = self._more(size - len(self._head))
            if not more:
                break
            self._head += more
        return self._head[:size]

    def read(self, size: int = BLOCK) -> bytes:
        """Up to so many bytes, fewer only at the end. Raises BadFile where the packing is damaged, cut off or a bomb."""
        parts, wanted = [self._head[:size]], size - len(self._head[:size])
        self._head = self._head[size:]
        while wanted > 0:
            more = self._more(wanted)
            if not more:
                break
            parts.append(more)
            wanted -= len(more)
        return b"".join(parts) if len(parts) > 1 else parts[0]

    def readinto(self, view: memoryview) -> int:
        """Fill the view from its front; returns the bytes read, fewer than it holds only at the end. Raises as `read`."""
        filled = min(len(self._head), len(view))
        view[:filled] = self._head[:filled]
        self._head = self._head[filled:]
        while filled < len(view):
            more = self._attempt(partial(self._unpacked.readinto, view[filled:]))  # type: ignore[attr-defined]
            if not more:
                break
            self._count(more)
            filled += more
        return filled

    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the whole file on disk; what was not read yet is read now."""
        self._sha256 = self._sha256 or self._raw.digest(self.path)
        return self._sha256

    def _more(self, size: int) -> bytes:
        more: bytes = self._attempt(lambda: self._unpacked.read(size))
        self._count(len(more))
        return more

    def _attempt(self, reading: Callable[[], Any]) -> Any:
        try:
            return reading()
        except _BROKEN as error:
            raise BadFile(
                f"{self.told} is damaged or ends in the middle: after {self.produced:,} bytes its packing ({self.packed or 'none'}) "
                f"says '{error}'. Get the file again."
            ) from error

    def _count(self, more: int) -> None:
        self.produced += more
        if self.packed and self.produced > SWELLS_AFTER and self.produced > SWELLS * max(self.consumed, 1):
            raise BadFile(f"{self.told} swells to more than {SWELLS} times its size. Word vectors do not; it is not unpacked further.")

    @property
    def told(self) -> str:
        """The file as messages name it, with the member."""
        return f"{self.name} ({self.member[:80]})" if self.member else self.name

    def _unpack(self, member: str) -> str:
        packed: list[str] = []
        while len(packed) < NESTED:
            start = self._peek()
            kind = next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), "")
            if not kind:
                break
            try:
                self._unpacked = cast(IO[bytes], self._open_zip(member) if kind == "zip" else _OPENERS[kind](self._unpacked))
            except _BROKEN as error:
                raise BadFile(f"{self.told} cannot be unpacked as {kind}: {error}.") from error
            packed.append(kind)
            self.packed = ", ".join(packed)
        if member and not self.member:
            raise BadFile(f"{self.name} is no zip archive; '{member[:80]}' cannot be chosen in it.")
        return ", ".join(packed)

    packed = ""

    def _peek(self) -> bytes:
        start = self._more(8)
        self.produced -= len(start)
        self._unpacked = cast(IO[bytes], _Again(start, self._unpacked))
        return start

    def _open_zip(self, member: str) -> IO[bytes]:
        if self.packed:
            raise BadFile(f"{self.told} holds a zip archive inside another file. Unpack the outer one first.")
        archive = zipfile.ZipFile(cast(IO[bytes], self._raw))
        self.member = _chosen(self.name, archive, member)
        return archive.open(self.member)


def members(path: Path) -> list[tuple[str, int]]:
    """(name, unpacked bytes) of the files in a zip archive, [] for any other file. Raises BadFile where it cannot be read."""
    try:
        with path.open("rb") as data:
            if not data.read(4).startswith(b"PK\3\4"):
                return []
        with zipfile.ZipFile(path) as archive:
            return _files(archive)
    except _BROKEN as error:
        raise BadFile(f"{path.name} cannot be read as zip: {error}.") from error


def _files(archive: zipfile.ZipFile) -> list[tuple[str, int]]:
    named = [(info.filename, info.file_size) for info in archive.infolist() if not info.is_dir()]
    return [(name, size) for name, size in named if not name.startswith("__MACOSX/") and not name.rpartition("/")[2].startswith(".")]


def _chosen(file: str, archive: zipfile.ZipFile, asked: str) -> str:
    """The one member that was asked for, by its name or a pattern such as *300d*; or the only one there is."""
    there = _files(archive)
    if not there:
        raise BadFile(f"{file} is an empty archive.")
    fitting = [entry for entry in there if not asked or entry[0] == asked] or [
        entry for entry in there if fnmatch.fnmatchcase(entry[0].rpartition("/")[2], asked) or fnmatch.fnmatchcase(entry[0], asked)
    ]
    if len(fitting) == 1:
        return fitting[0][0]
    raise WhichMember(file, fitting or there, "holds several files" if fitting else f"holds no '{asked[:80]}'; there are")


_MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"PK\3\4": "zip", b"PK\5\6": "zip"}
_OPENERS: dict[str, Callable[[IO[bytes]], Any]] = {
    "gzip": partial(gzip.GzipFile, "", "rb", 9),                               # the level is for writing
    "bzip2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}


class _Hashed(io.RawIOBase):
    """A file that adds what is read in order to a SHA-256, and knows how far it was read."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._file, self._hash, self._hashed, self.furthest = raw, hashlib.sha256(), 0, 0

    def read(self, size: int = -1) -> bytes:
        at = self._file.tell()
        data = self._file.read(size)
        self._note(at, data)
        return data

    def readinto(self, view: Any) -> int:
        at = self._file.tell()
        size = cast(int, self._file.readinto(view))  # type: ignore[attr-defined]
        self._note(at, memoryview(view)[:size])
        return size

    def _note(self, at: int, data: bytes | memoryview) -> None:
        if at == self._hashed:
            self._hash.update(data)
            self._hashed += len(data)
        self.furthest = max(self.furthest, at + len(data))

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def digest(self, path: Path) -> str:
        """Of the whole file: the rest is read from where the reading in order stopped."""
        with path.open("rb") as rest:
            rest.seek(self._hashed)
            while data := rest.read(BLOCK):
                self._hash.update(data)
                self._hashed += len(data)
        return self._hash.hexdigest()


class _Again(io.RawIOBase):
    """The first bytes of a stream again, and then the rest."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        self._start, self.rest = start, rest

    def read(self, size: int = -1) -> bytes:
        if not self._start:
            return self.rest.read(size)
        if size < 0:
            start, self._start = self._start, b""
            return start + self.rest.read()
        given, self._start = self._start[:size], self._start[size:]
        return given

    def readinto(self, view: Any) -> int:
        if not self._start:
            return cast(int, self.rest.readinto(view))  # type: ignore[attr-defined]
        given = self.read(len(view))
        view[: len(given)] = given
        return len(given)

    def readable(self) -> bool:
        return True
