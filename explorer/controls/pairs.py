"""Pairs for a direction, and words to place along it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from embeddings.direction import known_pairs
from embeddings.direction import shuffled as deal_anew
from embeddings.errors import BadQuery, EmbeddingsError
from embeddings.word_lists import PairList
from embeddings.word_vectors import WordVectors
from explorer import session
from explorer.controls.asking import words
from explorer.controls.lists import tell_missing
from explorer.starts import NotHere

MOST_PAIRS = 150


START = "capital"
"""The list of pairs that a page begins with."""


def pick_pairs(key: str, label: str) -> PairList:
    """One of the lists of pairs that this reader can name."""
    named = {name: listed for name, listed in session.lists().items() if isinstance(listed, PairList)}
    tell_missing(key, named)
    own = session.own_lists()
    names = sorted(named, key=lambda name: (name not in own, name))
    return named[st.selectbox(label, names, index=names.index(START) if START in names else 0, key=key, bind=session.ADDRESS)]


def pairs_here(wv: WordVectors, listed: PairList, shuffled: bool) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """The pairs of the list that the space knows, shuffled if asked, and notes on those it does not know."""
    found, absent = known_pairs(wv, listed.pairs)
    if not found:
        raise _no_pairs(wv, listed)
    notes = [f"{len(absent):,} of {len(absent) + len(found):,} pairs lack a word in {wv.name}: {_shown(absent)}."] if absent else []
    if len(found) > MOST_PAIRS:
        notes.append(f"The first {MOST_PAIRS} of {len(found):,} pairs are taken.")
        found = found[:MOST_PAIRS]
    return (deal_anew(found) if shuffled else found), tuple(notes)


def _no_pairs(wv: WordVectors, listed: PairList) -> EmbeddingsError:
    """No error, but information, where the reader did not choose the list; either names the lists that have pairs in the space."""
    others = [name for name, other in session.lists().items() if isinstance(other, PairList) and known_pairs(wv, other.pairs)[0]]
    instead = f"Choose one that has: {', '.join(f'@{name}' for name in others[:6])}" if others else "No other list has one either"
    cure = f"{instead}, or drop pairs of its words on the page Word lists."
    kind = NotHere if listed.name == START else BadQuery
    return kind(f"No pair of @{listed.name} has both words in {wv.name}. {cure}")


def _shown(pairs: Sequence[tuple[str, str]]) -> str:
    return "; ".join(" → ".join(pair) for pair in pairs[:6]) + (f" and {len(pairs) - 6:,} more" if len(pairs) > 6 else "")


ALONG = {"gender": "@professions", "gender-wide": "@professions"}


def words_along(wv: WordVectors, listed: PairList) -> tuple[str, ...]:
    """The words that are placed along a direction: typed, or the words of the pairs themselves. Each list has a line of its own."""
    start = ALONG.get(listed.name, f"@{listed.name}")
    examples = ("@professions", "@countries", "king queen boy girl nurse")
    return words(wv, f"along_{listed.name}", "Words or @lists to place along it", start, examples, 1, 100)
