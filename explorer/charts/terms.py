"""A ranking with each score taken apart into what its terms gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embeddings.analogy import ADD_UP, SCORES
from embeddings.query import Ranking
from explorer.charts import bars, style
from explorer.charts.labels import text

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST = 10
"""Words that are drawn; the table holds them all."""
LEGEND = 90  # pixels under the bars: the numbers of the axis, then up to three lines of legend


def terms(found: Ranking) -> go.Figure:
    """Best word on top, a bar a term: what lowers the score to the left of zero, what raises it to the right, a diamond at the score.

    Where the parts are factors, or there is only one, the plain scores are drawn.
    """
    import plotly.graph_objects as go

    shares = np.array(found.parts, np.float64)[:MOST]
    given = np.flatnonzero(shares.any(axis=0)) if shares.size else np.zeros(0, int)
    if SCORES[found.query.method].parts_do != ADD_UP or len(given) < 2:
        return bars.ranking(found)
    words, places = found.words[:MOST], np.arange(len(shares))
    stacks = [
        go.Bar(
            x=shares[:, part],
            y=places,
            orientation="h",
            name=text(_short(found.part_labels[part])),
            marker_color=style.colour(int(part)),
            customdata=np.array([text(f"{word}: {found.part_labels[part]}") for word in words], object),
            hovertemplate="%{customdata}<br>%{x:+.4f}<extra></extra>",
        )
        for part in given
    ]
    ends, totals = shares.clip(min=0).sum(axis=1), np.array(found.scores[:MOST])
    marks = go.Scatter(
        x=totals,
        y=places,
        mode="markers",
        name="the score: their sum",
        marker={"symbol": "diamond", "size": 11, "color": style.INK, "line": {"color": "#ffffff", "width": 1}},
        customdata=np.array([text(word) for word in words], object),
        hovertemplate="%{customdata}<br>score %{x:.4f}<extra></extra>",
    )
    told = [f"{total:.3f}" for total in totals]
    written = go.Scatter(
        x=ends,
        y=places,
        mode="text",
        text=told,
        textposition="middle right",
        textfont={"color": style.INK, "size": 13},
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )
    low, high = shares.clip(max=0).sum(axis=1).min(), ends.max()
    x_axis = {
        "zeroline": True,
        "showgrid": False,
        "range": [low * 1.05, high + 0.12 * (high - low)],
    }
    rows = bars.word_rows(words)
    plot = 30 * max(4, len(words))
    legend = {"orientation": "h", "yanchor": "top", "y": -30 / plot, "xanchor": "left", "x": 0, "font": {"color": style.INK, "size": 13}}
    layout = {"barmode": "relative", "bargap": 0.3, "margin": bars.room(words) | {"b": LEGEND}, "xaxis": x_axis, "yaxis": rows}
    return style.framed([*stacks, marks, written], plot + LEGEND + 8, legend=True, **layout).update_layout(legend=legend)


def _short(label: str) -> str:
    return label if len(label) <= 40 else label[:38] + "…"
