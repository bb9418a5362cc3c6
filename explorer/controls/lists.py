"""Word lists: choosing, dropping, pasting, removing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import streamlit as st

from embeddings.query import Query, Term
from embeddings.word_lists import PairList, WordList
from explorer import session
from explorer.messages import plain

PAGES = Path(__file__).resolve().parents[2] / "pages"


def tell_missing(key: str, there: Collection[str]) -> None:
    """Name the lists that the address asks for and that are not here."""
    missing = [name for name in session.all_asked_in_address(key) if name not in there]
    if missing:
        shown = ", ".join(f"@{name[:60]}" for name in missing)
        st.warning(plain(f"The address asks for {shown}, which is not among the lists here."), icon=":material/link_off:")


def pick_lists(key: str, label: str, start: Sequence[str]) -> list[WordList | PairList]:
    """Several of the lists this reader can name."""
    lists = session.lists()
    tell_missing(key, lists)
    chosen = st.multiselect(label, sorted(lists), default=[name for name in start if name in lists], key=key, bind=session.ADDRESS)
    return [lists[name] for name in chosen]


def any_list(key: str, label: str, start: str) -> WordList | PairList:
    """One of all lists, the reader's own first."""
    lists, own = session.lists(), session.own_lists()
    tell_missing(key, lists)
    names = sorted(lists, key=lambda name: (name not in own, name))
    chosen = st.selectbox(label, names, index=names.index(start) if start in names else 0, key=key, bind=session.ADDRESS, width=360)
    return lists[chosen]


def mean_of(listed: WordList | PairList) -> Query:
    """The query for the mean of a list."""
    return Query((Term(listed.name, is_list=True),), k=12)


def list_actions(listed: WordList | PairList) -> None:
    """What can be done with a list: open it on another page, remove it if it is the reader's own."""
    with st.container(horizontal=True, gap="small"):
        if isinstance(listed, PairList):
            _link("directions", "Open in Directions", ":material/arrow_outward:", {"pairs": listed.name})
        _link("map", "Open on the map", ":material/scatter_plot:", {"map_of": "Word lists", "lists": listed.name})
        if listed.name in session.own_lists():
            with st.popover("Remove", icon=":material/delete:"):
                st.markdown(f"Remove @{plain(listed.name)} for good?")
                st.button("Yes, remove it", on_click=session.forget_list, args=(listed.name,), key="remove", type="primary")


def _link(page: str, label: str, icon: str, params: dict[str, str]) -> None:
    st.page_link(str(PAGES / f"{page}.py"), label=label, icon=icon, query_params=params)


def drop_lists() -> None:
    """The place to drop files or paste words, and what became of them."""
    with st.container(border=True):
        turn = session.value("drop_turn", 0)
        files = st.file_uploader(
            "Drop word lists here: txt, csv or json, several at once",
            accept_multiple_files=True,
            key=f"drop_{turn}",
            max_upload_size=20,
            help="A word a line, or a table; two columns make pairs. UTF-8, UTF-16 or Windows text; what was guessed is told.",
        )
        with st.popover("Paste words", icon=":material/content_paste:"):
            name = st.text_input("Name", "my-words", key="paste_name", persist_state="session")
            text = st.text_area(
                "Words, one a line or with commas", key="paste_text", persist_state="session", placeholder="cat\ndog\nhorse"
            )
            st.button(
                "Keep this list", on_click=_keep_pasted, type="primary", disabled=not text.strip(), key="paste_keep", args=(name, text)
            )
    if files:
        session.take_files([(file.name, file.getvalue()) for file in files])
    for sentence, good in session.take_said():
        (st.success if good else st.error)(plain(sentence), icon=":material/check_circle:" if good else ":material/error:")
    for trouble in session.list_troubles():
        st.warning(plain(trouble), icon=":material/warning:")


def _keep_pasted(name: str, text: str) -> None:
    session.keep_pasted(str(session.value("paste_name", name)), str(session.value("paste_text", text)))
