"""Analogies: a is to a' as b is to what? The ranking, the parallelogram, and the methods side by side."""

import streamlit as st

from explorer import as_python, cached, charts, controls, messages, results, sentences, session, tables

EXAMPLES = (
    "king - man + woman",
    "paris : france :: tokyo : ?",
    "man is to king as woman is to ?",
    "walking : walked :: swimming : ?",
    "doctor - man + woman",
)
METHODS = ("3cosadd", "3cosmul", "pairdirection")

st.title("Analogies")
st.markdown("Add one word's difference to another word. Three methods answer, and the picture shows how good a parallelogram it is.")

wv, lists = session.space(), session.lists()
asked = controls.ask(wv, "analogy", "Analogy", "king - man + woman", EXAMPLES)
asked = controls.narrowed(asked, wv, METHODS, "analogy")
found = cached.answer(wv, asked, lists)
messages.notes(found.notes)

left, right = results.halves()
with left, messages.told():
    results.show(
        "analogy",
        charts.ranking(found),
        tables.ranking(found),
        as_python.ranking(wv, asked),
        sentences.analogy(found),
        sentences.about_ranking(found, wv.n_words, wv.dim),
    )
with right, messages.told():
    picture = cached.parallelogram(wv, found)
    results.show(
        "parallelogram",
        charts.parallelogram(picture.words, picture.points, picture.cosine),
        tables.plane(picture),
        as_python.parallelogram(wv, picture.words),
        sentences.parallelogram(picture.words, picture.cosine, picture.out_of_plane),
        sentences.about_parallelogram(wv.dim),
    )

st.subheader("Methods side by side")
with messages.told():
    answers = cached.answers(wv, asked, METHODS, lists)
    st.markdown(sentences.methods(answers))
    results.frame(tables.side_by_side(answers), "table_methods", "Methods side by side")
    results.footer("methods", tables.side_by_side(answers), as_python.methods(wv, asked, METHODS))
