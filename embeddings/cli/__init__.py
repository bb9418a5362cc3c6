"""The command line: every verb of the library, as text for people and with --json for programs.

    python -m embeddings query "king - man + woman" --json

A new verb is its file and its line in VERBS.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from embeddings import __version__
from embeddings.cli import direction, evaluate, export, fetch, hubness, importing, index, kept, lists, project, ranking, runs, spaces
from embeddings.cli.text import Unprintable, bar, drop_output, encodes_everything, finite, forgive, note, printable, say, wipe
from embeddings.cli.verb import Help, Parser, Verb, indented, named
from embeddings.errors import Cancelled, EmbeddingsError
from embeddings.runs import watched
from embeddings.settings import Report

__all__ = ["EXAMPLES", "VERBS", "main"]

VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        ranking.QUERY,
        ranking.NEIGHBOURS,
        direction.VERB,
        project.VERB,
        evaluate.VERB,
        spaces.VERB,
        kept.REMOVE,
        kept.RENAME,
        importing.VERB,
        fetch.VERB,
        export.VERB,
        index.VERB,
        hubness.VERB,
        lists.VERB,
        runs.VERB,
    )
}
"""The table, in the order of the help."""

DESCRIPTION = """\
Word embeddings from the shell: neighbours, analogies, directions and maps, on real GloVe vectors. Nothing needs the network.

A query is words with signs between spaces. Single quotes keep the shell from reading it:
    'king - man + woman'               t-shirt is one word, t - shirt are two
    '0.5*paris + 0.5*berlin'           weights
    'paris : france :: tokyo : ?'      an analogy; also: 'man is to king as woman is to ?'
    'king - man + woman = queen'       the expected word, whose rank is told under six methods
    'mean(@fruits) - apple'            a word list stands for the mean of its words; plain @fruit does too
    '"+" + plus'                       double quotes around a token that would be read as something else"""

EXAMPLES = (
    "python -m embeddings query 'king - man + woman'",
    "python -m embeddings query 'paris : france :: tokyo : ?' --method 3cosmul -k 3 --json",
    "python -m embeddings neighbours coffee --restrict 50000",
    "python -m embeddings direction gender --words nurse engineer",
    "python -m embeddings project @fruits king queen",
    "python -m embeddings spaces",
)

_END = """\
Every verb tells more: python -m embeddings query --help
Results go to standard output, notes and progress to standard error. The exit status is 0, 2 for what cannot be answered,
130 for what was stopped; with --json standard output then holds {"error": {"type": ..., "message": ...}}."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 2 for what cannot be answered, 130 when interrupted or cancelled."""
    argv = sys.argv[1:] if argv is None else list(argv)
    forgive(sys.stdout, sys.stderr)
    try:
        return _run(argv)
    except BrokenPipeError:                                                    # `| head` has read enough
        drop_output()
        return 0
    except KeyboardInterrupt:
        if _wants_json(argv):
            _tell_error(Cancelled("Interrupted."), as_json=True)
        return 130


def _run(argv: list[str]) -> int:
    try:
        folder = _run_folder(argv)
        _answer(argv) if folder is None else _answer_in(folder, argv)
    except EmbeddingsError as error:
        _tell_error(error, as_json=_wants_json(argv))
        return 130 if isinstance(error, Cancelled) else 2
    return 0


def _answer(argv: list[str]) -> None:
    report = bar(sys.stderr)
    try:
        _print_answer(argv, report)
    except BaseException:
        wipe(report)
        raise


def _answer_in(folder: Path, argv: list[str]) -> None:
    """The same command as a run: its progress and its end are written to the folder, where the app looks for them."""
    with watched(folder) as watch:
        watch.result = _print_answer(argv, watch.report)


def _print_answer(argv: list[str], report: Report) -> Any:
    """Do what is asked, print it, and return it as JSON can carry it."""
    args = named(_parser().parse_args(argv))
    args.report = report
    shown = VERBS[args.verb].run(args)
    say(_as_json(shown.data) if args.json else printable(shown.text))
    return finite(shown.data)


def _run_folder(argv: list[str]) -> Path | None:
    """The folder of --run. Read before the verb's own flags: where those are wrong, the run has to tell."""
    parser = Parser(prog="python -m embeddings", add_help=False, allow_abbrev=False)
    parser.add_argument("--run")
    found = parser.parse_known_args(_flags_of(argv))[0].run
    return None if found is None else Path(found)


def _parser() -> Parser:
    epilog = f"examples:\n{indented(EXAMPLES)}\n\n{_END}"
    parser = Parser(prog="python -m embeddings", description=DESCRIPTION, epilog=epilog, formatter_class=Help, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"embeddings {__version__}")
    verbs = parser.add_subparsers(title="verbs", dest="verb", metavar="VERB", required=True)
    for verb in VERBS.values():
        verb.add_to(verbs)
    return parser


def _wants_json(argv: list[str]) -> bool:
    """True where --json stands among the flags."""
    return "--json" in _flags_of(argv)


def _flags_of(argv: list[str]) -> list[str]:
    """The arguments before a bare --; what follows it is text."""
    return argv[: argv.index("--")] if "--" in argv else argv


def _tell_error(error: EmbeddingsError, as_json: bool) -> None:
    """Tell it where the reader looks for it: on standard output as JSON, and on standard error where that takes nothing."""
    if not as_json or isinstance(error, Unprintable):
        note(str(error))
        return
    try:
        say(_as_json({"error": {"type": type(error).__name__, "message": str(error)}}))
    except Unprintable as lost:
        note(f"{error}\n{lost}")


def _as_json(data: Any) -> str:
    # A replaced character would not be JSON: where the stream cannot carry every letter, JSON's own \u escapes do.
    return json.dumps(finite(data), ensure_ascii=not encodes_everything(sys.stdout), allow_nan=False)
