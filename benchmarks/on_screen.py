"""When a text came onto the screen of a real browser, told by the page itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Page

from benchmarks.measure import ROOT
from scripts import app_server
from scripts.app_server import Server, running_app

ECHO_LABEL, ECHO_START = "Word or expression", "piano"
ECHO = f"""
import streamlit as st

text = st.text_input({ECHO_LABEL!r}, {ECHO_START!r})
st.markdown(f"Nearest to `{{text}}`: nothing.")
"""
"""The peer: the least that Streamlit can do between Enter and a text on the screen."""

# The page looks at itself after each change. A text that is found is on the screen with the next frame: the clock is read after it.
# Clicks and keys are noted as the browser got them, so that the time of the driver that sends them is not counted.
WATCH = """
window.onScreen = { pressed: null, awaited: {}, seen: {} }
window.expectTexts = (awaited) => { window.onScreen = { pressed: null, awaited, seen: {} }; look() }
const now = () => performance.timeOrigin + performance.now()
const look = () => {
  const { awaited, seen } = window.onScreen
  for (const [name, { within, texts }] of Object.entries(awaited)) {
    if (name in seen) continue
    const shown = [...document.querySelectorAll(within)].map((element) => element.textContent)
    if (!shown.some((text) => texts.every((part) => text.includes(part)))) continue
    seen[name] = null
    requestAnimationFrame(() => setTimeout(() => { seen[name] = now() }))
  }
}
const note = (event) => { if (event.key === "Enter") window.onScreen.pressed = performance.timeOrigin + event.timeStamp }
addEventListener("keydown", note, true)
new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true })
"""
ALL_SEEN = "() => Object.keys(onScreen.awaited).every((name) => onScreen.seen[name])"


@contextmanager
def running_echo(folder: Path) -> Iterator[Server]:
    """The minimal app with the real app's configuration, served in the same way."""
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    (folder / "streamlit_app.py").write_text(ECHO, encoding="utf-8")
    with patch.object(app_server, "ROOT", folder), running_app(folder) as server:
        yield server


class Awaited(dict[str, dict[str, object]]):
    """Texts by name, each with the CSS selector of the element that must hold all of its parts."""

    def text(self, name: str, within: str, parts: Sequence[str]) -> Awaited:
        """The same with one more."""
        return Awaited({**self, name: {"within": within, "texts": list(parts)}})


def watch(page: Page, awaited: Awaited) -> None:
    """Let a page that is about to open look for the texts from its first moment."""
    page.add_init_script(WATCH + f"expectTexts({to_script(awaited)})")


def to_script(awaited: Mapping[str, object]) -> str:
    """The texts as JavaScript."""
    return json.dumps(awaited)


def seen(page: Page, seconds: float = 30) -> dict[str, float]:
    """When each awaited text was on the screen, in seconds since 1970. Raises Playwright's TimeoutError when one never is."""
    page.wait_for_function(ALL_SEEN, timeout=seconds * 1000, polling=100)
    return {name: float(at) / 1000 for name, at in page.evaluate("onScreen.seen").items()}


def enter(page: Page, label: str, text: str, awaited: Awaited) -> dict[str, float]:
    """Type the text into the input, press Enter, and return the seconds from the key to each awaited text."""
    page.get_by_label(label, exact=True).fill(text)
    page.evaluate("(awaited) => expectTexts(awaited)", awaited)
    page.keyboard.press("Enter")
    found = seen(page)
    pressed = float(page.evaluate("onScreen.pressed")) / 1000
    return {name: at - pressed for name, at in found.items()}
