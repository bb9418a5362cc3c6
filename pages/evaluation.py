"""Evaluation: how many analogies a space answers, how well it agrees with people, and what such figures are worth."""

import streamlit as st

from explorer import evaluated, messages, results, session
from explorer.charts import evaluation as charts
from explorer.controls import evaluation as controls

st.title("Evaluation")
st.markdown("Questions with known answers, and pairs of words that people have rated: how good is this space, and at what?")

with messages.told():
    chosen = controls.choose(session.space())
    python = evaluated.script(chosen.suite.name, chosen.asking, chosen.spaces)
    asked, rated = controls.results(chosen)
    for sentence in evaluated.findings(asked, rated, controls.baseline(chosen, asked)):
        st.markdown(sentence)

    if asked:
        table = evaluated.sections(asked)
        picture = charts.sections(table)
        results.show("sections", picture, table, python, evaluated.kinds(asked[0]), evaluated.about_analogies(asked))
        st.subheader("Question by question")
        one = controls.one_of(asked)
        shown = controls.questions(one)
        left, right = results.halves()
        with left:
            st.markdown(evaluated.mistakes(one, shown, controls.MOST_SHOWN))
            results.tabled("questions", evaluated.questions(shown[: controls.MOST_SHOWN]), python)
        with right:
            results.chart("ranks", charts.ranks([each.rank for each in one.answered]), evaluated.ranks(one))

    if rated:
        table = evaluated.correlations(rated)
        left, right = results.halves()
        with left:
            picture = charts.correlations(table)
            results.show("correlations", picture, table, python, evaluated.kept(rated), evaluated.source(rated))
        with right:
            rating = controls.one_of(rated)
            pairs = evaluated.pairs(rating)
            picture = charts.ratings(pairs)
            results.show("ratings", picture, pairs, python, evaluated.disagreements(rating), evaluated.about_similarity(rating))

st.subheader("Your own questions")
with messages.told():
    controls.bring()
