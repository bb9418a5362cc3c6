"""A lock that the system takes back when its process ends, however it ends."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import IO

if os.name == "nt":
    import msvcrt

    def _take(file: IO[bytes], shared: bool = False) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]

else:
    import fcntl

    def _take(file: IO[bytes], shared: bool = False) -> None:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


class Lock:
    """The lock of a file, made where it is missing. Held from `take` to `free` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self.path, self._file = path, None

    _file: IO[bytes] | None

    def take(self) -> bool:
        """Take it; False where another process, or another Lock of this one, holds it. Raises OSError."""
        file = self.path.open("ab")
        try:
            _take(file)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def free(self) -> None:
        """Let it go. The file stays: removing it would let two hold what they take for the same lock."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.free()


def is_held(path: Path) -> bool:
    """True where a living process holds the lock of that file. Two may look at once. Raises OSError."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return False
    with file:
        try:
            _take(file, shared=True)
        except OSError:
            return True
        return False
