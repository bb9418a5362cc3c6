"""How near a word is to what was asked: the scores that rank a whole space, as a table.

An analogy a : a' :: b : ? is the expression b - a + a'. Every score takes the same weighted terms and gives a number for
every row, larger for nearer. Its parts tell what each term gave.
"""

from __future__ import annotations

from embeddings.analogy.cosine_scores import (
    EPSILON,
    alone,
    averaged,
    cos_add,
    cos_add_parts,
    cos_avg,
    cos_avg_labels,
    cos_avg_parts,
    cos_mul,
    cos_mul_parts,
    euclid,
    only_b,
    only_b_parts,
    pair_direction,
    pair_direction_parts,
    sum_of,
)
from embeddings.analogy.lrcos import load, lrcos, lrcos_labels, lrcos_parts
from embeddings.analogy.score import ADD_UP, BY_DEFAULT, MULTIPLY, Learning, Score, Terms, Training, is_analogy

__all__ = [
    "ADD_UP",
    "ANALOGY_METHODS",
    "BY_DEFAULT",
    "EPSILON",
    "MULTIPLY",
    "SCORES",
    "Learning",
    "Score",
    "Terms",
    "Training",
    "cos_add",
    "cos_avg",
    "cos_mul",
    "euclid",
    "is_analogy",
    "lrcos",
    "only_b",
    "pair_direction",
]

_ADD = "cos(b', b - a + a')"
_MUL = "s(b', b) s(b', a') / (s(b', a) + 0.000001), s = (1 + cos) / 2"
_AVG = "cos(b', b + mean(a'_i) - mean(a_i))"
_LR = "P(b' is a second word) cos(b', b)"
_MIKOLOV, _DROZD = "Mikolov, Yih, Zweig 2013", "Drozd, Gladkova, Matsuoka 2016"

SCORES = {
    score.name: score
    for score in (
        Score("3cosadd", "3CosAdd", _ADD, _MIKOLOV, cos_add, cos_add_parts, ADD_UP, sum_of),
        Score("3cosmul", "3CosMul", _MUL, "Levy & Goldberg 2014", cos_mul, cos_mul_parts, MULTIPLY),
        Score("pairdirection", "PairDirection", "cos(b' - b, a' - a)", _MIKOLOV, pair_direction, pair_direction_parts, ADD_UP),
        Score("3cosavg", "3CosAvg", _AVG, _DROZD, cos_avg, cos_avg_parts, ADD_UP, averaged, cos_avg_labels, learns=True),
        Score("lrcos", "LRCos", _LR, _DROZD, lrcos, lrcos_parts, MULTIPLY, labels=lrcos_labels, learns=True, load=load),
        Score("onlyb", "Only-b", "cos(b', b)", "Linzen 2016", only_b, only_b_parts, ADD_UP, alone),
        Score("euclid", "Euclid", "-|b' - (b - a + a')| on the vectors as stored", "", euclid),
    )
}
"""The table. A new score is a function and its line here."""

ANALOGY_METHODS = tuple(name for name in SCORES if name != "euclid")
"""The methods that papers give for analogies, the baseline last."""
