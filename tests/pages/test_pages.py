"""Every page in AppTest: a finished answer before the first click, and a message with a cure for every bad input."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("neighbours", "analogies", "directions", "map", "one_hot", "word_lists")
TITLES = {"one_hot": "One-hot", "word_lists": "Word lists"}


@pytest.fixture
def app(monkeypatch):
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "explorer" / "main.py"), default_timeout=60)


def opened(app: AppTest, name: str, **params: str) -> AppTest:
    """The page after its first run, with the address's parameters. The front page runs once before, as in every session."""
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    if name != "neighbours":
        app.switch_page(str(ROOT / "pages" / f"{name}.py")).run()
    assert not app.exception, app.exception[0].value
    return app


def text_of(app: AppTest) -> str:
    return "\n".join(str(block.value) for kind in (app.markdown, app.caption, app.error, app.warning, app.success) for block in kind)


def seen(text: str) -> str:
    """A message as a reader sees it: without the escapes and joiners that keep Markdown off."""
    return text.replace("\\", "").replace("\u2060", "")


def errors(app: AppTest) -> str:
    return seen(" ".join(str(error.value) for error in app.error))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_finished_answer_before_the_first_click(app, name):
    opened(app, name)
    assert app.title[0].value == TITLES.get(name, name.capitalize())
    assert not app.error
    assert app.get("plotly_chart")
    assert "**400,000** words × **50** dimensions" in text_of(app)
    assert "PDDL" in text_of(app)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_on_the_control_space_too(app, name):
    opened(app, name, space="random-50d")
    assert app.get("plotly_chart")
    assert "**50,000** words × **50** dimensions" in text_of(app)


def test_a_typed_expression_is_answered(app):
    opened(app, "neighbours")
    app.text_input(key="q").set_value("king - man + woman").run()
    assert "Nearest to `king - man + woman`: `queen`" in text_of(app)


def test_the_address_brings_the_query_back(app):
    opened(app, "neighbours", q="berlin")
    assert app.text_input(key="q").value == "berlin"
    assert "Nearest to `berlin`: `vienna`" in text_of(app)


def test_an_analogy_tells_what_the_asked_words_would_have_won(app):
    opened(app, "analogies")
    told = text_of(app)
    assert "gives **`queen`** by 3CosAdd" in told
    assert "With the asked words allowed it would be `king`" in told


def test_methods_that_cannot_score_a_query_say_why_and_the_others_answer(app):
    opened(app, "analogies")
    app.text_input(key="analogy").set_value("king + queen").run()
    assert not app.exception
    told = seen(text_of(app))
    assert "PairDirection needs an analogy of three words" in told
    assert "The parallelogram needs an analogy" in told
    assert "All 2 methods put `prince` first" in told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The query is empty"),
        ("   ", "The query is empty"),
        ('"king', "quotes are not closed"),
        ("zzzqqq qqqzzz", "sign is missing"),
        ("zzzqqq + qqqzzz", "No vector in glove-6b-50d (400,000 words) for 'zzzqqq'; 'qqqzzz'"),
        ("a" * 10_000, "10,000 characters"),
        ("king - ", "ends with a sign"),
        ("@nolist", "There is no word list @nolist"),
        ("<b>king</b>", "'<b>king</b>'"),
        ("**king** + :smile:", "'**king**'; ':smile:'"),
        ("__import__('os').system('true')", "No vector"),
    ],
)
def test_a_bad_query_gets_a_message_and_loses_nothing(app, text, message):
    opened(app, "neighbours")
    app.text_input(key="q").set_value(text).run()
    assert not app.exception
    assert message in errors(app)
    assert app.text_input(key="q").value == text
    app.text_input(key="q").set_value("king").run()
    assert not app.error
    assert "Nearest to `king`" in text_of(app)


def test_a_near_spelling_is_put_into_the_query_by_a_click(app):
    opened(app, "neighbours")
    app.text_input(key="q").set_value("kign - man + woman").run()
    next(button for button in app.button if button.label == "king").click().run()
    assert app.text_input(key="q").value == "king - man + woman"
    assert "`queen`" in text_of(app)


def test_case_that_the_space_does_not_know_is_folded_and_told(app):
    opened(app, "neighbours", q="Paris")
    assert "'Paris' was read as 'paris'" in seen(text_of(app))


@pytest.mark.parametrize("name", PAGES)
def test_an_address_with_nonsense_gets_a_page_and_not_a_traceback(app, name):
    nonsense = dict.fromkeys(("near_method", "near_k", "near_among", "analogy_method", "arrows", "fit", "map", "map_pca_components"), "<x>")
    opened(app, name, space="../../etc", pairs="nope", lists="nope", metric="%00", words="", **nonsense)
    assert "The address asks for the space '../../etc', which is not here" in seen(text_of(app))


def test_a_number_out_of_range_in_the_address_does_not_reach_the_library(app):
    opened(app, "neighbours", near_k="-5")
    assert not app.error


def test_shuffled_pairs_are_no_more_parallel_than_chance(app):
    opened(app, "directions")
    assert "are more parallel than chance explains" in text_of(app)
    app.toggle(key="shuffled").set_value(True).run()
    assert "no more parallel than chance explains" in text_of(app)


def test_directions_take_tsne(app):
    opened(app, "directions", arrows="t-SNE")
    assert not app.error
    assert "Lengths and angles of arrows mean little" in text_of(app)


def test_the_map_takes_three_components_and_frequent_words(app):
    opened(app, "map", map_of="Most frequent", map_pca_components="3", map_n="50")
    (chart,) = app.get("plotly_chart")
    assert '"scatter3d"' in chart.proto.spec
    assert "50 words by PCA" in text_of(app)


def test_a_word_that_is_absent_from_a_list_is_named_on_the_map(app):
    opened(app, "word_lists")
    paste(app, "birds", "sparrow\neagle\nzzzqqq\nowl")
    app.switch_page(str(ROOT / "pages" / "map.py")).run()
    app.multiselect(key="lists").set_value(["birds"]).run()
    assert "Not in glove-6b-50d from @birds: zzzqqq" in seen(text_of(app))
    assert "3 words by PCA" in text_of(app)


def paste(app: AppTest, name: str, text: str) -> None:
    app.text_input(key="paste_name").set_value(name)
    app.text_area(key="paste_text").set_value(text).run()
    app.button(key="paste_keep").click().run()
    assert not app.exception


def test_a_pasted_list_is_used_by_name_and_removed(app):
    opened(app, "word_lists")
    paste(app, "My Birds", "sparrow, eagle, owl")
    assert "@my-birds: 3 words, kept for your next visit" in seen(text_of(app))
    app.switch_page(str(ROOT / "pages" / "neighbours.py")).run()
    app.text_input(key="q").set_value("@my-birds").run()
    assert not app.error
    assert "Nearest to `mean(@my-birds)`" in text_of(app)
    app.switch_page(str(ROOT / "pages" / "word_lists.py")).run()
    app.selectbox(key="list").set_value("my-birds").run()
    app.button(key="remove").click().run()
    assert "@my-birds was removed" in seen(text_of(app))
    assert "my-birds" not in app.selectbox(key="list").options


def test_a_kept_list_is_there_at_the_next_visit(app):
    opened(app, "word_lists")
    paste(app, "birds", "sparrow eagle owl".replace(" ", "\n"))
    later = AppTest.from_file(str(ROOT / "explorer" / "main.py"), default_timeout=60)
    opened(later, "neighbours", q="@birds")
    assert not later.error


def test_a_list_with_the_name_of_another_takes_a_new_name(app):
    opened(app, "word_lists")
    paste(app, "animals", "sparrow\neagle")
    assert "@my-animals: 2 words" in seen(text_of(app))
    paste(app, "my-animals", "owl\nlark")
    assert "@my-my-animals: 2 words" in seen(text_of(app)) or "@my-animals-2: 2 words" in seen(text_of(app))


def test_a_data_folder_that_cannot_be_written_keeps_the_list_for_the_session(app, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("EMBEDDINGS_HOME", str(tmp_path / "file" / "home"))
    opened(app, "word_lists")
    paste(app, "birds", "sparrow\neagle\nowl")
    assert "@birds: 3 words, for this session only" in seen(text_of(app))
    app.switch_page(str(ROOT / "pages" / "neighbours.py")).run()
    app.text_input(key="q").set_value("@birds").run()
    assert not app.error


def test_one_hot_distances_tie_and_the_embedding_ranks(app):
    opened(app, "one_hot")
    told = text_of(app)
    assert "every two words are 1.000 apart" in told
    assert "in the embedding `queen` is nearest to `king`" in told
    assert "8,000 times less" in told


def test_more_than_three_words_as_input_are_refused_with_the_cure(app):
    opened(app, "one_hot", several="a dog bites a man")
    assert "5 words were given. Type two or three" in errors(app)


@pytest.mark.parametrize("name", PAGES)
def test_the_python_of_every_result_runs_as_printed(app, name, capsys):
    opened(app, name)
    scripts = [block.value for block in app.code if block.language == "python"]
    assert scripts
    for script in scripts:
        exec(compile(script, "as_python", "exec"), {"__name__": "printed"})
    assert capsys.readouterr().out


def test_the_printed_python_gives_the_ranking_that_is_shown(app, capsys):
    opened(app, "neighbours", q="king - man + woman")
    exec(compile(app.code[0].value, "as_python", "exec"), {"__name__": "printed"})
    assert capsys.readouterr().out.splitlines()[0] == "0.8524  queen"


@pytest.mark.parametrize("words", ["king", "zzzqqq", "word king queen", "@animals @animals", "rank score x y"])
def test_odd_choices_on_one_hot_get_an_answer_or_a_message(app, words):
    opened(app, "one_hot", words=words)
    if words in ("king", "zzzqqq"):
        assert "1 word of this space so far; 2 or more are needed" in errors(app) or "No vector" in errors(app)
    else:
        assert not app.error


def test_the_words_along_a_direction_follow_the_pairs(app):
    opened(app, "directions")
    assert "The direction was fitted to these words" in text_of(app)
    app.selectbox(key="pairs").set_value("gender").run()
    assert app.text_input(key="along_gender").value == "@professions"
    assert "Furthest to the side of `woman`: " in text_of(app)
    assert "fitted to these words" not in text_of(app)


@pytest.mark.parametrize("space", ["glove-6b-50d", "random-50d"])
def test_every_list_of_pairs_has_a_whole_page(app, space):
    from embeddings import word_lists
    from embeddings.word_lists import PairList

    opened(app, "directions", space=space)
    for name in [name for name, listed in word_lists.box().items() if isinstance(listed, PairList)]:
        app.selectbox(key="pairs").set_value(name).run()
        assert not app.exception, name
        assert not app.error, f"{name}: {errors(app)}"


def test_two_pairs_are_too_few_to_tell_from_chance(app):
    opened(app, "word_lists")
    paste(app, "two", "man -> woman\nking -> queen")
    app.switch_page(str(ROOT / "pages" / "directions.py")).run()
    app.selectbox(key="pairs").set_value("two").run()
    assert "too few to tell from chance (with 2 pairs p cannot fall below 0.5)" in text_of(app)


def test_a_restricted_search_tells_of_asked_words_beyond_it(app):
    opened(app, "analogies", analogy="sushi - japan + germany", analogy_among="10,000")
    assert "With the asked words allowed it would be `sushi`" in text_of(app)


def test_the_printed_python_draws_the_words_that_are_shown(app, capsys):
    opened(app, "map", lists="professions")
    script = next(block.value for block in app.code if block.language == "python")
    assert "'nurse'" in script
    exec(compile(script, "as_python", "exec"), {"__name__": "printed"})
    assert f"{float(app.dataframe[0].value['x'].iloc[0]):.4f}"[:6] in capsys.readouterr().out


def test_the_printed_python_carries_a_list_that_this_session_alone_knows(app, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("EMBEDDINGS_HOME", str(tmp_path / "file"))
    opened(app, "word_lists")
    paste(app, "birds", "sparrow\neagle\nowl")
    app.switch_page(str(ROOT / "pages" / "neighbours.py")).run()
    app.text_input(key="q").set_value("@birds").run()
    monkeypatch.setenv("EMBEDDINGS_HOME", str(tmp_path / "new"))
    exec(compile(app.code[0].value, "as_python", "exec"), {"__name__": "printed"})
    first = capsys.readouterr().out.splitlines()[0].split()[1]
    assert f"Nearest to `mean(@birds)`: `{first}`" in text_of(app)


def test_a_folder_that_was_mended_is_read_again(app, tmp_path, monkeypatch):
    (tmp_path / "home").write_text("not a folder")
    monkeypatch.setenv("EMBEDDINGS_HOME", str(tmp_path / "home"))
    opened(app, "word_lists")
    (tmp_path / "home").unlink()
    paste(app, "birds", "sparrow\neagle\nowl")
    assert "kept for your next visit" in text_of(app)


def test_what_every_space_knows_of_a_list_is_told(app):
    from embeddings import catalog
    from embeddings.word_vectors import WordVectors

    catalog.keep(WordVectors.from_arrays("small", ["rat", "ox"], [[1.0, 0.0], [0.0, 1.0]]))
    opened(app, "word_lists", list="animals")
    table = next(frame.value for frame in app.dataframe if "not found" in frame.value.columns)
    assert table[["space", "found", "not found"]].to_numpy().tolist() == [["glove-6b-50d", 12, 0], ["random-50d", 12, 0], ["small", 2, 10]]
    assert table["the first of those"].iloc[2].startswith("tiger, rabbit, dragon")


# ---------------------------------------------------------------------------------------------------- a space of other words


def kept(name: str, words: list[str], seed: int = 0) -> None:
    import numpy as np

    from embeddings import catalog
    from embeddings.word_vectors import WordVectors

    catalog.keep(WordVectors.from_arrays(name, words, np.random.default_rng(seed).standard_normal((len(words), 8))))


FRENCH = ["de", "la", *[f"mot{'abcdefghij'[n % 10]}{'abcdefghij'[n // 10 % 10]}{'abcde'[n // 100]}" for n in range(399)]]


def infos(app: AppTest) -> str:
    return seen(" ".join(str(info.value) for info in app.info))


def test_the_front_page_begins_with_a_word_of_a_space_that_lacks_the_usual_one(app):
    kept("mots", FRENCH)
    opened(app, "neighbours", space="mots")
    first = app.text_input(key="q").value
    assert first in FRENCH and len(first) >= 3
    assert not app.error and not app.warning and f"Nearest to `{first}`: " in text_of(app)
    assert set(app.button_group[0].options if app.button_group else []) <= set(FRENCH)


def test_an_untouched_start_follows_the_space_and_a_typed_word_stays(app):
    kept("mots", FRENCH)
    opened(app, "neighbours")
    assert app.text_input(key="q").value == "piano"
    app.selectbox(key="space").set_value("mots").run()
    assert app.text_input(key="q").value in FRENCH and not app.error and not app.warning
    app.selectbox(key="space").set_value("glove-6b-50d").run()
    assert app.text_input(key="q").value == "piano"
    app.text_input(key="q").set_value("river").run()
    app.selectbox(key="space").set_value("mots").run()
    assert app.text_input(key="q").value == "river" and "No vector in mots" in errors(app)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("analogies", "This page begins with other words. No vector in mots (401 words) for 'king'; 'man'; 'woman'. Type an expression"),
        ("directions", "No pair of @capital has both words in mots. No other list has one either, or drop pairs"),
        (
            "map",
            "The map begins with @countries, @capitals, @animals, @numbers, @professions. Fewer than three of their words are in mots.",
        ),
        ("one_hot", "This page begins with other words. No vector in mots (401 words) for 'king'"),
    ],
)
def test_a_start_that_does_not_fit_the_space_is_no_error_of_the_reader(app, name, told):
    kept("mots", FRENCH)
    opened(app, name, space="mots")
    assert told in infos(app)
    assert not app.error


def test_what_the_reader_typed_themselves_is_still_told_as_an_error(app):
    kept("mots", FRENCH)
    opened(app, "analogies", space="mots")
    app.text_input(key="analogy").set_value("king - man + boy").run()
    assert "No vector in mots" in errors(app) and not app.info


@pytest.mark.parametrize("words", [["a"], ["up", "down", "left"], ["1", "2", "3", "4"], ["a b", "+", "@x", "?"]])
def test_small_and_odd_spaces_have_words_to_begin_with(words):
    from embeddings.query import Query, answer
    from embeddings.word_vectors import WordVectors
    from explorer.starts import own_words

    wv = WordVectors.from_arrays("odd", words, [[1.0, n] for n in range(len(words))])
    for word in own_words(wv):
        assert answer(wv, Query.parse(word), {}).left_out[0] in words


def test_an_analogy_with_an_unseen_word_of_a_fasttext_space_is_told_where_the_picture_would_be(app):
    from dataclasses import replace

    import numpy as np

    from embeddings import catalog
    from embeddings.subwords import Subwords
    from embeddings.word_vectors import WordVectors

    subwords = Subwords(3, 5, np.random.default_rng(8).normal(size=(5_000, 12)).astype(np.float32))
    words = ["king", "kings", "kingdom", "queen", "queens", "water", "waters", "river"]
    wv = replace(WordVectors.from_arrays("pieces", words, [subwords.vector(word) for word in words]), subwords=subwords)
    catalog.keep(wv)
    opened(app, "analogies", space="pieces", analogy="kings - king + rivers")
    assert not app.exception
    assert "The parallelogram is drawn with words that pieces holds. 'rivers' is not among them" in errors(app)
    assert "'rivers' is not among the 8 words: its vector was put together" in seen(text_of(app))
    assert len(app.get("plotly_chart")) == 1
    assert any(block.value == "Methods side by side" for block in app.subheader)
