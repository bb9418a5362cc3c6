"""Results on disk: what was evaluated once is there at the next visit."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from embeddings.evaluation.analogies import AnalogyResult, Answered, sampled
from embeddings.evaluation.asking import Asking
from embeddings.evaluation.figures import Interval
from embeddings.evaluation.similarity import SimilarityResult
from embeddings.evaluation.suites import Pair, Question, SimilaritySuite, Suite, content
from embeddings.home import home, unusable, writable
from embeddings.word_lists import slug

VERSION = 1
KEPT = 200
"""Results that are kept; the oldest go."""

Result = AnalogyResult | SimilarityResult


def folder() -> Path:
    """The folder of kept results. It is not created."""
    return home() / "evaluations"


def keep(result: Result) -> Path:
    """Write a result, in place of an older one on the same questions by the same space and settings. Raises StorageError."""
    file = writable(folder()) / _name(result.space, result.suite, result.asking)
    half = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        half.write_bytes(gzip.compress(json.dumps(_as_json(result), allow_nan=False).encode(), 3))
        half.replace(file)
        for old in sorted(folder().glob("*.json.gz"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise unusable(file, "written", error) from error
    return file


def find(space: str, fingerprint: str, suite: str, asked: str, asking: Asking) -> Result | None:
    """The kept result of exactly this space, these questions (`asked`, see `content_asked`) and settings; None where there is none.

    A file that is damaged, or was written by another version, counts as none: it can be made again.
    """
    try:
        told = json.loads(gzip.decompress((folder() / _name(space, suite, asking)).read_bytes()))
        result = _from_json(told) if told.get("version") == VERSION else None
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return result if result and (result.fingerprint, content_of(result), result.asking) == (fingerprint, asked, asking) else None


def content_asked(suite: Suite, asking: Asking) -> str:
    """16 hexadecimal digits of what a suite asks with these settings: of all its questions or pairs, or of those drawn."""
    if isinstance(suite, SimilaritySuite) or asking.sample is None:
        return suite.content
    return content(sampled(suite, asking))


def content_of(result: Result) -> str:
    """The same of a result."""
    if isinstance(result, SimilarityResult):
        return content(result.pairs)
    return content([(each.section, each.question) for each in result.answered])


def _name(space: str, suite: str, asking: Asking) -> str:
    key = hashlib.sha256(repr((space, suite, asking)).encode()).hexdigest()[:12]
    return f"{slug(space)}--{slug(suite)}--{asking.method}--{key}.json.gz"


def _as_json(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = {"version": VERSION, "space": result.space, "fingerprint": result.fingerprint, "n_words": result.n_words}
    told |= {"suite": result.suite, "suite_title": result.suite_title, "asking": asdict(result.asking), "seconds": result.seconds}
    if isinstance(result, SimilarityResult):
        told |= {"pairs": result.pairs, "cosines": result.cosines, "spearman": result.spearman, "pearson": result.pearson}
        return told | {"interval": result.interval and [result.interval.low, result.interval.high]}
    rows = [[a.section, *a.question, a.covered, a.answer, a.rank, a.score, a.expected_score] for a in result.answered]
    return told | {"sections": result.sections, "answered": rows}


def _from_json(told: dict[str, Any]) -> Result:
    space, fingerprint, n_words, suite, title = (told[name] for name in ("space", "fingerprint", "n_words", "suite", "suite_title"))
    shared = (space, fingerprint, n_words, suite, title, Asking(**told["asking"]))
    if "pairs" in told:
        interval = Interval(*told["interval"]) if told["interval"] else None
        pairs = tuple(Pair(*pair) for pair in told["pairs"])
        return SimilarityResult(*shared, pairs, tuple(told["cosines"]), told["spearman"], told["pearson"], interval, told["seconds"])
    answered = tuple(
        Answered(section, Question(a, a2, b, tuple(expected)), covered, answer, rank, score, expected_score)
        for section, a, a2, b, expected, covered, answer, rank, score, expected_score in told["answered"]
    )
    return AnalogyResult(*shared, tuple((name, kind) for name, kind in told["sections"]), answered, told["seconds"])
