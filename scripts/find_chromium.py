"""Print the path of a Chromium that answers, installing one where none is. Prints an empty line where Playwright finds its own.

In order: the environment's CHROMIUM; one that this system has; as root on Debian its package; Playwright's own download.
A program counts only when it answers `--version`: Ubuntu's `chromium` package is a stub that needs snap.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_PATHS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def answers(path: str) -> bool:
    """Whether the program at this path tells its version within 20 seconds."""
    try:
        told = subprocess.run([path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0 and ("chrom" in told.stdout.lower())


def on_this_system() -> str | None:
    """Path of the first Chromium or Chrome of this system that answers."""
    found = [shutil.which(name) for name in NAMES] + [path for path in MAC_PATHS if Path(path).exists()]
    return next((path for path in found if path and answers(path)), None)


def root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def run(*command: str) -> bool:
    """Run a command, its output on standard error, and say whether it went well."""
    print("$", *command, file=sys.stderr, flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=quiet).returncode == 0


def from_debian() -> str | None:
    """Path of Debian's Chromium, after installing its package."""
    if not (root() and shutil.which("apt-get")):
        return None
    # Old lists name packages that are gone; a list that cannot be had now may still do.
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation")
    return on_this_system()


def playwright_has_its_own() -> bool:
    """Whether the Chromium that fits this Playwright lies where Playwright looks for it, and answers."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return answers(playwright.chromium.executable_path)


def from_playwright() -> bool:
    with_system_libraries = ["--with-deps"] if root() and shutil.which("apt-get") else []
    run(sys.executable, "-m", "playwright", "install", *with_system_libraries, "chromium")
    return playwright_has_its_own()


def find() -> str | None:
    """Path of a Chromium, "" for Playwright's own, None where none can be had."""
    if chosen := os.environ.get("CHROMIUM"):
        return chosen if answers(chosen) else None
    if path := on_this_system():
        return path
    if playwright_has_its_own():
        return ""
    if path := from_debian():
        return path
    return "" if from_playwright() else None


if __name__ == "__main__":
    path = find()
    if path is None:
        asked = os.environ.get("CHROMIUM")
        sys.exit(
            f"CHROMIUM={asked} does not answer --version. Name a Chromium or Chrome that runs, or leave CHROMIUM unset."
            if asked
            else "The browser tests need a Chromium or Chrome, and none could be found or installed. "
            "Install one (Debian: apt-get install chromium), or name it: make test CHROMIUM=/path/to/chromium"
        )
    print(path)
