"""Query: what is asked, as a value."""

from __future__ import annotations

from dataclasses import dataclass, replace

from embeddings.analogy import SCORES
from embeddings.errors import BadQuery
from embeddings.query.grammar import EXAMPLES, MOST_RESULTS, terms_of
from embeddings.query.terms import Term, weighted


@dataclass(frozen=True)
class Query:
    """What is asked: weighted terms, a method of analogy.SCORES, k results, among the `restrict` first words (None: all).

    approximate: whether the space's approximate index may answer, which is faster and can miss a word.
    For an analogy a : a' :: b : ? the terms are b - a + a', in this order. Raises BadQuery for values out of range.
    """

    terms: tuple[Term, ...]
    is_analogy: bool = False
    method: str = "3cosadd"
    k: int = 10
    restrict: int | None = None
    approximate: bool = False

    def __post_init__(self) -> None:
        if self.method not in SCORES:
            raise BadQuery(f"There is no method '{self.method}'. There are {', '.join(SCORES)}.")
        if not 1 <= self.k <= MOST_RESULTS:
            raise BadQuery(f"{self.k:,} results were asked for; 1 to {MOST_RESULTS:,} can be.")
        if self.restrict is not None and self.restrict < 1:
            raise BadQuery(f"The search was restricted to {self.restrict:,} words; 1 or more are needed.")
        if not self.terms:
            raise BadQuery(f"The query is empty. Type a word or an expression, {EXAMPLES}")
        for term in self.terms:
            term.check()

    @classmethod
    def parse(
        cls, text: str, method: str = "3cosadd", k: int = 10, restrict: int | None = None, approximate: bool = False
    ) -> Query:
        """The query that a line of text asks for. Raises BadQuery telling where the line cannot be read."""
        return cls(*terms_of(text), method, k, restrict, approximate)

    def __str__(self) -> str:
        if self.is_analogy:
            b, a, a2 = (str(term) for term in self.terms)
            return f"{a} : {a2} :: {b} : ?"
        signed = [f"{'-' if term.weight < 0 else '+'} {weighted(term)}" for term in self.terms]
        return " ".join(signed).removeprefix("+ ")

    @property
    def places(self) -> tuple[str, str, str] | None:
        """The words a, a', b where the query is b - a + a' of three single words, else None."""
        if [term.weight for term in self.terms] != [1, -1, 1] or any(term.is_list for term in self.terms):
            return None
        b, a, a2 = (term.name for term in self.terms)
        return a, a2, b

    def by(self, method: str) -> Query:
        """The same query by another method."""
        return replace(self, method=method)
