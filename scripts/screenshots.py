"""Take pictures of every page, light and dark, wide and narrow: `make screenshots`, `python scripts/screenshots.py --help`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from scripts.app_server import launch_chromium, open_page, running_app, settled, visit  # noqa: E402

# Paths in the address. "" is the front page, Neighbours: Streamlit answers the default page's own name with "Page not found".
PAGES = ["", "analogies", "directions", "map", "one_hot", "word_lists", "evaluation", "vectors"]
WIDTHS = [1440, 800]
SCHEMES = ["light", "dark"]
HEIGHT, TALLEST = 900, 6_000                                                   # pixels


def shoot(page: Page, path: Path, whole: bool, scale: float) -> int:
    """Write what the page shows as a PNG, and return its size in bytes. `whole` takes the part below the fold too."""
    if whole:
        _grow_to_content(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(600)                                                             # charts fade in
    page.screenshot(path=path, animations="disabled", caret="hide")
    return _shrink(path, scale)


def _grow_to_content(page: Page) -> None:
    """Make the window as tall as the page: Streamlit scrolls inside it. Twice, because the page may grow with its window."""
    for _ in range(2):
        width = (page.viewport_size or {"width": WIDTHS[0]})["width"]
        page.set_viewport_size({"width": width, "height": max(HEIGHT, min(_final_height(page), TALLEST))})
        settled(page)


def _final_height(page: Page) -> int:
    """The content's height in pixels, once it has stayed the same for a second. Charts and tables grow after they are drawn."""
    heights: list[int] = []
    while len(heights) < 40 and (len(heights) < 5 or len(set(heights[-5:])) > 1):
        heights.append(int(page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")))
        page.wait_for_timeout(250)
    return heights[-1]


def _shrink(path: Path, scale: float) -> int:
    """The same picture in 256 colours, which a chart hardly shows."""
    with Image.open(path) as image:
        picture = image.convert("RGB")
    if scale != 1:
        picture = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS)
    picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size


def file_name(path: str, width: int, scheme: str) -> str:
    """The picture's name: page, width, scheme.

    >>> file_name("", 800, "dark")
    'home-800-dark.png'
    """
    return f"{path.strip('/') or 'home'}-{width}-{scheme}.png"


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images", help="folder for the pictures")
    parser.add_argument("--pages", nargs="+", default=PAGES, help="paths in the address; home or '' is the front page")
    parser.add_argument("--widths", nargs="+", type=int, default=WIDTHS, help="pixels")
    parser.add_argument("--schemes", nargs="+", choices=SCHEMES, default=SCHEMES, help="light, dark or both")
    parser.add_argument("--whole", action="store_true", help="the whole page, not only what a window shows first")
    parser.add_argument("--scale", type=float, default=1.0, help="pixels of the picture for each of the page")
    parser.add_argument("--url", default="", help="the rest of the address, as in q=king")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    asked = arguments(argv)
    asked.out.mkdir(parents=True, exist_ok=True)
    params: dict[str, Any] = dict(pair.split("=", 1) for pair in asked.url.split("&") if pair)
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as server, sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        for scheme in asked.schemes:
            for width in asked.widths:
                with visit(browser, color_scheme=scheme, viewport={"width": width, "height": HEIGHT}) as (page, _):
                    for path in ("" if name == "home" else name for name in asked.pages):
                        start = time.perf_counter()
                        page.set_viewport_size({"width": width, "height": HEIGHT})
                        open_page(page, server, path, **params)
                        name = file_name(path, width, scheme)
                        size = shoot(page, asked.out / name, asked.whole, asked.scale)
                        print(f"{name:40} {size / 1000:6.0f} kB {time.perf_counter() - start:5.1f} s")
        browser.close()


if __name__ == "__main__":
    main()
