"""A query is a value: parsed once, hashable, printed back, answered by a space.

    king - man + woman            a sign stands between spaces, so that t-shirt is a word
    0.5*paris + 0.5*berlin        weights
    "new york" + @capitals        quotes for odd tokens, @name or mean(@name) for the mean of a word list
    paris : france :: tokyo : ?   an analogy; also: man is to king as woman is to ?

Nothing is ever evaluated as code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from embeddings import word_lists
from embeddings.analogy import SCORES, Terms
from embeddings.errors import BadQuery, UnknownList
from embeddings.search import top_k
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import Found, WordVectors

LONGEST, MOST_TERMS, MOST_RESULTS = 2_000, 100, 10_000
EXAMPLES = "for example: king - man + woman, or: paris : france :: tokyo : ?"

_LIST = r"[A-Za-z0-9][A-Za-z0-9_-]*"
_TOKEN = re.compile(
    rf"""\s*(?:(?P<weight>\d+(?:\.\d+)?|\.\d+)\s*\*\s*(?=[^\s*]))?
         (?:mean\(\s*@(?P<mean>{_LIST})\s*\)|@(?P<list>{_LIST})|"(?P<quoted>(?:[^"\\]|\\.)+)"|(?P<word>[^\s"]\S*))(?=\s|$)""",
    re.VERBOSE,
)
_SIGN = re.compile(r"\s*([+\-−])(?=\s|$)")
_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*"')
_PLAIN = re.compile(r"(?!\d*\.?\d+\*|mean\(|@|\*)[^\s\"\\]+")
_RESERVED = {"+", "-", "−", ":", "::", "?"}
_HEAVIEST = 1e6


@dataclass(frozen=True)
class Term:
    """One word, or one list by name, with its weight."""

    name: str
    weight: float = 1.0
    is_list: bool = False

    def __str__(self) -> str:
        return f"mean(@{self.name})" if self.is_list else quoted(self.name)


@dataclass(frozen=True)
class Query:
    """What is asked: weighted terms, a method of analogy.SCORES, k results, among the `restrict` first words (None: all).

    For an analogy a : a' :: b : ? the terms are b - a + a', in this order. Raises BadQuery for values out of range.
    """

    terms: tuple[Term, ...]
    is_analogy: bool = False
    method: str = "3cosadd"
    k: int = 10
    restrict: int | None = None

    def __post_init__(self) -> None:
        if self.method not in SCORES:
            raise BadQuery(f"There is no method '{self.method}'. There are {', '.join(SCORES)}.")
        if not 1 <= self.k <= MOST_RESULTS:
            raise BadQuery(f"{self.k:,} results were asked for; 1 to {MOST_RESULTS:,} can be.")
        if self.restrict is not None and self.restrict < 1:
            raise BadQuery(f"The search was restricted to {self.restrict:,} words; 1 or more are needed.")
        if not self.terms:
            raise BadQuery(f"The query is empty. Type a word or an expression, {EXAMPLES}")

    @classmethod
    def parse(cls, text: str, method: str = "3cosadd", k: int = 10, restrict: int | None = None) -> Query:
        """The query that a line of text asks for. Raises BadQuery telling where the line cannot be read."""
        if len(text) > LONGEST:
            raise BadQuery(f"The query has {len(text):,} characters; {LONGEST:,} are the most. Use a word list for many words.")
        analogy = _places(text)
        terms = _analogy_terms(analogy) if analogy else _expression_terms(text)
        return cls(terms, bool(analogy), method, k, restrict)

    def __str__(self) -> str:
        if self.is_analogy:
            b, a, a2 = (str(term) for term in self.terms)
            return f"{a} : {a2} :: {b} : ?"
        signed = [f"{'-' if term.weight < 0 else '+'} {_weighted(term)}" for term in self.terms]
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


@dataclass(frozen=True)
class Ranking:
    """Words best first with scores (larger is nearer), and all that is needed to say what the numbers are.

    parts: one tuple a word, what each of `part_labels` gave (empty where the score has no parts). left_out: asked words,
    which are never listed. unrestricted: the word that would come first if asked words were allowed (Rogers et al. 2017).
    notes: what was done to the query, in sentences. `exact` is True for a full scan.
    """

    space: str
    query: Query
    words: tuple[str, ...]
    scores: tuple[float, ...]
    rows: tuple[int, ...]
    part_labels: tuple[str, ...] = ()
    parts: tuple[tuple[float, ...], ...] = ()
    left_out: tuple[str, ...] = ()
    unrestricted: str = ""
    notes: tuple[str, ...] = ()
    exact: bool = True

    def as_json(self) -> dict[str, Any]:
        """The ranking in the field names that the command line prints."""
        found = zip(self.words, self.scores, self.rows, strict=True)
        return {
            "space": self.space,
            "query": str(self.query),
            "method": self.query.method,
            "k": self.query.k,
            "exact": self.exact,
            "results": [{"word": word, "score": score, "row": row} for word, score, row in found],
            "left_out": list(self.left_out),
            "unrestricted": self.unrestricted,
            "notes": list(self.notes),
        }


Lists = Mapping[str, WordList | PairList]


def answer(wv: WordVectors, query: Query, lists: Lists | None = None) -> Ranking:
    """The k nearest words to the query in the space, by an exact scan; asked words are left out.

    `lists` are the word lists that @name may mean (default: those in the box). Raises UnknownWords naming all absent
    words at once, UnknownList, and BadQuery where the method cannot score such a query.
    """
    terms, inputs, notes = resolve(wv, query, word_lists.box() if lists is None else lists)
    score = SCORES[query.method]
    scores = score.run(wv, terms, query.restrict)
    rows = top_k(scores, query.k, {found.row for found in inputs})
    parts = score.parts(wv, terms, rows).tolist() if score.parts else []
    return Ranking(
        wv.name,
        query,
        tuple(wv.vocabulary.words(rows)),
        tuple(float(scores[row]) for row in rows),
        tuple(int(row) for row in rows),
        terms.labels if score.parts else (),
        tuple(tuple(line) for line in parts),
        tuple(dict.fromkeys(found.word for found in inputs)),
        "".join(wv.vocabulary.words(top_k(scores, 1))),
        notes,
    )


def resolve(wv: WordVectors, query: Query, lists: Lists) -> tuple[Terms, tuple[Found, ...], tuple[str, ...]]:
    """The query in this space: its terms as vectors, the words it asked for, and notes on case and absent list words."""
    single = wv.find(term.name for term in query.terms if not term.is_list)
    absent = [term.name for term, found in zip(_words(query), single, strict=True) if found is None]
    if absent:
        inner_sign = any(re.search(r"\S[+\-]\S", word) for word in absent)
        raise wv.unknown(absent, "A sign counts only between spaces: king - man + woman." if inner_sign else "")
    unit, raw, inputs = [], [], []
    notes: list[str] = []
    for term in query.terms:
        found, vector = _term_vectors(wv, term, lists, notes)
        inputs += found
        unit.append(vector[0])
        raw.append(vector[1])
    folded = dict.fromkeys(f"'{found.asked}' was read as '{found.word}'" for found in single if found and found.asked != found.word)
    notes = [f"{'; '.join(folded)}: {wv.name} knows lower case only."] * bool(folded) + notes
    weights = np.array([term.weight for term in query.terms], np.float32)
    labels = tuple(f"{'-' if term.weight < 0 else '+'} {_weighted(term)}" for term in query.terms)
    return Terms(labels, weights, np.array(unit), np.array(raw)), tuple(inputs), tuple(notes)


def _words(query: Query) -> list[Term]:
    return [term for term in query.terms if not term.is_list]


def _term_vectors(wv: WordVectors, term: Term, lists: Lists, notes: list[str]) -> tuple[list[Found], tuple[np.ndarray, np.ndarray]]:
    if not term.is_list:
        found = [word for word in wv.find([term.name]) if word]
        return found, (wv.unit[found[0].row], wv.vectors[found[0].row])
    listed = named_list(lists, term.name)
    if isinstance(listed, PairList):
        return _mean_offset(wv, listed, notes)
    found, absent = _present(wv, listed.words)
    _tell_absent(wv, listed.name, absent, len(found), notes)
    rows = [word.row for word in found]
    return found, (wv.unit[rows].mean(axis=0), wv.vectors[rows].mean(axis=0))


def _mean_offset(wv: WordVectors, listed: PairList, notes: list[str]) -> tuple[list[Found], tuple[np.ndarray, np.ndarray]]:
    found = [wv.find(pair) for pair in listed.pairs]
    whole = [(first, second) for first, second in found if first and second]
    absent = [" ".join(pair) for pair, both in zip(listed.pairs, found, strict=True) if None in both]
    _tell_absent(wv, listed.name, absent, len(whole), notes)
    notes.append(f"@{listed.name} is a list of pairs; it stands for the mean offset from first to second words.")
    first, second = [[pair[side].row for pair in whole] for side in (0, 1)]
    offset = (wv.unit[second] - wv.unit[first]).mean(axis=0), (wv.vectors[second] - wv.vectors[first]).mean(axis=0)
    return [word for pair in whole for word in pair], offset


def _present(wv: WordVectors, words: tuple[str, ...]) -> tuple[list[Found], list[str]]:
    found = wv.find(words)
    return [word for word in found if word], [asked for asked, word in zip(words, found, strict=True) if word is None]


def _tell_absent(wv: WordVectors, name: str, absent: list[str], n_found: int, notes: list[str]) -> None:
    shown = ", ".join(absent[:8]) + (f" and {len(absent) - 8:,} more" if len(absent) > 8 else "")
    if not n_found:
        raise BadQuery(f"Nothing in @{name} has a vector in {wv.name}: {shown}.")
    if absent:
        notes.append(f"{len(absent):,} of {len(absent) + n_found:,} in @{name} have no vector in {wv.name}: {shown}.")


def named_list(lists: Lists, name: str) -> WordList | PairList:
    """The list of that name. Raises UnknownList naming those there are."""
    if name not in lists:
        raise UnknownList(f"There is no word list @{name[:80]}. There are {', '.join('@' + known for known in sorted(lists))}.")
    return lists[name]


def _places(text: str) -> tuple[str, ...] | None:
    """The four places of an analogy as text, None where the text is none. Signs inside quotes do not count."""
    padded = f" {text} "
    masked = _QUOTES.sub(lambda quoted: "_" * len(quoted[0]), padded)
    sentence = _between(masked, r"(?i)\s(?:is\s+to|as)(?=\s)")
    if [word.split()[0].lower() for word, _ in sentence] == ["is", "as", "is"]:
        places = _cut(padded, sentence)
        return (*places[:3], "?" if places[3].lower() in {"what", "what?"} else places[3])
    colons = _between(masked, r"\s::?(?=\s)")
    if not colons:
        return None
    if [word.strip() for word, _ in colons] != [":", "::", ":"]:
        raise BadQuery("An analogy has four places: paris : france :: tokyo : ?")
    return _cut(padded, colons)


def _between(masked: str, pattern: str) -> list[tuple[str, tuple[int, int]]]:
    return [(match[0], match.span()) for match in re.finditer(pattern, masked)]


def _cut(text: str, separators: list[tuple[str, tuple[int, int]]]) -> tuple[str, ...]:
    starts = [0] + [end for _, (_, end) in separators]
    ends = [start for _, (start, _) in separators] + [len(text)]
    return tuple(text[start:end].strip() for start, end in zip(starts, ends, strict=True))


def _analogy_terms(places: tuple[str, ...]) -> tuple[Term, ...]:
    """The terms b - a + a', with the question mark moved to the last place by the symmetries of a proportion."""
    if places.count("?") != 1:
        raise BadQuery("One of an analogy's four places is the question mark: paris : france :: tokyo : ?")
    order = {3: (0, 1, 2), 2: (1, 0, 3), 1: (2, 3, 0), 0: (3, 2, 1)}[places.index("?")]
    a, a2, b = (_single_term(places[at]) for at in order)
    return b, replace(a, weight=-1.0), a2


def _single_term(text: str) -> Term:
    terms = _expression_terms(text)
    if len(terms) != 1 or terms[0].weight != 1:
        raise BadQuery(f"'{text}' stands in one place of an analogy; one word or one @list can.")
    return terms[0]


def _expression_terms(text: str) -> tuple[Term, ...]:
    if not text.strip():
        raise BadQuery(f"The query is empty. Type a word or an expression, {EXAMPLES}")
    terms: list[Term] = []
    at = 0
    while text[at:].strip():
        sign, at = _read_sign(text, at, first=not terms)
        term, at = _read_term(text, at)
        terms.append(replace(term, weight=sign * term.weight))
    if len(terms) > MOST_TERMS:
        raise BadQuery(f"The query has {len(terms):,} terms; {MOST_TERMS} are the most. Use a word list for many words.")
    return tuple(terms)


def _read_sign(text: str, at: int, first: bool) -> tuple[float, int]:
    sign = _SIGN.match(text, at)
    if sign:
        return (1.0 if sign[1] == "+" else -1.0), sign.end()
    if first:
        return 1.0, at
    before, after = text[:at].split()[-1], text[at:].split()[0]
    raise BadQuery(
        f"A sign is missing between '{_short(before)}' and '{_short(after)}': write {_short(before)} + {_short(after)}, "
        f'or put a token with spaces in quotes: "{_short(before)} {_short(after)}".'
    )


def _read_term(text: str, at: int) -> tuple[Term, int]:
    if not text[at:].strip():
        raise BadQuery("The query ends with a sign. Type a word after it, or put the sign in quotes to look up the token itself.")
    token = _TOKEN.match(text, at)
    if not token:
        rest = text[at:].strip()
        if rest.startswith('"'):
            raise BadQuery(f"The quotes are not closed, or a word touches them: {_short(rest)}. Write them as in \"new york\" + capital.")
        raise BadQuery(f"'{_short(rest)}' cannot be read here. Type a word or an expression, {EXAMPLES}")
    if token["word"] in {"+", "-", "−"}:
        raise BadQuery(f"Two signs follow each other. Put a sign in quotes to look up the token itself: \"{token['word']}\".")
    weight = float(token["weight"] or 1)
    if not 1 / _HEAVIEST <= weight <= _HEAVIEST:
        raise BadQuery(f"The weight in '{_short(token[0].strip())}' is out of range; 0.000001 to 1,000,000 can be.")
    name = token["mean"] or token["list"]
    word = token["word"] if token["quoted"] is None else re.sub(r"\\(.)", r"\1", token["quoted"])
    return Term(name or word, weight, is_list=bool(name)), token.end()


def _weighted(term: Term) -> str:
    weight = abs(term.weight)
    return str(term) if weight == 1 else f"{np.format_float_positional(weight, trim='-')}*{term}"


def quoted(word: str) -> str:
    """The word as a query spells it: in quotes where it would be read as something else."""
    if _PLAIN.fullmatch(word) and word.lower() not in _RESERVED:
        return word
    return '"' + re.sub(r'(["\\])', r"\\\1", word) + '"'


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
