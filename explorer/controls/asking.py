"""A line of text that asks: queries, words, and the words a space knows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from embeddings.errors import BadQuery
from embeddings.query import Query, named_list
from embeddings.word_lists import Coverage
from embeddings.word_vectors import WordVectors
from explorer import cached, session
from explorer.messages import notes, plain

GRAMMAR = (
    "A word, or words with signs between spaces: `king - man + woman`. Weights: `0.5*paris + 0.5*berlin`. "
    'Quotes for odd tokens: `"new york" + "-"`. A word list: `@capitals`. An analogy: `paris : france :: tokyo : ?`'
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
        chosen = session.value(pills)
        if chosen is not None:  # None: a second click took the choice back
            session.set_value(key, shown[str(chosen)])
            session.set_value(pills, None)

    st.pills("Examples", list(shown), key=pills, on_change=take, label_visibility="collapsed")


def words(wv: WordVectors, key: str, label: str, start: str, examples: Sequence[str], fewest: int, most: int) -> tuple[str, ...]:
    """Distinct words of the space from a line separated by spaces or commas; @name stands for the words of a list.

    What a list lacks here, and what is beyond `most`, is told in a note. Raises UnknownWords for typed words, UnknownList, and
    BadQuery for fewer than `fewest`.
    """
    session.asking(key)
    text = st.text_input(label, value=start, key=key, bind=session.ADDRESS, placeholder=start) or ""
    _examples(key, examples)
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
    return tuple(hit.word for hit in wv.find_all(asked))
