"""Forms drawn from a method's Settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from embeddings.projections import PROJECTIONS
from embeddings.settings import Option, Settings
from explorer import session


def projection(key: str, flat: bool = False) -> tuple[str, Settings]:
    """A projection method and its settings, the form drawn from the method's Settings; `flat` keeps to two dimensions."""
    titles = {projector.title: name for name, projector in PROJECTIONS.items()}
    title = st.segmented_control("Projection", list(titles), default=next(iter(titles)), required=True, key=key, bind=session.ADDRESS)
    method = titles.get(title or "", "pca")
    return method, form(PROJECTIONS[method].settings, f"{key}_{method}", ("components",) if flat else ())


def form(settings: type[Settings], key: str, left_out: Sequence[str] = ()) -> Settings:
    """One widget for each option of the settings but those left out. Raises BadSetting for what an address may hold."""
    return settings(
        **{option.name: _option(option, f"{key}_{option.name}") for option in settings.options() if option.name not in left_out}
    )


def _option(option: Option, key: str) -> Any:
    label = option.name.replace("_", " ").capitalize()
    shared: dict[str, Any] = {"key": key, "bind": session.ADDRESS, "help": option.help}
    if option.choices:
        chosen = st.segmented_control(label, option.choices, default=option.default, required=True, **shared)
        return chosen or option.default
    kind = type(option.default)
    low, high = kind(option.low), kind(option.high)
    if kind is int and high - low <= 3:
        chosen = st.segmented_control(label, [str(n) for n in range(low, high + 1)], default=str(option.default), required=True, **shared)
        return int(chosen or option.default)
    return st.number_input(f"{label}{f' ({option.unit})' if option.unit else ''}", low, high, option.default, width=150, **shared)
