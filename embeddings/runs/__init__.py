"""Long runs: each is a folder that holds the command a person would type, how far it is, and what came of it.

    settings.json    the command's arguments, the run's name, when it was asked for      written by who asks
    files/           files made for this run alone, such as one dropped on a page        moved in by who asks
    lock             held by the process at work; the system lets go of it however the process ends
    progress.jsonl   one line a report: seconds since it was asked for, done, total, what
    state.json       running, done, failed or cancelled; the result or the error         written by the process at work
    errors.txt       its standard error
    cancel, seen     empty files: the reader asked it to stop; the reader has seen how it ended

A run without state.json is waiting for its process. One that says running while nobody holds the lock was interrupted.
"""

from embeddings.runs.asking import cancel, create, dismiss, remove
from embeddings.runs.folder import UnknownRun, runs_folder
from embeddings.runs.pace import duration, seconds_left
from embeddings.runs.reading import Run, find, read, runs
from embeddings.runs.watching import Watch, watched

__all__ = [
    "Run",
    "UnknownRun",
    "Watch",
    "cancel",
    "create",
    "dismiss",
    "duration",
    "find",
    "read",
    "remove",
    "runs",
    "runs_folder",
    "seconds_left",
    "watched",
]
