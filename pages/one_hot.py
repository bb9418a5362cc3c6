"""One-hot: why a 1 among zeros cannot tell near from far, beside the same words in the embedding."""

import streamlit as st

from explorer import as_python, charts, contrast, controls, messages, results, sentences, session

wv = session.space()
st.title("One-hot")
st.markdown(
    "A one-hot vector has a 1 in its word's place and 0 everywhere else. Every word is then as far from every other; an embedding is not."
)

examples = ("@animals", "one two three red green blue", "paris france berlin germany")
words = controls.words(wv, "words", "Words", "king queen man woman apple banana", examples, 2, 24)
metric = controls.metric("metric")
both = contrast.beside(wv, words, metric)

st.subheader("Distances: all equal, against structure")
for side, column in zip(contrast.SIDES, results.halves(), strict=True):
    with column, messages.told():
        results.show(
            f"distances_{side}",
            *contrast.distances_shown(both, side),
            as_python.beside(wv, words, metric, side),
            *sentences.distances(both, side),
        )

st.subheader("Pictures: a regular simplex, against meaning")
for side, column in zip(contrast.SIDES, results.halves(), strict=True):
    with column, messages.told():
        results.show(
            f"picture_{side}",
            *contrast.picture_shown(both, side),
            as_python.beside(wv, words, metric, side),
            *sentences.picture(both, side),
        )

st.subheader("Nearest neighbours: all tie, against a ranking")
word = controls.one_of("neighbour_of", "Nearest to", words)
st.markdown(sentences.ties(both, word, wv.n_words))
results.tabled("ties", contrast.neighbours(both, word), as_python.ties(wv, words, metric, word))

left, right = results.halves()
with left, messages.told():
    st.subheader("Memory: V × V, against V × d")
    memory = contrast.memory(wv)
    results.show("memory", charts.memory(memory), memory, as_python.memory(wv), sentences.memory(wv.n_words, wv.dim))
with right, messages.told():
    st.subheader("One-hot times the matrix turns on one row")
    product = contrast.look_up(wv, word)
    strip = charts.strip(product.looked_up, f"the row of {word}")
    results.chart("look_up", strip, sentences.look_up(word, product, wv.n_words, wv.dim))
    results.tabled("look_up", contrast.numbers(product), as_python.look_up(wv, word), strip)

st.subheader("Two or three words: a bag loses the order, a concatenation grows")
with messages.told():
    several = controls.several(wv, "several", "Two or three words", "dog bites man")
    st.markdown(sentences.inputs(several, wv.n_words, wv.dim))
    results.tabled("inputs", contrast.inputs(wv, several), as_python.inputs(wv, several))

st.subheader("A vocabulary of the N most frequent words")
with messages.told():
    text, n = controls.text_and_size(wv)
    cut = contrast.cut(wv, text, n)
    st.markdown(sentences.cut(cut, n))
    st.text(cut.text_with_unk)
    table = contrast.coverage(wv, text)
    python = as_python.coverage_of_text(wv, text, contrast.sizes(wv))
    results.show("coverage", charts.coverage(table, n), table, python, sentences.unknown(cut))
