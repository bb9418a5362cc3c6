"""Neighbours as bars, with how often each is a neighbour of others beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.hubness import Badge
from explorer.charts import style
from explorer.charts.bars import ranking, room, word_rows
from explorer.trust import Trust

if TYPE_CHECKING:
    import plotly.graph_objects as go

MARKS = {"hub": "◆ ", "nobody": "○ ", "": "", "uncounted": ""}
"""Shapes, not colours, tell hubs apart."""

AXES = {"csls": "CSLS: 2 cos − r(query) − r(word)", "mutual": "Rank from both sides (smaller is nearer)"}


def trusted(trust: Trust) -> go.Figure:
    """Best word on top. Hubs are hatched and have a diamond; words that came in against the plain cosine have a plus."""
    found = trust.found
    figure = ranking(found)
    if not found.words:
        return figure
    if not trust.is_plain:
        _by_another_ranking(figure, trust)
    if trust.badges:
        _counts(figure, trust.badges, trust.hubness.k if trust.hubness else 0)
    return figure


def _by_another_ranking(figure: go.Figure, trust: Trust) -> None:
    found, entered = trust.found, set(trust.change.entered)
    mutual = found.query.rank_by == "mutual"
    values = np.array(found.scores) * (-1 if mutual else 1)
    shown = [f"{value:,.0f}" if mutual else f"{value:.3f}" for value in values]
    figure.update_traces(x=values, text=shown, textangle=0, hovertemplate=_hover(trust))
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    spare = 0.05 * (high - low or 1)
    span = [low - spare * (low < 0), high + spare]
    figure.update_xaxes(range=span, title={"text": AXES[found.query.rank_by]})
    names = [f"+ {word}" if word in entered else word for word in found.words]
    figure.update_yaxes(**word_rows(names))
    figure.update_layout(margin=room(names))


def _hover(trust: Trust) -> str:
    if trust.found.query.rank_by == "mutual":
        return "%{customdata[0]}<br>both among each other's %{x:,} nearest<extra></extra>"
    return "%{customdata[0]}<br>CSLS %{x:.4f}<br>place %{customdata[1]:,} in the vocabulary<extra></extra>"


def _counts(figure: go.Figure, badges: list[Badge], k: int) -> None:
    """A column of counts at the right, and hatching for hubs."""
    patterns = ["/" if badge.kind == "hub" else "" for badge in badges]
    figure.update_traces(marker={"pattern": {"shape": patterns, "fillmode": "overlay", "fgcolor": "rgba(255,255,255,0.4)", "size": 8}})
    figure.update_layout(
        annotations=[*_column(badges), _label(f"N<sub>{k}</sub>", 1) | {"yref": "paper", "yanchor": "bottom"}],
        margin={"r": 78, "t": 26},
    )


def _column(badges: list[Badge]) -> list[dict[str, Any]]:
    return [_label(_shown(badge), row) for row, badge in enumerate(badges)]


def _shown(badge: Badge) -> str:
    return f"{MARKS[badge.kind]}{badge.count:,}" if badge.count is not None else "–"


def _label(shown: str, row: float) -> dict[str, Any]:
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "y": row, "yref": "y", "yanchor": "middle"}
    return {**place, "text": shown, "showarrow": False, "font": {"size": 13, "color": style.INK}}
