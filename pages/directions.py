"""Directions: what word pairs share, as arrows and as evidence in the full space, and other words placed along it."""

import streamlit as st

from explorer import as_python, cached, charts, controls, messages, results, sentences, session, tables

st.title("Directions")
st.markdown(
    "If pairs such as country and capital differ in the same way, their arrows run parallel. See it, and see how much of it is chance."
)

wv = session.space()
with st.container(horizontal=True, vertical_alignment="bottom"):
    listed = controls.pick_pairs("pairs", "Pairs")
    method, settings = controls.projection("arrows", flat=True)
    fit = controls.direction_method("fit")
    shuffled = st.toggle(
        "Shuffle the pairs", key="shuffled", bind="query-params", help="Deals the second words out anew: what chance looks like."
    )
pairs, notes = controls.pairs_here(wv, listed, shuffled)
messages.notes(notes)
along = cached.direction_of(wv, pairs, listed.name, fit)

st.markdown(sentences.direction(along, shuffled))
results.evidence(along)
left, right = results.halves()
with left, messages.told():
    arrows = results.projected(wv, [word for pair in pairs for word in pair], method, settings)
    results.show(
        "arrows",
        charts.arrows(arrows, pairs),
        tables.points(arrows),
        as_python.projection(wv, arrows.words, method, settings),
        sentences.arrows_seen(arrows, shuffled),
        sentences.arrows(arrows, wv.dim),
        results.MAP,
    )
with right, messages.told():
    python = as_python.direction(wv, pairs, listed.name, fit)
    results.show("chance", charts.chance(along), tables.chance(along), python, sentences.chance(along))
    results.show(
        "pairs",
        charts.held_out(along),
        tables.pairs(along),
        python,
        sentences.held_out(along),
    )

st.subheader("Words along this direction")
with messages.told():
    words = controls.words_along(wv, listed)
    placed = cached.placed(wv, along, words)
    results.show(
        "along",
        charts.placed(placed, along.poles),
        tables.placed(placed),
        as_python.placed(wv, pairs, listed.name, fit, words),
        sentences.placed(placed, along),
        sentences.about_placed(wv.dim, len(pairs)),
    )
