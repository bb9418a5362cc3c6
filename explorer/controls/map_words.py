"""Which words a map shows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from embeddings.errors import BadQuery
from embeddings.word_vectors import WordVectors
from explorer import cached, session
from explorer.controls.asking import ask_near, lacking
from explorer.controls.lists import pick_lists
from explorer.starts import NotHere


@dataclass(frozen=True)
class MapWords:
    """Words for a map: `of` gives each word's group, `groups` their order; notes tell what is absent."""

    words: tuple[str, ...]
    of: tuple[str, ...]
    groups: tuple[str, ...]
    notes: tuple[str, ...] = ()


START = ("countries", "capitals", "animals", "numbers", "professions")
"""Lists that the map begins with."""

MAP_KINDS = ("Word lists", "Most frequent", "Around a word")


def map_kind() -> str:
    """Which words a map shows: one of MAP_KINDS."""
    kind = st.segmented_control("Words", MAP_KINDS, default=MAP_KINDS[0], required=True, key="map_of", bind=session.ADDRESS)
    return kind or MAP_KINDS[0]


def map_words(wv: WordVectors, kind: str) -> MapWords:
    """The words that the chosen kind of map shows. Raises BadQuery where there are too few."""
    if kind == "Most frequent":
        return _frequent(wv)
    return _around(wv) if kind == "Around a word" else _of_lists(wv)


def _frequent(wv: WordVectors) -> MapWords:
    n = int(st.number_input("How many", 10, 20_000, 1000, 100, key="map_n", bind=session.ADDRESS, width=150))
    words = tuple(wv.vocabulary.words(range(min(n, wv.n_words))))
    group = f"the {len(words):,} most frequent words"
    return MapWords(words, (group,) * len(words), (group,))


def _around(wv: WordVectors) -> MapWords:
    query = replace(ask_near(wv, "map_q", "Word or expression", "music", ("music", "river", "king - man + woman")), k=100)
    found = cached.answer(wv, query, session.lists())
    asked = tuple(dict.fromkeys(found.left_out[:20]))
    near = f"{len(found.words)} nearest"
    return MapWords((*asked, *found.words), ("asked",) * len(asked) + (near,) * len(found.words), ("asked", near), found.notes)


def _of_lists(wv: WordVectors) -> MapWords:
    chosen = pick_lists("lists", "Lists", START)
    of: dict[str, str] = {}
    notes: list[str] = []
    for listed in chosen:
        covered = cached.coverage(wv, listed)
        for word in covered.found:
            of.setdefault(word, f"@{listed.name}")
        if covered.missing:
            notes.append(lacking(wv, f"@{listed.name}", covered))
    if len(of) < 3:
        if {listed.name for listed in chosen} == set(START):
            begun = f"The map begins with {', '.join(f'@{name}' for name in START)}. Fewer than three of their words are in {wv.name}."
            raise NotHere(f"{begun} Choose Most frequent above, or drop a list of its words on the page Word lists.")
        raise BadQuery("Choose one or more lists with three words or more in this space. Drop your own on the page Word lists.")
    return MapWords(tuple(of), tuple(of.values()), tuple(f"@{listed.name}" for listed in chosen), tuple(notes))
