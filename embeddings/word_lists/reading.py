"""What a reader dropped or pasted, as lists. Raises BadFile worded for the reader; nothing is dropped without a note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from embeddings.errors import BadFile
from embeddings.word_lists import json_lists, layouts
from embeddings.word_lists.decoding import decode, refuse_unfit
from embeddings.word_lists.lists import LONGEST_NAME, Listed, PairList, WordList, slug
from embeddings.word_lists.repair import Draft, counted, cut, shown, tidy_pairs, tidy_words

MOST_WORDS = 200_000
MOST_BYTES = 50_000_000
MOST_LISTS = 500
_ENDINGS = {"txt", "text", "csv", "tsv", "json", "list", "lst", "md"}
_HEAD = re.compile(r"#+\s*(title|source|licen[cs]e|note)\s*:\s*(.*)", re.IGNORECASE)
_EMPTY = "There must be at least one word: one word or phrase a line, or words with commas between them."


@dataclass(frozen=True)
class Head:
    """What a file says of itself in its first lines, and what was done to all of it."""

    title: str = ""
    source: str = ""
    licence: str = ""
    notes: tuple[str, ...] = ()


def read(data: bytes, filename: str) -> list[Listed]:
    """The lists in a file, one or more, by content rather than by the ending of its name.

    txt: a word or phrase a line; words on one line between commas or semicolons; or on every line a pair, `a -> b`,
    `a : b` or two fields between tabs or commas. csv, tsv: see layouts. json: a list of words, a list of pairs, or an
    object of names and lists. Lines starting with # before the first word are comments, later those starting with "# ".
    Words are stripped, composed (NFC) and kept once, in order and in their case. Raises BadFile.
    """
    stem, ending = _stem(filename)
    try:
        if len(data) > MOST_BYTES:
            raise BadFile(f"it has {len(data) / 1e6:,.0f} MB; a list can have up to {MOST_BYTES / 1e6:,.0f} MB.")
        text, notes = decode(data)
        return _lists(text, ending, stem, notes)
    except BadFile as error:
        raise BadFile(f"'{cut(filename, 80)}': {error}") from error


def paste(text: str, name: str) -> Listed:
    """The list in a pasted text, read as a file is, under the name that slug(name) gives. Raises BadFile."""
    try:
        refuse_unfit(text)
        lists = _lists(text.lstrip("\ufeff"), "txt", name.strip(), ())
        if len(lists) > 1:
            named = shown([listed.name for listed in lists])
            raise BadFile(f"it holds {len(lists):,} lists ({named}). Paste one, or drop them as a file.")
    except BadFile as error:
        raise BadFile(f"'{cut(name, 80)}': {error}") from error
    return replace(lists[0], name=slug(name))


def _stem(filename: str) -> tuple[str, str]:
    """(what the file is called, its ending in lower case), without folders."""
    last = re.split(r"[/\\]", filename)[-1]
    stem, dot, ending = last.rpartition(".")
    return (stem, ending.lower()) if dot and ending.lower() in _ENDINGS else (last, "")


def _lists(text: str, ending: str, title: str, notes: tuple[str, ...]) -> list[Listed]:
    if not text.strip(" \t\r\n\v\f\ufeff"):
        raise BadFile(f"it is empty. {_EMPTY}")
    if json_lists.looks_like_json(text, ending):
        return _from_json(text, title, notes)
    lines = re.split(r"\r\n|\r|\n", text)
    comments = _comments(lines)
    filled = ["" if place in comments else line for place, line in enumerate(lines)]
    if not any(map(str.strip, filled)):
        raise BadFile(f"it holds only comments (lines that start with #). {_EMPTY}")
    return _finished(layouts.drafts(filled, ending, title), _head(list(comments.values()), notes))


def _from_json(text: str, title: str, notes: tuple[str, ...]) -> list[Listed]:
    kept = json_lists.own(text)
    if not kept:
        return _finished(json_lists.drafts(text, title), Head(notes=notes))
    draft = Draft(kept.name, pairs=kept.pairs) if isinstance(kept, PairList) else Draft(kept.name, kept.words)
    return _finished([draft], Head(kept.title, kept.source, kept.licence, kept.notes + notes))


def _comments(lines: Sequence[str]) -> dict[int, str]:
    """Comments by place: lines that start with # before the first word, and with # and a space after it."""
    comments = {}
    begun = False
    for place, line in enumerate(lines):
        if line.startswith("#") and not (begun and line[1:2].strip()):
            comments[place] = line
        begun = begun or bool(line.strip() and place not in comments)
    return comments


def _head(comments: Sequence[str], notes: tuple[str, ...]) -> Head:
    """The comments `# title: ...`, source, licence and note by key; the others are counted in a note."""
    said: dict[str, list[str]] = {"title": [], "source": [], "licence": [], "note": []}
    others = []
    for comment in comments:
        found = _HEAD.fullmatch(comment.strip())
        if found:
            said[found[1].lower().replace("license", "licence")].append(found[2])
        elif comment.strip("# \t"):
            others.append(comment)
    left_out = counted(len(others), "comment", f"left out: {shown(others)}.")
    title, source, licence = (" ".join(said[key]) for key in ("title", "source", "licence"))
    return Head(title, source, licence, (*said["note"], *notes, *left_out))


def _finished(drafts: Sequence[Draft], head: Head) -> list[Listed]:
    """Tidied lists with names of their own. Raises BadFile where no words are left, or too many."""
    if len(drafts) > MOST_LISTS:
        raise BadFile(f"it holds {len(drafts):,} lists; a file can have up to {MOST_LISTS:,}.")
    lists: list[Listed] = []
    for draft in drafts:
        name = _free_name(slug(draft.title), {listed.name for listed in lists})
        listed = _tidied(draft, name, head if len(drafts) == 1 else replace(head, title=f"{head.title} {draft.title}".strip()))
        if len(listed.words) > MOST_WORDS:
            raise BadFile(f"it holds {len(listed.words):,} words; a list can have up to {MOST_WORDS:,}.")
        lists.append(listed)
    empty = [listed.title for listed in lists if not listed.words]
    if len(empty) == len(lists):
        raise BadFile(f"there are no words in it. {_EMPTY}")
    left_out = counted(len(empty), "list", f"left out for lack of words: {shown(empty)}.")
    return [replace(listed, notes=listed.notes + left_out) for listed in lists if listed.words]


def _tidied(draft: Draft, name: str, head: Head) -> Listed:
    texts = (head.title or cut(draft.title, 200), head.source, head.licence)
    if draft.pairs:
        pairs, notes = tidy_pairs(draft.pairs)
        return PairList(name, pairs, *texts, notes=(*head.notes, *draft.notes, *notes))
    words, notes = tidy_words(draft.words)
    return WordList(name, words, *texts, notes=(*head.notes, *draft.notes, *notes))


def _free_name(name: str, taken: set[str]) -> str:
    numbered = (f"{name[: LONGEST_NAME - 1 - len(str(n))]}-{n}" for n in range(2, len(taken) + 3))
    return next(free for free in (name, *numbered) if free not in taken)
