"""A folder beside its final name, which it takes when complete; and what killed processes left of such folders."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path

from embeddings.errors import StorageError
from embeddings.home import unusable
from embeddings.locks import Lock, is_held

BEGIN = ".making-"
JUST_BEGUN = 10.0           # seconds: a lock as young as that may not be held yet, and is not looked at


class HalfMade:
    """The folder `path` while somebody fills it. Its lock lies beside it, so that `sweep` knows the living from the dead.

    Raises StorageError where it cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder.parent / f"{BEGIN}{uuid.uuid4().hex}"
        self._lock = Lock(self.path.with_suffix(".lock"))
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            sweep(folder.parent)
            self._lock.take()                                                  # before there is anything to sweep
            self.path.mkdir()
        except OSError as error:
            self._lock.free()
            raise unusable(folder.parent, "written", error) from error

    def finish(self) -> None:
        """Give the folder its final name. Raises StorageError where somebody took the name meanwhile, OSError."""
        try:
            os.replace(self.path, self.folder)
        except OSError as error:
            if not self.folder.exists():
                raise
            raise StorageError(f"'{self.folder.name}' was kept by somebody else meanwhile. Choose another name.") from error

    def drop(self) -> None:
        """Remove what was not finished, and the lock."""
        import shutil  # not for those who only read

        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.free()
        self._lock.path.unlink(missing_ok=True)


def sweep(parent: Path) -> None:
    """Remove what killed processes left in the folder; what a living one makes stays, and so does what is only just begun."""
    import shutil

    for lock in parent.glob(f"{BEGIN}*.lock"):
        if _age(lock) > JUST_BEGUN and not is_held(lock):
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """Seconds since the file was made or changed; 0 for one that is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
