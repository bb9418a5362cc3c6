"""What many tests share: a space that can be checked by hand, GloVe, gensim's view of it, and a data folder of the test's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from embeddings import catalog
from embeddings.word_vectors import WordVectors

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

ROYAL = {  # male, royal, young, fruit
    "man": (1, 0, 0, 0),
    "woman": (-1, 0, 0, 0),
    "king": (1, 1, 0, 0),
    "queen": (-1, 1, 0, 0),
    "boy": (1, 0, 1, 0),
    "girl": (-1, 0, 1, 0),
    "prince": (1, 1, 1, 0),
    "princess": (-1, 1, 1, 0),
    "apple": (0, 0, 0, 1),
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of this test alone, not made yet. The reader's own is never touched."""
    folder = tmp_path / "home"
    monkeypatch.setenv("EMBEDDINGS_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def royal() -> WordVectors:
    """Nine words in four dimensions that can be read: male, royal, young, fruit."""
    return WordVectors.from_arrays("royal", ROYAL, list(ROYAL.values()))


@pytest.fixture(scope="session")
def glove() -> WordVectors:
    """The 400,000 words in the box."""
    return catalog.open_space()


@pytest.fixture(scope="session")
def glove_gensim(glove: WordVectors) -> KeyedVectors:
    """gensim on the same array: an oracle that shares no line with ours."""
    # Imported here: it takes 3 s, which not every test run has to pay.
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(glove.dim)
    keyed.vectors = np.asarray(glove.vectors)
    keyed.index_to_key = list(glove.vocabulary)
    keyed.key_to_index = {word: row for row, word in enumerate(keyed.index_to_key)}
    keyed.fill_norms()
    return keyed
