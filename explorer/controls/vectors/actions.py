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
from explorer.messages import code, plain, told
from explorer.open_spaces import folder_bytes

BUILDS = {"Both": "both", "Faster exact search": "int8", "Approximate search": "ivf"}
"""What can be built beside a space, and what the command line calls it."""


def actions(entry: Entry) -> None:
    """The row of what can be done with a space, and what was built beside it."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        ask_it(entry.name, ":primary[**Ask it**]")  # a link: no button leaves a page whose widgets are bound to the address
        if entry.kept:
            _rename(entry)
            _remove(entry.name, disk_bytes(entry))
        _export(entry)
        _build(entry)
    if not entry.kept:
        st.caption("It came with this program, so it can be neither renamed nor removed.")
    with told():
        _built(entry)


def damaged(troubles: Mapping[str, str]) -> None:
    """The folders that cannot be opened: what is wrong with each, and the way to remove it."""
    for name, trouble in troubles.items():
        with st.container(border=True):
            st.markdown(f":material/folder_off: **{plain(name)}** is damaged and cannot be opened.")
            st.caption(plain(reports.damage(trouble)))
            st.caption(f"Its folder is {code(str(catalog.beside(name)))}. Remove it here, and import or fetch the vectors again.")
            with st.container(horizontal=True, vertical_alignment="center"):
                _remove(name, folder_bytes(catalog.beside(name)))
                with st.popover("What was found", type="tertiary"):
                    st.code(trouble, language=None, wrap_lines=True)


def _rename(entry: Entry) -> None:
    with st.popover("Rename", icon=":material/edit:"):
        key = f"rename_{entry.name}"
        taken = {other.name for other in catalog.spaces()} | set(catalog.kept())
        name = st.text_input("New name", entry.name, key=key, max_chars=60)
        trouble = brought.name_trouble(name, taken - {entry.name})
        if trouble:
            st.caption(f":material/error: {plain(trouble)}")
        st.caption("Links and commands that name the space have to be changed by hand.")
        idle = bool(trouble) or name == entry.name
        st.button("Rename it", key="rename_it", type="primary", disabled=idle, on_click=_renamed, args=(entry.name,))


def _renamed(name: str) -> None:
    new = str(session.value(f"rename_{name}") or "")  # as it is at the click
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


def _remove(name: str, size: int) -> None:
    shown = f"remove_{name}"
    with st.popover("Remove", icon=":material/delete:", key=shown, on_change="rerun"):
        st.markdown(f"Remove **{plain(name)}** for good? Its {reports.size(size)} cannot be brought back.")
        if session.space_name() == name:
            st.caption(f"It is in use here. Afterwards the sidebar is on {catalog.DEFAULT}.")
        with st.container(horizontal=True):
            st.button(":red[Yes, remove it]", key=f"{shown}_yes", on_click=_removed, args=(name, size), icon=":material/delete:")
            st.button("Cancel", key=f"{shown}_no", on_click=session.set_value, args=(shown, False))


def _removed(name: str, size: int) -> None:
    session.set_value(f"remove_{name}", False)
    cached.open_spaces().let_go(name)
    try:
        catalog.remove(name)
    except EmbeddingsError as error:
        session.say("space", str(error), good=False)
        return
    in_use = session.space_name() == name
    if in_use:
        session.set_value("space", catalog.DEFAULT)
    if session.value("about") == name:
        session.set_value("about", session.space_name())
    session.say("space", reports.removed(name, size, catalog.DEFAULT if in_use else ""))


def _export(entry: Entry) -> None:
    with st.popover("Export", icon=":material/ios_share:"):
        titles = {writer.title: writer for writer in WRITERS.values()}
        writer = titles[st.selectbox("Format", list(titles), key="export_format", persist_state="session")]
        if writer.can_gz:
            st.toggle("Packed with gzip", key="export_gz", persist_state="session")
        st.caption("Every number is read back bit for bit. An earlier export of the same name is replaced.")
        st.button("Write the files", key="export_it", type="primary", on_click=_write, args=(entry.name,), icon=":material/save:")


def _write(name: str) -> None:
    """Start the export with what the form holds at the click; for callbacks."""
    writer = next(writer for writer in WRITERS.values() if writer.title == session.value("export_format"))
    packed = writer.can_gz and bool(session.value("export_gz"))
    begin(["export", name, writer.name, "--overwrite", *["--gz"] * packed], f"Export {name} as {writer.title}")


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
        st.segmented_control("Kind", shown, default=shown[0], required=True, key=f"build_{few}")
        args = (entry.name, f"build_{few}")
        st.button("Build it", key="build_it", type="primary", on_click=_index, args=args, icon=":material/bolt:")


def _index(name: str, key: str) -> None:
    """Start building the kind that is chosen at the click; for callbacks."""
    begin(["index", "--space", name, "--kind", BUILDS[str(session.value(key))]], f"Index {name}")


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
