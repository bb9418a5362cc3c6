"""The catalogue of official vectors: what it holds can be used, and what cannot be used is told by name."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from urllib.parse import urlsplit

import pytest

from embeddings import catalog, offers
from embeddings.errors import BadFile, UnknownSpace
from embeddings.offers import Offer, offer, read
from embeddings.word_lists import slug

GOOD = """
[[offer]]
name = "small"
title = "A small set"
urls = ["https://example.org/small.vec.gz"]
format = "fasttext-vec"
dim = 3
case = "lower"
licence = "CC0"
paper = "Nobody 2020 (Nowhere)"
"""
FAMILY = """
[[family]]
name = "many-{code}"
languages = "two"
title = "Many, {language}"
urls = ["https://example.org/many.{code}.vec"]
format = "fasttext-vec"
dim = 300
case = "cased"
licence = "CC0"
paper = "Nobody 2020 (Nowhere)"
note = "{code} stands in the note too."
[family.sha256]
de = "SUM"
[languages.two]
de = "German"
fr = "French"
""".replace("SUM", "a" * 64)


# ---- the catalogue in the box


def test_the_official_sets_are_all_there():
    names = {each.name for each in offers.offers()}
    assert {f"glove-6b-{dim}d" for dim in (100, 200, 300)} | {"glove-6b-50d-stanford"} <= names
    assert {"glove-42b-300d", "glove-840b-300d", "glove-2024-dolma-300d", "word2vec-google-news", "levy-deps"} <= names
    assert {"fasttext-crawl-de", "fasttext-crawl-bin-ja", "fasttext-wiki-en", "fasttext-aligned-fr", "numberbatch-en-19-08"} <= names
    assert sum(each.family == "fasttext-aligned-{code}" for each in offers.offers()) == 44  # as its publisher's page says


def test_every_offer_can_become_a_space_and_says_what_it_is():
    for each in offers.offers():
        assert slug(each.name) == each.name
        assert each.title and each.licence and re.search(r"\d{4} \(.+\)$", each.paper), each.name
        assert all(urlsplit(url).scheme in {"http", "https"} for url in each.urls), each.name
        assert each.file_name.endswith((".zip", ".gz", ".bz2", ".vec")), each.name
        assert "{" not in "".join((each.name, each.title, *each.urls, each.note)), each.name


def test_no_offer_takes_the_name_of_a_space_in_the_box():
    assert not {each.name for each in offers.offers()} & {entry.name for entry in catalog.spaces()}


def test_sets_of_one_archive_share_it_and_name_what_they_take_from_it():
    four = [each for each in offers.offers() if each.file_name == "glove.6B.zip"]
    assert [each.dim for each in four] == [50, 100, 200, 300]
    assert [each.member for each in four] == [f"glove.6B.{dim}d.txt" for dim in (50, 100, 200, 300)]
    assert {each.sha256 for each in four} == {"617afb2fe6cbd085c235baf7a465b96f4112bd7f7ccb2b2cbd649fed9cbcf2fb"}


def test_a_rounded_size_is_marked_and_never_taken_for_an_exact_one():
    rounded = [each for each in offers.offers() if each.bytes and each.bytes % 1_000_000 == 0]
    assert rounded and all("bytes" in each.approximate and each.exact_bytes is None for each in rounded)
    assert offer("gensim-glove-wiki-gigaword-50").exact_bytes == 69_182_535
    assert offer("fasttext-crawl-de").exact_bytes is None


def test_licences_that_nobody_states_are_told_as_such():
    assert {each.name for each in offers.offers() if each.licence == "none stated"} >= {"word2vec-google-news", "levy-deps"}


# ---- looking one up


def test_an_offer_is_found_by_its_name():
    assert offer("glove-6b-100d").dim == 100


def test_an_unknown_name_is_told_with_near_ones_and_where_all_are_listed():
    with pytest.raises(UnknownSpace, match=r"There are no vectors 'glove-6b-100' to fetch. Near: glove-6b-100d.*fetch --list tells all"):
        offer("glove-6b-100")


def test_a_name_like_no_other_is_told_without_near_ones():
    with pytest.raises(UnknownSpace, match=r"no vectors '//////' to fetch. python -m embeddings fetch --list"):
        offer("//////")


def test_a_name_is_looked_for_among_those_given():
    (small,) = read(GOOD, "test.toml")
    assert offer("small", [small]) is small
    with pytest.raises(UnknownSpace, match="tells all 1."):
        offer("glove-6b-100d", [small])


def test_as_json_carries_every_field():
    (small,) = read(GOOD, "test.toml")
    assert small.as_json().keys() == {field.name for field in fields(Offer)}
    assert small.as_json()["urls"] == ("https://example.org/small.vec.gz",)


# ---- reading


def test_an_offer_is_read_field_by_field():
    (small,) = read(GOOD, "test.toml")
    assert small == Offer("small", "A small set", ("https://example.org/small.vec.gz",), "fasttext-vec", 3, "lower", "CC0",
                          "Nobody 2020 (Nowhere)")  # fmt: skip
    assert (small.file_name, small.words, small.bytes) == ("small.vec.gz", None, None)


def test_a_family_is_one_offer_a_language():
    german, french = read(FAMILY, "test.toml")
    assert (german.name, german.title, german.urls) == ("many-de", "Many, German", ("https://example.org/many.de.vec",))
    assert (german.sha256, french.sha256) == ("a" * 64, "")
    assert (french.language, french.family, french.note) == ("French", "many-{code}", "fr stands in the note too.")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("dim = 3", "dim = 3\ncolour = 1", "test.toml, 'small' has 'colour', which is not known here."),
        ("dim = 3", "dim = '3'", "test.toml, 'small': dim is '3', which is not int."),
        ("dim = 3", "dim = true", "dim is True, which is not int."),
        ("dim = 3", "dim = -3", "'small': dim is -3, and not above zero."),
        ("dim = 3", "", "test.toml, 'small' has no dim."),
        ('case = "lower"', 'case = "upper"', "case is 'upper'; it can be lower, cased."),
        ("fasttext-vec", "excel", "format is 'excel'; it can be glove-text, "),
        ('name = "small"', 'name = "../small"', "name is not made of a-z, 0-9, - and _"),
        ('name = "small"', "", "test.toml, 'an entry without a name' has no name."),
        ("https://example", "file://example", "'file://example.org/small.vec.gz' is not an http or https address."),
        ("https://example", "https://me:secret@example", "is not an http or https address."),
        ("https://example.org", "https://exa mple.org", "is not an http or https address."),
        ("https://example.org", "https://[example.org", "is not an http or https address."),
        ("small.vec.gz", "..%2F..%2Fpasswd%2F", "does not end in the name of a file."),
        ("small.vec.gz", "", "does not end in the name of a file."),
        ('["https://example.org/small.vec.gz"]', "[1]", "urls is [1], which is not tuple[str, ...]."),
        ("dim = 3", "dim = 3\nsha256 = 'abc'", "sha256 is not a sha256 in lower-case hexadecimal."),
        ("dim = 3", "dim = 3\nmd5 = 'abc'", "md5 is not a md5 in lower-case hexadecimal."),
        ("dim = 3", "dim = 3\napproximate = ['bytes']", "approximate names 'bytes', and no bytes is given."),
        ("dim = 3", "dim = 3\napproximate = ['dim']", "approximate names 'dim'"),
        ("[[offer]]", "[[offers]]", "test.toml has 'offers', which is not known here."),
        ("[[offer]]", "[[offer]", "test.toml cannot be read as TOML: "),
        ("[[offer]]", "[offer]", "test.toml: offer is not a table"),
    ],
)
def test_an_entry_that_cannot_be_used_is_told_with_its_name_and_fault(old, new, told):
    assert old in GOOD
    with pytest.raises(BadFile) as error:
        read(GOOD.replace(old, new, 1), "test.toml")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"two"', '"three"', "test.toml, family 'many-{code}': languages names a table of names under [languages]"),
        ('languages = "two"', "", "languages names a table of names under [languages]"),
        ('fr = "French"', "fr = 1", "languages names a table of names under [languages]"),
        ('de = "aaa', 'it = "aaa', "test.toml, family 'many-{code}', sha256 has 'it', which is not known here."),
        ('name = "many-{code}"', 'name = "many"', "test.toml has 'many' twice."),
        ("many.{code}.vec", "many.vec", "test.toml: 'many-de' and 'many-fr' share many.vec and differ in its urls, bytes, sha256, md5."),
        ('name = "many-{code}"', "", "has no name."),
    ],
)
def test_a_family_that_cannot_be_used_is_told_with_its_name_and_fault(old, new, told):
    assert old in FAMILY
    with pytest.raises(BadFile) as error:
        read(FAMILY.replace(old, new, 1), "test.toml")
    assert told in str(error.value)


def test_two_offers_of_one_name_are_refused():
    with pytest.raises(BadFile, match="test.toml has 'small' twice."):
        read(GOOD + GOOD, "test.toml")


def test_two_offers_may_share_a_file_and_not_differ_about_it():
    other = GOOD.replace('"small"', '"other"')
    assert len(read(GOOD + other, "test.toml")) == 2
    with pytest.raises(BadFile, match="'small' and 'other' share small.vec.gz and differ"):
        read(GOOD + other.replace("dim = 3", "dim = 3\nbytes = 5"), "test.toml")


def test_a_size_counts_as_exact_until_it_is_said_to_be_rounded():
    (small,) = read(GOOD.replace("dim = 3", "dim = 3\nbytes = 12"), "test.toml")
    assert (small.exact_bytes, replace(small, approximate=("bytes",)).exact_bytes) == (12, None)
