"""Vectors: the spaces there are, files of your own, and official vectors to fetch."""

import streamlit as st

from explorer import as_python, cached, messages, reports, results, tables
from explorer.controls import vectors

st.title("Vectors")
st.markdown(
    "The spaces that every page can ask. More of them: [open a file of your own](#open-your-own), or "
    "[fetch official vectors](#fetch-official-vectors). Whatever is read is reported."
)

st.subheader("Spaces you can ask")
entries = cached.entries()
table = vectors.spaces_table(entries)
st.caption(reports.memory(cached.open_spaces().held(), cached.open_spaces().budget))
results.footer("spaces", table, as_python.spaces())
messages.notes(cached.memory_troubles())
vectors.damaged(cached.damaged(entries))

entry = vectors.pick_space(entries)
vectors.at_work("space", "export", "index")
with st.container(border=True):
    vectors.actions(entry)
    left, right = results.halves()
    with left:
        st.markdown("**Source**")
        st.markdown(reports.source(entry))
    with right:
        st.markdown("**Repair report**")
        st.markdown(reports.report(entry.repairs, entry.kept))
    vectors.refused_and_duplicates(entry.repairs)
    if entry.repairs:
        results.footer("report", tables.report(entry.repairs), as_python.repairs(entry.name))

st.subheader("Open your own")
vectors.at_work("import")
with st.container(border=True), messages.told():
    vectors.drop_zone()
    file = vectors.file_here()
    if file:
        vectors.import_form(file)

st.subheader("Fetch official vectors")
st.markdown("From their publishers, checked and imported. Nothing is sent anywhere until you press Fetch.")
with messages.told():
    vectors.fetch()
