"""Draw explorer/static/icon.png: three words as dots, a fourth found where the parallelogram closes."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

SIZE, FINE = 128, 4                                                            # pixels a side; drawn four times larger
PAGE, LINE, WORD, ANSWER = "#F2F5F8", "#5E7388", "#0064A8", "#E06000"
MAN, WOMAN, KING, QUEEN = (28, 98), (78, 104), (50, 30), (100, 36)             # king - man + woman = queen, in pixels
OUT = Path(__file__).resolve().parent.parent / "explorer" / "static" / "icon.png"


def draw() -> Image.Image:
    """The icon, SIZE pixels a side, on a transparent ground."""
    image = Image.new("RGBA", (SIZE * FINE, SIZE * FINE))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle([0, 0, SIZE * FINE - 1, SIZE * FINE - 1], radius=26 * FINE, fill=PAGE)
    for start, end in [(MAN, WOMAN), (MAN, KING), (WOMAN, QUEEN), (KING, QUEEN)]:
        pen.line([_fine(start), _fine(end)], fill=LINE, width=5 * FINE)
    _arrow_head(pen, KING, QUEEN)
    for centre in (MAN, WOMAN, KING):
        _dot(pen, centre, 11, WORD)
    _dot(pen, QUEEN, 14, ANSWER)
    return image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _fine(point: tuple[float, float]) -> tuple[float, float]:
    return point[0] * FINE, point[1] * FINE


def _dot(pen: ImageDraw.ImageDraw, centre: tuple[float, float], radius: float, colour: str) -> None:
    x, y = centre
    pen.ellipse([_fine((x - radius, y - radius)), _fine((x + radius, y + radius))], fill=colour)


def _arrow_head(pen: ImageDraw.ImageDraw, start: tuple[float, float], end: tuple[float, float]) -> None:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5
    ux, uy = dx / length, dy / length
    tip, base = (end[0] - 13 * ux, end[1] - 13 * uy), (end[0] - 27 * ux, end[1] - 27 * uy)
    pen.polygon([_fine(tip), _fine((base[0] - 8 * uy, base[1] + 8 * ux)), _fine((base[0] + 8 * uy, base[1] - 8 * ux))], fill=LINE)


if __name__ == "__main__":
    OUT.parent.mkdir(parents=True, exist_ok=True)
    draw().save(OUT, optimize=True)
    print(OUT.relative_to(Path.cwd()) if OUT.is_relative_to(Path.cwd()) else OUT)
