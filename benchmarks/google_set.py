"""The whole Google analogy set on GloVe's 400,000 words: ours against gensim's own evaluation, and against the matrix product.

gensim is asked every 20th question and scaled: the whole set takes it minutes. Both have the same words (lower case, all 400,000 rows may
be answered, asked words left out). What gensim spends before its first question is measured apart and not scaled.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import ROOT, Measured, Run, alternate, timed
from benchmarks.report import Check, Line, Target
from embeddings import catalog, evaluation
from embeddings.evaluation import AnalogyResult, AnalogySuite, Asking, Question
from embeddings.word_vectors import WordVectors

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

EVERY, ROUNDS = 20, 3
OURS, MUL, SAMPLE, START, PRODUCT = "3cosadd", "3cosmul", "gensim sample", "gensim start", "product"

MEMORY = """
from embeddings.formats.making import peak_bytes
from embeddings import catalog, evaluation
for method in ("3cosadd", "3cosmul"):
    evaluation.evaluate(catalog.open_space(), evaluation.find("google"), evaluation.Asking(method))
print(peak_bytes() // 1024)
"""


def measure() -> list[Line | Check]:
    """3CosAdd and 3CosMul on all questions, gensim on every 20th, and float32 products of the machine."""
    wv, suite = catalog.open_space(), evaluation.find("google")
    assert isinstance(suite, AnalogySuite)
    results: dict[str, AnalogyResult] = {}
    right: dict[tuple[str, ...], bool] = {}
    with tempfile.TemporaryDirectory(prefix="google-set-") as folder:
        sample, one = _file(suite, EVERY, Path(folder) / "sample.txt"), _file(suite, 10**9, Path(folder) / "one.txt")
        keyed = _gensim(wv)
        contenders: dict[str, Callable[[int], Run]] = {
            OURS: lambda _: timed(lambda: results.update({OURS: evaluation.analogies.evaluate(wv, suite, Asking(OURS))})),
            MUL: lambda _: timed(lambda: results.update({MUL: evaluation.analogies.evaluate(wv, suite, Asking(MUL))})),
            SAMPLE: lambda _: timed(lambda: right.update(_right(keyed, sample))),
            START: lambda _: timed(lambda: _right(keyed, one)),
            PRODUCT: lambda _: timed(_products),
        }
        alternate({name: contenders[name] for name in (OURS, MUL)}, 1)          # the first call compiles
        found = alternate(contenders, ROUNDS)
    peer = _whole(found[SAMPLE], found[START], suite.n_questions)
    size, target = f"{wv.n_words:,} × {wv.dim}", Target("ratio", 1 / 20)
    return [
        Line("google_set", f"Whole Google set, 3CosAdd, {size}", found[OURS], peer, target),
        Line("google_set", f"Whole Google set, 3CosMul, {size} (peer: its 3CosAdd)", found[MUL], peer, target),
        _cpu(found[OURS], peer),
        _cpu(found[MUL], peer),
        _rate(found[OURS], found[PRODUCT], suite.n_questions, wv),
        _same(results[OURS], right),
        _memory(),
    ]


def _file(suite: AnalogySuite, every: int, path: Path) -> Path:
    """Every so-manieth question in lower case, as gensim reads them."""
    asked = [question for section in suite.sections for question in section.questions][::every]
    path.write_text(": all\n" + "".join(" ".join(_lower(question)) + "\n" for question in asked))
    return path


def _lower(question: Question) -> tuple[str, ...]:
    return tuple(word.lower() for word in (*question[:3], question.expected[0]))


def _gensim(wv: WordVectors) -> KeyedVectors:
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(wv.dim)
    keyed.vectors, keyed.index_to_key = np.asarray(wv.vectors), list(wv.vocabulary)
    keyed.key_to_index = {word: row for row, word in enumerate(keyed.index_to_key)}
    keyed.fill_norms()
    return keyed


def _right(keyed: KeyedVectors, file: Path) -> dict[tuple[str, ...], bool]:
    """Each question, and whether gensim answers it rightly."""
    _, sections = keyed.evaluate_word_analogies(str(file), restrict_vocab=len(keyed.index_to_key), case_insensitive=False)
    return {question: which == "correct" for which in ("correct", "incorrect") for question in sections[0][which]}


def _whole(sample: Measured, start: Measured, n: int) -> Measured:
    """gensim on all n questions: its start once, the rest scaled."""
    asked = -(-n // EVERY)
    scale = n / (asked - 1)
    runs = []
    for whole, begin in zip(sample.runs, start.runs, strict=True):
        assert whole.cpu is not None and begin.cpu is not None
        runs.append(Run(begin.wall + (whole.wall - begin.wall) * scale, begin.cpu + (whole.cpu - begin.cpu) * scale))
    return Measured(f"gensim `evaluate_word_analogies` ({asked:,} questions, scaled)", tuple(runs))


def _products() -> None:
    """Ten float32 products of 2,048 x 2,048 matrices: 172 billion operations."""
    rng = np.random.default_rng(0)
    one, other = (rng.standard_normal((2_048, 2_048), np.float32) for _ in range(2))
    out = np.empty_like(one)
    for _ in range(10):
        np.matmul(one, other, out=out)


def _cpu(ours: Measured, peer: Measured) -> Check:
    assert ours.cpu and peer.cpu
    times = peer.cpu.median / ours.cpu.median
    told = f"{times:.0f} times less CPU time ({ours.cpu.median:.1f} s against {peer.cpu.median:.0f} s)"
    return Check("google_set", f"CPU time of {ours.name} against gensim", told, "≥ 20 times", times >= 20)


def _rate(ours: Measured, product: Measured, n: int, wv: WordVectors) -> Check:
    """Operations of the product of all questions with the vocabulary, which is not made, a second of ours, over the machine's rate."""
    assert ours.cpu and product.cpu
    rate, machine = 2 * n * wv.n_words * wv.dim / ours.cpu.median, 10 * 2 * 2_048**3 / product.cpu.median
    counted = "counted as if every question were multiplied with every word (it is not)"
    told = f"{rate / machine:.1f} of it, {counted}; machine {machine / 1e9:.0f} GFLOP a CPU second"
    return Check("google_set", "Rate of 3CosAdd against the machine's float32 product", told, "≥ 0.5", rate / machine >= 0.5)


def _same(result: AnalogyResult, right: dict[tuple[str, ...], bool]) -> Check:
    ours = {_lower(each.question): each.right for each in result.answered}
    equal = sum(ours[question] == rightly for question, rightly in right.items())
    told = f"{equal:,} of {len(right):,} questions judged alike; ours {result.total().accuracy:.2%} of all"
    return Check("google_set", "3CosAdd question for question with gensim", told, "all", equal == len(right))


def _memory() -> Check:
    """The most memory of a process that does both methods, everything counted."""
    done = subprocess.run([sys.executable, "-c", MEMORY], cwd=ROOT, capture_output=True, text=True, check=True)
    peak = int(done.stdout) * (1 if sys.platform == "darwin" else 1024)
    return Check("google_set", "Memory of a process that evaluates by both methods", f"{peak / 1e6:.0f} MB", "< 1 GB", peak < 1e9)
