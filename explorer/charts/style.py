"""Colours and the frame that every picture shares. Each colour has a contrast of 3:1 or more on white and on near-black."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Okabe & Ito's colours for all kinds of colour vision, moved in lightness until they hold on light and dark ground.
BLUE, VERMILION, GREEN, PURPLE, OCHRE, SKY, GREY = "#1f78c1", "#d55e00", "#00916a", "#b8619a", "#a87900", "#3d94c9", "#7d838c"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, OCHRE, SKY, GREY)
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x", "star")
SCALE = "Cividis"
FAINT = "rgba(125,131,140,0.45)"
INK = "#000037"  # near-black by itself, as in a saved page; Streamlit puts its theme's text colour in its place


def dress(figure: go.Figure, height: int, legend: bool = False) -> go.Figure:
    """The frame: height in pixels, thin margins, no background of its own, a horizontal legend where there is one."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 34 if legend else 8, "b": 8},
        showlegend=legend,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0, "title": None},
        font={"size": 13, "color": INK},
        hoverlabel={"namelength": -1},
        modebar={"orientation": "h"},
    )
    return figure


def bare_axes(figure: go.Figure, x: str, y: str, x_range: Sequence[float], y_range: Sequence[float]) -> go.Figure:
    """Axes of a map: named, with a zero line and no numbers, since only nearness is to be read."""
    shared = {"showgrid": False, "zeroline": True, "zerolinecolor": FAINT, "showticklabels": False, "title_standoff": 4}
    ink = {"title_font_color": INK}
    figure.update_xaxes(title_text=x, range=list(x_range), **ink, **shared)
    figure.update_yaxes(title_text=y, range=list(y_range), **ink, **shared)
    return figure


def colour(index: int) -> str:
    """The index-th colour, starting again after the last."""
    return PALETTE[index % len(PALETTE)]


def symbol(index: int) -> str:
    """The index-th mark: groups differ in shape too, and a colour that comes again has another shape."""
    return SYMBOLS[(index + index // len(PALETTE)) % len(SYMBOLS)]
