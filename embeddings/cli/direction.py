"""direction: the line that word pairs share, the evidence for it, and words placed along it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings import direction, search, word_lists
from embeddings.cli import asked
from embeddings.cli.text import note, some, table
from embeddings.cli.verb import Parser, Shown, Verb, shared_flags
from embeddings.direction import Direction, Placed
from embeddings.errors import BadFile, BadQuery
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import WordVectors

Pair = tuple[str, str]
Ends = dict[str, list[tuple[str, float]]]
MOST_NAMED = 3      # so many arguments make a direction's name; more are counted


def _flags(parser: Parser) -> None:
    pairs = "pair lists by name (gender or @gender), or pairs first:second"
    parser.add_argument("pairs", nargs="*", metavar="LIST|A:B", help=pairs)
    parser.add_argument("--file", metavar="PATH", help="read pairs from a text file, one pair a line")
    parser.add_argument("--words", nargs="+", default=[], metavar="WORD", help="words or @lists to place along the direction")
    shared_flags(
        parser,
        direction.METHODS,
        "svd",
        None,
        "also tell the N words furthest towards each end (default none)",
        "work with {among}, and no others",
    )


def _run(args: argparse.Namespace) -> Shown:
    k, seed = asked.count(args), asked.seed(args)
    pairs, name = _pairs(args)
    wv = asked.space(args)
    known, absent = _known(wv, pairs)
    found = direction.from_pairs(wv, known, name, args.method, seed=seed)
    chosen = asked.words(wv, args.words)
    placed = direction.place(wv, found, chosen.found, seed=seed) if chosen.found else []
    ends = _ends(wv, found, k)
    data = direction.as_json(found, placed) | {"name": name, "absent": [list(pair) for pair in absent]}
    data |= {"absent_words": list(chosen.absent), "ends": {end: _named(words) for end, words in ends.items()}}
    return Shown(data, _text(wv, found, placed, ends))


def _pairs(args: argparse.Namespace) -> tuple[list[Pair], str]:
    """The pairs that the arguments and the file hold, and a name for them."""
    pairs = [pair for argument in args.pairs for pair in _pairs_of(argument)]
    if args.file is not None:
        pairs += [pair for there in _read(Path(args.file)) for pair in _only_pairs(there)]
    if not args.pairs and args.file is None:
        raise BadQuery(f"A direction needs pairs: man:woman king:queen, --file PATH, or a pair list. There are {_pair_lists()}.")
    given = [argument.removeprefix("@") for argument in args.pairs] + ([Path(args.file).name] if args.file is not None else [])
    return pairs, " ".join(given) if len(given) <= MOST_NAMED else f"{len(pairs):,} pairs"


def _pairs_of(argument: str) -> Sequence[Pair]:
    if ":" not in argument:
        return _only_pairs(asked.listed(argument))
    first, _, second = argument.partition(":")
    if not first or not second or ":" in second:
        raise BadQuery(f"'{argument[:80]}' is no pair; write first:second, as in man:woman. Words with a colon go into a --file.")
    return [(first, second)]


def _only_pairs(given: WordList | PairList) -> Sequence[Pair]:
    if isinstance(given, PairList):
        return given.pairs
    raise BadQuery(f"'{given.name}' is a list of words; a direction needs pairs. Pair lists are {_pair_lists()}.")


def _pair_lists() -> str:
    return ", ".join(f"@{name}" for name, there in sorted(word_lists.every().items()) if isinstance(there, PairList))


def _read(path: Path) -> list[WordList | PairList]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}.") from error
    lists = word_lists.read(data, path.name)
    for told in dict.fromkeys(told for there in lists for told in there.notes):
        note(f"{path.name}: {told}")
    return lists


def _known(wv: WordVectors, pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """The pairs that the space has and those it lacks, which are told; UnknownWords where too few would be left."""
    known, absent = direction.known_pairs(wv, pairs)
    if absent and len(known) < 2:
        lacking = [word for pair in absent for word in pair if wv.find([word]) == [None]]
        raise wv.unknown(lacking, f"That leaves {len(known)} of {len(known) + len(absent)} pairs; two or more are needed.")
    if absent:
        shown = some([":".join(pair) for pair in absent])
        note(f"Left out, because {wv.name} ({wv.n_words:,} words) lacks one of the words: {shown}.")
    return known, absent


def _ends(wv: WordVectors, found: Direction, k: int) -> Ends:
    """The k words of largest cosine with the axis either way, the pairs' own words left out; nothing for k = 0."""
    if not k:
        return {}
    values = search.cosines(wv, found.axis)
    own = wv.rows(word for pair in found.pairs for word in pair).tolist()
    rows = {"first": search.top_k(-values, k, own), "second": search.top_k(values, k, own)}
    return {end: list(zip(wv.vocabulary.words(at), values[at].tolist(), strict=True)) for end, at in rows.items()}


def _named(words: Sequence[tuple[str, float]]) -> list[dict[str, str | float]]:
    return [{"word": word, "value": value} for word, value in words]


def _text(wv: WordVectors, found: Direction, placed: Sequence[Placed], ends: Ends) -> str:
    evidence = found.evidence
    low, high = np.percentile(evidence.random_share, [2.5, 97.5])
    fitted = zip(found.pairs, evidence.held_out.tolist(), strict=True)
    parts = [
        f"{found.name}: from '{found.poles[0]}' to '{found.poles[1]}', {found.method} of {len(found.pairs):,} pairs\n"
        f"{found.space}, {wv.n_words:,} words of {wv.dim} dimensions, vectors at length one, in the full space",
        f"Mean cosine of two pairs' offsets  {evidence.offset_cosine_mean:.4f}\n"
        f"Second words dealt out anew        {evidence.shuffled.mean():.4f}, "
        f"p = {evidence.p_value:.4f} of {len(evidence.shuffled):,} draws\n"
        f"Share of the first component       {evidence.first_component_share:.4f}, random pairs {low:.4f} to {high:.4f}",
        "Each pair's cosine with the direction fitted without it:\n"
        + table(("first", "second", "cosine"), [(*pair, cosine) for pair, cosine in fitted]),
    ]
    if placed:
        rows = [(at.word, at.value, at.low, at.high) for at in sorted(placed, key=lambda at: at.value)]
        parts.append(
            "Cosine with the direction, and its 95 % interval over the choice of pairs:\n"
            + table(("word", "value", "low", "high"), rows)
        )
    parts += [f"Furthest towards the {end} words:\n" + table(("word", "value"), words) for end, words in ends.items()]
    return "\n\n".join(parts)


VERB = Verb(
    "direction",
    "a direction of meaning from word pairs, and words along it",
    "Pairs that the space lacks are named and left out. Put --words last: it takes all that follows.\n\n"
    "methods:\n"
    "    svd   first right-singular vector of the pairs' offsets, not re-centred   Bolukbasi et al. 2016\n"
    "    mean  the mean offset at length one                                       Kozlowski, Taddy, Evans 2019",
    (
        "python -m embeddings direction gender --words @professions",
        "python -m embeddings direction man:woman king:queen boy:girl --words nurse engineer teacher",
        "python -m embeddings direction capital --method mean -k 5 --restrict 20000 --json",
    ),
    _flags,
    _run,
)
