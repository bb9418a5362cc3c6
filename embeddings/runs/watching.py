"""What the process at work holds: it notes how far it is and how it ended, and stops when asked."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from embeddings.errors import Cancelled, EmbeddingsError
from embeddings.home import unusable
from embeddings.locks import Lock
from embeddings.runs.folder import UnknownRun, checked, forget_files, replace_file, write_json
from embeddings.runs.reading import read
from embeddings.settings import Progress

EVERY = 0.25
"""Seconds between two lines of progress, at least."""

LARGEST = 1_000_000
"""Bytes of progress.jsonl at which every second line of the older ones goes."""

TAKE_UP = 3.0
"""Seconds in which the lock is tried: those who only look hold it for a blink."""


@dataclass
class Watch:
    """What the process at work holds: `report` for the library, and `result`, JSON that is kept when the run is done."""

    folder: Path
    result: Any = None
    asked_to_end: bool = False
    _asked_for: float = 0.0
    _entered: float = field(default_factory=time.monotonic)
    _looked: float = -1.0
    _written: float = -1.0
    _last: Progress | None = None
    _waiting: Progress | None = None

    def report(self, progress: Progress) -> None:
        """Note how far the run is, at most four times a second. Raises Cancelled once the reader asked it to stop.

        For one thread at a time. The first and last report of a step (its total changes, or is reached) are always noted.
        """
        now = time.monotonic()
        self._stop_where_asked(now)
        last, self._last = self._last, progress
        turned = last is None or progress.total != last.total or (progress.done >= progress.total > last.done)
        if turned or now - self._written >= EVERY:
            self._write(progress, now)
        else:
            self._waiting = progress

    def _stop_where_asked(self, now: float) -> None:
        if self.asked_to_end:
            raise Cancelled("Stopped: the system asked the process to end.")
        if now - self._looked < 0.05 and self._looked >= 0:  # a look costs as much as many small steps
            return
        self._looked = now
        if (self.folder / "cancel").exists():
            raise Cancelled("Cancelled, as you asked.")

    def _write(self, progress: Progress, now: float) -> None:
        line = [round(self.seconds(now), 2), progress.done, progress.total, progress.what[:200]]
        file = self.folder / "progress.jsonl"
        try:
            with open(file, "ab") as out:
                out.write(json.dumps(line).encode() + b"\n")
                size = out.tell()
            if size > LARGEST:
                _thin(file)
        except OSError as error:
            raise unusable(file, "written", error) from error
        self._written, self._waiting = now, None

    def write_last(self) -> None:
        """Note the last report where it came too soon after the one before."""
        if self._waiting is not None:
            self._write(self._waiting, time.monotonic())

    def seconds(self, now: float) -> float:
        """Seconds since the run was asked for; `now` is of the monotonic clock."""
        return self._asked_for + now - self._entered


@contextmanager
def watched(folder: Path) -> Iterator[Watch]:
    """Do a run's work inside: its state is written on entering and, whatever happens, on leaving. Exceptions pass through.

    Raises UnknownRun where the folder is not a waiting run, and Cancelled at once where it was cancelled while it waited.
    In the main thread SIGTERM becomes Cancelled at the next report; a second SIGTERM ends the process.
    """
    folder = checked(folder)
    with _held(folder / "lock"):
        before = read(folder)
        if not before.argv:
            raise UnknownRun(before.error or f"The run {before.id} holds no command.")
        if (folder / "state.json").exists():
            raise UnknownRun(f"The run {before.id} was taken up before. Ask for a new one.")
        watch = Watch(folder, _asked_for=max(0.0, time.time() - before.started))
        _write_state(watch, "running")
        with _ending_told(watch):
            try:
                watch._stop_where_asked(time.monotonic())
                yield watch
            except BaseException as error:
                _write_end(watch, *_told(error, folder))
                raise
            _write_end(watch, "done", None)
            forget_files(folder)


def _told(error: BaseException, folder: Path) -> tuple[str, dict[str, str]]:
    """(state, error) of what ended a run."""
    kind = type(error).__name__
    if isinstance(error, Cancelled | KeyboardInterrupt):
        return "cancelled", {"type": "Cancelled", "message": str(error) or "Stopped from the keyboard."}
    if isinstance(error, EmbeddingsError):
        return "failed", {"type": kind, "message": str(error)}
    if isinstance(error, MemoryError):
        return "failed", {"type": kind, "message": "This needs more memory than the machine has free. Close other programs, or use less."}
    told = f"This is a fault of the program, not of yours ({kind}: {str(error)[:300]}). {folder / 'errors.txt'} has the traceback."
    return "failed", {"type": kind, "message": told}


def _write_end(watch: Watch, state: str, error: dict[str, str] | None) -> None:
    watch.write_last()
    _write_state(watch, state, ended=time.time(), result=watch.result if state == "done" else None, error=error)


def _write_state(watch: Watch, state: str, **more: Any) -> None:
    file = watch.folder / "state.json"
    seconds = round(watch.seconds(time.monotonic()), 2)
    try:
        write_json({"state": state, "pid": os.getpid(), "seconds": seconds, **more}, file)
    except OSError as error:
        raise unusable(file, "written", error) from error


@contextmanager
def _ending_told(watch: Watch) -> Iterator[None]:
    """SIGTERM asks the watch to end while inside. Only the main thread may say what a signal does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)

    def end(_number: int, _frame: object) -> None:
        watch.asked_to_end = True
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # asked twice, the process ends where it is

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _thin(file: Path) -> None:
    """Take every second line out of the file, the newest 500 apart."""
    lines = file.read_bytes().splitlines(keepends=True)
    replace_file(b"".join([*lines[:-500:2], *lines[-500:]]), file)


@contextmanager
def _held(file: Path) -> Iterator[None]:
    """Hold the lock while inside. Raises UnknownRun where another process holds it, StorageError where it cannot be written."""
    with Lock(file) as lock:
        until = time.monotonic() + TAKE_UP
        try:
            while not lock.take():
                if time.monotonic() > until:
                    raise UnknownRun(f"Another process is at work in {file.parent}. Ask for a new run.")
                time.sleep(0.02)
        except OSError as error:
            raise unusable(file, "written", error) from error
        yield
