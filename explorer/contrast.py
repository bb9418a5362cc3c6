"""One-hot vectors beside the embedding, as the values that the One-hot page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from embeddings import one_hot
from embeddings.one_hot import Cut, Layout, RowProduct
from embeddings.word_vectors import WordVectors
from explorer import charts, tables

if TYPE_CHECKING:
    import plotly.graph_objects as go

SIDES = ("one-hot", "embedding")
STEPS = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 400_000)


@dataclass(frozen=True, eq=False)
class Beside:
    """The same words both ways: (n, n) distances, and a flat picture of each with its stress."""

    words: tuple[str, ...]
    metric: str
    one_hot: np.ndarray
    embedding: np.ndarray
    one_hot_picture: Layout
    embedding_picture: Layout


def beside(wv: WordVectors, words: Sequence[str], metric: str) -> Beside:
    """Distances and pictures of the words both ways. The embedding's vectors are at length one, as one-hot vectors are."""
    apart = one_hot.distances(wv.unit[wv.rows(words)], metric)
    equal = one_hot.one_hot_distances(len(words), metric)
    return Beside(tuple(words), metric, equal, apart, one_hot.simplex(len(words)), one_hot.mds(apart))


def distances_shown(pair: Beside, side: str) -> tuple[go.Figure, pd.DataFrame]:
    """Heatmap and table of one side's distances. Both colour scales begin at 0 and end at the larger of the two maxima."""
    values = pair.one_hot if side == "one-hot" else pair.embedding
    return charts.heatmap(pair.words, values, float(max(pair.one_hot.max(), pair.embedding.max()))), tables.matrix(pair.words, values)


def picture_shown(pair: Beside, side: str) -> tuple[go.Figure, pd.DataFrame]:
    """Flat picture and table of one side."""
    layout = pair.one_hot_picture if side == "one-hot" else pair.embedding_picture
    table = pd.DataFrame({"word": pair.words, "x": layout.points[:, 0], "y": layout.points[:, 1]})
    return charts.points(pair.words, layout.points, charts.GREY if side == "one-hot" else charts.BLUE), table


def memory(wv: WordVectors) -> pd.DataFrame:
    """What the space's vocabulary takes both ways, in bytes."""
    taken = one_hot.memory(wv.n_words, wv.dim)
    return pd.DataFrame({"vectors": ["one-hot, V × V", "embedding, V × d"], "bytes": [taken.one_hot_bytes, taken.embedding_bytes]})


def neighbours(pair: Beside, word: str) -> pd.DataFrame:
    """The other words with their distance from `word` both ways, nearest in the embedding first; one-hot, all share a rank."""
    at = pair.words.index(word)
    others = [i for i in np.argsort(pair.embedding[at], kind="stable") if i != at]
    tied = f"1 to {len(others)}, tied"
    return pd.DataFrame(
        {
            "word": [pair.words[i] for i in others],
            "one-hot distance": [pair.one_hot[at, i] for i in others],
            "one-hot rank": [tied] * len(others),
            "embedding distance": [pair.embedding[at, i] for i in others],
            "embedding rank": range(1, len(others) + 1),
        }
    )


def look_up(wv: WordVectors, word: str) -> RowProduct:
    """The word's one-hot vector times the space's matrix, really multiplied, beside the row that it turns on."""
    return one_hot.turn_on_row(wv.vectors, int(wv.rows([word])[0]))


def numbers(product: RowProduct, n: int = 8) -> pd.DataFrame:
    """The first numbers of the product and of the row."""
    n = min(n, len(product.product))
    return pd.DataFrame(
        {
            "component": range(1, n + 1),
            "one-hot times matrix": product.product[:n].astype(float),
            "row read": product.looked_up[:n].astype(float),
        }
    )


def inputs(wv: WordVectors, words: Sequence[str]) -> pd.DataFrame:
    """Orders of two or three words as a bag and as a concatenation: where the ones stand, and how long the vector is."""
    return pd.DataFrame([_input(wv, order) for order in orders(words)])


def orders(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The words as typed, backwards, and with the first put last; each order once."""
    return list(dict.fromkeys([tuple(words), tuple(reversed(words)), (*words[1:], words[0])]))


def _input(wv: WordVectors, words: Sequence[str]) -> dict[str, object]:
    rows = wv.rows(words)
    bag, line = one_hot.bag_of_words(rows, wv.n_words), one_hot.concatenation(rows, wv.n_words)
    held = ", ".join(f"{row:,}" if count == 1 else f"{row:,} ({count} times)" for row, count in zip(bag.rows, bag.counts, strict=True))
    return {
        "input": " ".join(words),
        "bag of words: ones at (from 0)": held,
        "bag length": bag.length,
        "concatenation: ones at (from 0)": ", ".join(f"{place:,}" for place in line.ones),
        "concatenation length": line.length,
        "embeddings, concatenated": len(words) * wv.dim,
    }


def cut(wv: WordVectors, text: str, n: int) -> Cut:
    """The text through the n most frequent words."""
    return one_hot.cut_vocabulary(text, wv.vocabulary, min(n, wv.n_words))


def coverage(wv: WordVectors, text: str) -> pd.DataFrame:
    """What growing vocabularies cover of the text."""
    return pd.DataFrame({"most frequent words": sizes(wv), "covered": [cut(wv, text, n).coverage for n in sizes(wv)]})


def sizes(wv: WordVectors) -> list[int]:
    """The vocabulary sizes of the coverage curve, the space's own last."""
    return [n for n in STEPS if n < wv.n_words] + [wv.n_words]
