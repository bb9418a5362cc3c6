"""Ranges of rows shared by threads: each row once, an error told, nobody waited for in vain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from embeddings.search import threads
from embeddings.search.threads import FEWEST_ROWS, in_parts


@pytest.mark.parametrize("n", [0, 1, 2 * FEWEST_ROWS - 1, 2 * FEWEST_ROWS, 100_003])
@pytest.mark.parametrize("processors", [1, 2, 5])
def test_every_row_is_worked_on_once(n, processors, monkeypatch):
    monkeypatch.setattr(threads, "threads", lambda: processors)
    seen = np.zeros(n, np.int64)

    def work(start, stop):
        seen[start:stop] += 1

    in_parts(n, work)
    assert (seen == 1).all()


@pytest.mark.parametrize("last", [False, True])
def test_an_error_of_any_part_is_raised(last):
    def work(start, stop):
        if (stop == 100_000) if last else (start == 0):
            raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        in_parts(100_000, work)


def test_more_callers_than_helpers_all_end():
    def call(_):
        done = np.zeros(50_000, np.int64)
        in_parts(50_000, lambda start, stop: done[start:stop].__iadd__(1))
        return int(done.sum())

    with ThreadPoolExecutor(30) as callers:
        assert list(callers.map(call, range(200))) == [50_000] * 200
