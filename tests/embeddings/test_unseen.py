"""Words that a space with n-grams does not hold: their vectors, and queries that ask for them."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from embeddings import cli
from embeddings.analogy import SCORES, Learning
from embeddings.errors import BadFile, BadQuery, UnknownWords
from embeddings.query import Query, answer
from embeddings.subwords import Subwords
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import WordVectors

WORDS = ["king", "kings", "kingdom", "queen", "queens", "water", "waters", "river"]
RANDOM = np.random.default_rng(8)
SUBWORDS = Subwords(3, 5, RANDOM.normal(size=(5_000, 12)).astype(np.float32))


def space(words: list[str] = WORDS, subwords: Subwords | None = SUBWORDS) -> WordVectors:
    """Words that are the means of their n-grams alone, so that an unseen one lies near those it shares n-grams with."""
    return replace(WordVectors.from_arrays("pieces", words, [SUBWORDS.vector(word) for word in words]), subwords=subwords)


def test_an_unseen_word_has_a_vector_and_no_row():
    wv = space()
    np.testing.assert_array_equal(wv["kingdoms"], SUBWORDS.vector("kingdoms"))
    np.testing.assert_array_equal(wv["king"], wv.vectors[0])
    assert "kingdoms" not in wv
    assert wv.find(["kingdoms"]) == [None]
    with pytest.raises(UnknownWords, match="'kingdoms'"):
        wv.rows(["kingdoms"])


def test_a_space_without_ngrams_knows_its_words_only():
    wv = space(subwords=None)
    assert wv.composed("kingdoms") is None
    with pytest.raises(UnknownWords, match=r"^No vector in pieces \(8 words\) for 'kingdoms' \(near: kingdom\)\.$"):
        wv["kingdoms"]


def test_the_pieces_of_a_word_are_told():
    made = space().composed("Rivers")
    assert (made.asked, made.word) == ("Rivers", "rivers")  # the space knows lower case only
    assert made.ngrams[:4] == ("<ri", "<riv", "<rive", "riv")
    assert space(["King"]).composed("Rivers").word == "Rivers"


def test_a_query_puts_an_unseen_word_together_and_says_so():
    ranking = answer(space(), Query.parse("kingdoms", k=3), {})
    assert ranking.words[0] == "kingdom"
    vector, unit = SUBWORDS.vector("kingdoms"), space().unit[[2]][0]
    assert ranking.scores[0] == pytest.approx(unit @ vector / np.linalg.norm(vector), abs=1e-6)
    assert ranking.notes == (
        "'kingdoms' is not among the 8 words: its vector was put together from 21 of its pieces (n-grams), as fastText does. "
        "Near spellings that it has: kingdom.",
    )
    assert ranking.left_out == ()  # it could not be listed anyway
    assert ranking.unrestricted == "kingdom"


def test_seen_and_unseen_words_make_one_query():
    wv = space()
    ranking = answer(wv, Query.parse("kingdoms - king + 0.5*queen", k=8), {})
    unit = [vector / np.linalg.norm(vector) for vector in (wv["kingdoms"], wv["king"], wv["queen"])]
    target = unit[0] - unit[1] + 0.5 * unit[2]
    scores = wv.unit[:] @ (target / np.linalg.norm(target))
    expected = [WORDS[row] for row in np.argsort(-scores) if WORDS[row] not in ("king", "queen")]
    assert list(ranking.words) == expected
    assert ranking.left_out == ("king", "queen")


@pytest.mark.parametrize("method", SCORES)
def test_an_analogy_by_any_method_takes_unseen_words(method):
    wv, lists = space(), {"plurals": PairList("plurals", (("queen", "queens"), ("water", "waters")))}
    asked = {"method": method, "pairs": "plurals" if SCORES[method].learns else "", "learning": Learning(random_words=0)}
    ranking = answer(wv, Query.parse("king : kings :: river : ?", k=1, **asked), lists)
    same = answer(space([*WORDS, "riverbed"]), Query.parse("king : kings :: riverbed : ?", k=3, **asked), lists)
    made = answer(wv, Query.parse("king : kings :: riverbed : ?", k=3, **asked), lists)
    assert ranking.notes == ((f"{SCORES[method].title} learned from 2 pairs of @plurals.",) if SCORES[method].learns else ())
    assert made.words == same.words  # as if the space had the word
    np.testing.assert_allclose(made.scores, same.scores, atol=1e-6)


def test_capitals_are_folded_before_a_word_is_put_together():
    ranking = answer(space(), Query.parse("KINGDOMS + Water", k=2), {})
    same = answer(space(), Query.parse("kingdoms + water", k=2), {})
    assert (ranking.words, ranking.scores) == (same.words, same.scores)
    folded = "'Water' was read as 'water'; 'KINGDOMS' was read as 'kingdoms': pieces knows lower case only."
    assert ranking.notes == (folded, same.notes[0])


def test_a_word_asked_twice_is_told_once():
    assert len(answer(space(), Query.parse("kingdoms + kingdoms"), {}).notes) == 1


def test_a_word_too_short_for_any_piece_is_unknown_and_told_why():
    wv = space(subwords=Subwords(5, 6, SUBWORDS.vectors))
    why = "It puts unseen words together from n-grams of 5 to 6 letters, < and > counted; shorter ones have none."
    with pytest.raises(UnknownWords) as told:
        answer(wv, Query.parse("ab + kingdoms + x"), {})
    assert told.value.words == ("ab", "x")
    assert str(told.value).endswith(f". {why}")
    with pytest.raises(UnknownWords, match="shorter ones have none"):
        wv["ab"]


def test_lists_keep_to_stored_words():
    lists = {"rule": WordList("rule", ("king", "kingdoms"), "", "")}
    ranking = answer(space(), Query.parse("@rule", k=1), lists)
    assert ranking.notes == ("1 of 2 in @rule have no vector in pieces: kingdoms.",)


def test_the_first_words_of_a_space_keep_its_ngrams():
    first = space().first(2)
    assert list(first) == ["king", "kings"]
    np.testing.assert_array_equal(first["queen"], SUBWORDS.vector("queen"))


def test_ngrams_of_another_dimension_are_refused():
    with pytest.raises(BadFile, match="royal: vectors of 4 components, but n-grams of 12"):
        replace(WordVectors.from_arrays("royal", ["king"], [[1, 0, 0, 0]]), subwords=SUBWORDS)


def test_a_word_outside_the_models_encoding_is_told():
    wv = space(subwords=Subwords(3, 5, SUBWORDS.vectors, "cp852"))
    with pytest.raises(BadQuery, match="'日本語' cannot be written in cp852"):
        answer(wv, Query.parse("日本語"), {})


def test_the_command_line_tells_what_was_put_together(monkeypatch, capsys):
    monkeypatch.setattr("embeddings.catalog.open_space", lambda *_: space())
    assert cli.main(["query", "kingdoms", "-k", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["results"][0]["word"] == "kingdom"
    assert told["notes"][0].startswith("'kingdoms' is not among the 8 words: its vector was put together from 21 of its pieces")
    assert told["left_out"] == []
    assert cli.main(["neighbours", "kingdoms"]) == 0
    assert "put together from 21 of its pieces (n-grams), as fastText does" in capsys.readouterr().out
