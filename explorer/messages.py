"""What a reader is told: an EmbeddingsError becomes a message with its cure, any other error is a bug and shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from embeddings.errors import EmbeddingsError, UnknownWords
from explorer import session
from explorer.starts import NotHere

JOINER = "\u2060"  # no width, no break: keeps Streamlit's own :shortcodes: and -> arrows from forming


@contextmanager
def told() -> Iterator[None]:
    """Run a part of a page; what a reader can cause or cure is told in place, and the rest of the page goes on."""
    try:
        yield
    except NotHere as error:
        st.info(plain(str(error)), icon=":material/info:")
    except UnknownWords as error:
        _unknown(error)
    except EmbeddingsError as error:
        st.error(plain(str(error)), icon=":material/error:")


def _unknown(error: UnknownWords) -> None:
    st.error(plain(str(error)), icon=":material/search_off:")
    offered = [(word, near) for word in error.words for near in error.near[word]]
    if not offered or not session.asked_key():
        return
    st.caption("Take one of these instead:")
    with st.container(horizontal=True):
        for number, (word, near) in enumerate(offered):
            key = f"near_{number}_{near}"
            st.button(plain(near), key=key, on_click=session.replace_word, args=(word, near), help=f"instead of {code(word)}")


FLAG = re.compile(r"(?<!\S)(--[a-z][a-z0-9-]*)")


def plain(text: str) -> str:
    """Text that Streamlit's Markdown shows to the letter, whatever is in it. Flags of commands stand as code, to be copied.

    Escapes stop Markdown itself; Streamlit looks for :shortcodes: and arrows such as -> after that, and only a joiner stops it.
    """
    return "".join(f"`{part}`" if FLAG.fullmatch(part) else _plain(part) for part in FLAG.split(text))


def _plain(text: str) -> str:
    parted = re.sub(r"(:)(?=[\w+-])|([-<>=~])(?=[-<>=~])", lambda sign: f"{sign[0]}{JOINER}", text)
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", parted)
    return re.sub(r"\s*\n\s*", " ", escaped)


def spoken(finding: str) -> str:
    """A finding without its Markdown, for readers who hear the page."""
    return re.sub(r"[`*\\]", "", finding)


def code(word: str) -> str:
    """A word in Markdown as code, to the letter: inside code nothing is markup, and the fence is longer than any inside."""
    longest = max((len(run) for run in re.findall("`+", word)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest or word.strip() != word else ""
    return f"{fence}{pad}{word}{pad}{fence}" if word.strip() else f"{fence} {word!r} {fence}"


def notes(sentences: tuple[str, ...]) -> None:
    """What was done to the reader's input, under it."""
    for sentence in sentences:
        st.caption(f":material/info: {plain(sentence)}")
