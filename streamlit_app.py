"""The app's door: `streamlit run` finds this file, `uvicorn streamlit_app:app` serves it. The screens begin in explorer/main.py.

The router is not this file, because Streamlit takes a `pages` folder beside its script for pages of its own and
would then open a deep link without the router.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))                                              # `embeddings` and `explorer`, from anywhere


def warm_up() -> None:
    """Do what every first reader would wait for: the imports that most pages need, and the space in the box.

    gensim and scikit-learn are left alone: they cost almost 3 s each, and few pages need them.
    """
    import pandas  # noqa: F401
    import plotly.graph_objects  # noqa: F401
    import pyarrow  # noqa: F401

    from explorer import cached

    cached.warm_up()
    gc.collect()
    gc.freeze()                                                                # what is loaded by now stays; collections skip it


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Warm up beside the server, so that the first page need not wait for it to end."""
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    yield


app = st.App(ROOT / "explorer" / "main.py", lifespan=lifespan)
