"""fetch: official vectors, downloaded, checked and made a space."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from embeddings import catalog, fetch, offers
from embeddings.catalog import Imported
from embeddings.cli.text import table
from embeddings.cli.verb import Parser, Shown, Verb
from embeddings.errors import BadFile
from embeddings.formats.repairs import sentences
from embeddings.home import home, unusable
from embeddings.offers import Offer
from embeddings.word_vectors import Source


def _flags(parser: Parser) -> None:
    parser.add_argument("offer", nargs="?", metavar="NAME", help="the vectors to fetch; without it, all there are")
    parser.add_argument("--name", metavar="N", help="what to call the space (default NAME)")
    parser.add_argument("--list", action="store_true", help="fetch nothing; tell all of NAME, or every language of every set")
    parser.add_argument("--keep-file", action="store_true", help="keep the downloaded file after the import")


def _run(args: argparse.Namespace) -> Shown:
    if args.offer is None or args.list:
        _refuse_idle(args)
        return _listed(offers.offers(), in_full=args.list) if args.offer is None else _one(offers.offer(args.offer))
    return _fetch(offers.offer(args.offer), args)


def _refuse_idle(args: argparse.Namespace) -> None:
    """Raises BadFile for flags that say how to import, where nothing is."""
    if args.name is not None or args.keep_file:
        raise BadFile("Nothing is fetched here, so --name and --keep-file do nothing. Give the NAME of vectors, without --list.")


def _fetch(offer: Offer, args: argparse.Namespace) -> Shown:
    """Download, import, tidy up. The file stays where it was there before, or where --keep-file asks for it."""
    name = offer.name if args.name is None else args.name
    _refuse_name(name)
    path = files() / offer.file_name
    was_there = path.exists()
    path = fetch.download(offer, files(), args.report)
    source = Source(offer.title, offer.paper, offer.licence, offer.urls[0], format=offer.format)
    imported = catalog.import_file(path, name=name, member=offer.member, source=source, report=args.report)
    keep = was_there or args.keep_file
    if not keep:
        _remove(path)
    told = imported.as_json() | {"offer": offer.name, "licence": offer.licence, "file": str(path) if keep else None}
    return Shown(told, _told(offer, imported, path if keep else None))


def files() -> Path:
    """Where downloaded files lie until they are imported."""
    return home() / "files"


def _refuse_name(name: str) -> None:
    """Raises BadFile before the download for a name that the import would refuse after it."""
    if catalog.slug(name) != name:
        raise BadFile(f"'{name[:80]}' cannot name a space; '{catalog.slug(name)}' can.")
    if name in catalog.kept():
        cure = f"Give another name with --name, or remove it first: python -m embeddings remove {name}"
        raise BadFile(f"There is a space '{name}' already. {cure}")
    if name in {entry.name for entry in catalog.spaces()}:
        raise BadFile(f"There is a space '{name}' already. Give another name with --name.")


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise unusable(path, "removed", error) from error


def _told(offer: Offer, imported: Imported, kept: Path | None) -> str:
    lines = [
        f"{imported.space} is kept: {offer.title}.",
        f"Licence: {offer.licence}. Paper: {offer.paper}.",
        *sentences(imported.repairs),
        f"The file stays in {kept}" if kept else "The downloaded file was removed; --keep-file would have kept it.",
        f"Ask it: python -m embeddings neighbours WORD --space {imported.space}",
    ]
    return "\n".join(lines)


def _listed(found: Sequence[Offer], in_full: bool) -> Shown:
    """Every offer; where not in full, a set in many languages is one line. --json has every offer in full."""
    families: dict[str, list[Offer]] = {}
    for each in found:
        families.setdefault(each.name if in_full or not each.family else each.family, []).append(each)
    rows = [(_many(name), words(of[0]), of[0].dim, size(of[0]), of[0].case, of[0].licence) for name, of in families.items()]
    text = table(("name", "words", "dim", "download", "case", "licence"), rows)
    many = [f"{_many(name)}: {of[0].title.replace(of[0].language, f'in one of {len(of)} languages', 1)}"
            for name, of in families.items() if len(of) > 1]  # fmt: skip
    told = [*many, "XX is the code of the language, such as de, fr or ja; --list tells all."] if many else []
    return Shown([each.as_json() for each in found], "\n".join([text, "", *told, "More of one: python -m embeddings fetch NAME --list"]))


def _many(name: str) -> str:
    return name.replace("{code}", "XX")


def _one(offer: Offer) -> Shown:
    told = [("name", offer.name), ("title", offer.title), ("words", words(offer)), ("dim", f"{offer.dim:,}"), ("case", offer.case),
            ("format", offer.format), ("download", size(offer)), ("sha256", offer.sha256), ("md5", offer.md5), ("inside", offer.member),
            ("licence", offer.licence), ("paper", offer.paper), ("note", offer.note), *(("url", url) for url in offer.urls)]  # fmt: skip
    return Shown(offer.as_json(), "\n".join(f"{key:10}{value}" for key, value in told if value))


def words(offer: Offer) -> str:
    """The number of words as a list shows it: with "about" where it is rounded, "" where it is unknown."""
    return "" if offer.words is None else f"{'about ' * ('words' in offer.approximate)}{offer.words:,}"


def size(offer: Offer) -> str:
    """The size of the download as a list shows it: with "about" where it is rounded, "" where it is unknown."""
    return "" if offer.bytes is None else f"{'about ' * ('bytes' in offer.approximate)}{fetch.shown(offer.bytes)}"


VERB = Verb(
    "fetch",
    "official vectors: GloVe, fastText, word2vec and others",
    "Downloads a published file from its publisher, checks it, imports it as a space, and removes the file. What breaks off is taken\n"
    "up by the same command. Without a network, bring the file into the folder 'files' of the data folder and give the same command.",
    (
        "python -m embeddings fetch",
        "python -m embeddings fetch glove-6b-100d --list",
        "python -m embeddings fetch glove-6b-100d --keep-file",
        "python -m embeddings fetch fasttext-crawl-de --name german",
    ),
    _flags,
    _run,
)
