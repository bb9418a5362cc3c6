"""What the arguments name: a space, a word list, words."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings import catalog, word_lists
from embeddings.cli.text import note, some
from embeddings.errors import BadQuery, BadSetting
from embeddings.query import MOST_RESULTS, named_list
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import Found, WordVectors

LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Words:
    """Distinct words as the space spells them, and the words of lists that it lacks."""

    found: tuple[str, ...]
    absent: tuple[str, ...]


def space(args: argparse.Namespace) -> WordVectors:
    """The space of --space, cut to the --restrict first words: whatever is drawn or asked then comes from these."""
    if args.restrict is not None and args.restrict < 1:
        raise BadQuery(f"The space was restricted to {args.restrict:,} words; 1 or more are needed.")
    wv = catalog.open_space(args.space)
    if args.restrict is None or args.restrict >= wv.n_words:
        return wv
    return wv.first(args.restrict)


def count(args: argparse.Namespace) -> int:
    """The number of -k, 0 where it is not given. Raises BadQuery."""
    if args.k is not None and not 1 <= args.k <= MOST_RESULTS:
        raise BadQuery(f"{args.k:,} words were asked for; 1 to {MOST_RESULTS:,} can be.")
    return int(args.k or 0)


def seed(args: argparse.Namespace) -> int:
    """The number of --seed, 0 where it is not given. Raises BadSetting."""
    if args.seed is not None and not 0 <= args.seed <= LARGEST_SEED:
        raise BadSetting(f"seed is {args.seed:,}; it can be from 0 to {LARGEST_SEED:,}.")
    return int(args.seed or 0)


def no_seed(args: argparse.Namespace, what: str) -> None:
    """Tell the reader where --seed was given and changes nothing."""
    if args.seed is not None:
        note(f"--seed {args.seed} changes nothing: {what} draws nothing by chance.")


def listed(name: str) -> WordList | PairList:
    """The word list of that name, with or without its @. Raises UnknownList naming those there are."""
    return named_list(word_lists.every(), name.removeprefix("@"))


def words(wv: WordVectors, arguments: Sequence[str]) -> Words:
    """The words and the words of the @lists, in order, each once. A list's absent words are told; others raise UnknownWords."""
    named = {argument: listed(argument).words for argument in arguments if _is_list(argument)}
    wv.find_all(argument for argument in arguments if argument not in named)
    asked = [word for argument in arguments for word in named.get(argument, (argument,))]
    found = dict(zip(asked, wv.find(asked), strict=True))
    absent = tuple(word for word, there in found.items() if there is None)
    _tell(wv, [there for there in found.values() if there], absent)
    return Words(tuple(dict.fromkeys(there.word for there in found.values() if there)), absent)


def _is_list(argument: str) -> bool:
    return argument.startswith("@") and len(argument) > 1


def _tell(wv: WordVectors, found: Sequence[Found], absent: Sequence[str]) -> None:
    folded = [f"'{there.asked}' as '{there.word}'" for there in found if there.asked != there.word]
    if folded:
        note(f"{wv.name} knows lower case only and was asked for {some(folded)}.")
    if absent:
        note(f"Left out, without a vector in {wv.name} ({wv.n_words:,} words): {some(absent)}.")
