"""The page Evaluation in AppTest: a finished picture, other spaces beside, every question, own suites, and runs."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from embeddings import catalog, evaluation, runs
from embeddings.evaluation import Asking, suites
from embeddings.word_vectors import WordVectors
from explorer import cached, evaluated, jobs
from explorer.charts import evaluation as charts

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app(monkeypatch):
    monkeypatch.chdir(ROOT)
    cached.open_spaces.clear()
    cached._evaluations.clear()
    return AppTest.from_file(str(ROOT / "explorer" / "main.py"), default_timeout=90)


@pytest.fixture(autouse=True)
def nothing_left_behind():
    yield
    for run in jobs.all():
        if run.live and run.pid not in {None, os.getpid()}:
            os.kill(run.pid, signal.SIGKILL)


def opened(app: AppTest, **params: str) -> AppTest:
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    app.switch_page(str(ROOT / "pages" / "evaluation.py")).run()
    assert not app.exception, app.exception[0].value
    return app


def seen(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.warning, app.success, app.info)
    return "\n".join(str(block.value) for kind in kinds for block in kind).replace("\\", "").replace("\u2060", "").replace("**", "")


def small(name: str = "royal") -> WordVectors:
    words = ["man", "woman", "king", "queen", "boy", "girl"]
    vectors = [[1, 0, 0], [-1, 0, 0], [1, 1, 0], [-1, 1, 0], [1, 0, 1], [-1, 0, 1]]
    wv = WordVectors.from_arrays(name, words, vectors)
    catalog.keep(wv)
    return wv


def table(app: AppTest, column: str):
    return next(frame.value for frame in app.dataframe if column in frame.value.columns)


def test_the_page_is_finished_before_the_first_click(app):
    opened(app)
    told = seen(app)
    assert "glove-6b-50d answers 49.7% (48.9% to 50.5%) of the 14,877 questions whose words are all among the 30,000 most frequent" in told
    assert "76% of the 19,544" in told
    assert "A guess is right once in 30,000." in told and "no measure of understanding" in told
    assert "Only-b, which takes the nearest neighbour of b and ignores a and a', answers 1" in told
    assert "Diamonds: published by gluon-nlp" in told and "glove-6b-50d 46.37%" in told and "the first 300,000 rows only" in told
    assert len(app.get("plotly_chart")) == 2
    assert not app.error and not app.warning


def test_what_was_evaluated_is_kept_and_found_again(app, home, monkeypatch):
    opened(app)
    assert sorted(path.name.split("--")[:3] for path in (home / "evaluations").iterdir()) == sorted(
        [["glove-6b-50d", "google", "onlyb"], ["glove-6b-50d", "google", "3cosadd"]]
    )
    cached._evaluations.clear()
    monkeypatch.setattr(evaluation, "evaluate", lambda *_: pytest.fail("it was kept"))
    app.run()
    assert "49.7%" in seen(app)


def test_rated_pairs_are_answered_at_once_beside_another_space(app):
    opened(app, suite="simlex999", beside="random-50d")
    told = seen(app)
    assert "glove-6b-50d: Spearman 0.265 (" in told and "on 999 of 999 pairs" in told
    assert "glove-6b-50d against random-50d: +0.29" in told and "paired bootstrap" in told
    assert "Pairs without a cosine: 4 in random-50d." in told
    assert "published by gluon-nlp" in told


def test_two_spaces_are_compared_question_for_question(app):
    small()
    opened(app, space="royal", beside="glove-6b-50d")
    told = seen(app)
    assert "royal against glove-6b-50d" in told and "McNemar, exact" in told
    assert "Nothing is covered of" in told
    assert table(app, "published")["space"].unique().tolist() == ["royal", "glove-6b-50d"]


def test_the_questions_are_filtered(app):
    opened(app)
    wrong = table(app, "expected")
    assert set(wrong["result"]) == {"wrong"} and (wrong["rank"] > 1).all()
    app.selectbox(key="eval_section").set_value("family").run()
    app.text_input(key="eval_word").set_value("King").run()
    app.segmented_control(key="eval_state").set_value("all").run()
    shown = table(app, "expected")
    assert set(shown["section"]) == {"family"}
    assert all("king" in " ".join(row[:3]).casefold() for row in shown[["question", "expected", "answered"]].to_numpy())
    app.text_input(key="eval_word").set_value("nowhere").run()
    assert "No question fits these choices." in seen(app)


def test_an_own_suite_is_dropped_evaluated_and_removed(app):
    small()
    suites.keep("mine.txt", b": kin\nman woman king queen\nman woman boy girl\nman woman duke duchess\n")
    opened(app, space="royal", suite="mine")
    assert "of the 2 questions whose words are all among all 6 words: 67% of the 3" in seen(app)
    app.button(key="suite_remove").click().run()
    assert "mine was removed." in seen(app)
    assert app.selectbox(key="suite").value == "google"


def test_a_suite_of_which_nothing_is_covered_says_so(app):
    small()
    suites.keep("other.txt", b": kin\na b c d\n")
    opened(app, space="royal", suite="other")
    assert "royal was asked nothing: each of the 1 questions has a word that is not among all 6 words." in seen(app)


def test_an_address_for_a_suite_that_is_not_here_is_told(app):
    opened(app, suite="../etc")
    assert "The address asks for the suite '../etc', which is not here." in seen(app)


def test_a_method_that_takes_longer_is_a_run_and_its_result_is_shown(app):
    opened(app, space="random-50d", eval_method="PairDirection")
    assert "takes longer than a second here" in seen(app)
    app.button(key="evaluate").click().run()
    end = time.monotonic() + 90
    while (run := jobs.all()[0]).live and time.monotonic() < end:
        time.sleep(0.2)
    assert run.state == "done", run
    assert run.argv[:2] == ("evaluate", "analogies")
    app.run()
    assert "random-50d answers" in seen(app) and "takes longer" not in seen(app)
    assert run.result["method"] == "pairdirection" and run.result["space"] == "random-50d"


def test_the_printed_python_runs_and_tells_the_same(app, capsys):
    small()
    suites.keep("mine.txt", b": kin\nman woman king queen\nman woman boy girl\n")
    opened(app, space="royal", suite="mine", beside="random-50d")
    script = next(block.value for block in app.code if block.language == "python")
    exec(compile(script, "as_python", "exec"), {"__name__": "printed"})
    told = capsys.readouterr().out
    assert "'correct': 2" in told and "McNemar" in told


def test_the_command_of_a_run_says_all_settings():
    asking = Asking("onlyb", 5_000, False, "wrong", True, 20, 3)
    argv = evaluated.command("google", asking, ["a", "b"])
    shown = "evaluate analogies --space a --space b --suite google --method onlyb --restrict 5000 --sample 20 --exact-case --inputs"
    assert " ".join(argv) == f"{shown} --unknown wrong --seed 3"


def test_a_done_run_is_told_in_one_line(tmp_path):
    run = runs.Run("1", tmp_path, "Evaluate a", ("evaluate",), "done", 0.0, result={"space": "a", "total": {"accuracy": 0.5}})
    assert evaluated.done(run).startswith("Evaluate a: a 50.0%")
    nothing = runs.Run("1", tmp_path, "Evaluate a", ("evaluate",), "done", 0.0, result={"space": "a", "total": {"accuracy": None}})
    assert "nothing was covered" in evaluated.done(nothing)


def test_charts_hold_what_the_tables_hold(royal):
    suite = evaluation.reading.parse(b": kin\nman woman king queen\n: far\na b c d\n", "x", "x", "x", "x")
    frame = evaluated.sections([evaluation.evaluate(royal, suite)])
    bars, numbers = charts.sections(frame).data
    assert list(bars.x) == [1, 0, 1] and list(numbers.text) == ["100% · all covered", "nothing covered", "100% · 50% covered"]
    assert list(charts.ranks([1, 1, 2, 7, 5_000, 0]).data[0].x) == [2, 1, 0, 1, 0, 0, 1]


def test_a_view_of_the_space_can_stand_beside_it(app):
    opened(app, suite="simlex999", beside="glove-6b-50d, all-but-the-top 1")
    told = seen(app)
    assert "glove-6b-50d, all-but-the-top 1: Spearman" in told
    assert "glove-6b-50d against glove-6b-50d, all-but-the-top 1" in told
