"""Files of questions and of rated pairs, told apart by their content. What cannot be read is named by file and line."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from embeddings.errors import BadFile
from embeddings.evaluation.suites import AnalogySuite, Pair, Question, Section, SimilaritySuite, Suite
from embeddings.word_lists.decoding import decode

MOST_BYTES = 50_000_000
"""A larger file is no suite."""

MOST_QUESTIONS = 1_000_000
"""BATS gives 98,000 questions; beyond a million the answer would not be worth its time."""

Line = tuple[int, str]
"""Number of a line, from 1, and its text."""


def read(path: Path, name: str, title: str, source: str) -> Suite:
    """The suite in a file or in a folder of BATS. Raises BadFile with file and line."""
    if path.is_dir():
        return _bats(path, name, title, source)
    return parse(_bytes(path), path.name, name, title, source)


def parse(data: bytes, file: str, name: str, title: str, source: str) -> Suite:
    """The suite in the bytes of a file. Raises BadFile with file and line."""
    lines = _lines(data, file)
    if not lines:
        raise BadFile(f"{file} is empty. A line is four words of an analogy, or two words and a rating.")
    if lines[0][1].startswith(":"):
        return AnalogySuite(name, title, source, _sections(lines, file))
    if _rating(_columns(lines[0][1])) is None and len(lines) > 1 and _rating(_columns(lines[1][1])) is not None:
        lines = lines[1:]                                                      # a head over the columns
    if _rating(_columns(lines[0][1])) is not None:
        return SimilaritySuite(name, title, source, tuple(_pair(file, line) for line in lines))
    if len(lines[0][1].split()) == 4 and "\t" not in lines[0][1]:
        return AnalogySuite(name, title, source, _sections([(0, f": {name}"), *lines], file))
    if len(_tabbed(lines[0][1])) == 2:
        return AnalogySuite(name, title, source, (_bats_section(file, name, lines),))
    shown = lines[0][1][:60]
    raise BadFile(
        f"{file}, line {lines[0][0]:,}: '{shown}' is neither ': section', nor four words of an analogy, nor two words and a rating, "
        "nor a word, a tab and its answers parted by '/'."
    )


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadFile(f"{path.name} has {path.stat().st_size / 1e6:,.0f} MB; a suite of questions has up to {MOST_BYTES / 1e6:.0f}.")
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror or error}.") from error


def _lines(data: bytes, file: str) -> list[Line]:
    """The lines that hold something and are no # remark."""
    if len(data) > MOST_BYTES:
        raise BadFile(f"{file} has {len(data) / 1e6:,.0f} MB; a suite of questions has up to {MOST_BYTES / 1e6:.0f}.")
    try:
        text, _ = decode(data)
    except BadFile as error:
        raise BadFile(f"{file}: {error}") from error
    numbered = enumerate((line.strip(" \r\n") for line in text.split("\n")), 1)
    return [(number, line) for number, line in numbered if line.strip() and not line.startswith("#")]


# ---------------------------------------------------------------------------------------------------- analogies


def _sections(lines: Sequence[Line], file: str) -> tuple[Section, ...]:
    """Sections of a file in the format of questions-words.txt: ': name', then four words a line."""
    found: dict[str, list[Question]] = {}
    for number, line in lines:
        if line.startswith(":"):
            section = found.setdefault(line[1:].strip() or f"section {len(found) + 1}", [])
        else:
            section.append(_question(file, number, line))
    empty = next((name for name, questions in found.items() if not questions), None)
    if empty is not None:
        raise BadFile(f"{file}: the section '{empty[:60]}' has no questions. Give it some, or take its line out.")
    return tuple(Section(name, tuple(questions)) for name, questions in found.items())


def _question(file: str, number: int, line: str) -> Question:
    words = line.split()
    if len(words) != 4:
        raise BadFile(f"{file}, line {number:,}: an analogy has four words, this line has {len(words)}: '{line[:60]}'.")
    return Question(words[0], words[1], words[2], (words[3],))


def _bats(folder: Path, name: str, title: str, source: str) -> AnalogySuite:
    """BATS: a folder, perhaps with folders inside, of files of one relation each."""
    files = sorted(path for path in folder.rglob("*.txt") if path.is_file() and path.resolve().is_relative_to(folder.resolve()))
    if not files:
        raise BadFile(f"{folder} holds no .txt files. BATS is a folder of files, each a word, a tab and its answers a line.")
    sections = tuple(_bats_section(path.name, path.stem, _lines(_bytes(path), path.name)) for path in files)
    asked = sum(len(section.questions) for section in sections)
    if asked > MOST_QUESTIONS:
        raise BadFile(f"{folder} makes {asked:,} questions; up to {MOST_QUESTIONS:,} can be asked.")
    return AnalogySuite(name, title, source, sections)


def _bats_section(file: str, name: str, lines: Iterable[Line]) -> Section:
    """Every ordered pair of lines asks a question: the first gives a : a', the second b; any answer of b counts.

    Of several answers the first is taken for a'. BATS's names begin with I or D for forms of words, E or L for meanings.
    """
    rows = [_bats_line(file, line) for line in lines]
    if len(rows) < 2 or len(rows) ** 2 > MOST_QUESTIONS:
        raise BadFile(f"{file} has {len(rows):,} lines with a word and its answers; 2 to {int(MOST_QUESTIONS**0.5):,} make questions.")
    questions = [Question(a, answers[0], b, told) for a, answers in rows for b, told in rows if (a, answers) != (b, told)]
    kind = {"I": "syntactic", "D": "syntactic", "E": "semantic", "L": "semantic"}.get(name[:1] if re.match(r"[IDEL]\d\d", name) else "", "")
    return Section(name, tuple(questions), kind)


def _bats_line(file: str, line: Line) -> tuple[str, tuple[str, ...]]:
    parts = _tabbed(line[1])
    answers = tuple(filter(None, parts[1].split("/"))) if len(parts) == 2 else ()
    if len(parts) != 2 or not parts[0] or not answers:
        raise BadFile(f"{file}, line {line[0]:,}: a word, a tab and its answers parted by '/' are needed, not '{line[1][:60]}'.")
    return parts[0], answers


def _tabbed(line: str) -> list[str]:
    return [part.strip() for part in line.split("\t")] if "\t" in line else line.split()


# ---------------------------------------------------------------------------------------------------- similarity


def _columns(line: str) -> list[str]:
    """The columns of a line: between tabs, else between commas or semicolons, else between blanks."""
    sign = next((sign for sign in ("\t", ";", ",") if sign in line), None)
    return [part.strip() for part in line.split(sign)] if sign else line.split()


def _rating(columns: Sequence[str]) -> float | None:
    """The third column as a number, None where it is none. Further columns (Rare Words has each rater's own) are let be."""
    try:
        rating = float(columns[2]) if len(columns) >= 3 and columns[0] and columns[1] else math.nan
    except ValueError:
        return None
    return rating if math.isfinite(rating) else None


def _pair(file: str, line: Line) -> Pair:
    columns = _columns(line[1])
    rating = _rating(columns)
    if rating is None:
        raise BadFile(f"{file}, line {line[0]:,}: two words and a rating are needed, not '{line[1][:60]}'.")
    return Pair(_untagged(columns[0]), _untagged(columns[1]), rating)


def _untagged(word: str) -> str:
    """The word without MEN's tag of its part of speech (sun-n)."""
    return re.sub(r"-[njv]$", "", word) if re.fullmatch(r"[^\W\d_]{2,}-[njv]", word) else word
