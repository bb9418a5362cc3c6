"""What was measured as a table: in the terminal, in results.md and results.json, and in the README."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from benchmarks.measure import Measured, Spread, differences, ratios

BEGIN, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"
HEAD = ("What", "Ours", "Peer", "Ours / peer", "Target", "Met")
PACKAGES = ("numpy", "gensim", "rapidfuzz", "streamlit", "playwright")
LEGEND = (
    "Wall time: median (least to most), then the median CPU time, of servers for what a browser shows. "
    "Contenders took turns; a ratio is the median of the ratios within a round."
)


class NoPlace(ValueError):
    """The text has no place for the table."""


@dataclass(frozen=True)
class Target:
    """What is promised: at most so many times the peer's time, so many seconds, or so many seconds more than the peer."""

    kind: Literal["ratio", "seconds", "more seconds"]
    most: float

    def value(self, ours: Measured, peer: Measured) -> float:
        """The number that the target is about."""
        if self.kind == "seconds":
            return ours.wall.median
        return (ratios if self.kind == "ratio" else differences)(ours, peer).median

    def __str__(self) -> str:
        if self.kind == "ratio":
            return f"≤ {number(self.most)} × peer"
        return f"≤ {duration(self.most)}" + (" more than peer" if self.kind == "more seconds" else "")


@dataclass(frozen=True)
class Line:
    """One line of the table: our time beside a peer's. Without a target it only tells."""

    benchmark: str
    what: str
    ours: Measured
    peer: Measured
    target: Target | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target was met, None without one."""
        return None if self.target is None else self.target.value(self.ours, self.peer) <= self.target.most

    def cells(self) -> tuple[str, ...]:
        """The line as text, in the order of HEAD."""
        ratio = ratios(self.ours, self.peer)
        ours, peer = taken(self.ours), f"{self.peer.name}: {taken(self.peer)}"
        if self.target and self.target.kind == "more seconds":
            ours += f"; {duration(differences(self.ours, self.peer).median)} more"
        return self.what, ours, peer, number(ratio.median), str(self.target or "—"), yes_or_no(self.met)

    def as_json(self) -> dict[str, Any]:
        """The line with every run."""
        told = {"benchmark": self.benchmark, "what": self.what, "ours": self.ours.as_json(), "peer": self.peer.as_json()}
        target = {"kind": self.target.kind, "most": self.target.most} if self.target else None
        return told | {"ratio": ratios(self.ours, self.peer).median, "target": target, "met": self.met}


@dataclass(frozen=True)
class Check:
    """One line of the table that is no time: something that must be so."""

    benchmark: str
    what: str
    found: str
    target: str
    met: bool | None

    def cells(self) -> tuple[str, ...]:
        """The line as text, in the order of HEAD."""
        return self.what, self.found, "—", "—", self.target or "—", yes_or_no(self.met)

    def as_json(self) -> dict[str, Any]:
        """The line as it is."""
        return {"benchmark": self.benchmark, "what": self.what, "found": self.found, "target": self.target, "met": self.met}


Lines = Sequence[Line | Check]


def yes_or_no(met: bool | None) -> str:
    """A missed target stands out."""
    return "—" if met is None else "yes" if met else "**no**"


def taken(measured: Measured) -> str:
    """A contender's time: `3.1 ms (2.9 to 4.2 ms), CPU 5.0 ms`."""
    wall, cpu = measured.wall, measured.cpu
    used = f", CPU {duration(cpu.median) if cpu.median else 'under 10 ms'}" if cpu else ""      # a server's is told in steps of 10 ms
    return f"{duration(wall.median)} ({between(wall)}){used}"


def between(spread: Spread) -> str:
    """Least to most."""
    return f"{duration(spread.low)} to {duration(spread.high)}"


def duration(seconds: float) -> str:
    """Seconds as a reader would say them: `12.3 s`, `1.23 s`, `123 ms`, `3.1 ms`."""
    if abs(seconds) >= 0.9995:
        return f"{seconds:.1f} s" if abs(seconds) >= 9.995 else f"{seconds:.2f} s"
    return f"{seconds * 1000:.0f} ms" if abs(seconds) >= 0.01 else f"{seconds * 1000:.1f} ms"


def number(ratio: float) -> str:
    """A ratio with two or three digits that count."""
    return f"{ratio:.0f}" if ratio >= 99.5 else f"{ratio:.3g}" if ratio >= 1 else f"{ratio:.2g}"


def table(lines: Lines) -> str:
    """The lines as a Markdown table."""
    rows = [HEAD, ("---",) * len(HEAD), *(line.cells() for line in lines)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


def page(lines: Lines, facts: dict[str, Any]) -> str:
    """The table with what it says and where it was measured."""
    missed = sum(line.met is False for line in lines)
    told = f"{missed} of {sum(line.met is not None for line in lines)} targets missed. " if missed else "Every target was met. "
    return f"{table(lines)}\n\n{told}{LEGEND} {sentence(facts)}\n"


def machine(threads: int | None) -> dict[str, Any]:
    """What the figures depend on, and nothing that names the computer. `threads` are those of NumPy's BLAS."""
    facts = {"processors": os.cpu_count(), "system": platform.system(), "machine": platform.machine(), "blas_threads": threads}
    versions = {"python": platform.python_version(), **{package: version(package) for package in PACKAGES}}
    return facts | {"load": round(os.getloadavg()[0], 1), "versions": versions}


def sentence(facts: dict[str, Any]) -> str:
    """The machine in one line."""
    versions = ", ".join(f"{name} {number}" for name, number in facts["versions"].items())
    threads = f", BLAS with {facts['blas_threads']} threads" if facts["blas_threads"] else ""
    computer = f"{facts['processors']} processors, {facts['system']} {facts['machine']}{threads}"
    return f"{computer}, load {facts['load']} at the start; {versions}."


def save(lines: Lines, facts: dict[str, Any], folder: Path) -> None:
    """Write results.md and results.json into the folder."""
    (folder / "results.md").write_text("# Benchmarks\n\n" + page(lines, facts), encoding="utf-8")
    told = {"machine": facts, "lines": [line.as_json() for line in lines]}
    (folder / "results.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def placed(text: str, told: str) -> str:
    """The text with what stands between the markers replaced. Raises NoPlace unless each marker stands there once, in order."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise NoPlace(f"There is no single place for the table: one line {BEGIN} and, after it, one line {END} are needed.")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{told.strip()}\n\n{END}{rest.split(END)[1]}"
