"""Results to Plotly figures, up to about 20,000 points. Knows nothing of Streamlit."""

from explorer.charts.bars import chance, coverage, held_out, placed, ranking
from explorer.charts.maps import arrows, groups, neighbourhood, parallelogram
from explorer.charts.matrices import heatmap, memory, points, size, strip
from explorer.charts.style import BLUE, GREY
from explorer.charts.terms import terms
from explorer.charts.trusted import trusted

__all__ = [
    "BLUE",
    "GREY",
    "arrows",
    "chance",
    "coverage",
    "groups",
    "heatmap",
    "held_out",
    "memory",
    "neighbourhood",
    "parallelogram",
    "placed",
    "points",
    "ranking",
    "size",
    "strip",
    "terms",
    "trusted",
]
