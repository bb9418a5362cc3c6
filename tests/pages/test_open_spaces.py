"""Open spaces: each is opened once, and the one asked longest ago goes when the budget is spent."""

import threading
import time

import numpy as np
import pytest

from embeddings import catalog
from embeddings.errors import UnknownSpace
from embeddings.word_vectors import WordVectors
from explorer import open_spaces
from explorer.open_spaces import OpenSpaces, folder_bytes, nbytes

KILOBYTE = 1000


def made(name: str, n: int = 10) -> WordVectors:
    """A space of n words in 25 dimensions: 100 bytes of vectors a word, and some for the words."""
    return WordVectors.from_arrays(name, [f"w{row}" for row in range(n)], np.ones((n, 25)))


@pytest.fixture
def opened() -> list[str]:
    return []


def spaces(budget: int, opened: list[str], seconds: float = 0.0) -> OpenSpaces:
    def open_space(name: str) -> WordVectors:
        time.sleep(seconds)
        opened.append(name)
        return made(name)

    return OpenSpaces(budget, open_space)


def test_a_space_is_opened_once(opened):
    held = spaces(10**9, opened)
    assert held.get("a", "").wv is held.get("a", "").wv
    assert opened == ["a"]


def test_two_threads_that_ask_at_once_get_the_same_space_from_one_opening(opened):
    held, got = spaces(10**9, opened, seconds=0.1), []
    threads = [threading.Thread(target=lambda: got.append(held.get("a", "").wv)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == ["a"]
    assert len(got) == 8 and len({id(wv) for wv in got}) == 1


def test_a_space_that_opens_slowly_keeps_no_other_waiting(opened):
    begun, go_on = threading.Event(), threading.Event()

    def open_space(name: str) -> WordVectors:
        if name == "slow":
            begun.set()
            assert go_on.wait(10)
        return made(name)

    held = OpenSpaces(10**9, open_space)
    slow = threading.Thread(target=held.get, args=("slow", ""))
    slow.start()
    assert begun.wait(10)
    assert held.get("quick", "").wv.name == "quick"
    go_on.set()
    slow.join()


def test_the_space_asked_longest_ago_is_let_go_of(opened):
    held = spaces(int(2.5 * nbytes(made("a"))), opened)
    for name in ("a", "b", "a", "c"):
        held.get(name, "")
    assert list(held.held()) == ["a", "c"]
    held.get("b", "")
    assert list(held.held()) == ["c", "b"]
    assert opened == ["a", "b", "c", "b"]


def test_the_space_just_asked_is_kept_however_small_the_budget(opened):
    held = spaces(1, opened)
    for name in ("a", "b"):
        assert held.get(name, "").wv.name == name
        assert list(held.held()) == [name]


def test_what_look_ups_made_is_counted(royal):
    wv = WordVectors(royal.name, royal.vocabulary, royal.vectors)
    before = nbytes(wv)
    assert before >= royal.vectors.nbytes + royal.vocabulary.blob.nbytes
    assert nbytes(wv) == before  # counting makes nothing
    wv.near_spellings("kign")
    assert wv.inverse_norms.nbytes == 4 * 9
    assert nbytes(wv) >= before + 4 * 9 + 9 * open_spaces.A_STRING


def test_a_space_that_grew_is_let_go_of_at_the_next_question(opened):
    held = spaces(int(2.1 * nbytes(made("a"))), opened)
    first = held.get("a", "").wv
    held.get("b", "")
    assert list(held.held()) == ["a", "b"]
    first.near_spellings("w99")  # 10 strings of 60 bytes
    held.get("b", "")
    assert list(held.held()) == ["b"]


def test_another_space_of_the_same_name_takes_the_place_of_the_first(opened):
    held = spaces(10**9, opened)
    first = held.get("a", "monday").wv
    assert held.get("a", "tuesday").wv is not first
    assert list(held.held()) == ["a"]


def test_a_space_that_cannot_be_opened_is_tried_again_when_asked_again():
    names = iter(["missing", "there"])

    def open_space(name: str) -> WordVectors:
        if next(names) == "missing":
            raise UnknownSpace("not there")
        return made(name)

    held = OpenSpaces(10**9, open_space)
    with pytest.raises(UnknownSpace, match="not there"):
        held.get("a", "")
    assert held.get("a", "").wv.name == "a"


def test_a_kept_space_counts_its_files(home):
    folder = catalog.keep(made("kept", 1000))
    wv = catalog.open_space("kept")
    assert nbytes(wv) == pytest.approx(folder_bytes(folder), abs=3 * KILOBYTE)


@pytest.mark.parametrize(("said", "bytes_"), [("2", 2e9), ("0.5", 5e8), (" 3 ", 3e9)])
def test_the_budget_is_what_the_environment_says_in_gigabytes(monkeypatch, said, bytes_):
    monkeypatch.setenv("EMBEDDINGS_MEMORY", said)
    assert open_spaces.budget() == (bytes_, "")


@pytest.mark.parametrize("said", ["much", "-1", "0", "nan", "inf", "4 GB"])
def test_a_budget_that_is_none_is_told_and_half_the_memory_is_taken(monkeypatch, said):
    monkeypatch.setenv("EMBEDDINGS_MEMORY", said)
    taken, trouble = open_spaces.budget()
    assert taken == open_spaces.memory() // 2
    assert f"EMBEDDINGS_MEMORY is '{said}'; it takes a number of gigabytes above 0" in trouble


def test_without_a_setting_half_the_memory_is_taken(monkeypatch):
    monkeypatch.delenv("EMBEDDINGS_MEMORY", raising=False)
    assert open_spaces.budget() == (open_spaces.memory() // 2, "")
    assert 10**8 < open_spaces.memory() < 10**14


def test_the_memory_of_a_container_counts_where_it_is_less(tmp_path):
    limit = tmp_path / "memory.max"
    limit.write_text("123456\n")
    assert open_spaces._of_container(limit) == 123456
    limit.write_text("max\n")
    assert open_spaces._of_container(limit) == 0
    assert open_spaces._of_container(tmp_path / "none") == 0
