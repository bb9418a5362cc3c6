"""The space picker of the sidebar."""

from __future__ import annotations

import streamlit as st

from embeddings import catalog
from embeddings.catalog import Entry
from explorer import reports, session
from explorer.controls.lists import PAGES
from explorer.messages import plain


def space_picker() -> None:
    """The space, its size, source, credit and licence: in the sidebar, the same on every page."""
    entries = {entry.name: entry for entry in catalog.spaces()}
    asked = session.newly_asked_in_address("space")
    if asked is not None and asked not in entries:
        session.set_value("space_missing", asked[:80])
    elif asked is not None:
        session.set_value("space", asked)  # a link within the app: the picker would keep what it held before
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
        missing = f"The address asks for the space '{session.value('space_missing')}', which is not here. {name} is shown."
        st.warning(plain(missing), icon=":material/link_off:")
    entry = entries[name]
    st.markdown(f"**{entry.words:,}** words × **{entry.dim}** dimensions")
    told = [entry.source.title, entry.source.credit, f"Licence: {entry.source.licence}" if entry.source.licence else ""]
    for sentence in filter(None, told):
        st.caption(plain(sentence))
    _report(entry)
    for trouble in catalog.damaged():
        st.warning(plain(trouble), icon=":material/folder_off:")


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
