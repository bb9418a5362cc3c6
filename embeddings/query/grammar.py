"""The grammar: a line of text to terms. Every refusal says where the line cannot be read. Nothing is evaluated as code."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from embeddings.errors import BadQuery
from embeddings.query.terms import Term

LONGEST, MOST_TERMS, MOST_RESULTS = 2_000, 100, 10_000
EXAMPLES = "for example: king - man + woman, or: paris : france :: tokyo : ?"
_LIST = r"[A-Za-z0-9][A-Za-z0-9_-]*"
_TOKEN = re.compile(
    rf"""\s*(?:(?P<weight>\d+(?:\.\d+)?|\.\d+)\s*\*\s*(?=[^\s*]))?
         (?:mean\(\s*@(?P<mean>{_LIST})\s*\)|@(?P<list>{_LIST})|"(?P<quoted>(?:[^"\\]|\\.)+)"|(?P<word>[^\s"]\S*))(?=\s|$)""",
    re.VERBOSE,
)
_SIGN = re.compile(r"\s*([+\-−])(?=\s|$)")
_EQUALS = re.compile(r"\s*=(?=\s|$)")
_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*"')


Read = tuple[tuple[Term, ...], bool, str]
"""What a line asks for: its terms, whether it is an analogy, whose terms are b - a + a', and the expected word, "" for none."""


def terms_of(text: str) -> Read:
    """What a line asks for. Raises BadQuery."""
    if len(text) > LONGEST:
        raise BadQuery(f"The query has {len(text):,} characters; {LONGEST:,} are the most. Use a word list for many words.")
    text = unicodedata.normalize("NFC", text)                                  # as published spaces have it; macOS types the other form
    places = _places(text)
    if places:
        terms, expected = _analogy_terms(places)
        return terms, True, expected
    terms, expected = _expression_and_expected(text)
    return terms, False, expected


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


def _analogy_terms(places: tuple[str, ...]) -> tuple[tuple[Term, ...], str]:
    """The terms b - a + a', with the question mark moved to the last place by the symmetries of a proportion.

    Four words and no question mark: the fourth is the expected one.
    """
    if places.count("?") > 1:
        raise BadQuery("One of an analogy's four places is the question mark: paris : france :: tokyo : ?")
    asked = places.index("?") if "?" in places else 3
    order = {3: (0, 1, 2), 2: (1, 0, 3), 1: (2, 3, 0), 0: (3, 2, 1)}[asked]
    a, a2, b = (_single_term(places[at]) for at in order)
    return (b, replace(a, weight=-1.0), a2), "" if asked < 3 else expected_word(places[3])


def expected_word(text: str) -> str:
    """The one word that is expected as the answer, spelled as in a query; "" for a question mark. Raises BadQuery."""
    if not text:
        raise BadQuery("The place of the answer is empty. Write ? there, or the answer that is expected: king - man + woman = queen")
    if text == "?":
        return ""
    term = _single_term(text)
    if term.is_list:
        raise BadQuery(f"'{text}' is expected as the answer; one word can be, and no list.")
    return term.name


def _single_term(text: str) -> Term:
    if not text:
        raise BadQuery("A place of the analogy is empty: paris : france :: tokyo : ?")
    terms = _expression_terms(text)
    if len(terms) != 1 or terms[0].weight != 1:
        raise BadQuery(f"'{text}' stands in one place of an analogy; one word or one @list can.")
    return terms[0]


def _expression_terms(text: str) -> tuple[Term, ...]:
    terms, expected = _expression_and_expected(text)
    if expected:
        raise BadQuery(f"'{_short(text)}' stands in one place of an analogy; one word or one @list can.")
    return terms


def _expression_and_expected(text: str) -> tuple[tuple[Term, ...], str]:
    """king - man + woman, or king - man + woman = queen, where a word is expected. Only where a sign could stand is = a sign."""
    if not text.strip():
        raise BadQuery(f"The query is empty. Type a word or an expression, {EXAMPLES}")
    terms: list[Term] = []
    at, expected = 0, ""
    while text[at:].strip():
        equals = _EQUALS.match(text, at) if terms else None
        if equals:
            expected = expected_word(text[equals.end() :].strip())
            break
        sign, at = _read_sign(text, at, first=not terms)
        term, at = _read_term(text, at)
        terms.append(replace(term, weight=sign * term.weight))
    if len(terms) > MOST_TERMS:
        raise BadQuery(f"The query has {len(terms):,} terms; {MOST_TERMS} are the most. Use a word list for many words.")
    return tuple(terms), expected


def _read_sign(text: str, at: int, first: bool) -> tuple[float, int]:
    sign = _SIGN.match(text, at)
    if sign:
        return (1.0 if sign[1] == "+" else -1.0), sign.end()
    if first:
        return 1.0, at
    quoted = _QUOTES.findall(text[:at]) if text[:at].rstrip().endswith('"') else []
    before, after = (quoted or text[:at].split())[-1], text[at:].split()[0]
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
    name = token["mean"] or token["list"]
    word = token["word"] if token["quoted"] is None else re.sub(r"\\(.)", r"\1", token["quoted"])
    term = Term(name or word, weight, is_list=bool(name))
    term.check()
    return term, token.end()


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
