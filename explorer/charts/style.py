"""Colours and the frame that every picture shares. Each colour has a contrast of 3:1 or more on white and on near-black."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from plotly.basedatatypes import BaseTraceType

# Okabe & Ito's colours for all kinds of colour vision, moved in lightness until they hold on light and dark ground.
BLUE, VERMILION, GREEN, PURPLE, OCHRE, SKY, GREY = "#1f78c1", "#d55e00", "#00916a", "#b8619a", "#a87900", "#3d94c9", "#7d838c"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, OCHRE, SKY, GREY)
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x", "star")
SCALE = "Cividis"
FAINT = "rgba(125,131,140,0.45)"
INK = "#000037"  # near-black by itself, as in a saved page; Streamlit puts its theme's text colour in its place


def framed(traces: Sequence[BaseTraceType], height: int, legend: bool = False, **layout: Any) -> go.Figure:
    """The figure with the frame that all share: height in pixels, thin margins, no ground of its own, a legend on top or none.

    Built in one go with what `layout` adds: each later update of a figure costs milliseconds.
    """
    import plotly.graph_objects as go

    frame = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 34 if legend else 8, "b": 8},
        "showlegend": legend,
        # Under the picture: above it, the bar of tools would lie over it.
        "legend": {"orientation": "h", "yanchor": "top", "y": -0.06, "xanchor": "left", "x": 0, "font": {"color": INK}},
        "font": {"size": 13, "color": INK},
        "hoverlabel": {"namelength": -1},
        "modebar": {"orientation": "h"},
    }
    inked = {name: _inked(axis) for name, axis in ({"xaxis": {}, "yaxis": {}} | layout).items() if name in ("xaxis", "yaxis")}
    return go.Figure(list(traces), frame | layout | inked)


def _inked(axis: dict[str, Any]) -> dict[str, Any]:
    """The axis with its title and numbers in the colour of the text: Streamlit's own grey is faint on a projector."""
    return {"tickfont": {"color": INK, "size": 13}} | axis | {"title": {"font": {"color": INK}} | axis.get("title", {})}


def bare_axes(x: str, y: str, x_range: Sequence[float], y_range: Sequence[float], equal: bool = False) -> dict[str, Any]:
    """Axes of a map: named, with a zero line and no numbers, since only nearness is to be read; `equal` gives both one scale."""
    shared = {"showgrid": False, "zeroline": True, "zerolinecolor": FAINT, "showticklabels": False}
    x_axis = shared | {"title": _title(x), "range": list(x_range)}
    y_axis = shared | {"title": _title(y), "range": list(y_range)}
    return {"xaxis": x_axis, "yaxis": y_axis | ({"scaleanchor": "x", "scaleratio": 1} if equal else {})}


def _title(text: str) -> dict[str, Any]:
    return {"text": text, "standoff": 4, "font": {"color": INK}}


def colour(index: int) -> str:
    """The index-th colour, starting again after the last."""
    return PALETTE[index % len(PALETTE)]


def symbol(index: int) -> str:
    """The index-th mark: groups differ in shape too, and a colour that comes again has another shape."""
    return SYMBOLS[(index + index // len(PALETTE)) % len(SYMBOLS)]
