"""The benchmarks' harness: arithmetic, table, README. No test here depends on how fast anything is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import __main__ as door
from benchmarks.first_answer import write_text
from benchmarks.first_page import CONTROL, heavy_check, imported_modules
from benchmarks.measure import Measured, Run, Spread, alternate, differences, fresh, ratios
from benchmarks.near_spellings import MISSPELLED, refused
from benchmarks.report import BEGIN, END, Check, Line, NoPlace, Target, duration, number, page, placed, save, table
from embeddings.word_vectors import WordVectors

FACTS = {"processors": 2, "system": "Linux", "machine": "x86_64", "blas_threads": 2, "load": 0.1, "versions": {"python": "3.11.7"}}


def measured(name: str, *walls: float) -> Measured:
    return Measured(name, tuple(Run(wall, wall / 2) for wall in walls))


def line(target: Target | None, ours: float = 2.0, peer: float = 1.0) -> Line:
    return Line("some", "Something", measured("ours", ours), measured("the peer", peer), target)


# ---------------------------------------------------------------------------------------------------- measuring


def test_contenders_take_turns():
    order = []

    def contender(name):
        return lambda at: order.append((name, at)) or Run(1.0)

    found = alternate({"a": contender("a"), "b": contender("b")}, 3)
    assert order == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("a", 2), ("b", 2)]
    assert found["b"] == Measured("b", (Run(1.0),) * 3)


def test_a_spread_is_least_median_most():
    assert Spread.of([4.0, 1.0, 9.0, 2.0]) == Spread(1.0, 3.0, 9.0)


def test_a_ratio_is_taken_within_each_round():
    ours, peer = measured("ours", 1.0, 8.0, 3.0), measured("peer", 2.0, 8.0, 1.0)  # 0.5, 1, 3
    assert ratios(ours, peer) == Spread(0.5, 1.0, 3.0)
    assert differences(ours, peer) == Spread(-1.0, 0.0, 2.0)


def test_contenders_with_different_numbers_of_runs_are_no_pair():
    with pytest.raises(ValueError, match="shorter"):
        ratios(measured("ours", 1.0, 2.0), measured("peer", 1.0))


def test_a_sample_is_scaled_in_wall_and_cpu_time():
    assert measured("peer", 2.0).scaled(50).runs == (Run(100.0, 50.0),)


def test_cpu_time_that_one_run_lacks_is_not_told():
    assert Measured("ours", (Run(1.0, 1.0), Run(1.0))).cpu is None


def test_a_fresh_process_is_timed_with_its_cpu():
    run = fresh("import sys, time; time.sleep(0.05); print('queen', sys.argv[1])", "bee", says="queen bee")
    assert run.wall >= 0.05 and run.cpu is not None and 0 < run.cpu < 30


@pytest.mark.parametrize("code", ["print('king')", "print('queen'); raise SystemExit(3)"])
def test_a_wrong_answer_is_no_result(code):
    with pytest.raises(RuntimeError, match="A contender ended with"):
        fresh(code, says="queen")


# ---------------------------------------------------------------------------------------------------- table


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target("ratio", 2.0), True),
        (Target("ratio", 1.9), False),
        (Target("seconds", 2.0), True),
        (Target("seconds", 1.9), False),
        (Target("more seconds", 1.0), True),
        (Target("more seconds", 0.9), False),
        (None, None),
    ],
)
def test_a_target_is_met_up_to_its_bound(target, met):
    assert line(target).met is met


def test_a_missed_target_is_shown_as_missed():
    told = page([line(Target("ratio", 1.3)), line(None), Check("some", "A check", "gensim imported", "neither", False)], FACTS)
    assert told.count("| **no** |") == 2
    assert "| Something | 2.00 s (2.00 s to 2.00 s), CPU 1.00 s | the peer: 1.00 s" in told
    assert "| 2 | ≤ 1.3 × peer | **no** |" in told
    assert "2 of 2 targets missed." in told and "Every target" not in told


def test_met_targets_are_shown_as_met():
    told = page([line(Target("more seconds", 1.5)), Check("some", "A check", "neither", "neither", True)], FACTS)
    assert told.count("| yes |") == 2 and "; 1.00 s more |" in told and "Every target was met." in told


def test_every_row_of_a_table_has_as_many_cells():
    odd = Line("some", "a | b", measured("ours", 1.0), measured("x", 1.0))
    rows = table([odd, line(None)]).splitlines()
    assert {row.replace("\\|", "").count("|") for row in rows} == {7} and len(rows) == 4


def test_times_and_ratios_are_rounded_for_reading():
    assert [duration(s) for s in (12.34, 1.234, 0.1234, 0.00312, -0.5)] == ["12.3 s", "1.23 s", "123 ms", "3.1 ms", "-500 ms"]
    assert [number(r) for r in (0.01234, 1.234, 57.44, 1234.5)] == ["0.012", "1.23", "57.4", "1234"]


def test_results_are_saved_with_every_run(tmp_path):
    save([line(Target("ratio", 1.3))], FACTS, tmp_path)
    kept = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert kept["lines"][0]["ours"] == {"name": "ours", "wall": [2.0], "cpu": [1.0]}
    assert (kept["lines"][0]["ratio"], kept["lines"][0]["met"]) == (2.0, False)
    assert "| Something |" in (tmp_path / "results.md").read_text(encoding="utf-8")


# ---------------------------------------------------------------------------------------------------- the README


def test_the_table_replaces_what_stands_between_the_markers():
    once = placed(f"before\n{BEGIN}\nold\n{END}\nafter\n", "new\n")
    assert once == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert placed(once, "new\n") == once


@pytest.mark.parametrize("text", ["", BEGIN, END, f"{END} {BEGIN}", f"{BEGIN} {BEGIN} {END}"])
def test_a_text_without_one_place_is_refused(text):
    with pytest.raises(NoPlace, match="no single place"):
        placed(text, "new")


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder that the door takes for the project, with one benchmark that costs nothing."""
    (tmp_path / "README.md").write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    monkeypatch.setattr(door, "ROOT", tmp_path)
    monkeypatch.setattr(door, "HERE", tmp_path)
    monkeypatch.setattr(door, "BENCHMARKS", {"some": type("Some", (), {"measure": staticmethod(lambda: [line(None)])})})
    return tmp_path


def test_a_run_of_all_is_printed_saved_and_put_into_the_readme(checkout, capsys):
    assert door.main(["--write-readme"]) == 0
    assert capsys.readouterr().out.strip() in (checkout / "README.md").read_text(encoding="utf-8")
    assert (checkout / "results.md").exists()


def test_a_run_of_some_is_only_printed(checkout, capsys):
    assert door.main(["some"]) == 0
    assert "| Something |" in capsys.readouterr().out and not (checkout / "results.md").exists()


def test_a_readme_without_markers_is_refused_before_anything_is_measured(checkout, capsys):
    (checkout / "README.md").write_text("no markers", encoding="utf-8")
    assert door.main(["--write-readme"]) == 2
    told = capsys.readouterr()
    assert told.out == "" and "README.md cannot take the table" in told.err and not (checkout / "results.md").exists()


@pytest.mark.parametrize("call", [["other"], ["some", "--write-readme"]])
def test_a_bad_call_is_refused(checkout, call):
    with pytest.raises(SystemExit) as ended:
        door.main(call)
    assert ended.value.code == 2


# ---------------------------------------------------------------------------------------------------- single benchmarks


def import_log(*modules: str) -> str:
    return "".join(f"import time:       150 |        300 |   {module}\n" for module in modules)


def test_heavy_imports_are_found_in_the_log():
    clean, heavy = imported_modules(import_log(*CONTROL)), imported_modules(import_log(*CONTROL, "gensim.models"))
    assert heavy_check(clean).met and not heavy_check(heavy).met
    assert heavy_check(heavy).found == "gensim imported"


def test_an_empty_import_log_proves_nothing():
    with pytest.raises(RuntimeError, match="import log lacks numpy"):
        heavy_check(set())


def test_the_text_file_restores_the_vectors(tmp_path):
    space = WordVectors.from_arrays("two", ["up", "down"], [[0.418, 1.0], [-2.5e-05, -1.0]])
    write_text(space, tmp_path / "two.txt")
    assert (tmp_path / "two.txt").read_text(encoding="utf-8") == "2 2\nup 0.418 1\ndown -2.5e-05 -1\n"


def test_a_known_word_among_the_misspelled_is_noticed():
    space = WordVectors.from_arrays("one", ["kign"], [[1.0, 0.0]])
    with pytest.raises(AssertionError, match="'quueen'"):
        refused(space, MISSPELLED[0])


def test_the_readme_shows_measured_figures():
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    table = readme.partition("<!-- benchmarks -->")[2].partition("<!-- /benchmarks -->")[0]
    assert "Ours" in table and "queen" not in table
    assert table.count("\n|") > 8
