"""Rankings and values as bars and dots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.analogy import SCORES
from embeddings.direction import Direction, Placed
from embeddings.query import Ranking
from explorer.charts import style
from explorer.charts.labels import text

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


def ranking(found: Ranking) -> go.Figure:
    """Best word on top, a bar as long as its score; distances (Euclid) are drawn as distances, shortest on top."""
    import plotly.graph_objects as go

    distance = found.query.method == "euclid"
    values = -np.array(found.scores) if distance else np.array(found.scores)
    bars = go.Bar(
        x=values,
        y=np.arange(len(values)),
        orientation="h",
        marker_color=[style.VERMILION, *[style.BLUE] * (len(values) - 1)],
        text=[f"{value:.3f}" for value in values],
        textposition="auto",
        customdata=np.array([[text(word), row + 1] for word, row in zip(found.words, found.rows, strict=True)], object),
        hovertemplate="%{customdata[0]}<br>%{x:.4f}<br>place %{customdata[1]:,} in the vocabulary<extra></extra>",
    )
    title = "Euclidean distance (smaller is nearer)" if distance else _axis(found)
    x_axis = {"title": {"text": title}, "zeroline": True, "range": _range(values, distance), "showgrid": False}
    height = 60 + 30 * max(4, min(len(values), 50))
    return style.framed([bars], height, bargap=0.25, margin=room(found.words), xaxis=x_axis, yaxis=word_rows(found.words))


def _axis(found: Ranking) -> str:
    return "Cosine (−1 to 1)" if found.query.method == "3cosadd" else f"{SCORES[found.query.method].title} score"


def _range(values: np.ndarray, distance: bool) -> list[float]:
    low, high = min(0.0, float(values.min(initial=0))), float(values.max(initial=0))
    return [low, high * 1.02 if distance or high > 1 else 1.0]


def room(words: Sequence[str]) -> dict[str, int]:
    """Margins that hold the longest word also in a saved picture, whose font may be wider than the page's."""
    return {"l": 16 + 8 * min(max((len(word) for word in words), default=0), 28), "r": 12, "t": 8, "b": 8}


def word_rows(words: Sequence[str], every: bool = True) -> dict[str, Any]:
    """The axis of words under each other, first on top; their names where `every` row has room for one."""
    shown = [text(word if len(word) <= 28 else word[:26] + "…") for word in words]
    rows = {"range": [len(words) - 0.5, -0.5], "showgrid": False, "zeroline": False}
    names = {"tickvals": list(range(len(words) if every else 0)), "ticktext": shown, "tickfont": {"size": 13, "color": style.INK}}
    return rows | names


def held_out(direction: Direction) -> go.Figure:
    """Each pair's offset against the direction of the other pairs, most parallel on top."""
    import plotly.graph_objects as go

    cosines = direction.evidence.held_out
    order = np.argsort(-cosines, kind="stable")
    names = [f"{direction.pairs[at][0]} → {direction.pairs[at][1]}" for at in order]
    bars = go.Bar(
        x=cosines[order],
        y=np.arange(len(order)),
        orientation="h",
        marker_color=style.BLUE,
        customdata=np.array([text(name) for name in names], object),
        hovertemplate="%{customdata}<br>cosine %{x:.3f}<extra></extra>",
    )
    x_axis = {"title": {"text": "Cosine with the other pairs"}, "range": [min(-0.2, float(cosines.min())), 1], "zeroline": True}
    height = 70 + 22 * max(5, min(len(order), 40))
    return style.framed([bars], height, bargap=0.3, margin=room(names), xaxis=x_axis, yaxis=word_rows(names, every=len(names) <= 40))


def chance(direction: Direction) -> go.Figure:
    """Mean offset cosine of the pairs as a line, over the histogram of the same mean for shuffled pairs."""
    import plotly.graph_objects as go

    evidence = direction.evidence
    bars = go.Histogram(x=evidence.shuffled, marker_color=style.GREY, nbinsx=40, name="shuffled pairs")
    mean, high = evidence.offset_cosine_mean, max(float(evidence.shuffled.max()), evidence.offset_cosine_mean)
    x_axis = {"title": {"text": "Mean cosine of two offsets"}, "range": [min(-0.1, float(evidence.shuffled.min())), high * 1.15]}
    told = {"x": mean, "y": 1, "yref": "paper", "xanchor": "right", "xshift": -6, "yanchor": "top"}
    told |= {"text": "these pairs", "showarrow": False}
    y_axis = {"title": {"text": "Shuffles"}, "showgrid": False}
    return style.framed([bars], 200, xaxis=x_axis, yaxis=y_axis, annotations=[told], shapes=[_upright(mean, "solid")])


def _upright(x: float, dash: str) -> dict[str, Any]:
    """A line from bottom to top at x."""
    line = {"color": style.VERMILION, "width": 3, "dash": dash}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def placed(words: Sequence[Placed], poles: tuple[str, str]) -> go.Figure:
    """Words along a direction with their intervals, second pole on top."""
    import plotly.graph_objects as go

    ordered = sorted(words, key=lambda word: -word.value)
    values = np.array([word.value for word in ordered])
    dots = go.Scatter(
        x=values,
        y=np.arange(len(ordered)),
        mode="markers",
        marker={"color": [style.VERMILION if value > 0 else style.BLUE for value in values], "size": 9},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, word.high - word.value) for word in ordered],
            "arrayminus": [max(0.0, word.value - word.low) for word in ordered],
            "color": style.GREY,
            "thickness": 1.2,
            "width": 0,
        },
        customdata=np.array([text(word.word) for word in ordered], object),
        hovertemplate="%{customdata}<br>%{x:.3f}<extra></extra>",
    )
    title = f"{text(poles[0])}  ←  cosine with the direction  →  {text(poles[1])}"
    rows = word_rows([word.word for word in ordered], every=len(ordered) <= 80)
    return style.framed([dots], 80 + 19 * max(6, len(ordered)), xaxis={"title": {"text": title}, "zeroline": True}, yaxis=rows)


def coverage(shares: pd.DataFrame, n: int) -> go.Figure:
    """Share of a text that the N most frequent words cover, over N on a logarithmic axis; the chosen N is marked."""
    import plotly.graph_objects as go

    sizes, covered = shares["most frequent words"].to_numpy(), shares["covered"].to_numpy()
    line = go.Scatter(
        x=sizes,
        y=covered,
        mode="lines+markers",
        line={"color": style.BLUE},
        hovertemplate="%{x:,} words cover %{y:.1%}<extra></extra>",
    )
    x_axis = {"type": "log", "title": {"text": "N most frequent words (each mark ten times the one before)"}, "dtick": 1}
    y_axis = {"title": {"text": "Tokens covered"}, "range": [0, 1.03], "tickformat": ".0%"}
    return style.framed([line], 300, xaxis=x_axis, yaxis=y_axis, shapes=[_upright(min(n, int(sizes[-1])), "dot")])
