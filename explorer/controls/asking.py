"""A line of text that asks: queries, words, and the words a space knows of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from embeddings.errors import BadQuery
from embeddings.query import Query, named_list
from embeddings.word_vectors import WordVectors
from explorer import session
from explorer.messages import plain

GRAMMAR = (
    "A word, or words with signs between spaces: `king - man + woman`. Weights: `0.5*paris + 0.5*berlin`. "
    'Quotes for odd tokens: `"t-shirt"`. A word list: `@capitals`. An analogy: `paris : france :: tokyo : ?`'
)


def ask(key: str, label: str, start: str, examples: Sequence[str]) -> Query:
    """A line of text and examples to click; the query it holds. Raises BadQuery."""
    session.asking(key)
    text = st.text_input(label, value=start, key=key, bind=session.ADDRESS, help=GRAMMAR, placeholder=start)
    _examples(key, examples)
    return Query.parse(text or "")


def _examples(key: str, examples: Sequence[str]) -> None:
    pills = f"{key}_examples"
    shown = {plain(example): example for example in examples}

    def take() -> None:
        session.set_value(key, shown[str(session.value(pills))])
        session.set_value(pills, None)

    st.pills("Examples", list(shown), key=pills, on_change=take, label_visibility="collapsed")


def words(key: str, label: str, start: str, examples: Sequence[str], most: int) -> tuple[str, ...]:
    """Distinct words from a line separated by spaces or commas; @name stands for the words of a list.

    Raises BadQuery for none, for more than `most`, and for an unknown list.
    """
    session.asking(key)
    text = st.text_input(label, value=start, key=key, bind=session.ADDRESS, placeholder=start) or ""
    _examples(key, examples)
    return chosen_words(text, most)


def chosen_words(text: str, most: int) -> tuple[str, ...]:
    """The distinct words of a line; see `words`."""
    found: list[str] = []
    for token in text.replace(",", " ").split():
        found += named_list(session.lists(), token[1:]).words if token.startswith("@") and len(token) > 1 else [token]
    distinct = tuple(dict.fromkeys(found))
    if not distinct:
        raise BadQuery("No words yet. Type some with spaces between them, or a list such as @animals.")
    if len(distinct) > most:
        raise BadQuery(f"{len(distinct):,} words were given; {most:,} are the most here. Take fewer, or the Map page.")
    return distinct


def known(wv: WordVectors, asked: Sequence[str]) -> tuple[str, ...]:
    """The words as the space spells them, each once. Raises UnknownWords naming all that are absent."""
    found = wv.find(asked)
    absent = [word for word, hit in zip(asked, found, strict=True) if hit is None]
    if absent:
        raise wv.unknown(absent)
    return tuple(dict.fromkeys(hit.word for hit in found if hit))


def several(wv: WordVectors, key: str, label: str, start: str) -> tuple[str, ...]:
    """Two or three words in order. Raises BadQuery for another number."""
    session.asking(key)
    text = st.text_input(label, value=start, key=key, bind=session.ADDRESS, placeholder=start, width=420) or ""
    asked = text.replace(",", " ").split()
    if not 2 <= len(asked) <= 3:
        raise BadQuery(f"{len(asked)} words were given. Type two or three, for example: {start}")
    found = wv.find(asked)
    absent = [word for word, hit in zip(asked, found, strict=True) if hit is None]
    if absent:
        raise wv.unknown(absent)
    return tuple(hit.word for hit in found if hit)
