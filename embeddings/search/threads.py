"""Work on ranges of rows, a range for each processor."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from itertools import pairwise

FEWEST_ROWS = 20_000        # below, handing over costs more than it saves
MOST_THREADS = 8            # memory is read no faster by more
PIECES = 4                  # for each thread, so that all end at about the same time


def in_parts(n: int, work: Callable[[int, int], None]) -> None:
    """Call work(start, stop) for ranges that cover n rows, the caller and its helpers taking one after the other.

    So a helper that wakes late, or works for another caller, is not waited for. Many threads may call at once. An exception of
    any part is raised, when no part is being worked on any more.
    """
    helpers = 0 if n < 2 * FEWEST_ROWS else threads() - 1
    pieces = PIECES * (helpers + 1) if helpers else 1
    waiting = deque(pairwise(n * piece // pieces for piece in range(pieces + 1)))
    joined = [_helpers().submit(_take, waiting, work) for _ in range(helpers)]
    try:
        _take(waiting, work)
    finally:
        begun = [helper for helper in joined if not helper.cancel()]
        wait(begun)
    for helper in begun:
        helper.result()


def _take(waiting: deque[tuple[int, int]], work: Callable[[int, int], None]) -> None:
    while True:
        try:
            start, stop = waiting.popleft()
        except IndexError:                                                     # another thread took the last
            return
        work(start, stop)


def threads() -> int:
    """Threads that read at once: the processors this process may use, MOST_THREADS at most."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(allowed, MOST_THREADS)


@cache
def _helpers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="search")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_helpers.cache_clear)                   # a child has none of its parent's threads
