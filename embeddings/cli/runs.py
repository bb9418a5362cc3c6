"""runs: the long runs there are, one of them, and how to end or remove one."""

from __future__ import annotations

import argparse
import shlex

from embeddings import runs
from embeddings.cli.text import table
from embeddings.cli.verb import Parser, Shown, Verb
from embeddings.runs import Run, duration


def _flags(parser: Parser) -> None:
    group = parser.add_mutually_exclusive_group()
    group.add_argument("id", nargs="?", metavar="ID", help="tell this run, with its result or its error")
    group.add_argument("--cancel", metavar="ID", help="ask this run to stop")
    group.add_argument("--remove", metavar="ID", help="remove this run, which has ended, with all it wrote about itself")


def _run(args: argparse.Namespace) -> Shown:
    if args.cancel is not None:
        return _cancel(runs.find(args.cancel))
    if args.remove is not None:
        return _remove(runs.find(args.remove))
    return _all() if args.id is None else _one(runs.find(args.id))


def _all() -> Shown:
    found = runs.runs()
    rows = [(run.id, run.state, _share(run), duration(run.seconds), run.name) for run in found]
    text = table(("run", "state", "done", "time", "name"), rows) if found else "There are no runs."
    return Shown({"runs": [run.as_json() for run in found]}, f"{text}\n\nThey lie in {runs.runs_folder()}")


def _one(run: Run) -> Shown:
    told = [f"{run.name}: {run.state}, {duration(run.seconds)}", run.error, run.progress.what if run.live and run.progress else ""]
    left = f"{_share(run)} done" + (f", {duration(run.seconds_left)} left" if run.seconds_left else "") if run.live else ""
    command = f"The same again: python -m embeddings {shlex.join(run.argv)}" if run.argv else ""
    return Shown(run.as_json(), "\n".join(filter(None, [*told, left, command, str(run.folder)])))


def _share(run: Run) -> str:
    """Per cent of the step at hand, "" where it is not known."""
    if run.state == "done" or run.progress is None or run.progress.total <= 0:
        return ""
    return f"{100 * run.progress.done // run.progress.total} %"


def _cancel(run: Run) -> Shown:
    runs.cancel(run)
    asked = f"{run.id} was asked to stop. It does so at its next report."
    return Shown(run.as_json(), asked if run.live else f"{run.id} has ended already: {run.state}.")


def _remove(run: Run) -> Shown:
    runs.remove(run)
    return Shown(run.as_json(), f"{run.id} was removed.")


VERB = Verb(
    "runs",
    "the long runs there are, or one of them",
    "Imports, fetches and other long work that the app started, each in a folder of its own. They go on when the app stops.",
    ("python -m embeddings runs", "python -m embeddings runs --json"),
    _flags,
    _run,
)
