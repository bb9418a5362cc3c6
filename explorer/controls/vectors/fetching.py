"""Official vectors: found in the catalogue, fetched by a run."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from embeddings import catalog
from embeddings.offers import Offer, offers
from explorer import brought, reports, session, tables
from explorer.controls.vectors.at_work import begin
from explorer.messages import plain


def fetch() -> None:
    """The catalogue, narrowed by what is typed; one entry in full, and the button that fetches it."""
    text = st.text_input("Find", key="find", bind=session.ADDRESS, placeholder="glove, french, 300, CC BY-SA", width=420) or ""
    found = fitting(offers(), text)
    here = on_this_disk(offers())
    if not found:
        nothing = f"None of the {len(offers()):,} sets has '{text[:80]}' in its name, language, licence or paper."
        st.info(plain(nothing), icon=":material/search_off:")
        return
    _table(found, here)
    chosen = _chosen(found)
    with st.container(border=True):
        st.markdown(reports.offer(chosen))
        _button(chosen, here.get(chosen.name, ""))


def fitting(known: Sequence[Offer], text: str) -> list[Offer]:
    """The offers in which every typed word stands: in the name, title, language, licence, paper or number of dimensions."""
    asked = text.casefold().split()
    said = {each.name: f"{each.name} {each.title} {each.language} {each.licence} {each.paper} {each.dim}".casefold() for each in known}
    return [each for each in known if all(word in said[each.name] for word in asked)]


def on_this_disk(known: Sequence[Offer]) -> dict[str, str]:
    """Names of the offers that were fetched already, each with the space that holds it."""
    there = {(entry.source.url, entry.source.title): entry.name for entry in catalog.spaces() if entry.source.url}
    return {each.name: there[each.urls[0], each.title] for each in known if (each.urls[0], each.title) in there}


def _table(found: Sequence[Offer], here: dict[str, str]) -> None:
    names = [each.name for each in found]

    def take() -> None:
        rows = getattr(session.value("table_offers"), "selection", {}).get("rows", [])
        if rows:
            session.set_value("offer", names[rows[0]])

    st.dataframe(
        tables.offers(found, here),
        hide_index=True,
        key="table_offers",
        height=300,
        on_select=take,
        selection_mode="single-row",
        column_config={
            "words": st.column_config.NumberColumn(format="localized"),
            "download": st.column_config.NumberColumn(format="bytes"),
            "title": st.column_config.TextColumn(width="large"),
            "here as": st.column_config.TextColumn(help="The space on this disk that holds these vectors."),
        },
        alt="Official vectors as a table",
    )


def _chosen(found: Sequence[Offer]) -> Offer:
    named = {each.name: each for each in found}
    if session.value("offer") not in named:
        session.set_value("offer", next(iter(named)))
    return named[st.selectbox(f"One of these {len(named):,}", list(named), key="offer", width=420)]


def _button(chosen: Offer, space: str) -> None:
    taken = {entry.name for entry in catalog.spaces()}
    if space:
        st.caption(f":material/check_circle: On this disk already, as {plain(space)}.")
    free = next(name for name in (chosen.name, *(f"{chosen.name[:56]}-{n}" for n in range(2, 1000))) if name not in taken)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name of the space", free, key=f"fetch_name_{chosen.name}", max_chars=60, width=320)
        trouble = brought.name_trouble(name, taken)
        argv = ["fetch", chosen.name, f"--name={name}"]
        st.button(
            "Fetch again" if space else "Fetch",
            key="fetch_it",
            type="secondary" if space else "primary",
            disabled=bool(trouble),
            on_click=begin,
            args=(argv, f"Fetch {name}"),
            icon=":material/cloud_download:",
        )
    if trouble:
        st.caption(f":material/error: {plain(trouble)}")
