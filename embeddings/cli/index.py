"""index: what makes searching a large space faster, built and kept beside it."""

from __future__ import annotations

import argparse
from typing import Any

from embeddings import catalog, search
from embeddings.cli.text import note, table
from embeddings.cli.verb import Parser, Shown, Verb, view_flag
from embeddings.errors import BadQuery

KINDS = {"int8": ("int8",), "ivf": ("ivf",), "both": ("int8", "ivf")}
"""What --kind can say, and the kinds of search.index that it means."""

ABOUT = """\
int8 is a copy in whole numbers that is scanned first; whatever could be among the nearest is counted again from the vectors
themselves, so the answer is exact. The app uses it: it reads the copy once and asks it many times. A command of the shell answers
one query, for which it scans the vectors: that takes less time than reading the copy. In Python: search.int8.open(wv).

ivf is an approximate index (faiss): it reads a part of the space and can miss a word. Its recall is measured as it is built, on
words that took no part in choosing its settings. The app asks it where you choose so, and query and neighbours with --approximate.

Both lie beside the space. One that was built for other vectors, or changed since, is never used. A space of fewer than 10,000 words
gets no approximate index, since an exact scan is as fast."""


def _flags(parser: Parser) -> None:
    parser.add_argument("--space", default=catalog.DEFAULT, metavar="NAME", help=f"the space (default {catalog.DEFAULT})")
    view_flag(parser)
    parser.add_argument("--kind", default="both", metavar="KIND", help=f"{', '.join(KINDS)} (default both)")
    parser.add_argument("--remove", action="store_true", help="remove what was built instead")


def _run(args: argparse.Namespace) -> Shown:
    if args.kind not in KINDS:
        raise BadQuery(f"There is no index of kind '{args.kind}'. There are {', '.join(KINDS)}.")
    wv = catalog.open_space(args.space)
    if args.remove:
        return _removed(wv.name, search.index.remove(wv, KINDS[args.kind]))
    if wv.folder is None:
        raise BadQuery(f"{wv.name} has no folder to keep an index in. Keep the space first, under a name of its own.")
    kinds, skipped = KINDS[args.kind], search.ivf.too_few(wv) if args.kind == "both" else ""
    if skipped:
        kinds = ("int8",)
        note(f"The int8 copy alone is built. {skipped}")
    built = search.index.build(wv, wv.folder, args.report, kinds)
    data = {"space": wv.name, "built": [_told(meta) for meta in built], "skipped": {"ivf": skipped} if skipped else {}}
    return Shown(data, _text(wv.name, wv.n_words, wv.dim, built))


def _removed(name: str, kinds: list[str]) -> Shown:
    said = f"Removed from {name}: {', '.join(kinds)}." if kinds else f"There was nothing to remove: no such index was built for {name}."
    return Shown({"space": name, "removed": kinds}, said)


def _told(meta: dict[str, Any]) -> dict[str, Any]:
    names = ("kind", "method", "exact", "recall", "tried", "k", "seconds", "bytes", "fingerprint")
    return {name: meta[name] for name in names if name in meta}


def _text(name: str, n_words: int, dim: int, built: list[dict[str, Any]]) -> str:
    rows = [(meta["kind"], meta["method"], f"{meta['seconds']:.1f} s", f"{meta['bytes'] / 1e6:,.1f} MB") for meta in built]
    recalls = [f"Of the {meta['k']} nearest, {100 * meta['recall']:.1f} % were found on {meta['tried']:,} words that took no part "
               f"in choosing its settings. Ask it: python -m embeddings query WORD --space {name} --approximate"
               for meta in built if "recall" in meta]  # fmt: skip
    listed = table(("kind", "method", "took", "size"), rows)
    return "\n".join([f"{name}, {n_words:,} words x {dim} (vectors {n_words * dim * 4 / 1e6:,.1f} MB)\n", listed, *recalls])


VERB = Verb(
    "index",
    "search a large space faster: an int8 copy (exact) and an approximate index",
    ABOUT,
    (
        "python -m embeddings index --space glove-6b-50d",
        "python -m embeddings index --kind ivf --json",
        "python -m embeddings index --remove",
    ),
    _flags,
    _run,
)
