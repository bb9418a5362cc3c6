"""What this reader chose. The only file that touches st.session_state and st.query_params."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from embeddings import catalog, views, word_lists
from embeddings.errors import EmbeddingsError, StorageError
from embeddings.query import Lists, quoted
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import WordVectors
from explorer import cached

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

ADDRESS: Final = "query-params"


def space() -> WordVectors:
    """The space this reader chose in the sidebar: shared, frozen, memory-mapped."""
    with st.spinner("Opening the space…"):
        wv = cached.space(views.named(space_name(), view_name()))
    if view_name():
        st.caption(f":material/visibility: Asked of **{wv.name}**, a view of the space.")  # a name of letters, digits and dashes
    return wv


def asked_in_address(name: str) -> str | None:
    """What the address asks for under that name, None where it asks for nothing. Read before the widget tidies it."""
    return st.query_params.get(name)


def all_asked_in_address(name: str) -> list[str]:
    """Everything the address asks for under that name. Read before the widget tidies it."""
    return st.query_params.get_all(name)


def link() -> str:
    """The address that reopens this view."""
    url = st.context.url or ""
    params = [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
    return f"{url}?{urlencode(params)}" if params else url


def set_value(key: str, value: object) -> None:
    """Put a value into a widget; for callbacks, which run before the widgets."""
    st.session_state[key] = value


def value(key: str, default: object = None) -> object:
    """What a widget or a step before holds under that key."""
    return st.session_state.get(key, default)


def asking(key: str) -> None:
    """Note which input the page's query comes from, so that a near spelling can be put into it."""
    st.session_state["asked_key"] = key


def asked_key() -> str | None:
    """The input that the page's query comes from."""
    return st.session_state.get("asked_key")


def replace_word(word: str, near: str) -> None:
    """Put a near spelling in the place of an absent word in the page's query; for callbacks."""
    key = asked_key()
    if key is None:
        return
    text = str(st.session_state.get(key, ""))
    whole = rf'(?<![^\s"*,;]){re.escape(word)}(?![^\s",;])'
    st.session_state[key] = re.sub(rf'"{re.escape(word)}"|{whole}', lambda _: quoted(near), text)


def lists() -> Lists:
    """The word lists this reader can name: those in the box, those kept on disk, those of this session."""
    kept, _ = cached.kept_lists()
    return {**word_lists.box(), **kept, **st.session_state.get("session_lists", {})}


def own_lists() -> Lists:
    """The reader's own lists, without those in the box."""
    kept, _ = cached.kept_lists()
    return {**kept, **st.session_state.get("session_lists", {})}


def session_lists() -> Lists:
    """The reader's lists that could not be kept on disk: this session alone knows them."""
    return dict(st.session_state.get("session_lists", {}))


def list_troubles() -> tuple[str, ...]:
    """What is wrong with kept lists that cannot be read, in sentences."""
    return cached.kept_lists()[1]


def keep_list(new: WordList | PairList) -> str:
    """Keep a list for this visit and the next; returns what was done as a sentence.

    Nothing is lost: a name that is taken by other words gets a number, and where the folder cannot be written the list is
    kept for this session, which the sentence says.
    """
    named = replace(new, name=_free_name(new))
    n, what = (len(named.pairs), "pair") if isinstance(named, PairList) else (len(named.words), "word")
    size = f"{n:,} {what}{'' if n == 1 else 's'}"
    renamed = [f"There is another @{new.name}, so it has this name."] if named.name != new.name else []
    told = " ".join(["", *renamed, *named.notes])
    try:
        word_lists.save(named, word_lists.lists_folder())
    except StorageError as error:
        st.session_state["session_lists"] = {**st.session_state.get("session_lists", {}), named.name: named}
        return f"@{named.name}: {size}, for this session only.{told} {error}"
    return f"@{named.name}: {size}, kept for your next visit.{told}"


def _free_name(new: WordList | PairList) -> str:
    taken = lists()
    names = [new.name, f"my-{new.name}"[:60], *(f"{new.name[:56]}-{number}" for number in range(2, 1000))]
    own = own_lists()
    return next(name for name in names if name not in taken or (name in own and _same(taken[name], new)))


def _same(old: WordList | PairList, new: WordList | PairList) -> bool:
    return type(old) is type(new) and old.words == new.words and getattr(old, "pairs", None) == getattr(new, "pairs", None)


def take_files(files: list[tuple[str, bytes]]) -> None:
    """Read dropped files and keep their lists, then run the page again with an empty drop zone."""
    said = []
    for name, data in files:
        try:
            said += [(keep_list(listed), True) for listed in word_lists.read(data, name)]
        except EmbeddingsError as error:
            said.append((str(error), False))
    st.session_state["list_said"] = said
    st.session_state["drop_turn"] = st.session_state.get("drop_turn", 0) + 1
    st.rerun()


def keep_pasted(name: str, text: str) -> None:
    """Keep what was pasted, and empty the box when that worked; for callbacks."""
    try:
        st.session_state["list_said"] = [(keep_list(word_lists.paste(text, name)), True)]
    except EmbeddingsError as error:
        st.session_state["list_said"] = [(str(error), False)]
        return
    st.session_state["paste_text"] = ""


def forget_list(name: str) -> None:
    """Remove one of the reader's own lists; for callbacks."""
    mine = dict(st.session_state.get("session_lists", {}))
    try:
        if mine.pop(name, None) is None:
            word_lists.remove(name, word_lists.lists_folder())
    except EmbeddingsError as error:
        st.session_state["list_said"] = [(str(error), False)]
        return
    st.session_state["session_lists"] = mine
    st.session_state["list_said"] = [(f"@{name} was removed.", True)]


def take_said() -> list[tuple[str, bool]]:
    """Sentences left by a callback for the next run, each told once, with whether it went well."""
    said: list[tuple[str, bool]] = st.session_state.pop("list_said", [])
    return said


def say(where: str, sentence: str, good: bool = True) -> None:
    """Leave a sentence for that part of a page, told once in the next run; for callbacks."""
    st.session_state[f"said_{where}"] = [*st.session_state.get(f"said_{where}", []), (sentence, good)]


def take_told(where: str) -> list[tuple[str, bool]]:
    """The sentences left for that part of a page, each told once, with whether it went well."""
    said: list[tuple[str, bool]] = st.session_state.pop(f"said_{where}", [])
    return said


def space_name() -> str:
    """The name of the space this reader chose in the sidebar."""
    return str(st.session_state.get("space") or catalog.DEFAULT)


def view_name() -> str:
    """The view of the space that this reader chose in the sidebar, with its number; "" for the space as stored."""
    name = str(st.session_state.get("view") or "")
    number = st.session_state.get("view_d") if name in views.VIEWS and views.VIEWS[name].counted else None
    return "" if name == views.STORED else f"{name} {number}" if number else name


def newly_asked_in_address(name: str) -> str | None:
    """What the address asks for under that name where a link has put it there since the last run, None else.

    A widget that is bound to the address follows it at its first run only, and a link within the app changes it later.
    To be called once in a run, before the widget; `settle` is called after it.
    """
    asked, seen = st.query_params.get(name), st.session_state.get(f"seen_{name}", ())
    st.session_state[f"seen_{name}"] = (asked,)
    return asked if asked not in seen and asked != st.session_state.get(name) else None


def settle(name: str) -> None:
    """Note what a widget holds: the address will say the same, and that is no new wish."""
    st.session_state[f"seen_{name}"] = (*st.session_state.get(f"seen_{name}", ()), st.session_state.get(name))


def release(file: UploadedFile) -> None:
    """Let go of what the server holds of a dropped file.

    Streamlit keeps it for the whole visit: a drop zone that comes back under another key does not give its files up.
    """
    context = get_script_run_ctx()
    forget = getattr(context and context.uploaded_file_mgr, "remove_file", None)  # only the store in memory has it
    if context and forget:
        forget(session_id=context.session_id, file_id=file.file_id)
    file.close()
