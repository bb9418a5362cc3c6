"""project: words drawn in two or three dimensions, as numbers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from embeddings import search
from embeddings.cli import asked
from embeddings.cli.text import table
from embeddings.cli.verb import Parser, Shown, Verb, shared_flags
from embeddings.errors import BadQuery, BadSetting
from embeddings.projections import PROJECTIONS, Projection, Projector, project
from embeddings.settings import Option, Settings
from embeddings.word_vectors import WordVectors


def _flags(parser: Parser) -> None:
    parser.add_argument("words", nargs="*", metavar="WORD|@LIST", help="words, and word lists by @name")
    shared_flags(
        parser,
        PROJECTIONS,
        "pca",
        None,
        "also draw the N nearest words of each word (default none)",
        "work with {among}, and no others",
    )
    group = parser.add_argument_group("settings of the methods")
    for name, having in _having().items():
        if name != "seed":                                                     # a flag of every verb
            option = having[0][1]
            kind = str if option.choices else type(option.default)
            told = " ".join(f"{projector.title}: {_range(option)}" for projector, option in having).replace("%", "%%")
            group.add_argument(_flag(name), dest=name, type=kind, metavar="|".join(option.choices) or "N", help=told)


def _having() -> dict[str, list[tuple[Projector, Option]]]:
    """Every setting's name, with the methods that have it."""
    options = [(projector, option) for projector in PROJECTIONS.values() for option in projector.settings.options()]
    names = dict.fromkeys(option.name for _, option in options)
    return {name: [(projector, option) for projector, option in options if option.name == name] for name in names}


def _range(option: Option) -> str:
    if option.choices:
        return f"{option.help} Default {option.default}."
    return f"{option.help} From {option.low:,} to {option.high:,} {option.unit}".rstrip() + f", default {option.default:,}."


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _run(args: argparse.Namespace) -> Shown:
    k, projector = asked.count(args), _projector(args.method)
    settings = _settings(args, projector)
    wv = asked.space(args)
    chosen = asked.words(wv, args.words)
    words = _with_neighbours(wv, chosen.found, k)
    drawn = project(wv, words, args.method, settings, args.report)
    data = {
        "space": wv.name,
        "method": drawn.method,
        "settings": asdict(drawn.settings),
        "words": list(drawn.words),
        "points": drawn.points.tolist(),
        "quality": drawn.quality,
        "shares": list(drawn.shares),
        "notes": list(drawn.notes),
        "absent": list(chosen.absent),
    }
    return Shown(data, _text(wv, drawn, projector))


def _projector(method: str) -> Projector:
    if method not in PROJECTIONS:
        raise BadQuery(f"There is no projection '{method}'. There are {', '.join(PROJECTIONS)}.")
    return PROJECTIONS[method]


def _settings(args: argparse.Namespace, projector: Projector) -> Settings:
    """The method's settings from its flags. Raises BadSetting for the flag of another method; --seed is told instead."""
    own = {option.name for option in projector.settings.options()}
    given = {name: getattr(args, name) for name in _having() if getattr(args, name) is not None}
    if "seed" in given and "seed" not in own:
        asked.no_seed(args, projector.title)
        del given["seed"]
    foreign = [_flag(name) for name in given if name not in own]
    if foreign:
        raise BadSetting(f"{projector.title} has no {', '.join(foreign)}; it has {', '.join(map(_flag, sorted(own)))}.")
    return projector.settings(**given)


def _with_neighbours(wv: WordVectors, words: Sequence[str], k: int) -> list[str]:
    """The words, then the k nearest by cosine of each, every word once."""
    if not k or not words:
        return list(words)
    near, _ = search.neighbours_of_rows(wv, wv.rows(words), k)                 # (n, k)
    return list(dict.fromkeys([*words, *wv.vocabulary.words(near.ravel())]))


def _text(wv: WordVectors, drawn: Projection, projector: Projector) -> str:
    settings = ", ".join(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
                         for name, value in asdict(drawn.settings).items())  # fmt: skip
    axes = ("x", "y", "z")[: drawn.points.shape[1]]
    shares = ", ".join(f"{axis} {share:.1%}" for axis, share in zip(axes, drawn.shares, strict=False))
    placed = zip(drawn.words, drawn.points.tolist(), strict=True)
    quality = "\n".join(f"{name.replace('_', ' '):16}  {value:.4g}" for name, value in drawn.quality.items())
    head = f"{projector.title} of {len(drawn.words):,} words: {settings}\n{wv.name}, vectors at length one"
    below = [f"Share of the variance: {shares}."] * bool(shares) + [*drawn.notes, projector.caution]
    return "\n\n".join((head, table(("word", *axes), [(word, *point) for word, point in placed]), quality, "\n".join(below)))


def _methods() -> str:
    width = max(map(len, PROJECTIONS))
    return "\n".join(f"    {name:{width}}  up to {projector.most_words:,} words   {projector.paper}\n"
                     f"    {'':{width}}  {projector.caution}" for name, projector in PROJECTIONS.items())  # fmt: skip


VERB = Verb(
    "project",
    "words drawn in two or three dimensions",
    "Each point is a word; quality says how many of the neighbourhoods survived.\n\nmethods:\n" + _methods(),
    (
        "python -m embeddings project king queen man woman boy girl",
        "python -m embeddings project @fruits --components 3 --json",
        "python -m embeddings project coffee piano -k 20 --restrict 50000 --method tsne --perplexity 10 --iterations 250",
    ),
    _flags,
    _run,
)
