"""Measuring: the same work by several, in turn, in wall and CPU seconds."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Run:
    """One run: wall seconds, and CPU seconds of all its threads and processes (None where they cannot be told)."""

    wall: float
    cpu: float | None = None


@dataclass(frozen=True)
class Spread:
    """Least, median and most of several numbers."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, numbers: Iterable[float]) -> Spread:
        """The spread of one or more numbers."""
        told = list(numbers)
        return cls(min(told), statistics.median(told), max(told))


@dataclass(frozen=True)
class Measured:
    """The runs of one contender, in the order they were made."""

    name: str
    runs: tuple[Run, ...]

    @property
    def wall(self) -> Spread:
        """Wall seconds."""
        return Spread.of(run.wall for run in self.runs)

    @property
    def cpu(self) -> Spread | None:
        """CPU seconds, None where one run lacks them."""
        told = [run.cpu for run in self.runs if run.cpu is not None]
        return Spread.of(told) if len(told) == len(self.runs) else None

    def scaled(self, factor: float) -> Measured:
        """The runs as they would be with so many times the work."""
        return Measured(self.name, tuple(Run(run.wall * factor, None if run.cpu is None else run.cpu * factor) for run in self.runs))

    def as_json(self) -> dict[str, Any]:
        """Every run, so that any other statistic can be taken later."""
        return {"name": self.name, "wall": [run.wall for run in self.runs], "cpu": [run.cpu for run in self.runs]}


def ratios(ours: Measured, peer: Measured) -> Spread:
    """Our wall time over the peer's in the same round: a drift of the machine touches both."""
    return Spread.of(a.wall / b.wall for a, b in zip(ours.runs, peer.runs, strict=True))


def differences(ours: Measured, peer: Measured) -> Spread:
    """Our wall time minus the peer's in the same round, in seconds."""
    return Spread.of(a.wall - b.wall for a, b in zip(ours.runs, peer.runs, strict=True))


Contender = Callable[[int], Run]
"""Does its work once, given the number of the round, so that no round repeats another's question."""


def alternate(contenders: Mapping[str, Contender], rounds: int) -> dict[str, Measured]:
    """Each contender once a round, in turn: A B A B."""
    runs: dict[str, list[Run]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name, contender in contenders.items():
            runs[name].append(contender(number))
    return {name: Measured(name, tuple(made)) for name, made in runs.items()}


def timed(work: Callable[[], object]) -> Run:
    """One call in this process."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return Run(time.perf_counter() - wall, time.process_time() - cpu)


def fresh(code: str, *arguments: str, says: str = "") -> Run:
    """Python code in a process of its own, from start to end. Raises RuntimeError unless it ends well and its output holds `says`."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    wall = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    run = Run(time.perf_counter() - wall, used.ru_utime + used.ru_stime)
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or says not in said:
        raise RuntimeError(f"A contender ended with {process.returncode} and said {said[-500:]!r}, not {says!r}. It ran:\n{code}")
    return run


def group_cpu(group: int) -> float | None:
    """CPU seconds that a process group has used, in steps of 10 ms; None where the system has no /proc."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:                                                        # it ended while we looked
            continue
        if int(fields[2]) == group:
            ticks += sum(map(int, fields[11:15]))                              # own and waited-for children's, user and system
    return ticks / os.sysconf("SC_CLK_TCK") if Path("/proc/self/stat").exists() else None
