"""spaces: what --space can name."""

from __future__ import annotations

import argparse

from embeddings import catalog
from embeddings.cli.text import note, table
from embeddings.cli.verb import Parser, Shown, Verb
from embeddings.home import home


def _flags(parser: Parser) -> None:
    """Only the --json that every verb has."""


def _run(args: argparse.Namespace) -> Shown:
    for trouble in catalog.damaged():
        note(trouble)
    entries = catalog.spaces()
    rows = [(entry.name, entry.words, entry.dim, entry.source.format, entry.source.licence) for entry in entries]
    about = "\n".join(f"{entry.name}: {entry.source.title}" for entry in entries if entry.source.title)
    text = f"{table(('space', 'words', 'dim', 'format', 'licence'), rows)}\n\n{about}\nYour own lie in {home() / 'spaces'}"
    return Shown([entry.as_json() for entry in entries], text)


VERB = Verb(
    "spaces",
    "the spaces there are",
    "Spaces in the box, and those kept in the data folder (EMBEDDINGS_HOME).",
    ("python -m embeddings spaces", "python -m embeddings spaces --json"),
    _flags,
    _run,
)
