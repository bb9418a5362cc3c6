"""Runs of the page of vectors: started once, watched, and what they brought."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import streamlit as st

from embeddings import catalog
from embeddings.errors import EmbeddingsError
from embeddings.formats.repairs import Repairs
from embeddings.runs import Run
from explorer import brought, jobs, reports, session, watch
from explorer.controls.lists import PAGES
from explorer.messages import code, plain, told


def begin(argv: Sequence[str], name: str, files: Sequence[Path] = ()) -> None:
    """Start a run of that verb; for callbacks. A second click starts no second run, and what goes wrong is told in place."""
    verb = argv[0]
    try:
        if any(run.live and run.verb == verb and run.name == name for run in jobs.all()):
            session.say(verb, f"{name}: at work already, see its bar.")
        else:
            jobs.start(argv, name, files)
    except EmbeddingsError as error:
        session.say(verb, str(error), good=False)


def at_work(*verbs: str) -> None:
    """The runs of these verbs that are at work or have just ended, with what they brought, and what callbacks left to say."""
    with told():
        brought.sweep()
    for verb in verbs:
        for sentence, good in session.take_told(verb):
            (st.success if good else st.error)(plain(sentence), icon=":material/check_circle:" if good else ":material/error:")
    with told():
        for run_id in watch.active(verbs):
            watch.job(run_id, reports.done)
            _result(jobs.get(run_id))


def _result(run: Run) -> None:
    """What a run that is done has brought: the space and the report on its file, or the files to take away."""
    result = run.result if run.state == "done" and isinstance(run.result, dict) else {}
    if run.verb in ("import", "fetch") and result:
        _space(str(result.get("space")), Repairs.from_json(result))
    elif run.verb == "export" and result:
        _files(run.id, result)


def _space(name: str, repairs: Repairs) -> None:
    with st.container(border=True):
        st.markdown(f"**Repair report of {plain(name)}**")
        st.markdown(reports.report(repairs, kept=True))
        if name in {entry.name for entry in catalog.spaces()}:
            ask_it(name, f"Ask {plain(name)}")
        else:
            st.caption(f"{code(name)} is not here any longer, or it has another name.")


def ask_it(name: str, label: str) -> None:
    """A link to the front page that asks the space."""
    chosen = {} if name == session.space_name() else {"space": name}  # what the address says already it would say twice
    st.page_link(str(PAGES / "neighbours.py"), label=label, icon=":material/hub:", query_params=chosen)


def _files(run_id: str, result: dict[str, object]) -> None:
    files = result.get("files")
    with st.container(horizontal=True):
        for number, told in enumerate(files if isinstance(files, list) else []):
            name = Path(str(told["path"])).name
            label = f"{plain(name)} ({reports.size(int(told['bytes']))})"
            st.link_button(label, f"exports/{quote(name)}", key=f"take_{run_id}_{number}", icon=":material/download:")
    notes = result.get("notes")
    for note in notes if isinstance(notes, list) else []:
        st.caption(plain(str(note)))
    st.caption("In gensim:")
    st.code(str(result.get("in_gensim", "")), language="python")
