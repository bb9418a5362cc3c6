"""A line of text that asks: queries, words, and the words a space knows of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import streamlit as st

from embeddings.errors import BadQuery, UnknownWords
from embeddings.query import Query, named_list
from embeddings.word_lists import Coverage
from embeddings.word_vectors import WordVectors
from explorer import cached, session
from explorer.messages import notes, plain
from explorer.starts import NotHere, own_words

GRAMMAR = (
    "A word, or words with signs between spaces: `king - man + woman`. Weights: `0.5*paris + 0.5*berlin`. "
    'Quotes for odd tokens: `"new york" + "-"`. A word list: `@capitals`. An analogy: `paris : france :: tokyo : ?`'
)


def ask(wv: WordVectors, key: str, label: str, start: str, examples: Sequence[str]) -> Query:
    """A line of text and examples to click; the query it holds. Raises BadQuery, and NotHere where the start lacks words here."""
    session.asking(key)
    text = st.text_input(label, value=start, key=key, bind=session.ADDRESS, help=GRAMMAR, placeholder=start) or ""
    _examples(key, [example for example in examples if _fits(wv, example)])
    asked = Query.parse(text)
    with _from_the_start(text == start, wv, "an expression"):
        wv.find_all(term.name for term in asked.terms if not term.is_list and text == start)
    return asked


def ask_near(wv: WordVectors, key: str, label: str, start: str, examples: Sequence[str]) -> Query:
    """`ask`, beginning with a word of the space itself where it lacks the start, with examples of its own."""
    words = (start,) if _fits(wv, start) else own_words(wv)
    held, put = session.value(key), session.value(f"{key}_start")
    if put is not None and held == put != words[0]:
        session.set_value(key, words[0])  # untouched, and put there for another space
    session.set_value(f"{key}_start", words[0])
    return ask(wv, key, label, words[0], examples if words[0] == start else (*words, *examples))


def _fits(wv: WordVectors, text: str) -> bool:
    """Whether the space holds every word, and a word of every list, that a query asks for."""
    lists, terms = session.lists(), Query.parse(text).terms
    known = all(wv.find(term.name for term in terms if not term.is_list))
    return known and all(cached.coverage(wv, named_list(lists, term.name)).found for term in terms if term.is_list)


@contextmanager
def _from_the_start(untouched: bool, wv: WordVectors, what: str) -> Iterator[None]:
    """What the reader did not type is no error of theirs: NotHere in the place of UnknownWords and BadQuery, with words to type."""
    try:
        yield
    except (UnknownWords, BadQuery) as error:
        if not untouched:
            raise
        several = ", ".join(own_words(wv))
        raise NotHere(
            f"This page begins with other words. {error} Type {what} of words in {wv.name}. It has, for example: {several}."
        ) from error


def _examples(key: str, examples: Sequence[str]) -> None:
    pills = f"{key}_examples"
    shown = {plain(example): example for example in examples}

    def take() -> None:
        chosen = session.value(pills)
        if chosen is not None:  # None: a second click took the choice back
            session.set_value(key, shown[str(chosen)])
            session.set_value(pills, None)

    if shown:
        st.pills("Examples", list(shown), key=pills, on_change=take, label_visibility="collapsed")


def words(wv: WordVectors, key: str, label: str, start: str, examples: Sequence[str], fewest: int, most: int) -> tuple[str, ...]:
    """Distinct words of the space from a line separated by spaces or commas; @name stands for the words of a list.

    What a list lacks here, and what is beyond `most`, is told in a note. Raises UnknownWords for typed words, UnknownList, and
    BadQuery for fewer than `fewest`.
    """
    session.asking(key)
    text = st.text_input(label, value=start, key=key, bind=session.ADDRESS, placeholder=start) or ""
    _examples(key, examples)
    with _from_the_start(text == start, wv, "a line"):
        found, told = chosen_words(wv, text)
        if len(found) < fewest:
            told_so_far = f"{_counted(len(found))} of this space so far; {fewest} or more are needed."
            raise BadQuery(f"{told_so_far} Type some with spaces between them, or a list: @animals.")
    if len(found) > most:
        told = (*told, f"The first {most:,} of {len(found):,} words are taken. The Map page takes more.")
    notes(told)
    return found[:most]


def _counted(n: int) -> str:
    return "1 word" if n == 1 else f"{n:,} words"


def chosen_words(wv: WordVectors, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The distinct words of a line as the space spells them, and notes on what its lists lack here; see `words`."""
    tokens = text.replace(",", " ").split()
    named = {token: named_list(session.lists(), token[1:]) for token in tokens if token.startswith("@") and len(token) > 1}
    covered = {token: cached.coverage(wv, listed) for token, listed in named.items()}
    typed = dict(zip([token for token in tokens if token not in named], _spelled(wv, tokens, named), strict=True))
    found = [word for token in tokens for word in (covered[token].found if token in covered else (typed[token],))]
    return tuple(dict.fromkeys(found)), tuple(lacking(wv, token, part) for token, part in covered.items() if part.missing)


def _spelled(wv: WordVectors, tokens: Sequence[str], named: Mapping[str, object]) -> list[str]:
    return [hit.word for hit in wv.find_all(token for token in tokens if token not in named)]


def lacking(wv: WordVectors, name: str, covered: Coverage) -> str:
    """Which words of a list the space lacks, as a sentence."""
    more = f" and {len(covered.missing) - 8:,} more" if len(covered.missing) > 8 else ""
    return f"Not in {wv.name} from {name}: {', '.join(covered.missing[:8])}{more}."


def several(wv: WordVectors, key: str, label: str, start: str) -> tuple[str, ...]:
    """Two or three words in order, one of them twice if so typed. Raises BadQuery for another number, UnknownWords."""
    session.asking(key)
    text = st.text_input(label, value=start, key=key, bind=session.ADDRESS, placeholder=start, width=420) or ""
    asked = text.replace(",", " ").split()
    if not 2 <= len(asked) <= 3:
        raise BadQuery(f"{_counted(len(asked))} were given. Type two or three, for example: {start}")
    with _from_the_start(text == start, wv, "two or three"):
        return tuple(hit.word for hit in wv.find_all(asked))
