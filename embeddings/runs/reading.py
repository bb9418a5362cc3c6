"""Runs as they are found on disk."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from embeddings.home import unusable
from embeddings.locks import is_held
from embeddings.runs.folder import ID, UnknownRun, read_json, runs_folder
from embeddings.runs.pace import reported_in, seconds_left
from embeddings.settings import Progress

GRACE = 20.0
"""Seconds in which a process has to take up its run; a cold disk may take half of them to import the library."""

LIVE = ("waiting", "running")
ENDED = ("done", "failed", "cancelled")


LATEST = 253_000_000_000.0  # seconds since 1970: the year 9987


@dataclass(frozen=True)
class Run:
    """One run as it was found on disk.

    state: waiting, running, done, failed, cancelled, or interrupted (its process is gone without a word). started and ended:
    seconds since 1970, ended None where nobody noted it. seconds: from start to end, or until now. seconds_left: of the step
    at hand, at its recent pace; None until there is something to go by. result: JSON of a run that is done. error: a
    sentence with its cure, "" for none. error_type: the error's class. cancelled_at: when the reader asked it to stop.
    """

    id: str
    folder: Path
    name: str
    argv: tuple[str, ...]
    state: str
    started: float
    ended: float | None = None
    progress: Progress | None = None
    seconds: float = 0.0
    seconds_left: float | None = None
    result: Any = None
    error: str = ""
    error_type: str = ""
    pid: int | None = None
    cancelled_at: float | None = None
    seen: bool = False

    @property
    def live(self) -> bool:
        """True while its process is at work or about to be."""
        return self.state in LIVE

    @property
    def cancelling(self) -> bool:
        """True from the reader's cancel to the end."""
        return self.live and self.cancelled_at is not None

    @property
    def verb(self) -> str:
        """The command's verb, "" where it cannot be read."""
        return self.argv[0] if self.argv else ""

    def as_json(self) -> dict[str, Any]:
        """The run for `runs --json`."""
        progress = self.progress and {"done": self.progress.done, "total": self.progress.total, "what": self.progress.what}
        error = {"type": self.error_type, "message": self.error} if self.error else None
        times = {"started": _clock(self.started), "ended": None if self.ended is None else _clock(self.ended)}
        about = {"id": self.id, "name": self.name, "argv": list(self.argv), "state": self.state, **times, "progress": progress}
        left = None if self.seconds_left is None else round(self.seconds_left, 1)
        return about | {"seconds": round(self.seconds, 1), "seconds_left": left, "result": self.result, "error": error}


def find(run_id: str) -> Run:
    """The run of that id. Raises UnknownRun."""
    folder = runs_folder() / run_id
    if not ID.fullmatch(run_id) or not folder.is_dir() or folder.is_symlink():
        raise UnknownRun(f"There is no run '{run_id[:80]}'. List those there are: python -m embeddings runs")
    return read(folder)


def runs() -> list[Run]:
    """Every run, newest first. A folder that does not exist yet holds none. Raises StorageError where it cannot be read."""
    try:
        folders = [entry for entry in runs_folder().iterdir() if ID.fullmatch(entry.name) and entry.is_dir() and not entry.is_symlink()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unusable(runs_folder(), "read", error) from error
    return sorted(map(read, folders), key=lambda run: (run.started, run.id), reverse=True)


def read(folder: Path) -> Run:
    """The run as its folder tells it now. Files that are damaged or missing are told in `error` and never raise."""
    settings, trouble = read_json(folder / "settings.json")
    state, at_work, damage = _state(folder)
    started = _moment(settings.get("started"), _time_of(folder.name))
    argv = settings.get("argv")
    run = Run(
        id=folder.name,
        folder=folder,
        name=str(settings.get("name") or folder.name),
        argv=tuple(map(str, argv)) if isinstance(argv, list) else (),
        state=_word(state, at_work, started, folder),
        started=started,
        pid=state.get("pid") if isinstance(state.get("pid"), int) else None,
        cancelled_at=_touched(folder / "cancel"),
        seen=_touched(folder / "seen") is not None,
    )
    return _with_progress(run) if run.live else _with_end(run, state, trouble or damage)


def _state(folder: Path) -> tuple[dict[str, Any], bool, str]:
    """(state.json, whether a process is at work, what is wrong with the file), all of one moment."""
    file = folder / "state.json"
    before, _ = read_json(file)
    while True:
        at_work = is_held(folder / "lock")
        after, trouble = read_json(file)
        if after == before or after.get("state") in ENDED:
            return after, at_work, trouble if file.exists() else ""
        before = after  # it began or ended while the lock was tried


def _word(state: dict[str, Any], at_work: bool, started: float, folder: Path) -> str:
    said = state.get("state")
    if said in ENDED:
        return str(said)
    if at_work:
        return "running"
    if not (folder / "state.json").exists() and 0 <= time.time() - started < GRACE:
        return "waiting"
    return "cancelled" if (folder / "cancel").exists() else "interrupted"


def _with_progress(run: Run) -> Run:
    seconds = max(0.0, time.time() - run.started)
    reported = reported_in(run.folder)
    last = reported[-1][1] if reported else None
    return replace(run, progress=last, seconds=seconds, seconds_left=seconds_left(reported, seconds))


def _with_end(run: Run, state: dict[str, Any], trouble: str) -> Run:
    reported = reported_in(run.folder)
    last_heard = reported[-1][0] if reported else 0.0
    error = state.get("error")
    error = error if isinstance(error, dict) else {}
    ended = state.get("ended")
    run = replace(
        run,
        progress=reported[-1][1] if reported else None,
        seconds=_number(state.get("seconds"), 0.0) if run.state in ENDED and ended else last_heard,
        ended=_moment(ended, 0.0) or None,
        result=state.get("result"),
        error=str(error.get("message") or ""),
        error_type=str(error.get("type") or ""),
    )
    if run.error or (run.state == "done" and not trouble):
        return run
    kind = "Damaged" if trouble else "Cancelled" if run.state == "cancelled" else "Interrupted"
    return replace(run, error=trouble or _why(run), error_type=kind)


def _why(run: Run) -> str:
    """What is told of a run whose process ended without a word."""
    if run.state == "cancelled":
        return "Cancelled; its process was ended before it could stop by itself."
    if run.pid is None and run.progress is None:
        return f"Its process never began. {run.folder / 'errors.txt'} may say why. Start it again."
    return "Its process ended without a word: killed, out of memory, or the machine went off. Start it again."


def _touched(file: Path) -> float | None:
    """When the file was made, in seconds since 1970; None where it is not there."""
    try:
        return file.stat().st_mtime
    except OSError:  # not there, or the folder is being removed
        return None


def _moment(told: object, otherwise: float) -> float:
    """Seconds since 1970; what no clock shows is as good as none."""
    found = _number(told, otherwise)
    return found if 0 <= found < LATEST else otherwise


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise


def _time_of(run_id: str) -> float:
    """Seconds since 1970 from the id, 0 where it holds no date."""
    try:
        return time.mktime(time.strptime(run_id[:15], "%Y%m%d-%H%M%S"))
    except (ValueError, OverflowError):
        return 0.0


def _clock(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(seconds))
