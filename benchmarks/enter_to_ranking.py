"""From Enter in the Neighbours page's line to the new ranking on the screen of a real Chromium."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.measure import Measured, Run, group_cpu
from benchmarks.on_screen import ECHO_LABEL, Awaited, enter, running_echo, watch
from benchmarks.report import Line, Target
from embeddings import catalog, query
from scripts.app_server import Server, launch_chromium, open_page, running_app, settled, visit

QUERIES = [
    "violin", "river - water", "winter", "paris - france + italy", "python", "0.5*cat + 0.5*dog", "galaxy", "bread + cheese",
    "mozart", "tokyo - japan + germany", "football", "engine", "doctor - man + woman", "elephant", "oxygen", "chess",
    "0.7*london + 0.3*rome", "thunder", "parliament", "walking - walk + swim",
]  # fmt: skip
WARM_UP = ["guitar", "lemon"]
LABEL, FINDING, CHART, K = "Word or expression", "[data-testid=stMarkdown]", ".st-key-chart_neighbours", 12


def measure() -> list[Line]:
    """The sentence with the first three words, and the chart with all twelve, beside a minimal app that echoes the line.

    Each query is asked once, so that none is remembered, and the words awaited are those that the library answers.
    """
    with ExitStack() as open_things:
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory()))
        ours = open_things.enter_context(running_app(folder / "ours"))
        echo = open_things.enter_context(running_echo(folder / "echo"))
        browser = launch_chromium(open_things.enter_context(sync_playwright()))
        page, peer = (open_things.enter_context(visit(browser))[0] for _ in range(2))
        for tab, server in ((page, ours), (peer, echo)):
            watch(tab, Awaited())
            open_page(tab, server)
        for text in WARM_UP:
            _asked(page, ours, text), _echoed(peer, echo, text)
        rounds = [(_asked(page, ours, text), _echoed(peer, echo, text)) for text in QUERIES]
    found = {name: Measured(name, tuple(asked[name] for asked, _ in rounds)) for name in ("sentence", "chart")}
    floor = Measured("text input that echoes, minimal Streamlit app", tuple(echoed for _, echoed in rounds))
    whats = {"sentence": "as a sentence with its first words", "chart": "as a chart with all its words"}
    target = Target("seconds", 0.3)
    return [Line("enter_to_ranking", f"Enter to new ranking, {what}", found[name], floor, target) for name, what in whats.items()]


def ranking_awaited(text: str) -> Awaited:
    """What the page has to show for a query."""
    found = query.answer(catalog.open_space(), query.Query.parse(text, k=K))
    sentence = [f"Nearest to {found.query}:", *found.words[:3]]
    return Awaited().text("sentence", FINDING, sentence).text("chart", CHART, found.words)


def _asked(page: Page, server: Server, text: str) -> dict[str, Run]:
    awaited = ranking_awaited(text)
    page.bring_to_front()
    before = group_cpu(server.process.pid)
    took = enter(page, LABEL, text, awaited)
    settled(page)
    cpu = _used(server, before)
    return {name: Run(wall, cpu) for name, wall in took.items()}


def _echoed(page: Page, server: Server, text: str) -> Run:
    page.bring_to_front()
    before = group_cpu(server.process.pid)
    took = enter(page, ECHO_LABEL, text, Awaited().text("echo", FINDING, [f"Nearest to {text}:"]))
    settled(page)
    return Run(took["echo"], _used(server, before))


def _used(server: Server, before: float | None) -> float | None:
    after = group_cpu(server.process.pid)
    return None if before is None or after is None else after - before
