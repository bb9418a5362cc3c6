"""The space picker of the sidebar."""

from __future__ import annotations

import streamlit as st

from embeddings import catalog
from explorer import session
from explorer.messages import plain


def space_picker() -> None:
    """The space, its size, source, credit and licence: in the sidebar, the same on every page."""
    entries = {entry.name: entry for entry in catalog.spaces()}
    asked = session.asked_in_address("space")
    if asked is not None and asked not in entries:
        session.set_value("space_missing", asked[:80])
    name = st.selectbox(
        "Space",
        list(entries),
        key="space",
        bind=session.ADDRESS,
        help="The word vectors that every page asks.",
        on_change=session.set_value,
        args=("space_missing", None),
    )
    if session.value("space_missing"):
        missing = f"The address asks for the space '{session.value('space_missing')}', which is not here. {name} is shown."
        st.warning(plain(missing), icon=":material/link_off:")
    entry = entries[name]
    st.markdown(f"**{entry.words:,}** words × **{entry.dim}** dimensions")
    told = [entry.source.title, entry.source.credit, f"Licence: {entry.source.licence}" if entry.source.licence else ""]
    for sentence in filter(None, told):
        st.caption(plain(sentence))
    for trouble in catalog.damaged():
        st.warning(plain(trouble), icon=":material/folder_off:")
