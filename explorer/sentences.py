"""Findings in words: each result said as a sentence of Markdown in which words of the space stand as code."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from embeddings import views
from embeddings.analogy import ADD_UP, SCORES
from embeddings.anatomy import Anatomy, Expected
from embeddings.direction import Direction, Placed
from embeddings.hubness import RANKINGS
from embeddings.one_hot import DISTANCES, UNKNOWN, Cut, RowProduct
from embeddings.one_hot import distances as distances_between
from embeddings.projections import PROJECTIONS, Projection
from embeddings.query import Ranking
from embeddings.word_lists import Coverage, PairList, WordList
from embeddings.word_vectors import WordVectors
from explorer.contrast import Beside
from explorer.messages import code, plain
from explorer.trust import Trust


def series(words: Sequence[str]) -> str:
    """Words as code: `a`, `b` and `c`."""
    shown = [code(word) for word in words]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def neighbours(found: Ranking) -> str:
    """Which words are nearest."""
    if not found.words and found.query.subset:
        return f"Nothing to list for {code(str(found.query))}: no word of {code(found.query.subset)} is here, or all were asked."
    if not found.words:
        return f"Nothing is left to rank for {code(str(found.query))}: every word among the chosen ones was asked."
    return f"Nearest to {code(str(found.query))}: {series(found.words[:3])}."


def trust(told: Trust) -> str:
    """What another ranking changed, and which of the listed words are hubs."""
    return " ".join(filter(None, [_changed(told), _hubs(told)]))


def _changed(told: Trust) -> str:
    if told.is_plain or not told.found.words:
        return ""
    entered, left = told.change.entered, told.change.left
    if not entered:
        order = "" if told.found.words == told.plain.words else ", in another order"
        return f"{told.title} lists the same words as the plain cosine{order}."
    return f"Against the plain cosine, {series(entered)} came in and {series(left)} left."


def _hubs(told: Trust) -> str:
    if told.hubness is None or not told.found.words:
        return ""
    hubs = [(word, badge) for word, badge in zip(told.found.words, told.badges, strict=True) if badge.kind == "hub"]
    if not hubs:
        return "None of them is a hub."
    word, most = max(hubs, key=lambda hub: hub[1].count or 0)
    below = math.floor(1000 * most.share_below) / 10  # 99.97 is not 100
    among = f"{code(word)} is among the {told.hubness.k} nearest of {most.count:,} words; {below:.1f} % of all words have fewer."
    return f"{len(hubs)} of them {'is a hub' if len(hubs) == 1 else 'are hubs'}: {among}"


def about_trust(told: Trust) -> str:
    """What the other ranking and the counts are."""
    parts = []
    if not told.is_plain:
        ranking = RANKINGS[told.found.query.rank_by]
        nearest = f" (k = {told.found.query.around})" if ranking.name == "csls" else ""
        parts.append(f"{ranking.title}: {ranking.formula}{nearest}; {ranking.paper}.")
    if told.hubness:
        kept, k = told.hubness, told.hubness.k
        cut = f"all {kept.among:,}" if kept.among == kept.n_words else f"the {kept.among:,} most frequent"
        found = "" if kept.recall is None else f" (counted through the index, which found {kept.recall:.1%} of them)"
        parts.append(
            f"N_{k}: among the {k} nearest of how many of {cut} words{found}, skewness {kept.skewness:.1f}. "
            f"◆ hub: above {kept.hub_from:.0f}, two standard deviations over the mean. ○: nobody's neighbour."
        )
    return " ".join(parts)


PLAIN = {"3cosadd": "cos(word, query)", "euclid": "-|word - query| on the vectors as stored"}
"""Formulas for a query that is no analogy: without its letters."""


def about_ranking(found: Ranking, n_words: int, dim: int) -> str:
    """What the numbers of a ranking are."""
    score = SCORES[found.query.method]
    among = f"the {found.query.restrict:,} most frequent words" if found.query.restrict else f"all {n_words:,} words"
    how = "vectors as stored" if score.name == "euclid" else "unit vectors, not centred"
    seen = views.parted(found.space)[1]
    how = f"the view {code(seen)}{'' if score.name == 'euclid' else ', at length one'}" if seen else how
    more = f" and {len(found.left_out) - 6:,} more" if len(found.left_out) > 6 else ""
    left_out = f"; asked words are left out ({', '.join(code(word) for word in found.left_out[:6])}{more})" if found.left_out else ""
    formula = score.formula if found.query.places else PLAIN.get(score.name, score.formula)
    return f"{code(formula)} in all {dim} dimensions on {how}; {'exact' if found.exact else 'approximate'}, among {among}{left_out}."


def neighbourhood(projection: Projection, n_edges: int) -> str:
    """What the small map shows."""
    return f"{len(projection.words)} words: what was asked and its nearest. {n_edges} lines join true nearest neighbours."


def about_neighbourhood(projection: Projection, k: int, dim: int) -> str:
    """How far the small map can be trusted."""
    share = f"{sum(projection.shares):.0%} of the variance" if projection.shares else "part of the structure"
    return (
        f"A line joins two words when one is among the other's {k} nearest of all words, by cosine in all {dim} dimensions. "
        f"The places are PCA of unit vectors and keep {share}: trust the lines before the distances."
    )


def analogy(found: Ranking) -> str:
    """What an analogy answers, and what it would answer with the asked words allowed."""
    if not found.words:
        return neighbours(found)
    asked = replace(found.query, expected="")
    first = f"{code(str(asked))} gives **{code(found.words[0])}** by {SCORES[found.query.method].title} ({found.scores[0]:.2f})."
    if found.unrestricted in found.left_out:
        return f"{first} With the asked words allowed it would be {code(found.unrestricted)}: leaving them out is part of the method."
    return f"{first} It is first even with the asked words allowed."


def verdict(apart: Anatomy) -> str:
    """What an answer shows, with the numbers behind it."""
    return f"**{apart.verdict.title}**: {plain(apart.verdict.numbers)}"


def about_terms(found: Ranking) -> str:
    """How the parts make the score."""
    score = SCORES[found.query.method]
    if score.parts_do == ADD_UP:
        return "What lies left of zero was taken away; the diamond marks what is left, which is the score. "
    return f"{score.title} is a product, so its bars are not parted: the factors, which {score.parts_do}, stand in the table. "


def asked_words(apart: Anatomy) -> str:
    """Where the asked words would stand."""
    best = min((each for each in apart.inputs if each.rank), key=lambda each: each.rank or 0, default=None)
    if best is None:
        return "None of the asked words has a score of its own here."
    if best.rank == 1:
        return f"The asked words are left out. Were they allowed, {code(best.word)} would win."
    return f"The asked words are left out. Were they allowed, the best of them, {code(best.word)}, would be number {best.rank:,}."


def only_b(apart: Anatomy) -> str:
    """What b alone gives."""
    if apart.only_b is None:
        return "There is no single word b here, so there is nothing to compare with."
    b, there = code(apart.ranking.query.terms[0].name), apart.only_b
    if there.answer_here.rank == 1:
        return f"Nearest to {b} alone is {code(apart.ranking.words[0])} as well: this answer is no evidence for the analogy."
    rank = "nowhere" if there.answer_here.rank is None else f"number {there.answer_here.rank:,}"
    return f"Nearest to {b} alone is {code(there.ranking.words[0])}; {code(apart.ranking.words[0])} is {rank} there."


def expected(told: Sequence[Expected], is_given: bool) -> str:
    """Which methods put the word first."""
    word = code(told[0].standing.word)
    first = [SCORES[each.method].title for each in told if each.standing.rank == 1]
    ranked = sum(each.standing.rank is not None for each in told)
    role = "the expected answer" if is_given else "the first answer"
    by = f"first by {len(first)} of {ranked} methods: {', '.join(first)}" if first else f"first by none of {ranked} methods"
    return f"{word}, {role}, is {by}." if ranked else f"{word}, {role}, has no rank under any method."


def about_expected(is_given: bool) -> str:
    """What the ranks are, and how a word is given."""
    told = (
        "Rank 1 + the number of words with a larger score, asked words left out. Time: scoring every word once, without loading packages."
    )
    return (
        told
        if is_given
        else f"{told} To follow another word, write it in place of the question mark or after =: king - man + woman = queen."
    )


def parallelogram(words: Sequence[str], cosine: float, out_of_plane: float) -> str:
    """How nearly the four words make a parallelogram."""
    a, a2, b, b2 = (code(word) for word in words)
    near = "nearly parallel" if cosine > 0.8 else "partly parallel" if cosine > 0.4 else "hardly parallel"
    return (
        f"The offset {a} → {a2} and the offset {b} → {b2} are {near}: cosine **{cosine:.2f}** in the full space. "
        f"{b2} lies {out_of_plane:.2f} outside the drawn plane (a unit vector has length 1)."
    )


FEWEST_TO_TELL = 5


def direction(along: Direction, shuffled: bool) -> str:
    """How parallel the pairs are beside chance."""
    evidence, n = along.evidence, len(along.pairs)
    what = f"The {n} **shuffled** pairs" if shuffled else f"The {n} pairs"
    return (
        f"{what} are {_verdict(evidence.p_value, n)}: two offsets have a mean cosine of **{evidence.offset_cosine_mean:.2f}** in the full "
        f"space, against {evidence.shuffled.mean():.2f} when second words are dealt out anew "
        f"(p = {evidence.p_value:.3f}, {len(evidence.shuffled):,} shuffles)."
    )


def _verdict(p: float, n: int) -> str:
    if n < FEWEST_TO_TELL:
        return f"too few to tell from chance (with {n} pairs p cannot fall below {1 / math.factorial(n):.2g})"
    if p < 0.01:
        return "more parallel than chance explains"
    return "not clearly more parallel than chance explains" if p < 0.05 else "no more parallel than chance explains"


def arrows_seen(projection: Projection, shuffled: bool) -> str:
    """What the arrows join."""
    kind = "first words and the **shuffled** second ones" if shuffled else "the words of each pair"
    return f"Arrows join {kind}, by {PROJECTIONS[projection.method].title}."


def arrows(projection: Projection, dim: int) -> str:
    """What an arrow picture may and may not be read for."""
    if projection.method == "pca":
        return (
            f"PCA of the pairs' own unit vectors, {sum(projection.shares):.0%} of their variance. A picture fitted to the pairs "
            f"makes even random pairs look parallel: shuffle them and compare, and trust the cosines, which are in all {dim} dimensions."
        )
    return "t-SNE keeps near words near. Lengths and angles of arrows mean little here: trust the cosines in the full space."


def groups(projection: Projection) -> str:
    """What a map shows, with its quality."""
    return f"{len(projection.words):,} words by {PROJECTIONS[projection.method].title}. {quality(projection)}"


def about_groups(projection: Projection, dim: int) -> str:
    """What a map does not mean."""
    caution = PROJECTIONS[projection.method].caution
    return f"{caution} Unit vectors; nearness is cosine in all {dim} dimensions. Hover for words without a label."


def selected(rows: Sequence[int]) -> str:
    """How many words are selected."""
    return f"Selected: {len(rows):,} {'word' if len(rows) == 1 else 'words'}" if rows else "All words on the map"


def about_parallelogram(dim: int) -> str:
    """What the parallelogram picture is."""
    return (
        f"The plane through the first three words, unit vectors of {dim} dimensions. The grey corner b − a + a' lies in it by "
        "construction; how near the answer comes to it, and the printed cosine, are the evidence."
    )


def methods(answers: Sequence[tuple[str, Ranking | str]]) -> str:
    """Which methods agree."""
    firsts = {title: found.words[0] for title, found in answers if isinstance(found, Ranking) and found.words}
    silent = " ".join(plain(found) for _, found in answers if isinstance(found, str))
    if len(set(firsts.values())) == 1 and len(firsts) > 1:
        return f"All {len(firsts)} methods put {code(next(iter(firsts.values())))} first. {silent}"
    return "; ".join(f"{title}: {code(word)}" for title, word in firsts.items()) + f". {silent}"


def chance(along: Direction) -> str:
    """Where the true pairs stand among the shuffled ones."""
    reached = round(along.evidence.p_value * (1 + len(along.evidence.shuffled))) - 1
    return f"Of {len(along.evidence.shuffled):,} shuffles, {reached:,} were at least as parallel as these pairs."


def held_out(along: Direction) -> str:
    """Which pair fits best and worst."""
    cosines = along.evidence.held_out
    best, worst = along.pairs[int(cosines.argmax())], along.pairs[int(cosines.argmin())]
    return (
        f"Best along the direction of the others: {code(best[0])} → {code(best[1])} ({cosines.max():.2f}); "
        f"worst: {code(worst[0])} → {code(worst[1])} ({cosines.min():.2f})."
    )


def placed(words: Sequence[Placed], along: Direction) -> str:
    """Which words lie furthest towards each pole, and whether the direction was made from these very words."""
    ordered = sorted(words, key=lambda word: word.value)
    low, high = [word.word for word in ordered[:3]], [word.word for word in ordered[::-1][:3]]
    fitted = {word for pair in along.pairs for word in pair}
    circular = " The direction was fitted to these words: that they part is no evidence." if {word.word for word in words} <= fitted else ""
    return (
        f"Furthest to the side of {code(along.poles[1])}: {series(high)}; to the side of {code(along.poles[0])}: {series(low)}.{circular}"
    )


FEW_PAIRS = 8


def about_placed(dim: int, n_pairs: int) -> str:
    """What a place along a direction is."""
    few = f" From {n_pairs} pairs the lines come out too short: take them as the least there is." if n_pairs < FEW_PAIRS else ""
    return (
        f"Cosine of each word's vector with the direction in all {dim} dimensions. Lines: 95 % of the places when the pairs are "
        "drawn anew with replacement, so they tell how much hangs on the choice of pairs." + few
    )


def quality(projection: Projection) -> str:
    """How much of the full space's nearness the picture keeps."""
    told = []
    if projection.shares:
        told.append(f"variance kept: {' + '.join(f'{share:.0%}' for share in projection.shares)}")
    if "trustworthiness" in projection.quality:
        told.append(f"trustworthiness {projection.quality['trustworthiness']:.2f}")
    if "neighbours_kept" in projection.quality:
        told.append(f"true neighbours kept: {projection.quality['neighbours_kept']:.0%}")
    return f"{'; '.join(told).capitalize()}." if told else ""


def coverage(wv: WordVectors, listed: WordList | PairList, covered: Coverage) -> str:
    """How much of a list the space knows, and where the list is from."""
    n = len(covered.found) + len(covered.missing)
    folded = f" {len(covered.folded):,} of them in lower case." if covered.folded else ""
    missing = f" Not there: {series(covered.missing[:8])}{' and more' if len(covered.missing) > 8 else ''}." if covered.missing else ""
    origin = f" Source: {plain(listed.source)}{f', {plain(listed.licence)}' if listed.licence else ''}." if listed.source else ""
    return f"**@{listed.name}**: {len(covered.found):,} of {n:,} words are in {plain(wv.name)}.{folded}{missing}{origin}"


def fitting(listed: WordList | PairList, found: Ranking) -> str:
    """Which words outside a list lie nearest to its mean."""
    what = "the mean offset of the pairs" if isinstance(listed, PairList) else "the mean of the list"
    return f"Nearest to {what}, and not in it: {series(found.words[:3])}."


def distances(pair: Beside, side: str) -> tuple[str, str]:
    """What one side's distances say, and what they are."""
    off = ~np.eye(len(pair.words), dtype=bool)
    title = DISTANCES[pair.metric].title.lower()
    if side == "one-hot":
        return f"**One-hot**: every two words are {pair.one_hot[off].max():.3f} apart.", f"{title.capitalize()} of one-hot vectors."
    apart = np.where(off, pair.embedding, np.inf)
    near = np.unravel_index(apart.argmin(), apart.shape)
    far = np.unravel_index(np.where(off, pair.embedding, -np.inf).argmax(), apart.shape)
    pairs = [f"{code(pair.words[i])} and {code(pair.words[j])} ({pair.embedding[i, j]:.2f})" for i, j in (near, far)]
    return f"**Embedding**: nearest {pairs[0]}, furthest {pairs[1]}.", f"{title.capitalize()}, vectors at length one as one-hot ones are."


def picture(pair: Beside, side: str) -> tuple[str, str]:
    """What one side's flat picture says, and how far it can be trusted."""
    n = len(pair.words)
    if side == "one-hot":
        held = "keeps all distances equal" if n <= 3 else f"cannot keep all {n} words equally far: neighbours on this ring are not nearer"
        return f"**One-hot**: a regular simplex. A flat picture {held}.", f"Stress {pair.one_hot_picture.stress:.2f} (0 is faithful)."
    about = f"Classical MDS of the {DISTANCES[pair.metric].title.lower()}. Stress {pair.embedding_picture.stress:.2f} (0 is faithful)."
    drawn = np.where(np.eye(n, dtype=bool), np.inf, distances_between(pair.embedding_picture.points, "euclidean"))
    one, other = np.unravel_index(drawn.argmin(), drawn.shape)
    return f"**Embedding**: nearest in the picture are {code(pair.words[one])} and {code(pair.words[other])}.", about


def ties(pair: Beside, word: str, n_words: int) -> str:
    """What both sides answer to the same question."""
    at = pair.words.index(word)
    nearest = min((i for i in range(len(pair.words)) if i != at), key=lambda i: float(pair.embedding[at, i]))
    return (
        f"One-hot, the {len(pair.words) - 1} others tie, as all {n_words - 1:,} words of the vocabulary would; "
        f"in the embedding {code(pair.words[nearest])} is nearest to {code(word)}."
    )


def memory(n_words: int, dim: int) -> str:
    """What the two matrices take."""
    return (
        f"V = {n_words:,} words: one-hot vectors written out are V × V numbers, the embedding V × {dim}: {n_words / dim:,.0f} times less. "
        "(Kept as row numbers, one-hot vectors take next to nothing: that is the look-up beside.)"
    )


def look_up(word: str, product: RowProduct, n_words: int, dim: int) -> str:
    """That the product is a look-up."""
    same = "the same numbers" if product.equal else "other numbers"
    return (
        f"The one-hot vector of {code(word)} (1 × {n_words:,}) times the matrix ({n_words:,} × {dim}) costs {product.multiplications:,} "
        f"multiplications; reading the row gives {same}."
    )


def inputs(words: Sequence[str], n_words: int, dim: int) -> str:
    """What both ways of joining words lose or cost."""
    n = len(words)
    return (
        f"As a bag, every order of {series(words)} is the same vector of {n_words:,} numbers. Concatenated one-hot vectors keep the order "
        f"and grow to {n} × {n_words:,} = {n * n_words:,}; concatenated embeddings keep it in {n} × {dim} = {n * dim:,}."
    )


def cut(found: Cut, n: int) -> str:
    """What a cut vocabulary covers."""
    lost = f"{found.unknown:,} become {code(UNKNOWN)}"
    return f"The {n:,} most frequent words cover **{found.coverage:.1%}** of the {found.tokens:,} tokens; {lost}."


def unknown(found: Cut) -> str:
    """The words that a cut loses."""
    lost = [f"{code(word)}{f' ({count})' if count > 1 else ''}" for word, count in found.unknown_words[:12]]
    return f"Lost: {', '.join(lost)}{' and more' if len(found.unknown_words) > 12 else ''}." if lost else "Nothing is lost."
