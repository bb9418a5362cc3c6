"""Neighbours: the words nearest to a word or an expression, as a ranking and as a small map with true edges."""

import streamlit as st

from explorer import as_python, cached, charts, controls, messages, results, sentences, session, tables, warm

EXAMPLES = ("piano", "jaguar", "einstein", "king - man + woman", "0.5*paris + 0.5*berlin", "mean(@fruits)")

st.title("Neighbours")
st.markdown("A word is known by the company its vector keeps. Type one, or add and subtract several.")

wv, lists = session.space(), session.lists()
asked = controls.ask_near(wv, "q", "Word or expression", warm.FRONT_QUERY, EXAMPLES)
asked = controls.narrowed(asked, wv, ("3cosadd", "euclid"), "near", k=warm.FRONT_RESULTS)
found = cached.answer(wv, asked, lists)
messages.notes(found.notes)

left, right = results.halves()
with left, messages.told():
    results.show(
        "neighbours",
        charts.ranking(found),
        tables.ranking(found),
        as_python.ranking(wv, asked),
        sentences.neighbours(found),
        sentences.about_ranking(found, wv.n_words, wv.dim),
    )
with right, messages.told():
    around, edges = cached.neighbourhood(wv, asked, lists, warm.EDGES)
    results.show(
        "neighbourhood",
        charts.neighbourhood(around, edges, set(found.left_out)),
        tables.points(around),
        as_python.neighbourhood(wv, around.words, warm.EDGES),
        sentences.neighbourhood(around, len(edges)),
        sentences.about_neighbourhood(around, warm.EDGES, wv.dim),
        results.MAP,
    )
