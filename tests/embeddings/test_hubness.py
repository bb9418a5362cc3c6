"""Hub counts, CSLS and mutual ranks against slow loops that share no line with them."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import skew

from embeddings import hubness, search
from embeddings.cli import main
from embeddings.errors import BadFile, BadQuery, Cancelled, StorageError
from embeddings.hubness import all_nearest, nearest
from embeddings.hubness.counting import Hubness
from embeddings.hubness.reranking import Asked, rerank
from embeddings.locks import Lock
from embeddings.query import Query, answer
from embeddings.word_vectors import WordVectors


def made(n=300, dim=8, seed=0, name="made", folder=None) -> WordVectors:
    """Random vectors with duplicates, near-duplicates, a zero vector and lengths far apart."""
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((n, dim)).astype(np.float32) * rng.uniform(0.1, 9, (n, 1)).astype(np.float32)
    if n >= 20:
        vectors[5], vectors[7], vectors[11] = vectors[3], vectors[3], 2 * vectors[3]
        vectors[13] = 0
    wv = WordVectors.from_arrays(name, [f"w{at}" for at in range(n)], vectors)
    return wv if folder is None else WordVectors(wv.name, wv.vocabulary, wv.vectors, folder=folder)


def cosine_table(wv) -> np.ndarray:
    """(n, n) cosines, counted one by one as the library counts those it lists; -2 for a word and itself."""
    table = np.array([search.counted(wv, wv.unit[row], np.arange(wv.n_words)) for row in range(wv.n_words)], np.float64)
    np.fill_diagonal(table, -2)
    return table


def slow_nearest(wv, k) -> list[list[int]]:
    """The k nearest of each word by sorting: larger cosines first, then earlier rows; none for a zero vector."""
    table = cosine_table(wv)
    zero = ~np.asarray(wv.vectors).any(axis=1)
    return [
        [] if zero[at] else sorted(set(range(len(table))) - {at}, key=lambda row: (-table[at, row], row))[:k] for at in range(len(table))
    ]


def slow_counts(wv, k) -> list[int]:
    counts = [0] * wv.n_words
    for near in slow_nearest(wv, k):
        for row in near:
            counts[row] += 1
    return counts


def slow_r(wv, row, k) -> float:
    table = cosine_table(wv)
    return float(np.sort(table[row])[::-1][:k].mean())


@pytest.mark.parametrize("n", [2, 3, 12, 300])
@pytest.mark.parametrize("k", [1, 10])
def test_n_k_is_that_of_a_slow_loop_with_ties_duplicates_and_a_zero_vector(n, k):
    wv = made(n)
    found = hubness.count(wv, k)
    assert found.counts.tolist() == slow_counts(wv, min(k, n - 1))


def test_more_than_one_tile_gives_the_same(monkeypatch):
    wv, whole = made(300), hubness.count(made(300), 10)
    monkeypatch.setattr(all_nearest, "TILE", 64)
    parted = hubness.count(wv, 10)
    assert (parted.counts == whole.counts).all()
    assert (parted.means == whole.means).all()


def test_a_crowd_of_equal_words_is_counted_as_the_slow_loop_does():
    vectors = np.tile(np.eye(3, dtype=np.float32), (20, 1))  # 60 words, 20 of each of three directions
    wv = WordVectors.from_arrays("crowd", [f"w{at}" for at in range(60)], vectors)
    assert hubness.count(wv, 3).counts.tolist() == slow_counts(wv, 3)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 40), st.integers(1, 12), st.integers(0, 10_000))
def test_any_small_space_of_few_values_is_counted_as_the_slow_loop_does(n, k, seed):
    vectors = np.random.default_rng(seed).integers(-1, 2, (n, 3)).astype(np.float32)
    wv = WordVectors.from_arrays("few", [f"w{at}" for at in range(n)], vectors)
    assert hubness.count(wv, k).counts.tolist() == slow_counts(wv, min(k, n - 1))


def test_nearest_is_what_the_search_finds_for_real_words(glove):
    wv = glove.first(6_000)
    rows, cosines = nearest(wv, 10)
    asked = np.arange(0, 6_000, 37)
    expected, scores = search.neighbours_of_rows(wv, asked, 10)
    assert (rows[asked] == expected).all()
    assert (cosines[asked] == scores).all()


def test_skewness_is_scipys(glove):
    found = hubness.count(glove.first(2_000), 10)
    assert found.skewness == pytest.approx(skew(found.counts), rel=1e-9)
    assert hubness.skewness(np.array([4, 4, 4])) == 0


def test_among_counts_the_most_frequent_only(glove):
    assert (hubness.count(glove.first(3_000), 10, among=1_000).counts == hubness.count(glove.first(1_000), 10).counts).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [({"k": 0}, "The 0 nearest"), ({"k": 101}, "The 101 nearest"), ({"among": 1}, "among 1 words; 2 or more")],
)
def test_values_out_of_range_are_refused(values, message):
    with pytest.raises(BadQuery, match=message):
        hubness.count(made(), **values)


def test_one_word_has_no_neighbours():
    with pytest.raises(BadQuery, match="has 1 words and 10 neighbours were asked for"):
        hubness.count(made(1))


def test_cancelling_stops_the_threads_and_keeps_nothing(tmp_path):
    def stop(progress):
        raise Cancelled("Cancelled, as you asked.")

    wv = made(folder=tmp_path / "space")
    with pytest.raises(Cancelled):
        hubness.build(wv, 10, report=stop)
    assert hubness.kept(wv) is None
    assert [path.name for path in (tmp_path / "space").iterdir()] == [".counting-hubness-10"]


def test_counts_are_kept_beside_the_space_and_found_again(tmp_path):
    wv = made(folder=tmp_path)
    built = hubness.build(wv, 10)
    kept = hubness.kept(wv)
    assert kept is not None
    assert (kept.counts == built.counts).all()
    assert (kept.means == built.means).all()
    assert (kept.k, kept.among, kept.exact, kept.skewness) == (10, 300, True, built.skewness)
    assert hubness.kept(wv, 5) is None
    assert hubness.kept(made(seed=1, folder=tmp_path)) is None, "counts of other vectors are not used"
    assert hubness.remove(wv)
    assert hubness.kept(wv) is None
    assert not hubness.remove(wv)


def test_damaged_counts_are_told(tmp_path):
    wv = made(folder=tmp_path)
    hubness.build(wv)
    (tmp_path / "hubness-10" / "counts.npy").write_bytes(b"short")
    with pytest.raises(BadFile, match="is damaged: its parts have other sizes"):
        hubness.kept(wv)


def test_two_counts_of_one_space_do_not_meet(tmp_path):
    wv = made(folder=tmp_path)
    with Lock(tmp_path / ".counting-hubness-10") as lock:
        assert lock.take()
        with pytest.raises(StorageError, match="are being counted already"):
            hubness.build(wv)


def test_a_space_in_memory_has_no_place_for_counts():
    with pytest.raises(BadQuery, match="made lies in memory only"):
        hubness.build(made())


def test_badges_tell_hubs_nobody_and_what_was_not_counted():
    counts = np.array([0, 1, 1, 1, 1, 1, 1, 1, 1, 12], np.int32)
    told = Hubness("s", 2, 10, 20, counts, np.zeros(10, np.float32), 0.0)
    assert told.hub_from == pytest.approx(2 + 2 * counts.std())
    badges = told.badges(np.array([9, 0, 1, 15]))
    assert [(each.kind, each.count) for each in badges] == [("hub", 12), ("nobody", 0), ("", 1), ("uncounted", None)]
    assert [each.share_below for each in badges] == [0.9, 0.0, 0.1, 0.0]


def test_an_approximate_count_tells_its_recall(glove, tmp_path):
    wv = glove.first(12_000)
    wv = WordVectors(wv.name, wv.vocabulary, wv.vectors, folder=tmp_path)
    with pytest.raises(BadQuery, match="There is no approximate index"):
        hubness.count(wv, approximate=True)
    search.index.build(wv, tmp_path, kinds=["ivf"])
    found, exact = hubness.count(wv, among=2_000, approximate=True), hubness.count(wv, among=2_000)
    assert not found.exact
    assert found.tried == 500
    assert found.recall is not None
    assert 0.9 < found.recall <= 1
    assert np.abs(found.counts - exact.counts).sum() <= 2 * 10 * 2_000 * 0.1


# ------------------------------------------------------------------------------------------------ CSLS and mutual rank


def asked_for(wv, word, k=10, **more) -> Asked:
    row = int(wv.rows([word])[0])
    return Asked(wv, wv.unit[row], k, (row,), **more)


def slow_csls(wv, row, around) -> list[tuple[int, float]]:
    """2 cos - r - r of every other word, best first."""
    table = cosine_table(wv)
    r = [float(np.sort(line)[::-1][:around].mean()) for line in table]
    scores = {other: 2 * table[row, other] - r[row] - r[other] for other in range(len(table)) if other != row}
    return sorted(scores.items(), key=lambda told: -told[1])


@pytest.mark.parametrize("around", [1, 10])
def test_csls_is_that_of_a_slow_loop(around):
    wv = made(200)
    found = rerank(asked_for(wv, "w40", k=25, around=around), "csls")
    expected = slow_csls(wv, 40, around)[:25]
    assert found.rows.tolist() == [row for row, _ in expected]
    assert found.scores == pytest.approx([score for _, score in expected], abs=1e-6)
    assert found.parts.sum(axis=1) == pytest.approx(found.scores, abs=1e-6)
    assert found.exact


def test_csls_through_kept_counts_is_the_same_and_exact(glove, tmp_path):
    wv = glove.first(4_000)
    wv = WordVectors(wv.name, wv.vocabulary, wv.vectors, folder=tmp_path)
    before = answer(wv, Query.parse("king", rank_by="csls"))
    assert not before.exact
    assert "r was counted for the 500 nearest by cosine only" in before.notes[0]
    hubness.build(wv)
    after = answer(wv, Query.parse("king", rank_by="csls"))
    assert after.exact
    assert after.notes == ()
    assert after.words == before.words
    row = int(wv.rows(["king"])[0])
    table = search.counted(wv, wv.unit[row], np.arange(wv.n_words)).astype(np.float64)
    kept = hubness.kept(wv)
    scores = 2 * table - kept.means - kept.means[row]
    scores[row] = -9
    assert list(after.rows) == np.argsort(-scores, kind="stable")[:10].tolist()


def slow_mutual(wv, row) -> list[tuple[int, int]]:
    """The larger of both ranks of every other word, smallest first; equal ones by cosine, then by row. Equal cosines share a rank."""
    table = cosine_table(wv)

    def rank(one, other):
        return 1 + sum(table[one, third] > table[one, other] + 1e-6 for third in range(len(table)) if third not in {one, other})

    larger = {other: max(rank(row, other), rank(other, row)) for other in range(len(table)) if other != row}
    return sorted(larger.items(), key=lambda told: (told[1], -table[row, told[0]], told[0]))


def test_mutual_ranks_are_those_of_a_slow_loop():
    wv = made(120)
    for row in (3, 5, 40):  # 3, 5, 7 and 11 point the same way
        found = rerank(asked_for(wv, f"w{row}", k=30), "mutual")
        assert [(r, -int(s)) for r, s in zip(found.rows, found.scores, strict=True)] == slow_mutual(wv, row)[:30]
        assert found.exact


def test_the_asked_words_of_an_expression_have_no_rank_of_their_own():
    wv, asked = made(60), (31, 32, 33)
    vector = wv.unit[31] - wv.unit[32] + wv.unit[33]
    table, there = cosine_table(wv), search.counted(wv, vector, np.arange(60)).astype(np.float64)
    others = [row for row in range(60) if row not in asked]
    larger = {
        row: max(
            1 + sum(there[third] > there[row] + 1e-6 for third in others if third != row),
            1 + sum(table[row, third] > there[row] + 1e-6 for third in others if third != row),
        )
        for row in others
    }
    found = rerank(Asked(wv, vector, 20, asked), "mutual")
    assert found.rows.tolist() == sorted(others, key=lambda row: (larger[row], -there[row], row))[:20]
    assert (-found.scores).tolist() == [larger[row] for row in found.rows]


def test_mutual_ranks_that_need_more_words_are_looked_for_among_more(glove):
    wv = glove.first(3_000)
    found = rerank(asked_for(wv, "the", k=60), "mutual")
    assert found.exact, found.note
    assert (found.parts[:, :2].max(axis=1) == -found.scores).all()
    assert (np.diff(found.scores) <= 0).all()


def test_a_ranking_keeps_to_the_first_rows(glove):
    wv = glove.first(5_000)
    for by in ("csls", "mutual"):
        found = answer(wv, Query.parse("king", restrict=2_000, rank_by=by))
        assert max(found.rows) < 2_000
    alone = answer(wv.first(2_000), Query.parse("king", rank_by="mutual")).words
    assert answer(wv, Query.parse("king", restrict=2_000, rank_by="mutual")).words == alone


def test_the_zero_vector_can_be_asked():
    wv = made(40)
    for by in ("csls", "mutual"):
        assert len(rerank(asked_for(wv, "w13", k=5), by).rows) == 5


def test_what_entered_and_left_is_told_in_order():
    told = hubness.change(("a", "x", "b", "y"), ("b", "c", "a", "d"))
    assert told.entered == ("x", "y")
    assert told.left == ("c", "d")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rank_by": "hubs"}, "There is no ranking by 'hubs'. There are cosine, csls, mutual."),
        ({"around": 0}, "The 0 nearest of each word"),
        ({"rank_by": "csls", "method": "euclid"}, "CSLS ranks by the cosine with one vector, and Euclid is none"),
    ],
)
def test_a_ranking_that_cannot_be_is_refused(royal, values, message):
    with pytest.raises(BadQuery, match=message):
        answer(royal, Query.parse("king", **values))


def test_a_query_with_another_ranking_has_another_repr():
    assert repr(Query.parse("king")) != repr(Query.parse("king", rank_by="csls")) != repr(Query.parse("king", rank_by="csls", around=5))


# ------------------------------------------------------------------------------------------------ the command line


def test_the_verb_counts_keeps_and_removes(capsys, home):
    assert main(["hubness", "--space", "random-50d", "--among", "500", "-k", "5", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["space"], told["k"], told["among"], told["words"], told["exact"]) == ("random-50d", 5, 500, 50_000, True)
    assert told["most"][0]["count"] == told["largest"]
    assert (home / "beside" / "random-50d" / "hubness-5" / "counts.npy").is_file()
    assert main(["hubness", "--space", "random-50d", "-k", "5", "--remove"]) == 0
    assert "were removed" in capsys.readouterr().out


def test_neighbours_tell_what_entered_and_left(capsys):
    assert main(["neighbours", "piano", "--space", "random-50d", "--restrict", "3000", "--rank-by", "mutual", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rank_by"] == "mutual"
    assert told["part_labels"] == ["rank from the query", "rank from the word", "cosine"]
    assert len(told["entered"]) == len(told["left"])
    assert told["counts"] is None
