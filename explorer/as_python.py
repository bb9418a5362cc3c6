"""Each result as the Python that makes it: a whole script that runs as printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from embeddings.analogy import BY_DEFAULT
from embeddings.query import Query
from embeddings.settings import Settings
from embeddings.subset import Subset
from embeddings.word_vectors import WordVectors
from explorer import contrast, session


def _opening(wv: WordVectors, *modules: str) -> str:
    return f"from embeddings import {', '.join(sorted({'catalog', *modules}))}\n\nwv = catalog.open_space({wv.name!r})\n"


def _parse(asked: Query) -> str:
    chosen = {"method": asked.method, "k": asked.k, "restrict": asked.restrict} | ({"approximate": True} if asked.approximate else {})
    chosen |= {"pairs": asked.pairs} if asked.pairs else {}
    chosen |= {"subset": asked.subset} if asked.subset else {}
    chosen |= {"rank_by": asked.rank_by} if asked.rank_by != "cosine" else {}
    chosen |= {"around": asked.around} if asked.around != 10 else {}
    settings = "".join(f", {name}={value!r}" for name, value in chosen.items())
    learning = "" if asked.learning == BY_DEFAULT else f", learning=analogy.{asked.learning!r}"
    return f"query.Query.parse({str(asked)!r}{settings}{learning})"


def _modules(asked: Query) -> list[str]:
    """What a query needs besides its own module."""
    return ["word_lists"] * bool(_named(asked)) + ["analogy"] * (asked.learning != BY_DEFAULT)


def ranking(wv: WordVectors, asked: Query) -> str:
    """A query and its ranking."""
    named = bool(_named(asked))
    return (
        _opening(wv, "query", *_modules(asked))
        + _lists(_named(asked))
        + f"found = query.answer(wv, {_parse(asked)}{', lists' if named else ''})\n"
        + "for word, score in zip(found.words, found.scores):\n    print(f'{score:.4f}  {word}')\n"
    )


def _lists(names: Sequence[str]) -> str:
    """The lists of these names: those on this computer by name, those of this session alone written out."""
    alone = {name: listed for name, listed in session.session_lists().items() if name in names}
    classes = "from embeddings.word_lists import PairList, WordList\n\n" if alone else ""
    return f"{classes}lists = word_lists.every(){f' | {alone!r}' if alone else ''}\n" if names else ""


def _named(asked: Query) -> list[str]:
    return [*(term.name for term in asked.terms if term.is_list), *[asked.pairs] * bool(asked.pairs), *_subset_list(asked)]


def _subset_list(asked: Query) -> list[str]:
    listed = Subset.parse(asked.subset).listed if asked.subset else ""
    return [listed] * bool(listed)


def anatomy(wv: WordVectors, asked: Query) -> str:
    """An answer taken apart."""
    named = bool(_named(asked))
    return (
        _opening(wv, "anatomy", "query", *_modules(asked))
        + _lists(_named(asked))
        + f"apart = anatomy.of(wv, {_parse(asked)}{', lists' if named else ''})\n"
        + "print(apart.verdict.sentence)\nprint(apart.inputs)\n"
        + "print(apart.only_b.ranking.words if apart.only_b else 'no b')\n"
        + "for each in apart.expected:\n    print(each)\n"
    )


def expected(wv: WordVectors, asked: Query, word: str) -> str:
    """Where a word stands under every method."""
    named = bool(_named(asked))
    return (
        _opening(wv, "anatomy", "query", *_modules(asked))
        + _lists(_named(asked))
        + f"asked = {_parse(replace(asked, expected=word))}\n"
        + f"for each in anatomy.expected_by_method(wv, asked{', lists' if named else ''}):\n"
        + "    print(each.method, each.standing.rank, each.standing.score, each.answer, each.why)\n"
    )


def neighbourhood(wv: WordVectors, words: Sequence[str], k: int) -> str:
    """The small map and its edges."""
    return (
        _opening(wv, "projections", "search")
        + f"words = {list(words)!r}\n"
        + "places = projections.project(wv, words, 'pca')\n"
        + f"edges = search.edges(wv, wv.rows(words), k={k})\n"
        + "print(places.points)\nprint([(words[i], words[j]) for i, j in edges])\n"
    )


def methods(wv: WordVectors, asked: Query, names: Sequence[str]) -> str:
    """One query by several methods."""
    named = bool(_named(asked))
    return (
        _opening(wv, "query", *_modules(asked))
        + "from embeddings.errors import BadQuery\n\n"
        + _lists(_named(asked))
        + f"asked = {_parse(asked)}\n"
        + f"for method in {list(names)!r}:\n    try:\n"
        + f"        print(method, query.answer(wv, asked.by(method){', lists' if named else ''}).words)\n"
        + "    except BadQuery as why:\n        print(method, why)\n"
    )


def parallelogram(wv: WordVectors, words: Sequence[str]) -> str:
    """The parallelogram of four words."""
    return (
        _opening(wv)
        + "from embeddings.projections import plane\n\n"
        + f"picture = plane.parallelogram(wv, {tuple(words)!r})\n"
        + "print(picture.points, picture.cosine, picture.out_of_plane)\n"
    )


def direction(wv: WordVectors, pairs: Sequence[tuple[str, str]], name: str, method: str) -> str:
    """A direction from pairs, with its evidence: the mean of two offsets, the shuffles, and each pair held out."""
    return (
        _along(wv, pairs, name, method)
        + "told = along.evidence\n"
        + "print(told.offset_cosine_mean, told.p_value, sorted(told.shuffled, reverse=True)[:5])\n"
        + "for pair, cosine in sorted(zip(along.pairs, told.held_out), key=lambda told: -told[1]):\n    print(f'{cosine:.4f}', *pair)\n"
    )


def placed(wv: WordVectors, pairs: Sequence[tuple[str, str]], name: str, method: str, words: Sequence[str]) -> str:
    """Words placed along a direction."""
    return (
        _along(wv, pairs, name, method)
        + f"for word in sorted(direction.place(wv, along, {list(words)!r}), key=lambda word: -word.value):\n    print(word)\n"
    )


def _along(wv: WordVectors, pairs: Sequence[tuple[str, str]], name: str, method: str) -> str:
    return _opening(wv, "direction") + f"pairs = {list(pairs)!r}\nalong = direction.from_pairs(wv, pairs, {name!r}, method={method!r})\n"


def projection(wv: WordVectors, words: Sequence[str], method: str, settings: Settings) -> str:
    """A map of words."""
    frequent = list(words) == wv.vocabulary.words_before(min(len(words), wv.n_words))
    shown = f"wv.vocabulary.words_before({len(words)})" if frequent else f"{list(words)!r}"
    chosen = ", ".join(f"{option.name}={getattr(settings, option.name)!r}" for option in settings.options())
    return (
        _opening(wv, "projections")
        + f"settings = projections.PROJECTIONS[{method!r}].settings({chosen})\n"
        + f"places = projections.project(wv, {shown}, {method!r}, settings)\n"
        + "print(places.points, places.quality)\n"
    )


def everywhere(name: str) -> str:
    """What each space knows of a list."""
    return (
        "from embeddings import catalog, word_lists\n\n"
        + _lists([name])
        + "for entry in catalog.spaces():\n"
        + f"    covered = word_lists.coverage(catalog.open_space(entry.name), lists[{name!r}])\n"
        + "    print(entry.name, len(covered.found), len(covered.missing), covered.missing[:10])\n"
    )


def coverage(wv: WordVectors, name: str) -> str:
    """What a space knows of a list."""
    return _opening(wv, "word_lists") + _lists([name]) + f"print(word_lists.coverage(wv, lists[{name!r}]))\n"


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


def ties(wv: WordVectors, words: Sequence[str], metric: str, word: str) -> str:
    """The neighbours of a word among a few, both ways."""
    return (
        _opening(wv, "one_hot")
        + f"words = {list(words)!r}\n"
        + f"print(one_hot.neighbours(words, {word!r}, {metric!r}))\n"
        + f"apart = one_hot.distances(wv.unit[wv.rows(words)], {metric!r})[words.index({word!r})]\n"
        + f"print(sorted((value, other) for value, other in zip(apart, words) if other != {word!r}))\n"
    )


def inputs(wv: WordVectors, words: Sequence[str]) -> str:
    """Several words in several orders, as a bag and as a concatenation."""
    return (
        _opening(wv, "one_hot")
        + f"for words in {contrast.orders(words)!r}:\n"
        + "    rows = wv.rows(words)\n"
        + "    print(words, one_hot.bag_of_words(rows, wv.n_words), one_hot.concatenation(rows, wv.n_words))\n"
    )


def coverage_of_text(wv: WordVectors, text: str, sizes: Sequence[int]) -> str:
    """What growing vocabularies cover of a text."""
    return (
        _opening(wv, "one_hot")
        + f"text = {text!r}\n"
        + f"for n in {list(sizes)!r}:\n    print(n, one_hot.cut_vocabulary(text, wv.vocabulary, n).coverage)\n"
    )


def memory(wv: WordVectors) -> str:
    """What the vocabulary takes both ways."""
    return _opening(wv, "one_hot") + "print(one_hot.memory(wv.n_words, wv.dim))\n"


def spaces() -> str:
    """The spaces there are."""
    return (
        "from embeddings import catalog\n\n"
        "for entry in catalog.spaces():\n"
        "    print(entry.name, entry.words, entry.dim, entry.source.title)\n"
    )


def repairs(name: str) -> str:
    """A space, and the report on the file it was made of."""
    return (
        "from embeddings import catalog\n"
        "from embeddings.formats.repairs import sentences\n\n"
        f"entry = next(entry for entry in catalog.spaces() if entry.name == {name!r})\n"
        "print(entry.name, entry.words, entry.dim, entry.source)\n"
        "print(*sentences(entry.repairs) if entry.repairs else ['No file was imported.'], sep='\\n')\n"
    )
