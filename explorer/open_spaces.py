"""The spaces held open for all readers: each opened once, the one asked longest ago let go of when memory runs short."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import numpy as np

from embeddings import catalog, search, views
from embeddings.errors import EmbeddingsError
from embeddings.search import Searcher
from embeddings.word_vectors import WordVectors

ENVIRONMENT = "EMBEDDINGS_MEMORY"
"""Gigabytes that open spaces may take; half of the machine's memory where it is not set."""

WITHOUT_A_WORD = 4_000_000_000
"""Bytes taken as the budget where the system does not tell how much memory it has."""

A_STRING = 60
"""Bytes that a short word takes as a Python string."""

Open = Callable[[str], WordVectors]

SEARCHERS: dict[str, Callable[[WordVectors, Path], Searcher]] = {"int8": search.int8.open, "ivf": search.ivf.open}
"""How what was built beside a space is opened."""


@dataclass
class Held:
    """An open space, and the ways to search it that were opened beside it: kind to (stamp, searcher, bytes)."""

    wv: WordVectors
    searchers: dict[str, tuple[str, Searcher, int]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def searcher(self, kind: str) -> tuple[str, Searcher | None]:
        """See OpenSpaces.searcher."""
        folder = self.wv.folder or catalog.beside(self.wv.name)  # a view has one of its own
        stamp = stamp_of(folder / kind / "meta.json")
        if not stamp:
            self.searchers.pop(kind, None)
        elif kind not in self.searchers or self.searchers[kind][0] != stamp:
            try:
                self.searchers[kind] = (stamp, SEARCHERS[kind](self.wv, folder), folder_bytes(folder / kind))
            except EmbeddingsError:
                if kind != "int8":
                    raise
                return stamp, None
        return stamp, self.searchers[kind][1] if stamp else None

    @property
    def nbytes(self) -> int:
        """Bytes that it maps or holds."""
        return nbytes(self.wv) + sum(size for _, _, size in self.searchers.values())


class OpenSpaces:
    """Spaces by (name, stamp). Beyond `budget` bytes the one asked longest ago goes, never the one just asked."""

    def __init__(self, budget: int, open_space: Open) -> None:
        self.budget, self._open = budget, open_space
        self._held, self._lock = OrderedDict[tuple[str, str], Held](), Lock()
        self._opening: dict[tuple[str, str], Lock] = {}

    def get(self, name: str, stamp: str) -> Held:
        """The space, opened if it is not; two that ask at once wait for one opening. Raises what opening raises."""
        with self._lock:
            door = self._opening.setdefault((name, stamp), Lock())
        try:
            with door:
                held = self._asked((name, stamp)) or self._put((name, stamp), Held(self._open(name)))
        finally:
            with self._lock:
                self._opening.pop((name, stamp), None)
        self._let_go_of_the_oldest()
        return held

    def searcher(self, wv: WordVectors, kind: str) -> tuple[str, Searcher | None]:
        """What tells this build of the kind from the next, and the way to search by it, opened once.

        None where none is kept, or where the space is not held here.

        Raises BadQuery for an approximate index that was built for other vectors, BadFile for one that is damaged. An int8
        copy that will not do is passed over: the plain scan gives the same answer, and the page Vectors tells what is wrong.
        """
        with self._lock:
            held = next((held for held in self._held.values() if held.wv is wv), None)
        if held is None:
            return "", None
        with held.lock:
            return held.searcher(kind)

    def let_go(self, name: str) -> None:
        """Hold no space of that name, nor a view of it, any longer; pages that use it keep theirs until they are done."""
        with self._lock:
            for key in [key for key in self._held if views.parted(key[0])[0] == name]:
                del self._held[key]

    def held(self) -> dict[str, int]:
        """Names of the open spaces with their bytes, the one asked last at the end."""
        with self._lock:
            return {name: held.nbytes for (name, _), held in self._held.items()}

    def _asked(self, key: tuple[str, str]) -> Held | None:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def _put(self, key: tuple[str, str], held: Held) -> Held:
        with self._lock:
            for old in [old for old in self._held if old[0] == key[0]]:  # another was kept under its name since
                del self._held[old]
            self._held[key] = held
        return held

    def _let_go_of_the_oldest(self) -> None:
        """Sizes are counted anew each time: a space grows by what is looked up in it."""
        with self._lock:
            sizes = [held.nbytes for held in self._held.values()]
            while len(self._held) > 1 and sum(sizes) > self.budget:
                self._held.popitem(last=False)
                sizes.pop(0)


def nbytes(wv: WordVectors) -> int:
    """Bytes that a space maps or holds: vectors, words with their index and counts, n-grams, and what look-ups made since.

    A memory map counts in full, though the system takes back what is not in use.
    """
    words = wv.vocabulary
    made = vars(wv)  # cached properties lie here once they were asked for
    parts = [wv.vectors, words.blob, words.offsets, words.counts, *_index_of(words), made.get("inverse_norms")]
    subwords = getattr(wv, "subwords", None)
    parts.append(None if subwords is None else subwords.vectors)
    return sum(part.nbytes for part in parts if isinstance(part, np.ndarray)) + A_STRING * len(made.get("_spellings", ()))


def _index_of(words: object) -> tuple[np.ndarray, ...]:
    made: tuple[np.ndarray, ...] = vars(words).get("index") or vars(words).get("_stored") or ()
    return made


def stamp_of(file: Path) -> str:
    """What tells a file from another that takes its place; "" where there is none."""
    try:
        return str(file.stat().st_mtime_ns)
    except OSError:
        return ""


def folder_bytes(folder: Path) -> int:
    """Bytes of the files in a folder and below, 0 where there is none. What goes meanwhile is not counted."""
    found = 0
    for parent, _, files in os.walk(folder):
        for file in files:
            with suppress(FileNotFoundError):
                found += os.lstat(os.path.join(parent, file)).st_size
    return found


def budget() -> tuple[int, str]:
    """(bytes that open spaces may take, what is wrong with EMBEDDINGS_MEMORY as a sentence, "" for nothing)."""
    half = memory() // 2
    said = os.environ.get(ENVIRONMENT, "").strip()
    try:
        gigabytes = float(said) if said else half / 1e9
    except ValueError:
        gigabytes = 0.0
    if 0 < gigabytes < 1e6:
        return int(gigabytes * 1e9), ""
    return half, f"{ENVIRONMENT} is '{said[:40]}'; it takes a number of gigabytes above 0, such as 4. {half / 1e9:.1f} GB are taken."


def memory() -> int:
    """Bytes of memory of this machine, or of the container it runs in; twice WITHOUT_A_WORD where nobody tells."""
    told = [_physical(), _of_container(Path("/sys/fs/cgroup/memory.max"))]
    return min([size for size in told if size], default=2 * WITHOUT_A_WORD)


def _physical() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return 0


def _of_container(file: Path) -> int:
    try:
        return int(file.read_text())
    except (OSError, ValueError):  # no container, or "max"
        return 0
