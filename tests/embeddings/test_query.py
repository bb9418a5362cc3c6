"""A query: what a line of text asks for, how it is printed back, and what a space answers."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from embeddings import word_lists
from embeddings.analogy import SCORES
from embeddings.errors import BadQuery, UnknownList, UnknownWords
from embeddings.query import Query, Ranking, Term, answer, quoted, resolve
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import WordVectors

LISTS = {
    "males": WordList("males", ("man", "king", "boy", "prince")),
    "half": WordList("half", ("king", "Zorro", "Queen", "zebra")),
    "none": WordList("none", ("zebra", "gnu")),
    "gender": PairList("gender", (("man", "woman"), ("king", "queen"), ("zebra", "gnu"))),
}


def words_and_weights(text):
    return [(term.name, term.weight) for term in Query.parse(text).terms]


# ---- what is read

FORMS = {
    "king": [("king", 1)],
    "  king  ": [("king", 1)],
    "king - man + woman": [("king", 1), ("man", -1), ("woman", 1)],
    "king − man": [("king", 1), ("man", -1)],  # the typographer's minus
    "- man + woman": [("man", -1), ("woman", 1)],
    "+ king": [("king", 1)],
    "0.5*paris + .25*berlin - 2 * rome": [("paris", 0.5), ("berlin", 0.25), ("rome", -2)],
    "t-shirt": [("t-shirt", 1)],
    "t-shirt - shirt": [("t-shirt", 1), ("shirt", -1)],
    "-man": [("-man", 1)],
    "c++ + java": [("c++", 1), ("java", 1)],
    '"new york" + tokyo': [("new york", 1), ("tokyo", 1)],
    '2*"new york"': [("new york", 2)],
    r'"say \"hi\"" + "back\\slash"': [('say "hi"', 1), ("back\\slash", 1)],
    '"-" + "+"': [("-", 1), ("+", 1)],
    '"?"': [("?", 1)],
    '": " + " : "': [(": ", 1), (" : ", 1)],
    '"a : b :: c : ?"': [("a : b :: c : ?", 1)],
    '"man is to king as woman is to what"': [("man is to king as woman is to what", 1)],
    "1e999*king": [("1e999*king", 1)],  # no weight is written so: a word
    "__import__('os')": [("__import__('os')", 1)],
    "-0.5*king": [("-0.5*king", 1)],
    "a:b": [("a:b", 1)],
    "http://example.org/?q=1": [("http://example.org/?q=1", 1)],
    "is": [("is", 1)],
    "as + is - to": [("as", 1), ("is", 1), ("to", -1)],
    "queen\n+\tking": [("queen", 1), ("king", 1)],
}


@pytest.mark.parametrize(("text", "read"), FORMS.items())
def test_a_line_is_read_as_words_with_weights(text, read):
    query = Query.parse(text)
    assert [(term.name, term.weight) for term in query.terms] == read
    assert not query.is_analogy
    assert not any(term.is_list for term in query.terms)


@pytest.mark.parametrize("text", ["@capitals", "mean(@capitals)", "mean( @capitals )", "1*@capitals"])
def test_a_list_is_asked_by_name(text):
    assert Query.parse(text).terms == (Term("capitals", 1.0, is_list=True),)
    assert str(Query.parse(text)) == "mean(@capitals)"


def test_lists_stand_among_words_and_in_analogies():
    assert Query.parse("king - 0.5*@males").terms == (Term("king"), Term("males", -0.5, is_list=True))
    assert Query.parse("@males : queen :: x : ?").terms == (Term("x"), Term("males", -1.0, is_list=True), Term("queen"))
    assert Query.parse('"@males"').terms == (Term("@males"),)


def test_method_k_and_restriction_are_kept():
    assert Query.parse("king", "3cosmul", 3, 50) == Query((Term("king"),), False, "3cosmul", 3, 50)
    assert Query.parse("king").by("euclid") == Query.parse("king", "euclid")
    assert len({Query.parse("a + b"), Query.parse(" a  +  b "), Query.parse("b + a")}) == 2


# ---- analogies

B_A_A2 = (Term("tokyo"), Term("paris", -1.0), Term("france"))


@pytest.mark.parametrize(
    "text",
    [
        "paris : france :: tokyo : ?",
        "  paris  :  france  ::  tokyo  :  ?  ",
        "paris is to france as tokyo is to ?",
        "paris is to france as tokyo is to what",
        "paris IS TO france AS tokyo Is  To What?",
        '"paris" : "france" :: "tokyo" : ?',
    ],
)
def test_an_analogy_is_b_minus_a_plus_a2(text):
    query = Query.parse(text)
    assert (query.terms, query.is_analogy) == (B_A_A2, True)
    assert query.places == ("paris", "france", "tokyo")
    assert str(query) == "paris : france :: tokyo : ?"


PLACES = ["man", "king", "woman", "queen"]


@pytest.mark.parametrize("place", range(4))
def test_the_question_mark_may_stand_in_any_place(royal, place):
    """man : king :: woman : queen is an exact parallelogram in the royal space, so each place has its word at distance 0."""
    a, a2, b, b2 = ["?" if at == place else word for at, word in enumerate(PLACES)]
    for text in (f"{a} : {a2} :: {b} : {b2}", f"{a} is to {a2} as {b} is to {b2}"):
        query = Query.parse(text, "euclid")
        ranking = answer(royal, query)
        assert (ranking.words[0], ranking.scores[0]) == (PLACES[place], 0)
        assert [term.weight for term in query.terms] == [1, -1, 1]
        assert {query.terms[1].name, query.terms[2].name} == set(PLACES[2:] if place < 2 else PLACES[:2])  # a whole pair's offset
        assert sorted(term.name for term in query.terms) == sorted(set(PLACES) - {PLACES[place]})


def test_a_quoted_question_mark_is_a_word():
    assert Query.parse('"?" : france :: tokyo : ?').terms[1] == Term("?", -1.0)


def test_an_analogy_may_ask_for_words_that_look_like_its_own_grammar():
    assert Query.parse("is : to :: as : ?").places == ("is", "to", "as")
    assert Query.parse('" : " : "is to" :: "::" : ?').places == (" : ", "is to", "::")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("paris : france :: tokyo : japan", "japan"),
        ("man is to king as woman is to queen", "queen"),
        ("king - man + woman = queen", "queen"),
        ('king - man + woman = "new york"', "new york"),
        ("king - man + woman = ?", ""),
        ("paris : france :: tokyo : ?", ""),
        ("paris : france :: ? : japan", ""),
        ('paris : france :: tokyo : "?"', "?"),
        ("= + =", ""),
    ],
)
def test_the_answer_that_is_expected_is_no_term(text, expected):
    query = Query.parse(text)
    assert query.expected == expected
    assert replace(query, expected="").terms == query.terms
    assert Query.parse(str(query)) == query


def test_an_expected_word_changes_no_ranking(royal):
    plain, expecting = (answer(royal, Query.parse(f"man : king :: woman : {last}")) for last in ("?", "apple"))
    assert (plain.words, plain.scores) == (expecting.words, expecting.scores)
    assert str(expecting.query) == "man : king :: woman : apple"


def test_places_are_those_of_three_single_words():
    assert Query.parse("king - man + woman").places == ("man", "woman", "king")
    for text in ("king", "king + man", "2*king - man + woman", "@males - man + woman", "king + man - woman"):
        assert Query.parse(text).places is None


# ---- what is refused

REFUSED = {
    "": "The query is empty. Type a word or an expression, for example: king - man + woman",
    " \t\n ": "The query is empty.",
    '"new york': 'The quotes are not closed, or a word touches them: "new york. Write them as in "new york" + capital.',
    'king + "new york': "The quotes are not closed",
    '"a"b': "The quotes are not closed, or a word touches them",
    '""': "The quotes are not closed",
    "x" * 10_000: "The query has 10,000 characters; 2,000 are the most. Use a word list for many words.",
    " + ".join("ab" * 60): "The query has 120 terms; 100 are the most.",
    "king - - man": 'Two signs follow each other. Put a sign in quotes to look up the token itself: "-".',
    "king + − man": 'to look up the token itself: "−".',
    "- - man": "Two signs follow each other.",
    "2*+": "Two signs follow each other.",
    "king -": "The query ends with a sign.",
    "+": "The query ends with a sign.",
    "king man": "A sign is missing between 'king' and 'man': write king + man, or put a token with spaces in quotes: \"king man\".",
    "king - man woman": "A sign is missing between 'man' and 'woman'",
    "man is to king": "A sign is missing between 'man' and 'is'",
    "0*king": "The weight of 'king' is out of range; 0.000001 to 1,000,000 can be, with either sign.",
    "king + 0.0000001*man": "The weight of 'man' is out of range",
    "1000001*king": "out of range",
    "9" * 400 + "*king": "The weight of 'king' is out of range",
    "man : woman": "An analogy has four places: paris : france :: tokyo : ?",
    "man : woman : king : ?": "An analogy has four places",
    "man :: woman : king :: ?": "An analogy has four places",
    "a : b :: c : d : ?": "An analogy has four places",
    "::": "An analogy has four places",
    "? : b :: c : ?": "One of an analogy's four places is the question mark: paris : france :: tokyo : ?",
    "a is to b as c is to": "The place of the answer is empty. Write ? there, or the answer that is expected",
    "king - man + woman =": "The place of the answer is empty.",
    "king - man + woman = queen of hearts": "A sign is missing between 'queen' and 'of'",
    "king - man + woman = queen + 1": "'queen + 1' stands in one place of an analogy",
    "king - man + woman = queen = king": "'queen = king' stands in one place of an analogy",
    "king - man + woman = @animals": "'@animals' is expected as the answer; one word can be, and no list.",
    "a : b :: c : @animals": "'@animals' is expected as the answer; one word can be, and no list.",
    "a : b = c :: c : ?": "'b = c' stands in one place of an analogy",
    "2*a : b :: c : ?": "'2*a' stands in one place of an analogy; one word or one @list can.",
    "a + b : c :: d : ?": "'a + b' stands in one place of an analogy",
    "- a : b :: c : ?": "'- a' stands in one place of an analogy",
    "mean(@a b)": "A sign is missing between 'mean(@a' and 'b)'",
    "a b : c :: d : ?": "A sign is missing between 'a' and 'b'",
    " : b :: c : ?": "A place of the analogy is empty",
}


@pytest.mark.parametrize(("text", "message"), REFUSED.items(), ids=[text[:30] or "nothing" for text in REFUSED])
def test_what_cannot_be_read_is_told(text, message):
    with pytest.raises(BadQuery) as told:
        Query.parse(text)
    assert message in str(told.value)
    assert len(str(told.value)) < 400


@pytest.mark.parametrize("text", ["@", "@-x", "@é", "mean(@)", "mean(king)", "mean(@a"])
def test_what_is_no_list_name_is_a_word(text):
    assert Query.parse(text).terms == (Term(text),)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"method": "3cos"}, "There is no method '3cos'. There are 3cosadd, 3cosmul, pairdirection, 3cosavg, lrcos, onlyb, euclid."),
        ({"k": 0}, "0 results were asked for; 1 to 10,000 can be."),
        ({"k": -5}, "-5 results were asked for"),
        ({"k": 10_001}, "10,001 results were asked for"),
        ({"restrict": 0}, "The search was restricted to 0 words; 1 or more are needed."),
        ({"restrict": -1}, "restricted to -1 words"),
    ],
)
def test_values_out_of_range_are_told(asked, message):
    with pytest.raises(BadQuery, match=message):
        Query.parse("king", **asked)


def test_a_query_of_no_terms_is_refused():
    with pytest.raises(BadQuery, match="The query is empty"):
        Query(())


# ---- printed back

ODD = [
    "t-shirt",
    "+",
    "-",
    "−",
    "?",
    ":",
    "::",
    "is",
    "to",
    "as",
    "what",
    "is to",
    "new york",
    "@x",
    "mean(@x)",
    "mean(",
    "2*x",
    ".5*x",
    "*x",
    "*",
    "**",
    "3*",
    "٣*x",
    "5",
    '"',
    "\\",
    '\\"',
    'a"b',
    "\\\n",
    "\n",
    " ",
    "\u00a0",
    "\x85",
    "\x1c",
    "a:b",
    " : ",
    "__import__('os')",
    "=cmd|' /C calc'!A0",
    "<b>",
    "👩‍🚀",
    "\ud800",
    "İ",
]
WORD = st.sampled_from(ODD) | st.text(min_size=1, max_size=12) | st.text('ab+-*:?"\\@. 12()', min_size=1, max_size=8)
WEIGHT = st.just(1.0) | st.floats(1e-6, 1e6) | st.sampled_from([1e-6, 0.1, 2.0, 1e6, 0.30000000000000004])
SINGLE = st.builds(Term, WORD) | st.builds(Term, st.from_regex("[A-Za-z0-9][A-Za-z0-9_-]{0,9}", fullmatch=True), is_list=st.just(True))


@st.composite
def queries(draw):
    asked = {"method": draw(st.sampled_from(list(SCORES))), "k": draw(st.integers(1, 10_000))}
    asked["restrict"] = draw(st.none() | st.integers(1, 10**7))
    asked["expected"] = draw(st.just("") | WORD)
    if draw(st.booleans()):
        b, a, a2 = draw(SINGLE), draw(SINGLE), draw(SINGLE)
        return Query((b, Term(a.name, -1.0, a.is_list), a2), True, **asked)
    terms = draw(st.lists(st.tuples(SINGLE, WEIGHT, st.sampled_from([1, -1])), min_size=1, max_size=8))
    return Query(tuple(Term(term.name, sign * weight, term.is_list) for term, weight, sign in terms), False, **asked)


@given(queries())
@example(Query((Term("*x", 2.0),)))
@example(Query((Term("\\"), Term('"', -1.0))))
@example(Query((Term("="),), expected="="))
@example(Query((Term("king"), Term("=")), expected="?"))
def test_a_query_is_read_back_from_what_it_prints(query):
    assert Query.parse(str(query), query.method, query.k, query.restrict) == query


PIECES = [*ODD, "king", "0.5", "*", " ", " ", " + ", " - ", " : ", " :: ", " ? ", " = ", " is to ", " as ", "@males"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_line_is_read_the_same_after_printing_or_refused(text):
    try:
        query = Query.parse(text)
    except BadQuery:
        assume(False)
    assert Query.parse(str(query)) == query


@pytest.mark.parametrize(
    ("word", "spelled"),
    [("king", "king"), ("t-shirt", "t-shirt"), ("-", '"-"'), ("new york", '"new york"'), ('"', r'"\""'), ("2*x", '"2*x"'), ("*", '"*"')],
)
def test_a_word_is_quoted_only_where_it_has_to_be(word, spelled):
    assert quoted(word) == spelled


@pytest.mark.parametrize(
    ("text", "printed"),
    [("king−man", "king−man"), ("king  −  man", "king - man"), ("1.50*king", "1.5*king"), ("0.000001*a", "0.000001*a")],
)
def test_a_line_is_printed_in_one_spelling(text, printed):
    assert str(Query.parse(text)) == printed


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece",
    [
        "is to ",
        "is  ",
        "as ",
        '"',
        '\\"',
        '"\\',
        '"a" ',
        "1",
        "1.",
        "1 ",
        " ",
        "\t",
        ": ",
        ":: ",
        " ?",
        "(",
        "mean(@",
        "mean( ",
        "+ ",
        "a + ",
        "@",
        "*",
        "1*",
        "−",
    ],
)
def test_a_line_of_one_piece_repeated_is_read_at_once(piece):
    text = (piece * 2_000)[:2_000]
    for line in (text, f"{text[:-1]}x", f'"{text[:-2]}"', f"a{text[:-1]}"):
        try:
            assert 1 <= len(Query.parse(line).terms) <= 100
        except BadQuery as told:
            assert 10 < len(str(told)) < 400


# ---- answered


def test_a_single_word_gives_its_neighbours_by_cosine(royal):
    ranking = answer(royal, Query.parse("king", k=3))
    assert ranking.words == ("prince", "man", "boy")  # 2 / sqrt 6, then sqrt 1/2, then 1/2
    np.testing.assert_allclose(ranking.scores, [2 / math.sqrt(6), math.sqrt(0.5), 0.5], rtol=1e-6)
    assert ranking.rows == (6, 0, 4)
    assert (ranking.left_out, ranking.unrestricted, ranking.notes, ranking.exact) == (("king",), "king", (), True)


def test_a_tie_goes_to_the_more_frequent_word():
    wv = WordVectors.from_arrays("tie", ["asked", "late", "later", "first"], [[1, 0], [1, 1], [1, 1], [1, 0]])
    assert answer(wv, Query.parse("asked")).words == ("first", "late", "later")


def test_more_results_than_words_are_cut_to_the_words_there_are(royal):
    ranking = answer(royal, Query.parse("king - man + woman", k=10_000))
    assert len(ranking.words) == 6
    assert set(ranking.words) | {"king", "man", "woman"} == set(royal)
    assert list(ranking.scores) == sorted(ranking.scores, reverse=True)


def test_asked_words_are_left_out_and_told_once_in_the_order_asked(royal):
    ranking = answer(royal, Query.parse("woman + king + King - man + king"))
    assert ranking.left_out == ("woman", "king", "man")
    assert not set(ranking.left_out) & set(ranking.words)


def test_the_word_that_would_win_if_asked_words_were_allowed_is_told(glove):
    ranking = answer(glove, Query.parse("king - man + woman"))
    assert (ranking.words[0], ranking.unrestricted) == ("queen", "king")


@pytest.mark.parametrize("method", SCORES)
def test_a_restricted_search_keeps_to_the_first_words(royal, method):
    asked, pairs = "prince : princess :: boy : ?", "gender" if method == "lrcos" else ""
    assert set(answer(royal, Query.parse(asked, method, restrict=3, pairs=pairs)).words) == {"man", "woman", "king"}
    beyond = Query.parse(asked, method, restrict=1_000, pairs=pairs)
    assert answer(royal, beyond) == replace(answer(royal, Query.parse(asked, method, pairs=pairs)), query=beyond)


def test_a_search_among_asked_words_only_finds_none(royal):
    ranking = answer(royal, Query.parse("man + king", restrict=1))
    assert (ranking.words, ranking.scores, ranking.parts) == ((), (), ())


def test_capitals_are_folded_and_it_is_said(glove):
    ranking = answer(glove, Query.parse("Paris - France + Italy + rome"))
    read = "'Paris' was read as 'paris'; 'France' was read as 'france'; 'Italy' was read as 'italy'"
    assert ranking.notes == (f"{read}: glove-6b-50d knows lower case only.",)
    assert ranking.words == answer(glove, Query.parse("paris - france + italy + rome")).words
    assert ranking.left_out == ("paris", "france", "italy", "rome")


def test_unknown_words_are_named_all_at_once_with_near_spellings(glove):
    with pytest.raises(UnknownWords) as told:
        answer(glove, Query.parse("kign - man + woamn + qwrtzpsdf + king"))
    assert told.value.words == ("kign", "woamn", "qwrtzpsdf")
    assert told.value.near["kign"][0] == "king" and told.value.near["woamn"][0] == "woman"
    assert str(told.value).startswith("No vector in glove-6b-50d (400,000 words) for 'kign' (near: king")


def test_signs_without_spaces_are_explained(royal):
    with pytest.raises(UnknownWords, match="for 'king-man\\+woman'. A sign counts only between spaces: king - man \\+ woman."):
        answer(royal, Query.parse("king-man+woman"))
    with pytest.raises(UnknownWords, match="for 'zebra'.$"):
        answer(royal, Query.parse("zebra"))


def test_nothing_typed_is_run_as_code(royal):
    with pytest.raises(UnknownWords) as told:
        answer(royal, Query.parse("__import__('os').abort() + 1/0"))
    assert told.value.words == ("__import__('os').abort()", "1/0")


def test_half_a_character_is_an_unknown_word(royal):
    with pytest.raises(UnknownWords) as told:
        answer(royal, Query.parse("\ud800 + king"))
    assert told.value.words == ("\ud800",)


def test_odd_tokens_of_glove_can_be_asked(glove):
    for word in ("-", "+", "?", ":", "nan", "null", "josé", "–"):
        assert answer(glove, Query((Term(word),))) == answer(glove, Query.parse(quoted(word)))
        assert answer(glove, Query((Term(word),))).left_out == (word,)


# ---- lists


def test_a_list_stands_for_the_mean_of_its_unit_vectors(royal):
    ranking = answer(royal, Query.parse("@males", k=9), LISTS)
    goal = np.mean([royal.vectors[row] / np.linalg.norm(royal.vectors[row]) for row in royal.rows(LISTS["males"].words)], axis=0)
    others = ("woman", "queen", "girl", "princess", "apple")
    expected = {word: float(royal[word] @ goal / np.linalg.norm(royal[word]) / np.linalg.norm(goal)) for word in others}
    assert dict(zip(ranking.words, ranking.scores, strict=True)) == pytest.approx(expected, abs=1e-6)
    assert ranking.left_out == LISTS["males"].words
    assert ranking.part_labels == ("+ mean(@males)",)
    assert ranking.notes == ()


def test_a_list_on_the_vectors_as_stored_is_the_mean_of_those(royal):
    terms, _, _ = resolve(royal, Query.parse("@males"), LISTS)
    np.testing.assert_allclose(terms.raw, [[1, 0.5, 0.5, 0]])


def test_a_list_of_pairs_stands_for_the_mean_offset_and_says_so(royal):
    terms, inputs, notes = resolve(royal, Query.parse("king + @gender"), LISTS)
    np.testing.assert_allclose(terms.raw[1], [-2, 0, 0, 0])  # (woman - man) and (queen - king) are both this
    np.testing.assert_allclose(terms.unit[1], [-(2 + math.sqrt(2)) / 2, 0, 0, 0], rtol=1e-6)
    assert [found.word for found in inputs] == ["king", "man", "woman", "king", "queen"]
    assert notes == (
        "1 of 3 in @gender have no vector in royal: zebra gnu.",
        "@gender is a list of pairs; it stands for the mean offset from first to second words.",
    )


def test_absent_words_of_a_list_are_told_and_the_others_stand_for_it(royal):
    ranking = answer(royal, Query.parse("@half"), LISTS)
    assert ranking.notes == ("2 of 4 in @half have no vector in royal: Zorro, zebra.",)
    assert ranking.left_out == ("king", "queen")
    assert answer(royal, Query.parse("king + queen")).words == ranking.words


def test_many_absent_words_are_counted(royal):
    listed = WordList("many", ("king", *(f"x{n}" for n in range(20))))
    assert answer(royal, Query.parse("@many"), {"many": listed}).notes == (
        "20 of 21 in @many have no vector in royal: x0, x1, x2, x3, x4, x5, x6, x7 and 12 more.",
    )


def test_a_list_of_which_nothing_is_known_is_refused(royal):
    with pytest.raises(BadQuery, match="Nothing in @none has a vector in royal: zebra, gnu."):
        answer(royal, Query.parse("king + @none"), LISTS)


def test_an_unknown_list_is_told_with_those_there_are(royal):
    with pytest.raises(UnknownList, match="There is no word list @nobles. There are @gender, @half, @males, @none."):
        answer(royal, Query.parse("@nobles"), LISTS)


def test_a_list_in_an_analogy(royal):
    ranking = answer(royal, Query.parse("man : woman :: @males : ?", k=2), LISTS)
    male, other = (1 + 2 * math.sqrt(1 / 2) + math.sqrt(1 / 3)) / 4, (math.sqrt(1 / 2) + math.sqrt(1 / 3)) / 4
    goal = (male - 2, other, other)  # the mean male, from man to woman
    assert set(ranking.words) == {"queen", "girl"}  # as near as each other
    np.testing.assert_allclose(ranking.scores, (2 - male + other) * math.sqrt(1 / 2) / math.hypot(*goal), rtol=1e-6)
    assert ranking.left_out == ("man", "king", "boy", "prince", "woman")


def test_the_lists_in_the_box_are_there_without_asking(glove):
    for name, listed in list(word_lists.box().items())[:3]:
        ranking = answer(glove, Query.parse(f"@{name}", "euclid", k=3))
        assert ranking == answer(glove, Query.parse(f"@{name}", "euclid", k=3), {name: listed})
        assert not set(ranking.words) & set(listed.words)


# ---- as JSON


def test_the_command_line_prints_these_fields(royal):
    ranking = answer(royal, Query.parse("man : King :: woman : ?", k=2))
    assert json.loads(json.dumps(ranking.as_json())) == {
        "space": "royal",
        "query": "man : King :: woman : ?",
        "method": "3cosadd",
        "k": 2,
        "exact": True,
        "results": [
            {"word": word, "score": score, "row": row} for word, score, row in zip(ranking.words, ranking.scores, ranking.rows, strict=True)
        ],
        "left_out": ["woman", "man", "king"],
        "unrestricted": "queen",
        "notes": ["'King' was read as 'king': royal knows lower case only."],
    }


@pytest.mark.parametrize("method", SCORES)
def test_scores_are_finite_numbers_in_json(glove, method):
    ranking = answer(glove, Query.parse("king - man + woman", method, k=200, pairs="gender" if method == "lrcos" else ""))
    json.dumps(ranking.as_json() | {"parts": ranking.parts}, allow_nan=False)
    assert isinstance(ranking, Ranking) and len(ranking.words) == 200


def test_the_same_query_gives_the_same_answer(glove):
    assert answer(glove, Query.parse("paris + 2*rome")) == answer(glove, Query.parse("paris + 2*rome"))
