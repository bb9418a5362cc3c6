"""Analogies: a is to a' as b is to what? The answer, why it is this word, and what would have won otherwise."""

import streamlit as st

from explorer import as_python, cached, charts, controls, messages, results, sentences, session, tables, three_answers

EXAMPLES = (
    "king - man + woman",
    "paris : france :: tokyo : japan",
    "man is to king as woman is to ?",
    "walking : walked :: swimming : swam",
    "doctor - man + woman",
)
METHODS = ("3cosadd", "3cosmul", "pairdirection", "3cosavg", "lrcos", "onlyb")

st.title("Analogies")
st.markdown("Add one word's difference to another word. Six methods answer, and each answer is taken apart: is it really the analogy?")

wv, lists = session.space(), session.lists()
asked = controls.ask(wv, "analogy", "Analogy", "king - man + woman", EXAMPLES)
asked = controls.learned(controls.narrowed(asked, wv, METHODS, "analogy"), "analogy_pairs")
apart = cached.anatomy(wv, asked, lists)
found = apart.ranking
messages.notes(found.notes)

st.markdown(sentences.verdict(apart))
three_answers.show(apart)

left, right = results.halves()
with left, messages.told():
    results.show(
        "analogy",
        charts.terms(found),
        tables.ranking(found),
        as_python.anatomy(wv, asked),
        sentences.analogy(found),
        sentences.about_terms(found) + sentences.about_ranking(found, wv.n_words, wv.dim),
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

st.subheader("What else would win")
left, right = results.halves()
with left, messages.told():
    st.markdown(sentences.asked_words(apart))
    results.tabled("inputs", tables.inputs(apart), as_python.anatomy(wv, asked))
with right, messages.told():
    st.markdown(sentences.only_b(apart))
    results.tabled("only_b", tables.only_b(apart), as_python.anatomy(wv, asked))

st.subheader("One word under every method")
with messages.told():
    word = asked.expected or found.words[0]
    ranks = cached.expected(wv, asked, word, lists)
    st.markdown(sentences.expected(ranks, bool(asked.expected)))
    results.tabled("expected", tables.expected(ranks), as_python.expected(wv, asked, word))
    st.caption(sentences.about_expected(bool(asked.expected)))

st.subheader("Methods side by side")
with messages.told():
    answers = cached.answers(wv, asked, METHODS, lists)
    st.markdown(sentences.methods(answers))
    results.frame(tables.side_by_side(answers), "table_methods", "Methods side by side")
    results.footer("methods", tables.side_by_side(answers), as_python.methods(wv, asked, METHODS))
