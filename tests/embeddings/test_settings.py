"""Settings: what a form and a flag are drawn from, and what is refused."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import BadSetting, EmbeddingsError
from embeddings.settings import Option, Progress, Settings, choice, number, silent


@dataclass(frozen=True)
class Walk(Settings):
    steps: int = number(1_000, 1, 20_000, "How many steps to take.", "steps")
    pace: float = number(0.5, 0.1, 2.0, "Metres a step.", "m")
    gait: str = choice("trot", ("walk", "trot"), "How the legs move.")


def test_options_stand_in_the_order_of_the_class_with_range_unit_and_help():
    assert Walk.options() == (
        Option("steps", 1_000, "How many steps to take.", 1, 20_000, "steps"),
        Option("pace", 0.5, "Metres a step.", 0.1, 2.0, "m"),
        Option("gait", "trot", "How the legs move.", choices=("walk", "trot")),
    )


def test_settings_without_fields_have_no_options():
    assert Settings.options() == ()


def test_defaults_are_taken_and_settings_are_frozen_values():
    assert Walk() == Walk(1_000, 0.5, "trot")
    assert len({Walk(), Walk(steps=1_000), Walk(steps=2)}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        Walk().steps = 3  # type: ignore[misc]


@given(st.integers(-50_000, 50_000))
def test_a_whole_number_is_taken_exactly_in_its_range(steps):
    if 1 <= steps <= 20_000:
        assert Walk(steps=steps).steps == steps
    else:
        with pytest.raises(BadSetting, match="steps is .*; it can be from 1 to 20,000 steps."):
            Walk(steps=steps)


@given(st.floats())
def test_a_number_is_taken_exactly_in_its_range_and_nan_never(pace):
    if 0.1 <= pace <= 2.0:
        assert Walk(pace=pace).pace == pace
    else:
        with pytest.raises(BadSetting, match="pace is .*; it can be from 0.1 to 2.0 m."):
            Walk(pace=pace)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"steps": 0}, "steps is 0; it can be from 1 to 20,000 steps."),
        ({"steps": 1_000_000}, "steps is 1,000,000; it can be from 1 to 20,000 steps."),
        ({"steps": 3.0}, "steps is 3.0; it takes a whole number."),
        ({"steps": True}, "steps is True; it takes a whole number."),
        ({"steps": "3"}, "steps is '3'; it takes a whole number."),
        ({"steps": None}, "steps is None; it takes a whole number."),
        ({"pace": "fast"}, "pace is 'fast'; it takes a number."),
        ({"pace": float("nan")}, "pace is nan; it can be from 0.1 to 2.0 m."),
        ({"gait": "gallop"}, "gait is 'gallop'; it can be walk, trot."),
        ({"gait": None}, "gait is None; it can be walk, trot."),
        ({"gait": []}, "gait is []; it can be walk, trot."),
    ],
)
def test_what_is_refused_is_told_with_its_range(wrong, message):
    with pytest.raises(BadSetting) as refused:
        Walk(**wrong)
    assert str(refused.value) == message
    assert isinstance(refused.value, EmbeddingsError)


def test_a_whole_number_serves_where_a_number_is_asked():
    assert Walk(pace=1).pace == 1


def test_the_ends_of_a_range_belong_to_it():
    assert (Walk(steps=1).steps, Walk(steps=20_000).steps, Walk(pace=0.1).pace, Walk(pace=2.0).pace) == (1, 20_000, 0.1, 2.0)


def test_silence_lets_a_run_go_on():
    assert silent(Progress(3, 10, "walking")) is None
    assert Progress(3, 10) == Progress(3, 10, "")
