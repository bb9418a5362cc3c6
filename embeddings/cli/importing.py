"""import: a file of word vectors becomes a space that every page and command can name."""

from __future__ import annotations

import argparse
import codecs
from pathlib import Path

from embeddings import catalog
from embeddings.cli.verb import Parser, Shown, Verb
from embeddings.errors import BadFile
from embeddings.formats.format import Wishes
from embeddings.formats.repairs import sentences
from embeddings.word_vectors import Source


def _flags(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="the file, or the folder of another store")
    parser.add_argument("--name", metavar="NAME", help="the space's name (default: made of the file's)")
    parser.add_argument("--member", default="", metavar="FILE", help="which file of a zip archive: its name, or a pattern such as '*300d*'")
    parser.add_argument("--words", metavar="FILE", help="the words that belong to an .npy file or to a projector's tensors")
    parser.add_argument("--encoding", default="utf-8", metavar="NAME", help="of the words, where it is not UTF-8 (cp1252, latin-1, cp852)")
    parser.add_argument("--title", default="", metavar="TEXT", help="what the vectors are, as it will be shown")
    parser.add_argument("--credit", default="", metavar="TEXT", help="who made them, and the paper")
    parser.add_argument("--licence", default="", metavar="TEXT", help="the licence they are under")
    trusted = "open gensim's own files, which can run code as they are opened: only from those you trust"
    parser.add_argument("--trust-pickle", action="store_true", help=trusted)


def _run(args: argparse.Namespace) -> Shown:
    path = Path(args.file)
    if not path.exists():
        raise BadFile(f"There is no file {path}.")
    source = Source(title=args.title, credit=args.credit, licence=args.licence, path=str(path.absolute()))
    wishes = Wishes(Path(args.words) if args.words is not None else None, _encoding(args.encoding), args.trust_pickle)
    made = catalog.import_file(path, args.name, args.member, source, wishes, args.report)
    seconds = f"{made.repairs.seconds:.1f} s, {made.repairs.peak_bytes / 1e6:,.0f} MB of memory at most."
    ask = f"Ask it: python -m embeddings neighbours WORD --space {made.space}"
    return Shown(made.as_json(), "\n".join([f"{made.space} is kept.", *sentences(made.repairs), seconds, ask]))


def _encoding(name: str) -> str:
    try:
        "".encode(name)                                                        # codecs.lookup would also take what is no encoding of text
    except LookupError as error:
        raise BadFile(f"There is no encoding '{name[:40]}'. Common ones are utf-8, cp1252, latin-1, cp852 and koi8-r.") from error
    return codecs.lookup(name).name


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
