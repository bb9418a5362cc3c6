"""spaces: what --space can name, or one of them with the report of its import."""

from __future__ import annotations

import argparse

from embeddings import catalog
from embeddings.catalog import Entry
from embeddings.cli.text import note, table
from embeddings.cli.verb import Parser, Shown, Verb
from embeddings.formats.repairs import sentences
from embeddings.home import home


def _flags(parser: Parser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="tell this space in full, with the report of its import")


def _run(args: argparse.Namespace) -> Shown:
    return _all() if args.name is None else _one(catalog.entry(args.name))


def _all() -> Shown:
    for trouble in catalog.damaged():
        note(trouble)
    entries = catalog.spaces()
    rows = [(entry.name, entry.words, entry.dim, entry.source.format, entry.source.licence) for entry in entries]
    about = "\n".join(f"{entry.name}: {entry.source.title}" for entry in entries if entry.source.title)
    text = f"{table(('space', 'words', 'dim', 'format', 'licence'), rows)}\n\n{about}\nYour own lie in {home() / 'spaces'}"
    return Shown([entry.as_json() for entry in entries], text)


def _one(entry: Entry) -> Shown:
    source, repairs = entry.source, entry.repairs
    about = [("title", source.title), ("credit", source.credit), ("licence", source.licence), ("url", source.url),
             ("path", source.path), ("format", source.format), ("sha256", source.sha256)]  # fmt: skip
    told = [f"{entry.name}, {_counted(entry.words, 'word')} x {entry.dim:,}", *(f"{key:10}{value}" for key, value in about if value)]
    found = sentences(repairs) if repairs else ["It was not imported from a file, so there is no report."]
    return Shown(entry.as_json(), "\n".join([*told, "", *found]))


def _counted(n: int, what: str) -> str:
    return f"1 {what}" if n == 1 else f"{n:,} {what}s"


VERB = Verb(
    "spaces",
    "the spaces there are, or one of them with the report of its import",
    "Spaces in the box, and those kept in the data folder (EMBEDDINGS_HOME). With --json every space brings its report as `repairs`.",
    ("python -m embeddings spaces", "python -m embeddings spaces glove-6b-50d", "python -m embeddings spaces --json"),
    _flags,
    _run,
)
