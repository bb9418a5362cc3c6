"""The verb evaluate: its JSON, its text, what it refuses, and that its result is kept."""

from __future__ import annotations

import json

import pytest

from embeddings import catalog, evaluation
from embeddings.cli import main
from embeddings.evaluation import Asking, keeping


def told(capsys, *argv: str) -> tuple[int, str]:
    status = main(argv)
    return status, capsys.readouterr().out


def test_analogies_as_json_have_the_fields_of_the_design(capsys, glove):
    status, out = told(capsys, "evaluate", "analogies", "--restrict", "5000", "--json")
    data = json.loads(out)
    assert status == 0
    assert (data["space"], data["suite"], data["method"], data["restrict"]) == ("glove-6b-50d", "google", "3cosadd", 5_000)
    assert len(data["sections"]) == 14 and {"name", "correct", "asked", "skipped"} <= set(data["sections"][0])
    assert data["total"]["asked"] == sum(section["asked"] for section in data["sections"])
    assert data["semantic"]["asked"] + data["syntactic"]["asked"] == data["total"]["asked"]
    assert data["seconds"] > 0


def test_a_result_of_the_command_is_kept_for_the_page(capsys, glove):
    told(capsys, "evaluate", "analogies", "--restrict", "5000", "--json")
    suite, asking = evaluation.find("google"), Asking(restrict=5_000)
    assert keeping.find(glove.name, glove.fingerprint, "google", keeping.content_asked(suite, asking), asking)


def test_similarity_as_json_has_the_fields_of_the_design(capsys):
    _, out = told(capsys, "evaluate", "similarity", "--suite", "simlex999", "--json")
    data = json.loads(out)
    assert (data["pairs"], data["covered"]) == (999, 999)
    assert data["spearman"] == pytest.approx(0.2646, abs=1e-3) and data["pearson"] == pytest.approx(0.294, abs=1e-3)


def test_two_spaces_come_with_their_difference(capsys):
    argv = ("evaluate", "similarity", "--space", "glove-6b-50d", "--space", "random-50d")
    _, out = told(capsys, *argv, "--json")
    data = json.loads(out)
    assert [each["space"] for each in data["results"]] == ["glove-6b-50d", "random-50d"]
    (difference,) = data["differences"]
    assert difference["value"] > 0.3 and difference["low"] > 0 and difference["p"] < 0.01 and difference["n"] == 348
    _, text = told(capsys, *argv)
    assert "Spearman" in text and "paired bootstrap" in text


def test_the_text_says_coverage_policy_and_interval(capsys):
    _, out = told(capsys, "evaluate", "analogies", "--restrict", "3000", "--unknown", "wrong", "--exact-case")
    assert "Questions with unknown words are counted as wrong. Case is kept." in out
    assert "95 % interval" in out
    _, out = told(capsys, "evaluate", "analogies", "--restrict", "300")
    assert "nothing covered" in out


def test_an_own_file_is_read_by_its_path(capsys, tmp_path, royal):
    catalog.keep(royal)
    file = tmp_path / "kin.txt"
    file.write_text(": kin\nman woman king queen\nman woman boy girl\n")
    _, out = told(capsys, "evaluate", "analogies", "--space", "royal", "--suite", str(file), "--json")
    assert json.loads(out)["total"]["correct"] == 2


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("poems",), "There is no evaluation 'poems'. There are analogies and similarity."),
        (("analogies", "--suite", "nothing"), "There is no suite 'nothing'. There are google, wordsim353, simlex999."),
        (("analogies", "--suite", "simlex999"), "The suite 'simlex999' is for similarity"),
        (("analogies", "--method", "magic"), "There is no method 'magic'."),
        (("analogies", "--restrict", "0"), "restrict is 0"),
        (("analogies", "--space", "nowhere"), "There is no space 'nowhere'"),
    ],
)
def test_what_cannot_be_evaluated_is_told_with_status_2(capsys, argv, said):
    status, out = told(capsys, "evaluate", *argv, "--json")
    assert status == 2 and said in json.loads(out)["error"]["message"]


def test_a_malformed_file_is_named_with_its_line(capsys, tmp_path):
    file = tmp_path / "kin.txt"
    file.write_text(": kin\nman woman king queen\nman woman boy\n")
    status, out = told(capsys, "evaluate", "analogies", "--suite", str(file), "--json")
    assert status == 2
    assert json.loads(out)["error"]["message"] == "kin.txt, line 3: an analogy has four words, this line has 3: 'man woman boy'."
