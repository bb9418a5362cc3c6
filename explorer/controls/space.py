"""The space picker of the sidebar."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from embeddings import catalog, views
from embeddings.catalog import Entry
from explorer import cached, reports, session
from explorer.controls.lists import PAGES
from explorer.messages import plain


def space_picker() -> None:
    """The space, its size, source, credit and licence: in the sidebar, the same on every page."""
    entries = {entry.name: entry for entry in cached.entries()}
    damaged = cached.damaged(list(entries.values()))
    _settle_what_is_not_here(entries, damaged)
    name = st.selectbox(
        "Space",
        list(entries),
        key="space",
        bind=session.ADDRESS,
        help="The word vectors that every page asks.",
        on_change=_chosen,
    )
    session.settle("space")
    if session.value("space_missing"):
        st.warning(plain(f"{session.value('space_missing')} {name} is shown."), icon=":material/link_off:")
    entry = entries[name]
    st.markdown(f"**{entry.words:,}** words × **{entry.dim}** dimensions")
    told = [entry.source.title, entry.source.credit, f"Licence: {entry.source.licence}" if entry.source.licence else ""]
    for sentence in filter(None, told):
        st.caption(plain(sentence))
    _report(entry)
    _view(entry)
    if damaged:
        st.caption(f":material/folder_off: Damaged and left out: {plain(', '.join(damaged))}. The page Vectors tells more.")


def _settle_what_is_not_here(entries: Collection[str], damaged: Collection[str]) -> None:
    """Put the picker on what a link asks for; where that, or what the picker held, is not here, leave a sentence on it."""
    asked, held = session.newly_asked_in_address("space"), session.value("space")
    if asked is not None and asked in entries:
        session.set_value("space", asked)  # a link within the app: the picker would keep what it held before
        session.set_value("space_missing", None)
    elif asked is not None:
        session.set_value("space_missing", f"The address asks for the space '{asked[:80]}', {_fate(asked, damaged)}.")
    elif held is not None and held not in entries:
        why = "is damaged" if held in damaged else "is not here any longer: it was renamed or removed"
        session.set_value("space_missing", f"The space '{held}' {why}.")
    if held is not None and session.value("space") not in entries:
        session.set_value("space", catalog.DEFAULT)


def _fate(name: str, damaged: Collection[str]) -> str:
    return "which is damaged" if name in damaged else "which is not here"


def _view(entry: Entry) -> None:
    """How the space is seen: as stored, or after a step that its name then tells everywhere."""
    titles = "\n".join(f"- {each.name}: {each.about}{f' {each.paper}.' if each.paper else ''}" for each in views.VIEWS.values())
    chosen = st.selectbox("View", [views.STORED, *views.VIEWS], key="view", bind=session.ADDRESS, help=f"What every page asks.\n{titles}")
    if chosen not in views.VIEWS:
        return
    if views.VIEWS[chosen].counted:
        about = "How many principal components are taken away with the mean; the paper takes about a hundredth of the dimensions."
        most = max(1, entry.dim - 1)
        st.number_input("Components", 1, most, views.components(entry.dim), key="view_d", bind=session.ADDRESS, help=about)
    st.caption(f"{views.VIEWS[chosen].about} A copy of its own in memory: {reports.size(4 * entry.words * entry.dim)}.")


def _chosen() -> None:
    """Another space was chosen: what the address asked for is settled, and the page Vectors shows the chosen one."""
    session.set_value("space_missing", None)
    session.set_value("about", session.space_name())


def _report(entry: Entry) -> None:
    """What had to be done to the file of the space, in one line that leads to the whole report, and what its order means."""
    done = reports.in_short(entry.repairs)
    if done:
        st.caption(f":material/build: {plain(done)}")
        st.page_link(str(PAGES / "vectors.py"), label="See Vectors", icon=":material/database:", query_params={"about": entry.name})
    caution = reports.order(entry.repairs)
    if caution:
        st.caption(f":material/info: {caution}")
