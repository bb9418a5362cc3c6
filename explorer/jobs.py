"""Long runs as processes of their own: started, looked at, ended. Works without Streamlit, and goes on without it.

Any number may be at work at once; nothing queues them. Two share the machine, and each takes about twice as long.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from embeddings import runs
from embeddings.errors import EmbeddingsError
from embeddings.home import home
from embeddings.runs import Run

ROOT = Path(__file__).resolve().parents[1]

PATIENCE = 5.0
"""Seconds after the reader's cancel until a process is asked to end, and as many again until it is made to."""

NICE = 5
"""How far a run steps back for the page, which answers clicks on the same processors."""


def start(argv: Sequence[str], name: str, files: Sequence[Path] = ()) -> Run:
    """Start `python -m embeddings VERB ...` as a run, and return it, waiting.

    argv: the verb and its arguments, paths in full; the run works in the project's folder. name: what the reader sees.
    files: made for this run alone; see `embeddings.runs.create`. Raises StorageError, and EmbeddingsError where the system
    starts no process.
    """
    run = runs.create(argv, name, files)
    verb, *arguments = run.argv
    # The flags come first: after a bare -- among the arguments they would be words.
    command = [sys.executable, "-m", "embeddings", verb, "--json", "--run", str(run.folder), *arguments]
    try:
        child = _process(command, run.folder)
    except OSError as error:
        with runs.watched(run.folder):  # the run is told as failed, and the error goes on
            raise EmbeddingsError(f"'{name}' could not be started: {error.strerror}. Close other programs and try again.") from error
    # It only waits for the end, so that no ended process stays in the system's table.
    threading.Thread(target=_wait, args=(child, run), name=f"end of {run.id}", daemon=True).start()
    return run


def _wait(child: subprocess.Popen[bytes], run: Run) -> None:
    """Wait for the end of a process; one that ended before it took up its run is told as failed."""
    status = child.wait()
    if (run.folder / "state.json").exists():
        return
    said = (run.folder / "errors.txt").read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2][:300]
    with suppress(EmbeddingsError), runs.watched(run.folder):
        raise EmbeddingsError(f"Its process ended before it began (exit status {status}): {said or 'it said nothing'}. Start it again.")


def _process(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    with open(folder / "output.json", "wb") as out, open(folder / "errors.txt", "wb") as errors:
        child = subprocess.Popen(command, cwd=ROOT, env=_environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=errors, **_alone())
    if sys.platform != "win32":
        with suppress(ProcessLookupError):  # it has ended already, and its folder tells how
            os.setpriority(os.PRIO_PROCESS, child.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICE)
    return child


def _alone() -> dict[str, Any]:
    """What keeps a process apart from the server's own: its Ctrl-C and its end are not the run's."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    return {"start_new_session": True}


def _environment() -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    # The data folder in full: the run works in another folder than the one a relative path was meant from.
    return os.environ | {"PYTHONPATH": path, "PYTHONUTF8": "1", "EMBEDDINGS_HOME": str(home().absolute())}


def get(run_id: str) -> Run:
    """The run of that id as it is now. Raises UnknownRun."""
    return _pressed(runs.find(run_id))


def all() -> list[Run]:
    """Every run, newest first."""
    return [_pressed(run) for run in runs.runs()]


def unseen(verbs: Sequence[str]) -> list[Run]:
    """The runs of these verbs that are at work, or have ended and were not dismissed; oldest first."""
    return [run for run in reversed(all()) if run.verb in verbs and (run.live or not run.seen)]


def cancel(run_id: str) -> None:
    """Ask a run to stop. It does so at its next report; one that does not report is ended at a later look. Raises UnknownRun."""
    runs.cancel(get(run_id))


def dismiss(run_id: str) -> None:
    """Show an ended run no longer. Raises UnknownRun."""
    runs.dismiss(get(run_id))


def _pressed(run: Run) -> Run:
    """The same run. One that was asked to stop long ago is asked through the system, then ended."""
    if not run.live or run.cancelled_at is None or run.pid is None:
        return run
    waited = time.time() - run.cancelled_at
    if waited > 2 * PATIENCE:
        _signal(run.pid, getattr(signal, "SIGKILL", signal.SIGTERM))  # Windows has one way to end a process
    elif waited > PATIENCE and not (run.folder / "asked").exists():
        (run.folder / "asked").touch()
        _signal(run.pid, signal.SIGTERM)
    return run


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):  # it has ended since
        os.kill(pid, number)
