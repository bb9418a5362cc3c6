"""Word lists: drop in words, see what the space knows of them, and use them everywhere as @name."""

import streamlit as st

from explorer import as_python, cached, charts, controls, messages, results, sentences, session, tables

st.title("Word lists")
st.markdown("Drop in your own words. Each list gets a name and can be used in every query and on the map as @name.")

wv = session.space()
controls.drop_lists()
lists = session.lists()

st.subheader("Lists you can use")
results.frame(tables.lists(lists, session.own_lists(), cached.coverages(wv, lists)), "table_lists", "Lists")

st.subheader("One list")
listed = controls.any_list("list", "List", "animals")
covered = cached.coverage(wv, listed)
controls.list_actions(listed)

left, right = results.halves()
with left, messages.told():
    st.markdown(sentences.coverage(wv, listed, covered))
    results.tabled("list", tables.coverage(listed, covered), as_python.coverage(wv, listed.name))
with left, messages.told():
    st.markdown("In every space:")
    results.tabled("everywhere", tables.everywhere(cached.everywhere(listed)), as_python.everywhere(listed.name))
with right, messages.told():
    asked = controls.mean_of(listed)
    found = cached.answer(wv, asked, lists)
    results.show(
        "list_neighbours",
        charts.ranking(found),
        tables.ranking(found),
        as_python.ranking(wv, asked),
        sentences.fitting(listed, found),
        sentences.about_ranking(found, wv.n_words, wv.dim),
    )
