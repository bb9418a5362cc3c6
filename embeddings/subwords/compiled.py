"""The compiled loop over the n-grams of many words. Imported inside functions only: Numba takes a second to load."""

from __future__ import annotations

import numpy as np
from numba import njit

LESS, MORE, SLASH, SMALL_S = 60, 62, 47, 115
BASIS, PRIME, LOW, HIGH = np.uint64(2166136261), np.uint64(16777619), np.uint64(0xFFFFFFFF), np.uint64(0xFFFFFF00)


@njit(cache=True, nogil=True)
def add_ngrams(blob, offsets, minn, maxn, ngrams, made, seen, mark):  # type: ignore[no-untyped-def]
    """Turn each row of `made` into the mean of itself and the rows of the word's n-grams, in place. See Subwords.means.

    ngrams: (bucket, dim) float32. made: (n, dim) float32 in and out. seen: 1 where a row of `made` counts as one of those that
    the mean is of, 0 where it is zero. mark: whether </s> has no n-grams. The n-grams and hashes are those of `pieces` and
    `hash_ngram`, which say what they are.
    """
    bucket, dim = np.uint64(ngrams.shape[0]), ngrams.shape[1]
    longest = 0
    for word in range(len(offsets) - 1):
        longest = max(longest, offsets[word + 1] - offsets[word])
    marked = np.empty(longest + 2, np.uint8)
    for word in range(len(offsets) - 1):
        size = offsets[word + 1] - offsets[word]
        marked[0] = LESS
        for at in range(size):
            marked[at + 1] = blob[offsets[word] + at]
        marked[size + 1] = MORE
        size += 2
        ends = mark and size == 6 and marked[1] == LESS and marked[2] == SLASH and marked[3] == SMALL_S and marked[4] == MORE
        found = seen
        for start in range(0 if ends else size):
            if marked[start] & 0xC0 == 0x80:
                continue
            hashed, at, letters = BASIS, start, 0
            while at < size and letters < maxn:
                letters += 1
                first = True
                while at < size and (first or marked[at] & 0xC0 == 0x80):
                    byte = np.uint64(marked[at])
                    if marked[at] >= 128:
                        byte |= HIGH
                    hashed = ((hashed ^ byte) * PRIME) & LOW
                    at += 1
                    first = False
                if letters >= minn and not (letters == 1 and (start == 0 or at == size)):
                    row = np.int64(hashed % bucket)
                    for component in range(dim):
                        made[word, component] += ngrams[row, component]
                    found += 1
        if found > 0:
            scale = np.float32(1.0 / found)
            for component in range(dim):
                made[word, component] *= scale
