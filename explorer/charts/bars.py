"""Rankings and values as bars and dots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
    figure = style.dress(go.Figure(bars), 60 + 30 * max(4, min(len(values), 50)))
    figure.update_layout(bargap=0.25)
    figure.update_xaxes(title_text="Euclidean distance (smaller is nearer)" if distance else _axis(found), zeroline=True)
    figure.update_xaxes(range=_range(values, distance), showgrid=False)
    return _word_rows(figure, found.words)


def _axis(found: Ranking) -> str:
    return "Cosine (−1 to 1)" if found.query.method == "3cosadd" else f"{SCORES[found.query.method].title} score"


def _range(values: np.ndarray, distance: bool) -> list[float]:
    low, high = min(0.0, float(values.min(initial=0))), float(values.max(initial=0))
    return [low, high * 1.02 if distance or high > 1 else 1.0]


def _word_rows(figure: go.Figure, words: Sequence[str], every: bool = True) -> go.Figure:
    shown = [text(word if len(word) <= 28 else word[:26] + "…") for word in words]
    ticks = np.arange(len(words) if every else 0)
    rows = {"range": [len(words) - 0.5, -0.5], "showgrid": False, "zeroline": False}
    figure.update_yaxes(tickvals=ticks, ticktext=shown, tickfont={"size": 13, "color": style.INK}, **rows)
    return figure


def held_out(direction: Direction) -> go.Figure:
    """Each pair's offset against the direction of the other pairs, most parallel on top, with the mean of shuffled pairs."""
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
    figure = style.dress(go.Figure(bars), 70 + 22 * max(5, min(len(order), 40)))
    figure.update_layout(bargap=0.3)
    figure.update_xaxes(title_text="Cosine with the other pairs", range=[min(-0.2, cosines.min()), 1], zeroline=True)
    return _word_rows(figure, names, every=len(names) <= 40)


def chance(direction: Direction) -> go.Figure:
    """Mean offset cosine of the pairs as a line, over the histogram of the same mean for shuffled pairs."""
    import plotly.graph_objects as go

    evidence = direction.evidence
    bars = go.Histogram(x=evidence.shuffled, marker_color=style.GREY, nbinsx=40, name="shuffled pairs")
    figure = style.dress(go.Figure(bars), 200)
    figure.add_vline(x=evidence.offset_cosine_mean, line={"color": style.VERMILION, "width": 3})
    high = max(float(evidence.shuffled.max()), evidence.offset_cosine_mean)
    figure.add_annotation(
        x=evidence.offset_cosine_mean, y=1, yref="paper", text="these pairs", showarrow=False, xanchor="right", xshift=-6, yanchor="top"
    )
    figure.update_xaxes(title_text="Mean cosine of two offsets", range=[min(-0.1, float(evidence.shuffled.min())), high * 1.15])
    figure.update_yaxes(title_text="Shuffles", showgrid=False)
    return figure


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
    figure = style.dress(go.Figure(dots), 80 + 19 * max(6, len(ordered)))
    figure.update_xaxes(title_text=f"{text(poles[0])}  ←  cosine with the direction  →  {text(poles[1])}", zeroline=True)
    return _word_rows(figure, [word.word for word in ordered], every=len(ordered) <= 80)


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
    figure = style.dress(go.Figure(line), 300)
    figure.add_vline(x=min(n, int(sizes[-1])), line={"color": style.VERMILION, "dash": "dot"})
    figure.update_xaxes(type="log", title_text="N most frequent words (each mark ten times the one before)", dtick=1)
    figure.update_yaxes(title_text="Tokens covered", range=[0, 1.03], tickformat=".0%")
    return figure
