"""From a file to a kept space: the format is recognised, every row read, and the store made."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from embeddings.errors import BadFile
from embeddings.formats import fasttext_bin, gensim_keyed, native, numpy_words, projector, text, word2vec_binary
from embeddings.formats.format import Format, Wishes
from embeddings.formats.lines import BOM
from embeddings.formats.making import Making
from embeddings.formats.repairs import Repairs
from embeddings.formats.stream import Stream
from embeddings.settings import Report, silent
from embeddings.word_vectors import Source

FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (gensim_keyed, numpy_words, fasttext_bin, word2vec_binary, projector, text)
}
"""The table, in the order in which the formats are tried: what begins with a magic number first, text last."""

ROWS = 1 << 14              # of a store, copied at a time

NO_VECTORS = {
    re.compile(sign, re.IGNORECASE): what
    for sign, what in {
        rb"<!doctype": "a web page",
        rb"<html": "a web page",
        rb"version https://git-lfs": "a pointer of Git LFS, which stands for a file that was not fetched",
        rb"%pdf": "a PDF document",
        rb"par1[^ \t]": "a Parquet table",
        rb"sqlite format 3": "an SQLite database",
        rb"\x89hdf": "an HDF5 file",
        rb'\{\s*("([^"\\\n]|\\.)*"\s*:|\}\s*$)': "JSON",                        # `{` alone may be the first word
        rb"\xff\xfe|\xfe\xff": "text in UTF-16; save it as UTF-8",
    }.items()
}
"""Heads of files that are met in the place of vectors, and what they are."""


def recognise(stream: Stream) -> Format:
    """The format whose signs the head of the stream shows. Raises BadFile telling what the file is instead, where that is known."""
    head = stream.head()
    if not head:
        raise BadFile(f"{stream.told} is empty.")
    start = head.removeprefix(BOM).lstrip()
    instead = next((what for sign, what in NO_VECTORS.items() if sign.match(start)), "")
    found = None if instead else next((format for format in FORMATS.values() if format.recognises(stream)), None)
    if found is None:
        instead = instead or ("JSON" if start.startswith(b"{") else "")
        known = "; ".join(format.title for format in FORMATS.values())
        raise BadFile(f"{stream.told} {f'is {instead}' if instead else 'is in no format known here'}. Known are: {known}.")
    return found


def import_file(
    path: Path, folder: Path, source: Source, member: str = "", wishes: Wishes | None = None, report: Report = silent
) -> Repairs:
    """Read the file into the store `folder`, which takes its name when all is there. Returns the report that is kept with it.

    path: a file in any format of the table, plain or packed, or the folder of another store. member: which file of a zip
    archive, by name or pattern. source: what is known of the vectors; format, path and sha256 are filled in.
    Raises BadFile, WhichMember, StorageError, and Cancelled from `report`; then nothing is left behind.
    """
    if path.is_dir():
        return _copy_store(path, folder, report)
    wishes = wishes or Wishes()
    with Stream(path, member) as stream:
        format = recognise(stream)
        repairs = Repairs(
            file=path.name, member=stream.member, packed=stream.packed, format=format.name, bytes=stream.total
        )
        with Making(folder, repairs, stream, report) as making:
            making.encoding = wishes.encoding
            format.read(stream, making, wishes)
            _refuse_cut(stream)
            repairs.sha256 = stream.sha256()
            told = replace(source, format=format.name, sha256=repairs.sha256, title=source.title or stream.told)
            return making.seal(folder.name, told)


def _refuse_cut(stream: Stream) -> None:
    """Read what is left: a packed file tells only at its end whether it is whole."""
    while stream.read():
        pass


def _copy_store(path: Path, folder: Path, report: Report) -> Repairs:
    """Copy a store row by row, as if it were a file: whatever was changed in it is checked, and its index made anew.

    Where every row is taken, the report of its own import is kept, with a note.
    """
    wv, first = native.read(path), native.read_meta(path)["repairs"]
    repairs = Repairs(file=path.name, format="store", dtype="float32", places="row")
    with Making(folder, repairs, report=report) as making:
        counts, offsets = wv.vocabulary.counts, np.asarray(wv.vocabulary.offsets)
        for at in range(0, wv.n_words, ROWS):
            rows = slice(at, min(at + ROWS, wv.n_words))
            blob = wv.vocabulary.blob[offsets[rows.start] : offsets[rows.stop]].tobytes()
            lengths, places = np.diff(offsets[rows.start : rows.stop + 1]), np.arange(rows.start, rows.stop) + 1
            making.add(blob, lengths, wv.vectors[rows], places, None if counts is None else counts[rows])
            making.tell("rows read", rows.stop, wv.n_words)
        if wv.subwords:
            making.extra["subwords"] = wv.subwords.as_json()
            with making.part("ngrams.npy", wv.subwords.vectors.nbytes) as file:
                np.save(file, wv.subwords.vectors)
        if first and repairs.rows_read == wv.n_words and not repairs.n_refused:
            making.repairs = first
            first.note("Copied from another store of this program; every row was checked again.")
        return making.seal(folder.name, wv.source)
