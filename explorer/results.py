"""How a result is shown everywhere: finding, chart, table, downloads, the call as Python, the link."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from embeddings.direction import Direction
from embeddings.projections import PROJECTIONS, Projection
from embeddings.settings import Progress, Settings
from embeddings.word_vectors import WordVectors
from explorer import cached, messages, session, tables

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from streamlit.delta_generator import DeltaGenerator

PICTURE = {"displaylogo": False, "scrollZoom": False, "modeBarButtonsToRemove": ["select2d"]}
MAP = {"displaylogo": False, "scrollZoom": True}

# The chart that is on the page already is what gets saved: with its zoom, its theme, and no second copy of its data.
_SAVE_HTML = """
<div class="row"><button type="button" data-format="png">PNG</button><button type="button" data-format="svg">SVG</button></div>
"""
_SAVE_CSS = """
.row { display: flex; gap: 0.5rem; }
button { flex: 1; padding: 0.4rem 0.75rem; font: inherit; cursor: pointer; color: var(--st-text-color);
  background: var(--st-background-color); border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius); }
button:hover, button:focus-visible { color: var(--st-primary-color); border-color: var(--st-primary-color); }
"""
_SAVE_JS = """
export default function (component) {
  const { data, parentElement } = component
  const save = (format) => {
    const chart = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`)
    if (!chart) return
    const page = getComputedStyle(document.querySelector(".stApp")).backgroundColor
    const ground = chart._fullLayout.paper_bgcolor
    chart._context.toImageButtonOptions = { format, filename: data.name, scale: format === "png" ? 2 : 1 }
    chart._fullLayout.paper_bgcolor = page
    const button = chart.querySelector('.modebar-btn[data-title^="Download plot"]')
    if (button) button.click()
    chart._fullLayout.paper_bgcolor = ground
  }
  for (const button of parentElement.querySelectorAll("button")) button.onclick = () => save(button.dataset.format)
}
"""
_save = st.components.v2.component("save_picture", html=_SAVE_HTML, css=_SAVE_CSS, js=_SAVE_JS)


def show(
    name: str,
    figure: go.Figure,
    table: pd.DataFrame,
    python: str,
    finding: str,
    about: str = "",
    config: dict[str, Any] | None = None,
) -> None:
    """One result. `finding` (Markdown, words in code) says what is seen, `about` what the numbers are; `name` names the files."""
    chart(name, figure, finding, about, config)
    extras(name, table, python, figure)


def halves() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two cells side by side, one under the other where the window is narrow."""
    grid = st.grid(2, min_column_width=430, gap=("small", "medium"))
    return grid.cell(), grid.cell()


def chart(name: str, figure: go.Figure, finding: str, about: str = "", config: dict[str, Any] | None = None) -> None:
    """The finding as a sentence, then its picture, then what the numbers are."""
    st.markdown(finding)
    st.plotly_chart(figure, key=f"chart_{name}", config=config or PICTURE, alt=messages.spoken(finding))
    if about:
        st.caption(about)


def extras(name: str, table: pd.DataFrame, python: str, figure: go.Figure | None = None) -> None:
    """Under a chart, in one row: its table, the downloads, the call as Python and the link."""
    with st.container(horizontal=True, gap="xsmall"):
        with st.popover(f"Table ({len(table):,})", icon=":material/table:", type="tertiary"):
            frame(table, f"table_{name}", name)
        _rest(name, table, python, figure)


def footer(name: str, table: pd.DataFrame, python: str, figure: go.Figure | None = None) -> None:
    """Under a table, in one row: the downloads, the call as Python and the link."""
    with st.container(horizontal=True, gap="xsmall"):
        _rest(name, table, python, figure)


def _rest(name: str, table: pd.DataFrame, python: str, figure: go.Figure | None) -> None:
    with st.popover("Download", icon=":material/download:", type="tertiary"):
        downloads(name, table, figure)
    with st.popover("Python", icon=":material/code:", type="tertiary"):
        st.caption("This result as a script that runs as printed.")
        st.code(python, language="python")
    with st.popover("Link", icon=":material/link:", type="tertiary"):
        st.caption("Reopens this view: page, space and query. Your own lists and texts stay on this computer.")
        st.code(session.link(), language=None, wrap_lines=True)


def tabled(name: str, table: pd.DataFrame, python: str, figure: go.Figure | None = None) -> None:
    """A result that is read from its table; `figure` is its picture above, if there is one."""
    frame(table, f"table_{name}", name)
    footer(name, table, python, figure)


def frame(table: pd.DataFrame, key: str, name: str) -> None:
    """A table that sorts by a click on its head; words are text cells, never markup."""
    digits = {column: st.column_config.NumberColumn(format="%.4f") for column in table.select_dtypes("float").columns}
    st.dataframe(table, hide_index=True, key=key, column_config=digits, alt=f"{name} as a table", height="auto")


def downloads(name: str, table: pd.DataFrame, figure: go.Figure | None) -> None:
    """CSV of the table; a page that needs no network of the picture, or of the table where there is none; PNG and SVG."""
    _download("CSV", name, "csv", "text/csv", partial(tables.csv, table))
    made = partial(tables.page, table, name) if figure is None else partial(page_of, figure)
    _download("HTML", name, "html", "text/html", made)
    if figure is not None:
        _save(key=f"save_{name}", data={"chart": f"chart_{name}", "name": name})


def _download(label: str, name: str, ending: str, mime: str, made: Callable[[], bytes]) -> None:
    st.download_button(
        label, made, f"{name}.{ending}", mime, key=f"{ending}_{name}", on_click="ignore", width="stretch", icon=":material/download:"
    )


def page_of(figure: go.Figure) -> bytes:
    """The picture as one HTML page with all it needs inside."""
    return str(figure.to_html(include_plotlyjs=True, full_html=True)).encode()


def projected(wv: WordVectors, words: Sequence[str], method: str, settings: Settings) -> Projection:
    """A projection, with a bar that tells what is left while it is computed; remembered ones come at once."""
    bar = st.empty()
    started = time.monotonic()

    def report(progress: Progress) -> None:
        share = progress.done / max(progress.total, 1)
        left = (time.monotonic() - started) * (1 - share) / share if share > 0 else None
        bar.progress(min(share, 1.0), f"{progress.what or 'Computing'}{'' if left is None else f', about {left:.0f} s left'}")

    with st.spinner(f"{PROJECTIONS[method].title} of {len(words):,} words…"):
        drawn = cached.project(wv, words, method, settings, report)
    bar.empty()
    messages.notes(drawn.notes)
    return drawn


def selectable(name: str, figure: go.Figure, finding: str, about: str) -> list[int]:
    """A map whose marks can be selected by click, box or lasso; the positions of the selected words, in order."""
    st.markdown(finding)
    key = f"chart_{name}"
    # Not dragmode="lasso" from the start: Streamlit takes no clicks while the lasso is on.
    config = MAP | {"displayModeBar": True}
    event = st.plotly_chart(
        figure, key=key, config=config, on_select="rerun", selection_mode=("points", "box", "lasso"), alt=messages.spoken(finding)
    )
    st.caption(about)
    return sorted({int(point["customdata"]) for point in event.selection.points if "customdata" in point})


def evidence(along: Direction) -> None:
    """The three figures that say how parallel a direction's pairs are."""
    told = along.evidence
    mean, shuffled, share = st.columns(3)
    mean.metric(
        "Mean cosine of two offsets",
        f"{told.offset_cosine_mean:.2f}",
        border=True,
        help="Mean cosine of two different pairs' offsets, in the full space.",
    )
    shuffled.metric(
        "The same for shuffled pairs",
        f"{told.shuffled.mean():.2f}",
        border=True,
        help="The same mean when second words are dealt out anew.",
    )
    help = f"Share of the squared offsets along their first singular vector. Random pairs, as many: {told.random_share.mean():.0%}."
    share.metric("Share of the first component", f"{told.first_component_share:.0%}", border=True, help=help)
