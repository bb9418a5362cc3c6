"""Word lists: what is read from every file a reader may drop, what is refused and how, and what is kept."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import pickle
import string
import unicodedata
import zipfile

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embeddings import catalog, word_lists
from embeddings.errors import BadFile, StorageError, UnknownList
from embeddings.word_lists import Coverage, PairList, WordList, coverage, paste, read, remove, save, saved, slug
from embeddings.word_lists.decoding import UNFIT
from embeddings.word_lists.lists import NAME
from embeddings.word_vectors import WordVectors
from scripts import make_pair_lists

PLAIN = st.text("abcdefghijklmnopqrstuvwxyzäéñčжя中日ひ", min_size=1, max_size=12).map(lambda word: unicodedata.normalize("NFC", word))
WORDS = st.lists(PLAIN, min_size=2, max_size=20, unique=True)
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=20)


def the(lists):
    """The only list."""
    assert len(lists) == 1
    return lists[0]


def words_of(text, filename="pets.txt"):
    return the(read(text.encode(), filename)).words


def pairs_of(text, filename="pairs.txt"):
    return the(read(text.encode(), filename)).pairs


# ---- names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My Words", "my-words"),
        ("glove.6B.50d", "glove-6b-50d"),
        ("Straße & Größe", "strasse-grosse"),
        ("Smørrebrød", "smorrebrod"),
        ("Łódź", "lodz"),
        ("past_tense-2", "past_tense-2"),
        ("../../etc/passwd", "etc-passwd"),
        ("中文", "list"),
        ("", "list"),
        ("---", "list"),
        ("con", "con-list"),  # a device on Windows, whatever the ending
        ("x" * 80, "x" * 60),
    ],
)
def test_a_name_is_made_from_a_title(text, name):
    assert slug(text) == name


@given(st.text())
def test_every_name_is_safe_and_names_itself(text):
    assert NAME.fullmatch(slug(text))
    assert slug(slug(text)) == slug(text)


# ---- a word a line


def test_a_word_or_phrase_stands_on_each_line():
    assert words_of("cat\nGolden Retriever\n\n  dog  \n") == ("cat", "Golden Retriever", "dog")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(end):
    assert words_of(f"cat{end}dog{end}") == ("cat", "dog")


def test_the_list_is_named_after_its_file():
    listed = the(read(b"cat", "C:\\lists\\My Pets.TXT"))
    assert (listed.name, listed.title) == ("my-pets", "My Pets")


def test_the_header_tells_title_source_and_licence():
    listed = the(read(b"# title: Pets\n# Source: the vet\n# license: CC0\n# note: Both are furry.\ncat\ndog\n", "p.txt"))
    assert listed == WordList("p", ("cat", "dog"), "Pets", "the vet", "CC0", ("Both are furry.",))


def test_other_comments_are_left_out_with_a_note():
    listed = the(read(b"#pets\n# of all kinds\ncat\n# big ones\nhorse\n", "p.txt"))
    assert listed.words == ("cat", "horse")
    assert listed.notes == ("3 comments left out: '#pets', '# of all kinds', '# big ones'.",)


def test_a_hashtag_after_the_first_word_is_a_word():
    assert words_of("cat\n#dogs\n") == ("cat", "#dogs")


@pytest.mark.parametrize("text", ["cat, dog, guinea pig", "cat;dog;guinea pig;", "cat\tdog\tguinea pig", '"cat", "dog", "guinea pig"'])
def test_words_stand_on_one_line_between_commas_or_the_like(text):
    assert words_of(text) == ("cat", "dog", "guinea pig")


def test_words_on_one_line_between_spaces_are_told_from_a_phrase_by_their_number():
    listed = paste("cat dog horse", "pets")
    assert listed.words == ("cat", "dog", "horse")
    assert listed.notes == ("One line without commas: it was read as 3 words, not as one phrase.",)
    assert paste("new york", "cities").words == ("new york",)


def test_commas_at_the_ends_of_lines_belong_to_no_word():
    assert words_of("cat,\ndog,\nhorse") == ("cat", "dog", "horse")


def test_words_between_commas_on_several_lines_are_one_list():
    assert words_of("cat, dog, horse\nrat, ox\n") == ("cat", "dog", "horse", "rat", "ox")


def test_a_comma_on_some_lines_belongs_to_its_phrase_and_is_noted():
    listed = the(read(b"Paris\nWashington, D.C.\nRome\n", "c.txt"))
    assert listed.words == ("Paris", "Washington, D.C.", "Rome")
    assert listed.notes == ("1 line with a comma read as one phrase each: 'Washington, D.C.'.",)


@pytest.mark.parametrize("marks", [(",", ".", ";"), ("-", ":", '"'), (",",), ("#x", "[CLS]")])
def test_marks_are_words_too(marks):
    assert words_of("x\n" + "\n".join(marks)) == ("x", *marks)


def test_a_word_in_brackets_is_not_taken_for_json():
    assert words_of("[CLS]\n[SEP]\n") == ("[CLS]", "[SEP]")


def test_repeated_words_are_kept_once_and_counted():
    listed = the(read(b"cat\ndog\ncat\ncat\ndog\nCat\n", "p.txt"))
    assert listed.words == ("cat", "dog", "Cat")  # case is kept
    assert listed.notes == ("3 repeated words kept once.",)


def test_decomposed_letters_are_composed_with_a_note():
    listed = the(read("cafe\u0301\ncafé\n".encode(), "p.txt"))
    assert listed.words == ("café",)
    assert listed.notes == ("1 word brought to composed Unicode (NFC).", "1 repeated word kept once.")


def test_what_cannot_be_seen_does_not_make_another_word():
    listed = the(read("cat\ncat\u200b\nguinea\u00a0 pig\n".encode(), "p.txt"))
    assert listed.words == ("cat", "guinea pig")
    assert listed.notes[:2] == ("1 word freed of invisible characters at the ends.", "1 word with inner spaces made single ones.")


def test_a_hundred_thousand_lines_are_read():
    words = tuple(f"word{n}" for n in range(100_000))
    assert words_of("\n".join(words)) == words
    assert words_of("".join(f"{word},\n" for word in words), "w.csv") == words


def test_a_list_may_hold_as_many_words_as_the_limit_and_no_more():
    text = "\n".join(f"w{n}" for n in range(200_001))
    assert len(words_of(text[: text.rindex("\n")] + "\nw0")) == 200_000  # a repeated word does not count
    with pytest.raises(BadFile, match="'big.txt': it holds 200,001 words; a list can have up to 200,000"):
        read(text.encode(), "big.txt")


def test_a_file_too_large_for_any_list_is_not_read():
    with pytest.raises(BadFile, match="'big.txt': it has 50 MB; a list can have up to 50 MB"):
        read(b"a" * 50_000_001, "big.txt")


def test_a_file_with_too_many_lists_is_told():
    text = json.dumps({f"list {n}": ["cat"] for n in range(501)})
    with pytest.raises(BadFile, match="'all.json': it holds 501 lists; a file can have up to 500"):
        read(text.encode(), "all.json")


# ---- pairs


@pytest.mark.parametrize(
    "text",
    [
        "man -> woman\nking -> queen\n",
        "man => woman\nking→queen\n",
        "man : woman\nking: queen\n",
        "man\twoman\nking\tqueen\n",
        "man, woman\nking, queen\n",
        "man,woman,\nking,queen,\n",
        "# pairs\n\nman; woman\n\nking; queen\n",
    ],
)
def test_two_fields_on_every_line_are_pairs(text):
    assert pairs_of(text) == (("man", "woman"), ("king", "queen"))


def test_a_single_pair_needs_an_arrow():
    assert pairs_of("man -> woman") == (("man", "woman"),)
    assert words_of("man, woman") == ("man", "woman")


def test_a_heading_before_commas_makes_no_pair():
    assert words_of("fruits: apple, fig") == ("fruits: apple", "fig")


def test_a_line_that_breaks_the_rule_makes_it_a_list_of_words():
    assert words_of("man -> woman\nking\n") == ("man -> woman", "king")


def test_repeated_pairs_are_kept_once_and_counted():
    listed = the(read(b"a -> b\nc -> d\na -> b\nb -> a\n", "p.txt"))
    assert listed.pairs == (("a", "b"), ("c", "d"), ("b", "a"))
    assert listed.notes == ("1 repeated pair kept once.",)


def test_the_words_of_pairs_are_distinct_and_in_order():
    assert PairList("p", (("b", "a"), ("a", "c"), ("b", "c"))).words == ("b", "a", "c")


# ---- tables


def test_a_column_under_a_header_is_a_list_of_words():
    listed = the(read(b"word\ncat\ndog\n", "pets.csv"))
    assert listed.words == ("cat", "dog")
    assert listed.notes == ("The first line was read as a header: 'word'.",)


def test_a_column_without_a_header_keeps_its_first_line():
    assert words_of("cat\ndog\n", "pets.csv") == ("cat", "dog")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("filename", ["p.csv", "p.tsv"])
def test_two_columns_are_pairs_by_any_delimiter(delimiter, filename):
    text = "country,capital\nfrance,paris\njapan,tokyo\n".replace(",", delimiter)
    assert pairs_of(text, filename) == (("france", "paris"), ("japan", "tokyo"))


def test_two_columns_without_a_header_are_pairs_from_the_first_line():
    assert pairs_of("man,woman\nking,queen\n", "p.csv") == (("man", "woman"), ("king", "queen"))


def test_the_only_capitalised_line_is_a_header():
    listed = the(read(b"Mann,Frau\nking,queen\nuncle,aunt\n", "p.csv"))
    assert listed.pairs == (("king", "queen"), ("uncle", "aunt"))
    assert listed.notes == ("The first line was read as a header: 'Mann', 'Frau'.",)
    assert pairs_of("Paris,France\nRome,Italy\nOslo,Norway\n", "p.csv")[0] == ("Paris", "France")


def test_a_pair_without_its_second_word_is_left_out_with_a_note():
    listed = the(read(b"man,woman\nking,\nuncle,aunt\n", "p.csv"))
    assert listed.pairs == (("man", "woman"), ("uncle", "aunt"))
    assert listed.notes == ("1 pair left out for lack of the other word: 'king'.",)


def test_three_columns_are_a_list_each_named_by_the_header():
    lists = read(b"Fruit,Animal,My Colour\napple,dog,red\nfig,cat\n,ox,blue\n", "t.csv")
    assert [(listed.name, listed.title, listed.words) for listed in lists] == [
        ("fruit", "Fruit", ("apple", "fig")),
        ("animal", "Animal", ("dog", "cat", "ox")),
        ("my-colour", "My Colour", ("red", "blue")),
    ]


def test_columns_of_one_title_get_names_of_their_own():
    lists = read(b"a,a,!\nx,y,z\n", "t.csv")
    assert [listed.name for listed in lists] == ["a", "a-2", "list"]


def test_three_fields_a_line_in_plain_text_are_words_unless_there_is_a_header():
    assert words_of("red,green,blue\nblack,white,grey\n") == ("red", "green", "blue", "black", "white", "grey")
    assert len(read(b"Fruit,Animal,Colour\napple,dog,red\nfig,cat,blue\n", "t.txt")) == 3


def test_columns_of_numbers_are_left_out_with_a_note():
    listed = the(read(b",word1,word2,SimLex\n0,old,new,1.58\n1,smart,intelligent,9.2\n", "simlex.csv"))
    assert listed.pairs == (("old", "new"), ("smart", "intelligent"))
    assert "Columns of numbers were left out: '(blank)', 'SimLex'." in listed.notes


def test_numbers_without_a_header_are_words():
    assert pairs_of("one,1\ntwo,2\n", "p.csv") == (("one", "1"), ("two", "2"))
    assert words_of("1\n2\n", "n.csv") == ("1", "2")


def test_fields_beyond_the_first_line_are_left_out_with_a_note():
    listed = the(read(b"man,woman\nking,queen,prince\nuncle,aunt\n", "p.csv"))
    assert listed.pairs == (("man", "woman"), ("king", "queen"), ("uncle", "aunt"))
    assert listed.notes == ("Fields beyond the 2 of the first line were left out: 'prince'.",)


def test_empty_columns_count_for_nothing():
    assert words_of("cat,,\ndog,,\n,,\n", "p.csv") == ("cat", "dog")


def test_commas_and_lines_within_quotation_marks_belong_to_the_word():
    assert words_of('word\n"Washington, D.C."\n"New\nYork"\n"a ""b"""\n', "c.csv") == ("Washington, D.C.", "New York", 'a "b"')


def test_a_quotation_mark_that_does_not_close_is_told_with_its_line():
    with pytest.raises(BadFile, match="'p.csv': the table row of line 3 cannot be read .*Quotation marks must close"):
        read(b'man,woman\n# royal\n"king,queen\nuncle,aunt\n', "p.csv")


def test_one_line_in_a_csv_is_its_words():
    assert words_of("cat,dog,horse\n", "p.csv") == ("cat", "dog", "horse")


# ---- JSON


@pytest.mark.parametrize("filename", ["p.json", "p.txt", "p", "p.csv"])
def test_json_is_known_by_its_content(filename):
    assert words_of('["cat", "guinea pig", "cat"]', filename) == ("cat", "guinea pig")
    assert pairs_of('\n [["man", "woman"], ["king", "queen"]]', filename) == (("man", "woman"), ("king", "queen"))


def test_a_json_object_is_a_list_for_every_name():
    lists = read(b'{"My pets": ["cat"], "royal": [["king", "queen"]], "My pets": ["dog"], "none": []}', "all.json")
    assert {listed.name: listed.words for listed in lists} == {
        "my-pets": ("cat",),
        "royal": ("king", "queen"),
        "my-pets-2": ("dog",),
    }
    assert lists[0].notes == ("1 list left out for lack of words: 'none'.",)


def test_a_kept_list_can_be_dropped_again(tmp_path):
    kept = PairList("royal", (("king", "queen"),), "Royal", "me", "CC0", ("A note.",))
    file = save(kept, tmp_path)
    assert read(file.read_bytes(), "download (1).json") == [kept]


def test_invalid_json_is_told_with_its_line():
    with pytest.raises(BadFile, match="'p.json': it is not valid JSON: .*line 3, column 1"):
        read(b'["cat",\n"dog"\n"horse"]', "p.json")
    with pytest.raises(BadFile, match="'p.txt': it is not valid JSON: .*line 1"):
        read(b'["cat", "dog"', "p.txt")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"cat"', "the JSON holds a text. It can be a list of words"),
        ("7", "the JSON holds the number 7. It can be"),
        ("null", "the JSON holds null. It can be"),
        ("{}", "the JSON holds an empty object. It can be"),
        ('{"a": "cat"}', "'a' is a text, not a list. It can be"),
        ('{"a": {"b": ["c"]}}', "'a' is an object, not a list. It can be"),
        ('[["a", "b", "c"]]', "item 1 of the list is a list of 3, not a word or a pair. It can be"),
        ('["a", null]', "item 2 of the list is null, not a word or a pair. It can be"),
        ('["a", {"b": 1}]', "item 2 of the list is an object, not a word or a pair. It can be"),
        ('[["a", "b"], ["a", true]]', "item 2 of the list is true, not a word or a pair. It can be"),
        ('["a", ["b", "c"]]', "the list begins with a text, but item 2 is a pair. It can be"),
        ('["a", "\\ud800"]', "item 2 of the list holds a control code or half a character"),
        ('["a", "b\\u0000"]', "item 2 of the list holds a control code or half a character"),
    ],
)
def test_json_of_another_shape_is_told_with_the_shapes_that_work(text, message):
    with pytest.raises(BadFile) as refused:
        read(text.encode(), "p.json")
    assert str(refused.value).startswith(f"'p.json': {message}")


@pytest.mark.parametrize(("text", "place", "number"), [('["a", 7]', 2, "7"), ("[1.50]", 1, "1.50"), ('[["a", "b"], ["c", NaN]]', 2, "NaN")])
def test_a_number_in_json_is_told_with_its_place(text, place, number):
    with pytest.raises(BadFile, match=f"item {place} of the list has the number {number}. If it is meant as a word, quote it"):
        read(text.encode(), "p.json")


def test_a_number_too_long_for_python_is_still_only_a_number():
    with pytest.raises(BadFile, match=r"item 1 of the list has the number 1{37}\.\.\."):
        read(b"[" + b"1" * 10_000 + b"]", "p.json")


def test_json_nested_too_deep_is_told():
    with pytest.raises(BadFile, match="lists within lists, too many to read"):
        read(b"[" * 100_000, "p.json")


# ---- files without words


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", "\n".encode("utf-16")])
@pytest.mark.parametrize("filename", ["p.txt", "p.csv", "p.json"])
def test_an_empty_file_is_told(data, filename):
    with pytest.raises(BadFile, match=f"'{filename}': it is empty. There must be at least one word"):
        read(data, filename)


def test_a_file_of_comments_is_told():
    with pytest.raises(BadFile, match="'p.txt': it holds only comments \\(lines that start with #\\)"):
        read(b"# title: Pets\n\n#cat\n", "p.txt")


@pytest.mark.parametrize("text", ["[]", '[" "]', '{"a": [], "b": [""]}', '[["a", ""]]'])
def test_json_without_words_is_told(text):
    with pytest.raises(BadFile, match="'p.json': there are no words in it"):
        read(text.encode(), "p.json")


def test_a_table_without_words_is_told():
    with pytest.raises(BadFile, match="there are no words in it"):
        read(b"a,\n,b\n,c\n", "p.csv")


# ---- files that are not text


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("words.txt", "cat")
    return out.getvalue()


def saved_array():
    out = io.BytesIO()
    np.save(out, np.zeros(3))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
        (b"%PDF-1.7\n1 0 obj", "a PDF document"),
        (zipped(), "a zip archive"),
        (b"\x1f\x8b\x08\0", "a gzip archive"),
        (pickle.dumps(["cat"]), "a pickle, which is never opened"),
        (saved_array(), "a NumPy array"),
    ],
)
def test_a_file_of_another_kind_is_told_by_its_kind_whatever_its_name(data, kind):
    with pytest.raises(BadFile, match=f"'words.txt': this is {kind}.*, not text. Save the list as plain text in UTF-8"):
        read(data, "words.txt")


@pytest.mark.parametrize("data", [b"cat\0dog\0", b"\0\0\0\0", b"cat\n\0", b"\x01\0\x02\0\0\x03"])
def test_zero_bytes_are_told(data):
    with pytest.raises(BadFile, match="it holds zero bytes: the file is binary, not text"):
        read(data, "words.txt")


def test_a_control_code_is_told_with_its_line():
    with pytest.raises(BadFile, match="line 2 holds the character U\\+0007, which no text has"):
        read(b"cat\ndog\x07\n", "words.txt")


def test_a_name_of_a_file_is_told_on_one_line_and_cut():
    with pytest.raises(BadFile) as refused:
        read(b"", "a\nb" + "c" * 500)
    assert str(refused.value).startswith("'a bccc") and "\n" not in str(refused.value) and len(str(refused.value)) < 250


# ---- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_file_that_says_its_encoding_needs_no_note(encoding):
    listed = the(read("naïve\n猫\n".encode(encoding), "w.txt"))
    assert (listed.words, listed.notes) == (("naïve", "猫"), ())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zero_bytes(encoding):
    listed = the(read("naïve\ncat\n".encode(encoding), "w.txt"))
    assert (listed.words, listed.notes) == (("naïve", "cat"), ("It does not say its encoding; it was read as UTF-16.",))


def test_what_is_not_utf_8_is_read_as_windows_1252_with_a_note():
    listed = the(read("cat\nnaïve\n“café”\n".encode("cp1252"), "w.txt"))
    assert listed.words == ("cat", "naïve", "“café”")
    assert listed.notes == ("Not UTF-8 (byte 0xEF in line 2); it was read as Windows-1252 (Latin-1).",)


def test_bytes_of_no_encoding_are_told_with_their_line():
    with pytest.raises(BadFile, match="line 2 is neither UTF-8 nor Windows-1252"):
        read(b"cat\n\x81\x8d\n", "w.txt")


def test_utf_16_that_is_cut_off_is_told():
    with pytest.raises(BadFile, match="it begins as UTF-16 text, but byte 9 is not: the file is damaged"):
        read("cat".encode("utf-16") + b"\n", "w.txt")


@given(WORDS, st.sampled_from(["utf-16", "utf-8", "utf-8-sig", "utf-32"]), st.sampled_from(["\n", "\r\n", "\r"]))
def test_words_come_back_from_every_encoding(words, encoding, end):
    assert the(read(end.join(words).encode(encoding), "w.txt")).words == tuple(words)


@given(st.lists(st.text(string.ascii_lowercase, min_size=1), min_size=2, unique=True), st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_latin_words_come_back_from_utf_16_without_a_mark(words, encoding):
    assert the(read("\n".join(words).encode(encoding), "w.txt")).words == tuple(words)


@given(st.lists(st.tuples(PLAIN, PLAIN), min_size=2, max_size=10, unique=True), st.sampled_from(",;\t|"), st.booleans())
def test_pairs_come_back_from_a_table(pairs, delimiter, quoted):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerows([("first", "second"), *pairs])
    assert the(read(out.getvalue().encode(), "w.csv")).pairs == tuple(pairs)


@given(WORDS)
def test_words_come_back_from_json(words):
    assert the(read(json.dumps(words).encode(), "w.json")).words == tuple(words)


MARKS = st.text(' \t\n,;|"#[]{}:->ab1é\u200b').map(str.encode)


@given(st.binary(max_size=300) | MARKS, st.sampled_from(["w.txt", "w.csv", "w.tsv", "w.json", "w"]))
@example(b'"', "w.csv")
@example(b"[", "w.txt")
@example(b"\xff\xfe\x00\xd8", "w.txt")
@example(b",\n,", "w.csv")
@example("\u200b\n\u200b".encode(), "w.txt")
def test_any_bytes_are_lists_or_a_bad_file(data, filename):
    try:
        lists = read(data, filename)
    except BadFile as error:
        assert str(error).startswith(f"'{filename}': ")
        return
    assert len({listed.name for listed in lists}) == len(lists) > 0
    for listed in lists:
        assert NAME.fullmatch(listed.name) and listed.words
        assert all(word and word == " ".join(word.split()) and not UNFIT.search(word) for word in listed.words)
        assert len(set(listed.words)) == len(listed.words)


@given(st.lists(PLAIN, min_size=1, max_size=30))
def test_every_line_is_a_word_or_is_counted_in_a_note(lines):
    listed = the(read("\n".join(["start", *lines]).encode(), "w.txt"))
    repeats = sum(int(note.split()[0]) for note in listed.notes if "repeated" in note)
    assert len(listed.words) + repeats == 1 + len(lines)


# ---- pasted text


def test_pasted_text_is_read_as_a_file_is():
    assert paste("# title: Pets\ncat\ndog\n", "My Pets") == WordList("my-pets", ("cat", "dog"), "Pets")
    assert paste("man -> woman", "gender") == PairList("gender", (("man", "woman"),), "gender")
    assert paste('\ufeff["cat", "dog"]', "x").words == ("cat", "dog")


def test_an_empty_paste_is_told():
    with pytest.raises(BadFile, match="'pets': it is empty"):
        paste(" \n", "pets")


def test_several_lists_cannot_be_pasted_under_one_name():
    with pytest.raises(BadFile, match="it holds 2 lists \\('a', 'b'\\). Paste one, or drop them as a file"):
        paste('{"a": ["x"], "b": ["y"]}', "both")


def test_half_a_character_cannot_be_pasted():
    with pytest.raises(BadFile, match="line 1 holds the character U\\+D800"):
        paste("cat\ud800", "pets")


# ---- the reader's own lists


NAMES = st.from_regex(NAME, fullmatch=True).filter(lambda name: slug(name) != f"{name}-list")
TEXTS = {"title": ANY, "source": st.just("") | ANY, "licence": st.just("") | ANY, "notes": st.lists(ANY, max_size=3).map(tuple)}
ANY_WORDS = st.builds(WordList, NAMES, st.lists(ANY, max_size=9).map(tuple), **TEXTS)
ANY_PAIRS = st.builds(PairList, NAMES, st.lists(st.tuples(ANY, ANY), max_size=9).map(tuple), **TEXTS)


@given(ANY_WORDS | ANY_PAIRS)
def test_what_is_saved_comes_back(tmp_path_factory, listed):
    folder = tmp_path_factory.mktemp("kept") / "lists"
    assert save(listed, folder) == folder / f"{listed.name}.json"
    assert saved(folder) == ({listed.name: listed}, ())
    assert os.listdir(folder) == [f"{listed.name}.json"]  # nothing half-made lies beside it


def test_saving_again_takes_the_place_of_the_older_list(tmp_path):
    save(WordList("pets", ("cat",)), tmp_path)
    save(PairList("pets", (("cat", "dog"),)), tmp_path)
    assert saved(tmp_path)[0] == {"pets": PairList("pets", (("cat", "dog"),))}


def test_a_folder_that_is_not_there_yet_holds_no_lists(tmp_path):
    assert saved(tmp_path / "none") == ({}, ())


def test_a_removed_list_is_gone_and_the_others_stay(tmp_path):
    save(WordList("pets", ("cat",)), tmp_path)
    save(WordList("birds", ("tit",)), tmp_path)
    remove("pets", tmp_path)
    assert list(saved(tmp_path)[0]) == ["birds"]


def test_a_list_that_is_not_there_cannot_be_removed(tmp_path):
    with pytest.raises(UnknownList, match="There is no list @pets among your own; nothing was removed"):
        remove("pets", tmp_path)


@pytest.mark.parametrize("name", ["../pets", "a/b", "a\\b", "", ".", "..", "Pets", "pets.json", "-x", "con", "a\n", "x" * 61, "pets\0"])
def test_a_name_that_could_leave_the_folder_is_refused(tmp_path, name):
    folder = tmp_path / "lists"
    with pytest.raises(BadFile, match="cannot name a list; '[a-z0-9_-]+' can"):
        save(WordList(name, ("cat",)), folder)
    with pytest.raises(BadFile, match="cannot name a list"):
        remove(name, folder)
    assert os.listdir(tmp_path) == []


def test_a_word_that_no_file_can_hold_is_not_saved(tmp_path):
    with pytest.raises(BadFile, match="@pets cannot be kept: it holds a control code or half a character"):
        save(WordList("pets", ("cat\ud800",)), tmp_path)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b'{"name": "bad",',
            "The kept list bad.json cannot be read: it is not valid JSON: .*line 1.*Remove it, or drop the list again",
        ),
        (b"\xff\xfe\xfd", "The kept list bad.json cannot be read: .*Remove it"),
        (b"", "The kept list bad.json cannot be read: it is not valid JSON"),
        (b'["cat"]', "The kept list bad.json is damaged: it is not a list named bad"),
        (
            b'{"name": "other", "title": "", "source": "", "licence": "", "notes": [], "words": ["a"]}',
            "it is not a list named bad",
        ),
        (
            b'{"name": "bad", "title": "", "source": "", "licence": "", "notes": [], "words": [["a", "b"]]}',
            "it is not a list named bad",
        ),
        (
            b'{"name": "bad", "title": "", "source": "", "licence": "", "notes": [], "words": [7]}',
            "item 1 of 'words' has the number 7",
        ),
        (b'{"name": "bad", "title": 1, "source": "", "licence": "", "notes": [], "words": ["a"]}', "it is not a list named bad"),
    ],
)
def test_a_damaged_list_is_told_and_the_others_are_read(tmp_path, content, message):
    save(WordList("pets", ("cat",)), tmp_path)
    (tmp_path / "bad.json").write_bytes(content)
    lists, troubles = saved(tmp_path)
    assert list(lists) == ["pets"]
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(*troubles)


def test_a_folder_named_like_a_list_is_told(tmp_path):
    (tmp_path / "bad.json").mkdir()
    assert saved(tmp_path) == (
        {},
        ("The kept list bad.json cannot be read: it is not a file. Remove it, or drop the list again.",),
    )


def test_a_file_where_the_folder_should_be_is_told(tmp_path):
    file = tmp_path / "lists"
    file.write_text("a file")
    for act in (lambda: save(WordList("pets", ("cat",)), file), lambda: saved(file), lambda: remove("pets", file)):
        with pytest.raises(StorageError, match="cannot be (written|read|removed): .*Set EMBEDDINGS_HOME"):
            act()


def test_a_full_disk_is_told_and_leaves_the_older_list(tmp_path, monkeypatch):
    save(WordList("pets", ("cat",)), tmp_path)

    def refuse(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(StorageError, match="^The disk of .* is full: .* MB are free. Make room there, or set EMBEDDINGS_HOME"):
        save(WordList("pets", ("dog",)), tmp_path)
    assert saved(tmp_path)[0]["pets"].words == ("cat",)
    assert os.listdir(tmp_path) == ["pets.json"]


def test_every_list_is_in_the_box_or_kept_and_the_readers_own_come_first(monkeypatch, tmp_path):
    monkeypatch.setenv("EMBEDDINGS_HOME", str(tmp_path))
    assert word_lists.lists_folder() == tmp_path / "lists"
    save(WordList("pets", ("cat",)), word_lists.lists_folder())
    save(WordList("animals", ("cat",)), word_lists.lists_folder())
    assert set(word_lists.every()) == {*word_lists.box(), "pets"}
    assert word_lists.every()["animals"].words == ("cat",)


# ---- what a space knows of a list


def space(*words):
    return WordVectors.from_arrays("small", words, np.ones((len(words), 1)))


def test_case_is_folded_where_the_space_knows_lower_case_alone():
    covered = coverage(space("paris", "rome", "cat"), WordList("w", ("Paris", "rome", "Oslo", "paris", "CAT")))
    assert covered == Coverage(("paris", "rome", "paris", "cat"), (("Paris", "paris"), ("CAT", "cat")), ("Oslo",))


def test_case_is_kept_where_the_space_tells_it_apart():
    covered = coverage(space("paris", "Rome"), WordList("w", ("Paris", "Rome", "rome")))
    assert covered == Coverage(("Rome",), (), ("Paris", "rome"))


def test_the_words_of_pairs_are_looked_up_once_each():
    assert coverage(space("a", "b"), PairList("p", (("a", "b"), ("c", "a")))) == Coverage(("a", "b"), (), ("c",))


@given(WORDS, WORDS)
def test_every_word_is_found_or_missing(known, asked):
    covered = coverage(space(*known), WordList("w", tuple(asked)))
    assert len(covered.found) + len(covered.missing) == len(asked)
    assert set(covered.missing).isdisjoint(known) and set(covered.found) <= set(known)


# ---- the box


BOX = pytest.mark.parametrize("name", sorted(word_lists.box()))


@BOX
def test_a_list_in_the_box_says_what_it_is_and_is_known_to_glove(name):
    listed = word_lists.box()[name]
    assert listed.name == name and listed.title and listed.source and listed.licence
    assert not listed.notes  # nothing in it had to be repaired
    assert listed.words == tuple(word.lower() for word in listed.words)
    assert coverage(catalog.open_space(), listed).missing == ()


def test_the_box_cannot_be_changed_by_who_looks_into_it():
    word_lists.box().clear()
    assert word_lists.box()


def test_the_animals_are_the_twelve_of_the_zodiac():
    assert " ".join(word_lists.box()["animals"].words) == "rat ox tiger rabbit dragon snake horse goat monkey rooster dog pig"


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        ("capital", ("greece", "athens")),
        ("capital-world", ("nigeria", "abuja")),
        ("currency", ("japan", "yen")),
        ("city-in-state", ("chicago", "illinois")),
        ("nationality", ("france", "french")),
        ("family", ("boy", "girl")),
        ("plural", ("banana", "bananas")),
        ("plural-verbs", ("eat", "eats")),
        ("participle", ("dance", "dancing")),
        ("past-tense", ("dancing", "danced")),
        ("adverb", ("calm", "calmly")),
        ("opposite", ("aware", "unaware")),
        ("comparative", ("big", "bigger")),
        ("superlative", ("big", "biggest")),
        ("gender", ("man", "woman")),
        ("gender-wide", ("uncle", "aunt")),
    ],
)
def test_pairs_run_as_their_name_reads(name, pair):
    pairs = word_lists.box()[name].pairs
    assert pair in pairs and pair[::-1] not in pairs


def test_the_ten_definitional_pairs_run_from_man_to_woman():
    first, second = zip(*word_lists.box()["gender"].pairs, strict=True)
    assert first == ("man", "boy", "he", "father", "son", "guy", "male", "his", "himself", "john")
    assert second == ("woman", "girl", "she", "mother", "daughter", "gal", "female", "her", "herself", "mary")
    assert set(word_lists.box()["gender-wide"].words).isdisjoint({*first, *second})


def test_the_analogy_pairs_are_what_the_script_makes():
    found = make_pair_lists.sections(make_pair_lists.questions().read_text(encoding="utf-8").splitlines())
    for section in make_pair_lists.SECTIONS:
        file = make_pair_lists.PAIRS / f"{section.name}.txt"
        assert file.read_text(encoding="utf-8") == make_pair_lists.text(section, found[section.section])


def test_the_script_keeps_each_pair_once_in_lower_case():
    lines = [": capital", "Athens Greece Oslo Norway", "Oslo Norway Athens Greece", ": plural", "cat cats dog dogs"]
    found = make_pair_lists.sections(lines)
    assert found == {"capital": [("athens", "greece"), ("oslo", "norway")], "plural": [("cat", "cats"), ("dog", "dogs")]}
    turned = make_pair_lists.text(make_pair_lists.Section("c", "capital", "C", is_turned=True), found["capital"])
    assert turned.endswith("greece -> athens\nnorway -> oslo\n")
