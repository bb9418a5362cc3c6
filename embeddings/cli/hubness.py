"""hubness: how often each word is among the nearest of others, counted once and kept; and the flags of neighbours that use it.

    hubness     {"space", "k", "among", "words", "exact", "skewness", "hubs", "hub_from", "nobody", "largest", "seconds",
                 "most": [{"word", "count"}]}, with "recall" and "tried" where the index was asked
    neighbours  besides the fields of query: "rank_by", "subset", "part_labels", "parts", "entered", "left", "counts"
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

from embeddings import catalog, hubness
from embeddings.cli.text import some, table
from embeddings.cli.verb import Parser, Shown, Verb, view_flag
from embeddings.hubness import RANKINGS, Hubness
from embeddings.query import Ranking
from embeddings.word_vectors import WordVectors

MOST = 10                   # of the strongest hubs that are printed

ABOUT = """\
N_k of a word is how many words have it among their k nearest by cosine (Radovanovic, Nanopoulos, Ivanovic 2010). Its mean is k;
hubs have many times more, and most words less. Every word is multiplied by every other, so the time grows with the square of
their number: about two minutes for 400,000 words of 50 numbers on two processors. A longer vocabulary is cut to its 400,000
most frequent words unless --among says more; --approximate asks the space's index instead, and measures what it misses.

The counts lie beside the space. The page Neighbours shows them beside each word, and CSLS is exact once they are there."""


def _flags(parser: Parser) -> None:
    parser.add_argument("--space", default=catalog.DEFAULT, metavar="NAME", help=f"the space (default {catalog.DEFAULT})")
    view_flag(parser)
    parser.add_argument("-k", type=int, default=10, metavar="N", help="how many nearest of each word count (default 10)")
    parser.add_argument("--among", type=int, metavar="N", help="only the N most frequent words (default 400000, or all if fewer)")
    parser.add_argument("--approximate", action="store_true", help="ask the space's approximate index, built by the verb index")
    parser.add_argument("--remove", action="store_true", help="remove the counts instead")


def _run(args: argparse.Namespace) -> Shown:
    wv = catalog.open_space(args.space)
    if args.remove:
        gone = hubness.remove(wv, args.k)
        said = f"The counts of {wv.name} for k = {args.k} were removed." if gone else f"No counts of {wv.name} were kept for k = {args.k}."
        return Shown({"space": wv.name, "k": args.k, "removed": gone}, said)
    started = time.monotonic()
    found = hubness.build(wv, args.k, args.among, args.approximate, args.report)
    seconds = round(time.monotonic() - started, 3)
    rows = np.argsort(-found.counts, kind="stable")[:MOST]
    most = [{"word": word, "count": int(found.counts[row])} for word, row in zip(wv.vocabulary.words(rows), rows, strict=True)]
    return Shown(found.as_json() | {"seconds": seconds, "most": most}, _text(found, most, seconds))


def _text(found: Hubness, most: list[dict[str, Any]], seconds: float) -> str:
    told = found.as_json()
    cut = f"the {found.among:,} most frequent of {found.n_words:,}" if found.among < found.n_words else f"all {found.among:,}"
    how = "exactly" if found.recall is None else f"through the index, which found {found.recall:.1%} of the nearest of {found.tried} words"
    return "\n".join((
        f"{found.space}: N_{found.k} of {cut} words, counted {how} in {seconds:.1f} s.",
        f"Skewness {found.skewness:.2f}. {told['hubs']:,} hubs (N_{found.k} above {found.hub_from:.1f}, two standard deviations over "
        f"the mean), {told['nobody']:,} words that are nobody's neighbour.\n",
        table(("word", f"N_{found.k}"), [(each["word"], each["count"]) for each in most]),
    ))  # fmt: skip


VERB = Verb(
    "hubness",
    "count how often each word is among the nearest of others",
    ABOUT,
    (
        "python -m embeddings hubness --space glove-6b-50d",
        "python -m embeddings hubness --among 50000 --json",
        "python -m embeddings hubness --space random-50d --view centred -k 5",
    ),
    _flags,
    _run,
)


def neighbours_flags(parser: Parser) -> None:
    """The flags of the verb neighbours that say what is listed and how it is ranked."""
    parser.add_argument("--subset", default="", metavar="WORDS", help="list only from @a-list, /a regular expression/, or both")
    parser.add_argument("--rank-by", default="cosine", metavar="NAME", help=f"{', '.join(RANKINGS)} (default cosine)")
    parser.add_argument("--around", type=int, default=10, metavar="N", help="k of the r in csls, and of the hub counts (default 10)")


def fields(wv: WordVectors, ranking: Ranking, plain: Ranking) -> dict[str, Any]:
    """What --json tells of trust, beside the ranking."""
    change = hubness.change(ranking.words, plain.words)
    found = hubness.kept(wv, ranking.query.around)
    counts = [badge.count for badge in found.badges(np.array(ranking.rows, np.int64))] if found else None
    shown = {"rank_by": ranking.query.rank_by, "subset": ranking.query.subset}
    parts = {"part_labels": list(ranking.part_labels), "parts": [list(line) for line in ranking.parts]}
    return shown | parts | {"entered": list(change.entered), "left": list(change.left), "counts": counts}


def below(wv: WordVectors, ranking: Ranking, plain: Ranking) -> str:
    """What is printed of trust under the ranking: what entered and left the list, and how often each word is a neighbour."""
    lines = []
    if ranking.query.rank_by != "cosine":
        change = hubness.change(ranking.words, plain.words)
        title = RANKINGS[ranking.query.rank_by]
        lines.append(f"{title.title}: {title.formula}   ({title.paper})")
        told = [f"entered: {some(change.entered)}"] * bool(change.entered) + [f"left: {some(change.left)}"] * bool(change.left)
        lines.append(f"Against the plain cosine, {'; '.join(told) or 'the same words'}.")
    found = hubness.kept(wv, ranking.query.around)
    if found:
        badges = found.badges(np.array(ranking.rows, np.int64))
        hubs = [f"{word} ({badge.count:,})" for word, badge in zip(ranking.words, badges, strict=True) if badge.kind == "hub"]
        lines.append(f"Hubs, with the words that have them among their {found.k} nearest: {some(hubs)}." if hubs else "None is a hub.")
    return "\n".join(lines)


