"""Figures that others published for spaces of known names, with where they stand and what differs. Read from data/published.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Published:
    """One figure: accuracy or Spearman's correlation, 0 to 1, of a space on a suite, or on one section of it ("" for all).

    method: the analogy method, "" for similarity. source: where it stands. differs: what was done otherwise than here.
    """

    space: str
    suite: str
    section: str
    method: str
    value: float
    source: str
    differs: str


@cache
def every() -> tuple[Published, ...]:
    """All figures."""
    told = tomllib.loads((Path(__file__).resolve().parents[1] / "data" / "published.toml").read_text(encoding="utf-8"))
    return tuple(figure for table in told["table"] for figure in _of(table))


def _of(table: dict[str, object]) -> list[Published]:
    suite, method, source, differs = (str(table[name]) for name in ("suite", "method", "source", "differs"))
    values = table["values"]
    assert isinstance(values, dict)
    found = []
    for space, value in values.items():
        sections = value if isinstance(value, dict) else {"": value}
        found += [Published(space, suite, section, method, float(share), source, differs) for section, share in sections.items()]
    return found


def figure(space: str, suite: str, section: str = "", method: str = "") -> Published | None:
    """The figure published for a space of that name, None where there is none."""
    same = {"glove-6b-50d-stanford": "glove-6b-50d"}
    asked = (same.get(space, space), suite, section, method)
    return next((each for each in every() if (each.space, each.suite, each.section, each.method) == asked), None)
