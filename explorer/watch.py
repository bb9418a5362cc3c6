"""A long run as a reader watches it: how far it is, how long it still takes, how it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from embeddings.errors import EmbeddingsError
from embeddings.runs import Run, duration
from explorer import jobs
from explorer.messages import plain, told

EVERY = 1.0
"""Seconds between two looks at a run that is at work."""

LEAST_LEFT = 2.0
"""Seconds: less is not told. A step's last reports come seldom, and "about 0 s left" would stand for long."""

Sentence = Callable[[Run], str]


def done_in(run: Run) -> str:
    """What is said of a run that is done, where the page has nothing better."""
    return f"{run.name}: done in {duration(run.seconds)}."


def active(verbs: Sequence[str]) -> list[str]:
    """Ids of the runs that a page has to show: those of its verbs that are at work, or ended and not dismissed; oldest first.

    They are found on the disk, so a reload, a second tab and a new server show the same.
    """
    return [run.id for run in jobs.unseen(verbs)]


def job(run_id: str, finished: Sentence = done_in) -> None:
    """A run in its place on the page: a bar while it is at work, then how it ended. `finished` says what a result means."""
    with told():
        run = jobs.get(run_id)
        if run.live:
            _at_work(run_id)
        else:
            _ended(run, finished)


@st.fragment(run_every=EVERY)
def _at_work(run_id: str) -> None:
    """Looks again every second. When the run has ended the whole page runs once more, and then this is no longer drawn."""
    try:
        run = jobs.get(run_id)
    except EmbeddingsError:  # such as one that another tab removed: the page tells it
        st.rerun()
    if not run.live:
        st.rerun()
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{plain(run.name)}**", width="content")
            st.button(
                "Stopping…" if run.cancelling else "Cancel",
                key=f"cancel_{run_id}",
                icon=":material/stop_circle:",
                on_click=_quietly,
                args=(jobs.cancel, run_id),
                disabled=run.cancelling,
            )
        st.progress(share(run), text=plain(doing(run)))


def share(run: Run) -> float:
    """How much of the step at hand is done, 0 to 1; 0 where that is not known."""
    if run.progress is None or run.progress.total <= 0:
        return 0.0
    return min(1.0, max(0.0, run.progress.done / run.progress.total))


def doing(run: Run) -> str:
    """One line on a run at work: per cent, what is being done, the time it took so far and the time left of it."""
    times = f"{duration(run.seconds)} so far"
    if run.progress is None:
        return f"Starting · {times}"
    if run.seconds_left is not None and run.seconds_left >= LEAST_LEFT and share(run) < 1:
        times += f" · about {duration(run.seconds_left)} left"
    far = f"{int(100 * share(run))} %" if run.progress.total > 0 else f"{run.progress.done:,}"
    return " · ".join(filter(None, [far, run.progress.what, times]))


def _ended(run: Run, finished: Sentence) -> None:
    with st.container(border=True):
        _outcome(run, finished)
        st.button("Dismiss", key=f"dismiss_{run.id}", icon=":material/close:", on_click=_quietly, args=(jobs.dismiss, run.id))


def _outcome(run: Run, finished: Sentence) -> None:
    if run.state == "done":
        st.success(plain(finished(run)), icon=":material/check_circle:")
    elif run.state == "cancelled":
        st.info(plain(f"{run.name}: cancelled after {duration(run.seconds)}."), icon=":material/cancel:")
    else:
        st.error(plain(f"{run.name}: {run.error}"), icon=":material/error:")


def _quietly(act: Callable[[str], None], run_id: str) -> None:
    """For callbacks: a run that another tab has ended or removed is told by the page, which runs next."""
    try:
        act(run_id)
    except EmbeddingsError as error:
        st.toast(plain(str(error)), icon=":material/error:")
