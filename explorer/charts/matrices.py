"""Distances between words as squares of colour, and the two-dimensional pictures that come from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from explorer.charts import labels, style
from explorer.charts.labels import text

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


def heatmap(words: Sequence[str], values: np.ndarray, high: float) -> go.Figure:
    """(n, n) distances of words, dark for near; the colour runs from 0 to `high`, numbers are printed up to 12 words."""
    import plotly.graph_objects as go

    shown = [text(word if len(word) <= 16 else word[:14] + "…") for word in words]
    n = len(words)
    tints = go.Heatmap(
        z=values,
        x=np.arange(n),
        y=np.arange(n),
        zmin=0,
        zmax=high,
        colorscale=style.SCALE,
        text=[[f"{value:.2f}" for value in line] for line in values] if n <= 12 else None,
        texttemplate="%{text}" if n <= 12 else None,
        customdata=np.array([[f"{text(a)} and {text(b)}" for b in words] for a in words], object),
        hovertemplate="%{customdata}<br>distance %{z:.3f}<extra></extra>",
        colorbar={"thickness": 12, "len": 0.9},
        xgap=1,
        ygap=1,
    )
    names = {"tickvals": list(range(n)), "ticktext": shown, "showgrid": False}
    down = names | {"range": [n - 0.5, -0.5]}
    return style.framed([tints], 120 + 34 * max(n, 6), xaxis=names | {"tickangle": -40}, yaxis=down)


def points(words: Sequence[str], places: np.ndarray, tint: str = style.BLUE) -> go.Figure:
    """Words at (n, 2) places, both axes on one scale so that lengths can be compared."""
    import plotly.graph_objects as go

    spots = labels.spots(words, places, width=420, height=380)
    shown = [text(word) for word in words]
    marks = go.Scatter(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers+text",
        text=[labels.short(word) if spot else "" for word, spot in zip(words, spots, strict=True)],
        textposition=[spot or "top center" for spot in spots],
        textfont={"size": 12, "color": style.INK},
        marker={"color": tint, "size": 10},
        hovertext=np.array(shown, object),
        hovertemplate="%{hovertext}<extra></extra>",
    )
    return style.framed([marks], 420, **style.bare_axes("", "", *labels.ranges(places), equal=True))


def strip(values: np.ndarray, title: str) -> go.Figure:
    """A vector (dim,) as a strip of colours around 0."""
    import plotly.graph_objects as go

    high = float(np.abs(values).max(initial=1e-9))
    tints = go.Heatmap(
        z=values[None],
        zmin=-high,
        zmax=high,
        colorscale="RdBu",
        showscale=False,
        hovertemplate="component %{x}: %{z:.3f}<extra></extra>",
        xgap=1,
    )
    x_axis = {"title": {"text": text(title), "standoff": 2}, "showgrid": False}
    return style.framed([tints], 130, margin={"l": 8, "r": 8, "t": 8, "b": 44}, xaxis=x_axis, yaxis={"visible": False})


def memory(taken: pd.DataFrame) -> go.Figure:
    """Bytes as bars on a logarithmic axis, each with its size in words."""
    import plotly.graph_objects as go

    values = [float(value) for value in taken["bytes"]]
    bars = go.Bar(
        x=values,
        y=[text(name) for name in taken["vectors"]],
        orientation="h",
        marker_color=[style.GREY, style.BLUE],
        text=[size(value) for value in values],
        textposition="inside",
        insidetextanchor="end",
        hovertemplate="%{y}<br>%{text}<extra></extra>",
    )
    powers = [int(np.floor(np.log10(min(values)))) - 1, int(np.ceil(np.log10(max(values)))) + 0.3]
    title = {"text": "bytes, each mark ten times the one before"}
    x_axis = {"type": "log", "title": title, "range": powers, "dtick": 1, "exponentformat": "power"}
    return style.framed([bars], 170, xaxis=x_axis, yaxis={"autorange": "reversed", "type": "category"})


def size(n_bytes: float) -> str:
    """Bytes as people say them: 80.0 MB."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if n_bytes < 1000:
            return f"{n_bytes:,.0f} bytes" if unit == "bytes" else f"{n_bytes:,.1f} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:,.1f} TB"
