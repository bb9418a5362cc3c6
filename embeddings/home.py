"""The data folder: where kept spaces, lists and runs lie."""

from __future__ import annotations

import os
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
    """The error that says what the system refused, and the cure. `what` is "read", "written", "renamed" or "removed"."""
    reason = error.strerror or str(error)
    return StorageError(f"{path} cannot be {what}: {reason}. Set EMBEDDINGS_HOME to a folder that can be read and written.")
