"""Suites: questions with known answers, and word pairs that people have rated."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from embeddings.errors import BadFile, EmbeddingsError, StorageError
from embeddings.home import home, unusable, writable
from embeddings.word_lists import slug


class UnknownSuite(EmbeddingsError):
    """No suite of that name in the box or among the reader's own."""


class Question(NamedTuple):
    """One analogy a : a2 :: b : ?, and the answers that count as right."""

    a: str
    a2: str
    b: str
    expected: tuple[str, ...]


class Pair(NamedTuple):
    """Two words, and how similar people found them (any scale, larger is more)."""

    first: str
    second: str
    rating: float


@dataclass(frozen=True)
class Section:
    """Questions of one relation. kind: "semantic", "syntactic", or "" where the suite does not say."""

    name: str
    questions: tuple[Question, ...]
    kind: str = ""


@dataclass(frozen=True)
class AnalogySuite:
    """A set of analogy questions in sections. source: who made it, and where it was read."""

    name: str
    title: str
    source: str
    sections: tuple[Section, ...]

    @cached_property
    def n_questions(self) -> int:
        """Questions of all sections."""
        return sum(len(section.questions) for section in self.sections)

    @cached_property
    def content(self) -> str:
        """16 hexadecimal digits that tell its questions from others."""
        return content([(section.name, question) for section in self.sections for question in section.questions])


@dataclass(frozen=True)
class SimilaritySuite:
    """A set of rated word pairs. source: who made it, and where it was read."""

    name: str
    title: str
    source: str
    pairs: tuple[Pair, ...]

    @cached_property
    def content(self) -> str:
        """16 hexadecimal digits that tell its pairs from others."""
        return content(self.pairs)


def content(asked: Sequence[tuple[str, Question]] | Sequence[Pair]) -> str:
    """16 hexadecimal digits that tell what is asked apart: questions with their sections, or rated pairs."""
    return hashlib.sha256(repr([tuple(each) for each in asked]).encode()).hexdigest()[:16]


Suite = AnalogySuite | SimilaritySuite


@dataclass(frozen=True)
class _InTheBox:
    """A suite that comes with an installed package, and is read from there."""

    name: str
    file: str
    title: str
    source: str


_GENSIM = "read from the test data of the installed gensim"
_BOX = {
    suite.name: suite
    for suite in (
        _InTheBox(
            "google", "questions-words.txt", "Google analogies", f"Mikolov, Chen, Corrado, Dean 2013 (arXiv:1301.3781); {_GENSIM}"
        ),
        _InTheBox("wordsim353", "wordsim353.tsv", "WordSim-353", f"Finkelstein et al. 2002 (ACM TOIS); {_GENSIM}"),
        _InTheBox("simlex999", "simlex999.txt", "SimLex-999", f"Hill, Reichart, Korhonen 2015 (Computational Linguistics); {_GENSIM}"),
    )
}
BOX = tuple(_BOX)
"""Names of the suites that are always there."""

SEMANTIC = {"capital-common-countries", "capital-world", "currency", "city-in-state", "family"}
"""The Google set's sections that ask for facts and kin; those named gram... ask for forms of words."""

TITLES = {
    "bats": ("BATS", "Gladkova, Drozd, Matsuoka 2016 (NAACL)"),
    "men": ("MEN", "Bruni, Tran, Baroni 2014 (JAIR)"),
    "rare-words": ("Rare Words", "Luong, Socher, Manning 2013 (CoNLL)"),
}
"""What own files of these names are taken for in titles; their content is told by themselves."""


def own_folder() -> Path:
    """The folder for own suites. It is not created."""
    return home() / "evaluation"


def names() -> list[str]:
    """Every suite there is: those in the box, then the reader's own by name. Raises StorageError."""
    return [*BOX, *(name for name in sorted(_own()) if name not in _BOX)]


def find(name: str) -> Suite:
    """The suite of that name. Raises UnknownSuite naming those there are, BadFile with file and line, StorageError."""
    if name in _BOX:
        return _from_box(name)
    own = _own()
    if name not in own:
        raise UnknownSuite(f"There is no suite '{name[:80]}'. There are {', '.join(names())}. Own ones lie in {own_folder()}.")
    return read(own[name])


def read(path: Path) -> Suite:
    """The suite in a file, or in a folder of BATS; what it is is told by its content. Raises BadFile with file and line."""
    from embeddings.evaluation import reading

    name = slug(path.stem if path.is_file() else path.name)
    title, source = next((TITLES[known] for known in TITLES if name.startswith(known)), (path.stem, "an own file"))
    return reading.read(path, name, title, source)


def keep(name: str, data: bytes) -> Suite:
    """Keep a dropped file among the reader's own suites, and return the suite. Nothing is kept where it cannot be read.

    Raises BadFile with file and line, or where the name is that of a suite in the box or of another own file; StorageError.
    """
    from embeddings.evaluation import reading

    safe = slug(Path(name).stem)
    if safe in _BOX or safe in _own():
        raise BadFile(f"{name}: there is a suite '{safe}' already. Rename the file, or remove that one first.")
    title, source = next((TITLES[known] for known in TITLES if safe.startswith(known)), (Path(name).stem[:60], "an own file"))
    suite = reading.parse(data, name, safe, title, source)
    file = writable(own_folder()) / f"{safe}.txt"
    try:
        file.write_bytes(data)
    except OSError as error:
        raise unusable(file, "written", error) from error
    return suite


def remove(name: str) -> None:
    """Remove one of the reader's own files. Raises UnknownSuite, BadFile for a folder or one in the box, StorageError."""
    path = _own().get(name)
    if name in _BOX or path is None:
        raise UnknownSuite(f"There is no own suite '{name[:80]}' to remove.")
    if path.is_dir():
        raise BadFile(f"{path} is a folder that was laid there by hand. Remove it by hand.")
    try:
        path.unlink()
    except OSError as error:
        raise unusable(path, "removed", error) from error


def _own() -> dict[str, Path]:
    try:
        inside = sorted(own_folder().iterdir())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise unusable(own_folder(), "read", error) from error
    found = {slug(path.stem if path.is_file() else path.name): path for path in inside if _is_inside(path)}
    return {name: path for name, path in found.items() if name not in _BOX}


def _is_inside(path: Path) -> bool:
    return not path.name.startswith(".") and path.resolve().is_relative_to(own_folder().resolve())


@cache
def _from_box(name: str) -> Suite:
    from embeddings.evaluation import reading

    told = _BOX[name]
    suite = reading.read(_gensim_folder() / "test" / "test_data" / told.file, told.name, told.title, told.source)
    if isinstance(suite, SimilaritySuite):
        return suite
    sections = tuple(replace(section, kind="semantic" if section.name in SEMANTIC else "syntactic") for section in suite.sections)
    return replace(suite, sections=sections)


def _gensim_folder() -> Path:
    """Where gensim lies, without importing it: that costs three seconds."""
    spec = importlib.util.find_spec("gensim")
    if spec is None or spec.origin is None:
        raise StorageError("gensim is not installed, and the suites in the box are its test data. Install it: pip install gensim")
    return Path(spec.origin).parent


