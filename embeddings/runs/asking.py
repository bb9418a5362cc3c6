"""Asking for a run, asking it to stop, and putting it away."""

from __future__ import annotations

import re
import shutil
import time
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from embeddings.errors import EmbeddingsError
from embeddings.home import unusable, writable
from embeddings.runs.folder import UnknownRun, checked, forget_files, runs_folder, touch, write_json
from embeddings.runs.reading import Run, read, runs

KEPT = 50
"""Runs that have ended and are kept; older ones go when a new run is asked for."""


def create(argv: Sequence[str], name: str, files: Sequence[Path] = ()) -> Run:
    """A new run that waits for its process: `python -m embeddings VERB --run FOLDER ...`. Old ended runs beyond 50 go.

    argv: the verb and its arguments. name: what the reader sees. files: made for this run alone, and moved into its folder;
    an argument that is such a path becomes the new one. They go when the run is done or dismissed. Raises StorageError.
    """
    argv = [str(argument) for argument in argv]
    if not argv:
        raise ValueError("a run needs a verb")
    started = time.time()
    folder = _new_folder(writable(runs_folder()), f"{time.strftime('%Y%m%d-%H%M%S', time.localtime(started))}-{_slug(name)}")
    try:
        moved = {str(file): str(_moved(file, folder / "files")) for file in files}
        argv = [moved.get(argument, argument) for argument in argv]
        write_json({"argv": argv, "name": name, "started": started}, folder / "settings.json")
    except OSError as error:
        raise unusable(folder, "written", error) from error
    _sweep()
    return read(folder)


def _new_folder(parent: Path, name: str) -> Path:
    """A folder of that name, numbered where there is one already."""
    for number in range(1, 10_000):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
            return folder
        except FileExistsError:
            continue
        except OSError as error:
            raise unusable(folder, "written", error) from error
    raise EmbeddingsError(f"There are 10,000 runs named {name}. Remove some: python -m embeddings runs --remove ID")


def _moved(file: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return Path(shutil.move(file, _new_folder(folder, "1") / file.name))  # a folder each: two files may share a name


def _slug(name: str) -> str:
    """The name in a-z, 0-9 and single dashes, up to 40 letters; "run" where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-") or "run"


def cancel(run: Run) -> None:
    """Ask a run to stop; it does so at its next report. A run that has ended stays as it is. Raises StorageError."""
    if run.live and run.cancelled_at is None:
        touch(run.folder / "cancel")


def dismiss(run: Run) -> None:
    """Note that the reader has seen how a run ended, and let go of the files made for it. Raises StorageError."""
    if run.live:
        raise EmbeddingsError(f"The run {run.id} is still {run.state}. Cancel it first.")
    touch(run.folder / "seen")
    forget_files(run.folder)


def remove(run: Run) -> None:
    """Remove an ended run and all that lies in its folder.

    Raises EmbeddingsError for a live one, UnknownRun where it is gone already, and StorageError.
    """
    if read(run.folder).live:
        raise EmbeddingsError(f"The run {run.id} is still {run.state}. Cancel it first: python -m embeddings runs --cancel {run.id}")
    folder = checked(run.folder)
    gone = folder.with_name(f".{folder.name}")
    try:
        folder.rename(gone)  # a run that is half removed is not listed
        shutil.rmtree(gone)
    except FileNotFoundError as error:
        raise UnknownRun(f"The run {run.id} is gone already.") from error
    except OSError as error:
        raise unusable(folder, "removed", error) from error


def _sweep() -> None:
    """Remove ended runs beyond the newest 50."""
    for run in [run for run in runs() if not run.live][KEPT:]:
        with suppress(UnknownRun):  # another process removed it first
            remove(run)
