"""query and neighbours: the nearest words to an expression."""

from __future__ import annotations

import argparse

from embeddings import catalog, word_lists
from embeddings.analogy import SCORES
from embeddings.cli import asked
from embeddings.cli.text import some, table
from embeddings.cli.verb import Parser, Shown, Verb, shared_flags
from embeddings.errors import BadQuery
from embeddings.query import Query, Ranking, answer

MEASURES = {"cosine": "3cosadd", "euclid": "euclid"}
"""The methods of `neighbours`, and the scores that they are: 3CosAdd of a plain sum is its cosine."""

FORMULAS = {
    "cosine": "cosine (-1 to 1) with the sum of the words' vectors at length one",
    "euclid": "minus the Euclidean distance (0 is nearest) from the sum of the vectors as stored",
}

HINT = "Near words keep the same company; opposites (hot, cold) often do. For an analogy: python -m embeddings query --help"


def _flags(parser: Parser, methods: dict[str, str], default: str) -> None:
    parser.add_argument("text", nargs="*", metavar="TEXT", help="a word or an expression; several arguments are joined by spaces")
    shared_flags(parser, methods, default, 10, "how many words (default 10)", "look only among {among}")
    parser.add_argument("--approximate", action="store_true", help="ask the space's approximate index, built by the verb index")


def _query_flags(parser: Parser) -> None:
    _flags(parser, {name: name for name in SCORES}, "3cosadd")


def _neighbours_flags(parser: Parser) -> None:
    _flags(parser, MEASURES, "cosine")


def _run_query(args: argparse.Namespace) -> Shown:
    ranking, n_words = _answered(args, args.method)
    score = SCORES[args.method]
    formula = f"{score.title}: {score.formula}" + (f"   ({score.paper})" if score.paper else "")
    return Shown(ranking.as_json() | {"formula": score.formula}, _text(ranking, n_words, formula))


def _run_neighbours(args: argparse.Namespace) -> Shown:
    if args.method not in MEASURES:
        raise BadQuery(f"There is no method '{args.method}' for neighbours. There are {', '.join(MEASURES)}; query has more.")
    ranking, n_words = _answered(args, MEASURES[args.method])
    formula = FORMULAS[args.method]
    return Shown(ranking.as_json() | {"method": args.method, "formula": formula}, f"{_text(ranking, n_words, formula)}\n{HINT}")


def _answered(args: argparse.Namespace, method: str) -> tuple[Ranking, int]:
    query = Query.parse(" ".join(args.text), method, args.k, args.restrict, args.approximate)
    asked.no_seed(args, "an approximate search" if args.approximate else "an exact search")
    wv = catalog.open_space(args.space)
    # Kept lists are read only for a query that names one: their folder must not stand in the way of the others.
    lists = word_lists.every() if any(term.is_list for term in query.terms) else {}
    return answer(wv, query, lists), wv.n_words


def _text(ranking: Ranking, n_words: int, formula: str) -> str:
    restrict = ranking.query.restrict
    among = f"all {n_words:,}" if restrict is None or restrict >= n_words else f"the {restrict:,} most frequent of {n_words:,}"
    scan = "an exact scan" if ranking.exact else "an approximate search"
    head = f"{ranking.query}\n{formula}\n{ranking.space}, k = {ranking.query.k:,}, {scan} of {among} words\n"
    found = zip(range(1, len(ranking.words) + 1), ranking.words, ranking.scores, strict=True)
    rows = [(rank, word, score) for rank, word, score in found]
    listed = table(("rank", "word", "score"), rows) if rows else "No word is left to list."
    return "\n".join((head, listed, "", *_below(ranking)))


def _below(ranking: Ranking) -> list[str]:
    first, alone = ranking.unrestricted, len(ranking.left_out) == 1             # one word is nearest to itself, as it must be
    told = f"; '{first}' would come first" if first in ranking.left_out and not alone else ""
    left_out = [f"Left out, because they were asked: {some(ranking.left_out)}{told}."] if ranking.left_out else []
    return [*ranking.notes, *left_out]


def _methods(rows: dict[str, str]) -> str:
    width = max(map(len, rows))
    return "\n".join(f"    {name:{width}}  {told}" for name, told in rows.items())


QUERY = Verb(
    "query",
    "the nearest words to an expression or an analogy",
    "Asked words are left out of the answer, as in the papers. The grammar is in: python -m embeddings --help\n\n"
    "methods, for a : a' :: b : b', which is b - a + a':\n"
    + _methods({score.name: f"{score.formula}   {score.paper}".rstrip() for score in SCORES.values()}),
    (
        "python -m embeddings query 'king - man + woman'",
        "python -m embeddings query 'man is to king as woman is to ?' --method 3cosmul",
        "python -m embeddings query '0.7*paris + 0.3*food' -k 5 --restrict 20000",
        "python -m embeddings query king - man + woman --json",
        "python -m embeddings query cat --space random-50d",
    ),
    _query_flags,
    _run_query,
)

NEIGHBOURS = Verb(
    "neighbours",
    "the nearest words to a word, or to a sum of words",
    "The same as query, by plain cosine or by distance.\n\nmethods:\n" + _methods(FORMULAS),
    (
        "python -m embeddings neighbours coffee",
        "python -m embeddings neighbours coffee --method euclid -k 20",
        "python -m embeddings neighbours 'bank + river' --restrict 50000 --json",
        "python -m embeddings neighbours --restrict 50000 -- --",
    ),
    _neighbours_flags,
    _run_neighbours,
)
