"""The pairs that 3CosAvg and LRCos learn from."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import streamlit as st

from embeddings.analogy import SCORES, Learning
from embeddings.query import Query, lists_with
from embeddings.word_lists import PairList
from explorer import session
from explorer.controls.forms import form
from explorer.controls.lists import tell_missing
from explorer.messages import code

HOLDING, NONE = "the list with the asked pair", "none"


def learned(asked: Query, key: str) -> Query:
    """The query with the list of pairs that is chosen: by name, none, or the first list that holds the asked pair."""
    lists = session.lists()
    own = session.own_lists()
    named = sorted((name for name, listed in lists.items() if isinstance(listed, PairList)), key=lambda name: (name not in own, name))
    tell_missing(key, [*named, HOLDING, NONE])
    learning = ", ".join(score.title for score in SCORES.values() if score.learns)
    about = f"The pairs that {learning} learn from. The asked pair, and every pair with b, is left out."
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox("Training pairs", [HOLDING, NONE, *named], key=key, bind=session.ADDRESS, width=260, help=about)
        with st.popover("How LRCos learns", icon=":material/tune:", type="tertiary"):
            st.caption("Positives are the second words of the pairs; negatives their first words and random words of the space.")
            asked = replace(asked, learning=cast("Learning", form(Learning, "lrcos")))
    if chosen in named:
        return replace(asked, pairs=chosen)
    held = lists_with({name: lists[name] for name in named}, *asked.places[:2]) if asked.places and chosen != NONE else ()
    if held and asked.places:
        pair = f"{code(asked.places[0])} and {code(asked.places[1])}"
        st.caption(f"@{held[0]} is the first list that holds {pair} as a pair.")
        return replace(asked, pairs=held[0])
    if chosen != NONE and asked.places:
        st.caption(f"No list holds {code(asked.places[0])} and {code(asked.places[1])} as a pair: choose one for {learning} by name.")
    return asked
