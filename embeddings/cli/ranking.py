"""query and neighbours: the nearest words to an expression.

With --anatomy, or an expected word, the JSON of query has one field more:

    "anatomy"  {"verdict": name, "sentence", "part_labels": [..], "parts_do", "parts": [{"word", "parts": [..]}], "unrestricted",
                "inputs": [{"word", "rank", "tied", "score"}], "only_b": {"results": [{"word", "score"}], "answer_rank", "first_rank"},
                "expected": [{"word", "rank", "tied", "score", "method", "answer", "seconds", "why"}]}

rank is 1 + the number of words with a strictly larger score, null where there is no score; tied is how many others have the same.
inputs are ranked with the asked words allowed, expected words with them left out. only_b is null where the query is no analogy.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

from embeddings import anatomy, catalog, word_lists
from embeddings.analogy import BY_DEFAULT, SCORES
from embeddings.anatomy import Anatomy
from embeddings.cli import asked, hubness
from embeddings.cli.text import Cell, some, table
from embeddings.cli.verb import Parser, Shown, Verb, shared_flags
from embeddings.errors import BadQuery
from embeddings.query import Lists, Query, Ranking, answer, expected_word

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
    parser.add_argument("--pairs", default="", metavar="NAME", help="the list of pairs that 3cosavg and lrcos learn from")
    parser.add_argument("--expect", metavar="WORD", help="the answer that is expected; also the fourth word of an analogy")
    parser.add_argument("--anatomy", action="store_true", help="take the answer apart: what each term gave, what else would win")


def _neighbours_flags(parser: Parser) -> None:
    _flags(parser, MEASURES, "cosine")
    hubness.neighbours_flags(parser)


def _run_query(args: argparse.Namespace) -> Shown:
    query = _query(args, args.method)
    if args.seed is None or not (args.method == "lrcos" or (query.expected and query.pairs)):
        asked.no_seed(args, _told_search(query))
    else:
        query = replace(query, learning=replace(BY_DEFAULT, seed=asked.seed(args)))
    wv, lists = catalog.open_space(args.space), _lists(query)
    apart = anatomy.of(wv, query, lists) if args.anatomy or query.expected else None
    ranking = answer(wv, query, lists) if apart is None else apart.ranking
    score = SCORES[args.method]
    formula = f"{score.title}: {score.formula}" + (f"   ({score.paper})" if score.paper else "")
    text, data = _text(ranking, wv.n_words, formula), ranking.as_json() | {"formula": score.formula}
    if apart is None:
        return Shown(data, text)
    return Shown(data | {"anatomy": apart.as_json()}, f"{text}\n\n{_apart(apart, parts=args.anatomy)}")


def _apart(apart: Anatomy, parts: bool) -> str:
    """The anatomy as text; without `parts` the verdict and the expected word alone."""
    told = [apart.verdict.sentence + "\n"]
    if parts and apart.ranking.parts and apart.ranking.words:
        lines = zip(apart.ranking.words, apart.ranking.parts, apart.ranking.scores, strict=True)
        shares: list[tuple[Cell, ...]] = [(word, *parts_of, score) for word, parts_of, score in lines]
        head = ("word", *apart.ranking.part_labels, "score")
        told += [f"The parts {SCORES[apart.ranking.query.method].parts_do}:", table(head, shares), ""]
    if parts:
        standing = [(each.word, *_rank(each.rank, each.score)) for each in apart.inputs]
        told += ["The asked words, were they allowed:", table(("word", "rank", "score"), standing), ""] if standing else []
    if apart.expected:
        rows: list[tuple[Cell, ...]] = [
            (SCORES[each.method].title, *_rank(each.standing.rank, each.standing.score), each.answer, f"{each.seconds:.3f} s")
            for each in apart.expected
        ]
        told += [f"'{apart.expected[0].standing.word}' was expected; asked words left out:"]
        told += [table(("method", "rank", "score", "first", "time"), rows)]
        told += [f"{SCORES[each.method].title}: {each.why}" for each in apart.expected if each.why]
    return "\n".join(told).rstrip()


def _rank(rank: int | None, score: float | None) -> tuple[str, str]:
    return "-" if rank is None else f"{rank:,}", "-" if score is None else f"{score:.4f}"


def _run_neighbours(args: argparse.Namespace) -> Shown:
    if args.method not in MEASURES:
        raise BadQuery(f"There is no method '{args.method}' for neighbours. There are {', '.join(MEASURES)}; query has more.")
    plain = _query(args, MEASURES[args.method])
    asked.no_seed(args, _told_search(plain))
    query = replace(plain, subset=args.subset, rank_by=args.rank_by, around=args.around)
    wv, lists, formula = catalog.open_space(args.space), _lists(query), FORMULAS[args.method]
    ranking = answer(wv, query, lists)
    plainly = ranking if query.rank_by == "cosine" else answer(wv, replace(query, rank_by="cosine"), lists)
    data = ranking.as_json() | {"method": args.method, "formula": formula} | hubness.fields(wv, ranking, plainly)
    told = filter(None, [_text(ranking, wv.n_words, formula), hubness.below(wv, ranking, plainly), HINT])
    return Shown(data, "\n".join(told))


def _query(args: argparse.Namespace, method: str) -> Query:
    query = Query.parse(" ".join(args.text), method, args.k, args.restrict, args.approximate, getattr(args, "pairs", "").removeprefix("@"))
    expected = getattr(args, "expect", None)
    if expected is None:
        return query
    word = expected_word(expected)
    if query.expected not in ("", word):
        raise BadQuery(f"The query expects '{query.expected}' and --expect says '{word}'. Give one of them.")
    return replace(query, expected=word)


def _told_search(query: Query) -> str:
    return "an approximate search" if query.approximate else "an exact search"


def _lists(query: Query) -> Lists:
    """Kept lists are read only for a query that names one: their folder must not stand in the way of the others."""
    return word_lists.every() if query.pairs or "@" in query.subset or any(term.is_list for term in query.terms) else {}


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
        "python -m embeddings query 'paris : france :: tokyo : japan' --method lrcos --pairs capital",
        "python -m embeddings query 'king - man + woman' --expect queen --anatomy",
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
