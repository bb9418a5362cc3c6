"""Settings of a method: frozen values with ranges, units and one line of help each.

A form on a page and the flags of the command line are both drawn from `options()`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from embeddings.errors import BadSetting


@dataclass(frozen=True)
class Progress:
    """How far a long run is: `done` of `total` steps, with a word on what is being done."""

    done: int
    total: int
    what: str = ""


Report = Callable[[Progress], None]
"""Library code calls it now and then; it may raise `Cancelled`."""


def silent(progress: Progress) -> None:
    """The report of a caller that does not watch."""


@dataclass(frozen=True)
class Option:
    """One setting as a form or a flag needs it. `low` and `high` are inclusive; `choices` is empty for numbers."""

    name: str
    default: Any
    help: str
    low: float | None = None
    high: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()


def number(default: float, low: float, high: float, help: str, unit: str = "") -> Any:
    """A dataclass field holding a number in [low, high]; an int default makes it a whole number."""
    return dataclasses.field(default=default, metadata={"low": low, "high": high, "unit": unit, "help": help})


def choice(default: str, choices: tuple[str, ...], help: str) -> Any:
    """A dataclass field holding one of a few words."""
    return dataclasses.field(default=default, metadata={"choices": choices, "help": help})


@dataclass(frozen=True)
class Settings:
    """Base of every method's settings. Values are checked on construction; raises BadSetting."""

    def __post_init__(self) -> None:
        for option in self.options():
            _check(option, getattr(self, option.name))

    @classmethod
    def options(cls) -> tuple[Option, ...]:
        """The settings in the order of the class, with range and help."""
        return tuple(Option(f.name, f.default, **f.metadata) for f in dataclasses.fields(cls))


def _check(option: Option, value: Any) -> None:
    if option.choices:
        if value not in option.choices:
            raise BadSetting(f"{option.name} is {value!r}; it can be {', '.join(option.choices)}.")
        return
    whole = isinstance(option.default, int)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise BadSetting(f"{option.name} is {value!r}; it takes a {'whole number' if whole else 'number'}.")
    assert option.low is not None and option.high is not None
    if not option.low <= value <= option.high:
        unit = f" {option.unit}" if option.unit else ""
        raise BadSetting(f"{option.name} is {value:,}; it can be from {option.low:,} to {option.high:,}{unit}.")
