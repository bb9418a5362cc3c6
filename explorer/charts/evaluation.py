"""Evaluations as pictures: accuracies with intervals and published figures, ranks of expected words, ratings against cosines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.charts import style
from explorer.charts.labels import text

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

PUBLISHED = {"symbol": "diamond", "size": 10, "color": style.OCHRE, "line": {"width": 1.5, "color": "white"}}
SUMS = {"semantic", "syntactic", "total"}
STEPS = ((1, "1: right"), (2, "2"), (5, "3 to 5"), (10, "6 to 10"), (100, "11 to 100"), (1_000, "101 to 1,000"))


def sections(table: pd.DataFrame) -> go.Figure:
    """Accuracy of each section, a bar a space with its interval and coverage; what was published is a diamond.

    table: as explorer.evaluated.sections makes it, sections in the same order for every space.
    """
    import plotly.graph_objects as go

    spaces, names = list(dict.fromkeys(table["space"])), list(dict.fromkeys(table["section"]))
    traces: list[Any] = []
    for at, space in enumerate(spaces):
        own = table[table["space"] == space].set_index("section").loc[names]
        # Offsets by hand, so that the diamonds stand on their own space's bars.
        places = np.arange(len(names)) + (at - (len(spaces) - 1) / 2) * 0.8 / len(spaces)
        traces.append(_bars(go, own, places, space, style.colour(at), 0.8 / len(spaces)))
        known = own["published"].notna().to_numpy()
        if known.any():
            traces.append(_diamonds(go, own[known], places[known], space))
        traces.append(_numbers(go, own, places))
    shown = [_section(name, table[table["section"] == name]) for name in names]
    rows = {"tickvals": list(range(len(names))), "ticktext": shown, "range": [len(names) - 0.4, -0.6], "showgrid": False, "zeroline": False}
    x_axis = {"title": {"text": "Accuracy"}, "tickformat": ".0%", "range": [0, 1]}
    height = 90 + len(names) * (10 + 18 * len(spaces))
    margin = {"l": 12 + 7 * min(max(map(len, names)), 30), "r": 118, "t": 8, "b": 8}
    figure = style.framed(traces, height, legend=True, xaxis=x_axis, yaxis=rows, margin=margin)
    return figure.update_layout(legend_y=-58 / height)  # under the axis title, however tall the picture is


def _bars(go: Any, own: pd.DataFrame, places: np.ndarray, space: str, tint: str, width: float) -> Any:
    accuracy = own["accuracy"].to_numpy()
    missing = np.isnan(accuracy)
    return go.Bar(
        x=np.where(missing, 0, accuracy),
        y=places,
        width=width * 0.92,
        orientation="h",
        name=text(space),
        marker_color=tint,
        error_x={
            "type": "data",
            "symmetric": False,
            "array": np.where(missing, 0, own["high"] - accuracy),
            "arrayminus": np.where(missing, 0, accuracy - own["low"]),
            "color": style.GREY,
            "thickness": 1.4,
            "width": 0,
        },
        customdata=own[["correct", "asked", "skipped", "low", "high", "coverage"]].to_numpy(),
        hovertemplate=f"{text(space)}<br>%{{customdata[0]:,}} of %{{customdata[1]:,}} right: %{{x:.1%}}"
        "<br>95 %: %{customdata[3]:.1%} to %{customdata[4]:.1%}<br>covered %{customdata[5]:.0%}, skipped %{customdata[2]:,}<extra></extra>",
    )  # fmt: skip


def _numbers(go: Any, own: pd.DataFrame, places: np.ndarray) -> Any:
    """Accuracy and coverage in a column at the right, where no bar or line runs through them."""
    return go.Scatter(
        x=np.ones(len(own)),
        y=places,
        mode="text",
        text=[_number(*told) for told in zip(own["accuracy"], own["coverage"], strict=True)],
        textposition="middle right",
        textfont={"size": 12, "color": style.INK},
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
    )


def _number(accuracy: float, coverage: float) -> str:
    if np.isnan(accuracy):
        return "nothing covered"
    shown = f"{accuracy:.1%}" if accuracy < 0.0995 else f"{accuracy:.0%}"
    return f"{shown} · {'all' if coverage == 1 else f'{min(coverage, 0.99):.0%}'} covered"


def _diamonds(go: Any, own: pd.DataFrame, places: np.ndarray, space: str) -> Any:
    return go.Scatter(
        x=own["published"],
        y=places,
        mode="markers",
        name=f"published for {text(space)}",
        marker=PUBLISHED,
        hovertemplate="published: %{x:.2%}<extra></extra>",
    )


def _section(name: str, rows: pd.DataFrame) -> str:
    shown = text(name if len(name) <= 30 else name[:28] + "…")
    return f"<b>{shown}</b>" if name in SUMS else shown


def ranks(found: Sequence[int]) -> go.Figure:
    """How many questions have the expected word at which rank; 0 stands for one that cannot be listed."""
    import plotly.graph_objects as go

    values = np.array([rank for rank in found if rank > 0], np.int64)
    edges = [0, *(high for high, _ in STEPS), np.inf]
    counts = [int(((values > low) & (values <= high)).sum()) for low, high in pairwise(edges)]
    names = [*(name for _, name in STEPS), "beyond"]
    bars = go.Bar(
        x=counts,
        y=np.arange(len(names)),
        orientation="h",
        marker_color=[style.GREEN, *[style.BLUE] * (len(names) - 1)],
        text=[f"{count:,}" for count in counts],
        textposition="auto",
        hovertemplate="%{x:,} questions<extra></extra>",
    )
    rows = {"tickvals": list(range(len(names))), "ticktext": names, "range": [len(names) - 0.5, -0.5], "showgrid": False}
    x_axis = {"title": {"text": "Questions"}, "showgrid": False}
    return style.framed([bars], 300, xaxis=x_axis, yaxis=rows | {"title": {"text": "Rank of the expected word"}}, bargap=0.25)


def ratings(table: pd.DataFrame) -> go.Figure:
    """People's ratings against cosines, a dot a pair. table: as explorer.evaluated.pairs makes it."""
    import plotly.graph_objects as go

    shown = table.dropna(subset=["cosine"])
    dots = go.Scatter(
        x=shown["rating"],
        y=shown["cosine"],
        mode="markers",
        marker={"color": style.BLUE, "size": 7, "opacity": 0.65},
        hovertext=np.array([f"{text(a)} and {text(b)}" for a, b in zip(shown["first"], shown["second"], strict=True)], object),
        hovertemplate="%{hovertext}<br>rating %{x}, cosine %{y:.3f}<extra></extra>",
    )
    x_axis = {"title": {"text": "People's rating"}, "zeroline": False}
    y_axis = {"title": {"text": "Cosine"}, "zeroline": True, "zerolinecolor": style.FAINT}
    return style.framed([dots], 420, xaxis=x_axis, yaxis=y_axis)


def correlations(table: pd.DataFrame) -> go.Figure:
    """Spearman's correlation of each space with its interval; what was published is a diamond."""
    import plotly.graph_objects as go

    table = table.reset_index(drop=True)
    told = table["Spearman"].notna()
    own, known = table[told], table["published"].notna()
    dots = go.Scatter(
        x=own["Spearman"],
        y=own.index,
        mode="markers",
        name="here",
        marker={"color": style.BLUE, "size": 11},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": own["high"] - own["Spearman"],
            "arrayminus": own["Spearman"] - own["low"],
            "color": style.GREY,
            "thickness": 1.6,
            "width": 0,
        },
        customdata=own[["covered", "pairs"]].to_numpy(),
        hovertemplate="Spearman %{x:.3f}<br>%{customdata[0]:,} of %{customdata[1]:,} pairs covered<extra></extra>",
    )
    marks = go.Scatter(
        x=table.loc[known, "published"],
        y=table.index[known],
        mode="markers",
        name="published",
        marker=PUBLISHED,
        hovertemplate="published: %{x:.3f}<extra></extra>",
    )
    names = [text(name) for name in table["space"]]
    rows = {"tickvals": list(range(len(names))), "ticktext": names, "range": [len(names) - 0.5, -0.5], "showgrid": False, "zeroline": False}
    low = min(-0.1, float(table[["low", "Spearman"]].min().min()))
    x_axis = {"title": {"text": "Spearman's correlation with people (0 is chance)"}, "range": [low, 1], "zeroline": True}
    traces = [dots, marks] if known.any() else [dots]
    height = 160 + 34 * len(names)
    return style.framed(traces, height, legend=bool(known.any()), xaxis=x_axis, yaxis=rows).update_layout(legend_y=-58 / (height - 100))
