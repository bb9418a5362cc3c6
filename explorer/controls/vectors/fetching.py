"""Official vectors: found in the catalogue, fetched by a run."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from embeddings import catalog
from embeddings.offers import Offer, offers
from explorer import reports, session, tables
from explorer.controls.vectors.at_work import at_work, begin
from explorer.controls.vectors.naming import held_name, space_name
from explorer.messages import plain

IN_THE_BOX = {"glove-6b-50d-stanford": catalog.DEFAULT}
"""Offers whose vectors came with this program, each with the space that holds them."""


def fetch() -> None:
    """The catalogue, narrowed by what is typed; one entry in full, the button that fetches it, and how far that is."""
    text = st.text_input("Find", key="find", bind=session.ADDRESS, placeholder="glove, french, 300, CC BY-SA", width=420) or ""
    found = fitting(offers(), text)
    here = on_this_disk(offers())
    if not found:
        nothing = f"None of the {len(offers()):,} sets has '{text[:80]}' in its name, language, licence or paper."
        st.info(plain(nothing), icon=":material/search_off:")
        at_work("fetch")
        return
    _table(found, here)
    chosen = _chosen(found, here)
    with st.container(border=True):
        st.markdown(reports.offer(chosen))
        _button(chosen, here.get(chosen.name, ""))
        at_work("fetch")


def fitting(known: Sequence[Offer], text: str) -> list[Offer]:
    """The offers in which every typed word stands: in the name, title, language, licence, paper or number of dimensions."""
    asked = text.casefold().split()
    said = {each.name: f"{each.name} {each.title} {each.language} {each.licence} {each.paper} {each.dim}".casefold() for each in known}
    return [each for each in known if all(word in said[each.name] for word in asked)]


def on_this_disk(known: Sequence[Offer]) -> dict[str, str]:
    """Names of the offers that were fetched already, or are in the box, each with the space that holds it."""
    there = {(entry.source.url, entry.source.title): entry.name for entry in catalog.spaces() if entry.source.url}
    return IN_THE_BOX | {each.name: there[each.urls[0], each.title] for each in known if (each.urls[0], each.title) in there}


def _table(found: Sequence[Offer], here: dict[str, str]) -> None:
    names = [each.name for each in found]

    def take() -> None:
        rows = getattr(session.value("table_offers"), "selection", {}).get("rows", [])
        if rows:
            session.set_value("offer", names[rows[0]])

    st.dataframe(
        tables.offers(found, here).style.format({"download": reports.size}, na_rep=""),
        hide_index=True,
        key="table_offers",
        height="auto",
        placeholder="",
        on_select=take,
        selection_mode="single-row",
        column_config={
            "words": st.column_config.NumberColumn(format="localized"),
            "title": st.column_config.TextColumn(width="large"),
            "here as": st.column_config.TextColumn(help="The space on this disk that holds these vectors."),
        },
        alt="Official vectors as a table",
    )


def _chosen(found: Sequence[Offer], here: dict[str, str]) -> Offer:
    """The chosen offer; the first that is not here already, until one is chosen."""
    named = {each.name: each for each in found}
    if session.value("offer") not in named:
        session.set_value("offer", next((name for name in named if name not in here), next(iter(named))))
    return named[st.selectbox(f"One of these {len(named):,}", list(named), key="offer", width=420)]


def _button(chosen: Offer, space: str) -> None:
    taken = _taken()
    if space:
        st.caption(f":material/check_circle: On this disk already, as {plain(space)}.")
    free = (name for name in (chosen.name, *(f"{chosen.name[:56]}-{n}" for n in range(2, 1000))) if name not in taken)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        fine = space_name(_key(chosen.name), lambda: next(free), taken, width=320)
        st.button(
            "Fetch again" if space else "Fetch",
            key="fetch_it",
            type="secondary" if space else "primary",
            disabled=not fine,
            on_click=_fetch,
            args=(chosen.name,),
            icon=":material/cloud_download:",
        )


def _key(offer: str) -> str:
    return f"fetch_name_{offer}"


def _taken() -> set[str]:
    return {entry.name for entry in catalog.spaces()} | set(catalog.kept())


def _fetch(offer: str) -> None:
    """Start the fetch under the name that the field holds at the click; for callbacks."""
    name = held_name("fetch", _key(offer), _taken())
    if name:
        begin(["fetch", offer, f"--name={name}"], f"Fetch {name}")
