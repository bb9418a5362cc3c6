"""Some words to search among: lists, regular expressions in linear time, and answers from them."""

import re
import string
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import subset, word_lists
from embeddings.errors import BadQuery, UnknownList
from embeddings.query import Query, answer
from embeddings.subset import Subset, choose, matching
from embeddings.vocabulary import Vocabulary
from embeddings.word_lists import WordList


@pytest.mark.parametrize(
    ("text", "listed", "pattern"),
    [
        ("@capitals", "capitals", ""),
        ("/ing$/", "", "ing$"),
        ("  @countries   /land$/ ", "countries", "land$"),
        ("@countries/land$/", "countries", "land$"),
        ("/a/b/", "", "a/b"),
        ("/cafe\u0301/", "", "caf\u00e9"),
    ],
)
def test_a_subset_is_read_and_written(text, listed, pattern):
    read = Subset.parse(text)
    assert read == Subset(listed, pattern)
    assert Subset.parse(str(read)) == read


@pytest.mark.parametrize("text", ["", "   ", "//", "/", "ing$", "capitals", "@", "@a b", "/a/ @b", "@countries //"])
def test_what_names_no_words_is_refused_or_is_the_list(text):
    if text == "@countries //":
        assert Subset.parse(text) == Subset("countries", "")
        return
    with pytest.raises(BadQuery, match="names no words to search among. Write a list as @capitals"):
        Subset.parse(text)


def test_a_long_expression_is_refused():
    with pytest.raises(BadQuery, match="The expression has 201 characters; 200 are the most"):
        Subset.parse(f"/{'a' * 201}/")


ATOMS = st.sampled_from(["a", "b", "x", "é", ".", "[ab]", "[^a]", "(a|bx)", "a?", "b*", "x+", "a{2}", "(?:ab){1,2}", "^", "$", "-"])


@settings(max_examples=300, deadline=None)
@given(st.lists(ATOMS, min_size=1, max_size=5), st.lists(st.text("abxé-", max_size=8), min_size=1, max_size=20, unique=True))
def test_an_expression_finds_what_pythons_re_finds(atoms, words):
    pattern = "".join(atoms)
    expected = [re.search(pattern, word) is not None for word in words]
    assert matching(Vocabulary.from_words(words), pattern).tolist() == expected


def test_an_expression_on_every_word_of_glove_finds_what_pythons_re_finds(glove):
    words = list(glove.vocabulary)
    for pattern in ("^un.*ing$", "[0-9]{4}-", "ü|é", r"\.com$"):
        expected = [at for at, word in enumerate(words) if re.search(pattern, word)]
        assert np.flatnonzero(matching(glove.vocabulary, pattern)).tolist() == expected


def test_a_part_of_a_vocabulary_is_matched_in_its_own_words(glove):
    part = glove.first(1_000)
    assert matching(part.vocabulary, "ing$").tolist() == matching(glove.vocabulary, "ing$")[:1_000].tolist()
    assert matching(glove.vocabulary, "ing$", np.array([5, 900, 901])).tolist() == matching(part.vocabulary, "ing$")[[5, 900, 901]].tolist()


@pytest.mark.parametrize("pattern", ["(a+)+$", "(x+x+)+y", "(.*)*!", "((a|a)*)*b", "(?:a?){30}a{30}"])
def test_a_catastrophic_expression_cannot_hang(glove, pattern):
    words = Vocabulary.from_words([*("a" * n + "!" for n in range(200)), "x" * 50_000])
    began = time.monotonic()
    matching(words, pattern)
    matching(glove.vocabulary, pattern)
    assert time.monotonic() - began < 5


def test_one_that_is_only_slow_is_given_up_and_told(glove, monkeypatch):
    monkeypatch.setattr(subset, "SECONDS", 0.3)
    began = time.monotonic()
    with pytest.raises(BadQuery, match=r"takes too long: [\d,]+ of 400,000 words were matched"):
        matching(glove.vocabulary, "(.?){900}(.?){900}q")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(", "/(/ cannot be read: a parenthesis is not closed"),
        ("ab)", "a parenthesis is closed that was not opened"),
        ("a**", "at place 2, '**': one repetition follows another"),
        ("*a", "at place 1, '*': there is nothing to repeat before it"),
        ("x(?=a)", "at place 2, '(?=': look-around and the like cannot be used here"),
        (r"(a)\1", r"at place 4, '\1': this escape is not known here; back-references cannot be used"),
        ("[z-a]", "at place 2, 'z-a': the range runs backwards"),
        ("[ab", "a bracket is not closed"),
        ("a{1001}", "at place 2, '{1001}': a repetition can be at most 1,000"),
        ("ab\\", "it ends with a backslash"),
        ("\ud800", "half a letter"),
    ],
)
def test_an_expression_that_cannot_be_read_is_told_with_its_place(royal, pattern, message):
    with pytest.raises(BadQuery) as told:
        matching(royal.vocabulary, pattern)
    assert message in str(told.value)


@settings(max_examples=200, deadline=None)
@given(st.text(string.printable, max_size=30))
def test_no_line_brings_a_bug(text):
    vocabulary = Vocabulary.from_words(["king", "queen", "a/b", "+"])
    try:
        asked = Subset.parse(text)
        if asked.pattern:
            assert len(matching(vocabulary, asked.pattern)) == 4
    except BadQuery as error:
        assert str(error)


def test_what_was_found_is_told(glove):
    lists = word_lists.box()
    found = choose(glove, Subset.parse("@countries /land$/"), lists)
    words = glove.vocabulary.words(found.rows)
    assert words == sorted(words, key=lambda word: glove.vocabulary.row(word))
    assert "switzerland" in words
    assert found.note == (
        f"Only among @countries: 40 of its 40 words are in glove-6b-50d. Only among words that match /land$/: {len(words)} words of "
        "@countries match."
    )
    assert choose(glove, Subset.parse("/^QQ/"), lists).note == (
        "Only among words that match /^QQ/: no word of 400,000 does. glove-6b-50d knows lower case only."
    )


def test_a_list_that_is_not_there_is_told(royal):
    with pytest.raises(UnknownList, match="There is no word list @nothing"):
        choose(royal, Subset.parse("@nothing"), {})


def test_an_answer_is_that_of_every_word_filtered(glove):
    everyone = answer(glove, Query.parse("king - man + woman", k=10_000))
    filtered = [word for word in everyone.words if word.endswith("ess")][:10]
    found = answer(glove, Query.parse("king - man + woman", k=10, subset="/ess$/"))
    assert list(found.words) == filtered
    assert list(found.scores) == [everyone.scores[everyone.words.index(word)] for word in filtered]


@pytest.mark.parametrize("values", [{}, {"method": "3cosmul"}, {"method": "euclid"}, {"rank_by": "csls"}, {"rank_by": "mutual"}])
def test_every_way_to_rank_lists_from_the_subset_alone_and_never_an_asked_word(royal, values):
    lists = {"royals": WordList("royals", ("king", "queen", "prince", "princess", "emperor"))}
    found = answer(royal, Query.parse("king - man + woman", subset="@royals", **values), lists)
    assert set(found.words) == {"queen", "prince", "princess"}
    assert "Only among @royals: 4 of its 5 words are in royal." in found.notes


def test_a_subset_and_a_restriction_hold_together(glove):
    found = answer(glove, Query.parse("king", subset="/^q/", restrict=2_000))
    assert list(found.words)[:1] == ["queen"] or all(row < 2_000 for row in found.rows)
    assert all(word.startswith("q") for word in found.words)


def test_no_match_is_an_empty_ranking_with_a_note(royal):
    for by in ("cosine", "csls", "mutual"):
        found = answer(royal, Query.parse("king", subset="/^zz/", rank_by=by))
        assert found.words == ()
        assert found.notes[0].startswith("Only among words that match /^zz/: no word of 9 does.")


def test_an_unreadable_subset_is_refused_by_the_query_itself():
    with pytest.raises(BadQuery, match="names no words to search among"):
        Query.parse("king", subset="capitals")
