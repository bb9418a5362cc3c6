"""export: a space as files that other programs open."""

from __future__ import annotations

import argparse
from pathlib import Path

from embeddings import catalog
from embeddings.cli.text import note, table
from embeddings.cli.verb import Parser, Shown, Verb
from embeddings.formats.exporting import WRITERS, export
from embeddings.home import home


def _flags(parser: Parser) -> None:
    parser.add_argument("space", metavar="SPACE", help="the space; `spaces` lists them")
    titles = "; ".join(f"{writer.name}: {writer.title} ({' and '.join(writer.suffixes)})" for writer in WRITERS.values())
    parser.add_argument("format", metavar="FORMAT", help=titles)
    where = f"file to write, or a folder (default: a file of the space's name in {home() / 'exports'})".replace("%", "%%")
    parser.add_argument("path", metavar="PATH", nargs="?", type=Path, help=where)
    parser.add_argument("--gz", action="store_true", help="pack the text with gzip")
    parser.add_argument("--overwrite", action="store_true", help="write over files that exist already")


def _run(args: argparse.Namespace) -> Shown:
    wv = catalog.open_space(args.space)
    made = export(wv, args.format, args.path, gz=args.gz, overwrite=args.overwrite, report=args.report)
    for sentence in made.notes:
        note(sentence)
    files = [{"path": str(file), "bytes": file.stat().st_size} for file in made.files]
    data = {
        "space": wv.name, "format": args.format, "rows": wv.n_words, "dim": wv.dim, "files": files, "notes": list(made.notes),
        "in_gensim": made.in_gensim,
    }  # fmt: skip
    rows = [(str(file["path"]), int(str(file["bytes"]))) for file in files]
    return Shown(data, f"{table(('file', 'bytes'), rows)}\n\nIn gensim:\n{made.in_gensim}")


VERB = Verb(
    "export",
    "write a space as files that other programs open",
    "Files are written completely or not at all. Every number is read back bit for bit. A word that a format cannot hold is named, "
    "and nothing is written.",
    (
        "python -m embeddings export glove-6b-50d word2vec-binary",
        "python -m embeddings export glove-6b-50d word2vec glove.vec --gz",
        "python -m embeddings export glove-6b-50d projector --json",
    ),
    _flags,
    _run,
)
