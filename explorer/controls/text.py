"""A text of the reader's own."""

from __future__ import annotations

import streamlit as st

from embeddings.word_vectors import WordVectors
from explorer import session

TEXT = (
    "The cartographer unrolled her palimpsest on the oaken table. Beneath the harbour and the lighthouse, faint as breath, "
    "lay an older coastline that no living sailor had seen. She traced it with a quill and smiled."
)

SIZES = ("100", "1,000", "10,000", "50,000", "all")


def text_and_size(wv: WordVectors) -> tuple[str, int]:
    """A text of the reader's own, and how many of the most frequent words are kept."""
    text = st.text_area("Your own text", TEXT, key="text", persist_state="session", height=110, max_chars=200_000)
    chosen = st.segmented_control(
        "Keep the N most frequent words", SIZES, default="10,000", required=True, key="keep", bind=session.ADDRESS
    )
    return text, wv.n_words if chosen in (None, "all") else min(int(chosen.replace(",", "")), wv.n_words)
