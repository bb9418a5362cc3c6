"""Tables as files: nothing in them runs, in a spreadsheet or in a browser."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from explorer import tables


@pytest.mark.parametrize("word", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "＝1+1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(word):
    data = tables.csv(pd.DataFrame({"word": [word], "=head": [1.5]})).decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(data))
    assert row == [f"'{word}", "1.5"]
    assert head == ["word", "'=head"]


def test_plain_words_and_lone_signs_stay_as_they_are():
    frame = pd.DataFrame({"word": ["king", "-", "josé", "a,b"], "score": [-0.5, 1.0, 2.0, 3.0]})
    rows = list(csv.reader(io.StringIO(tables.csv(frame).decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["king", "-", "josé", "a,b"]
    assert rows[1][1] == "-0.5"


def test_a_page_of_a_table_shows_words_as_text():
    page = tables.page(pd.DataFrame({"word": ["<script>alert(1)</script>", "a&amp;b"]}), "<b>t</b>").decode()
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "a&amp;amp;b" in page and "&lt;b&gt;t&lt;/b&gt;" in page


def test_a_matrix_of_words_named_like_its_heading_keeps_every_column():
    frame = tables.matrix(["word", "king"], np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert frame.shape == (2, 3)
    assert list(frame.columns) == ["word ", "word", "king"]
    assert frame["king"].tolist() == [1.0, 0.0]
