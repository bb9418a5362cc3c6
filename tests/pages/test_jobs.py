"""Long runs from the pages: real processes that are watched, cancelled and killed, and what a reader sees of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from embeddings import runs
from embeddings.errors import BadQuery, EmbeddingsError
from embeddings.settings import Progress
from explorer import jobs, watch
from explorer.messages import plain

ROOT = Path(__file__).resolve().parents[2]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and priorities of POSIX")
LONG = ["project", "@capitals", "@countries", "-k", "20", "--method", "tsne", "--iterations", "5000"]
SHORT = ["project", "@fruits", "--method", "tsne", "--iterations", "250"]


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Ends what a test left at work."""
    yield
    for run in jobs.all():
        if run.live and run.pid not in {None, os.getpid()}:
            os.kill(run.pid, signal.SIGKILL)


def until(holds, run_id: str, seconds: float = 60) -> runs.Run:
    """The run once that holds of it."""
    end = time.monotonic() + seconds
    while not holds(run := jobs.get(run_id)):
        assert time.monotonic() < end, f"{run} {(run.folder / 'errors.txt').read_text()}"
        time.sleep(0.02)
    return run


def half_way(run: runs.Run) -> bool:
    assert run.live, run.error
    return run.progress is not None and run.progress.done > 0


def ended(run: runs.Run) -> bool:
    return not run.live


# ---------------------------------------------------------------------------------------------------- real processes


def test_a_run_ends_with_its_result():
    run = jobs.start(SHORT, "Map of fruits")
    assert run.state == "waiting" and run.name == "Map of fruits"
    done = until(ended, run.id)
    assert (done.state, done.error, done.progress) == ("done", "", Progress(250, 250, "t-SNE"))
    assert done.result["method"] == "tsne" and "apple" in done.result["words"]
    assert (done.folder / "output.json").read_text(encoding="utf-8").startswith('{"space"')


def test_two_at_once_and_a_cancel_ends_one_of_them_within_a_second():
    first, second = jobs.start(LONG, "to be cancelled"), jobs.start(SHORT, "to be done")
    until(half_way, first.id)
    asked = time.monotonic()
    jobs.cancel(first.id)
    cancelled = until(ended, first.id)
    assert cancelled.state == "cancelled" and time.monotonic() - asked < 3  # about 0.2 s alone; others share the machine
    assert cancelled.progress.done < 5_000 and cancelled.result is None
    assert until(ended, second.id).state == "done"


@POSIX
def test_a_killed_process_is_told_and_leaves_no_zombie():
    run = until(half_way, jobs.start(LONG, "to be killed").id)
    os.kill(run.pid, signal.SIGKILL)
    gone = until(ended, run.id)
    assert gone.state == "interrupted" and "Its process ended without a word" in gone.error
    end = time.monotonic() + 5
    with pytest.raises(ProcessLookupError):  # a zombie would still answer
        while time.monotonic() < end:
            os.kill(run.pid, 0)
            time.sleep(0.02)


@POSIX
def test_a_run_steps_back_for_the_page_and_has_a_session_of_its_own():
    run = until(half_way, jobs.start(LONG, "polite").id)
    assert os.getpriority(os.PRIO_PROCESS, run.pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + jobs.NICE)
    assert os.getsid(run.pid) == run.pid != os.getsid(0)
    jobs.cancel(run.id)
    until(ended, run.id)


def test_words_after_a_bare_dash_stay_words():
    run = until(ended, jobs.start(["query", "--space", "glove-6b-50d", "--", "king", "-", "man", "+", "woman"], "words").id)
    assert (run.state, run.error) == ("done", "") and run.result["results"][0]["word"] == "queen"


def test_a_process_that_dies_before_it_begins_is_told_at_once(monkeypatch):
    monkeypatch.setattr(jobs, "_environment", lambda: {"PYTHONHOME": "/nowhere", "EMBEDDINGS_HOME": os.environ["EMBEDDINGS_HOME"]})
    failed = until(ended, jobs.start(SHORT, "unlucky").id, 10)
    assert failed.state == "failed" and "Its process ended before it began (exit status " in failed.error


def test_a_process_that_cannot_be_started_is_told(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(EmbeddingsError, match="'unlucky' could not be started: No such file or directory"):
        jobs.start(SHORT, "unlucky")
    assert [(run.state, run.live) for run in jobs.all()] == [("failed", False)]


DEAF = """
import signal, sys, time
from pathlib import Path
from embeddings.runs import watched
with watched(Path(sys.argv[1])) as watch:
    if sys.argv[2] == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("at work", flush=True)
    while sys.argv[2] == "deaf" or not watch.asked_to_end:
        time.sleep(0.02)
"""


@POSIX
@pytest.mark.parametrize(("kind", "state"), [("deaf", "cancelled"), ("hears the system", "done")])
def test_a_process_that_reports_nothing_is_ended_after_a_while(monkeypatch, kind, state):
    monkeypatch.setattr(jobs, "PATIENCE", 0.3)
    run = runs.create(["project"], "deaf")
    with subprocess.Popen([sys.executable, "-c", DEAF, str(run.folder), kind], cwd=ROOT, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        asked = time.monotonic()
        jobs.cancel(run.id)
        assert jobs.get(run.id).live  # it is given time
        assert until(ended, run.id, 10).state == state
        assert 0.25 < time.monotonic() - asked < 5
        process.wait(5)


def test_a_relative_data_folder_is_the_same_for_the_run(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EMBEDDINGS_HOME", "here")
    run = jobs.start(["lists"], "lists")
    assert until(ended, run.id).state == "done" and run.folder.resolve().parent == tmp_path / "here" / "runs"


# ---------------------------------------------------------------------------------------------------- what a page shows


def page() -> None:
    import streamlit as st

    from explorer import watch

    st.caption("the page ran")
    for run_id in watch.active(("project", "import")):
        watch.job(run_id, lambda run: f"Drawn: {run.result}.")


@pytest.fixture
def app():
    return AppTest.from_function(page, default_timeout=30)


def seen(blocks) -> str:
    return " ".join(str(block.value) for block in blocks).replace("\\", "").replace("\u2060", "")


def bars(app: AppTest) -> list[tuple[int, str]]:
    return [(bar.proto.value, bar.proto.text.replace("\\", "").replace("\u2060", "")) for bar in app.get("progress")]


def test_a_page_without_runs_shows_nothing(app):
    runs.create(["fetch"], "of another page")
    assert not app.run().get("progress") and not app.button


def test_a_run_at_work_shows_a_bar_and_after_its_end_the_result_until_dismissed(app):
    run = runs.create(["project"], "Map of *all* :smile: <b>words</b>")
    assert bars(app.run()) == [(0, "Starting · 0 s so far")]
    with runs.watched(run.folder) as work:
        work.report(Progress(1, 4, "t-SNE of `a`"))
        assert bars(app.run()) == [(25, "25 % · t-SNE of `a` · 0 s so far")]
        assert "**Map of *all* :smile: <b>words</b>**" in seen(app.markdown)
        assert not app.success
        work.result = {"words": 3}
    app.run()
    assert (
        not app.get("progress") and seen(app.success) == "Drawn: {'words': 3}." and [button.label for button in app.button] == ["Dismiss"]
    )
    app.button[0].click().run()
    assert not app.success and not app.button and runs.find(run.id).seen


def test_the_cancel_button_asks_once_and_says_that_it_stops(app):
    run = runs.create(["project"], "slow")
    with runs.watched(run.folder):
        app.run()
        app.button[0].click().run()
        assert runs.find(run.id).cancelling
        assert app.button[0].label == "Stopping…" and app.button[0].disabled
    assert not app.exception


def test_a_failed_run_shows_its_error_with_the_cure_to_the_letter(app):
    run = runs.create(["import"], "my <file>")
    with pytest.raises(BadQuery), runs.watched(run.folder):
        raise BadQuery("Line 3 of *a*_b_ has 49 numbers. Drop the whole file.")
    app.run()
    assert seen(app.error) == "my <file>: Line 3 of *a*_b_ has 49 numbers. Drop the whole file."
    assert "*a*_b_" not in app.error[0].value  # escaped for Markdown


def test_a_cancelled_run_is_no_error(app):
    run = runs.create(["project"], "slow")
    runs.cancel(run)
    with pytest.raises(EmbeddingsError), runs.watched(run.folder):
        pass
    assert not app.run().error and seen(app.info) == "slow: cancelled after 0 s."


def test_a_second_tab_sees_the_same_and_its_dismissal_counts_for_both(app):
    run = runs.create(["project"], "shared")
    with runs.watched(run.folder):
        pass
    other = AppTest.from_function(page, default_timeout=30).run()
    assert seen(app.run().success) == seen(other.success) == "Drawn: None."
    other.button[0].click().run()
    assert not app.run().success


def test_a_button_on_a_run_that_is_gone_is_no_crash(app):
    run = runs.create(["project"], "shared")
    with runs.watched(run.folder):
        pass
    app.run()
    runs.remove(runs.find(run.id))
    app.button[0].click().run()
    assert not app.exception and not app.button


def test_a_run_that_the_address_names_and_that_is_gone_is_told():
    app = AppTest.from_string("from explorer import watch\nwatch.job('20260101-120000-gone')").run()
    assert "There is no run '20260101-120000-gone'" in seen(app.error) and not app.exception


def counting() -> None:
    import streamlit as st

    from explorer import watch

    st.session_state["page runs"] = st.session_state.get("page runs", 0) + 1
    for run_id in watch.active(("project",)):
        watch.job(run_id)


def test_the_page_runs_exactly_once_more_when_a_run_has_ended_at_a_look(monkeypatch):
    run, get, looks = runs.create(["project"], "slow"), jobs.get, []

    def ends_at_the_second_look(run_id):
        looks.append(run_id)
        if len(looks) == 2:
            with runs.watched(run.folder):
                pass
        return get(run_id)

    monkeypatch.setattr(jobs, "get", ends_at_the_second_look)
    app = AppTest.from_function(counting, default_timeout=30).run()
    assert app.session_state["page runs"] == 2 and len(looks) == 3
    assert seen(app.success) == "slow: done in 0 s." and not app.get("progress")
    assert app.run().session_state["page runs"] == 3


@pytest.mark.parametrize(
    ("progress", "left", "told"),
    [
        (None, None, "Starting · 12 s so far"),
        (Progress(1, 3, "rows"), None, "33 % · rows · 12 s so far"),
        (Progress(1, 3, "rows"), 130.0, "33 % · rows · 12 s so far · about 2 min 10 s left"),
        (Progress(3, 3, "rows"), 0.0, "100 % · rows · 12 s so far"),
        (Progress(1_234, 0, "rows"), None, "1,234 · rows · 12 s so far"),
        (Progress(999, 1_000), 2.0, "99 % · 12 s so far · about 2 s left"),
        (Progress(999, 1_000), 1.0, "99 % · 12 s so far"),
        (Progress(999, 1_000), 0.0, "99 % · 12 s so far"),
    ],
)
def test_one_line_tells_how_far_a_run_is(home, progress, left, told):
    run = runs.Run("x", home, "x", ("x",), "running", 0.0, progress=progress, seconds=12.0, seconds_left=left)
    assert watch.doing(run) == told


def test_a_command_in_a_message_can_be_copied():
    """Streamlit would make one dash of two; as code they stay as typed."""
    shown = plain("Build it: python -m embeddings index --space my_space, or -- on the page *Vectors* --now")
    assert "`--space`" in shown and "`--now`" in shown
    assert "\u2060" in shown.replace("`", "") and "my\\_space" in shown and "\\*Vectors\\*" in shown  # a lone -- is no flag
