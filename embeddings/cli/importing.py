"""import: a file of word vectors becomes a space that every page and command can name."""

from __future__ import annotations

import argparse
import codecs
import stat
import string
from pathlib import Path

from embeddings import catalog
from embeddings.cli.verb import BadUsage, Parser, Shown, Verb
from embeddings.errors import BadFile
from embeddings.formats.format import Wishes
from embeddings.formats.repairs import sentences
from embeddings.word_vectors import Source

BARE = ("numpy", "projector")
"""Formats of vectors without words, to which --words brings them."""

DECODED = ("gensim",)
"""Formats whose words are text already, in no encoding that could be said."""

ESCAPES = ("\\u0041", "\\x41", "+AGE-", "~{~}", "\x1b$B\x1b(B", "xn--bcher-kva")
"""Runs of ASCII that stand for other letters in unicode_escape, UTF-7, HZ, ISO 2022 and IDNA."""


def _flags(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="the file, or the folder of another store")
    parser.add_argument("--name", metavar="NAME", help="the space's name (default: made of the file's)")
    parser.add_argument("--member", metavar="FILE", help="which file of a zip archive: its name, or a pattern such as '*300d*'")
    parser.add_argument("--words", metavar="FILE", help="the words that belong to an .npy file or to a projector's tensors")
    parser.add_argument("--encoding", metavar="NAME", help="of the words, where it is not UTF-8 (cp1252, latin-1, cp852)")
    parser.add_argument("--title", metavar="TEXT", help="what the vectors are, as it will be shown")
    parser.add_argument("--credit", metavar="TEXT", help="who made them, and the paper")
    parser.add_argument("--licence", metavar="TEXT", help="the licence they are under")
    trusted = "open gensim's own files, which can run code as they are opened: only from those you trust"
    parser.add_argument("--trust-pickle", action="store_true", help=trusted)


def _run(args: argparse.Namespace) -> Shown:
    path = Path(args.file)
    encoding = "utf-8" if args.encoding is None else _encoding(args.encoding)
    wishes = Wishes(Path(args.words) if args.words is not None else None, encoding, args.trust_pickle)
    _refuse_idle(path, args, wishes)
    source = Source(title=args.title or "", credit=args.credit or "", licence=args.licence or "", path=str(path.absolute()))
    made = catalog.import_file(path, args.name, args.member or "", source, wishes, args.report)
    seconds = f"{made.repairs.seconds:.1f} s, {made.repairs.peak_bytes / 1e6:,.0f} MB of memory at most."
    ask = f"Ask it: python -m embeddings neighbours WORD --space {made.space}"
    return Shown(made.as_json(), "\n".join([f"{made.space} is kept.", *sentences(made.repairs), seconds, ask]))


def _refuse_idle(path: Path, args: argparse.Namespace, wishes: Wishes) -> None:
    """Raises BadUsage for flags that would change nothing, BadFile for a file that is not there."""
    if args.member == "":
        raise BadUsage("--member is empty. Give the name of a file in the archive, or a pattern such as '*300d*'.")
    if _is_folder(path):
        flags = {name: getattr(args, name) for name in ("member", "words", "encoding", "title", "credit", "licence")}
        idle = [f"--{name}" for name, value in flags.items() if value is not None] + ["--trust-pickle"] * args.trust_pickle
        if idle:
            raise BadUsage(f"{_nothing(idle)} for a folder: a store of this program brings its words and what is told of it.")
    elif wishes.words is not None or wishes.encoding != "utf-8":
        _refuse_idle_wishes(path, args.member or "", wishes)


def _refuse_idle_wishes(path: Path, member: str, wishes: Wishes) -> None:
    """Raises BadUsage for --words and --encoding where the format has no use for them."""
    from embeddings.formats.importing import recognise
    from embeddings.formats.stream import Stream

    with Stream(path, member) as stream:
        format = recognise(stream)
    if wishes.words is not None and format.name not in BARE:
        raise BadUsage(f"{_nothing(['--words'])} for {stream.told}: it is {format.title}, which brings its own words.")
    if wishes.encoding != "utf-8" and format.name in DECODED:
        raise BadUsage(f"{_nothing(['--encoding'])} for {stream.told}: it is {format.title}, whose words are text already.")


def _nothing(flags: list[str]) -> str:
    return f"{flags[0]} does nothing" if len(flags) == 1 else f"{', '.join(flags[:-1])} and {flags[-1]} do nothing"


def _is_folder(path: Path) -> bool:
    """Whether it is a folder and no file. Raises BadFile where nothing is there, or the system cannot tell."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadFile(f"There is no file {_shown(path)}.") from error
    except OSError as error:
        raise BadFile(f"{_shown(path)} cannot be read: {error.strerror}.") from error


def _shown(path: Path) -> str:
    return str(path) if len(str(path)) <= 300 else f"{str(path)[:300]}..."


def _encoding(name: str) -> str:
    """The encoding's own name. Raises BadFile where there is none, or where lines, blanks and numbers would not be those of ASCII."""
    try:
        fits = _keeps_ascii(name)
    except LookupError as error:
        raise BadFile(f"There is no encoding '{name[:40]}'. Common ones are utf-8, cp1252, latin-1, cp852 and koi8-r.") from error
    if not fits:
        raise BadFile(
            f"'{name[:40]}' does not keep the letters and digits of ASCII, so words in it cannot be told from numbers. "
            "Save the file as UTF-8, or say another encoding, such as cp1252, latin-1, cp852 or koi8-r."
        )
    return codecs.lookup(name).name


def _keeps_ascii(name: str) -> bool:
    """True where ASCII stays what it is, both ways, and no run of it stands for another letter. Raises LookupError."""
    plain = string.ascii_letters + string.digits + " \t\r\n+-.,'"
    try:
        same = plain.encode(name) == plain.encode() and plain.encode().decode(name) == plain
        return same and all(len(run.encode().decode(name)) == len(run) for run in ESCAPES)
    except UnicodeError:
        return False


VERB = Verb(
    "import",
    "open a file of word vectors and keep it as a space",
    "Formats are told by content: GloVe and word2vec text, fastText .vec and .bin, word2vec binary, NumPy with a list of words,\n"
    "TensorFlow projector files, gensim's files (--trust-pickle), another store; plain or in gz, bz2, xz, zip.\n"
    "What was mended, refused and found is printed and kept with the space.",
    (
        "python -m embeddings import glove.6B.zip --member '*300d*' --name glove-6b-300d",
        "python -m embeddings import cc.fr.300.vec.gz --json",
        "python -m embeddings import vectors.npy --words words.txt --name mine",
    ),
    _flags,
    _run,
)
