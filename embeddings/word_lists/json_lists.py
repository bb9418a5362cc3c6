"""Lists in JSON, by shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from embeddings.errors import BadFile
from embeddings.word_lists.decoding import refuse_unfit
from embeddings.word_lists.lists import Listed, PairList, WordList, is_name
from embeddings.word_lists.repair import Draft, cut

SHAPES = 'It can be a list of words, ["king"], a list of pairs, [["man", "woman"]], or names with lists, {"royal": ["king"]}.'
_START = re.compile(r'\s*(\[\s*(["\[\]{\d-]|null|true|false)|\{\s*["}])')
_TEXTS = ("name", "title", "source", "licence")


class _Number(str):
    """A number as it is spelled, so that a message can show it."""


class _Object(list[tuple[str, Any]]):
    """A JSON object as its pairs of key and value, so that a key that stands twice loses nothing."""


def looks_like_json(text: str, ending: str) -> bool:
    """True for a file named .json and for text that begins as a JSON list or object does; "[CLS]" is a word."""
    return ending == "json" or bool(_START.match(text))


def drafts(text: str, title: str) -> list[Draft]:
    """The lists that the JSON holds. Raises BadFile with the line where it is invalid, or with the shapes that can be read."""
    value = _parse(text)
    if isinstance(value, _Object) and value:
        return [_draft(key, items, f"'{cut(key)}'") for key, items in value]
    if isinstance(value, list) and not isinstance(value, _Object):
        return [_draft(title, value, "the list")]
    raise BadFile(f"the JSON holds {_kind(value)}. {SHAPES}")


def own(text: str) -> Listed | None:
    """A list as `as_json` writes it, None for any other JSON. Raises BadFile where the JSON is invalid."""
    value = _parse(text)
    told = dict(value) if isinstance(value, _Object) else {}
    kind = "words" if "words" in told else "pairs"
    if set(told) != {*_TEXTS, "notes", kind} or not _are_texts(told[key] for key in _TEXTS) or not is_name(told["name"]):
        return None
    if not isinstance(told["notes"], list) or not _are_texts(told["notes"]):
        return None
    draft = _draft(told["name"], told[kind], f"'{kind}'")
    if (draft.words and kind == "pairs") or (draft.pairs and kind == "words"):
        return None
    texts: dict[str, Any] = {key: told[key] for key in _TEXTS} | {"notes": tuple(told["notes"])}
    return WordList(words=tuple(draft.words), **texts) if kind == "words" else PairList(pairs=tuple(draft.pairs), **texts)


def as_json(listed: Listed) -> str:
    """The list as the JSON text that `own` reads."""
    entries = {"pairs": listed.pairs} if isinstance(listed, PairList) else {"words": listed.words}
    texts = {key: getattr(listed, key) for key in (*_TEXTS, "notes")}
    return json.dumps(texts | entries, ensure_ascii=False, indent=1)


def _are_texts(values: Iterable[Any]) -> bool:
    return all(type(value) is str for value in values)


def _parse(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_Object, parse_int=_Number, parse_float=_Number, parse_constant=_Number)
    except json.JSONDecodeError as error:
        raise BadFile(f"it is not valid JSON: {error.msg}, line {error.lineno:,}, column {error.colno:,}.") from error
    except RecursionError as error:
        raise BadFile(f"the JSON holds lists within lists, too many to read. {SHAPES}") from error


def _draft(title: str, items: Any, where: str) -> Draft:
    """Words, or pairs, from a JSON list. Raises BadFile naming the first item that is neither, or is not as the first one."""
    if not isinstance(items, list) or isinstance(items, _Object):
        raise BadFile(f"{where} is {_kind(items)}, not a list. {SHAPES}")
    paired = [_is_pair(item) for item in items]
    if len(set(paired)) > 1:
        odd = paired.index(not paired[0])
        raise BadFile(f"{where} begins with {_kind(items[0])}, but item {odd + 1:,} is {_kind(items[odd])}. {SHAPES}")
    if any(paired):
        pairs = [(_word(first, place, where), _word(second, place, where)) for place, (first, second) in enumerate(items, 1)]
        return Draft(title, pairs=pairs)
    return Draft(title, [_word(item, place, where) for place, item in enumerate(items, 1)])


def _is_pair(item: Any) -> bool:
    return isinstance(item, list) and not isinstance(item, _Object) and len(item) == 2


def _word(item: Any, place: int, where: str) -> str:
    if isinstance(item, _Number):
        raise BadFile(f'item {place:,} of {where} has the number {cut(item)}. If it is meant as a word, quote it: "{cut(item)}".')
    if not isinstance(item, str):
        raise BadFile(f"item {place:,} of {where} is {_kind(item)}, not a word or a pair. {SHAPES}")
    try:
        refuse_unfit(item)
    except BadFile as error:
        raise BadFile(f"item {place:,} of {where} holds a control code or half a character, which no word has.") from error
    return item


def _kind(value: Any) -> str:
    if isinstance(value, _Number):
        return f"the number {cut(value)}"
    if isinstance(value, _Object):
        return "an object" if value else "an empty object"
    if isinstance(value, list):
        return "a pair" if _is_pair(value) else f"a list of {len(value):,}"
    return "a text" if isinstance(value, str) else {None: "null", True: "true", False: "false"}[value]
