"""Small choices: score, number of results, restriction, distance, direction, one of a few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from embeddings.analogy import SCORES
from embeddings.one_hot import DISTANCES
from embeddings.query import Query
from embeddings.word_vectors import WordVectors
from explorer import cached, session

AMONG = ("all", "200,000", "50,000", "10,000")


def narrowed(asked: Query, wv: WordVectors, methods: Sequence[str], key: str, k: int = 10) -> Query:
    """The query with method, number of results and restriction as chosen in a row of widgets."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = method_of(methods, f"{key}_method")
        number = st.number_input("Results", 1, 200, k, key=f"{key}_k", bind=session.ADDRESS, width=130)
        among = restrict(wv, f"{key}_among")
        fast = approximate(wv, f"{key}_approximate")
    return replace(asked, method=method, k=int(number), restrict=among, approximate=fast)


def approximate(wv: WordVectors, key: str) -> bool:
    """Whether the index built for the space may answer; False, without a widget, where there is none that fits it."""
    meta = cached.approximate_index(wv)
    if meta is None:
        if session.asked_in_address(key) == "true":
            st.caption(":material/info: Exact: there is no approximate index for this space. It is built on the page Vectors.")
        return False
    share = f"{100 * float(meta['recall']):.1f} %"
    about = f"Asks the index instead of every word: it finds {share} of the {meta['k']} nearest. Off, the search is exact."
    return st.toggle("Approximate search", key=key, bind=session.ADDRESS, help=about)


def method_of(methods: Sequence[str], key: str) -> str:
    """One of a few scores of SCORES, by title."""
    titles = {("Cosine" if name == "3cosadd" and "euclid" in methods else SCORES[name].title): name for name in methods}
    shown = "\n".join(f"- {title}: `{SCORES[name].formula}`" for title, name in titles.items())
    title = st.segmented_control(
        "Score", list(titles), default=next(iter(titles)), required=True, key=key, bind=session.ADDRESS, help=shown
    )
    return titles.get(title or "", methods[0])


def restrict(wv: WordVectors, key: str) -> int | None:
    """Whether to look among all words or only the first, most frequent ones. None stands for all."""
    choices = [choice for choice in AMONG if choice == "all" or int(choice.replace(",", "")) < wv.n_words]
    chosen = st.selectbox(
        "Among",
        choices,
        key=key,
        bind=session.ADDRESS,
        width=150,
        help="All words, or only the most frequent ones: rows are in the order of the source, which is by frequency.",
    )
    return None if chosen in (None, "all") else int(chosen.replace(",", ""))


def metric(key: str) -> str:
    """Cosine distance or Euclid, by title."""
    titles = {DISTANCES[name].title: name for name in ("cosine", "euclidean")}
    title = st.segmented_control("Distance", list(titles), default=next(iter(titles)), required=True, key=key, bind=session.ADDRESS)
    return titles.get(title or "", "cosine")


def direction_method(key: str) -> str:
    """How a direction is fitted to its pairs."""
    titles = {"Singular vector": "svd", "Mean offset": "mean"}
    shown = "Top singular vector of the offsets (Bolukbasi et al. 2016), or their normalised mean (Kozlowski et al. 2019)."
    title = st.segmented_control(
        "Direction", list(titles), default="Singular vector", required=True, key=key, bind=session.ADDRESS, help=shown
    )
    return titles.get(title or "", "svd")


def one_of(key: str, label: str, options: Sequence[str]) -> str:
    """One of a few words."""
    return st.selectbox(label, options, key=key, bind=session.ADDRESS, width=260) or options[0]
