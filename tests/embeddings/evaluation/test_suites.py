"""Suites: those in the box, own files told apart by content, and what is wrong with a file, by file and line."""

from __future__ import annotations

import sys

import pytest

from embeddings import evaluation
from embeddings.errors import BadFile
from embeddings.evaluation import reading, suites
from embeddings.evaluation.suites import Pair, Question


def parsed(text: str, file: str = "mine.txt"):
    return reading.parse(text.encode(), file, "mine", "Mine", "me")


def test_the_google_set_has_its_14_sections_and_19544_questions():
    google = evaluation.find("google")
    assert google.n_questions == 19_544
    assert [section.kind for section in google.sections] == ["semantic"] * 5 + ["syntactic"] * 9
    assert google.sections[0].questions[0] == Question("Athens", "Greece", "Baghdad", ("Iraq",))
    assert sum(len(section.questions) for section in google.sections if section.kind == "semantic") == 8_869


def test_the_rated_pairs_in_the_box_are_as_many_as_their_names_say():
    assert len(evaluation.find("wordsim353").pairs) == 353
    assert len(evaluation.find("simlex999").pairs) == 999
    assert evaluation.find("simlex999").pairs[0] == Pair("old", "new", 1.58)


def test_gensim_is_not_imported_for_its_data():
    import subprocess

    code = "import sys; from embeddings import evaluation; evaluation.find('google'); print('gensim' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "False\n"


def test_questions_in_sections_are_read_and_remarks_are_not():
    suite = parsed("# mine\n: kin\nman woman king queen\n\n: two\r\na b c d\r\n")
    assert [section.name for section in suite.sections] == ["kin", "two"]
    assert suite.sections[1].questions == (Question("a", "b", "c", ("d",)),)


def test_four_words_a_line_without_a_heading_are_one_section():
    assert [section.name for section in parsed("man woman king queen\n").sections] == ["mine"]


def test_a_section_that_comes_twice_is_one():
    suite = parsed(": kin\na b c d\n: other\na b c d\n: kin\ne f g h\n")
    assert [(section.name, len(section.questions)) for section in suite.sections] == [("kin", 2), ("other", 1)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (": kin\nman woman king\n", "mine.txt, line 2: an analogy has four words, this line has 3: 'man woman king'"),
        (": kin\nman woman king queen prince\n", "line 2: .* has 5"),
        (": kin\n: other\na b c d\n", "mine.txt: the section 'kin' has no questions"),
        ("tiger\tcat\t7.35\nlove\tsex\n", "mine.txt, line 2: two words and a rating are needed, not 'love\tsex'"),
        ("tiger\tcat\t7.35\nlove\tsex\tnan\n", "line 2: two words and a rating"),
        ("hello\n", "mine.txt, line 1: 'hello' is neither"),
        ("", "mine.txt is empty"),
        ("# only a remark\n", "mine.txt is empty"),
        ("cat\tcats\ndog\n", "mine.txt, line 2: a word, a tab and its answers"),
        ("cat\tcats\n", "1 lines with a word and its answers; 2 to 1,000 make questions"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_line(text, told):
    with pytest.raises(BadFile, match=told):
        parsed(text)


def test_a_picture_is_no_suite():
    with pytest.raises(BadFile, match="mine.png: this is a PNG image"):
        reading.parse(b"\x89PNG\r\n\x1a\n", "mine.png", "mine", "Mine", "me")


@pytest.mark.parametrize(
    "text",
    ["word1\tword2\tscore\ntiger\tcat\t7.35\n", "tiger,cat,7.35\n", "tiger;cat;7.35\n", "tiger cat 7.35\n", "tiger\tcat\t7.35\t7\t8\t7\n",
     "tiger-n cat-n 7.35\n"],
)  # fmt: skip
def test_rated_pairs_are_read_with_tabs_commas_blanks_a_head_more_columns_or_tags(text):
    assert parsed(text).pairs == (Pair("tiger", "cat", 7.35),)


def test_a_bats_file_asks_every_ordered_pair_and_takes_any_answer():
    suite = parsed("cat\tcats\nman\tmen/mans\nbox\tboxes\n")
    questions = suite.sections[0].questions
    assert len(questions) == 6
    assert Question("man", "men", "cat", ("cats",)) in questions
    assert Question("cat", "cats", "man", ("men", "mans")) in questions


def test_a_folder_of_bats_has_a_section_a_file_with_its_kind(home):
    folder = home / "evaluation" / "BATS_3.0"
    (folder / "1_Inflectional_morphology").mkdir(parents=True)
    (folder / "4_Lexicographic_semantics").mkdir()
    (folder / "1_Inflectional_morphology" / "I01 [noun - plural_reg].txt").write_text("cat\tcats\ndog\tdogs\n")
    (folder / "4_Lexicographic_semantics" / "L01 [hypernyms - animals].txt").write_text("cat\tfeline/animal\ndog\tcanine/animal\n")
    assert evaluation.names()[-1] == "bats_3-0"
    suite = evaluation.find("bats_3-0")
    assert (suite.title, [section.kind for section in suite.sections]) == ("BATS", ["syntactic", "semantic"])
    assert suite.n_questions == 4


def test_a_dropped_file_is_kept_found_and_removed(home):
    kept = suites.keep("My pairs.csv", b"tiger,cat,7.35\nking,queen,8.1\n")
    assert evaluation.names() == ["google", "wordsim353", "simlex999", kept.name]
    assert evaluation.find(kept.name).pairs == kept.pairs
    with pytest.raises(BadFile, match="there is a suite .* already"):
        suites.keep("My pairs.csv", b"tiger,cat,7.35\nking,queen,8.1\n")
    suites.remove(kept.name)
    assert evaluation.names() == ["google", "wordsim353", "simlex999"]


def test_a_dropped_file_that_cannot_be_read_is_not_kept(home):
    with pytest.raises(BadFile, match="mine.txt, line 1"):
        suites.keep("mine.txt", b"what is this\tindeed\tno\n")
    assert not (home / "evaluation").exists()


def test_a_name_cannot_lead_out_of_the_folder(home):
    suite = suites.keep("../../etc/passwd.txt", b"tiger,cat,7.35\n")
    assert [path.name for path in (home / "evaluation").iterdir()] == [f"{suite.name}.txt"]
    with pytest.raises(suites.UnknownSuite, match="no suite '../secret'. There are google, wordsim353, simlex999"):
        evaluation.find("../secret")


def test_a_link_that_leads_out_of_the_folder_is_not_listed(home, tmp_path):
    (tmp_path / "secret.txt").write_text("tiger,cat,7.35\n")
    (home / "evaluation").mkdir(parents=True)
    (home / "evaluation" / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert "link" not in evaluation.names()
