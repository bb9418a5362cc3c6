"""The Python in README, CONTRIBUTING and docs/ runs as printed."""

import re
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from embeddings import projections
from embeddings.settings import silent

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


CASES = [pytest.param(code, id=f"{page.stem}-{number}") for page in PAGES for number, code in enumerate(blocks(page), 1)]


def test_the_documents_hold_python():
    assert len(CASES) >= 9


def run(code: str, monkeypatch: pytest.MonkeyPatch) -> dict:
    """The names that the code leaves behind, run as a module of its own (dataclasses look theirs up)."""
    module = types.ModuleType("document")
    monkeypatch.setitem(sys.modules, "document", module)
    exec(compile(code, "document", "exec"), module.__dict__)
    return module.__dict__


@pytest.mark.parametrize("code", CASES)
def test_a_python_block_of_the_documents_runs(code, monkeypatch):
    assert run(code, monkeypatch)


def test_the_worked_example_is_a_projection_that_keeps_lengths_on_average(glove, monkeypatch):
    (code,) = blocks(ROOT / "CONTRIBUTING.md")
    names = run(code, monkeypatch)
    monkeypatch.setitem(projections.PROJECTIONS, "random", names["RANDOM"])
    drawn = projections.project(glove, ["cat", "dog", "horse"], "random")
    assert drawn.points.shape == (3, 2)
    unit = glove.unit[glove.rows(["cat"])]
    lengths = [np.square(names["run"](unit, names["RandomSettings"](seed), silent).points).sum() for seed in range(400)]
    assert np.mean(lengths) == pytest.approx(1, abs=0.2)


def test_links_between_documents_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
