"""Neighbours: the words nearest to a word or an expression, how far to trust each, and a small map with true edges."""

import streamlit as st

from explorer import as_python, cached, charts, controls, messages, results, sentences, session, tables, warm

EXAMPLES = ("piano", "jaguar", "einstein", "king - man + woman", "0.5*paris + 0.5*berlin", "mean(@fruits)")

st.title("Neighbours")
st.markdown("A word is known by the company its vector keeps. Type one, or add and subtract several.")

wv, lists = session.space(), session.lists()
asked = controls.ask_near(wv, "q", "Word or expression", warm.FRONT_QUERY, EXAMPLES)
asked = controls.narrowed(asked, wv, ("3cosadd", "euclid"), "near", k=warm.FRONT_RESULTS)
asked = controls.trusting(asked, "near")
with st.spinner("Ranking…"):
    trust = cached.trust(wv, asked, lists)
found = trust.found
messages.notes(found.notes)

left, right = results.halves()
with left, messages.told():
    if not found.words:
        st.markdown(sentences.neighbours(found))
        controls.hubs(wv, asked.around, trust.hubness)
        st.stop()
    results.show(
        "neighbours",
        charts.trusted(trust),
        tables.trusted(trust),
        as_python.ranking(wv, asked),
        " ".join(filter(None, [sentences.neighbours(found), sentences.trust(trust)])),
        " ".join(filter(None, [sentences.about_ranking(found, wv.n_words, wv.dim), sentences.about_trust(trust)])),
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
controls.hubs(wv, asked.around, trust.hubness)
