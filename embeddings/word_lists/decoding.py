"""Bytes to text: the encoding of a dropped file, and what is no text at all."""

from __future__ import annotations

import codecs
import re

from embeddings.errors import BadFile

# Never in a word: control codes, and surrogates, which are halves of characters.
UNFIT = re.compile("[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
KINDS = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive (as are xlsx, docx and npz files)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"PAR1", "a Parquet table"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "a rich text document"),
    *((bytes([0x80, version]), "a pickle, which is never opened") for version in range(2, 6)),
)
_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_CURE = "Save the list as plain text in UTF-8."


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, and notes where the encoding had to be guessed. Raises BadFile for what is no text.

    UTF-8 with or without its mark, UTF-16 with its mark or unmistakable without, else Windows-1252 (Latin-1 with quotes).
    """
    kind = next((kind for start, kind in KINDS if data.startswith(start)), None)
    if kind:
        raise BadFile(f"this is {kind}, not text. {_CURE}")
    text, notes = _decode(data)
    refuse_unfit(text)
    return text, notes


def refuse_unfit(text: str) -> None:
    """Raises BadFile naming the line of the first character that no word can hold."""
    found = UNFIT.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        code = f"U+{ord(found[0]):04X}"
        raise BadFile(f"line {line:,} holds the character {code}, which no text has: the file is binary or damaged. {_CURE}")


def _decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, codec, title in _MARKS:
        if data.startswith(mark):
            return _strictly(data, codec, title), ()
    if b"\0" in data:
        return _unmarked_utf16(data)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        return _windows(data, error.start)


def _strictly(data: bytes, codec: str, title: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise BadFile(f"it begins as {title} text, but byte {error.start + 1:,} is not: the file is damaged. {_CURE}") from error


def _unmarked_utf16(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Text in UTF-16 whose zero bytes all stand on one side of three characters in four, as for Latin letters."""
    left, right = data[0::2], data[1::2]
    for codec, zeros, others in (("utf-16-le", right, left), ("utf-16-be", left, right)):
        if len(left) == len(right) and 0 not in others and 4 * zeros.count(0) >= 3 * len(zeros):
            return _strictly(data, codec, "UTF-16"), ("It does not say its encoding; it was read as UTF-16.",)
    raise BadFile(f"it holds zero bytes: the file is binary, not text. {_CURE}")


def _windows(data: bytes, at: int) -> tuple[str, tuple[str, ...]]:
    line = data.count(b"\n", 0, at) + 1
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise BadFile(f"line {line:,} is neither UTF-8 nor Windows-1252: the file is binary or damaged. {_CURE}") from error
    return text, (f"Not UTF-8 (byte 0x{data[at]:02X} in line {line:,}); it was read as Windows-1252 (Latin-1).",)
