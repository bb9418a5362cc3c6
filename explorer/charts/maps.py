"""Pictures of points: a neighbourhood with its edges, the parallelogram of an analogy, arrows of pairs, maps of lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from embeddings.projections import Projection
from explorer.charts import labels, style
from explorer.charts.labels import text

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_LABELS = 400  # more words than this are told by hover alone, but for those that fit


def axis_titles(projection: Projection) -> list[str]:
    """What each axis of a projection is called, with the share of variance where the method has one."""
    if projection.shares:
        return [f"Component {i + 1} ({share:.0%} of variance)" for i, share in enumerate(projection.shares)]
    return [f"{projection.method} {i + 1}" for i in range(projection.points.shape[1])]


def neighbourhood(projection: Projection, edges: Sequence[tuple[int, int]], asked: set[str]) -> go.Figure:
    """Words around what was asked, which are drawn large; `edges` join positions whose words are true nearest neighbours."""
    import plotly.graph_objects as go

    points = projection.points
    segments = points[np.array(edges, int).reshape(-1, 2)]  # (m, 2, 2)
    figure = go.Figure(_lines(segments, style.FAINT, 1.2))
    marked = [i for i, word in enumerate(projection.words) if word in asked]
    others = [i for i in range(len(points)) if i not in marked]
    spots = labels.spots(projection.words, points, width=520, height=430, segments=segments, first=marked)
    figure.add_trace(_words(projection, others, spots, style.BLUE, "circle", 8, "neighbours"))
    figure.add_trace(_words(projection, marked, spots, style.VERMILION, "diamond", 13, "asked"))
    x, y = axis_titles(projection)
    return style.bare_axes(style.dress(figure, 520), x, y, *labels.ranges(points))


def parallelogram(words: Sequence[str], points: np.ndarray, cosine: float) -> go.Figure:
    """a, a', b, the point b - a + a' and the answer, in the plane through a, a' and b.

    words: a, a', b, answer. points: (5, 2) in the same order, the point b - a + a' last. cosine: of the two offsets a' - a
    and answer - b in the full space, printed on the picture.
    """
    import plotly.graph_objects as go

    a, a2, b, found, goal = points
    figure = go.Figure()
    figure.add_trace(_lines(np.array([[a, b], [a2, goal]]), style.FAINT, 1.5, dash="dot"))
    all_words = [*words, "b − a + a'"]
    arrows = np.array([[a, a2], [b, found], [b, goal]])
    placed = labels.spots(all_words, points, width=440, height=380, segments=arrows)
    spots = [spot or "top center" for spot in placed]
    colours = [style.BLUE, style.BLUE, style.BLUE, style.VERMILION, style.GREY]
    figure.add_trace(
        go.Scatter(
            x=points[:, 0],
            y=points[:, 1],
            mode="markers+text",
            text=[text(word) for word in all_words],
            textposition=spots,
            textfont={"size": 14, "color": style.INK},
            cliponaxis=False,
            marker={"color": colours, "size": [11, 11, 11, 13, 9], "symbol": ["circle"] * 3 + ["diamond", "x"]},
            hovertext=np.array([text(word) for word in all_words], object),
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    for start, end, colour, dash in ((a, a2, style.BLUE, "solid"), (b, found, style.VERMILION, "solid"), (b, goal, style.GREY, "dot")):
        _arrow(figure, start, end, colour, dash)
    figure.add_annotation(
        text=f"offset cosine in all dimensions: <b>{cosine:.2f}</b>",
        x=0.5,
        y=1.0,
        xref="paper",
        yref="paper",
        yanchor="bottom",
        showarrow=False,
        font={"size": 14},
    )
    style.bare_axes(
        style.dress(figure, 460), f"along {text(words[0])} → {text(words[1])}", f"towards {text(words[2])}", *labels.ranges(points)
    )
    figure.update_layout(margin={"t": 40})
    figure.update_yaxes(scaleanchor="x", scaleratio=1)  # angles as they are in the plane
    return figure


def arrows(projection: Projection, pairs: Sequence[tuple[str, str]]) -> go.Figure:
    """Each pair as an arrow from its first word to its second in a 2D projection of all of them."""
    import plotly.graph_objects as go

    row = {word: i for i, word in enumerate(projection.words)}
    ends = np.array([[row[first], row[second]] for first, second in pairs])
    points, segments = projection.points, projection.points[ends]
    spots = labels.spots(projection.words, points, width=560, height=520, segments=segments)
    figure = go.Figure(_lines(segments, "rgba(168,121,0,0.55)", 1.4))
    for side, (name, tint) in enumerate((("first words", style.BLUE), ("second words", style.VERMILION))):
        figure.add_trace(_words(projection, list(dict.fromkeys(ends[:, side])), spots, tint, style.symbol(side), 8, name))
    _heads(figure, segments)
    x, y = axis_titles(projection)
    return style.bare_axes(style.dress(figure, 620, legend=True), x, y, *labels.ranges(points))


def groups(projection: Projection, of: Sequence[str], names: Sequence[str]) -> go.Figure:
    """A map in 2 or 3 dimensions, a colour and a mark for each group. `of` gives each word's group, `names` their order.

    customdata carries each point's position in the projection, so that a selection means words and not marks.
    """
    import plotly.graph_objects as go

    flat = projection.points.shape[1] == 2
    spots = _map_spots(projection) if flat else [None] * len(projection.words)
    figure = go.Figure()
    for index, name in enumerate(names):
        rows = [i for i, group in enumerate(of) if group == name]
        if not rows:
            continue
        draw = _words if flat else _words_3d
        figure.add_trace(draw(projection, rows, spots, style.colour(index), style.symbol(index), 8 if len(of) < 2000 else 5, name))
    style.dress(figure, 720, legend=len(names) > 1)
    titles = axis_titles(projection)
    if flat:
        style.bare_axes(figure, titles[0], titles[1], *labels.ranges(projection.points))
    else:
        axes = {f"{axis}axis": {"title": {"text": title}, "showticklabels": False} for axis, title in zip("xyz", titles, strict=True)}
        figure.update_layout(scene=axes)
    return figure


def _map_spots(projection: Projection) -> list[str | None]:
    words = projection.words
    tried = min(len(words), 4 * MOST_LABELS)
    placed = labels.spots(words[:tried], projection.points[:tried], width=940, height=620)
    kept = 0
    for i, spot in enumerate(placed):
        kept += spot is not None
        placed[i] = spot if kept <= MOST_LABELS else None
    return placed + [None] * (len(words) - tried)


def _words(
    projection: Projection, rows: Sequence[int], spots: Sequence[str | None], tint: str, mark: str, size: int, name: str
) -> go.Scatter | go.Scattergl:
    import plotly.graph_objects as go

    shown = np.array([text(projection.words[i]) for i in rows], object)
    trace = go.Scattergl if len(projection.words) > 3000 else go.Scatter
    return trace(
        x=projection.points[rows, 0],
        y=projection.points[rows, 1],
        mode="markers+text",
        name=text(name),
        text=[word if spots[i] else "" for word, i in zip(shown, rows, strict=True)],
        textposition=[spots[i] or "top center" for i in rows],
        textfont={"size": 12, "color": style.INK},
        marker={"color": tint, "symbol": mark, "size": size, "line": {"width": 0}},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0.25}},
        hovertext=shown,
        customdata=np.array(rows, int),
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _words_3d(
    projection: Projection, rows: Sequence[int], spots: Sequence[str | None], tint: str, mark: str, size: int, name: str
) -> go.Scatter3d:
    import plotly.graph_objects as go

    shown = np.array([text(projection.words[i]) for i in rows], object)
    few = len(projection.words) <= 150
    return go.Scatter3d(
        x=projection.points[rows, 0],
        y=projection.points[rows, 1],
        z=projection.points[rows, 2],
        mode="markers+text" if few else "markers",
        name=text(name),
        text=shown if few else None,
        textfont={"size": 10, "color": style.INK},
        marker={"color": tint, "size": max(3, size // 2)},
        hovertext=shown,
        customdata=np.array(rows, int),
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _lines(segments: np.ndarray, colour: str, width: float, dash: str = "solid") -> go.Scatter:
    """All segments (m, 2, 2) as one trace, broken by gaps."""
    import plotly.graph_objects as go

    broken = np.concatenate([segments, np.full((len(segments), 1, 2), np.nan)], axis=1).reshape(-1, 2)
    return go.Scatter(
        x=broken[:, 0],
        y=broken[:, 1],
        mode="lines",
        line={"color": colour, "width": width, "dash": dash},
        hoverinfo="skip",
        showlegend=False,
    )


def _heads(figure: go.Figure, segments: np.ndarray) -> None:
    """Arrow heads as annotations a little before the second word, so that the mark stays visible."""
    for start, end in segments:
        if np.allclose(start, end):
            continue
        near = start + 0.9 * (end - start)
        figure.add_annotation(
            x=end[0], y=end[1], ax=near[0], ay=near[1], xref="x", yref="y", axref="x", ayref="y",
            showarrow=True, arrowhead=2, arrowsize=1.2, arrowwidth=1.4, arrowcolor=style.OCHRE, standoff=5, text="",
        )  # fmt: skip


def _arrow(figure: go.Figure, start: np.ndarray, end: np.ndarray, colour: str, dash: str) -> None:
    figure.add_trace(_lines(np.array([[start, end]]), colour, 2.2, dash))
    if dash == "solid" and not np.allclose(start, end):
        near = start + 0.9 * (end - start)
        figure.add_annotation(
            x=end[0], y=end[1], ax=near[0], ay=near[1], xref="x", yref="y", axref="x", ayref="y",
            showarrow=True, arrowhead=2, arrowsize=1.3, arrowwidth=2.2, arrowcolor=colour, standoff=7, text="",
        )  # fmt: skip
