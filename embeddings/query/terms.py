"""A term of a query: a word or a list with its weight, and how it is spelled."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from embeddings.errors import BadQuery

_PLAIN = re.compile(r"(?!\d*\.?\d+\*|mean\(|@|\*)[^\s\"\\]+")
HEAVIEST = 1e6
_RESERVED = {"+", "-", "−", ":", "::", "?"}


@dataclass(frozen=True)
class Term:
    """One word, or one list by name, with its weight."""

    name: str
    weight: float = 1.0
    is_list: bool = False

    def check(self) -> None:
        """Raises BadQuery for no name, or a weight out of range."""
        if not self.name:
            raise BadQuery("A term of the query is empty. Type a word.")
        if not 1 / HEAVIEST <= abs(self.weight) <= HEAVIEST:
            raise BadQuery(f"The weight of '{self.name[:40]}' is out of range; 0.000001 to 1,000,000 can be, with either sign.")

    def __str__(self) -> str:
        return f"mean(@{self.name})" if self.is_list else quoted(self.name)


def weighted(term: Term) -> str:
    """The term with its weight but without its sign."""
    weight = abs(term.weight)
    return str(term) if weight == 1 else f"{np.format_float_positional(weight, trim='-')}*{term}"


def quoted(word: str) -> str:
    """The word as a query spells it: in quotes where it would be read as something else."""
    if _PLAIN.fullmatch(word) and word.lower() not in _RESERVED:
        return word
    return '"' + re.sub(r'(["\\])', r"\\\1", word) + '"'
