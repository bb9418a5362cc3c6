"""Query: what is asked, as a value."""

from __future__ import annotations

from dataclasses import dataclass, replace

from embeddings.analogy import BY_DEFAULT, SCORES, Learning
from embeddings.errors import BadQuery
from embeddings.hubness import MOST_K, RANKINGS
from embeddings.query.grammar import EXAMPLES, MOST_RESULTS, terms_of
from embeddings.query.terms import Term, quoted, weighted
from embeddings.subset import Subset


@dataclass(frozen=True)
class Query:
    """What is asked: weighted terms, a method of analogy.SCORES, k results, among the `restrict` first words (None: all).

    approximate: whether the space's approximate index may answer, which is faster and can miss a word.
    expected: the answer that the reader has in mind, "" for none; it changes no ranking, `embeddings.anatomy` tells its place.
    pairs: the name of the list of pairs that 3CosAvg and LRCos learn from, "" for none; learning: how LRCos does.
    subset: the words to list from, as `embeddings.subset` reads it ("@capitals", "/ing$/"), "" for all. rank_by: a ranking of
    hubness.RANKINGS, of which csls takes the mean cosine with the `around` nearest words.
    For an analogy a : a' :: b : ? the terms are b - a + a', in this order. Raises BadQuery for values out of range.
    """

    terms: tuple[Term, ...]
    is_analogy: bool = False
    method: str = "3cosadd"
    k: int = 10
    restrict: int | None = None
    approximate: bool = False
    expected: str = ""
    pairs: str = ""
    learning: Learning = BY_DEFAULT
    subset: str = ""
    rank_by: str = "cosine"
    around: int = 10

    def __post_init__(self) -> None:
        if self.method not in SCORES:
            raise BadQuery(f"There is no method '{self.method}'. There are {', '.join(SCORES)}.")
        if not 1 <= self.k <= MOST_RESULTS:
            raise BadQuery(f"{self.k:,} results were asked for; 1 to {MOST_RESULTS:,} can be.")
        if self.restrict is not None and self.restrict < 1:
            raise BadQuery(f"The search was restricted to {self.restrict:,} words; 1 or more are needed.")
        if self.rank_by not in RANKINGS:
            raise BadQuery(f"There is no ranking by '{self.rank_by}'. There are {', '.join(RANKINGS)}.")
        if not 1 <= self.around <= MOST_K:
            raise BadQuery(f"The {self.around:,} nearest of each word were asked for; 1 to {MOST_K} can be.")
        if self.subset:
            Subset.parse(self.subset)
        if not self.terms:
            raise BadQuery(f"The query is empty. Type a word or an expression, {EXAMPLES}")
        for term in self.terms:
            term.check()

    @classmethod
    def parse(
        cls,
        text: str,
        method: str = "3cosadd",
        k: int = 10,
        restrict: int | None = None,
        approximate: bool = False,
        pairs: str = "",
        learning: Learning = BY_DEFAULT,
        subset: str = "",
        rank_by: str = "cosine",
        around: int = 10,
    ) -> Query:
        """The query that a line of text asks for. Raises BadQuery telling where the line cannot be read."""
        terms, is_analogy, expected = terms_of(text)
        return cls(terms, is_analogy, method, k, restrict, approximate, expected, pairs, learning, subset, rank_by, around)

    def __str__(self) -> str:
        if self.is_analogy:
            b, a, a2 = (str(term) for term in self.terms)
            return f"{a} : {a2} :: {b} : {quoted(self.expected) if self.expected else '?'}"
        signed = [f"{'-' if term.weight < 0 else '+'} {weighted(term)}" for term in self.terms]
        return " ".join(signed).removeprefix("+ ") + (f" = {quoted(self.expected)}" if self.expected else "")

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
