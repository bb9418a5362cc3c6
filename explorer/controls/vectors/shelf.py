"""The spaces there are, one of them in full."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from embeddings import catalog
from embeddings.catalog import Entry
from embeddings.formats.repairs import Repairs
from explorer import cached, reports, results, session, tables
from explorer.messages import plain
from explorer.open_spaces import folder_bytes

SHORT = {"int8": "int8", "ivf": "approximate"}
"""What was built beside a space, in the table."""


def spaces_table(entries: Sequence[Entry]) -> pd.DataFrame:
    """The table of all spaces, drawn; it is returned for its downloads."""
    built = {entry.name: [short for kind, short in SHORT.items() if (catalog.beside(entry.name) / kind).is_dir()] for entry in entries}
    table = tables.spaces(entries, {entry.name: disk_bytes(entry) for entry in entries}, cached.open_spaces().held(), built)
    columns = {
        "words": st.column_config.NumberColumn(format="localized"),
        "on disk": st.column_config.NumberColumn(help="Files of the space, with what was built beside it."),
        "open now": st.column_config.CheckboxColumn(help="Held open for all readers."),
        "source": st.column_config.TextColumn(width="large"),
    }
    shown = table.style.format({"on disk": reports.size})
    st.dataframe(shown, hide_index=True, key="table_spaces", column_config=columns, alt="The spaces as a table")
    return table


def disk_bytes(entry: Entry) -> int:
    """Bytes that a space and what was built beside it take on the disk; the one in the box counts with its vectors."""
    packaged = entry.words * entry.dim * 4 if entry.source.format == "npy" and not entry.kept else 0
    return packaged + folder_bytes(catalog.beside(entry.name))


def pick_space(entries: Sequence[Entry]) -> Entry:
    """One space to look at: the sidebar's, until another is chosen."""
    names = {entry.name: entry for entry in entries}
    asked = session.newly_asked_in_address("about")
    if asked is not None and asked not in names:
        st.warning(plain(f"The address asks about the space '{asked[:80]}', which is not here."), icon=":material/link_off:")
    held = session.value("about")
    if asked is None and held is not None and held not in names:
        st.warning(plain(f"The space '{held}' is not here any longer: it was renamed or removed."), icon=":material/link_off:")
    if asked in names or held not in names:
        session.set_value("about", asked if asked in names else session.space_name())
    name = st.selectbox("One of them in full", list(names), key="about", bind=session.ADDRESS, width=420)
    session.settle("about")
    return names[name]


def refused_and_duplicates(repairs: Repairs | None) -> None:
    """The rows that were refused and the words that stood again, each with its place in the file."""
    if repairs is None:
        return
    if repairs.refused:
        with st.expander(_first("Refused rows", len(repairs.refused), repairs.n_refused), icon=":material/block:"):
            results.frame(tables.refused(repairs), "table_refused", "Refused rows")
    if repairs.duplicates:
        with st.expander(_first("Duplicates", len(repairs.duplicates), repairs.n_duplicates), icon=":material/content_copy:"):
            results.frame(tables.duplicates(repairs), "table_duplicates", "Duplicates")


def _first(what: str, listed: int, counted: int) -> str:
    return f"{what} ({counted:,})" if listed == counted else f"{what} ({counted:,}, the first {listed:,} are listed)"
