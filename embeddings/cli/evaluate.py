"""evaluate: how many analogies spaces answer, and how well their cosines agree with people's ratings."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from embeddings import catalog, evaluation
from embeddings.analogy import SCORES
from embeddings.cli.text import note, table
from embeddings.cli.verb import Parser, Shown, Verb
from embeddings.errors import BadQuery
from embeddings.evaluation import UNKNOWN, AnalogyResult, AnalogySuite, Asking, Count, Difference, Result, SimilarityResult, Suite
from embeddings.settings import Progress, Report

KINDS = {"analogies": "google", "similarity": "wordsim353"}
"""What can be evaluated, and the suite where none is named."""

ABOUT = """\
analogies: the share of questions a : a' :: b : ? whose first-ranked word is the expected one, by section. The three asked words are left
out of the answers unless --inputs says otherwise. A question with a word that the space lacks is skipped, and counted beside the
accuracy; --unknown wrong counts it as a wrong answer. The interval is a bootstrap over questions, 95 %.

similarity: Spearman's and Pearson's correlation of cosines with people's ratings of word pairs.

--suite takes google, wordsim353, simlex999, the name of a file in the folder evaluation of the data folder, or a path: questions in
sections (: name, then four words a line), a folder of BATS, or two words and a rating a line. Two spaces or more are compared on what
both cover: McNemar's exact test for analogies, a paired bootstrap for ratings."""


def _flags(parser: Parser) -> None:
    parser.add_argument("kind", metavar="KIND", help=" or ".join(KINDS))
    parser.add_argument("--space", action="append", metavar="NAME", help=f"a space; give it again for more (default {catalog.DEFAULT})")
    parser.add_argument("--suite", metavar="NAME|PATH", help="the questions (default google, or wordsim353)")
    parser.add_argument("--method", default="3cosadd", metavar="NAME", help=f"{', '.join(SCORES)} (default 3cosadd)")
    parser.add_argument("--restrict", type=int, metavar="N", help="ask about and answer with the N first, most frequent words only")
    parser.add_argument("--exact-case", action="store_true", help="look words up as the suite spells them; else case is folded")
    parser.add_argument("--unknown", default="skipped", metavar="WHAT", help=f"a question with an unknown word is {' or '.join(UNKNOWN)}")
    parser.add_argument("--inputs", action="store_true", help="the three asked words may be answers")
    parser.add_argument("--sample", type=int, metavar="N", help="ask N questions of each section, drawn with the seed")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of samples and intervals (default 0)")


def _run(args: argparse.Namespace) -> Shown:
    suite, asking = _suite(args), _asking(args)
    names = list(dict.fromkeys(args.space or [catalog.DEFAULT]))
    results = [_one(name, suite, asking, _part(args.report, at, len(names))) for at, name in enumerate(names)]
    compared = [(one, other, evaluation.difference(one, other)) for one, other in combinations(results, 2)]
    data = results[0].as_json() if len(results) == 1 else _several(results, compared)
    return Shown(data, "\n\n".join([*map(_text, results), *([_compared(compared)] if compared else [])]))


def _suite(args: argparse.Namespace) -> Suite:
    if args.kind not in KINDS:
        raise BadQuery(f"There is no evaluation '{args.kind}'. There are {' and '.join(KINDS)}.")
    named = args.suite or KINDS[args.kind]
    path = Path(named)
    is_path = named not in evaluation.names() and (path.exists() or path.is_absolute() or len(path.parts) > 1)
    suite = evaluation.read(path) if is_path else evaluation.find(named)
    if isinstance(suite, AnalogySuite) != (args.kind == "analogies"):
        other = "analogies" if isinstance(suite, AnalogySuite) else "similarity"
        raise BadQuery(f"The suite '{suite.name}' is for {other}: python -m embeddings evaluate {other} --suite {named}")
    return suite


def _asking(args: argparse.Namespace) -> Asking:
    if args.kind == "similarity":
        if args.method != "3cosadd" or args.inputs or args.sample is not None:
            note("--method, --inputs and --sample change nothing: ratings are compared with cosines, all of them.")
        return Asking(restrict=args.restrict, fold=not args.exact_case, unknown=args.unknown, seed=args.seed)
    return Asking(args.method, args.restrict, not args.exact_case, args.unknown, args.inputs, args.sample, args.seed)


def _one(name: str, suite: Suite, asking: Asking, report: Report) -> Result:
    result = evaluation.evaluate(catalog.open_space(name), suite, asking, report)
    evaluation.keeping.keep(result)
    return result


def _part(report: Report, at: int, of: int) -> Report:
    """The report of one space among several: its steps are so many of all."""
    return lambda told: report(Progress(at * told.total + told.done, of * told.total, told.what))


Compared = Sequence[tuple[Result, Result, Difference | None]]


def _several(results: Sequence[Result], compared: Compared) -> dict[str, Any]:
    return {
        "suite": results[0].suite,
        "results": [result.as_json() for result in results],
        "differences": [{"first": one.space, "second": other.space, **_told(told)} for one, other, told in compared],
    }


def _told(told: Difference | None) -> dict[str, Any]:
    if told is None:
        return {"value": None, "low": None, "high": None, "p": None, "n": 0, "test": ""}
    shown = {"value": told.value, "low": told.interval.low, "high": told.interval.high, "p": told.p, "n": told.n}
    return shown | {"test": told.test, "only_first": told.only_first, "only_second": told.only_second}


# ---------------------------------------------------------------------------------------------------- as text


def _text(result: Result) -> str:
    return _analogies(result) if isinstance(result, AnalogyResult) else _similarity(result)


def _analogies(result: AnalogyResult) -> str:
    asking = result.asking
    rows = [_row(count) for count in (*result.counts(), *result.kinds(), result.total())]
    among = f"the first {asking.restrict:,} words" if asking.restrict else f"all {result.n_words:,} words"
    asked = "may win" if asking.inputs else "left out"
    head = f"{result.suite_title} on {result.space}: {SCORES[asking.method].title}, {among}, asked words {asked}"
    sample = f", {asking.sample:,} questions of each section" if asking.sample else ""
    below = f"Questions with unknown words are {'skipped' if asking.unknown == 'skipped' else 'counted as wrong'}. "
    below += f"Case is {'folded' if asking.fold else 'kept'}. {result.seconds:.1f} s."
    names = ("section", "accuracy", "95 % interval", "correct", "asked", "skipped")
    return f"{head}{sample}\n\n{table(names, rows)}\n\n{below}"


def _row(count: Count) -> tuple[str | int, ...]:
    if count.accuracy is None or count.interval is None:
        return count.name, "nothing covered", "", count.correct, count.asked, count.skipped
    interval = f"{count.interval.low:.1%} to {count.interval.high:.1%}"
    return count.name, f"{count.accuracy:.2%}", interval, count.correct, count.asked, count.skipped


def _similarity(result: SimilarityResult) -> str:
    head = f"{result.suite_title} on {result.space}: {result.covered:,} of {len(result.pairs):,} pairs covered"
    if result.spearman is None or result.pearson is None or result.interval is None:
        return f"{head}\nToo few pairs are covered, or nothing varies: there is no correlation."
    low, high = result.interval.low, result.interval.high
    return f"{head}\nSpearman {result.spearman:.4f} (95 % interval {low:.3f} to {high:.3f}), Pearson {result.pearson:.4f}"


def _p(p: float) -> str:
    return "under 1e-16" if p < 1e-16 else f"{p:.2g}"


def _compared(compared: Compared) -> str:
    rows = []
    for one, other, told in compared:
        if told is None:
            rows.append((one.space, other.space, "nothing in common", "", "", 0))
            continue
        shown = f"{100 * told.value:+.2f} points" if isinstance(one, AnalogyResult) else f"{told.value:+.4f}"
        interval = f"{told.interval.low:+.4f} to {told.interval.high:+.4f}"
        rows.append((one.space, other.space, shown, interval, f"{_p(told.p)} ({told.test})", told.n))
    return table(("space", "against", "difference", "95 % interval", "p", "compared"), rows)


VERB = Verb(
    "evaluate",
    "how many analogies a space answers, and how well it agrees with people's ratings",
    ABOUT,
    (
        "python -m embeddings evaluate analogies --restrict 30000",
        "python -m embeddings evaluate similarity --suite simlex999 --json",
        "python -m embeddings evaluate analogies --space glove-6b-50d --space random-50d --method 3cosmul",
    ),
    _flags,
    _run,
)
