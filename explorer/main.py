"""The router: page frame, sidebar, and the page that the address names."""

from pathlib import Path

import streamlit as st

from explorer import controls, messages

ROOT = Path(__file__).resolve().parents[1]

st.set_page_config(page_title="Embedding Explorer", page_icon=str(ROOT / "explorer" / "static" / "icon.png"), layout="wide")

FRONT = "neighbours"
PAGES = [
    ("neighbours", "Neighbours", ":material/hub:", "The words nearest to a word or an expression, and a map of them."),
    ("analogies", "Analogies", ":material/compare_arrows:", "a is to a' as b is to what? Ranking, parallelogram, methods side by side."),
    (
        "directions",
        "Directions",
        ":material/arrow_outward:",
        "What word pairs share: capital, gender, tense, and how much chance explains.",
    ),
    ("map", "Map", ":material/scatter_plot:", "Word lists, frequent words or a neighbourhood in two or three dimensions."),
    ("one_hot", "One-hot", ":material/grid_on:", "Why one-hot vectors cannot tell near from far, beside the embedding."),
    ("word_lists", "Word lists", ":material/list_alt:", "Drop in your own words and use them everywhere as @name."),
    (
        "evaluation",
        "Evaluation",
        ":material/fact_check:",
        "How many analogies a space answers, and how well it agrees with people's ratings, beside other spaces.",
    ),
    ("vectors", "Vectors", ":material/database:", "Open your own word vectors, fetch official ones, and see how they were read."),
]

shown = [
    st.Page(
        ROOT / "pages" / f"{file}.py", title=title, icon=icon, help=help, default=file == FRONT, url_path="front" if file == FRONT else file
    )
    for file, title, icon, help in PAGES
]
# The default page lives at the root alone; its own name in an address must find it too.
alias = st.Page(ROOT / "pages" / "neighbours.py", title="Neighbours", icon=":material/hub:", url_path="neighbours", visibility="hidden")
page = st.navigation([*shown, alias])
with st.sidebar:
    controls.space_picker()
with messages.told():
    page.run()
