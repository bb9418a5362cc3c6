"""remove, rename: what can be done with a kept space, whole or damaged."""

from __future__ import annotations

import argparse

from embeddings import catalog
from embeddings.cli.verb import Parser, Shown, Verb


def _named(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", help="the kept space; `spaces` lists them and names the damaged ones")


def _named_twice(parser: Parser) -> None:
    _named(parser)
    parser.add_argument("new", metavar="NEW", help="its new name: small letters, digits, - and _, 60 at most")


def _remove(args: argparse.Namespace) -> Shown:
    catalog.remove(args.name)
    return Shown({"removed": args.name}, f"{args.name} was removed, with what was built beside it.")


def _rename(args: argparse.Namespace) -> Shown:
    catalog.rename(args.name, args.new)
    return Shown({"renamed": args.name, "space": args.new}, f"{args.name} is called {args.new} now.")


REMOVE = Verb(
    "remove",
    "remove a kept space from the disk",
    "The space goes at once, with its indexes, and cannot be brought back; the file that it was imported from stays where it is.\n"
    "A damaged space is removed in the same way. The spaces in the box stay.",
    ("python -m embeddings remove german", "python -m embeddings remove german --json"),
    _named,
    _remove,
)

RENAME = Verb(
    "rename",
    "give a kept space another name",
    "Its report and its indexes stay with it. Links and commands that name the space have to be changed by hand.",
    ("python -m embeddings rename german de-2018", "python -m embeddings rename german de-2018 --json"),
    _named_twice,
    _rename,
)
