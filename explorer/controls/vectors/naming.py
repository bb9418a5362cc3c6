"""The name of a space that is about to be made."""

from __future__ import annotations

from collections.abc import Callable, Collection

import streamlit as st

from explorer import brought, session
from explorer.messages import plain


def space_name(key: str, free: Callable[[], str], taken: Collection[str], width: int = 420) -> bool:
    """A field for the name of a space; True where what it holds will do. `free` proposes a name that is not taken.

    A proposed name that somebody else took meanwhile moves on to the next free one, while the field is untouched.
    """
    held, proposed = session.value(key), session.value(f"{key}_proposed")
    if held is None or (held == proposed and held in taken):
        session.set_value(f"{key}_proposed", free())
        session.set_value(key, session.value(f"{key}_proposed"))
    name = st.text_input("Name of the space", key=key, max_chars=60, width=width)
    trouble = brought.name_trouble(name, taken)
    if trouble:
        st.caption(f":material/error: {plain(trouble)}")
    return not trouble


def held_name(where: str, key: str, taken: Collection[str]) -> str:
    """The name that the field holds at a click, "" where it will not do, which is left to be told in `where`; for callbacks."""
    name = str(session.value(key) or "")
    trouble = brought.name_trouble(name, taken)
    if trouble:
        session.say(where, trouble, good=False)
    return "" if trouble else name
