"""Pictures of points: a neighbourhood with its edges, the parallelogram of an analogy, arrows of pairs, maps of lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.projections import PROJECTIONS, Projection
from explorer.charts import labels, style
from explorer.charts.labels import text

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_LABELS = 400  # more words than this are told by hover alone, but for those that fit


def axis_titles(projection: Projection) -> list[str]:
    """What each axis of a projection is called, with the share of variance where the method has one."""
    if projection.shares:
        return [f"Component {i + 1} ({share:.0%} of variance)" for i, share in enumerate(projection.shares)]
    return [f"{PROJECTIONS[projection.method].title} {i + 1}" for i in range(projection.points.shape[1])]


def neighbourhood(projection: Projection, edges: Sequence[tuple[int, int]], asked: set[str]) -> go.Figure:
    """Words around what was asked, which are drawn large; `edges` join positions whose words are true nearest neighbours."""

    points = projection.points
    segments = points[np.array(edges, int).reshape(-1, 2)]  # (m, 2, 2)
    marked = [i for i, word in enumerate(projection.words) if word in asked]
    others = [i for i in range(len(points)) if i not in marked]
    spots = labels.spots(projection.words, points, width=520, height=430, segments=segments, first=marked)
    traces = [
        _lines(segments, style.FAINT, 1.2),
        _words(projection, others, spots, style.BLUE, "circle", 8, "neighbours"),
        _words(projection, marked, spots, style.VERMILION, "diamond", 13, "asked"),
    ]
    x, y = axis_titles(projection)
    return style.framed(traces, 520, **style.bare_axes(x, y, *labels.ranges(points)))


def parallelogram(words: Sequence[str], points: np.ndarray, cosine: float) -> go.Figure:
    """a, a', b, the point b - a + a' and the answer, in the plane through a, a' and b.

    words: a, a', b, answer. points: (5, 2) in the same order, the point b - a + a' last. cosine: of the two offsets a' - a
    and answer - b in the full space, printed on the picture.
    """

    a, a2, b, found, goal = points
    all_words = [*words, "b − a + a'"]
    segments = np.array([[a, a2], [b, found], [b, goal]])
    spots = labels.spots(all_words, points, width=440, height=380, segments=segments)
    traces = [
        _lines(np.array([[a, b], [a2, goal]]), style.FAINT, 1.5, "dot"),
        _corners(all_words, points, spots),
        _lines(segments[:1], style.BLUE, 2.2),
        _lines(segments[1:2], style.VERMILION, 2.2),
        _lines(segments[2:], style.GREY, 2.2, "dot"),
    ]
    heads = _heads(segments[:1], style.BLUE, 2.2) + _heads(segments[1:2], style.VERMILION, 2.2)
    x, y = f"along {labels.short(words[0])} → {labels.short(words[1])}", f"towards {labels.short(words[2])}"
    axes = style.bare_axes(x, y, *labels.ranges(points), equal=True)  # equal: angles as they are in the plane
    margin = {"l": 8, "r": 8, "t": 40, "b": 8}
    return style.framed(
        traces, 460, margin=margin, annotations=[*heads, _told(f"offset cosine in all dimensions: <b>{cosine:.2f}</b>")], **axes
    )


def _corners(words: Sequence[str], points: np.ndarray, spots: Sequence[str | None]) -> go.Scatter:
    """The marks of a, a', b, the answer and the corner, each with its name."""
    import plotly.graph_objects as go

    shown = [text(word) for word in words]
    colours = [style.BLUE] * 3 + [style.VERMILION, style.GREY]
    return go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        mode="markers+text",
        text=[labels.short(word) for word in words],
        textposition=[spot or "top center" for spot in spots],
        textfont={"size": 14, "color": style.INK},
        cliponaxis=False,
        marker={"color": colours, "size": [11, 11, 11, 13, 9], "symbol": ["circle"] * 3 + ["diamond", "x"]},
        hovertext=np.array(shown, object),
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _told(said: str) -> dict[str, Any]:
    """A line of text above the picture."""
    place = {"x": 0.5, "y": 1.0, "xref": "paper", "yref": "paper", "yanchor": "bottom"}
    return place | {"text": said, "showarrow": False, "font": {"size": 14, "color": style.INK}}


def arrows(projection: Projection, pairs: Sequence[tuple[str, str]]) -> go.Figure:
    """Each pair as an arrow from its first word to its second in a 2D projection of all of them."""

    row = {word: i for i, word in enumerate(projection.words)}
    ends = np.array([[row[first], row[second]] for first, second in pairs])
    points, segments = projection.points, projection.points[ends]
    spots = labels.spots(projection.words, points, width=440, height=500, segments=segments)
    traces = [_lines(segments, "rgba(168,121,0,0.55)", 1.4)]
    for side, (name, tint) in enumerate((("first words", style.BLUE), ("second words", style.VERMILION))):
        traces.append(_words(projection, list(dict.fromkeys(ends[:, side])), spots, tint, style.symbol(side), 8, name))
    x, y = axis_titles(projection)
    heads = _heads(segments, style.OCHRE, 1.4)
    return style.framed(traces, 620, legend=True, annotations=heads, **style.bare_axes(x, y, *labels.ranges(points)))


def groups(projection: Projection, of: Sequence[str], names: Sequence[str]) -> go.Figure:
    """A map in 2 or 3 dimensions, a colour and a mark for each group. `of` gives each word's group, `names` their order.

    customdata carries each point's position in the projection, so that a selection means words and not marks.
    """

    places = {name: [i for i, group in enumerate(of) if group == name] for name in names}
    drawn = {name: rows for name, rows in places.items() if rows}
    titles = axis_titles(projection)
    if projection.points.shape[1] == 3:
        traces = [_words_3d(projection, rows, index, name) for index, (name, rows) in enumerate(drawn.items())]
        axes = {f"{axis}axis": {"title": {"text": title}, "showticklabels": False} for axis, title in zip("xyz", titles, strict=True)}
        return style.framed(traces, 720, legend=len(drawn) > 1, scene=axes)
    spots, size = _map_spots(projection), 8 if len(of) < 2000 else 5
    marks = [(name, rows, style.colour(at), style.symbol(at)) for at, (name, rows) in enumerate(drawn.items())]
    traces = [_words(projection, rows, spots, tint, mark, size, name) for name, rows, tint, mark in marks]
    axes = style.bare_axes(titles[0], titles[1], *labels.ranges(projection.points))
    return style.framed(traces, 720, legend=len(drawn) > 1, **axes)


def _map_spots(projection: Projection) -> list[str | None]:
    words = projection.words
    tried = min(len(words), 4 * MOST_LABELS)
    placed = labels.spots(words[:tried], projection.points[:tried], width=600, height=600)
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
        text=[labels.short(projection.words[i]) if spots[i] else "" for i in rows],
        textposition=[spots[i] or "top center" for i in rows],
        textfont={"size": 12, "color": style.INK},
        marker={"color": tint, "symbol": mark, "size": size, "line": {"width": 0}},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0.25}},
        hovertext=shown,
        customdata=np.array(rows, int),
        hovertemplate="%{hovertext}<extra></extra>",
    )


MARKS_3D = ("circle", "diamond", "square", "cross", "x", "circle-open", "diamond-open", "square-open")


def _words_3d(projection: Projection, rows: Sequence[int], index: int, name: str) -> go.Scatter3d:
    import plotly.graph_objects as go

    shown = np.array([text(projection.words[i]) for i in rows], object)
    few = len(projection.words) <= 150
    return go.Scatter3d(
        x=projection.points[rows, 0],
        y=projection.points[rows, 1],
        z=projection.points[rows, 2],
        mode="markers+text" if few else "markers",
        name=text(name),
        text=[labels.short(projection.words[i]) for i in rows] if few else None,
        textfont={"size": 10, "color": style.INK},
        marker={"color": style.colour(index), "symbol": MARKS_3D[index % len(MARKS_3D)], "size": 4},
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


def _heads(segments: np.ndarray, tint: str, width: float) -> list[dict[str, Any]]:
    """Arrow heads a little before the second word of each segment, so that its mark stays visible; none for a point."""
    shared = {"xref": "x", "yref": "y", "axref": "x", "ayref": "y", "showarrow": True, "text": "", "standoff": 6}
    look = {"arrowhead": 2, "arrowsize": 1.2, "arrowwidth": width, "arrowcolor": tint}
    heads = []
    for start, end in segments:
        if not np.allclose(start, end):
            near = start + 0.9 * (end - start)
            heads.append({"x": end[0], "y": end[1], "ax": near[0], "ay": near[1]} | shared | look)
    return heads
