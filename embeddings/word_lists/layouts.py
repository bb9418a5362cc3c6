"""Lists in text: a word a line, words on one line, a pair a line, or a table.

A table (csv, tsv, or text whose every line has the same three or more fields under a header) is read so:

    one column              words
    two columns             pairs, the first column to the second
    three or more columns   a list of words per column, named by the header; in a csv the first line is the header
    a column of numbers     (a count, a score, a row number) under a header is left out, with a note

The first line is a header where it says so ("word", "country,capital"), where it alone is capitalised, or where it stands
above numbers. A note tells it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import zip_longest

from embeddings.errors import BadFile
from embeddings.word_lists.repair import Draft, counted, shown

TABLES = {"csv", "tsv"}
_DELIMITERS = "\t,;|"
_NO_DELIMITER = "\x1f"  # refused in text before, so it cannot occur
_ARROWS = (re.compile(r"->|=>|→"), re.compile(r":\s"))
_NUMBER = re.compile(r"[-+]?\d*[.,]?\d+(e[-+]?\d+)?%?")
_LONGEST_NUMBER = 40
_HEADER = re.compile(
    r"words?|tokens?|terms?|lemmas?|vocabulary|phrases?|names?|first|second|from|to|source|target|(word|w)_?[12]|pair|category|group|label"
    r"|country|capital|city|state|currency|nationality|language|singular|plural|adjective|comparative|superlative|adverb|verb|noun|base"
    r"|participle|opposite|synonym|antonym|counts?|frequency|freq|score|rank|index|id"
)

Rows = list[list[str]]


def drafts(lines: Sequence[str], ending: str, title: str) -> list[Draft]:
    """The lists that the lines hold; blank lines count for nothing but the line numbers. Raises BadFile."""
    filled = _without_marks_at_the_end([line.strip() for line in lines if line.strip()])
    pairs = _arrow_pairs(filled)
    if pairs:
        return [Draft(title, pairs=pairs)]
    if len(filled) == 1:
        return [_one_line(filled[0], title)]
    if ending in TABLES:
        return _table(lines, ending, title)
    return _free_text(filled, title)


def _without_marks_at_the_end(lines: list[str]) -> list[str]:
    """Lines without the comma, or semicolon, in which all but perhaps the last one end, as in a list copied from code."""
    for mark in ",;":
        if len(lines) > 1 and all(line.endswith(mark) and len(line) > 1 for line in lines[:-1]):
            return [line.removesuffix(mark).rstrip() or line for line in lines]
    return lines


def _arrow_pairs(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs where every line is `a -> b` (=>, →), or every line is `a : b`; none otherwise."""
    for arrow in _ARROWS:
        if all(map(arrow.search, lines)):
            fields = [[field.strip() for field in arrow.split(line)] for line in lines]
            if all(len(pair) == 2 and all(pair) and not _is_heading(arrow, pair[1]) for pair in fields):
                return [(first, second) for first, second in fields]
    return []


def _is_heading(arrow: re.Pattern[str], after: str) -> bool:
    """True for a colon before commas, as in "fruits: apple, fig"."""
    return arrow is _ARROWS[1] and ("," in after or ";" in after)


def _one_line(line: str, title: str) -> Draft:
    """Words between commas, semicolons, tabs or bars; without any of them, three words or more are told apart by spaces."""
    for delimiter in "\t;,|":
        fields = [field for field in _fields(line, delimiter) if field]
        if len(fields) > 1:
            return Draft(title, fields)
    words = line.split()
    if len(words) > 2:
        return Draft(title, words, notes=(f"One line without commas: it was read as {len(words):,} words, not as one phrase.",))
    return Draft(title, [line.strip(",; \t|") or line])


def _free_text(lines: Sequence[str], title: str) -> list[Draft]:
    for delimiter in _DELIMITERS:
        if not all(delimiter in line for line in lines):
            continue
        rows = [_fields(line, delimiter) for line in lines]
        widths = {len(row) for row in rows}
        if widths == {2} and all(map(all, rows)):
            return _columns(rows, title, False)
        if len(widths) == 1 and min(widths) > 2 and _has_header(rows):
            return _columns(rows, title, False)
        if any(any(row) for row in rows):
            return [Draft(title, [word for row in rows for word in row])]
    phrases = [line for line in lines if "," in line.strip(",")]
    return [Draft(title, lines, notes=counted(len(phrases), "line", f"with a comma read as one phrase each: {shown(phrases)}."))]


def _fields(line: str, delimiter: str) -> list[str]:
    """The stripped fields of a line; quotation marks hold a field together where they are closed."""
    try:
        fields = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error:
        fields = line.split(delimiter)
    return [field.strip() for field in fields]


def _table(lines: Sequence[str], ending: str, title: str) -> list[Draft]:
    delimiter = _sniff(lines, ending)
    rows = _rows(lines, delimiter)
    if not rows:
        return [Draft(title, [])]
    width = len(rows[0])
    beyond = [cell for row in rows for cell in row[width:] if cell]
    note = (f"Fields beyond the {width:,} of the first line were left out: {shown(beyond)}.",) if beyond else ()
    return _columns([row[:width] for row in rows], title, True, note)


def _sniff(lines: Sequence[str], ending: str) -> str:
    """The delimiter by which most of the first lines have several fields and none more than the first line."""
    sample = [line for line in lines if line.strip()][:200]
    order = _DELIMITERS if ending == "tsv" else ",;\t|"
    shares = {delimiter: _share(sample, delimiter) for delimiter in order}
    best = max(order, key=lambda delimiter: shares[delimiter])
    return best if shares[best] >= 0.5 else _NO_DELIMITER


def _share(sample: Sequence[str], delimiter: str) -> float:
    widths = [len(_fields(line, delimiter)) for line in sample]
    return sum(2 <= width <= widths[0] for width in widths) / len(widths)


def _rows(lines: Sequence[str], delimiter: str) -> Rows:
    """The filled rows of the table, cells stripped. Raises BadFile with the line where quotation marks do not close."""
    reader = csv.reader([line + "\n" for line in lines], delimiter=delimiter, skipinitialspace=True, strict=True)
    rows, begun = [], 1
    try:
        for row in reader:
            rows.append([cell.strip() for cell in row])
            begun = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(f"the table row of line {begun:,} cannot be read ({error}). Quotation marks must close.") from error
    return [row for row in rows if any(row)]


def _columns(rows: Rows, title: str, first_may_be_header: bool, notes: tuple[str, ...] = ()) -> list[Draft]:
    """Drafts from rows of at most the first row's width: words for one column, pairs for two, else a list per column."""
    columns = [list(column) for column in zip_longest(*rows, fillvalue="") if any(column)]
    header = _has_header(rows) or (first_may_be_header and len(columns) > 2 and len(rows) > 1)
    if header:
        told = shown([column[0] or "(blank)" for column in columns])
        notes = (*notes, f"The first line was read as a header: {told}.")
        columns, left_out = _without_numbers(columns)
        notes += left_out
    names = [column[0] for column in columns] if header else []
    bodies = [column[header:] for column in columns]
    if len(bodies) == 2:
        return [Draft(title, pairs=list(zip(*bodies, strict=True)), notes=notes)]
    if header and len(bodies) > 2:
        titles = [name or f"{title} {place}" for place, name in enumerate(names, 1)]
        return [Draft(name, body, notes=notes) for name, body in zip(titles, bodies, strict=True)]
    return [Draft(title, [cell for row in zip(*bodies, strict=True) for cell in row], notes=notes)]


def _has_header(rows: Rows) -> bool:
    head, body = rows[0], rows[1:]
    if not body:
        return False
    if all(_HEADER.fullmatch(cell.lower()) or not cell for cell in head):
        return True
    capitalised = all(cell[:1].isupper() for cell in head) and len(body) > 1
    if capitalised and not any(cell != cell.lower() for row in body for cell in row):
        return True
    return len(head) > 1 and any(_numbers(column) for column in zip_longest(*rows, fillvalue=""))


def _numbers(column: Sequence[str]) -> bool:
    """True for numbers under a first cell that is none."""
    filled = [cell for cell in column[1:] if cell]
    return bool(filled) and not _is_number(column[0]) and all(map(_is_number, filled))


def _is_number(cell: str) -> bool:
    return len(cell) <= _LONGEST_NUMBER and bool(_NUMBER.fullmatch(cell.lower()))


def _without_numbers(columns: Rows) -> tuple[Rows, tuple[str, ...]]:
    words = [column for column in columns if not _numbers(column)]
    if not words or len(words) == len(columns):
        return columns, ()
    names = [column[0] or "(blank)" for column in columns if _numbers(column)]
    return words, (f"Columns of numbers were left out: {shown(names)}.",)
