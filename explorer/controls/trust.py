"""How far neighbours can be trusted: another ranking, a subset to list from, and the counting of hubs."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from embeddings.errors import StorageError
from embeddings.hubness import MOST_K, RANKINGS, Hubness
from embeddings.hubness.counting import AMONG
from embeddings.query import Query
from embeddings.runs import Run, duration
from embeddings.word_vectors import WordVectors
from explorer import session, watch
from explorer.controls.vectors.at_work import begin
from explorer.messages import code, plain

ONLY = (
    "A list: `@capitals`. A regular expression between slashes: `/ing$/`. Both: `@countries /land$/`. Expressions are RE2's: "
    "`^` and `$` are the ends of a word, `(?i)` at the start lets case go, look-around and back-references are not there."
)


def trusting(asked: Query, key: str) -> Query:
    """The query with its ranking and its subset as chosen in a row of widgets. Raises BadQuery for a subset that cannot be read."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ranked = _ranking(key) if asked.method != "euclid" else "cosine"
        around = _around(key) if ranked == "csls" else 10
        only = st.text_input(
            "Only among", key=f"{key}_only", bind=session.ADDRESS, placeholder="@countries or /ing$/", help=ONLY, width=260
        )
    if asked.method == "euclid":
        st.caption(":material/info: Ranked by distance: CSLS and mutual rank go by the cosine.")
    return replace(asked, rank_by=ranked, around=around, subset=(only or "").strip())


def _ranking(key: str) -> str:
    titles = {ranking.title: name for name, ranking in RANKINGS.items()}
    shown = "\n".join(f"- {each.title}: {each.formula}{f' ({each.paper})' if each.paper else ''}" for each in RANKINGS.values())
    title = st.segmented_control(
        "Rank by", list(titles), default="Cosine", required=True, key=f"{key}_rank", bind=session.ADDRESS, help=shown
    )
    return titles.get(title or "", "cosine")


def _around(key: str) -> int:
    about = "r is a word's mean cosine with so many nearest words; hubs are counted with the same number."
    return int(st.number_input("k of r", 1, MOST_K, 10, key=f"{key}_around", bind=session.ADDRESS, width=110, help=about))


def hubs(wv: WordVectors, k: int, counted: Hubness | None) -> None:
    """The count of hubs that is at work or has ended, and the button that starts one where there is none."""
    for sentence, good in session.take_told("hubness"):
        (st.success if good else st.error)(plain(sentence))
    try:
        running = watch.active(("hubness",))
    except StorageError as error:  # no folder for runs, and so none for counts: the answer above stands without
        st.caption(f":material/info: Hubs cannot be counted. {plain(str(error))}")
        return
    for run_id in running:
        watch.job(run_id, _done)
    if counted is None and wv.folder is not None:
        _offer(wv, k)


def _offer(wv: WordVectors, k: int) -> None:
    n = min(wv.n_words, AMONG)
    what = "all words" if n == wv.n_words else f"its {n:,} most frequent words"
    with st.container(horizontal=True, vertical_alignment="center"):
        argv = ["hubness", "--space", wv.name, "-k", str(k)]
        name = f"Hubs of {wv.name}, k = {k}"
        st.button("Count the hubs", key="count_hubs", icon=":material/hub:", on_click=begin, args=(argv, name))
        st.caption(
            f"Which neighbours are near to everything? Counted once for {what} of {code(wv.name)} and kept; {_takes(n, wv.dim)}. "
            "Each neighbour then shows how many words have it among their nearest, and CSLS becomes exact."
        )


def _takes(n: int, dim: int) -> str:
    """How long a count takes, in words: n squared multiplications and comparisons of about 1 ns a word pair and processor."""
    minutes = n * n * (1 + dim / 40) * 0.45e-9 / 60
    return "some seconds" if minutes < 0.5 else f"about {max(1, round(minutes))} minute{'s' if round(minutes) > 1 else ''}"


def _done(run: Run) -> str:
    result = run.result if isinstance(run.result, dict) else {}
    if "hubs" not in result:
        return f"{run.name}: done in {duration(run.seconds)}."
    return f"{run.name}: {int(result['hubs']):,} hubs among {int(result['among']):,} words, in {duration(run.seconds)}."
