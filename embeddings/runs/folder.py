"""Where runs lie, and how their files are written and read."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from embeddings.errors import EmbeddingsError
from embeddings.home import home, unusable

ID = re.compile(r"\d{8}-\d{6}-[a-z0-9]+(?:-[a-z0-9]+)*")


class UnknownRun(EmbeddingsError):
    """No run of that name among the kept ones."""


def runs_folder() -> Path:
    """Where runs lie, in full: a run's process may work in another folder. It is not created."""
    return home().absolute() / "runs"


def checked(folder: Path) -> Path:
    """The same folder, which has to lie where runs do. Raises UnknownRun: nothing is written or removed anywhere else."""
    inside = folder.parent.resolve() == runs_folder().resolve() and ID.fullmatch(folder.name)
    if not inside or folder.is_symlink() or not folder.is_dir():
        raise UnknownRun(f"'{folder}' is not the folder of a run; those lie in {runs_folder()}.")
    return folder


def read_json(file: Path) -> tuple[dict[str, Any], str]:
    """(the object in the file, "") or ({}, what is wrong with it as a sentence)."""
    cure = f"Remove the run: python -m embeddings runs --remove {file.parent.name}"
    try:
        data = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        return {}, f"{file.name} of this run cannot be read: {error}. {cure}"
    return (data, "") if isinstance(data, dict) else ({}, f"{file.name} of this run is damaged. {cure}")


def write_json(data: dict[str, Any], file: Path) -> None:
    """Write the object in the file's place. Raises OSError, and ValueError for what JSON cannot carry."""
    replace_file(json.dumps(data, allow_nan=False).encode(), file)


def replace_file(data: bytes, file: Path) -> None:
    """Put the data in the file's place at once: a reader sees the old or the new, never half."""
    handle, beside = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        os.replace(beside, file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def touch(file: Path) -> None:
    """Make an empty file that says something by being there. Raises StorageError."""
    try:
        file.touch()
    except OSError as error:
        raise unusable(file, "written", error) from error


def forget_files(folder: Path) -> None:
    """Remove the files that were made for this run alone. Raises StorageError."""
    if (folder / "files").is_dir():
        try:
            shutil.rmtree(folder / "files")
        except OSError as error:
            raise unusable(folder / "files", "removed", error) from error
