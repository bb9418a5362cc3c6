"""What is built beside a space: complete or not there, never used for other vectors, told with its recall."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from embeddings import catalog, query, search
from embeddings.cli import index as verb
from embeddings.errors import BadFile, BadQuery, Cancelled, StorageError
from embeddings.locks import Lock
from embeddings.query import Query
from embeddings.search import EXACT, index, int8, ivf, keeping
from embeddings.word_vectors import WordVectors

N = 12_000


def clustered(seed=0, dim=9):
    """12,000 words in 300 clusters; an odd dimension, which faiss's codes have no place for."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(300, dim))[rng.integers(0, 300, N)] + 0.4 * rng.normal(size=(N, dim))


def space(folder, vectors=None, name="clusters"):
    vectors = clustered() if vectors is None else vectors
    made = WordVectors.from_arrays(name, [f"w{row}" for row in range(len(vectors))], vectors)
    return WordVectors(name, made.vocabulary, made.vectors, folder=folder)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A space with both kinds beside it."""
    wv = space(tmp_path_factory.mktemp("beside") / "clusters")
    index.build(wv, wv.folder)
    return wv


def test_both_kinds_are_told_with_time_size_and_fingerprint(kept):
    told = index.built(kept)
    assert list(told) == ["int8", "ivf"]
    assert all(meta["fingerprint"] == kept.content and meta["seconds"] > 0 for meta in told.values())
    assert told["int8"]["bytes"] == sum(file.stat().st_size for file in (kept.folder / "int8").glob("*.npy")) > N * 9
    assert told["int8"]["exact"] and not told["ivf"]["exact"]


def test_the_int8_copy_is_read_back_and_finds_what_the_plain_scan_finds(kept):
    searcher = int8.open(kept)
    for row in range(0, N, 997):
        found, exact = (way.top(kept, kept.vectors[row], 10, (row,)) for way in (searcher, EXACT))
        assert found[0].tolist() == exact[0].tolist()
        np.testing.assert_array_equal(found[1], exact[1])


def recall(wv, searcher, rows):
    found = [(searcher.top(wv, wv.vectors[row], 10, (row,))[0], EXACT.top(wv, wv.vectors[row], 10, (row,))[0]) for row in rows]
    return sum(len(set(ours) & set(exact)) for ours, exact in ((a.tolist(), b.tolist()) for a, b in found)) / (10 * len(rows))


def test_the_recall_that_is_told_is_found_again_on_other_words(kept):
    told = index.built(kept)["ivf"]["recall"]
    assert told >= 0.98
    assert recall(kept, index.open(kept), range(7, N, 41)) == pytest.approx(told, abs=0.02)


def test_the_scores_of_an_approximate_answer_are_exact(kept):
    rows, cosines = index.open(kept).top(kept, kept["w5"], 20, (5,))
    np.testing.assert_array_equal(cosines, search.counted(kept, kept["w5"], rows))
    assert (np.diff(cosines) <= 0).all() and 5 not in rows


@pytest.mark.parametrize(
    ("k", "left_out", "rows"), [(10, (), 3), (10, (0, 1, 2, 50_000), 40), (N + 5, (7,), None), (300, (), 500), (0, (), None)]
)
def test_an_approximate_search_fills_its_list_whatever_it_is_restricted_to(kept, k, left_out, rows):
    found, cosines = index.open(kept).top(kept, kept["w1"], k, left_out, rows)
    exact, _ = EXACT.top(kept, kept["w1"], k, left_out, rows)
    assert len(found) == len(cosines) == len(exact)
    assert not set(found.tolist()) & set(left_out)
    assert all(row < (rows or N) for row in found)


def test_the_zero_vector_has_cosine_zero_with_the_first_rows(kept):
    rows, cosines = index.open(kept).top(kept, np.zeros(9), 2, (0,))
    assert (rows.tolist(), cosines.tolist()) == ([1, 2], [0, 0])


# ---- kept well


def test_nothing_kept_is_told_with_the_cure(tmp_path):
    wv = space(tmp_path / "none")
    with pytest.raises(
        BadQuery, match="no approximate index for clusters. Build it: python -m embeddings index --space clusters --kind ivf"
    ):
        index.open(wv)
    with pytest.raises(
        BadQuery, match="no int8 copy for clusters. Build it: python -m embeddings index --space clusters --kind int8, or on"
    ):
        int8.open(wv)
    assert index.built(wv) == {}
    assert index.remove(wv) == []


def test_a_space_in_memory_has_no_place_for_an_index(royal):
    assert index.built(royal) == {}
    with pytest.raises(BadQuery, match="royal lies in memory only, so nothing is kept beside it. Keep the space first"):
        index.open(royal)


def test_what_was_built_for_other_vectors_is_told_and_not_used(kept):
    other = space(kept.folder, clustered(1))
    for opened in (int8.open, index.open):
        with pytest.raises(BadQuery, match="beside clusters was built for other vectors, so it is not used. Build it: "):
            opened(other)
    assert index.built(other) == {}
    with pytest.raises(ValueError, match="an approximate search was made for other vectors than those of clusters."):
        index.open(kept).top(other, other["w1"], 3)


def test_a_build_that_is_stopped_leaves_what_was_kept_before(tmp_path):
    wv = space(tmp_path / "clusters")
    index.build(wv, wv.folder, kinds=["int8"])
    before = (wv.folder / "int8" / "meta.json").read_bytes()
    seen = []

    def stop(progress):
        seen.append(progress)
        if progress.what == "adding words":
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        index.build(wv, wv.folder, stop, ["ivf", "int8"])
    assert [progress.what for progress in seen] == ["sorting words into 128 lists", "adding words"]
    assert sorted(path.name for path in wv.folder.iterdir()) == [".building", "int8"]
    assert (wv.folder / "int8" / "meta.json").read_bytes() == before


def test_progress_grows_to_its_end(tmp_path):
    seen = []
    index.build(space(tmp_path / "clusters"), tmp_path / "clusters", seen.append)
    shares = [progress.done / progress.total for progress in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1 > shares[-2]


def test_building_again_replaces_it_and_sweeps_what_a_kill_left(tmp_path):
    wv = space(tmp_path / "clusters")
    (wv.folder / ".making-int8-killed").mkdir(parents=True)
    (wv.folder / ".gone-killed").mkdir()
    for _ in range(2):
        index.build(wv, wv.folder, kinds=["int8"])
    assert sorted(path.name for path in wv.folder.iterdir()) == [".building", "int8"]
    int8.open(wv)


KILLED = """
import sys
from pathlib import Path
import numpy as np
from embeddings.search import index
from embeddings.word_vectors import WordVectors

vectors = np.random.default_rng(0).normal(size=(12_000, 9))
wv = WordVectors.from_arrays("clusters", map(str, range(12_000)), vectors)

def told(progress):
    print(progress.what, flush=True)
    if progress.what == "choosing how many lists are read":
        sys.stdin.read()

index.build(wv, Path(sys.argv[1]), told, ["ivf"])
"""


def test_a_killed_build_leaves_no_index(tmp_path):
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        while "choosing" not in run.stdout.readline():
            assert run.poll() is None
        run.kill()
    wv = space(tmp_path)
    assert index.built(wv) == {}
    index.build(wv, tmp_path, kinds=["int8"])  # and its lock is free again
    assert sorted(path.name for path in tmp_path.iterdir()) == [".building", "int8"]


def test_two_builds_at_once_are_refused(tmp_path):
    wv = space(tmp_path)
    with Lock(tmp_path / ".building") as lock:
        assert lock.take()
        with pytest.raises(StorageError, match="Something is being built for clusters already. Wait until it is done, or cancel it."):
            index.build(wv, tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        index.build(space(None), tmp_path / "file" / "inside")


@pytest.mark.parametrize("damage", ["short", "gone", "meta", "version", "not an index"])
@pytest.mark.parametrize("kind", ["int8", "ivf"])
def test_damage_is_told_with_the_cure(kept, tmp_path, kind, damage):
    shutil.copytree(kept.folder, tmp_path / "copy")
    where = tmp_path / "copy" / kind
    part = where / ("codes.npy" if kind == "int8" else "index.faiss")
    if damage == "short":
        part.write_bytes(part.read_bytes()[:-1])
    elif damage == "gone":
        part.unlink()
    elif damage == "meta":
        (where / "meta.json").write_text("[")
    elif damage == "version":
        meta = json.loads((where / "meta.json").read_text())
        (where / "meta.json").write_text(json.dumps(meta | {"version": 99}))
    else:
        part.write_bytes(b"x" * part.stat().st_size)
    with pytest.raises(BadFile, match="Build it again."):
        (int8.open if kind == "int8" else ivf.open)(kept, tmp_path / "copy")


@pytest.mark.parametrize(
    ("kind", "part", "spoil"),
    [
        ("int8", "scales.npy", lambda data: data[:128] + (np.frombuffer(data[128:], np.float32) * np.float32(0.5)).tobytes()),
        ("int8", "codes.npy", lambda data: data[:-1] + bytes([data[-1] ^ 1])),
        ("ivf", "index.faiss", lambda data: data[:5_000] + bytes([data[5_000] ^ 1]) + data[5_001:]),
    ],
    ids=["scales", "codes", "faiss"],
)
def test_a_part_that_changed_without_another_size_is_told_and_never_asked(kept, tmp_path, kind, part, spoil):
    """Scales at a half once gave an exact answer without a word in it."""
    shutil.copytree(kept.folder, tmp_path / "copy")
    file = tmp_path / "copy" / kind / part
    file.write_bytes(spoil(file.read_bytes()))
    for look in (int8.open if kind == "int8" else ivf.open, index.built):
        with pytest.raises(BadFile, match=f"{kind} is damaged: {part} changed since it was built. Build it again."):
            look(kept, tmp_path / "copy")


def test_a_part_that_changes_after_it_was_read_is_found_as_well(kept, tmp_path):
    shutil.copytree(kept.folder, tmp_path / "copy")
    int8.open(kept, tmp_path / "copy")
    file = tmp_path / "copy" / "int8" / "scales.npy"
    file.write_bytes(bytes(file.stat().st_size))
    with pytest.raises(BadFile, match="scales.npy changed since it was built"):
        int8.open(kept, tmp_path / "copy")


@pytest.mark.parametrize("told", [{"probes": 0}, {"probes": 10**9}, {"wanted": 0}, {"lists": 64}, {"recall": 1.0}], ids=str)
def test_numbers_of_meta_that_were_changed_are_told(kept, tmp_path, told):
    shutil.copytree(kept.folder, tmp_path / "copy")
    file = tmp_path / "copy" / "ivf" / "meta.json"
    meta = json.loads(file.read_text()) | told
    file.write_text(json.dumps(meta))
    with pytest.raises(BadFile, match="ivf is damaged: meta.json changed since it was built. Build it again."):
        ivf.open(kept, tmp_path / "copy")
    file.write_text(json.dumps(meta | {"sum": keeping.sum_of_meta(meta)}))  # even by one who counts the sum anew
    if "recall" not in told:
        with pytest.raises(BadFile, match="The approximate index has 128 lists; .* cannot be read of it. Build it again"):
            ivf.open(kept, tmp_path / "copy")


@pytest.mark.parametrize("reach", [0.0, -1.0, float("nan"), float("inf"), 50.0])
def test_a_reach_that_no_copy_has_is_refused(royal, reach):
    """With a reach of 0 the bounds would be no bounds."""
    copy = int8.quantise(royal)
    with pytest.raises(BadFile, match="The int8 copy has the reach .*, which no copy has. Build it again"):
        int8.Int8(copy.codes, copy.scales, copy.errors, reach)


SMALL_DISK = """
mount -t tmpfs -o size=256k none "$1" || exit 77
"$2" - "$1" <<'END'
import sys
from pathlib import Path
import numpy as np
from embeddings.errors import StorageError
from embeddings.search import index
from embeddings.word_vectors import WordVectors

wv = WordVectors.from_arrays("large", map(str, range(30_000)), np.random.default_rng(0).normal(size=(30_000, 50)))
folder = Path(sys.argv[1])
for kind in ("int8", "ivf"):
    try:
        index.build(wv, folder, kinds=[kind])
    except StorageError as error:
        print(error, sorted(path.name for path in folder.iterdir()))
END
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs a small disk of its own, which only Linux gives")
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    """Written through a memory map it ended the process: SIGBUS, without a word."""
    (tmp_path / "disk").mkdir()
    command = ["unshare", "-rm", "sh", "-c", SMALL_DISK, "sh", str(tmp_path / "disk"), sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode == 77 or done.stderr.startswith("unshare: "):
        pytest.skip(f"no disk of its own here: {done.stderr.strip()}")
    assert done.returncode == 0, (done.returncode, done.stderr)
    for title, line in zip(["int8 copy", "approximate index"], done.stdout.splitlines(), strict=True):
        assert line.startswith(f"The {title} of large could not be written to ") and line.endswith(" ['.building']")
        assert ": No space left on device. Nothing was left behind. Make room there, or set EMBEDDINGS_HOME" in line


def test_a_space_too_small_for_an_index_is_refused_before_anything_is_built(royal, tmp_path):
    with pytest.raises(BadQuery, match="royal has 9 words. An exact scan is as fast"):
        index.build(royal, tmp_path / "beside")
    assert not (tmp_path / "beside").exists()


def test_removing_names_what_there_was(tmp_path):
    wv = space(tmp_path / "clusters")
    index.build(wv, wv.folder, kinds=["int8"])
    assert index.remove(wv) == ["int8"]
    assert [path.name for path in wv.folder.iterdir()] == [".building"]


def test_unknown_kinds_and_small_spaces_are_refused(royal, tmp_path):
    with pytest.raises(BadQuery, match="There is no index of kind 'hnsw'. There are int8, ivf."):
        index.build(royal, tmp_path, kinds=["hnsw"])
    with pytest.raises(BadQuery, match="royal has 9 words. An exact scan is as fast for fewer than 10,000; no index is needed."):
        index.build(royal, tmp_path, kinds=["ivf"])


# ---- asked


def test_an_approximate_query_says_so_with_the_recall(kept):
    ranking = query.answer(kept, Query.parse("w5", approximate=True), {})
    share = f"{100 * index.built(kept)['ivf']['recall']:.1f} %"
    assert not ranking.exact
    assert ranking.notes == (f"Approximate: of the ten nearest, {share} were found on 500 words tried when the index was built.",)
    assert ranking.as_json()["exact"] is False
    assert len(ranking.words) == 10 and ranking.left_out == ("w5",) and ranking.unrestricted == "w5"


def test_a_method_that_needs_every_word_answers_exactly_and_tells_why(kept):
    asked = Query.parse("w5 - w6 + w7", "3cosmul", approximate=True)
    ranking = query.answer(kept, asked, {})
    assert ranking.exact
    assert ranking.words == query.answer(kept, Query.parse("w5 - w6 + w7", "3cosmul"), {}).words
    assert ranking.notes == ("Exact: 3CosMul is no plain cosine with one vector, so every word was scored and the index was not asked.",)


def test_an_approximate_query_without_an_index_is_no_exact_one(royal):
    with pytest.raises(BadQuery, match="royal lies in memory only"):
        query.answer(royal, Query.parse("king", approximate=True), {})


@pytest.mark.parametrize("text", ["w5", "w5 - w6 + w7", "0.5*w9 + w11999", "w1 : w2 :: w3 : ?"])
@pytest.mark.parametrize(("k", "restrict"), [(10, None), (1, 5), (10_000, 300), (3, N)])
def test_through_the_int8_copy_the_ranking_is_the_same(kept, text, k, restrict):
    asked = Query.parse(text, k=k, restrict=restrict)
    assert query.answer(kept, asked, {}, int8.open(kept)) == query.answer(kept, asked, {})


def test_a_searcher_that_does_not_fit_the_query_is_a_bug(kept):
    with pytest.raises(ValueError, match="one is approximate and the other is not"):
        query.answer(kept, Query.parse("w5"), {}, index.open(kept))
    with pytest.raises(ValueError, match="one is approximate and the other is not"):
        query.answer(kept, Query.parse("w5", approximate=True), {}, EXACT)


def test_the_wish_is_part_of_the_query_and_not_of_its_text():
    exact, quick = Query.parse("king"), Query.parse("king", approximate=True)
    assert exact != quick and str(exact) == str(quick) and repr(exact) != repr(quick) and hash(exact) != hash(quick)


def test_a_process_that_answers_one_query_pays_for_neither_package():
    code = "import sys, embeddings.search, embeddings.query; print([name for name in ('numba', 'faiss') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# ---- from the shell


def run(wv, monkeypatch, **flags):
    import argparse

    from embeddings.settings import silent

    monkeypatch.setattr("embeddings.catalog.open_space", lambda name: wv)
    return verb.VERB.run(argparse.Namespace(**({"space": "clusters", "kind": "both", "remove": False, "report": silent} | flags)))


def test_the_verb_builds_tells_and_removes(tmp_path, monkeypatch):
    wv = space(tmp_path / "clusters")
    built = run(wv, monkeypatch)
    assert [told["kind"] for told in built.data["built"]] == ["int8", "ivf"]
    assert built.data["built"][1]["recall"] >= 0.98
    assert built.text.startswith("clusters, 12,000 words x 9 (vectors 0.4 MB)\n")
    assert "words that took no part in choosing its settings. Ask it: python -m embeddings query WORD --space clusters --appr" in built.text
    assert run(wv, monkeypatch, remove=True, kind="ivf").data == {"space": "clusters", "removed": ["ivf"]}
    assert run(wv, monkeypatch, remove=True).text == "Removed from clusters: int8."
    assert run(wv, monkeypatch, remove=True).text == "There was nothing to remove: no such index was built for clusters."


def test_the_verb_refuses_what_it_cannot_do(royal, monkeypatch):
    with pytest.raises(BadQuery, match="There is no index of kind 'hnsw'. There are int8, ivf, both."):
        run(royal, monkeypatch, kind="hnsw")
    with pytest.raises(BadQuery, match="royal has no folder to keep an index in. Keep the space first, under a name of its own."):
        run(royal, monkeypatch)


def test_of_both_kinds_a_small_space_gets_the_int8_copy_and_is_told_why_not_the_other(royal, tmp_path, monkeypatch, capsys):
    wv = WordVectors("royal", royal.vocabulary, royal.vectors, folder=tmp_path / "royal")
    built = run(wv, monkeypatch)
    why = "royal has 9 words. An exact scan is as fast for fewer than 10,000; no index is needed."
    assert [told["kind"] for told in built.data["built"]] == ["int8"] and built.data["skipped"] == {"ivf": why}
    assert capsys.readouterr().err == f"The int8 copy alone is built. {why}\n"
    with pytest.raises(BadQuery, match=why):
        run(wv, monkeypatch, kind="ivf")


def test_the_help_says_who_asks_what_is_built():
    assert "The app uses it" in verb.ABOUT and "A command of the shell answers\none query" in verb.ABOUT
    assert f"fewer than {ivf.FEWEST_WORDS:,} words" in verb.ABOUT


def test_an_index_outlives_a_new_name_of_its_space(royal):
    catalog.keep(royal)
    index.build(catalog.open_space("royal"), catalog.beside("royal"), kinds=["int8"])
    catalog.rename("royal", "court")
    assert index.fits(catalog.open_space("court"), "int8")
