"""The best rows of every analogy question, compiled: what three words give is joined and compared while it lies in the cache."""

from __future__ import annotations

import numba
import numpy as np
from numba import boolean, float32, int32, int64, njit

BLOCK = 512                 # rows scored at once: what a word gives them takes 2 kB, so that a section's words stay in the second cache
NEAR = 8                    # rows kept that rounding cannot tell from the best

# Numbers are finite and may be added in any order: only then does the compiler do many at once.
_FAST = {"nnan", "ninf", "nsz", "reassoc", "contract"}
_SIGNATURE = numba.void(
    float32[:, ::1], float32[:, ::1], boolean, int64, int64, int64, int64,
    int32[::1], int32[::1], int32[::1], int32[::1], boolean, int64[::1], int64[::1],
    float32[::1], float32, float32[::1], int64[:, ::1], float32[:, ::1], int64[::1], int64[::1],
)  # fmt: skip


@njit(fastmath=_FAST, nogil=True, inline="always")
def _reaching(room, line, product, level):  # type: ignore[no-untyped-def]
    """How many scores are at or above the level."""
    n = np.int32(0)
    if product:
        for at in range(room.shape[0]):
            n += np.int32(room[at] * line[at] >= level)
    else:
        for at in range(room.shape[0]):
            n += np.int32(room[at] + line[at] >= level)
    return n


@njit(nogil=True, inline="always")
def _is_member(row, word, members_at, members):  # type: ignore[no-untyped-def]
    """Whether a row is one of the word's spellings."""
    for place in range(members_at[word], members_at[word + 1]):  # noqa: SIM110 (a generator is not compiled)
        if members[place] == row:
            return True
    return False


@njit(_SIGNATURE, cache=True, nogil=True, fastmath=_FAST)
def answer(  # type: ignore[no-untyped-def]
    over, under, product, n_rows, start, first, last, a, a2, b, to, allowed, members_at, members,
    level, slack, best, near, near_scores, n_near, above,
):  # fmt: skip
    """Score a tile of n_rows rows for the questions first to last; keep the best rows of each and how many reach its level.

    over, under: (words, n_rows or more) what a word gives every row as b or a', and as a. A score is over[to] - under[a] + over[b], or
    the product of the three. start: the row of the tile's first column. a, a2, b, to: (questions,) words; to is a', or a where neither
    is to count. allowed: whether the asked words' rows may win; members[members_at[w] : members_at[w + 1]] are those of word w.
    level: (questions,). Written: best (questions,) score so far, near and near_scores (questions, NEAR) rows within the slack of it,
    n_near how many (NEAR + 1: more than were kept), above (questions,) rows at or above the level, asked ones not counted.
    """
    whole = np.empty(BLOCK, np.float32)
    for offset in range(0, n_rows, BLOCK):
        width = min(BLOCK, n_rows - offset)
        low, high = start + offset, start + offset + width
        room = whole[:width]
        last_a, last_to = -1, -1
        for q in range(first, last):
            if a[q] != last_a or to[q] != last_to:                             # the next question often has the same pair
                last_a, last_to = a[q], to[q]
                one, other = over[last_to][offset : offset + width], under[last_a][offset : offset + width]
                if product:
                    for at in range(width):
                        room[at] = one[at] * other[at]
                else:
                    for at in range(width):
                        room[at] = one[at] - other[at]
            line = over[b[q]][offset : offset + width]
            floor = best[q] * (np.float32(1) - slack) if product else best[q] - slack
            n = _reaching(room, line, product, min(floor, level[q]))
            if n == 0:
                continue
            if floor < level[q]:
                above[q] += _reaching(room, line, product, level[q])
            else:
                above[q] += n
                n = _reaching(room, line, product, floor)
            if not allowed:                                                    # asked rows are no rivals: they are taken out again
                for which in range(3):
                    word = a[q] if which == 0 else a2[q] if which == 1 else b[q]
                    if (which > 0 and word == a[q]) or (which == 2 and word == a2[q]):
                        continue
                    for place in range(members_at[word], members_at[word + 1]):
                        row = members[place]
                        if low <= row < high:
                            at = row - low
                            score = room[at] * line[at] if product else room[at] + line[at]
                            above[q] -= score >= level[q]
                            n -= score >= floor
            if n <= 0:
                continue
            for at in range(width):
                score = room[at] * line[at] if product else room[at] + line[at]
                if score < floor:
                    continue
                row = low + at
                if not allowed and (
                    _is_member(row, a[q], members_at, members)
                    or _is_member(row, a2[q], members_at, members)
                    or _is_member(row, b[q], members_at, members)
                ):
                    continue
                if score > best[q]:
                    floor = score * (np.float32(1) - slack) if product else score - slack
                    if floor > best[q]:                                        # all that were near are not any more, kept or not
                        n_near[q] = 0
                    best[q] = score
                if n_near[q] < NEAR:
                    near[q, n_near[q]], near_scores[q, n_near[q]] = row, score
                n_near[q] = min(n_near[q] + 1, NEAR + 1)


_TO_SIMILARITIES = int64(float32[:, ::1], float32[:, ::1], int64, int64, int64, float32, float32)


@njit(_TO_SIMILARITIES, cache=True, nogil=True, fastmath=_FAST)
def similarities(over, under, n_rows, first, last, low, epsilon):  # type: ignore[no-untyped-def]
    """Turn cosines c of the words first to last into s = (1 + c) / 2, 0 to 1, in `over`, and into 1 / (s + epsilon) in `under`.

    Returns how many s are below `low`.
    """
    few = 0
    for word in range(first, last):
        one, other = over[word][:n_rows], under[word][:n_rows]
        below = 0
        for at in range(n_rows):
            score = min(max((one[at] + np.float32(1)) * np.float32(0.5), np.float32(0)), np.float32(1))
            one[at] = score
            other[at] = np.float32(1) / (score + epsilon)
            below += score < low
        few += below
    return few
