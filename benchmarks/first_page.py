"""From a fresh server that says it is ready to the first answer in a fresh browser."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from benchmarks.enter_to_ranking import FINDING, ranking_awaited
from benchmarks.measure import Measured, Run, alternate
from benchmarks.on_screen import ECHO_START, Awaited, running_echo, seen, watch
from benchmarks.report import Check, Line, Target
from scripts.app_server import Server, launch_chromium, running_app, settled, visit

ROUNDS = 5
HEAVY = ("gensim", "sklearn")
CONTROL = ("numpy", "streamlit", "embeddings.query")      # what the server does import; were they missing, the log would prove nothing
PEER = "minimal Streamlit app"


def measure() -> list[Line | Check]:
    """Five fresh servers and browsers each, in turn with the minimal app; then one server that logs its imports.

    The browser is started, with nothing in its cache, before the server; the clock runs from the first healthy answer. The server
    answers the front page's query before it says that it is ready, so the time from the start of its process stands beside.
    """
    with sync_playwright() as playwright:
        charts: list[Run] = []
        starts: list[Run] = []
        echoes: list[Run] = []

        def ours(_: int) -> Run:
            found = first_seen(playwright, running_app, ranking_awaited(ECHO_START))
            charts.append(Run(found["chart"]))
            starts.append(Run(found["chart"] + found["starting"]))
            return Run(found["sentence"])

        def echo(_: int) -> Run:
            found = first_seen(playwright, running_echo, Awaited().text("echo", FINDING, [f"Nearest to {ECHO_START}:"]))
            echoes.append(Run(found["echo"] + found["starting"]))
            return Run(found["echo"])

        found = alternate({"sentence": ours, PEER: echo}, ROUNDS)
        imported = imports_of_first_page(playwright)
    lines = {"the first answer's sentence": found["sentence"], "its chart": Measured("chart", tuple(charts))}
    timed = [Line("first_page", f"Server ready to {what}", taken, found[PEER], Target("seconds", 3)) for what, taken in lines.items()]
    whole = Measured("chart", tuple(starts)), Measured(PEER, tuple(echoes))
    return [*timed, Line("first_page", "Start of the server's process to its chart", *whole), heavy_check(imported)]


def first_seen(
    playwright: Playwright, running: Callable[[Path], AbstractContextManager[Server]], awaited: Awaited
) -> dict[str, float]:
    """Seconds from a fresh server's first healthy answer to each text in a fresh browser, and `starting`: the seconds before."""
    with tempfile.TemporaryDirectory() as folder, launch_chromium(playwright) as browser:
        began = time.time()
        with running(Path(folder) / "app") as server, visit(browser) as (page, _):
            ready = time.time()
            watch(page, awaited)
            page.goto(server.url, wait_until="commit")
            return {name: at - ready for name, at in seen(page).items()} | {"starting": ready - began}


def imports_of_first_page(playwright: Playwright) -> set[str]:
    """Every module that a fresh server has imported once the first page is drawn."""
    with (
        tempfile.TemporaryDirectory() as folder,
        launch_chromium(playwright) as browser,
        running_app(Path(folder), PYTHONPROFILEIMPORTTIME="1") as server,
        visit(browser) as (page, _),
    ):
        page.goto(server.url)
        settled(page)
        page.wait_for_timeout(3_000)                                           # what a late part would import
        return imported_modules(server.log.read_text(encoding="utf-8", errors="replace"))


def imported_modules(log: str) -> set[str]:
    """The modules in what `python -X importtime` writes."""
    return set(re.findall(r"import time:[ \d]+\|[ \d]+\|\s*(\S+)", log))


def heavy_check(imported: set[str]) -> Check:
    """Whether the server did without the heavy packages. Raises RuntimeError where the log lacks what the server must import."""
    if missing := [name for name in CONTROL if name not in imported]:
        raise RuntimeError(f"The server's import log lacks {', '.join(missing)}; it cannot show what was not imported.")
    heavy = sorted({name.partition(".")[0] for name in imported} & set(HEAVY))
    found = f"{', '.join(heavy)} imported" if heavy else f"neither among its {len(imported):,} modules"
    return Check("first_page", f"The server imports {' or '.join(HEAVY)} for the first page", found, "neither", not heavy)
