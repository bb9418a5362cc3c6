"""Each result as the Python that makes it: a whole script that runs as printed."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.query import Query
from embeddings.settings import Settings
from embeddings.word_vectors import WordVectors


def _opening(wv: WordVectors, *modules: str) -> str:
    return f"from embeddings import {', '.join(sorted({'catalog', *modules}))}\n\nwv = catalog.open_space({wv.name!r})\n"


def _parse(asked: Query) -> str:
    settings = "".join(f", {name}={value!r}" for name, value in (("method", asked.method), ("k", asked.k), ("restrict", asked.restrict)))
    return f"query.Query.parse({str(asked)!r}{settings})"


def ranking(wv: WordVectors, asked: Query) -> str:
    """A query and its ranking."""
    own = any(term.is_list for term in asked.terms)
    lists = ", word_lists.every()" if own else ""
    return (
        _opening(wv, "query", *["word_lists"] * own)
        + f"found = query.answer(wv, {_parse(asked)}{lists})\n"
        + "for word, score in zip(found.words, found.scores):\n    print(f'{score:.4f}  {word}')\n"
    )


def neighbourhood(wv: WordVectors, words: Sequence[str], k: int, among: int | None) -> str:
    """The small map and its edges."""
    return (
        _opening(wv, "projections", "search")
        + f"words = {list(words)!r}\n"
        + "places = projections.project(wv, words, 'pca')\n"
        + f"edges = search.edges(wv, wv.rows(words), k={k}, among={among})\n"
        + "print(places.points)\nprint([(words[i], words[j]) for i, j in edges])\n"
    )


def methods(wv: WordVectors, asked: Query, names: Sequence[str]) -> str:
    """One query by several methods."""
    return (
        _opening(wv, "query", "word_lists")
        + f"asked = {_parse(asked)}\n"
        + f"for method in {list(names)!r}:\n    print(method, query.answer(wv, asked.by(method), word_lists.every()).words)\n"
    )


def parallelogram(wv: WordVectors, words: Sequence[str]) -> str:
    """The parallelogram of four words."""
    return (
        _opening(wv)
        + "from embeddings.projections import plane\n\n"
        + f"picture = plane.parallelogram(wv, {tuple(words)!r})\n"
        + "print(picture.points, picture.cosine, picture.out_of_plane)\n"
    )


def direction(wv: WordVectors, pairs: Sequence[tuple[str, str]], name: str, method: str, words: Sequence[str] = ()) -> str:
    """A direction from pairs, its evidence, and words placed along it."""
    line = f"for word in direction.place(wv, along, {list(words)!r}):\n    print(word)\n" if words else ""
    return (
        _opening(wv, "direction")
        + f"pairs = {list(pairs)!r}\n"
        + f"along = direction.from_pairs(wv, pairs, {name!r}, method={method!r})\n"
        + "print(along.evidence.offset_cosine_mean, along.evidence.p_value)\n"
        + line
    )


def projection(wv: WordVectors, words: Sequence[str], method: str, settings: Settings) -> str:
    """A map of words."""
    shown = f"{list(words)!r}" if len(words) <= 200 else f"wv.vocabulary.words(range({len(words)}))"
    chosen = ", ".join(f"{option.name}={getattr(settings, option.name)!r}" for option in settings.options())
    return (
        _opening(wv, "projections")
        + f"settings = projections.PROJECTIONS[{method!r}].settings({chosen})\n"
        + f"places = projections.project(wv, {shown}, {method!r}, settings)\n"
        + "print(places.points, places.quality)\n"
    )


def coverage(wv: WordVectors, name: str) -> str:
    """What a space knows of a list."""
    return _opening(wv, "word_lists") + f"print(word_lists.coverage(wv, word_lists.every()[{name!r}]))\n"


def beside(wv: WordVectors, words: Sequence[str], metric: str, side: str) -> str:
    """Distances and flat picture, one-hot or of the embedding."""
    made = (
        f"one_hot.one_hot_distances(len(words), {metric!r})"
        if side == "one-hot"
        else f"one_hot.distances(wv.unit[wv.rows(words)], {metric!r})"
    )
    picture = "one_hot.simplex(len(words))" if side == "one-hot" else "one_hot.mds(apart)"
    return _opening(wv, "one_hot") + f"words = {list(words)!r}\napart = {made}\nprint(apart)\nprint({picture}.points)\n"


def look_up(wv: WordVectors, word: str) -> str:
    """The one-hot product beside the row."""
    return (
        _opening(wv, "one_hot")
        + f"both = one_hot.turn_on_row(wv.vectors, int(wv.rows([{word!r}])[0]))\n"
        + "print(both.product, both.looked_up, both.equal)\n"
    )


def inputs(wv: WordVectors, words: Sequence[str]) -> str:
    """Several words as a bag and as a concatenation."""
    return (
        _opening(wv, "one_hot")
        + f"rows = wv.rows({list(words)!r})\n"
        + "print(one_hot.bag_of_words(rows, wv.n_words))\nprint(one_hot.concatenation(rows, wv.n_words))\n"
    )


def cut(wv: WordVectors, text: str, n: int) -> str:
    """A text through the n most frequent words."""
    return _opening(wv, "one_hot") + f"print(one_hot.cut_vocabulary({text!r}, wv.vocabulary, {n}))\n"


def memory(wv: WordVectors) -> str:
    """What the vocabulary takes both ways."""
    return _opening(wv, "one_hot") + "print(one_hot.memory(wv.n_words, wv.dim))\n"
