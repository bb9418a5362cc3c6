"""The answer beside what would have won otherwise."""

from __future__ import annotations

import streamlit as st

from embeddings.analogy import SCORES
from embeddings.anatomy import Anatomy
from explorer.messages import code


def show(apart: Anatomy) -> None:
    """Three cards: the official answer, the winner with the asked words allowed, and the nearest neighbour of b alone."""
    found, there = apart.ranking, apart.only_b
    grid = st.grid(3, min_column_width=200, gap="small")
    official, allowed, alone = grid.cell(), grid.cell(), grid.cell()
    title = SCORES[found.query.method].title
    _card(official, "Answer", found.words[0] if found.words else "", f"{title}, the asked words left out, as in the papers.")
    _card(allowed, "Asked words allowed", found.unrestricted, f"{title} among all words (Rogers et al. 2017; Nissim et al. 2020).")
    b = found.query.terms[0].name if there else ""
    label = f"{code(b)} alone" if b else "b alone"
    _card(
        alone,
        label,
        there.ranking.words[0] if there else "",
        "The nearest neighbour of b: cosine with b, no offset, the asked words left out (Linzen 2016).",
    )


def _card(column: st.delta_generator.DeltaGenerator, label: str, word: str, about: str) -> None:
    column.metric(label, code(word) if word else None, border=True, help=about)
