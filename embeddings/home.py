"""The data folder: where kept spaces, lists and runs lie."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

import platformdirs

from embeddings.errors import StorageError


def home() -> Path:
    """The data folder: EMBEDDINGS_HOME, else the platform's folder for user data. It is not created."""
    chosen = os.environ.get("EMBEDDINGS_HOME", "").strip()
    return Path(os.path.expanduser(chosen)) if chosen else platformdirs.user_data_path("embedding-explorer", appauthor=False)


def writable(folder: Path) -> Path:
    """The same folder, created where it was missing and tried with a file that is gone again. Raises StorageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()  # a read-only disk shows itself only here
    except OSError as error:
        raise unusable(folder, "written", error) from error
    return folder


def unusable(path: Path, what: str, error: OSError) -> StorageError:
    """The error that says what the system refused, and the cure. `what` is "read", "written", "renamed" or "removed".

    A full disk is told as such, with what is free on it and without the path: that may be a file of the moment.
    """
    if error.errno == errno.ENOSPC:
        return StorageError(f"The disk of {home()} is full: {_free(path)}. {_MAKE_ROOM}")
    if error.errno == errno.EDQUOT:
        return StorageError(f"Your share of the disk of {home()} is used up. {_MAKE_ROOM}")
    reason = error.strerror or str(error)
    return StorageError(f"{path} cannot be {what}: {reason}. Set EMBEDDINGS_HOME to a folder that can be read and written.")


_MAKE_ROOM = "Make room there, or set EMBEDDINGS_HOME to a folder on another disk, and try again."


def _free(path: Path) -> str:
    """What is free on the disk of a path, which need not be there."""
    there = next(folder for folder in (path, *path.absolute().parents) if folder.is_dir())
    return f"{shutil.disk_usage(there).free / 1e6:,.1f} MB are free"
