"""An int8 copy of a space that is scanned first. What it finds is exact, and this is why.

Let u = inverse_norm x v be a row's vector at length one and q the query's, both float32. The row is kept as whole numbers c in
-127..127 and a scale s, so u = s c + r, where r is what rounding left over. The query is kept as whole numbers p in int16 and a
step t, so q = t p + w. Then

    u . q  =  s c . q + r . q  =  s t (c . p)  +  s c . w  +  r . q

The first part is summed in whole numbers and has no error. By Cauchy and Schwarz the second is at most |s c| |w| and the third
at most |r| |q|, with |q| = 1 and |s c| <= |u| + |r|. So no cosine exceeds

    bound  =  s t (c . p)  +  |r|  +  (longest |u| + largest |r|) |w|  +  2^-20

|r| is stored for every row, rounded up. The last term covers float32: the bound is rounded five times and the cosine that is
listed once, each time by at most 2^-24 of numbers below 2, and |q| is 1 only to within 2^-22.

The rows with the k largest bounds are counted in full (`counted`). The least of these k cosines is a floor: k rows reach it, so
no row whose bound is below it can be among the best. Every other row is counted in full, and the best of them are the answer:
the rows and numbers of the plain scan, ties included.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import BadFile
from embeddings.search.exact import Nearest, best, candidates, counted, first_rows, unit
from embeddings.search.keeping import begin, kept, load, save
from embeddings.search.searcher import Searcher
from embeddings.search.threads import in_parts
from embeddings.settings import Progress, Report, silent
from embeddings.word_vectors import WordVectors

KIND = "int8"
LARGEST = 127               # -128 is left out, so that the codes are as far up as down
FLOAT32 = 2.0**-20          # what float32 rounds, see above
LONGEST = 2.0               # |u| is 1, but where the squares of very small numbers lose their digits
ROWS = 1 << 12              # rows made at a time: 4,096 x 300 float64 are 10 MB


@dataclass(frozen=True, eq=False)
class Int8:
    """The copy: (n, dim) int8 codes, (n,) float32 scales and errors |r|, and the query's largest error for |w| = 1."""

    codes: np.ndarray
    scales: np.ndarray
    errors: np.ndarray
    reach: float

    def __post_init__(self) -> None:
        n = len(self.codes)
        parts = [(self.codes, np.int8, 2), (self.scales, np.float32, 1), (self.errors, np.float32, 1)]
        if any(part.dtype != dtype or part.ndim != ndim or len(part) != n for part, dtype, ndim in parts):
            raise BadFile("The parts of the int8 copy do not fit together. Build it again: python -m embeddings index --help")
        largest = float(self.errors.max(initial=0))
        if not (math.isfinite(largest) and largest <= self.reach <= 2 * (LONGEST + largest)):
            told = f"The int8 copy has the reach {self.reach:g}, which no copy has."
            raise BadFile(f"{told} Build it again: python -m embeddings index --help")

    def bounds(self, query: np.ndarray, n: int) -> np.ndarray:
        """(n,) float32: the most that the cosine of each of the first n rows with a (dim,) float32 unit vector can be."""
        from embeddings.search.compiled import upper_bounds

        most = min(np.iinfo(np.int16).max, (2**31 - 1) // (LARGEST * len(query)))      # no sum of dim products passes 2^31
        step = np.float32(np.abs(query).max() / most)
        whole = np.clip(np.rint(query / step), -most, most).astype(np.int16)
        left = np.linalg.norm(query.astype(np.float64) - whole * np.float64(step))     # |w|
        slack = np.float32(self.reach * left + FLOAT32)
        found = np.empty(n, np.float32)
        in_parts(n, lambda start, stop: upper_bounds(self.codes, self.scales, self.errors, whole, step, slack, found, start, stop))
        return found

    def top(self, wv: WordVectors, vector: np.ndarray, k: int, left_out: Collection[int] = (), rows: int | None = None) -> Nearest:
        """What `scan` finds, ties included. Raises ValueError where the copy is of a space of another shape."""
        if self.codes.shape != wv.vectors.shape:
            raise ValueError(f"The int8 copy is {self.codes.shape}, the vectors of {wv.name} are {wv.vectors.shape}.")
        query = unit(vector)
        if query is None:
            return first_rows(wv, k, left_out, rows)
        bounds = self.bounds(query, len(wv.vectors[:rows]))
        likely = candidates(bounds, k, left_out)
        if len(likely) >= k > 0:
            chosen = likely[np.argpartition(-bounds[likely], k - 1)[:k]]
            floor = counted(wv, vector, chosen).min()
            likely = np.flatnonzero(bounds >= floor)
            likely = likely[~np.isin(likely, list(left_out))]
        return best(wv, vector, likely, k)


def quantise(wv: WordVectors, report: Report = silent) -> Int8:
    """The copy of a space in memory: a quarter of the vectors' bytes and 8 a word.

    Raises BadFile for vectors shorter than can be told apart from zero, and whatever `report` raises.
    """
    codes = np.empty(wv.vectors.shape, np.int8)

    def take(start: int, part: np.ndarray) -> None:
        codes[start : start + len(part)] = part

    return Int8(codes, *_all_quantised(wv, take, report))


def _all_quantised(wv: WordVectors, take: Callable[[int, np.ndarray], Any], report: Report) -> tuple[np.ndarray, np.ndarray, float]:
    """Scales, errors and reach of a copy; its codes are given to take(start, (n, dim) int8), a few rows after the other."""
    scales, errors = np.empty(wv.n_words, np.float32), np.empty(wv.n_words, np.float32)
    longest = 0.0
    for start in range(0, wv.n_words, ROWS):
        report(Progress(start, wv.n_words, "copying to int8"))
        part = slice(start, start + ROWS)
        codes, scales[part], errors[part], length = _quantised(wv, part)
        take(start, codes)
        longest = max(longest, length)
    if longest > LONGEST:
        raise BadFile(f"{wv.name} holds vectors so short that their lengths lose all digits. Search it without an int8 copy.")
    return scales, errors, float(np.nextafter(np.float32(longest + errors.max()), np.float32(np.inf)))


def _quantised(wv: WordVectors, part: slice) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Codes, scales, errors rounded up, and the greatest length |u| of some rows."""
    unit_rows = np.ascontiguousarray(wv.vectors[part], np.float64) * wv.inverse_norms[part, None]
    scales = (np.abs(unit_rows).max(axis=1) / LARGEST).astype(np.float32)      # 0 for a zero vector
    divisors = np.where(scales > 0, scales, np.float32(1)).astype(np.float64)[:, None]
    codes = np.clip(np.rint(unit_rows / divisors), -LARGEST, LARGEST)
    left = np.linalg.norm(unit_rows - codes * scales.astype(np.float64)[:, None], axis=1)
    errors = np.nextafter(left.astype(np.float32), np.float32(np.inf))
    return codes.astype(np.int8), scales, errors, float(np.linalg.norm(unit_rows, axis=1).max())


def searcher(wv: WordVectors, copy: Int8) -> Searcher:
    """The way to search this space through its copy."""
    return Searcher("an exact scan, int8 first", True, copy.top, fingerprint=wv.content)


def write(wv: WordVectors, folder: Path, report: Report = silent) -> dict[str, Any]:
    """Write the copy's parts into a folder and return what is to be told of it."""
    with (folder / "codes.npy").open("wb") as file:
        begin(file, np.dtype(np.int8), wv.vectors.shape)
        scales, errors, reach = _all_quantised(wv, lambda _, codes: file.write(codes.data), report)
    save(folder / "scales.npy", scales)
    save(folder / "errors.npy", errors)
    return {"method": "int8 with a scale for each word, float32 within the error bound", "exact": True, "reach": reach}


def open(wv: WordVectors, folder: Path | None = None) -> Searcher:
    """The way to search through the copy kept in the space's folder (or another), read into memory.

    Not mapped: memory of its own lies in larger pages, and the scan of 400,000 x 300 took 4.3 ms instead of 4.7 to 6.4.
    Raises BadQuery where none is kept or where it was made of other vectors, BadFile where it is damaged.
    """
    place, meta = kept(wv, KIND, folder)
    codes, scales, errors = (np.array(load(place / f"{name}.npy")) for name in ("codes", "scales", "errors"))
    copy = Int8(codes, scales, errors, float(meta["reach"]))
    if copy.codes.shape != wv.vectors.shape:
        raise BadFile(f"The int8 copy of {wv.name} is {copy.codes.shape}, its vectors are {wv.vectors.shape}. Build it again.")
    return searcher(wv, copy)
