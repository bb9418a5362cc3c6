"""lists: the word lists that @name can mean, or one of them."""

from __future__ import annotations

import argparse
from typing import Any

from embeddings import word_lists
from embeddings.cli import asked
from embeddings.cli.text import note, table
from embeddings.cli.verb import Parser, Shown, Verb
from embeddings.word_lists import PairList, WordList

Listed = WordList | PairList


def _flags(parser: Parser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="show this list, with or without its @")


def _run(args: argparse.Namespace) -> Shown:
    return _all() if args.name is None else _one(asked.listed(args.name))


def _all() -> Shown:
    for trouble in word_lists.saved(word_lists.lists_folder())[1]:
        note(trouble)
    lists = list(word_lists.every().values())
    rows = [(f"@{one.name}", len(_entries(one)), _kind(one), one.title) for one in lists]
    text = table(("list", "number", "of", "title"), rows)
    return Shown({"lists": [_about(one) for one in lists]}, text)


def _one(one: Listed) -> Shown:
    told = [f"@{one.name}: {one.title}" if one.title else f"@{one.name}", one.source, one.licence, *one.notes]
    return Shown(_about(one) | {_kind(one): _entries(one)}, "\n".join([*filter(None, told), "", _table(one)]))


def _table(one: Listed) -> str:
    if isinstance(one, PairList):
        return table(("first", "second"), one.pairs)
    return table(("word",), [(word,) for word in one.words])


def _about(one: Listed) -> dict[str, Any]:
    about = {"name": one.name, "kind": _kind(one), "number": len(_entries(one)), "title": one.title}
    return about | {"source": one.source, "licence": one.licence, "notes": list(one.notes)}


def _kind(one: Listed) -> str:
    return "pairs" if isinstance(one, PairList) else "words"


def _entries(one: Listed) -> list[Any]:
    return [list(pair) for pair in one.pairs] if isinstance(one, PairList) else list(one.words)


VERB = Verb(
    "lists",
    "the word lists there are, or one of them",
    "A list of words stands for their mean in a query (@name); a list of pairs makes a direction.",
    ("python -m embeddings lists", "python -m embeddings lists fruits", "python -m embeddings lists capital --json"),
    _flags,
    _run,
)
