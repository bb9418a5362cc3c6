"""Evaluations in words, as tables and as Python: what was found, what was covered, and what it does not mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from embeddings.analogy import SCORES
from embeddings.evaluation import AnalogyResult, Answered, Asking, Count, Difference, Result, SimilarityResult, figures, published
from embeddings.evaluation import difference as compare
from embeddings.evaluation.published import Published
from embeddings.runs import Run, duration
from explorer.messages import code, plain


def among(result: Result) -> str:
    """Which words could be asked about and answered."""
    asking = result.asking
    every = asking.restrict is None or asking.restrict >= result.n_words
    return f"all {result.n_words:,} words" if every else f"the {asking.restrict:,} most frequent words"


def figure(result: Result, section: str = "") -> Published | None:
    """What was published for this space, suite and method, on a section or in all; none where other questions were counted."""
    if result.asking.inputs or result.asking.unknown == "wrong" or result.asking.sample:
        return None
    method = result.asking.method if isinstance(result, AnalogyResult) else ""
    return published.figure(result.space, result.suite, section, method)


# ---------------------------------------------------------------------------------------------------- analogies in words


def analogies(result: AnalogyResult) -> str:
    """How many questions a space answers, and how many it could be asked."""
    total, name = result.total(), f"**{plain(result.space)}**"
    few = f", a sample of {result.asking.sample:,} a section" if result.asking.sample else ""
    if total.accuracy is None or total.interval is None:
        return f"{name} was asked nothing: each of the {total.questions:,} questions has a word that is not among {among(result)}."
    share = f"**{total.accuracy:.1%}** ({total.interval.low:.1%} to {total.interval.high:.1%})"
    if not total.unknown:
        return f"{name} answers {share} of all {total.questions:,} questions{few}, among {among(result)}."
    if not total.skipped:
        return (
            f"{name} answers {share} of all {total.questions:,} questions{few}, among {among(result)}; "
            f"{total.unknown:,} have an unknown word and count as wrong."
        )
    return (
        f"{name} answers {share} of the {total.asked:,} questions whose words are all among {among(result)}: "
        f"**{total.coverage:.0%}** of the {total.questions:,}{few}. The others are not counted."
    )


def about_analogies(results: Sequence[AnalogyResult]) -> str:
    """What an accuracy is and is not, and where published ones are from."""
    result, known = results[0], source(results)
    asking, score = result.asking, SCORES[result.asking.method]
    rows = asking.restrict if asking.restrict and asking.restrict < result.n_words else result.n_words
    asked = "may win too" if asking.inputs else "are left out"
    unknown = "are left out of the count" if asking.unknown == "skipped" else "count as wrong"
    return (
        f"Right is a question whose first word by {code(score.formula)} is the expected one; asked words {asked}, questions with unknown "
        f"words {unknown}, {'capital and small letters are the same' if asking.fold else 'words are looked up as spelled'}. A guess is "
        f"right once in {rows:,}. Lines: 95 % by bootstrap over questions; these share words, so the true uncertainty is larger. "
        "An accuracy compares spaces on these relations; it is no measure of understanding." + (f" {known}" if known else "")
    )


def kinds(result: AnalogyResult) -> str:
    """Semantic beside syntactic, and where the space is best and worst."""
    parts = [f"{count.name} **{count.accuracy:.1%}**" for count in result.kinds() if count.accuracy is not None]
    counted = sorted((count for count in result.counts() if count.accuracy is not None), key=lambda count: count.accuracy or 0)
    empty = [code(count.name) for count in result.counts() if count.accuracy is None]
    shown = " and ".join(parts)
    told = [f"{shown[:1].upper()}{shown[1:]}." if parts else ""]
    if len(counted) > 2 and (counted[-1].accuracy or 0) < 0.01:
        told.append("No section is better than next to nothing.")
    elif len(counted) > 2:
        best, worst = counted[-1], counted[0]
        told.append(f"Best at {code(best.name)} ({best.accuracy:.0%}), worst at {code(worst.name)} ({worst.accuracy:.0%}).")
    if empty:
        told.append(f"Nothing is covered of {', '.join(empty)}.")
    return " ".join(filter(None, told))


def findings(asked: Sequence[AnalogyResult], rated: Sequence[SimilarityResult], by_b: AnalogyResult | None) -> list[str]:
    """A sentence a space, the baseline of the first, then the first space against each of the others."""
    told = [*map(analogies, asked), *map(similarity, rated)]
    return [*told, *([baseline(by_b)] if by_b else []), *differences(asked), *differences(rated)]


def baseline(by_b: AnalogyResult) -> str:
    """How much needs no analogy at all."""
    total = by_b.total()
    share = "nothing" if total.accuracy is None else f"**{total.accuracy:.1%}**"
    return f"Only-b, which takes the nearest neighbour of b and ignores a and a', answers {share} of the same questions (Linzen 2016)."


def differences(results: Sequence[Result]) -> list[str]:
    """The first space against each of the others."""
    return [difference(results[0], other, compare(results[0], other)) for other in results[1:]]


def difference(one: Result, other: Result, told: Difference | None) -> str:
    """One space against another."""
    names = f"**{plain(one.space)}** against **{plain(other.space)}**"
    if told is None:
        return f"{names}: nothing that both cover, so nothing to compare."
    sure = "a difference that chance alone seldom makes" if told.p < 0.05 else "a difference that chance alone can make"
    p = "p < 0.0001" if told.p < 1e-4 else f"p = {told.p:.4f}" if told.p < 0.1 else f"p = {told.p:.2f}"
    low, high = told.interval.low, told.interval.high
    if isinstance(one, AnalogyResult):
        alone = f"{told.only_first:,} questions the first alone answered, {told.only_second:,} the second alone"
        return (
            f"{names}: **{100 * told.value:+.1f} points** ({100 * low:+.1f} to {100 * high:+.1f}) on the {told.n:,} questions both cover; "
            f"{alone}; {p}, {told.test}: {sure}."
        )
    return f"{names}: **{told.value:+.3f}** ({low:+.3f} to {high:+.3f}) on the {told.n:,} pairs both cover; {p}, {told.test}: {sure}."


def source(results: Sequence[Result]) -> str:
    """Where published figures are from and what differs; "" where there are none."""
    found = [known for result in results if (known := figure(result))]
    if not found:
        return ""
    values = ", ".join(f"{plain(known.space)} {known.value:{'.2%' if known.method else '.3f'}}" for known in found)
    return f"Diamonds: published by {plain(found[0].source)}: {values}. What differs there: {plain(found[0].differs)}."


def ranks(result: AnalogyResult) -> str:
    """How far down the expected words stand."""
    covered = [each.rank for each in result.answered if each.rank > 0]
    if not covered:
        return "Nothing is covered."
    first, ten = (sum(rank <= most for rank in covered) / len(covered) for most in (1, 10))
    return f"The expected word is first in **{first:.0%}** of the covered questions and among the first ten in **{ten:.0%}**."


def mistakes(result: AnalogyResult, shown: Sequence[Answered], most: int) -> str:
    """How many questions are listed, and how near the expected word was."""
    ranks = [each.rank for each in shown if each.rank > 1]
    if not shown:
        return "No question fits these choices."
    among_ten = sum(rank <= 10 for rank in ranks) / max(len(ranks), 1)
    near = f" Of the {len(ranks):,} wrong ones {among_ten:.0%} have the expected word among the first ten." if ranks else ""
    listed = f"; the first {most:,} are listed" if len(shown) > most else ""
    return f"{len(shown):,} of {len(result.answered):,} questions{listed}.{near} The rank is that of the expected word."


# ---------------------------------------------------------------------------------------------------- similarity in words


def similarity(result: SimilarityResult) -> str:
    """How a space's cosines agree with people."""
    if result.spearman is None or result.interval is None:
        return f"**{plain(result.space)}** covers {result.covered:,} of {len(result.pairs):,} pairs: too few for a correlation."
    return (
        f"**{plain(result.space)}**: Spearman **{result.spearman:.3f}** ({result.interval.low:.3f} to {result.interval.high:.3f}), Pearson "
        f"{result.pearson:.3f}, on {result.covered:,} of {len(result.pairs):,} pairs."
    )


def about_similarity(result: SimilarityResult) -> str:
    """What the correlation is."""
    unknown = "are left out" if result.asking.unknown == "skipped" else "count with cosine 0"
    return (
        f"Each dot is a pair of words: people's rating against the cosine (-1 to 1) among {among(result)}; pairs with unknown words "
        f"{unknown}. Spearman compares the order alone. 0 is chance, and people agree with each other well below 1."
    )


def disagreements(result: SimilarityResult) -> str:
    """The pairs whose places differ most."""
    frame = pairs(result).dropna()
    if frame.empty:
        return "No pair is covered."
    nearer, further = frame.iloc[frame["places apart"].argmax()], frame.iloc[frame["places apart"].argmin()]
    return (
        f"Nearer here than people say, most of all: {code(nearer['first'])} and {code(nearer['second'])}. "
        f"Further: {code(further['first'])} and {code(further['second'])}."
    )


def kept(results: Sequence[SimilarityResult]) -> str:
    """What an interval and a coverage are for."""
    few = [result for result in results if result.covered < len(result.pairs)]
    if not few:
        return "Every pair is covered. Lines: 95 % by bootstrap over pairs."
    missing = ", ".join(f"{len(result.pairs) - result.covered:,} in {plain(result.space)}" for result in few)
    return f"Pairs without a cosine: {missing}. Lines: 95 % by bootstrap over pairs."


# ---------------------------------------------------------------------------------------------------- tables


def rows_of(result: AnalogyResult) -> list[Count]:
    """Sections, kinds and the total, in the order they are shown."""
    return [*result.counts(), *result.kinds(), result.total()]


def sections(results: Sequence[AnalogyResult]) -> pd.DataFrame:
    """A row a section and space: accuracy with interval, counts, coverage, and what was published."""
    rows = []
    for result in results:
        for count in rows_of(result):
            known = figure(result, "" if count.name == "total" else count.name)
            low, high = (count.interval.low, count.interval.high) if count.interval else (None, None)
            numbers = (count.accuracy, low, high, count.correct, count.asked, count.skipped, count.coverage)
            rows.append((count.name, result.space, *numbers, known.value if known else None, known.source if known else ""))
    names = ["section", "space", "accuracy", "low", "high", "correct", "asked", "skipped", "coverage", "published", "source"]
    return pd.DataFrame(rows, columns=names).astype({"accuracy": float, "low": float, "high": float, "published": float})


def questions(shown: Sequence[Answered]) -> pd.DataFrame:
    """Each question with what was expected and answered, the rank of the expected word and both scores."""
    rows = []
    for each in shown:
        a, a2, b, expected = each.question
        state = "right" if each.right else "wrong" if each.covered else "unknown word"
        asked = f"{a} : {a2} :: {b} : ?"
        rows.append((asked, " / ".join(expected), each.answer, each.rank or None, state, each.score, each.expected_score, each.section))
    names = ["question", "expected", "answered", "rank", "result", "score", "score of expected", "section"]
    frame = pd.DataFrame(rows, columns=names)
    frame["score ahead"] = frame["score"].astype(float) - frame["score of expected"].astype(float)
    return frame.astype({"rank": "Int64", "score": float, "score of expected": float})


def pairs(result: SimilarityResult) -> pd.DataFrame:
    """Each pair with rating and cosine, and by how many places the cosine ranks it nearer than people do."""
    frame = pd.DataFrame([(pair.first, pair.second, pair.rating) for pair in result.pairs], columns=["first", "second", "rating"])
    frame["cosine"] = pd.Series(result.cosines, dtype=float)
    known = frame["cosine"].notna()
    apart = figures.ranks(frame.loc[known, "cosine"].to_numpy()) - figures.ranks(frame.loc[known, "rating"].to_numpy())
    frame["places apart"] = np.nan
    frame.loc[known, "places apart"] = apart
    return frame


def correlations(results: Sequence[SimilarityResult]) -> pd.DataFrame:
    """A row a space: correlations with interval, coverage, and what was published."""
    rows = []
    for result in results:
        known = figure(result)
        low, high = (result.interval.low, result.interval.high) if result.interval else (None, None)
        numbers = (result.spearman, low, high, result.pearson, result.covered, len(result.pairs))
        rows.append((result.space, *numbers, known.value if known else None, known.source if known else ""))
    names = ["space", "Spearman", "low", "high", "Pearson", "covered", "pairs", "published", "source"]
    floats = dict.fromkeys(("Spearman", "low", "high", "Pearson", "published"), float)
    return pd.DataFrame(rows, columns=names).astype(floats)


# ---------------------------------------------------------------------------------------------------- as Python, and as a command


def script(suite: str, asking: Asking, spaces: Sequence[str]) -> str:
    """The evaluation as a script, with the comparison where there are several spaces."""
    told = (
        "from embeddings import catalog, evaluation\n\n"
        f"suite = evaluation.find({suite!r})\n"
        f"asking = evaluation.{asking!r}\n"
        f"results = [evaluation.evaluate(catalog.open_space(name), suite, asking) for name in {list(spaces)!r}]\n"
        "for result in results:\n    print(result.as_json())\n"
    )
    return told + ("for other in results[1:]:\n    print(evaluation.difference(results[0], other))\n" if len(spaces) > 1 else "")


def command(suite: str, asking: Asking, spaces: Sequence[str]) -> list[str]:
    """The evaluation of analogies as the arguments of the command line."""
    named = [part for name in spaces for part in ("--space", name)]
    default = Asking()
    told = {"--method": asking.method, "--restrict": asking.restrict, "--sample": asking.sample}
    flags = [part for flag, value in told.items() if value is not None for part in (flag, str(value))]
    flags += ["--exact-case"] * (not asking.fold) + ["--inputs"] * asking.inputs
    flags += ["--unknown", asking.unknown] * (asking.unknown != default.unknown)
    flags += ["--seed", str(asking.seed)] * (asking.seed != default.seed)
    return ["evaluate", "analogies", *named, "--suite", suite, *flags]


def done(run: Run) -> str:
    """What a run that is done has found, without markup."""
    told = run.result if isinstance(run.result, dict) else {}
    results = told.get("results", [told])
    shown = [f"{each['space']} {each['total']['accuracy']:.1%}" for each in results if each.get("total", {}).get("accuracy") is not None]
    return f"{run.name}: {', '.join(shown) or 'nothing was covered'} ({duration(run.seconds)})."
