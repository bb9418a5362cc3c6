"""A file's bytes in order, whatever they are packed in: plain, gzip, bzip2, xz, zip.

What a file is packed in is told by its first bytes, not by its name. Nothing is held beyond one block, a member of an archive
is never written under its own name, and a stream that swells without end is refused. So is one that is cut off, and one with
anything but zeros after its packed bytes: it was not the file that somebody packed.
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
from collections import Counter
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

XZ_MEMORY = 256 << 20       # bytes: the largest preset of xz, -9, takes 65 MB to unpack
PACKED_BLOCK = 1 << 17      # packed bytes read at a time

_BROKEN = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError)


class WhichMember(BadFile):
    """An archive holds several files and none was chosen. `members` are (name, bytes), in the order of the archive.

    Where two have one name, it is followed by " (1)", " (2)" and so on.
    """

    def __init__(self, file: str, members: list[tuple[str, int]], why: str) -> None:
        self.members = tuple(members)
        shown = ", ".join(f"'{name[:80]}' ({size:,} bytes)" for name, size in members[:20])
        more = f" and {len(members) - 20:,} more" if len(members) > 20 else ""
        super().__init__(f"{file} {why}: {shown}{more}. Say which one is meant.")


class Stream:
    """The unpacked bytes of a file, read once from front to end, and what progress and the report need.

    path, name: the file. packed: what it was packed in, as "zip" or "zip, gzip", "" for a plain file. member: the file inside
    an archive. total: bytes of the file on disk; `consumed` of them were read so far, of which an archive's chosen member stands
    for all. Raises BadFile naming the file.
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
        """Bytes of the file on disk that were read so far; of an archive, the same share as was read of its member."""
        begin, size = self._member_at
        read = max(self._raw.furthest - begin, 0)
        return min(self.total, self.total * read // max(size, 1)) if self.member else read

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
        except (_TakesMuch, MemoryError) as error:
            raise self._too_large() from error
        except _BROKEN as error:
            raise BadFile(
                f"{self.told} is damaged or ends in the middle: after {self.produced:,} bytes its packing ({self.packed or 'none'}) "
                f"says '{error}'. Get the file again."
            ) from error

    def _count(self, more: int) -> None:
        self.produced += more
        read = self._raw.furthest - self._member_at[0]
        if self.packed and self.produced > SWELLS_AFTER and self.produced > SWELLS * max(read, 1):
            raise BadFile(f"{self.told} swells to more than {SWELLS} times its size. Word vectors do not; it is not unpacked further.")

    @property
    def told(self) -> str:
        """The file as messages name it, with the member."""
        return f"{self.name} ({self.member[:80]})" if self.member else self.name

    def _unpack(self, member: str) -> str:
        packed: list[str] = []
        while kind := self._kind():
            if kind not in _OPENERS or len(packed) == NESTED:
                why = f" {len(packed) + 1} times over" if kind in _OPENERS else f" as {kind}, which is not read here"
                raise BadFile(f"{self.told} is packed{why}. Unpack it first.")
            try:
                self._unpacked = cast(IO[bytes], self._open_zip(member) if kind == "zip" else _OPENERS[kind](self._unpacked))
            except MemoryError as error:
                raise self._too_large() from error
            except _BROKEN as error:
                raise BadFile(f"{self.told} cannot be unpacked as {kind}: {error}.") from error
            packed.append(kind)
            self.packed = ", ".join(packed)
        if member and not self.member:
            raise BadFile(f"{self.name} is no zip archive; '{member[:80]}' cannot be chosen in it.")
        return ", ".join(packed)

    packed = ""
    _member_at = (0, 0)     # where the packed bytes of an archive's member begin, and how many there are

    def _too_large(self) -> BadFile:
        return BadFile(f"{self.told} takes too much memory to unpack, as its packing ({self.packed}) demands. Unpack it first.")

    def _kind(self) -> str:
        """What the next bytes are packed in, "" for what is packed in nothing known."""
        start = b""
        while len(start) < 8 and (more := self._more(8 - len(start))):
            start += more
        self.produced -= len(start)
        self._unpacked = cast(IO[bytes], _Again(start, self._unpacked))
        return next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), "")

    def _open_zip(self, member: str) -> IO[bytes]:
        if self.packed:
            raise BadFile(f"{self.told} holds a zip archive inside another file. Unpack the outer one first.")
        archive = zipfile.ZipFile(cast(IO[bytes], self._raw))
        self.member, entry = _chosen(self.name, archive, member)
        opened = archive.open(entry)
        self._raw.furthest = self._raw.tell()                                  # the list at the end of the archive was read before
        self._member_at = self._raw.furthest, entry.compress_size
        return opened


def members(path: Path) -> list[tuple[str, int]]:
    """(name, unpacked bytes) of the files in a zip archive, [] for any other file. Raises BadFile where it cannot be read."""
    try:
        with path.open("rb") as data:
            if not data.read(4).startswith(b"PK\3\4"):
                return []
        with zipfile.ZipFile(path) as archive:
            return [(name, entry.file_size) for name, entry in _files(archive).items()]
    except _BROKEN as error:
        raise BadFile(f"{path.name} cannot be read as zip: {error}.") from error


def _files(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive by name, hidden ones left out; of several with one name, each is numbered."""
    there = [entry for entry in archive.infolist() if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")]
    there = [entry for entry in there if not entry.filename.rpartition("/")[2].startswith(".")]
    times = Counter(entry.filename for entry in there)
    files: dict[str, zipfile.ZipInfo] = {}
    for entry in there:
        name, number = entry.filename, 1
        while times[entry.filename] > 1 and (name in times or name in files):
            name, number = f"{entry.filename} ({number})", number + 1
        files[name] = entry
    return files


def _chosen(file: str, archive: zipfile.ZipFile, asked: str) -> tuple[str, zipfile.ZipInfo]:
    """The one member that was asked for, by its name or a pattern such as *300d*; or the only one there is."""
    there = _files(archive)
    if not there:
        raise BadFile(f"{file} is an empty archive.")
    fitting = [name for name in there if not asked or name == asked] or [
        name for name in there if fnmatch.fnmatchcase(name.rpartition("/")[2], asked) or fnmatch.fnmatchcase(name, asked)
    ]
    if len(fitting) == 1:
        return fitting[0], there[fitting[0]]
    sizes = [(name, there[name].file_size) for name in fitting or there]
    raise WhichMember(file, sizes, "holds several files" if fitting else f"holds no '{asked[:80]}'; there are")


# ---------------------------------------------------------------------------------------------------- packings


class _TakesMuch(Exception):
    """Unpacking would take more memory than is given to it."""


class _Unpacked(io.RawIOBase):
    """What packed streams one after the other hold. Only zeros may follow them.

    bz2.BZ2File and lzma.LZMAFile pass over anything that follows, and the latter takes whatever memory a file asks for.
    """

    def __init__(self, packed: IO[bytes], magic: bytes, start: Callable[[], Any]) -> None:
        self._packed, self._magic, self._start, self._one = packed, magic, start, start()

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, all for -1; b"" at the end. Raises _TakesMuch, and what the packing raises."""
        if size < 0:
            return b"".join(iter(partial(self.read, BLOCK), b""))
        while size and not (self._one.eof and not self._begin_next()):
            packed = self._packed.read(PACKED_BLOCK) if self._one.needs_input else b""
            if self._one.needs_input and not packed:
                raise EOFError("it ends before its end mark")
            if data := self._unpack(packed, size):
                return data
        return b""

    def readinto(self, view: Any) -> int:
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def readable(self) -> bool:
        return True

    def _begin_next(self) -> bool:
        """Go on to the stream after the one that ended; False where there is none. Raises OSError where other bytes follow."""
        rest = self._one.unused_data.lstrip(b"\0")
        while len(rest) < len(self._magic) and (more := self._packed.read(PACKED_BLOCK)):
            rest = (rest + more).lstrip(b"\0")
        if not rest:
            return False
        if not rest.startswith(self._magic):
            raise OSError(f"other bytes follow what is packed: {rest[:8]!r}")
        self._one, self._rest = self._start(), rest
        return True

    _rest = b""             # packed bytes that were read and not unpacked

    def _unpack(self, packed: bytes, size: int) -> bytes:
        packed, self._rest = self._rest + packed, b""
        try:
            return cast(bytes, self._one.decompress(packed, size))
        except lzma.LZMAError as error:
            if "memory" in str(error).lower():
                raise _TakesMuch from error
            raise
        except MemoryError as error:
            raise _TakesMuch from error


_MAGIC = {
    b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"PK\3\4": "zip", b"PK\5\6": "zip", b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4", b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "rar", b"\x1f\x9d": "compress (.Z)", b"LZIP\1": "lzip",
}  # fmt: skip
_XZ = partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, XZ_MEMORY)
_OPENERS: dict[str, Callable[[IO[bytes]], Any]] = {
    "gzip": partial(gzip.GzipFile, "", "rb", 9),                               # the level is for writing
    "bzip2": lambda packed: _Unpacked(packed, b"BZh", bz2.BZ2Decompressor),
    "xz": lambda packed: _Unpacked(packed, b"\xfd7zXZ\x00", _XZ),
    "zip": lambda packed: packed,                                              # opened by `Stream`, which knows the member
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
