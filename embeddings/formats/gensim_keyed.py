"""Models that gensim saved with Python's pickle: opened only where the reader says that the file is to be trusted."""

from __future__ import annotations

from typing import Any

import numpy as np

from embeddings.errors import BadFile
from embeddings.formats.float32 import as_float32
from embeddings.formats.format import Format, Wishes
from embeddings.formats.making import LARGEST_DIM, Making
from embeddings.formats.stream import BLOCK, Stream

MAGICS = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"ccopy_reg\n", b"ccopyreg\n", b"cgensim.")


def recognises(stream: Stream) -> bool:
    """True where the file begins as a pickle does. Nothing of it is loaded."""
    return stream.head(16).startswith(MAGICS)


def read(stream: Stream, making: Making, wishes: Wishes) -> None:
    """The word vectors of a gensim model. Raises BadFile unless `wishes.trust_pickle`, and for what holds no word vectors."""
    if not wishes.trust_pickle:
        raise BadFile(
            f"{stream.told} is a Python pickle, as gensim's save() writes it. Opening a pickle can run code, so it was not opened. "
            "If you trust where it comes from: python -m embeddings import FILE --trust-pickle. Or write it from gensim in a format "
            "that holds no code: kv.save_word2vec_format('vectors.bin', binary=True)."
        )
    if not stream.is_plain:
        raise BadFile(f"{stream.told} is a pickle packed as {stream.packed}. Unpack it first: gensim looks for its other parts beside it.")
    making.tell("gensim opens the file")
    keyed = _keyed(stream, _load(stream), making)
    making.encoding = "utf-8"                                                  # the words are strings already
    _give(keyed, making)


def _load(stream: Stream) -> Any:
    from gensim import __version__
    from gensim.models import FastText, KeyedVectors, Word2Vec
    from gensim.utils import SaveLoad

    reasons = []
    for kind in (SaveLoad, KeyedVectors, Word2Vec, FastText):                  # old files open by their own class only
        try:
            loaded = kind.load(str(stream.path))
            if _vectors_of(loaded) is not None:
                return loaded
            reasons.append(f"it holds {type(loaded).__module__}.{type(loaded).__name__}, which has no word vectors")
        except Exception as error:                                             # whatever a pickle or an old class may raise
            reasons.append(f"{type(error).__name__}: {str(error)[:200]}")
    cure = "Where gensim wrote its large arrays into other files, these must lie beside it."
    raise BadFile(f"{stream.told} could not be opened with gensim {__version__}: {reasons[0]}. {cure}")


def _vectors_of(loaded: Any) -> Any:
    """The KeyedVectors of a model or of themselves, None where there are none that fit together."""
    keyed = getattr(loaded, "wv", loaded)
    words, vectors = getattr(keyed, "index_to_key", None), getattr(keyed, "vectors", None)
    if not isinstance(words, list) or not isinstance(vectors, np.ndarray) or vectors.ndim != 2 or vectors.dtype.kind not in "fiu":
        return None
    return keyed if 0 < len(words) <= len(vectors) and 0 < vectors.shape[1] <= LARGEST_DIM else None


def _keyed(stream: Stream, loaded: Any, making: Making) -> Any:
    keyed, repairs = _vectors_of(loaded), making.repairs
    repairs.dtype, repairs.places = str(keyed.vectors.dtype), "row"
    repairs.header = f"{type(loaded).__module__}.{type(loaded).__name__}"
    if keyed is not loaded:
        repairs.note(f"The file holds a whole {type(loaded).__name__} model; its word vectors were taken.")
    if hasattr(keyed, "vectors_ngrams"):
        repairs.note("The n-grams of fastText were left behind: a word that is not in the vocabulary has no vector.")
    if any(not isinstance(word, str) for word in keyed.index_to_key):
        repairs.note("Some keys are no strings. They were written out as words.")
    repairs.note(f"The sha256 is of {stream.name} alone; large arrays of a gensim model lie in files beside it.")
    return keyed


def counts_of(keyed: Any) -> np.ndarray | None:
    """(n,) int64, how often each word was counted; None where gensim has none, or has made them up.

    A file without counts gets n, n - 1, ... 1 from gensim, so exactly that series is taken for none.
    """
    told = getattr(keyed, "expandos", {}).get("count")
    n = len(keyed.index_to_key)
    if told is None or np.shape(told) != (n,):
        return None
    counts = np.asarray(told)
    if counts.dtype.kind not in "iu" or (counts < 1).any() or (counts == np.arange(n, 0, -1)).all():
        return None
    return counts.astype(np.int64)


def _give(keyed: Any, making: Making) -> None:
    counts, words = counts_of(keyed), keyed.index_to_key
    step = max(1, BLOCK // (keyed.vectors.shape[1] * 8))
    for start in range(0, len(words), step):
        part = slice(start, min(start + step, len(words)))
        given = [word.encode("utf-8", "surrogatepass") if isinstance(word, str) else str(word).encode() for word in words[part]]
        places = np.arange(part.start + 1, part.stop + 1, dtype=np.int64)
        making.add_words(given, as_float32(keyed.vectors[part], making.repairs), places, None if counts is None else counts[part])


FORMAT = Format("gensim", "gensim KeyedVectors or model (a pickle)", recognises, read)
