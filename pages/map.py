"""Map: word lists, the most frequent words or a word's neighbourhood in two or three dimensions."""

import streamlit as st

from explorer import as_python, charts, controls, messages, results, sentences, session, tables

st.title("Map")
st.markdown("Words that are used alike lie together. Click a word, or circle some with the lasso in the bar above a flat map.")

wv = session.space()
with st.container(horizontal=True, vertical_alignment="bottom"):
    kind = controls.map_kind()
    method, settings = controls.projection("map")
chosen = controls.map_words(wv, kind)
messages.notes(chosen.notes)

drawn = results.projected(wv, chosen.words, method, settings)
figure = charts.groups(drawn, chosen.of, chosen.groups)
selected = results.selectable("map", figure, sentences.groups(drawn), sentences.about_groups(drawn, wv.dim))
table = tables.points(drawn, chosen.of)
with messages.told():
    st.subheader(sentences.selected(selected))
    results.frame(table.iloc[selected] if selected else table, "table_selected", "Selected words")
    results.footer("map", table, as_python.projection(wv, chosen.words, method, settings), figure)
