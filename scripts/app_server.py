"""The real app as a process of its own, and a real Chromium that notes every request: for browser tests and screenshots."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect

ROOT = Path(__file__).resolve().parent.parent
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}
LOCAL_SCHEMES = {"data", "blob", "about", "chrome-error"}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",   # as if there were no network
]

# Ends the server when the process that started it is gone, however that ended: its end of the pipe closes.
KEEPER = """
import os, signal, subprocess, sys, threading
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
signal.signal(signal.SIGTERM, signal.SIG_IGN)      # the server hears it too, and ends first
threading.Thread(target=lambda: (sys.stdin.read(), os.killpg(0, signal.SIGKILL)), daemon=True).start()
sys.exit(server.wait())
"""


class OutsideRequest(AssertionError):
    """The app asked for something that is not on this computer."""


# ---------------------------------------------------------------------------------------------------- the app


@dataclass(frozen=True)
class Server:
    """A running app: its address without a slash at the end, its log, and the data folder it was given."""

    url: str
    log: Path
    home: Path
    process: subprocess.Popen[bytes]


@contextmanager
def running_app(folder: Path, *, seconds: float = 60, **environment: str) -> Iterator[Server]:
    """The app on a free port of 127.0.0.1, its data folder and log in `folder`. It ends with the block.

    `environment` is added to this process's. Raises RuntimeError with the end of the log when it does not answer in `seconds`.
    """
    home, log = folder / "home", folder / "server.log"
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port), "--server.fileWatcherType", "none"]
    settings = os.environ | {"EMBEDDINGS_HOME": str(home), "PYTHONUNBUFFERED": "1"} | environment
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", KEEPER, *command],
            cwd=ROOT, env=settings, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    server = Server(f"http://127.0.0.1:{port}", log, home, process)
    try:
        _wait_until_healthy(server, seconds)
        yield server
    finally:
        _end(process)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(server: Server, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))      # this computer is not behind its own proxy
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with direct.open(server.url + "/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    state = "ended" if server.process.poll() is not None else f"did not answer within {seconds:.0f} s"
    raise RuntimeError(f"The app {state}. Its log:\n{server.log.read_text(errors='replace')[-4000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the server and everything that it started: its process group, nothing else."""
    for sign, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, sign)
            process.wait(patience)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    if process.stdin:
        process.stdin.close()


# ---------------------------------------------------------------------------------------------------- the browser


def launch_chromium(playwright: Playwright) -> Browser:
    """A headless Chromium: the one that the environment's CHROMIUM names, else this system's, else Playwright's own."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    return playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)


@dataclass
class Traffic:
    """What the pages of one browser context asked for, and the errors they wrote on the console."""

    requests: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)

    @property
    def outside(self) -> list[str]:
        """The addresses that are not on this computer."""
        return sorted({url for url in self.requests if is_outside(url)})

    def watch(self, context: BrowserContext) -> None:
        """Note everything that this context's pages do from now on."""
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.console_errors.append(str(error.error)))
        context.on("page", lambda page: page.on("websocket", lambda socket: self.requests.append(socket.url)))

    def _hear(self, message: ConsoleMessage) -> None:
        """Keep what is said as an error. A deep link first asks for /map/_stcore/health: that 404 is no fault of the app."""
        asked_of_a_page = urlsplit(message.location["url"]).path.endswith(("/_stcore/health", "/_stcore/host-config"))
        if message.type == "error" and not asked_of_a_page:
            self.console_errors.append(message.text)

    def note_links(self, page: Page) -> None:
        """Note icons and style sheets too: Playwright does not report the request for an icon."""
        if not page.is_closed():
            self.requests += page.evaluate("[...document.querySelectorAll('link[href]')].map(link => link.href)")


def is_outside(url: str) -> bool:
    """Whether an address leads off this computer.

    >>> is_outside("https://fonts.example/a.woff2"), is_outside("ws://127.0.0.1:8501/_stcore/stream"), is_outside("data:,a")
    (True, False, False)
    """
    parts = urlsplit(url)
    if parts.scheme == "blob":
        return is_outside(parts.path)
    return parts.scheme not in LOCAL_SCHEMES and parts.hostname not in LOCAL_HOSTS


@contextmanager
def visit(browser: Browser, *, outside_allowed: bool = False, **options: Any) -> Iterator[tuple[Page, Traffic]]:
    """A page in a context of its own (`options` are Playwright's) and its traffic. Raises OutsideRequest at the end."""
    traffic = Traffic()
    context = browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | options))
    traffic.watch(context)
    try:
        yield context.new_page(), traffic
        for page in context.pages:
            traffic.note_links(page)
    finally:
        context.close()
    if traffic.outside and not outside_allowed:
        raise OutsideRequest("The app must not need the network, but asked for " + ", ".join(traffic.outside))


def open_page(page: Page, server: Server, path: str = "/", **params: Any) -> Page:
    """Open a page of the app by its path, with query parameters, and wait until it is drawn."""
    query = "?" + urlencode(params, doseq=True) if params else ""
    page.goto(f"{server.url}/{path.lstrip('/')}{query}")
    return settled(page)


def settled(page: Page, seconds: float = 30) -> Page:
    """Wait until the script has run and nothing spins. After a click too: what it starts is under way within 150 ms."""
    milliseconds = seconds * 1000
    page.wait_for_timeout(150)                                                 # a click needs a moment to reach the server
    app = page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED][data-test-script-state=notRunning]")
    expect(app).to_have_count(1, timeout=milliseconds)
    expect(page.get_by_test_id("stSpinner")).to_have_count(0, timeout=milliseconds)
    expect(app).to_have_count(1, timeout=milliseconds)                         # the spinner's end may have started another run
    return page
