"""Where lists lie: in the box, and in the reader's folder as one JSON file a list."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

from embeddings.errors import BadFile, UnknownList
from embeddings.home import home, unusable, writable
from embeddings.word_lists import json_lists
from embeddings.word_lists.decoding import UNFIT
from embeddings.word_lists.lists import Listed, is_name, slug
from embeddings.word_lists.reading import read
from embeddings.word_lists.repair import cut

_DATA = Path(__file__).parent.parent / "data"


def box() -> dict[str, Listed]:
    """The lists in the box by name: words, then pairs. Their files are read once."""
    return dict(_box())


@cache
def _box() -> dict[str, Listed]:
    files = [*sorted((_DATA / "lists").glob("*.txt")), *sorted((_DATA / "pairs").glob("*.txt"))]
    return {listed.name: listed for file in files for listed in read(file.read_bytes(), file.name)}


def lists_folder() -> Path:
    """Where the reader's own lists are kept. It is not created."""
    return home() / "lists"


def every() -> dict[str, Listed]:
    """The lists in the box and the reader's kept ones, which come first where a name is in both. Raises StorageError."""
    return box() | saved(lists_folder())[0]


def save(word_list: Listed, folder: Path) -> Path:
    """Keep the list as <name>.json in the folder, in place of an older one, and return the file.

    Written beside and renamed when complete. Raises StorageError, and BadFile for a list that cannot be named or written so.
    """
    file = _file(word_list.name, folder)
    if UNFIT.search("".join([word_list.title, word_list.source, word_list.licence, *word_list.notes, *word_list.words])):
        raise BadFile(f"@{word_list.name} cannot be kept: it holds a control code or half a character, which no word has.")
    writable(folder)
    try:
        _write(json_lists.as_json(word_list).encode(), file)
    except OSError as error:
        raise unusable(file, "written", error) from error
    return file


def saved(folder: Path) -> tuple[dict[str, Listed], tuple[str, ...]]:
    """(the kept lists by name, what is wrong with each file that cannot be read). Raises StorageError for the folder.

    A folder that does not exist yet holds no lists.
    """
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix == ".json" and not file.name.startswith("."))
    except FileNotFoundError:
        return {}, ()
    except OSError as error:
        raise unusable(folder, "read", error) from error
    lists, troubles = {}, []
    for file in files:
        try:
            lists[file.stem] = _kept(file)
        except BadFile as error:
            troubles.append(str(error))
    return lists, tuple(troubles)


def remove(name: str, folder: Path) -> None:
    """Remove the kept list of that name. Raises UnknownList where there is none, StorageError where it cannot be removed."""
    try:
        _file(name, folder).unlink()
    except FileNotFoundError as error:
        raise UnknownList(f"There is no list @{name} among your own; nothing was removed.") from error
    except OSError as error:
        raise unusable(folder / f"{name}.json", "removed", error) from error


def _file(name: str, folder: Path) -> Path:
    if not is_name(name):
        raise BadFile(f"'{cut(name, 80)}' cannot name a list; '{slug(name)}' can.")
    return folder / f"{name}.json"


def _write(data: bytes, file: Path) -> None:
    handle, beside = tempfile.mkstemp(prefix=f".{file.stem}-", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        os.replace(beside, file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _kept(file: Path) -> Listed:
    """The list in the file. Raises BadFile naming it where it cannot be read or is not what `save` wrote."""
    cure = "Remove it, or drop the list again."
    try:
        if not file.is_file():
            raise BadFile("it is not a file")
        listed = json_lists.own(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BadFile) as error:
        raise BadFile(f"The kept list {file.name} cannot be read: {str(error).rstrip('.')}. {cure}") from error
    if listed is None or listed.name != file.stem:
        raise BadFile(f"The kept list {file.name} is damaged: it is not a list named {file.stem}. {cure}")
    return listed
