"""What a verb of the command line is, and the flags that verbs share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from embeddings import catalog, views
from embeddings.errors import EmbeddingsError


class BadUsage(EmbeddingsError):
    """A command line that names no verb, or flags that the verb does not have."""


class Parser(argparse.ArgumentParser):
    """argparse's parser, whose errors are the reader's: raised as BadUsage and not printed."""

    def error(self, message: str) -> NoReturn:
        """Raises BadUsage with argparse's message and where to read on."""
        hint = " Flags stand before or after the words; words that begin with a dash come last, after a bare --."
        hint = hint if message.startswith("unrecognized arguments") else ""
        raise BadUsage(f"{message}.{hint} See: {self.prog} --help")


class Help(argparse.RawDescriptionHelpFormatter):
    """Help whose examples keep their lines."""


@dataclass(frozen=True)
class Shown:
    """The result of a verb: `data` for --json, in DESIGN.md's field names, and `text` for people."""

    data: Any
    text: str


@dataclass(frozen=True)
class Verb:
    """One line of the table. `flags` adds the arguments, `run` does it; `about` and `examples` teach.

    The arguments that `run` is given hold, besides its flags, `report`: a Report to tell how far it is, which may raise Cancelled.
    """

    name: str
    title: str
    about: str
    examples: tuple[str, ...]
    flags: Callable[[Parser], None]
    run: Callable[[argparse.Namespace], Shown]

    def add_to(self, verbs: argparse._SubParsersAction[Parser]) -> None:
        """Give the verb its parser."""
        epilog = f"examples:\n{indented(self.examples)}"
        description = f"{self.title[0].upper()}{self.title[1:]}.\n\n{self.about}"
        parser = verbs.add_parser(
            self.name, help=self.title, description=description, epilog=epilog, formatter_class=Help, allow_abbrev=False
        )
        self.flags(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON value instead of text")
        parser.add_argument("--run", metavar="FOLDER", help=argparse.SUPPRESS)    # the app's long runs; see embeddings/runs


def indented(lines: Iterable[str]) -> str:
    """The lines, four spaces in."""
    return "\n".join(f"    {line}" for line in lines)


def shared_flags(parser: Parser, methods: Iterable[str], method: str, k: int | None, k_help: str, restrict_help: str) -> None:
    """Add the flags of every verb that opens a space. --seed stays None where it is not given."""
    names = ", ".join(methods)
    among = "the N most frequent words, which are the first rows"
    parser.add_argument("--space", default=catalog.DEFAULT, metavar="NAME", help=f"the space (default {catalog.DEFAULT})")
    view_flag(parser)
    parser.add_argument("--method", default=method, metavar="NAME", help=f"{names} (default {method})")
    parser.add_argument("-k", type=int, default=k, metavar="N", help=k_help)
    parser.add_argument("--restrict", type=int, metavar="N", help=restrict_help.format(among=among))
    parser.add_argument("--seed", type=int, metavar="N", help="seed of what is drawn by chance (default 0)")


def view_flag(parser: Parser) -> None:
    """Add --view, which names a view of the --space; `named` puts it into the name."""
    shown = ", ".join([views.STORED, *views.VIEWS])
    parser.add_argument("--view", default="", metavar="NAME", help=f"the space seen so: {shown} (a number may follow: all-but-the-top 2)")


def named(args: argparse.Namespace) -> argparse.Namespace:
    """The arguments with the view of --view in the name of the space, as verbs and the catalog take it."""
    if getattr(args, "view", ""):
        args.space = views.named(args.space, args.view)
    return args
