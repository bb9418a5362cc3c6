"""A query with three unknown words, up to the error that names each with its near spellings."""

from __future__ import annotations

from difflib import get_close_matches

from rapidfuzz.process import extract

from benchmarks.measure import alternate, timed
from benchmarks.report import Line, Target
from embeddings import catalog, query
from embeddings.errors import UnknownWords
from embeddings.word_vectors import SPELLINGS_AMONG, WordVectors

MISSPELLED = [
    ("kign", "quueen", "womann"),
    ("begininng", "accomodatte", "seperatte"),
    ("definatelly", "ocurrencce", "govermentt"),
    ("recievve", "wierdd", "enviromentt"),
    ("pianno", "violiin", "orchestraa"),
    ("amsterdamn", "barcelonna", "copenhagenn"),
    ("jaguarr", "elefantt", "giraffee"),
]
SAMPLE = 4_000      # difflib takes seconds for all words; its time grows with their number
DIFFLIB, RAPIDFUZZ = "difflib `get_close_matches`, scaled from a sample", "rapidfuzz `process.extract`, all words"


def measure() -> list[Line]:
    """Against difflib, scaled from a sample to as many words as we look among, and rapidfuzz's plain extract over all words."""
    wv = catalog.open_space()
    every = list(wv)
    sample = every[: SPELLINGS_AMONG : SPELLINGS_AMONG // SAMPLE]
    contenders = {
        "ours": lambda at: timed(lambda: refused(wv, MISSPELLED[at])),
        DIFFLIB: lambda at: timed(lambda: [get_close_matches(word, sample, 4) for word in MISSPELLED[at]]),
        RAPIDFUZZ: lambda at: timed(lambda: [extract(word, every, limit=4) for word in MISSPELLED[at]]),
    }
    for words in MISSPELLED[::-1]:                                             # the list of spellings is made once for a space
        refused(wv, words)
    found = alternate(contenders, len(MISSPELLED))
    difflib = found[DIFFLIB].scaled(SPELLINGS_AMONG / len(sample))
    what = "Three unknown words named with near spellings"
    return [
        Line("near_spellings", what, found["ours"], difflib, Target("seconds", 0.1)),
        Line("near_spellings", what, found["ours"], found[RAPIDFUZZ]),
    ]


def refused(wv: WordVectors, words: tuple[str, ...]) -> UnknownWords:
    """The error that names the words. Raises AssertionError where the space knows one of them."""
    try:
        query.answer(wv, query.Query.parse(" + ".join(words)))
    except UnknownWords as error:
        assert all(word in str(error) for word in words), error
        return error
    raise AssertionError(f"{wv.name} knows {words}")
