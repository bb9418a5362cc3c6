"""Files a reader brings: dropped on a page, or laid into the folder for them. Works without Streamlit.

uploads/<a folder each>/NAME    dropped; moved into its run by the import, gone after a day if none takes it
files/NAME                      laid there by hand, of any size; left where it is
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from embeddings import catalog
from embeddings.errors import BadFile, EmbeddingsError
from embeddings.formats.stream import Stream, members
from embeddings.home import home, unusable, writable
from embeddings.runs import runs
from embeddings.runs.folder import forget_files

DAY = 86_400.0
"""Seconds after which a dropped file that nobody imported goes."""

MOST = 500
"""Files of the folder that are listed."""

LONGEST = 150
"""Letters of a file's name that are kept."""

NEED_WORDS = {"numpy", "projector"}
"""Formats of vectors without words: a second file holds those."""

WORDS = re.compile(r"words?|vocab|metadata|labels?|tokens?", re.IGNORECASE)
"""What the name of a file of words says."""

UNKNOWN = "is in no format known here."
"""How the reader of files ends what it says of a file that shows no sign of any format."""

PICKLE = (
    "{} is a Python pickle, as gensim's save() writes it. Opening a pickle can run code, so it is never opened here. Write the vectors "
    "from gensim in a format that holds no code, and drop that; or, if you trust where the file comes from, open it by the command."
)
PICKLE_CURES = {
    "In gensim": ("kv.save_word2vec_format('vectors.bin', binary=True)", "python"),
    "By the command": ("python -m embeddings import FILE --trust-pickle", "shell"),
}
"""What helps against a pickle: heading to (code, its language). Not in the message: there it could not be copied to the letter."""


def uploads_folder() -> Path:
    """Where dropped files wait for their import. It is not created."""
    return home() / "uploads"


def files_folder() -> Path:
    """Where a reader lays files that are too large to drop. It is not created."""
    return home() / "files"


def spill(name: str, data: IO[bytes]) -> Path:
    """Write a dropped file to the disk, a block at a time, and return where. Raises StorageError, and then nothing is left."""
    folder = Path(tempfile.mkdtemp(dir=writable(uploads_folder())))
    file = folder / _safe(name)
    try:
        with file.open("wb") as out:
            shutil.copyfileobj(data, out, 1 << 20)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise unusable(file, "written", error) from error
    return file


def _safe(name: str) -> str:
    """The last part of a name, in letters that every system takes for a file's, with its ending."""
    last = re.sub(r"[^\w.()+@-]+", "_", re.split(r"[/\\]", name)[-1]).lstrip(".")
    return last[-LONGEST:] or "file"


def waiting() -> list[Path]:
    """Dropped files that no import has taken yet, the newest first."""
    found = [file for file in uploads_folder().glob("*/*") if file.is_file() and not file.is_symlink()]
    return sorted(found, key=lambda file: (_time(file), file.name), reverse=True)


def laid() -> tuple[list[Path], dict[str, str]]:
    """Files in the folder for them, by name, and the names of the entries that are left out, each with the reason."""
    folder = files_folder()
    try:
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except FileNotFoundError:
        return [], {}
    except OSError as error:
        raise unusable(folder, "read", error) from error
    why = {entry: _why_not(entry, folder) for entry in entries}
    fine = [entry for entry in entries if not why[entry]]
    beyond = dict.fromkeys((entry.name for entry in fine[MOST:]), f"beyond the first {MOST:,}")
    return fine[:MOST], {entry.name: reason for entry, reason in why.items() if reason} | beyond


def _why_not(entry: Path, folder: Path) -> str:
    """Why an entry of the folder is not among its files, "" where it is."""
    if entry.name.endswith((".part", ".part.json")):
        return "a download that is not finished"
    if not entry.exists():
        return "a link that leads nowhere"
    if not entry.resolve().is_relative_to(folder.resolve()):
        return "a link that leads out of the folder"
    if entry.is_dir():
        return "a folder; lay its files here"
    return "" if entry.is_file() else "a pipe or a device, and no file"


def _inside(entry: Path, folder: Path) -> bool:
    return entry.is_file() and entry.resolve().is_relative_to(folder.resolve())


def checked(path: Path) -> Path:
    """The same path, which has to be a file that was dropped or lies in the folder for files. Raises BadFile."""
    if not any(_inside(path, folder) for folder in (uploads_folder(), files_folder())):
        raise BadFile(f"{path.name} is not among the files here any longer. Drop it again, or lay it into {files_folder()}.")
    return path


def dropped_at(path: Path) -> str:
    """When a dropped file came, by the clock of this computer."""
    return time.strftime("%H:%M:%S", time.localtime(_time(path)))


def is_dropped(path: Path) -> bool:
    """True for a file that was dropped on the page, which goes with its import."""
    return path.is_relative_to(uploads_folder())


def discard(path: Path) -> None:
    """Let go of a dropped file. One that is gone already stays gone. Raises BadFile for any other file, StorageError."""
    if not is_dropped(path) or path.parent.parent != uploads_folder():
        raise BadFile(f"{path.name} was not dropped here, so it is not removed here.")
    _remove(path.parent)


def forget_empty(path: Path) -> None:
    """Remove the folder that a dropped file had for itself, where the file has moved on. Raises StorageError."""
    if path.parent.parent == uploads_folder() and path.parent.is_dir() and not any(path.parent.iterdir()):
        _remove(path.parent)


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:  # another tab was quicker
        return
    except OSError as error:
        raise unusable(folder, "removed", error) from error


def sweep(now: float | None = None) -> None:
    """Remove dropped files older than a day, those of imports that have ended, and what killed imports left. Raises StorageError."""
    oldest = (time.time() if now is None else now) - DAY
    for folder in uploads_folder().glob("*"):
        if folder.is_dir() and not folder.is_symlink() and _time(folder) < oldest:
            _remove(folder)
    for run in runs():
        if run.verb == "import" and not run.live:
            forget_files(run.folder)
    catalog.sweep()


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # it has gone since it was listed
        return 0.0


@dataclass(frozen=True)
class Looked:
    """What a look at a file's head shows. members: (name, bytes) of the files in an archive of several.

    format, title: what was recognised, "" where a member has to be chosen first or nothing was. trouble: why it cannot be
    imported from the page, as a sentence, "" for no reason. formats: those that could have been, where that is the trouble.
    """

    members: tuple[tuple[str, int], ...] = ()
    format: str = ""
    title: str = ""
    trouble: str = ""
    formats: tuple[str, ...] = ()

    @property
    def needs_words(self) -> bool:
        """True where a second file has to bring the words."""
        return self.format in NEED_WORDS

    @property
    def may_be_words(self) -> bool:
        """True for a file that holds no vectors by its looks and is not known to be anything else."""
        return self.trouble.endswith(UNKNOWN)


def look(path: Path, member: str = "") -> Looked:
    """What the file is, told by its content and without reading more than its head."""
    from embeddings.formats import importing  # the readers, which only this page needs

    inside: tuple[tuple[str, int], ...] = ()
    try:
        there = members(path)
        inside = tuple(there) if len(there) > 1 else ()
        if inside and not member:
            return Looked(inside)
        with Stream(path, member) as stream:
            found = importing.recognise(stream)
            told = stream.told
    except EmbeddingsError as error:
        short, listed, _ = str(error).partition(" Known are: ")
        # Pickles are known too, and are not opened here.
        formats = tuple(each.title for each in importing.FORMATS.values() if each.name != "gensim") if listed else ()
        return Looked(inside, trouble=short, formats=formats)
    return Looked(inside, found.name, found.title, PICKLE.format(told) if found.name == "gensim" else "")


@dataclass(frozen=True)
class Dropped:
    """What becomes of files that were dropped together. vectors: what the form is about. words: the file of its words, if any came."""

    vectors: Path | None
    words: Path | None = None
    said: tuple[tuple[str, bool], ...] = ()


def parted(looked: Mapping[Path, Looked], before: Path | None = None) -> Dropped:
    """Which of the dropped files holds vectors and which their words, and what is said of the rest: (sentence, whether it is good).

    before: the file that the form is about. Where it waits for its words and no vectors are among the dropped, it stays.
    """
    words = [path for path, each in looked.items() if WORDS.search(path.name) or each.may_be_words]
    readable = [path for path, each in looked.items() if not each.trouble]
    vectors = [path for path in readable if path not in words] or readable
    if before and words and not [path for path in vectors if path not in words] and look(before).needs_words:
        return Dropped(before, words[0], _said(looked, before, words[0]))
    chosen = next(iter([*vectors, *looked]), None)
    needed = chosen is not None and looked[chosen].needs_words
    its_words = next((path for path in words if path != chosen), None) if needed else None
    return Dropped(chosen, its_words, _said(looked, chosen, its_words))


def _said(looked: Mapping[Path, Looked], chosen: Path | None, words: Path | None) -> tuple[tuple[str, bool], ...]:
    """How many files came and which is chosen, and why another cannot be; nothing of one file alone, which the form tells all about."""
    held = f" {words.name} is taken for its words." if words else ""
    told = [(f"{len(looked):,} files are here. {chosen.name} is chosen below.{held}", True)] if chosen and len(looked) > 1 else []
    if words and len(looked) == 1 and chosen:
        told = [(f"{words.name} is taken for the words of {chosen.name}.", True)]
    return (*told, *((each.trouble, False) for path, each in looked.items() if each.trouble and path not in (chosen, words)))


def words_for(path: Path, among: list[Path]) -> Path | None:
    """The file that seems to hold the words of `path`: of those named so, the one whose name shares most with its own."""
    named = [file for file in among if file != path and WORDS.search(file.name)]
    return max(named, key=lambda file: (_shared(path.name, file.name), file.parent == path.parent), default=None)


def _shared(one: str, other: str) -> int:
    """Letters that two names begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def free_name(path: Path, member: str, taken: Collection[str]) -> str:
    """A name for the space of a file: made of the file's or the member's, numbered where it is taken."""
    name = catalog.name_for(Path(member.replace("\\", "/")) if member else path)
    return next(each for each in (name, *(f"{name[:56]}-{number}" for number in range(2, 1000))) if each not in taken)


def name_trouble(name: str, taken: Collection[str]) -> str:
    """Why a space cannot have the name, as a sentence; "" where it can."""
    if not name.strip():
        return "A space needs a name."
    if catalog.slug(name) != name:
        return f"'{name[:60]}' cannot name a space; '{catalog.slug(name)}' can: small letters, digits, - and _."
    return f"There is a space '{name}' already. Choose another name, or remove that one first." if name in taken else ""
