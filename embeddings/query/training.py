"""The pairs that a query's method learns from: a list's, turned the way that is asked, without the pair that is asked."""

from __future__ import annotations

from collections.abc import Mapping

from embeddings.analogy import SCORES, Training
from embeddings.errors import BadQuery
from embeddings.query.queries import Query
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import Found, WordVectors

Pair = tuple[Found, Found]


def training(
    wv: WordVectors, query: Query, listed: WordList | PairList | None, places: tuple[str, ...]
) -> tuple[Training | None, tuple[str, ...]]:
    """The training pairs of a query in this space, and what was done to the list, in sentences.

    places: the asked a, a', b as the space spells them; () where the query is no analogy of three words. None where the method
    learns from no pairs, where no list is named, or where the query is no analogy. A pair of a and a', and every pair that
    holds b, is left out: it would give the answer away (Drozd, Gladkova, Matsuoka 2016, leave the tested pair out).
    Raises BadQuery for a list that has no pairs, or none to learn from.
    """
    score = SCORES[query.method]
    if not score.learns or listed is None or not places:
        return None, _told_without(query)
    if not isinstance(listed, PairList):
        raise BadQuery(f"@{listed.name} is a list of words. {score.title} learns from a list of pairs, such as @capital.")
    known, absent = _known(wv, listed)
    turned = _is_turned(known, places)
    pairs = [(second, first) for first, second in known] if turned else known
    kept = [pair for pair in pairs if not _is_asked(pair, places)]
    if not kept:
        raise BadQuery(f"No pair of @{listed.name} is left to learn from in {wv.name}. Take another list, or one with more pairs.")
    left_out = [pair for pair in pairs if pair not in kept]
    notes = [_told(score.title, listed.name, kept, left_out, absent)]
    if turned:
        notes.append(f"@{listed.name} runs the other way than the pair that is asked, so its pairs were turned round.")
    return _made(wv, listed.name, kept, places), tuple(notes)


def lists_with(lists: Mapping[str, WordList | PairList], first: str, second: str) -> tuple[str, ...]:
    """The names of the lists that hold the pair, either way round, in the order of `lists`. Case is that of the lists."""
    either = {(first, second), (second, first)}
    return tuple(name for name, listed in lists.items() if isinstance(listed, PairList) and not either.isdisjoint(listed.pairs))


def _told_without(query: Query) -> tuple[str, ...]:
    score = SCORES[query.method]
    if not score.learns:
        return (f"{score.title} learns from no pairs: @{query.pairs} changes nothing.",) if query.pairs else ()
    if query.method == "3cosavg" and not query.pairs and query.places:
        return ("Without a list of pairs, 3CosAvg has one pair to average, the asked one, and is 3CosAdd.",)
    return ()


def _known(wv: WordVectors, listed: PairList) -> tuple[list[Pair], int]:
    """The pairs with both words here, each once as the space spells them, and how many lack one."""
    found = [wv.find(pair) for pair in listed.pairs]
    whole = {(first.row, second.row): (first, second) for first, second in found if first and second}
    return list(whole.values()), sum(None in both for both in found)


def _is_turned(pairs: list[Pair], places: tuple[str, ...]) -> bool:
    """Whether the list runs from a' to a: by the asked pair where it stands there, else by the side on which b stands."""
    a, a2, b = places
    there = {(first.word, second.word) for first, second in pairs}
    if (a, a2) in there or (a2, a) in there:
        return (a, a2) not in there
    return b in {second for _, second in there} and b not in {first for first, _ in there}


def _is_asked(pair: Pair, places: tuple[str, ...]) -> bool:
    a, a2, b = places
    words = {word.word for word in pair}
    return words == {a, a2} or b in words


def _told(title: str, name: str, kept: list[Pair], left_out: list[Pair], absent: int) -> str:
    told = f"{title} learned from {len(kept):,} pair{'' if len(kept) == 1 else 's'} of @{name}"
    if left_out:
        told += "; left out, because asked: " + ", ".join(f"{first.word} → {second.word}" for first, second in left_out[:8])
    if absent:
        told += f"; {absent:,} without a vector here"
    return f"{told}."


def _made(wv: WordVectors, name: str, pairs: list[Pair], places: tuple[str, ...]) -> Training:
    first, second = ([pair[side].row for pair in pairs] for side in (0, 1))
    asked = [word.row for word in wv.find(places) if word]
    words = tuple((one.word, other.word) for one, other in pairs)
    return Training(name, words, wv.unit[first], wv.unit[second], tuple(sorted({*first, *second, *asked})))
