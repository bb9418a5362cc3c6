"""The data folder: where it is, and what is said when it cannot be used."""

from __future__ import annotations

import errno
import os
import re
import sys
import tempfile
from pathlib import Path

import pytest

from embeddings.errors import StorageError
from embeddings.home import home, unusable, writable


def test_the_environment_names_the_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("EMBEDDINGS_HOME", str(tmp_path / "mine"))
    assert home() == tmp_path / "mine"
    assert not home().exists()  # asking does not create it


def test_a_tilde_is_the_readers_own_folder(monkeypatch):
    monkeypatch.setenv("EMBEDDINGS_HOME", "~/words")
    assert home() == Path.home() / "words"


@pytest.mark.parametrize("value", [None, "", "  "])
@pytest.mark.skipif(sys.platform != "linux", reason="the folder for user data is another one on each platform")
def test_without_it_the_data_lie_where_the_platform_keeps_user_data(monkeypatch, tmp_path, value):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("EMBEDDINGS_HOME", raising=False)
    if value is not None:
        monkeypatch.setenv("EMBEDDINGS_HOME", value)
    assert home() == tmp_path / "embedding-explorer"


def test_a_missing_folder_is_created_with_those_above_it_and_left_empty(tmp_path):
    assert writable(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert os.listdir(tmp_path / "a" / "b") == []


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path):
    (tmp_path / "kept.json").write_text("{}")
    assert writable(tmp_path) == tmp_path
    assert os.listdir(tmp_path) == ["kept.json"]


@pytest.mark.parametrize(("below", "reason"), [("", "File exists"), ("lists", "Not a directory")])
def test_a_file_where_the_folder_should_be_is_told_with_the_cure(tmp_path, below, reason):
    file = tmp_path / "home"
    file.write_text("a file")
    with pytest.raises(StorageError, match=f"home.* cannot be written: {reason}. Set EMBEDDINGS_HOME to a folder"):
        writable(file / below)
    assert file.read_text() == "a file"


def test_a_disk_that_may_only_be_read_is_told(monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)  # the folder exists, so that only a try at writing tells
    with pytest.raises(StorageError, match="cannot be written: Read-only file system. Set EMBEDDINGS_HOME"):
        writable(tmp_path)


@pytest.mark.parametrize(
    ("number", "told"), [(errno.ENOSPC, r"is full: [\d,]+\.\d MB are free\."), (errno.EDQUOT, r"^Your share .* is used up\.")]
)
def test_a_full_disk_is_told_with_what_is_free_and_without_the_file_of_the_moment(number, told):
    error = unusable(home() / "uploads" / "tmpabc" / "a.vec", "written", OSError(number, os.strerror(number)))
    assert re.search(told, str(error)) and "tmpabc" not in str(error)
    assert str(error).endswith("Make room there, or set EMBEDDINGS_HOME to a folder on another disk, and try again.")
