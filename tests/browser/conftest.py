"""One server and one browser for all browser tests; a fresh context for each, which fails when a request leaves this computer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.app_server import Server, Traffic, launch_chromium, running_app, visit

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app that all browser tests share. A test that leaves something behind in it takes `start_server` instead."""
    with running_app(tmp_path_factory.mktemp("app")) as server:
        yield server


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start a fresh app with a data folder of its own: `start_server()`, or `start_server(NAME="value")` for its environment."""
    with ExitStack() as running:
        started = iter(range(1_000))
        yield lambda **environment: running.enter_context(running_app(tmp_path / f"app-{next(started)}", **environment))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium: CHROMIUM, else the one on the path, else Playwright's own."""
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture
def color_scheme() -> str:
    """Light, unless a test says `@pytest.mark.parametrize("color_scheme", ["light", "dark"])`."""
    return "light"


@pytest.fixture
def viewport() -> dict[str, int]:
    """1440 by 900, unless a test parametrizes it."""
    return {"width": 1440, "height": 900}


@pytest.fixture
def visited(browser: Browser, color_scheme: str, viewport: dict[str, int]) -> Iterator[tuple[Page, Traffic]]:
    with visit(browser, color_scheme=color_scheme, viewport=viewport) as page_and_traffic:
        yield page_and_traffic


@pytest.fixture
def page(visited: tuple[Page, Traffic]) -> Page:
    """A page in a fresh context. The test fails at its end if any request left this computer."""
    return visited[0]


@pytest.fixture
def traffic(visited: tuple[Page, Traffic]) -> Traffic:
    """What the test's `page` asked for: `requests`, and its `console_errors`."""
    return visited[1]
