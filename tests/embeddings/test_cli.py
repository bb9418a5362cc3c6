"""The command line: what it prints is what the library answers, and what cannot be answered is a message."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from embeddings import catalog, cli, direction, query, word_lists
from embeddings.analogy import SCORES
from embeddings.cli.text import bar, finite, printable, table
from embeddings.projections import PROJECTIONS, project
from embeddings.query import Query, answering
from embeddings.settings import Progress
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import Source, WordVectors

ROOT = Path(__file__).resolve().parents[2]
TINY = {
    "man": [1, 0, 0],
    "woman": [1, 1, 0],
    "king": [1, 0, 1],
    "queen": [1, 1, 1],
    "Café": [0, 1, 1],
    "日本": [0, 1, 0],
    "-word": [2, 1, 0],
    "zero": [0, 0, 0],
    "red\x1b[31m": [0, 0, 1],
}
PAIRS = ["man:woman", "king:queen"]
opened = cache(catalog.open_space)  # one mapping of the box for all tests


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A data folder of the test's own, with a tiny space that can be checked by hand, and the box opened once."""
    monkeypatch.setenv("EMBEDDINGS_HOME", str(tmp_path))
    catalog.keep(WordVectors.from_arrays("tiny", TINY, list(TINY.values()), Source("A tiny space", licence="CC0")))
    whole = catalog.open_space
    monkeypatch.setattr(catalog, "open_space", lambda name: opened(name) if name == catalog.DEFAULT else whole(name))
    return tmp_path


@pytest.fixture
def run(capsys):
    """Runs a command: its exit status, standard output and standard error."""

    def run_it(*argv: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = cli.main(argv)
        return status, *capsys.readouterr()

    return run_it


@pytest.fixture
def told(run):
    """Runs a command with --json that has to succeed: what it printed, read back."""

    def told_by(*argv: str):
        status, out, err = run(*argv, "--json")
        assert status == 0, out + err
        return json.loads(out)

    return told_by


def shell(*argv: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "embeddings", *argv]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, timeout=60, check=False)


# ---------------------------------------------------------------------------------------------------- query, neighbours


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul", "pairdirection", "euclid"])
def test_query_prints_the_librarys_ranking(told, method):
    found = told("query", "king - man + woman", "--method", method, "-k", "7", "--restrict", "30000")
    answered = query.answer(opened(catalog.DEFAULT), Query.parse("king - man + woman", method, 7, 30_000))
    assert found.items() >= json.loads(json.dumps(answered.as_json())).items()
    assert len(found["results"]) == 7 and all(line["row"] < 30_000 for line in found["results"])


def test_query_has_the_promised_fields(told):
    found = told("query", "paris : france :: tokyo : ?", "-k", "1")
    assert found.keys() >= {"space", "query", "method", "k", "exact", "results", "left_out"}
    assert found["results"][0].keys() == {"word", "score", "row"}
    assert (found["results"][0]["word"], found["exact"], found["left_out"]) == ("japan", True, ["tokyo", "paris", "france"])


def test_words_without_quotes_are_one_query(told):
    assert told("query", "king", "-", "man", "+", "woman") == told("query", "king - man + woman")


def test_the_table_of_a_query_says_what_its_numbers_are(run):
    status, out, err = run("query", "king - man + woman", "--space", "tiny")
    # By hand, at length one: king (1, 0, 1) / 1.414 - man (1, 0, 0) + woman (1, 1, 0) / 1.414 = (0.414, 0.707, 0.707)
    sum_ = np.array([np.sqrt(2) - 1, np.sqrt(0.5), np.sqrt(0.5)])
    score = sum_ @ [1, 1, 1] / np.sqrt(3) / np.linalg.norm(sum_)
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert lines[:3] == [
        "king - man + woman",
        "3CosAdd: cos(b', b - a + a')   (Mikolov, Yih, Zweig 2013)",
        "tiny, k = 10, an exact scan of all 9 words",
    ]
    assert lines[4].split() == ["rank", "word", "score"]
    assert re.search(rf"^   1  queen +{score:.4f}$", out, re.MULTILINE)
    assert "Left out, because they were asked: king, man, woman." in out


def test_columns_are_aligned_under_wide_letters(run):
    _, out, _ = run("query", "king", "--space", "tiny")
    rows = [line for line in out.splitlines() if re.match(r" +\d+  ", line)]
    columns = [len(row.encode("utf-16-le")) // 2 + row.count("日") + row.count("本") for row in rows]
    assert len(rows) == 8 and len(set(columns)) == 1, out


def test_a_restricted_table_says_so(run):
    assert "an exact scan of the 4 most frequent of 9 words" in run("query", "king", "--space", "tiny", "--restrict", "4")[1]


def test_a_restriction_beyond_the_vocabulary_changes_nothing(told):
    """A zero vector's cosines once came in the number asked for and not in the number there are."""
    for method in ("3cosmul", "3cosadd"):
        asked = ("query", "zero + king", "--space", "tiny", "--method", method)
        assert told(*asked, "--restrict", "100")["results"] == told(*asked)["results"] != []


def test_neighbours_are_the_plain_cosine(told):
    wv = opened(catalog.DEFAULT)
    found = told("neighbours", "coffee", "-k", "5")
    assert found["method"] == "cosine"
    assert [line["score"] for line in found["results"]] == pytest.approx(
        [float(wv.unit[line["row"]] @ wv.unit[wv.rows(["coffee"])[0]]) for line in found["results"]], abs=1e-6
    )
    assert [line["word"] for line in found["results"]] == [line["word"] for line in told("query", "coffee", "-k", "5")["results"]]


def test_neighbours_by_distance(told, run):
    found = told("neighbours", "man", "--space", "tiny", "--method", "euclid", "-k", "3")
    assert [(line["word"], line["score"]) for line in found["results"]] == [("woman", -1), ("king", -1), ("zero", -1)]
    assert "minus the Euclidean distance" in run("neighbours", "man", "--space", "tiny", "--method", "euclid")[1]


def test_neighbours_end_with_a_hint(run):
    assert "For an analogy: python -m embeddings query --help" in run("neighbours", "man", "--space", "tiny")[1]


def test_a_kept_list_can_be_asked_for(told, run, home):
    word_lists.save(WordList("royals", ("king", "queen", "tsar")), home / "lists")
    found = told("query", "@royals", "--space", "tiny")
    assert found["left_out"] == ["king", "queen"] and "1 of 3 in @royals have no vector in tiny: tsar." in found["notes"]
    assert "1 of 3 in @royals" in run("query", "@royals", "--space", "tiny")[1]


def test_a_word_that_looks_like_a_flag_goes_after_two_dashes(run, told):
    status, out, _ = run("query", "--space", "tiny", "--json", "--", "-word")
    assert status == 0 and json.loads(out)["left_out"] == ["-word"]
    status, _, err = run("query", "--space", "tiny", "-word")
    assert status == 2 and "words that begin with a dash come last, after a bare --" in err
    assert told("query", "- man + woman", "--space", "tiny")["query"] == "- man + woman"  # holds spaces: no flag


def test_json_after_two_dashes_is_a_word(run):
    status, out, err = run("query", "--", "--json")
    assert (status, out) == (2, "") and "No vector in glove-6b-50d (400,000 words) for '--json'" in err


def test_an_unused_seed_is_said_to_be_unused(run):
    told = "--seed 4 changes nothing: an exact search draws nothing by chance.\n"
    assert run("query", "king", "--space", "tiny", "--seed", "4")[2] == told
    assert run("query", "king", "--space", "tiny")[2] == ""


def test_a_word_cannot_move_the_cursor(run):
    _, out, _ = run("query", "king", "--space", "tiny")
    assert "red\\x1b[31m" in out and "\x1b" not in out
    _, _, err = run("query", "re\x1b[2J", "--space", "tiny")
    assert "'re\\x1b[2J'" in err and "\x1b" not in err


# ---------------------------------------------------------------------------------------------------- direction


@pytest.mark.parametrize("method", ["svd", "mean"])
def test_direction_prints_what_the_library_measures(told, method):
    words = ["nurse", "engineer"]
    found = told("direction", "@gender", "--method", method, "--seed", "3", "--words", *words)
    wv, pairs = opened(catalog.DEFAULT), word_lists.box()["gender"].pairs
    measured = direction.from_pairs(wv, pairs, method=method, seed=3)
    expected = direction.as_json(measured, direction.place(wv, measured, words, seed=3))
    assert found.items() >= json.loads(json.dumps(expected)).items()
    assert found.keys() >= {"space", "pairs", "method", "offset_cosine_mean", "offset_cosines", "first_component_share",
                            "random_share", "p_value", "projections"}  # fmt: skip
    assert found["projections"][0].keys() == {"word", "value", "low", "high"}


def test_a_list_needs_no_at(told):
    assert told("direction", "gender") == told("direction", "@gender")


def test_another_seed_draws_other_pairs(told):
    shares = [told("direction", *PAIRS, "--space", "tiny", *seed)["random_share"] for seed in ([], ["--seed", "0"], ["--seed", "1"])]
    assert shares[0] == shares[1] != shares[2]


def test_pairs_come_from_arguments_lists_and_a_file_together(told, home):
    (home / "p.txt").write_text("man -> queen\n", encoding="utf-8")
    word_lists.save(PairList("own", (("woman", "queen"),)), home / "lists")
    found = told("direction", "man:woman", "@own", "--file", str(home / "p.txt"), "--space", "tiny")
    assert found["pairs"] == [["man", "woman"], ["woman", "queen"], ["man", "queen"]]


def test_absent_pairs_are_named_and_left_out(run):
    status, out, err = run("direction", *PAIRS, "lord:lady", "--space", "tiny", "--json")
    found = json.loads(out)
    assert status == 0
    assert (found["pairs"], found["absent"]) == ([["man", "woman"], ["king", "queen"]], [["lord", "lady"]])
    assert err == "Left out, because tiny (9 words) lacks one of the words: lord:lady.\n"


def test_absent_pairs_that_leave_too_few_are_the_error(run):
    status, _, err = run("direction", "man:woman", "king:tsarina", "--space", "tiny")
    assert status == 2 and "for 'tsarina'. That leaves 1 of 2 pairs; two or more are needed." in err


def test_words_of_a_list_that_are_absent_are_told_and_others_are_the_error(run, home):
    word_lists.save(WordList("some", ("king", "tsar", "-word")), home / "lists")
    status, out, err = run("direction", *PAIRS, "--space", "tiny", "--json", "--words", "man", "@some")
    found = json.loads(out)
    assert [line["word"] for line in found["projections"]] == ["man", "king", "-word"]
    assert found["absent_words"] == ["tsar"] and "Left out, without a vector in tiny (9 words): tsar." in err
    status, _, err = run("direction", *PAIRS, "--space", "tiny", "--words", "tsar")
    assert status == 2 and "'tsar'" in err


def test_the_ends_are_the_largest_cosines_either_way_without_the_pairs_own_words(told):
    found = told("direction", *PAIRS, "--space", "tiny", "--method", "mean", "-k", "2")
    wv = catalog.open_space("tiny")
    axis = direction.from_pairs(wv, [("man", "woman"), ("king", "queen")], method="mean").axis
    values = {word: float(wv.unit[row] @ axis) for row, word in enumerate(wv) if word not in {"man", "woman", "king", "queen"}}
    ordered = sorted(values, key=values.get)
    assert [line["word"] for line in found["ends"]["first"]] == ordered[:2]
    assert [line["word"] for line in found["ends"]["second"]] == ordered[::-1][:2]
    assert found["ends"]["second"][0]["value"] == pytest.approx(values[ordered[-1]], abs=1e-6)
    assert told("direction", *PAIRS, "--space", "tiny")["ends"] == {}


def test_a_restricted_direction_knows_the_first_words_only(told, run):
    found = told("direction", *PAIRS, "Café:日本", "--space", "tiny", "--restrict", "4")
    assert found["absent"] == [["Café", "日本"]]
    assert run("direction", *PAIRS, "--space", "tiny", "--restrict", "3")[0] == 2


def test_the_text_of_a_direction_has_the_evidence_and_the_places(run):
    status, out, _ = run("direction", *PAIRS, "--space", "tiny", "--words", "Café", "man", "-k", "1")
    evidence = direction.from_pairs(catalog.open_space("tiny"), [("man", "woman"), ("king", "queen")]).evidence
    assert status == 0
    assert "man:woman king:queen: from 'man' to 'woman', svd of 2 pairs" in out
    assert f"Mean cosine of two pairs' offsets  {evidence.offset_cosine_mean:.4f}" in out
    assert f"p = {evidence.p_value:.4f} of 1,000 draws" in out
    assert out.index("\nman   ") < out.index("\nCafé  ")  # placed words go from the first pole to the second
    assert "Furthest towards the first words:" in out


# ---------------------------------------------------------------------------------------------------- project


def test_project_prints_the_librarys_points(told):
    words = list(word_lists.box()["fruits"].words)
    found = told("project", "@fruits", "--components", "3")
    drawn = project(opened(catalog.DEFAULT), words, "pca", PROJECTIONS["pca"].settings(components=3))
    np.testing.assert_allclose(found["points"], drawn.points)
    assert (found["words"], found["settings"], found["quality"]) == (words, {"components": 3}, drawn.quality)
    assert found.keys() >= {"space", "method", "settings", "words", "points", "quality"}


def test_every_setting_of_tsne_has_its_flag(told):
    flags = ["--perplexity", "2.5", "--iterations", "260", "--start", "random", "--seed", "5"]
    found = told("project", "king", "queen", "man", "woman", "boy", "girl", "cat", "dog", "tea", "--method", "tsne", *flags)
    assert found["settings"] == {"perplexity": 2.5, "iterations": 260, "start": "random", "seed": 5}
    settings = PROJECTIONS["tsne"].settings(**found["settings"])
    np.testing.assert_array_equal(found["points"], project(opened(catalog.DEFAULT), found["words"], "tsne", settings).points)


@pytest.mark.parametrize(("method", "option"), [(name, option) for name, one in PROJECTIONS.items() for option in one.settings.options()])
def test_every_setting_is_in_the_help_with_its_range(capsys, method, option):
    with pytest.raises(SystemExit) as left:
        cli.main(["project", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert left.value.code == 0 and f"--{option.name.replace('_', '-')} " in shown
    if option.name != "seed":
        assert option.help in shown
        assert "|".join(option.choices) in shown if option.choices else f"From {option.low:,} to {option.high:,}" in shown


def test_neighbours_are_drawn_along_when_asked_for(told):
    # By hand: man's nearest is (2, 1, 0) with 2 / 5 ** 0.5 = 0.894, king's is queen with 2 / 6 ** 0.5 = 0.816.
    assert told("project", "man", "king", "--space", "tiny", "-k", "1")["words"] == ["man", "king", "-word", "queen"]
    assert len(told("project", "man", "king", "woman", "--space", "tiny", "-k", "100")["words"]) == len(TINY)


def test_the_table_of_a_picture_has_a_line_a_word(run):
    status, out, err = run("project", "man", "woman", "king", "--space", "tiny")
    drawn = project(catalog.open_space("tiny"), ["man", "woman", "king"])
    rows = re.findall(r"^(\w+) +(-?\d\.\d{4}) +(-?\d\.\d{4})$", out, re.MULTILINE)
    assert rows == [(word, f"{x:.4f}", f"{y:.4f}") for word, (x, y) in zip(drawn.words, drawn.points.tolist(), strict=True)]
    assert (status, err) == (0, "") and PROJECTIONS["pca"].caution in out and "trustworthiness" in out


def test_case_is_folded_aloud(run):
    _, out, err = run("project", "King", "king", "Queen", "man", "--json")
    assert json.loads(out)["words"] == ["king", "queen", "man"]
    assert "asked for 'King' as 'king', 'Queen' as 'queen'" in err


def test_a_seed_changes_nothing_in_pca_and_that_is_said(run):
    status, _, err = run("project", "man", "woman", "king", "--space", "tiny", "--seed", "1")
    assert (status, err) == (0, "--seed 1 changes nothing: PCA draws nothing by chance.\n")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_on_a_terminal_alone(monkeypatch, run):
    tsne = ("project", "man", "woman", "king", "queen", "--space", "tiny", "--method", "tsne", "--iterations", "250", "--json")
    assert run(*tsne)[2] == ""
    monkeypatch.setattr(sys, "stderr", Terminal())
    status, out, _ = run(*tsne)
    drawn = sys.stderr.getvalue()
    assert status == 0 and len(json.loads(out)["words"]) == 4
    assert " 40 %  t-SNE" in drawn and drawn.endswith("\r" + " " * 79 + "\r")


def test_a_bar_fills_and_goes():
    stream = Terminal()
    report = bar(stream)
    report(Progress(1, 2, "half"))
    assert stream.getvalue().endswith("[###############...............]  50 %  half")
    report(Progress(2, 2, "half"))
    assert stream.getvalue().endswith("\r" + " " * 79 + "\r")


# ---------------------------------------------------------------------------------------------------- spaces, lists


def test_spaces_are_the_catalogs(told, run):
    found = told("spaces")
    assert found == [entry.as_json() for entry in catalog.spaces()]
    assert found[0].keys() >= {"name", "words", "dim", "format", "licence", "path", "source"}
    assert [space["name"] for space in found] == ["glove-6b-50d", "random-50d", "tiny"]
    assert re.search(r"^tiny +9    3  memory +CC0$", run("spaces")[1], re.MULTILINE)


def test_one_space_is_told_with_the_report_of_its_import(told, run, home):
    (home / "small.vec").write_text("3 2\nthe 1 2\nthe 3 4\nof 5\n", encoding="utf-8")
    made = told("import", str(home / "small.vec"), "--licence", "CC0")
    found = told("spaces", "small")
    assert (found["name"], found["licence"], found["repairs"]) == ("small", "CC0", {key: made[key] for key in found["repairs"]})
    assert found["repairs"]["refused"] == [{"line": 4, "why": "1 number where 2 belong"}]
    assert found == next(space for space in told("spaces") if space["name"] == "small")
    status, out, err = run("spaces", "small")
    assert (status, err) == (0, "") and out.startswith("small, 1 word x 2\n") and "licence   CC0\n" in out
    assert "Refused: 1 row: line 4: 1 number where 2 belong." in out and "'the' (line 3, kept from 2)" in out
    assert told("spaces", "tiny")["repairs"] is None
    assert "It was not imported from a file, so there is no report." in run("spaces", "tiny")[1]
    assert "There is no space 'nope'. There are glove-6b-50d" in run("spaces", "nope")[2]


def test_a_space_is_renamed_and_removed_from_the_shell(told, run, home):
    assert told("rename", "tiny", "wee") == {"renamed": "tiny", "space": "wee"}
    assert [space["name"] for space in told("spaces")] == ["glove-6b-50d", "random-50d", "wee"]
    assert run("rename", "wee", "tiny")[1] == "wee is called tiny now.\n"
    (home / "spaces" / "tiny" / "vectors.npy").write_bytes(b"")  # a damaged one goes as well
    assert told("remove", "tiny") == {"removed": "tiny"}
    assert catalog.kept() == [] and list((home / "spaces").glob("*")) == []
    catalog.keep(WordVectors.from_arrays("tiny", TINY, list(TINY.values())))
    assert run("remove", "tiny")[:2] == (0, "tiny was removed, with what was built beside it.\n")


def test_a_damaged_space_is_named_and_the_others_are_listed(run, home):
    (home / "spaces" / "broken").mkdir()
    status, out, err = run("spaces", "--json")
    assert status == 0 and len(json.loads(out)) == 3
    assert "'broken' is not a kept space" in err


def test_lists_are_those_in_the_box_and_the_readers_own(told, run, home):
    word_lists.save(WordList("mine", ("king", "queen"), title="My own"), home / "lists")
    found = told("lists")["lists"]
    assert {one["name"] for one in found} == {*word_lists.box(), "mine"}
    assert next(one for one in found if one["name"] == "mine") == {
        "name": "mine", "kind": "words", "number": 2, "title": "My own", "source": "", "licence": "", "notes": [],
    }  # fmt: skip
    assert re.search(r"^@mine +2  words  My own$", run("lists")[1], re.MULTILINE)


def test_a_kept_list_that_cannot_be_read_is_named(run, home):
    (home / "lists").mkdir()
    (home / "lists" / "bad.json").write_text("{", encoding="utf-8")
    status, out, err = run("lists", "--json")
    assert status == 0 and "bad.json" in err and len(json.loads(out)["lists"]) == len(word_lists.box())


@pytest.mark.parametrize("name", ["gender", "@gender"])
def test_one_list_is_shown_whole(told, run, name):
    pairs = [list(pair) for pair in word_lists.box()["gender"].pairs]
    assert (told("lists", name)["pairs"], told("lists", name)["kind"]) == (pairs, "pairs")
    assert told("lists", "fruits")["words"] == list(word_lists.box()["fruits"].words)
    assert re.search(r"^first +second$\n^man +woman$", run("lists", name)[1], re.MULTILINE)


# ---------------------------------------------------------------------------------------------------- errors

MISTAKES = [
    (["query", "kign - man"], "UnknownWords", "No vector in glove-6b-50d (400,000 words) for 'kign' (near: kin"),
    (["query", "king", "--space", "nope"], "UnknownSpace", "There is no space 'nope'. There are glove-6b-50d"),
    (["query", "king", "--space", "../spaces/tiny"], "UnknownSpace", "There is no space"),
    (["query", "king", "--method", "nope"], "BadQuery", "There is no method 'nope'. There are 3cosadd"),
    (["neighbours", "king", "--method", "3cosmul"], "BadQuery", "There are cosine, euclid; query has more."),
    (["query", ""], "BadQuery", "The query is empty."),
    (["query"], "BadQuery", "The query is empty."),
    (["neighbours", "  "], "BadQuery", "The query is empty."),
    (["query", "x" * 10_000], "BadQuery", "The query has 10,000 characters; 2,000 are the most."),
    (["query", "king", "-k", "0"], "BadQuery", "0 results were asked for; 1 to 10,000 can be."),
    (["query", "king", "--restrict", "0"], "BadQuery", "restricted to 0 words"),
    (["query", "@nope"], "UnknownList", "There is no word list @nope. There are @"),
    (["query", "king - king"], "BadQuery", "The terms cancel out"),
    (["query", "king", "-k", "many"], "BadUsage", "argument -k: invalid int value: 'many'. See: python -m embeddings query --help"),
    (["query", "king", "--nope"], "BadUsage", "unrecognized arguments: --nope."),
    (["query", "king", "--restr", "5"], "BadUsage", "unrecognized arguments: --restr 5."),
    (["query", "king", "--space"], "BadUsage", "argument --space: expected one argument."),
    (["nope"], "BadUsage", "invalid choice: 'nope'"),
    ([], "BadUsage", "required: VERB"),
    (["direction"], "BadQuery", "A direction needs pairs: man:woman king:queen, --file PATH, or a pair list. There are @"),
    (["direction", "fruits"], "BadQuery", "'fruits' is a list of words; a direction needs pairs."),
    (["direction", "nope"], "UnknownList", "There is no word list @nope."),
    (["direction", "a:b:c"], "BadQuery", "'a:b:c' is no pair; write first:second"),
    (["direction", "man:"], "BadQuery", "'man:' is no pair"),
    (["direction", "man:woman"], "BadQuery", "'man:woman' has 1 pair."),
    (["direction", *PAIRS, "--method", "nope"], "BadSetting", "There are svd, mean."),
    (["direction", *PAIRS, "--seed", "-1"], "BadSetting", "seed is -1; it can be from 0 to 2,147,483,647."),
    (["direction", *PAIRS, "-k", "0"], "BadQuery", "0 words were asked for; 1 to 10,000 can be."),
    (["direction", *PAIRS, "--restrict", "-5"], "BadQuery", "restricted to -5 words"),
    (["direction", "--file", "/nowhere/p.txt"], "BadFile", "/nowhere/p.txt cannot be read: No such file or directory."),
    (["direction", "--file", "/"], "BadFile", "/ cannot be read"),
    (["direction", *PAIRS, "--words", "kign"], "UnknownWords", "'kign'"),
    (["project", "king", "queen"], "BadQuery", "A picture needs 3 different words or more; 2 were given."),
    (["project", "king", "kign", "qeuen"], "UnknownWords", "'qeuen'"),
    (["project", "a", "b", "c", "--method", "nope"], "BadQuery", "There is no projection 'nope'. There are pca, tsne"),
    (["project", "a", "b", "c", "--perplexity", "5"], "BadSetting", "PCA has no --perplexity; it has --components."),
    (["project", "a", "b", "c", "--components", "9"], "BadSetting", "components is 9; it can be from 2 to 3."),
    (["project", "a", "b", "c", "--method", "tsne", "--perplexity", "nan"], "BadSetting", "perplexity is nan"),
    (["project", "a", "b", "c", "--method", "tsne", "--start", "x"], "BadSetting", "start is 'x'; it can be pca, random."),
    (["project", "a", "b", "c", "--method", "tsne", "--seed", "-1"], "BadSetting", "seed is -1"),
    (["project", "a", "b", "c", "--components", "2.5"], "BadUsage", "argument --components: invalid int value: '2.5'."),
    (["lists", "nope"], "UnknownList", "There is no word list @nope."),
    (["spaces", "nope"], "UnknownSpace", "There is no space 'nope'. There are glove-6b-50d"),
    (["remove", "nope"], "UnknownSpace", "There is no kept space 'nope'. There are tiny."),
    (["remove", "glove-6b-50d"], "BadFile", "'glove-6b-50d' is a space in the box: it can be neither renamed nor removed."),
    (["remove", "../lists"], "UnknownSpace", "There is no kept space '../lists'."),
    (["rename", "tiny", "a/b"], "BadFile", "'a/b' cannot name a space; 'a-b' can."),
    (["rename", "tiny", "вектор"], "BadFile", "'вектор' cannot name a space; 'vectors' can."),
    (["rename", "tiny", "random-50d"], "BadFile", "'random-50d' is a space in the box. Choose another name."),
    (["rename", "tiny"], "BadUsage", "required: NEW"),
    (["import", "/nowhere/x.vec"], "BadFile", "There is no file /nowhere/x.vec."),
    (["import", "x" * 6_000], "BadFile", "... cannot be read: File name too long."),
    (["direction", "--file", "x" * 6_000], "BadFile", " cannot be read: File name too long."),
    (["export", "tiny", "word2vec", "x" * 6_000], "StorageError", "... cannot be written: File name too long."),
    (["import", "{file}", "--name", ""], "BadFile", "'' cannot name a space; 'vectors' can."),
    (["import", "{file}", "--member", ""], "BadUsage", "--member is empty."),
    (["import", "{file}", "--member", "x"], "BadFile", "is no zip archive"),
    (["import", "{file}", "--encoding", ""], "BadFile", "There is no encoding ''."),
    (["import", "{file}", "--encoding", "rot13"], "BadFile", "There is no encoding 'rot13'."),
    (["import", "{file}", "--words", "w.txt"], "BadUsage", "--words does nothing for small.vec: it is "),
    (["import", "{store}", "--title", "T", "--licence", "CC0"], "BadUsage", "--title and --licence do nothing for a folder: a store"),
    (
        ["import", "{store}", "--words", "w", "--encoding", "cp1252", "--member", "m"],
        "BadUsage",
        "--member, --words and --encoding do nothing for a folder",
    ),
    (["import", "{store}", "--trust-pickle"], "BadUsage", "--trust-pickle does nothing for a folder"),
    (["import", "{pickle}", "--encoding", "cp1252"], "BadUsage", "--encoding does nothing for small.kv: it is gensim KeyedVectors"),
    *(
        (["import", "{file}", "--encoding", name], "BadFile", f"'{name}' does not keep the letters and digits of ASCII")
        for name in (
            "undefined",
            "utf-16",
            "utf-7",
            "idna",
            "punycode",
            "unicode_escape",
            "raw_unicode_escape",
            "hz",
            "iso2022_jp",
            "cp037",
        )
    ),
]


@pytest.mark.parametrize(("argv", "kind", "message"), MISTAKES, ids=[" ".join(argv)[:40] or "nothing" for argv, _, _ in MISTAKES])
def test_a_mistake_is_a_message_and_exit_status_2(run, home, argv, kind, message):
    (home / "small.vec").write_text("the 1 2\nof 3 4\n")
    (home / "small.kv").write_bytes(b"\x80\x04\x95" + bytes(60))
    places = {"{file}": home / "small.vec", "{store}": home / "spaces" / "tiny", "{pickle}": home / "small.kv"}
    argv = [str(places.get(argument, argument)) for argument in argv]
    status, out, err = run(*argv)
    assert (status, out) == (2, "")
    assert message in err and "Traceback" not in err and err.count("\n") == 1
    status, out, _ = run(*argv, "--json")
    error = json.loads(out)["error"]
    assert (status, error["type"]) == (2, kind) and message in error["message"] and error.keys() == {"type", "message"}


def test_a_file_of_words_is_no_file_of_pairs(run, home):
    (home / "words.txt").write_text("man\nwoman\nking\n", encoding="utf-8")
    (home / "bad.txt").write_bytes(b"\x89PNG\r\n")
    assert "'words' is a list of words; a direction needs pairs." in run("direction", "--file", str(home / "words.txt"))[2]
    assert "this is a PNG image" in run("direction", "--file", str(home / "bad.txt"))[2]


def test_a_bug_stays_a_traceback(monkeypatch):
    monkeypatch.setattr(answering, "resolve", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(["query", "king", "--space", "tiny"])


def test_an_interrupted_command_exits_130(monkeypatch, run):
    def interrupted(name: str):
        raise KeyboardInterrupt

    monkeypatch.setattr(catalog, "open_space", interrupted)
    assert run("query", "king") == (130, "", "")
    told = {"error": {"type": "Cancelled", "message": "Interrupted."}}
    status, out, err = run("query", "king", "--json")
    assert (status, json.loads(out), err) == (130, told, "")


@pytest.mark.parametrize(
    ("argv", "out"), [(["spaces"], b""), (["spaces", "--json"], b'{"error": {"type": "Cancelled", "message": "Interru')]
)
def test_an_interruption_while_the_program_is_read_is_no_traceback(tmp_path, argv, out):
    """The package of the data folder stands for any: it interrupts as it is imported."""
    (tmp_path / "platformdirs.py").write_text("import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(30)\n")
    done = shell(*argv, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout[: len(out)], done.stderr) == (130, out, b"") and (out or not done.stdout)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
@pytest.mark.parametrize("argv", [["spaces"], ["spaces", "--json"], ["spaces", "nope", "--json"]], ids=" ".join)
def test_an_answer_that_cannot_be_printed_is_told(argv):
    command = shlex.join([sys.executable, "-m", "embeddings", *argv])
    for where, why in {"> /dev/full": "No space left on device. Send standard output to another place.", ">&-": "is closed."}.items():
        done = subprocess.run(["sh", "-c", f"{command} {where}"], cwd=ROOT, capture_output=True, timeout=60, check=False, text=True)
        lines = done.stderr.splitlines()
        assert (done.returncode, done.stdout) == (2, "")
        if "nope" not in argv or where == "> /dev/full":
            assert lines[-1].startswith("The answer cannot be printed: ") and lines[-1].endswith(why), done.stderr
        assert lines[0].startswith("There is no space 'nope'.") or "nope" not in argv
        assert len(lines) == 1 + ("nope" in argv)


def test_without_standard_error_an_answer_stays_an_answer():
    command = shlex.join([sys.executable, "-m", "embeddings", "query", "King", "--seed", "3", "--json"])
    done = subprocess.run(["sh", "-c", f"{command} 2>&-"], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0 and len(json.loads(done.stdout)["results"]) == 10


# ---------------------------------------------------------------------------------------------------- the help

EXAMPLES = dict.fromkeys(cli.EXAMPLES + tuple(example for verb in cli.VERBS.values() for example in verb.examples))


ONLY_READ = re.compile(r"embeddings (export|hubness|index|remove|rename|fetch \S+ --(keep|name))")
"""Examples that would write a whole space, build an index for minutes, or need a kept space or the network: other tests run them."""


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_help_runs(run, example, tmp_path, monkeypatch):
    command = shlex.split(example)
    assert command[:3] == ["python", "-m", "embeddings"]
    if ONLY_READ.search(example):
        assert cli._parser().parse_args(command[3:]).verb == command[3]
        return
    files_of_the_examples(tmp_path)
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*command[3:])
    assert (status, err) == (0, "") and out.strip()
    if "--json" in command:
        json.loads(out)


def files_of_the_examples(folder):
    text = b"the 1 2\nof 3 4\n"
    with zipfile.ZipFile(folder / "glove.6B.zip", "w") as archive:
        archive.writestr("glove.6B.50d.txt", text)
        archive.writestr("glove.6B.300d.txt", text)
    (folder / "cc.fr.300.vec.gz").write_bytes(gzip.compress(b"2 2\n" + text))
    np.save(folder / "vectors.npy", np.eye(2, dtype=np.float32))
    (folder / "words.txt").write_text("the\nof\n")


GRAMMAR = re.findall(r"'([^']+)'", cli.DESCRIPTION)


@pytest.mark.parametrize("text", GRAMMAR)
def test_a_query_of_the_grammar_is_answered(told, text):
    assert len(GRAMMAR) == 7
    assert len(told("query", text)["results"]) == 10


@pytest.mark.parametrize("argv", [[], *([verb] for verb in cli.VERBS)], ids=lambda argv: " ".join(argv) or "main")
def test_help_shows_its_examples_and_its_methods(capsys, argv):
    with pytest.raises(SystemExit) as left:
        cli.main([*argv, "--help"])
    shown = capsys.readouterr().out
    verb = cli.VERBS[argv[0]] if argv else None
    assert left.value.code == 0
    assert all(f"    {example}\n" in shown + "\n" for example in (verb.examples if verb else cli.EXAMPLES))
    assert verb is None or verb.about in shown


def test_the_tables_of_methods_are_the_librarys():
    assert all(f"    {name} " in cli.VERBS["query"].about for name in SCORES)
    assert all(score.formula in cli.VERBS["query"].about for score in SCORES.values())
    assert all(one.paper in cli.VERBS["project"].about for one in PROJECTIONS.values())
    assert all(f"    {name} " in cli.VERBS["direction"].about for name in direction.METHODS)


# ---------------------------------------------------------------------------------------------------- as a command


def test_the_command_prints_one_object_and_exits_0():
    done = shell("query", "king - man + woman", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["results"][0]["word"] == "queen"


def test_the_command_exits_2_without_a_traceback():
    done = shell("query", "kign")
    assert (done.returncode, done.stdout) == (2, b"") and done.stderr.startswith(b"No vector in glove-6b-50d")


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}], ids=["io", "all"])
def test_an_ascii_terminal_gets_escapes_instead_of_a_crash(environment):
    environment = {"LC_ALL": "C", **environment}
    text = shell("query", "king", "--space", "tiny", **environment)
    assert text.returncode == 0 and b"\\u65e5\\u672c" in text.stdout and text.stdout.isascii()
    found = shell("query", "king", "--space", "tiny", "--json", **environment)
    assert "日本" in [line["word"] for line in json.loads(found.stdout)["results"]] and found.stdout.isascii()
    absent = shell("query", "naïveté-x", "--json", **environment)
    assert absent.returncode == 2 and json.loads(absent.stdout)["error"]["type"] == "UnknownWords"


def test_letters_stay_letters_where_they_can(run):
    assert "日本" in run("query", "king", "--space", "tiny", "--json")[1]


def test_bytes_that_are_no_text_are_an_absent_word():
    command = [sys.executable.encode(), b"-m", b"embeddings", b"query", b"\xff\xfe", b"--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2 and json.loads(done.stdout)["error"]["type"] == "UnknownWords", done.stderr


def test_a_reader_that_leaves_early_is_no_error():
    command = [sys.executable, "-m", "embeddings", "query", "king", "-k", "10000"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()  # before a line is written, as `| true` does
    assert (process.stderr.read(), process.wait(60)) == (b"", 0)
    process.stderr.close()


def test_a_query_imports_nothing_heavy():
    code = "import sys; from embeddings.cli import main; main(['query', 'king']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stderr.split())
    assert "queen" in done.stdout and "numpy" in loaded
    assert loaded & {"gensim", "sklearn", "scipy", "pandas", "streamlit", "plotly", "openTSNE", "pyarrow.dataset"} == set()


# ---------------------------------------------------------------------------------------------------- text


def test_a_table_turns_numbers_to_the_right():
    assert table(("word", "n"), [("a", 1_000), ("日本", 2)]).splitlines() == ["word      n", "a     1,000", "日本      2"]
    assert table(("word", "value"), []) == "word  value"


def test_codes_that_a_terminal_obeys_are_spelled_out():
    assert printable("a\x1b[0m\r\x9b1\u202eb\nc") == "a\\x1b[0m\\r\\x9b1\\u202eb\nc"
    assert printable("naïve 日本 می‌خواهم") == "naïve 日本 می‌خواهم"
    assert table(("word",), [("a\nb",)]) == "word\na\\nb"


def test_what_json_lacks_is_null():
    assert finite({"a": [1.5, float("nan"), (float("-inf"), "x")], "b": None}) == {"a": [1.5, None, [None, "x"]], "b": None}
