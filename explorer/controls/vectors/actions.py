"""What can be done with a space: ask it, rename it, remove it, write it for other programs, build what searches it faster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from embeddings import catalog, search
from embeddings.catalog import Entry
from embeddings.errors import EmbeddingsError
from embeddings.formats.exporting import WRITERS
from explorer import brought, cached, reports, session
from explorer.controls.vectors.at_work import ask_it, begin
from explorer.controls.vectors.shelf import disk_bytes
from explorer.messages import plain, told

BUILDS = {"Both": "both", "Faster exact search": "int8", "Approximate search": "ivf"}
"""What can be built beside a space, and what the command line calls it."""


def actions(entry: Entry) -> None:
    """The row of what can be done with a space, and what was built beside it."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        ask_it(entry.name, "Ask it")
        if entry.kept:
            _rename(entry)
            _remove(entry)
        _export(entry)
        _build(entry)
    if not entry.kept:
        st.caption("It came with this program, so it can be neither renamed nor removed.")
    with told():
        _built(entry)


def _rename(entry: Entry) -> None:
    with st.popover("Rename", icon=":material/edit:"):
        taken = {other.name for other in catalog.spaces()}
        name = st.text_input("New name", entry.name, key=f"rename_{entry.name}", max_chars=60)
        trouble = brought.name_trouble(name, taken - {entry.name})
        if trouble:
            st.caption(f":material/error: {plain(trouble)}")
        st.caption("Links and commands that name the space have to be changed by hand.")
        idle = bool(trouble) or name == entry.name
        st.button("Rename it", key="rename_it", type="primary", disabled=idle, on_click=_renamed, args=(entry.name, name))


def _renamed(name: str, new: str) -> None:
    cached.open_spaces().let_go(name)  # a mapped file keeps its folder's name on some systems
    try:
        catalog.rename(name, new)
    except EmbeddingsError as error:
        session.say("space", str(error), good=False)
        return
    if session.space_name() == name:
        session.set_value("space", new)
    session.set_value("about", new)
    session.say("space", f"{name} is called {new} now.")


def _remove(entry: Entry) -> None:
    with st.popover("Remove", icon=":material/delete:"):
        size = disk_bytes(entry)
        st.markdown(f"Remove **{plain(entry.name)}** for good? Its {reports.size(size)} cannot be brought back.")
        if session.space_name() == entry.name:
            st.caption(f"It is in use here. Afterwards the sidebar is on {catalog.DEFAULT}.")
        st.button("Yes, remove it", key="remove_it", type="primary", on_click=_removed, args=(entry.name, size))


def _removed(name: str, size: int) -> None:
    cached.open_spaces().let_go(name)
    try:
        catalog.remove(name)
    except EmbeddingsError as error:
        session.say("space", str(error), good=False)
        return
    in_use = session.space_name() == name
    if in_use:
        session.set_value("space", catalog.DEFAULT)
    session.set_value("about", session.space_name())
    session.say("space", reports.removed(name, size, catalog.DEFAULT if in_use else ""))


def _export(entry: Entry) -> None:
    with st.popover("Export", icon=":material/ios_share:"):
        titles = {writer.title: writer for writer in WRITERS.values()}
        writer = titles[st.selectbox("Format", list(titles), key="export_format", persist_state="session")]
        packed = writer.can_gz and st.toggle("Packed with gzip", key="export_gz", persist_state="session")
        st.caption("Every number is read back bit for bit. An earlier export of the same name is replaced.")
        argv = ["export", entry.name, writer.name, "--overwrite", *["--gz"] * packed]
        told_as = f"Export {entry.name} as {writer.title}"
        st.button("Write the files", key="export_it", type="primary", on_click=begin, args=(argv, told_as), icon=":material/save:")


def _build(entry: Entry) -> None:
    with st.popover("Build a search index", icon=":material/bolt:"):
        few = entry.words < search.ivf.FEWEST_WORDS
        st.markdown(
            "**Faster exact search** keeps a copy in whole numbers that is scanned first: the answers stay the same. "
            "**Approximate search** reads a part of the space and can miss a word; its recall is measured and shown."
        )
        if few:
            fewest = f"{search.ivf.FEWEST_WORDS:,}"
            st.caption(f"With fewer than {fewest} words every search is fast already; an approximate index is not built.")
        shown = ["Faster exact search"] if few else list(BUILDS)
        chosen = st.segmented_control("Kind", shown, default=shown[0], required=True, key=f"build_{few}")
        argv = ["index", "--space", entry.name, "--kind", BUILDS[chosen or shown[0]]]
        st.button("Build it", key="build_it", type="primary", on_click=begin, args=(argv, f"Index {entry.name}"), icon=":material/bolt:")


def _built(entry: Entry) -> None:
    """What was built beside the space, with its size and recall; what does not fit it is told, and never used."""
    folder = catalog.beside(entry.name)
    there = [kind for kind in reports.KINDS if (folder / kind).is_dir()]
    fitting = cached.built(cached.space(entry.name)) if there else {}
    for kind in there:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_about(kind, fitting), width="stretch")
            key = f"unbuild_{kind}"
            st.button("Remove", key=key, on_click=_unbuilt, args=(entry.name, kind), icon=":material/delete:", type="tertiary")


def _about(kind: str, fitting: Mapping[str, Mapping[str, Any]]) -> str:
    if kind in fitting:
        return reports.index(kind, fitting[kind])
    return f"**{reports.KINDS[kind]}**: built for other vectors, so it is not used. Build it again."


def _unbuilt(name: str, kind: str) -> None:
    try:
        search.index.remove(cached.space(name), [kind], catalog.beside(name))
    except EmbeddingsError as error:
        session.say("space", str(error), good=False)
        return
    session.say("space", f"{reports.KINDS[kind]} was removed from {name}. It can be built again.")
