"""The page Neighbours in AppTest: rankings, subsets, views and hub counts, and what is told of each."""

import numpy as np
import pandas as pd
import pytest

from embeddings import catalog, hubness
from embeddings.hubness import Hubness
from embeddings.query import Query, answer
from explorer import as_python, charts, sentences, tables
from explorer.trust import Trust
from tests.pages.test_pages import app, errors, opened, seen, text_of

__all__ = ["app"]


def told(app) -> str:
    return seen(text_of(app))


def test_csls_is_told_with_what_entered_and_left_and_that_it_is_not_proven(app):
    opened(app, "neighbours", near_rank="CSLS")
    assert "Against the plain cosine, `virtuoso` came in and `clarinet` left." in told(app)
    assert "r was counted for the 500 nearest by cosine only" in told(app)
    assert "CSLS: 2 cos(word, query) - r(query) - r(word)" in told(app)


def test_mutual_rank_is_told_and_proven(app):
    opened(app, "neighbours", near_rank="Mutual rank", q="jaguar")
    assert "Against the plain cosine, `xk120` came in and `sedan` left." in told(app)
    assert "could be missing" not in told(app)


def test_a_subset_is_told_with_its_count(app):
    opened(app, "neighbours", q="germany", near_only="/land$/")
    assert "736 words of 400,000 match" in told(app)
    assert "Nearest to `germany`: `switzerland`, `poland`" in told(app)


@pytest.mark.parametrize(
    ("only", "message"),
    [
        ("land", "'land' names no words to search among"),
        ("/(/", "a parenthesis is not closed"),
        ("@nothing", "There is no word list @nothing"),
        ("/(?=a)/", "look-around and the like cannot be used here"),
    ],
)
def test_a_subset_that_cannot_be_read_is_told(app, only, message):
    opened(app, "neighbours", near_only=only)
    assert message in errors(app)


def test_no_match_is_told_and_draws_no_picture(app):
    opened(app, "neighbours", near_only="/^QQ/")
    assert "no word of 400,000 does. glove-6b-50d knows lower case only." in told(app)
    assert "Nothing to list for `piano`" in told(app)
    assert not app.error
    assert not app.get("plotly_chart")


def test_euclid_takes_a_subset_and_says_why_there_is_no_other_ranking(app):
    opened(app, "neighbours", near_method="Euclid", near_only="@instruments")
    assert "CSLS and mutual rank go by the cosine" in told(app)
    assert not app.error


def test_a_view_is_named_and_in_the_formula(app):
    opened(app, "neighbours", view="all-but-the-top")
    assert "Asked of **glove-6b-50d, all-but-the-top 1**" in told(app)
    assert "on the view `all-but-the-top 1`, at length one" in told(app)
    assert "A copy of its own in memory: 80.0 MB." in told(app)
    assert "not centred" not in told(app)
    app.number_input(key="view_d").set_value(3).run()
    assert "Asked of **glove-6b-50d, all-but-the-top 3**" in told(app)


@pytest.mark.parametrize("page", ["analogies", "directions", "map", "one_hot", "word_lists"])
def test_every_page_works_on_a_view(app, page):
    opened(app, page, space="random-50d", view="centred")
    assert not app.error
    assert "random-50d, centred" in told(app)


def test_a_view_that_is_not_there_is_the_space_as_stored(app):
    opened(app, "neighbours", view="whitened")
    assert "Nearest to `piano`: `violin`" in told(app)


def test_a_view_that_memory_cannot_hold_is_told(app, monkeypatch):
    from explorer import cached

    monkeypatch.setattr(cached.open_spaces(), "budget", 10_000_000)
    opened(app, "neighbours", view="length one")
    assert "glove-6b-50d, length one needs 0.1 GB of its own, more than the 0.0 GB set aside" in errors(app)


def test_hubs_are_offered_to_be_counted_and_shown_when_they_are(app):
    opened(app, "neighbours", space="random-50d")
    assert "Counted once for all words of `random-50d` and kept; some seconds." in told(app)
    wv = catalog.open_space("random-50d")
    hubness.build(wv, 10, among=2_000)
    app.run()
    assert not [button for button in app.button if button.label == "Count the hubs"]
    assert "among the 10 nearest of how many of the 2,000 most frequent" in told(app)


def trusted(by: str) -> Trust:
    wv = catalog.open_space().first(3_000)
    found, plain = (answer(wv, Query.parse("king", rank_by=name)) for name in (by, "cosine"))
    counts = np.zeros(3_000, np.int32)
    counts[found.rows[0]] = 290
    return Trust(found, plain, Hubness(wv.name, 10, 3_000, 3_000, counts, np.zeros(3_000, np.float32), 3.2))


@pytest.mark.parametrize("by", ["cosine", "csls", "mutual"])
def test_the_table_marks_hubs_and_what_entered_and_left(by):
    trust = trusted(by)
    frame = tables.trusted(trust)
    assert list(frame["word"][:10]) == list(trust.found.words)
    assert list(frame["N_10"][:2]) == [290, 0]
    assert list(frame["kind"][:2]) == ["hub", "nobody's neighbour"]
    if by != "cosine":
        assert tuple(frame["word"][frame["against cosine"] == "entered"]) == trust.change.entered
        assert tuple(frame["word"][frame["against cosine"] == "left"]) == trust.change.left
        assert frame["rank"][10:].isna().all()
    assert tables.csv(frame).startswith(b"\xef\xbb\xbfrank,word")


@pytest.mark.parametrize("by", ["cosine", "csls", "mutual"])
def test_the_picture_marks_hubs_by_shape(by):
    figure = charts.trusted(trusted(by))
    shown = [note.text for note in figure.layout.annotations]
    assert shown[0] == "◆ 290"
    assert shown[1] == "○ 0"
    assert figure.data[0].marker.pattern.shape[0] == "/"
    assert figure.data[0].marker.pattern.shape[1] == ""


def test_the_finding_names_the_strongest_hub():
    trust = trusted("cosine")
    word = trust.found.words[0]
    assert sentences.trust(trust) == f"1 of them is a hub: `{word}` is among the 10 nearest of 290 words; 99.9 % of all words have fewer."


def test_the_python_says_subset_and_ranking():
    wv = catalog.open_space()
    made = as_python.ranking(wv, Query.parse("king", subset="@royals /e/", rank_by="csls", around=5))
    assert "subset='@royals /e/', rank_by='csls', around=5" in made
    assert "word_lists.every()" in made


def test_an_empty_answer_has_an_empty_table():
    wv = catalog.open_space()
    found, plain = (answer(wv, Query.parse("king", subset="/^QQ/", rank_by=name)) for name in ("csls", "cosine"))
    frame = tables.trusted(Trust(found, plain, None))
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) == 0


def test_a_data_folder_that_cannot_be_used_is_told_and_the_answer_stands(app, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("EMBEDDINGS_HOME", str(tmp_path / "file" / "home"))
    opened(app, "neighbours")
    assert "Nearest to `piano`: `violin`" in told(app)
    assert "Hubs cannot be counted." in told(app)
    assert not app.error
