"""Repairs: what was found and done while a file was read. It is kept with the space and shown wherever that is introduced."""

from __future__ import annotations

import dataclasses
from bisect import insort
from dataclasses import dataclass, field
from typing import Any

from embeddings.errors import BadFile

TWICE = "duplicate words, the first kept"
MOST_LISTED = 200           # refused rows and duplicates that are named; the rest is counted


@dataclass(frozen=True)
class Refused:
    """A row that was not taken: its line (of text, from 1) or row (of a binary file, from 1), and why."""

    line: int
    why: str


@dataclass(frozen=True)
class Duplicate:
    """A word that came again: the line that was kept, the first, and the one that was not."""

    word: str
    kept: int
    dropped: int


@dataclass(frozen=True)
class FrequencyOrder:
    """Whether the rows look ordered from frequent to rare words: True, False, or None where it cannot be told, and the evidence."""

    looks: bool | None
    evidence: str


@dataclass
class Repairs:
    """The report of one import. Counts are of rows unless said.

    rows_read: rows of the file, refused ones and duplicates among them. repairs: what was mended, and how often.
    refused, duplicates: the first MOST_LISTED by line; `n_refused`, `n_duplicates` count all. dtype: of the numbers in the
    file. places: what `line` counts, "line" or "row". sha256, bytes: of the file as it lies on disk.
    """

    file: str = ""
    member: str = ""
    packed: str = ""
    format: str = ""
    dtype: str = ""
    places: str = "line"
    header: str = ""
    rows_read: int = 0
    rows: int = 0
    dim: int = 0
    repairs: dict[str, int] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    n_refused: int = 0
    duplicates: list[Duplicate] = field(default_factory=list)
    n_duplicates: int = 0
    order: FrequencyOrder = FrequencyOrder(None, "")
    notes: list[str] = field(default_factory=list)
    sha256: str = ""
    bytes: int = 0
    seconds: float = 0.0
    peak_bytes: int = 0

    def mend(self, kind: str, times: int = 1) -> None:
        """Count something that was mended with certainty."""
        if times:
            self.repairs[kind] = self.repairs.get(kind, 0) + times

    def refuse(self, line: int, why: str) -> None:
        """Count, and name among the first, a row that cannot be taken."""
        self.n_refused += 1
        if len(self.refused) < MOST_LISTED or line < self.refused[-1].line:
            insort(self.refused, Refused(line, why), key=lambda row: row.line)  # a block's words are judged after its lines
            del self.refused[MOST_LISTED:]

    def drop(self, word: str, kept: int, dropped: int) -> None:
        """Count, and name among the first, a word that came again."""
        self.n_duplicates += 1
        if len(self.duplicates) < MOST_LISTED:
            self.duplicates.append(Duplicate(word, kept, dropped))

    def compare_rows(self, n_words: int) -> None:
        """Tell where a header counts other rows than were read."""
        found, missing = self.rows_read, n_words - self.rows_read
        if not missing:
            return
        self.mend("header with another number of words")
        cut = f" The file may be cut off: {counted(missing, 'word')} {'is' if missing == 1 else 'are'} missing." if missing > 0 else ""
        self.note(f"The header says {counted(n_words, 'word')}; the file has {counted(found, 'row')}.{cut}")

    def note(self, sentence: str) -> None:
        """A sentence for the reader, told once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def as_json(self) -> dict[str, Any]:
        """The report as it is kept in meta.json and printed by the command line."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Repairs:
        """The report from what `as_json` gave. Raises BadFile where it is none."""
        try:
            kept = {option.name: told[option.name] for option in dataclasses.fields(cls) if option.name in told}
            kept["refused"] = [Refused(**row) for row in kept.get("refused", [])]
            kept["duplicates"] = [Duplicate(**row) for row in kept.get("duplicates", [])]
            kept["order"] = FrequencyOrder(**kept.get("order", {"looks": None, "evidence": ""}))
            return cls(**kept)
        except (TypeError, AttributeError, ValueError) as error:
            raise BadFile(f"The repair report cannot be read ({error}).") from error


def sentences(repairs: Repairs) -> list[str]:
    """The report in sentences, the weightiest last, without markup: for the page of vectors and the command line."""
    packing = f", packed as {repairs.packed}" if repairs.packed else ""
    member = f" ({repairs.member})" if repairs.member else ""
    told = [
        f"{repairs.file}{member}{packing}: {counted(repairs.bytes, 'byte')}, {repairs.format} with numbers as "
        f"{repairs.dtype or 'float32'}.",
        f"{counted(repairs.rows_read, 'row')} read, {repairs.rows:,} kept, each of {counted(repairs.dim, 'dimension')}.",
    ]
    mended = {kind: times for kind, times in repairs.repairs.items() if kind != TWICE}
    if mended:
        told.append("Mended: " + "; ".join(f"{kind} ({times:,})" for kind, times in mended.items()) + ".")
    if repairs.n_duplicates:
        named = ", ".join(f"'{word.word}' ({repairs.places} {word.dropped:,}, kept from {word.kept:,})" for word in repairs.duplicates[:3])
        again = counted(repairs.n_duplicates, "word")
        told.append(f"Duplicates: {again} stood again, the first was kept: {named}{_more(repairs.n_duplicates, 3)}.")
    if repairs.n_refused:
        named = "; ".join(f"{repairs.places} {row.line:,}: {row.why}" for row in repairs.refused[:3])
        told.append(f"Refused: {counted(repairs.n_refused, 'row')}: {named}{_more(repairs.n_refused, 3)}.")
    if not (repairs.repairs or repairs.n_refused or repairs.n_duplicates):
        told.append("Nothing had to be mended.")
    return [*told, _order_told(repairs.order), *repairs.notes]


def _order_told(order: FrequencyOrder) -> str:
    looks = {
        True: "The order looks like one of frequency",
        False: "The order does not look like one of frequency, so 'the N most frequent words' are only its first N rows",
        None: "Whether the order is one of frequency cannot be told",
    }[order.looks]
    return f"{looks}: {order.evidence}." if order.evidence else f"{looks}."


def counted(n: int, what: str) -> str:
    """1 row, 2 rows: a number before the noun that it counts, which takes an s."""
    return f"1 {what}" if n == 1 else f"{n:,} {what}s"


def _more(n: int, shown: int) -> str:
    return f"; and {n - shown:,} more" if n > shown else ""
