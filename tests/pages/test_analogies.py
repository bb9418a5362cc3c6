"""The Analogies page: the verdict before the applause, six methods, an expected word, and the list that is learned from."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from embeddings.analogy import ANALOGY_METHODS, SCORES
from embeddings.query import Query, answer
from embeddings.word_vectors import WordVectors
from explorer import charts, tables
from tests.pages.test_pages import errors, opened, seen, text_of

ROOT_PAGE = "analogies"


@pytest.fixture
def app(monkeypatch):
    from tests.pages.test_pages import ROOT

    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "explorer" / "main.py"), default_timeout=60)


def frame(app, column):
    """The table that has this column."""
    return next(table.value for table in app.dataframe if column in table.value.columns)


def test_the_first_answer_says_what_it_owes_to_the_rules(app):
    opened(app, ROOT_PAGE)
    told = seen(text_of(app))
    assert "**The offset changed the answer, and leaving the asked words out did the rest**: 'king' alone gives 'prince'" in told
    assert [(metric.label, metric.value) for metric in app.metric] == [
        ("Answer", "`queen`"),
        ("Asked words allowed", "`king`"),
        ("`king` alone", "`prince`"),
    ]
    assert "Were they allowed, `king` would win." in told
    assert "Nearest to `king` alone is `prince`; `queen` is number 2 there." in told


def test_the_ranks_of_the_asked_words_stand_in_a_table(app):
    opened(app, ROOT_PAGE)
    table = frame(app, "rank if allowed")
    assert table.iloc[:, :2].to_numpy().tolist() == [["king", 1], ["man", 995], ["woman", 196]]


def test_the_first_answer_is_followed_under_six_methods(app):
    opened(app, ROOT_PAGE)
    table = frame(app, "milliseconds")
    assert table["method"].tolist() == [SCORES[name].title for name in ANALOGY_METHODS]
    assert table["rank"].tolist() == [1, 1, 14, 1, 1, 2]
    assert "`queen`, the first answer, is first by 4 of 6 methods: 3CosAdd, 3CosMul, 3CosAvg, LRCos." in text_of(app)


def test_an_expected_word_is_followed_instead(app):
    opened(app, ROOT_PAGE, analogy="walking : walked :: swimming : swam")
    told = text_of(app)
    assert "`swam`, the expected answer, is first by none of 6 methods." in told
    assert "`walking : walked :: swimming : ?` gives **`athletics`**" in told


def test_an_unknown_expected_word_is_told_and_its_near_spelling_is_a_click_away(app):
    opened(app, ROOT_PAGE, analogy="paris : france :: tokyo : jappan")
    assert "which speaks neither for nor against a method" in errors(app)
    assert "gives **`japan`**" in text_of(app)  # the rest of the page is there
    next(button for button in app.button if button.label == "japan").click().run()
    assert app.text_input(key="analogy").value == "paris : france :: tokyo : japan"
    assert not app.error


@pytest.mark.parametrize("method", ANALOGY_METHODS)
def test_every_method_answers_on_the_page(app, method):
    opened(app, ROOT_PAGE, analogy_method=SCORES[method].title)
    assert not app.error
    assert f"by {SCORES[method].title} (" in text_of(app)


def test_the_list_with_the_asked_pair_is_found_and_told(app):
    opened(app, ROOT_PAGE, analogy="paris : france :: tokyo : ?", analogy_method="LRCos")
    told = seen(text_of(app))
    assert "@capital is the first list that holds `paris` and `france` as a pair." in told
    assert "LRCos learned from 21 pairs of @capital; left out, because asked: paris → france, tokyo → japan." in told
    assert "its pairs were turned round" in told


def test_without_a_list_lrcos_says_what_it_needs(app):
    opened(app, ROOT_PAGE, analogy_pairs="none")
    assert "LRCos learns from a list of pairs, and the query names none" in seen(" ".join(frame(app, "why no rank")["why no rank"]))
    app.segmented_control(key="analogy_method").set_value("LRCos").run()
    assert "LRCos learns from a list of pairs" in errors(app)


def test_a_chosen_list_is_learned_from_and_carried_by_the_python(app, capsys):
    opened(app, ROOT_PAGE, analogy_pairs="gender", analogy_method="LRCos", analogy="king - man + woman = queen")
    assert "LRCos learned from 9 pairs of @gender" in seen(text_of(app))
    scripts = [block.value for block in app.code if block.language == "python" and "pairs='gender'" in block.value]
    assert scripts
    for script in scripts:
        exec(compile(script, "as_python", "exec"), {"__name__": "printed"})
    assert "lrcos" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["king + queen", "king", "@animals", "king + queen = prince"])
def test_what_is_no_analogy_still_has_a_page(app, text):
    opened(app, ROOT_PAGE, analogy=text)
    assert "There is no offset to judge" in text_of(app)
    assert not app.exception


def test_a_search_that_leaves_nothing_still_has_a_page(app):
    opened(app, ROOT_PAGE, analogy="the - of + in", space="random-50d")
    assert not app.exception


# ---- the chart


def traces(wv, text, method="3cosadd", **asked):
    figure = charts.terms(answer(wv, Query.parse(text, method, **asked)))
    return figure, [trace for trace in figure.data if trace.type == "bar"]


def test_the_terms_are_stacked_and_add_up_to_the_marked_score(glove):
    found = answer(glove, Query.parse("king - man + woman"))
    figure, bars = traces(glove, "king - man + woman")
    assert [bar.name for bar in bars] == ["+ king", "- man", "+ woman"]
    assert figure.layout.barmode == "relative"  # what is taken away goes to the left
    assert (bars[1].x < 0).all()
    marks = next(trace for trace in figure.data if trace.type == "scatter" and trace.mode == "markers")
    assert sum(bar.x for bar in bars) == pytest.approx(marks.x, abs=1e-5)
    assert tuple(marks.x) == found.scores


@pytest.mark.parametrize(("method", "pairs"), [("3cosmul", ""), ("lrcos", "family"), ("onlyb", "")])
def test_products_and_single_terms_are_not_stacked(glove, method, pairs):
    _, bars = traces(glove, "king - man + woman", method, pairs=pairs)
    assert len(bars) == 1


def test_at_most_ten_words_are_drawn_and_the_table_has_all(glove):
    figure, bars = traces(glove, "king - man + woman", k=40)
    assert len(bars[0].x) == 10
    assert len(tables.ranking(answer(glove, Query.parse("king - man + woman", k=40)))) == 40
    assert figure.layout.height < 600


def test_words_in_the_chart_are_text_and_no_markup():
    wv = WordVectors.from_arrays("markup", ["<b>", "a", "a2", "<i>x</i>"], [[1, 0], [0, 1], [1, 1], [2, 1]])
    _, bars = traces(wv, "<b> - a + a2")
    assert [bar.name for bar in bars] == ["+ &lt;b&gt;", "- a", "+ a2"]
    assert bars[0].customdata[0] == "&lt;i&gt;x&lt;/i&gt;: + &lt;b&gt;"
