"""Results to data frames, and data frames to CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from embeddings.analogy import SCORES
from embeddings.anatomy import Anatomy, Expected
from embeddings.catalog import Entry
from embeddings.direction import Direction, Placed
from embeddings.formats.repairs import Repairs, sentences
from embeddings.hubness import BADGES
from embeddings.offers import Offer
from embeddings.projections import Projection
from embeddings.projections.plane import Parallelogram
from embeddings.query import Lists, Ranking
from embeddings.word_lists import Coverage, PairList, WordList
from explorer.trust import Trust


def ranking(found: Ranking) -> pd.DataFrame:
    """Rank, word, score, place in the vocabulary, and each term's part in the score."""
    n = len(found.words)
    score = "distance" if found.query.method == "euclid" else "score"
    scores = np.array(found.scores) * (-1 if score == "distance" else 1)
    frame = pd.DataFrame({"rank": range(1, n + 1), "word": found.words, score: scores, "vocabulary place": np.array(found.rows, int) + 1})
    if len(found.part_labels) > 1:
        for at, label in enumerate(found.part_labels):
            again = f" ({at + 1})" if label in found.part_labels[:at] else ""
            frame[f"part of {label}{again}"] = [parts[at] for parts in found.parts]
    return frame


def trusted(trust: Trust) -> pd.DataFrame:
    """A ranking with each word's place by plain cosine, and how often it is a neighbour; words that left the list stand below it."""
    found = trust.found
    frame = ranking(found).rename(columns={f"part of {label}": label for label in found.part_labels if not trust.is_plain})
    if found.query.rank_by == "mutual":
        frame["score"] = -frame["score"].astype(int)
        frame = frame.rename(columns={"score": "rank from both sides"})
    if trust.hubness:
        frame[f"N_{trust.hubness.k}"] = pd.array([badge.count for badge in trust.badges], "Int64")
        frame["kind"] = [BADGES[badge.kind] for badge in trust.badges]
        frame["share of words below"] = [badge.share_below for badge in trust.badges]
    if trust.is_plain:
        return frame
    places = {word: place for place, word in enumerate(trust.plain.words, 1)}
    frame["rank by cosine"] = pd.array([places.get(word) for word in found.words], "Int64")
    frame["against cosine"] = ["" if word in places else "entered" for word in found.words]
    gone = [{"word": word, "rank by cosine": places[word], "against cosine": "left"} for word in trust.change.left]
    rows = frame.astype({"rank": "Int64", "vocabulary place": "Int64"})
    return pd.concat([rows, pd.DataFrame(gone).astype({"rank by cosine": "Int64"})], ignore_index=True) if gone else rows


def side_by_side(answers: Sequence[tuple[str, Ranking | str]]) -> pd.DataFrame:
    """The words of one query by several methods, a column a method with its score; a method without an answer is left out."""
    rankings = [(title, found) for title, found in answers if isinstance(found, Ranking)]
    longest = max((len(found.words) for _, found in rankings), default=0)
    columns: dict[str, list[object]] = {"rank": list(range(1, longest + 1))}
    for title, found in rankings:
        gap = longest - len(found.words)
        columns[title] = [*found.words, *[""] * gap]
        columns[f"{title} score"] = [*found.scores, *[None] * gap]
    return pd.DataFrame(columns)


def inputs(apart: Anatomy) -> pd.DataFrame:
    """The asked words with their rank and score, were they allowed."""
    rows = [(each.word, each.rank, each.score) for each in apart.inputs]
    return pd.DataFrame(rows, columns=["asked word", "rank if allowed", "score"]).astype({"rank if allowed": "Int64"})


def only_b(apart: Anatomy) -> pd.DataFrame:
    """The answer beside the neighbours of b alone, place by place; no row where there is no b."""
    there = apart.only_b.ranking if apart.only_b else None
    pairs = list(zip(apart.ranking.words, apart.ranking.scores, there.words, there.scores, strict=False)) if there else []
    rows = [(rank, *pair) for rank, pair in enumerate(pairs, 1)]
    return pd.DataFrame(rows, columns=["rank", "answer", "score", "b alone", "cosine with b"])


def expected(told: Sequence[Expected]) -> pd.DataFrame:
    """Where one word stands under each method, what each method puts first, the time it took, and why where there is no rank."""
    rows = [
        (
            SCORES[each.method].title,
            each.standing.rank,
            each.standing.score,
            each.standing.tied,
            each.answer,
            round(1000 * each.seconds),
            each.why,
        )
        for each in told
    ]
    columns = ["method", "rank", "score", "tied with", "first", "milliseconds", "why no rank"]
    frame = pd.DataFrame(rows, columns=columns).astype({"rank": "Int64"})
    return frame if any(each.why for each in told) else frame.drop(columns="why no rank")


def plane(picture: Parallelogram) -> pd.DataFrame:
    """The four words and the point b - a + a' on the drawn plane, with how far each lies outside it."""
    frame = pd.DataFrame({"place": ["a", "a'", "b", "answer", "b - a + a'"], "word": [*picture.words, ""]})
    frame["x"], frame["y"] = picture.points[:, 0], picture.points[:, 1]
    frame["outside the plane"] = picture.distances
    return frame


def pairs(direction: Direction) -> pd.DataFrame:
    """The pairs with the cosine of each offset with the direction of the other pairs."""
    first, second = zip(*direction.pairs, strict=True)
    frame = pd.DataFrame({"from": first, "to": second, "cosine with the other pairs": direction.evidence.held_out})
    return frame.sort_values("cosine with the other pairs", ascending=False, ignore_index=True)


def chance(direction: Direction) -> pd.DataFrame:
    """The mean offset cosine of the pairs, then of each shuffle, largest first."""
    evidence = direction.evidence
    means = [evidence.offset_cosine_mean, *np.sort(evidence.shuffled)[::-1]]
    return pd.DataFrame({"pairs": ["these", *["shuffled"] * len(evidence.shuffled)], "mean cosine of two offsets": means})


def placed(words: Sequence[Placed]) -> pd.DataFrame:
    """Words along a direction with their 95 % intervals, largest first."""
    rows = [(word.word, word.value, word.low, word.high) for word in sorted(words, key=lambda word: -word.value)]
    return pd.DataFrame(rows, columns=["word", "cosine", "low", "high"])


def points(projection: Projection, of: Sequence[str] | None = None) -> pd.DataFrame:
    """Words with their places on the map, and their group where there are groups."""
    frame = pd.DataFrame({"word": projection.words})
    if of is not None:
        frame["list"] = list(of)
    for at, name in zip(range(projection.points.shape[1]), "xyz", strict=False):
        frame[name] = projection.points[:, at]
    return frame


def matrix(words: Sequence[str], values: np.ndarray) -> pd.DataFrame:
    """(n, n) values with the words beside them, under a heading that is none of the words."""
    heading = "word"
    while heading in words:
        heading += " "
    frame = pd.DataFrame(values, columns=list(words))
    frame.insert(0, heading, list(words))
    return frame


def coverage(listed: WordList | PairList, covered: Coverage) -> pd.DataFrame:
    """Each word of a list, in its order, with how it was found."""
    folded, missing = dict(covered.folded), set(covered.missing)
    kinds = {True: "not in this space", False: "found"}
    rows = [(word, folded.get(word, "" if word in missing else word), kinds[word in missing]) for word in listed.words]
    told = [(word, spelled, "found in lower case" if word in folded else kind) for word, spelled, kind in rows]
    return pd.DataFrame(told, columns=["word", "spelled here", "found"])


def everywhere(covered: Sequence[tuple[str, Coverage]]) -> pd.DataFrame:
    """What each space knows of one list, and the first words it lacks."""
    rows = [(name, len(part.found), len(part.missing), ", ".join(part.missing[:10])) for name, part in covered]
    return pd.DataFrame(rows, columns=["space", "found", "not found", "the first of those"])


def lists(named: Lists, own: Lists, covered: Mapping[str, Coverage]) -> pd.DataFrame:
    """Every list with its kind, size, what the space knows of it, and where it is from; the reader's own first."""
    rows = []
    for name in sorted(named, key=lambda name: (name not in own, isinstance(named[name], PairList), name)):
        listed = named[name]
        known = f"{len(covered[name].found):,} of {len(listed.words):,}"
        kind = f"{len(listed.pairs):,} pairs" if isinstance(listed, PairList) else f"{len(listed.words):,} words"
        rows.append((f"@{name}", kind, known, "yours" if name in own else "in the box", listed.title, listed.source, listed.licence))
    return pd.DataFrame(rows, columns=["name", "size", "words known here", "from", "title", "source", "licence"])


def spaces(
    entries: Sequence[Entry], sizes: Mapping[str, int], held: Mapping[str, int], indexes: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Every space: its shape, bytes on disk, whether it is open now and what was built beside it, its source and licence."""
    frame = pd.DataFrame([(entry.name, entry.words, entry.dim) for entry in entries], columns=["name", "words", "dimensions"])
    frame["format"] = [entry.source.format for entry in entries]
    frame["on disk"] = [sizes[entry.name] for entry in entries]
    frame["open now"] = [entry.name in held for entry in entries]
    frame["index"] = [", ".join(indexes[entry.name]) for entry in entries]
    frame["from"] = ["yours" if entry.kept else "in the box" for entry in entries]
    frame["licence"] = [entry.source.licence or "none stated" for entry in entries]
    frame["source"] = [entry.source.title for entry in entries]
    return frame


def report(repairs: Repairs) -> pd.DataFrame:
    """The repair report, a sentence a row."""
    return pd.DataFrame({"repair report": sentences(repairs)})


def refused(repairs: Repairs) -> pd.DataFrame:
    """The first refused rows of an import, with their place in the file."""
    return pd.DataFrame([(row.line, row.why) for row in repairs.refused], columns=[repairs.places, "why it was refused"])


def duplicates(repairs: Repairs) -> pd.DataFrame:
    """The first words of an import that stood again, with the place that was kept and the one that was dropped."""
    rows = [(word.word, word.kept, word.dropped) for word in repairs.duplicates]
    return pd.DataFrame(rows, columns=["word", f"kept from {repairs.places}", f"dropped at {repairs.places}"])


def offers(known: Sequence[Offer], here: Mapping[str, str]) -> pd.DataFrame:
    """What can be fetched; `here` maps the names of those on this disk already to the space that holds them."""
    rows = [
        (each.name, each.title, each.language, each.words, each.dim, each.bytes, each.licence, each.paper, here.get(each.name, ""))
        for each in known
    ]
    frame = pd.DataFrame(rows, columns=["name", "title", "language", "words", "dimensions", "download", "licence", "paper", "here as"])
    return frame.astype({"words": "Int64", "download": "Int64"})


def csv(frame: pd.DataFrame) -> bytes:
    """The table as CSV in UTF-8 with a BOM, so that Excel reads it; text that a spreadsheet would run gets an apostrophe."""
    safe = frame.copy()
    for name in safe.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in safe.dtypes]]:
        safe[name] = [_inert(cell) for cell in safe[name]]
    return safe.rename(columns=_inert).to_csv(index=False).encode("utf-8-sig")


def page(frame: pd.DataFrame, title: str) -> bytes:
    """The table as one page of HTML, every cell as text."""
    head = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title></head>'
    return f"{head}<body>{frame.to_html(index=False, escape=True, border=1)}</body></html>".encode()


def _inert(cell: object) -> object:
    runs = isinstance(cell, str) and len(cell) > 1 and cell[0] in "=+-@\t\r\n＝＋－＠"
    return f"'{cell}" if runs else cell
