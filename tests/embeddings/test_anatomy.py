"""The anatomy of an answer: ranks against a slow loop, verdicts that can be worked out by hand, and the command line's table."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import anatomy, cli, word_lists
from embeddings.analogy import ANALOGY_METHODS, SCORES
from embeddings.anatomy import VERDICTS, Standing
from embeddings.errors import BadQuery, UnknownList, UnknownWords
from embeddings.query import Query, answer, resolve
from embeddings.word_lists import PairList
from embeddings.word_vectors import WordVectors

PAIRS = {"some": PairList("some", (("boy", "girl"), ("prince", "princess")))}


def slow_rank(wv, query, word, left_out):
    """1 + the number of strictly larger scores, by a loop over all words, and how many are the same."""
    scores = dict(zip(wv, SCORES[query.method].run(wv, resolve(wv, query, word_lists.box() | PAIRS)[0], None).tolist(), strict=True))
    others = [score for other, score in scores.items() if other != word and other not in left_out]
    return 1 + sum(score > scores[word] for score in others), sum(score == scores[word] for score in others)


# ---- ranks


@pytest.mark.parametrize("word", ["queen", "kingdom", "apple", "zygote"])
def test_an_expected_word_has_the_rank_that_a_loop_counts(glove, word):
    query = Query.parse(f"king - man + woman = {word}", pairs="family")
    for each in anatomy.expected_by_method(glove, query):
        rank, tied = slow_rank(glove, query.by(each.method), word, {"king", "man", "woman"})
        assert each.standing.rank is not None
        assert abs(each.standing.rank - rank) <= (0 if rank < 1_000 else 20), each  # far down, scores differ by float32's rounding
        assert each.standing.tied <= tied + 20
        assert each.seconds > 0 and each.why == ""
        assert each.answer == answer(glove, query.by(each.method)).words[0]


def test_the_expected_word_is_told_under_the_six_methods_in_order(glove):
    told = anatomy.expected_by_method(glove, Query.parse("paris : france :: tokyo : japan", pairs="capital"))
    assert tuple(each.method for each in told) == ANALOGY_METHODS == ("3cosadd", "3cosmul", "pairdirection", "3cosavg", "lrcos", "onlyb")
    assert [each.standing.rank for each in told] == [1, 1, 1, 1, 1, 3]
    assert told[-1].answer == "osaka"


def test_tied_words_share_the_better_rank():
    wv = WordVectors.from_arrays("tied", ["b", "a", "a2", "x", "y", "z", "far"], [[1, 0], [0, 1], [1, 1], [2, 1], [4, 2], [2, 1], [-1, 0]])
    query = Query.parse("a : a2 :: b : y")
    told = {each.method: each.standing for each in anatomy.expected_by_method(wv, query)}
    for method in ("3cosadd", "3cosmul", "onlyb"):
        assert (told[method].rank, told[method].tied) == (1, 2), method
    assert answer(wv, query).words[:3] == ("x", "y", "z")


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_ranks_on_random_spaces_are_those_of_the_full_ranking(seed):
    rng = np.random.default_rng(seed)
    words = [f"w{n}" for n in range(60)]
    wv = WordVectors.from_arrays("random", words, rng.normal(size=(60, 6)))
    query = Query.parse("w0 : w1 :: w2 : w9", k=100)
    for each in anatomy.expected_by_method(wv, query, {}):
        if each.method != "lrcos":
            assert each.standing.rank == answer(wv, query.by(each.method), {}).words.index("w9") + 1


def test_ranks_keep_to_the_restriction(glove):
    query = Query.parse("king - man + woman = queen", restrict=20_000, pairs="family")
    for each in anatomy.expected_by_method(glove, query):
        found = answer(glove, Query.parse("king - man + woman", each.method, 200, 20_000, pairs="family"))
        assert each.standing.rank == found.words.index("queen") + 1


def test_an_expected_word_beyond_the_restriction_is_told_and_has_no_rank(glove):
    row = glove.vocabulary.row("queen")
    for each in anatomy.expected_by_method(glove, Query.parse("king - man + woman = queen", restrict=1_000)):
        assert each.standing == Standing("queen", None, 0, None)
        assert each.why == f"'queen' is number {row + 1:,} of the vocabulary, beyond the 1,000 that are searched."


def test_ranks_keep_to_the_subset(glove):
    query = Query.parse("paris : france :: tokyo : japan", pairs="capital", subset="@countries")
    for each in anatomy.expected_by_method(glove, query):
        found = answer(glove, query.by(each.method))
        assert each.standing.rank == found.words.index("japan") + 1
        assert each.answer == found.words[0]
    told = anatomy.of(glove, Query.parse("paris : france :: tokyo : kyoto", subset="@countries"))
    assert {each.why for each in told.expected} == {"'kyoto' is not among @countries, and only those words are searched."}
    assert told.only_b.ranking.words[0] == "japan"


def test_an_answer_ranked_by_more_than_its_score_is_not_taken_apart(royal):
    with pytest.raises(BadQuery, match="An answer ranked by mutual is not taken apart"):
        anatomy.of(royal, Query.parse("man : woman :: king : ?", rank_by="mutual"))


def test_an_asked_word_beyond_the_restriction_may_still_win(glove):
    told = anatomy.of(glove, Query.parse("sushi - japan + germany", restrict=10_000))
    sushi = next(each for each in told.inputs if each.word == "sushi")
    assert (told.ranking.unrestricted, sushi.rank) == ("sushi", 1)


def test_an_unknown_expected_word_is_told_with_near_spellings(glove):
    with pytest.raises(UnknownWords, match=r"'jappan' \(near: japan.*has no rank, which speaks neither for nor against a method"):
        anatomy.of(glove, Query.parse("paris : france :: tokyo : jappan"))


def test_an_expected_word_in_capitals_is_found(glove):
    assert anatomy.of(glove, Query.parse("Paris : France :: Tokyo : Japan")).expected[0].standing.word == "japan"


@pytest.mark.parametrize("word", ["king", "man", "woman", "KING"])
def test_an_asked_word_cannot_be_expected(royal, word):
    with pytest.raises(BadQuery, match=f"'{word.lower()}' is expected as the answer, and it is asked"):
        anatomy.of(royal, Query.parse(f"king - man + woman = {word}"))


def test_nothing_expected_is_told(royal):
    with pytest.raises(BadQuery, match="No answer is expected"):
        anatomy.expected_by_method(royal, Query.parse("king - man + woman"))


def test_a_method_that_cannot_rank_the_word_says_why(royal):
    told = {each.method: each for each in anatomy.expected_by_method(royal, Query.parse("king + boy = queen"))}
    assert told["3cosadd"].standing.rank is not None
    assert told["pairdirection"].why.startswith("PairDirection needs an analogy of three words")
    told = {each.method: each for each in anatomy.expected_by_method(royal, Query.parse("man : woman :: king : queen"))}
    assert told["lrcos"].why.startswith("LRCos learns from a list of pairs")
    assert told["lrcos"].standing == Standing("queen", None, 0, None)


def test_a_word_at_the_place_of_b_has_no_direction_from_it():
    wv = WordVectors.from_arrays("near", ["b", "same", "a", "a2", "c"], [[1, 0], [7, 0], [1, 1], [0, 1], [-1, 1]])
    told = {each.method: each for each in anatomy.expected_by_method(wv, Query.parse("a : a2 :: b : same"))}
    assert told["pairdirection"].why == "PairDirection has no score for 'same': it lies on b."
    assert told["onlyb"].standing.rank == 1


def test_an_unknown_list_of_pairs_is_told(royal):
    with pytest.raises(UnknownList):
        anatomy.of(royal, Query.parse("man : woman :: king : queen", "lrcos", pairs="nope"))


# ---- the verdict


def test_king_minus_man_plus_woman_is_not_oversold(glove):
    told = anatomy.of(glove, Query.parse("king - man + woman"))
    assert told.ranking == answer(glove, Query.parse("king - man + woman"))
    assert told.verdict.name == "offset-and-exclusion"
    assert told.verdict.sentence == (
        "The offset changed the answer, and leaving the asked words out did the rest: 'king' alone gives 'prince' (cosine 0.824); "
        "'queen' is its 2nd neighbour (cosine 0.784); 'king', which was asked, scores higher (0.885 against 0.852)."
    )
    assert [(each.word, each.rank) for each in told.inputs] == [("king", 1), ("man", 995), ("woman", 196)]
    assert told.only_b.ranking.words[:2] == ("prince", "queen")
    assert (told.only_b.answer_here.rank, told.only_b.first_there.rank) == (2, 3)


def test_the_ranks_of_asked_words_are_those_a_loop_counts(glove):
    query = Query.parse("king - man + woman")
    for each in anatomy.of(glove, query).inputs:
        assert (each.rank, each.tied) == slow_rank(glove, query, each.word, set())


def plane(**words):
    """A space of words on a plane, each at an angle in degrees."""
    turns = np.radians(list(words.values()))
    return WordVectors.from_arrays("plane", words, np.stack([np.cos(turns), np.sin(turns)], axis=1))


def test_the_offset_changed_the_answer():
    # a -> a2 is a quarter turn; b alone gives `near`, the offset gives `far`, and no asked word lies at b - a + a2
    told = anatomy.of(plane(a=180, a2=90, b=0, near=-10, far=45), Query.parse("a : a2 :: b : ?"))
    assert (told.ranking.words[0], told.only_b.ranking.words[0]) == ("far", "near")
    assert told.verdict.name == "offset"
    assert told.verdict.sentence.startswith(
        "The offset changed the answer: 'b' alone gives 'near' (cosine 0.985); 'far' is its 2nd neighbour"
    )


def test_the_nearest_neighbour_would_have_done():
    told = anatomy.of(plane(a=120, a2=110, b=0, near=-10, far=60), Query.parse("a : a2 :: b : ?"))
    assert told.verdict.name == "neighbour-and-exclusion"
    assert told.ranking.unrestricted == "b"
    # b - a + a2 = (1.158, 0.074) lies at 3.6 degrees: cosines 0.998 with b, 0.972 with near
    assert told.verdict.sentence == (
        "The nearest neighbour of b would have done, and an asked word would win: 'near' is nearest to 'b' without any offset "
        "(cosine 0.985); 'b', which was asked, scores higher (0.998 against 0.972)."
    )


def test_the_nearest_neighbour_may_win_by_itself():
    told = anatomy.of(plane(a=180, a2=90, b=0, near=40, far=-60), Query.parse("a : a2 :: b : ?"))
    assert told.verdict.name == "neighbour"
    assert told.verdict.sentence.endswith("'near' is nearest to 'b' without any offset (cosine 0.766).")


def test_a_tie_with_the_nearest_neighbour_counts_as_it():
    wv = WordVectors.from_arrays("tie", ["a", "a2", "b", "up", "down"], [[-1, 0], [0, 1], [1, 0], [1, 1], [1, -1]])
    told = anatomy.of(wv, Query.parse("a : a2 :: b : ?"))
    assert told.only_b.answer_here == Standing("up", 1, 1, pytest.approx(np.sqrt(0.5)))
    assert told.verdict.name == "neighbour"


def test_the_learned_class_is_named_for_what_it_is(glove):
    told = anatomy.of(glove, Query.parse("paris : france :: tokyo : ?", "lrcos", pairs="capital"))
    assert told.verdict.sentence.startswith("The learned class changed the answer: 'tokyo' alone gives 'osaka'")


def test_only_b_is_called_the_baseline(royal):
    assert anatomy.of(royal, Query.parse("man : woman :: king : ?", "onlyb")).verdict.name == "baseline"


@pytest.mark.parametrize("text", ["king", "king + man", "man : woman :: @some : ?"])
def test_without_a_single_word_b_there_is_no_offset_to_judge(royal, text):
    told = anatomy.of(royal, Query.parse(text), PAIRS)
    assert (told.verdict.name, told.only_b) == ("no-analogy", None)
    assert told.inputs


def test_a_space_of_asked_words_alone_has_nothing_to_answer():
    told = anatomy.of(plane(a=180, a2=90, b=0), Query.parse("a : a2 :: b : ?"))
    assert (told.verdict.name, told.only_b, told.ranking.words) == ("nothing", None, ())


@pytest.mark.parametrize("method", SCORES)
def test_every_method_can_be_taken_apart(glove, method):
    told = anatomy.of(glove, Query.parse("king - man + woman = queen", method, pairs="family"))
    assert told.verdict.name in VERDICTS
    assert len(told.inputs) == 3 and len(told.expected) == 6
    data = json.loads(json.dumps(cli.text.finite(told.as_json()), allow_nan=False))
    assert set(data) == {"verdict", "sentence", "part_labels", "parts_do", "parts", "unrestricted", "inputs", "only_b", "expected"}
    assert [len(line["parts"]) for line in data["parts"]] == [len(data["part_labels"])] * 10


def test_a_list_is_told_of_only_where_the_method_itself_would_learn_from_it(glove):
    assert anatomy.of(glove, Query.parse("king - man + woman", pairs="family")).ranking.notes == ()
    assert anatomy.of(glove, Query.parse("king - man + woman", "lrcos", pairs="family")).ranking.notes


# ---- the command line


def run(capsys, *argv):
    status = cli.main(["query", *argv])
    return status, capsys.readouterr()


def test_the_command_line_tells_the_expected_word_under_six_methods(capsys):
    status, said = run(capsys, "paris : france :: tokyo : japan", "--pairs", "capital", "-k", "3")
    assert status == 0
    for line in ("'japan' was expected; asked words left out:", "PairDirection  1 ", "Only-b         3 ", "The offset changed the answer:"):
        assert line in said.out
    assert "The parts" not in said.out


def test_the_anatomy_as_text_has_parts_and_asked_words(capsys):
    status, said = run(capsys, "king - man + woman", "--anatomy", "--expect", "queen", "-k", "2")
    assert status == 0
    assert "The parts add up to the score:\nword    + king    - man  + woman   score\nqueen   0.7884  -0.5397   0.6037  0.8524" in said.out
    assert "The asked words, were they allowed:\nword   rank  score\nking   1     0.8854" in said.out
    assert "LRCos: LRCos learns from a list of pairs" in said.out


@pytest.mark.parametrize(("flags", "there"), [([], False), (["--anatomy"], True), (["--expect", "queen"], True)])
def test_json_has_the_anatomy_only_when_it_is_asked_for(capsys, flags, there):
    status, said = run(capsys, "king - man + woman", "--json", *flags)
    assert status == 0
    assert ("anatomy" in json.loads(said.out)) is there


def test_two_expected_words_are_refused(capsys):
    status, said = run(capsys, "paris : france :: tokyo : japan", "--expect", "china")
    assert status == 2
    assert "The query expects 'japan' and --expect says 'china'. Give one of them." in said.err
    assert run(capsys, "paris : france :: tokyo : japan", "--expect", "japan", "-k", "1")[0] == 0


def test_the_seed_is_used_by_lrcos_and_else_said_to_change_nothing(capsys):
    asked = ("walking : walked :: swimming : ?", "--method", "lrcos", "--pairs", "past-tense", "--json")
    one, again, other = (run(capsys, *asked, "--seed", seed)[1] for seed in ("1", "1", "2"))
    assert one.out == again.out != other.out
    assert one.err == ""
    assert "--seed 1 changes nothing" in run(capsys, "king", "--seed", "1")[1].err


def test_a_list_may_be_named_with_its_at_sign(capsys):
    one, other = (
        run(capsys, "king - man + woman", "--method", "3cosavg", "--pairs", name, "--json")[1].out for name in ("family", "@family")
    )
    assert one == other
