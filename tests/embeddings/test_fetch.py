"""Fetching from a server on this machine that does all that servers do wrong: the file is whole, or there is an error and no file."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import socket
import threading
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings import __version__, catalog, cli, fetch, offers
from embeddings.cli import fetch as fetch_verb
from embeddings.errors import Cancelled, EmbeddingsError, StorageError, Unreachable
from embeddings.fetch import download, is_whole, transfer
from embeddings.fetch.checking import Sum, sum_up
from embeddings.formats.repairs import Repairs
from embeddings.locks import Lock
from embeddings.offers import Offer
from embeddings.settings import Progress, silent
from embeddings.word_vectors import Source

BODY = bytes(range(256)) * 1600  # 409,600 bytes: more than one block
QUICK = (0.0, 0.0, 0.0)


@dataclass
class Served:
    """What the server holds and does wrong. `faults` are used up one a request; each takes the handler and answers, or returns
    the body to answer well with."""

    body: bytes = BODY
    etag: str = '"one"'
    modified: str = ""
    ranges: bool = True
    length: bool = True
    faults: list[Callable] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def offer(self, **known) -> Offer:
        facts = {"sha256": hashlib.sha256(self.body).hexdigest()} | known
        return Offer("small", "A small set", (self.url,), "fasttext-vec", 3, "lower", "CC0", "Nobody 2020 (Nowhere)", **facts)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: Served

    def do_GET(self):
        served = self.server.served
        served.asked.append(dict(self.headers) | {"path": self.path})
        self.close_connection = True
        try:
            if served.faults:
                served.faults.pop(0)(self)
            else:
                self.answer()
        except (BrokenPipeError, ConnectionResetError):  # the reader has hung up
            pass

    def answer(self, body=None, send=None, status=None, **headers):
        """Answer well, with what is asked for from the range on; `send` bytes of it, where the connection is to break."""
        served = self.server.served
        body, start = served.body if body is None else body, 0
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        fits = self.headers.get("If-Range") in {None, served.etag, served.modified}
        if asked and served.ranges and fits and status is None:
            start = int(asked[1])
        if start and start >= len(body):
            self.send_response(416)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(status or (206 if start else 200))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        if served.etag:
            self.send_header("ETag", served.etag)
        if served.modified:
            self.send_header("Last-Modified", served.modified)
        if served.length and "Content-Length" not in headers:
            headers["Content-Length"] = str(len(body) - start)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body[start:][:send])

    def log_message(self, *_):
        """Nothing on the terminal."""


@pytest.fixture
def server() -> Iterator[Served]:
    """A server on this machine, stopped at the end of the test."""
    yield from _serve()


@pytest.fixture
def mirror() -> Iterator[Served]:
    """Another server with the same file."""
    yield from _serve()


def _serve() -> Iterator[Served]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    httpd.served = Served(url=f"http://127.0.0.1:{httpd.server_port}/small.vec.gz")
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield httpd.served
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "files"


def breaks(after: int) -> Callable:
    return lambda handler: handler.answer(send=after)


def says(status: int, **headers) -> Callable:
    return lambda handler: handler.answer(b"sorry", status=status, **headers)


def hangs(after: int) -> Callable:
    def fault(handler):
        handler.answer(send=after)
        handler.wfile.flush()
        time.sleep(0.6)

    return fault


def left(folder: Path) -> list[str]:
    """The files there are, locks aside."""
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


def get(offer: Offer, folder: Path, report=silent, waits=QUICK, timeout=5.0) -> Path:
    return download(offer, folder, report, waits, timeout)


# ---- what goes well


def test_a_file_arrives_byte_for_byte_under_its_own_name(server, folder):
    path = get(server.offer(), folder)
    assert path == folder / "small.vec.gz"
    assert path.read_bytes() == BODY
    assert left(folder) == ["small.vec.gz"]


def test_the_server_learns_the_program_and_is_not_asked_to_pack(server, folder):
    get(server.offer(), folder)
    (asked,) = server.asked
    assert asked["User-Agent"] == f"embedding-explorer/{__version__}"
    assert asked["Accept-Encoding"] == "identity"
    assert "Range" not in asked


def test_what_is_there_whole_is_not_fetched_again(server, folder):
    get(server.offer(), folder)
    get(server.offer(), folder)
    assert len(server.asked) == 1


def test_what_is_there_and_does_not_fit_is_told_and_fetched_again(server, folder):
    folder.mkdir()
    (folder / "small.vec.gz").write_bytes(b"half")
    told = []
    assert get(server.offer(), folder, told.append).read_bytes() == BODY
    assert any("small.vec.gz is there, but its sha256 is " in progress.what for progress in told)


def test_whole_means_the_size_and_the_sum_that_are_known(server, tmp_path):
    path = tmp_path / "small.vec.gz"
    assert not is_whole(path, server.offer())
    path.write_bytes(BODY)
    assert is_whole(path, server.offer())
    assert is_whole(path, server.offer(sha256="", md5=hashlib.md5(BODY).hexdigest()))
    assert is_whole(path, server.offer(sha256="", bytes=len(BODY)))
    assert is_whole(path, server.offer(sha256="", bytes=7, approximate=("bytes",)))
    assert not is_whole(path, server.offer(sha256="", bytes=7))
    assert not is_whole(path, server.offer(sha256="", md5="0" * 32))


def test_progress_is_told_in_bytes_with_the_speed(server, folder):
    told: list[Progress] = []
    get(server.offer(), folder, told.append)
    assert all(0 <= progress.done <= progress.total == len(BODY) for progress in told)
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    assert told[-1].done == len(BODY)
    assert re.fullmatch(r"small.vec.gz: 409.6 kB of 409.6 kB, [\d.]+ [kMG]?B/s", told[-1].what)


def test_a_redirect_to_http_is_followed(server, mirror, folder):
    mirror.faults = [lambda handler: handler.answer(b"", status=302, Location=server.url)]
    assert get(mirror.offer(), folder).read_bytes() == BODY


def test_a_body_in_chunks_is_put_together(server, folder):
    def chunked(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for start in range(0, len(BODY), 100_000):
            block = BODY[start : start + 100_000]
            handler.wfile.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")

    server.faults = [chunked]
    assert get(server.offer(sha256=""), folder).read_bytes() == BODY


def test_the_proxy_of_the_environment_is_asked(server, folder, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url.removesuffix("/small.vec.gz"))
    monkeypatch.delenv("no_proxy", raising=False)
    offer = replace(server.offer(), urls=("http://vectors.invalid/small.vec.gz",))
    assert get(offer, folder).read_bytes() == BODY
    assert server.asked[0]["path"] == "http://vectors.invalid/small.vec.gz"


# ---- connections that break


def test_a_connection_that_breaks_is_taken_up_where_it_broke(server, folder):
    server.faults = [breaks(100_000)]
    told: list[Progress] = []
    assert get(server.offer(), folder, told.append).read_bytes() == BODY
    assert server.asked[1]["Range"] == "bytes=100000-"
    assert server.asked[1]["If-Range"] == '"one"'
    assert any("the connection ended after 100,000 of 409,600 bytes. Try 2 of 4" in progress.what for progress in told)


def test_it_may_break_as_often_as_there_are_waits(server, folder):
    server.faults = [breaks(1000), breaks(1000), breaks(1000)]
    assert get(server.offer(), folder).read_bytes() == BODY
    assert [asked.get("Range") for asked in server.asked] == [None, "bytes=1000-", "bytes=2000-", "bytes=3000-"]


def test_one_that_always_breaks_is_given_up_and_what_came_is_kept_for_the_next_run(server, folder):
    server.faults = [breaks(1000)] * 4
    with pytest.raises(Unreachable, match="after 4,000 of 409,600 bytes, 4 times; what came is kept for the next try"):
        get(server.offer(), folder)
    assert left(folder) == ["small.vec.gz.part", "small.vec.gz.part.json"]
    assert get(server.offer(), folder).read_bytes() == BODY
    assert server.asked[-1]["Range"] == "bytes=4000-"


def test_a_server_that_brings_much_each_time_is_never_given_up(server, folder, monkeypatch):
    monkeypatch.setattr(transfer, "PROGRESS", 50_000)
    server.faults = [breaks(50_000)] * 8
    assert get(server.offer(), folder, waits=(0.0,)).read_bytes() == BODY


def test_a_server_that_breaks_and_ignores_ranges_is_given_up(server, folder, monkeypatch):
    monkeypatch.setattr(transfer, "PROGRESS", 50_000)
    server.ranges, server.faults = False, [breaks(60_000)] * 50
    with pytest.raises(Unreachable, match="the connection ended after 60,000 of"):
        get(server.offer(), folder)
    assert len(server.asked) < 9


def test_a_server_that_stops_sending_does_not_hang_the_reader(server, folder):
    server.faults = [hangs(1000)]
    started = time.monotonic()
    assert get(server.offer(), folder, timeout=0.2).read_bytes() == BODY
    assert time.monotonic() - started < 2


def test_a_server_that_never_answers_is_told(server, folder):
    server.faults = [lambda handler: time.sleep(0.5)]
    with pytest.raises(Unreachable, match=r"no server could be reached; .*small.vec.gz: no answer within 0.1 s\."):
        get(server.offer(), folder, timeout=0.1)


def test_a_server_that_answered_once_is_waited_for(server, folder):
    server.faults = [breaks(1000), lambda handler: time.sleep(0.3)]
    assert get(server.offer(), folder, timeout=0.1).read_bytes() == BODY
    assert len(server.asked) == 3


def test_waits_grow_are_told_and_can_be_cancelled(server, folder):
    server.faults = [breaks(1000)]

    def report(progress):
        if "Try 2 of 2" in progress.what:
            assert progress.what.endswith(" in 30 s")
            raise Cancelled("stopped")

    started = time.monotonic()
    with pytest.raises(Cancelled):
        get(server.offer(), folder, report, waits=(30.0,))
    assert time.monotonic() - started < 5
    assert list(fetch.WAITS) == sorted(fetch.WAITS)


def test_a_server_that_is_overloaded_is_asked_again(server, folder):
    server.faults = [says(500), says(503)]
    assert get(server.offer(), folder).read_bytes() == BODY
    assert len(server.asked) == 3


# ---- going on later


def cancel_after(done: int) -> Callable[[Progress], None]:
    def report(progress):
        if progress.done >= done:
            raise Cancelled("stopped")

    return report


def test_a_cancelled_run_is_taken_up_by_the_next(server, folder):
    with pytest.raises(Cancelled):
        get(server.offer(), folder, cancel_after(100))
    kept = (folder / "small.vec.gz.part").stat().st_size
    assert 0 < kept < len(BODY) and not (folder / "small.vec.gz").exists()
    assert get(server.offer(), folder).read_bytes() == BODY
    assert server.asked[-1]["Range"] == f"bytes={kept}-"


def test_a_run_killed_between_the_last_byte_and_the_renaming_asks_for_nothing(server, folder):
    _leave(server, folder, BODY)
    assert get(server.offer(), folder).read_bytes() == BODY
    assert server.asked == []


def _leave(server: Served, folder: Path, part: bytes, **other) -> None:
    """What a run that was cut off leaves behind."""
    folder.mkdir(exist_ok=True)
    (folder / "small.vec.gz.part").write_bytes(part)
    memo = {"url": server.url, "size": len(server.body), "etag": server.etag, "modified": ""} | other
    (folder / "small.vec.gz.part.json").write_text(json.dumps(memo))


def test_a_file_that_changed_meanwhile_is_begun_again(server, folder):
    _leave(server, folder, BODY[:1000])
    server.etag, server.body = '"two"', BODY[::-1]
    assert get(server.offer(), folder).read_bytes() == BODY[::-1]


def test_a_server_that_goes_on_with_another_file_is_seen_by_its_mark(server, folder):
    """It ignores If-Range, so only the mark in its answer tells."""
    _leave(server, folder, BODY[:1000], etag='"zero"')
    server.faults = [lambda handler: (handler.headers.replace_header("If-Range", '"one"'), handler.answer())]
    assert get(server.offer(), folder).read_bytes() == BODY
    assert [asked.get("Range") for asked in server.asked] == ["bytes=1000-", None]


def test_a_server_that_goes_on_at_another_place_is_begun_again(server, folder):
    """Nothing else would tell: no sum is known, and the mark is the same."""
    _leave(server, folder, BODY[:1000])
    elsewhere = {"Content_Range": f"bytes 500-{len(BODY) - 1}/{len(BODY)}"}
    server.faults = [lambda handler: handler.answer(BODY[500:], status=206, **elsewhere)]
    assert get(server.offer(sha256=""), folder).read_bytes() == BODY
    assert [asked.get("Range") for asked in server.asked] == ["bytes=1000-", None]


def test_a_sum_goes_on_from_where_it_stands(tmp_path):
    (tmp_path / "a").write_bytes(BODY)
    seen = Sum("sha256")
    sum_up(tmp_path / "a", seen, 1000, silent)
    sum_up(tmp_path / "a", seen, len(BODY), silent)
    assert (seen.count, seen.hexadecimal()) == (len(BODY), hashlib.sha256(BODY).hexdigest())


def test_a_server_that_ignores_ranges_begins_again(server, folder):
    _leave(server, folder, BODY[:1000])
    server.ranges = False
    assert get(server.offer(), folder).read_bytes() == BODY


def test_the_date_of_the_last_change_stands_in_for_a_weak_mark(server, folder):
    server.etag, server.modified = 'W/"weak"', "Mon, 01 Jan 2024 00:00:00 GMT"
    server.faults = [breaks(1000)]
    assert get(server.offer(), folder).read_bytes() == BODY
    assert server.asked[1]["If-Range"] == "Mon, 01 Jan 2024 00:00:00 GMT"


def test_without_any_mark_and_sum_nothing_is_taken_up(server, folder):
    server.etag, server.faults = "", [breaks(1000)]
    assert get(server.offer(sha256=""), folder).read_bytes() == BODY
    assert [asked.get("Range") for asked in server.asked] == [None, None]


def test_a_part_longer_than_the_file_is_begun_again(server, folder):
    _leave(server, folder, BODY + b"more")
    assert get(server.offer(), folder).read_bytes() == BODY
    assert "Range" not in server.asked[0]


def test_a_range_that_the_server_will_not_give_is_begun_again(server, folder):
    _leave(server, folder, BODY[:2000], size=None)
    server.faults = [says(416)]
    assert get(server.offer(), folder).read_bytes() == BODY
    assert [asked.get("Range") for asked in server.asked] == ["bytes=2000-", None]


@pytest.mark.parametrize("memo", ["", "{", "[]", "{}", '{"url": 1, "size": 1, "etag": "", "modified": ""}'])
def test_a_damaged_memo_is_begun_again(server, folder, memo):
    _leave(server, folder, BODY[:1000])
    (folder / "small.vec.gz.part.json").write_text(memo)
    assert get(server.offer(), folder).read_bytes() == BODY
    assert "Range" not in server.asked[0]


def test_pieces_of_two_files_are_found_by_the_sum_and_begun_again(server, folder):
    _leave(server, folder, b"x" * 1000)
    assert get(server.offer(), folder).read_bytes() == BODY
    assert [asked.get("Range") for asked in server.asked] == ["bytes=1000-", None]


def test_another_mirror_goes_on_where_the_first_broke_where_a_sum_can_tell(server, mirror, folder):
    server.faults = [breaks(1000), says(404)]
    mirror.etag = '"other"'
    offer = replace(server.offer(), urls=(server.url, mirror.url))
    assert get(offer, folder).read_bytes() == BODY
    assert mirror.asked[0]["Range"] == "bytes=1000-"
    assert "If-Range" not in mirror.asked[0]


def test_another_mirror_begins_again_where_no_sum_is_known(server, mirror, folder):
    server.faults = [breaks(1000), says(404)]
    offer = replace(server.offer(sha256=""), urls=(server.url, mirror.url))
    assert get(offer, folder).read_bytes() == BODY
    assert "Range" not in mirror.asked[0]


# ---- wrong files


def test_wrong_bytes_are_told_with_both_sums_and_removed(server, folder):
    wanted = "0" * 64
    found = hashlib.sha256(BODY).hexdigest()
    with pytest.raises(Unreachable, match=f"what it sent is not the file, its sha256 is {found} and not {wanted}; it was removed"):
        get(server.offer(sha256=wanted), folder)
    assert left(folder) == []
    assert len(server.asked) == 1


def test_md5_is_checked_where_it_is_what_is_known(server, folder):
    with pytest.raises(Unreachable, match=f"its md5 is {hashlib.md5(BODY).hexdigest()} and not {'1' * 32}"):
        get(server.offer(sha256="", md5="1" * 32), folder)
    assert left(folder) == []


def test_the_next_mirror_is_tried_after_wrong_bytes(server, mirror, folder):
    server.body = BODY[::-1]
    offer = replace(mirror.offer(), urls=(server.url, mirror.url))
    assert get(offer, folder).read_bytes() == BODY


def test_every_mirror_is_named_with_what_it_answered(server, mirror, folder):
    server.faults, mirror.faults = [says(404)], [says(403)]
    with pytest.raises(Unreachable) as error:
        get(replace(server.offer(), urls=(server.url, mirror.url)), folder)
    assert f"{server.url}: it answered 404 Not Found." in str(error.value)
    assert f"{mirror.url}: it answered 403 Forbidden." in str(error.value)
    assert len(server.asked) == len(mirror.asked) == 1


def test_an_announced_length_that_is_not_the_files_is_refused_before_the_download(server, folder):
    with pytest.raises(Unreachable, match="it announces 409,600 bytes; the file has 5"):
        get(server.offer(bytes=5), folder)
    assert left(folder) == []


def test_a_length_that_lies_upwards_is_a_broken_connection(server, folder):
    server.ranges, server.faults = False, [lambda handler: handler.answer(Content_Length=str(len(BODY) + 9))] * 50
    with pytest.raises(Unreachable, match="the connection ended after 409,600 of 409,609 bytes, 4 times"):
        get(server.offer(), folder)
    assert not (folder / "small.vec.gz").exists()


def test_a_length_that_lies_downwards_is_found_by_the_sum(server, folder):
    server.faults = [lambda handler: handler.answer(Content_Length="1000")]
    with pytest.raises(Unreachable, match="its sha256 is "):
        get(server.offer(), folder)
    assert left(folder) == []


def test_more_bytes_than_the_file_has_are_not_taken(server, folder):
    server.length, server.body = False, BODY * 3
    with pytest.raises(Unreachable, match="it sent more than the 409,600 bytes of the file"):
        get(server.offer(bytes=len(BODY)), folder)
    assert left(folder) == []


def test_a_body_of_unknown_length_needs_a_sum_or_a_size(server, folder):
    server.length = False
    with pytest.raises(Unreachable, match="it does not say how long the file is, and no sum is known"):
        get(server.offer(sha256=""), folder)
    assert get(server.offer(), folder).read_bytes() == BODY


def test_a_body_of_unknown_length_that_ends_early_is_found_by_the_size(server, folder):
    server.length, server.faults = False, [breaks(1000)]
    with pytest.raises(Unreachable, match="its size is 1,000 bytes and not 409,600"):
        get(server.offer(sha256="", bytes=len(BODY)), folder)
    assert left(folder) == []


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/octet-stream"])
@pytest.mark.parametrize("page", [b"<html>Log in</html>", b"\xef\xbb\xbf \n<!DOCTYPE HTML><p>Gone"])
def test_a_web_page_is_told_as_such(server, folder, kind, page):
    server.faults = [lambda handler: handler.answer(page, Content_Type=kind)]
    with pytest.raises(Unreachable, match="it sent a web page and not the file"):
        get(server.offer(sha256=""), folder)
    assert left(folder) == []


def test_a_body_packed_on_the_way_is_refused(server, folder):
    server.faults = [lambda handler: handler.answer(Content_Encoding="br")]
    with pytest.raises(Unreachable, match="it sent the file packed as 'br', which was not asked for"):
        get(server.offer(), folder)


def test_a_gz_file_that_is_called_packed_is_taken_as_it_is(server, folder):
    server.faults = [lambda handler: handler.answer(Content_Encoding="gzip")]
    assert get(server.offer(), folder).read_bytes() == BODY


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a", "data:text/plain,a", "http://[", ""])
def test_a_redirect_elsewhere_than_to_http_is_not_followed(server, folder, target):
    server.faults = [lambda handler: handler.answer(b"", status=302, Location=target)]
    with pytest.raises(Unreachable) as error:
        get(server.offer(), folder)
    assert "it redirects to" in str(error.value) and "which is not followed" in str(error.value)
    assert left(folder) == []


def test_redirects_in_a_circle_end(server, folder):
    server.faults = [lambda handler: handler.answer(b"", status=302, Location=server.url)] * 30
    with pytest.raises(Unreachable, match="302"):
        get(server.offer(), folder)
    assert len(server.asked) < 15


# ---- nobody there, no room


def test_without_a_network_the_way_by_hand_is_told(server, folder):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/small.vec.gz"
        with pytest.raises(Unreachable) as error:
            get(replace(server.offer(), urls=(url,)), folder)
    assert str(error.value) == (
        f"small cannot be fetched: no server could be reached; is there a network? {url}: Connection refused. "
        f"By hand: download {url} elsewhere, put it into {folder} as small.vec.gz, then ask again, or: "
        f"python -m embeddings import {folder / 'small.vec.gz'} --name small"
    )


def test_an_unknown_host_is_told_at_once(server, folder):
    started = time.monotonic()
    with pytest.raises(Unreachable, match="no server could be reached"):
        get(replace(server.offer(), urls=("http://vectors.invalid/small.vec.gz",)), folder, waits=(60.0,))
    assert time.monotonic() - started < 20


def test_a_file_brought_by_hand_is_taken_where_it_fits(server, folder):
    folder.mkdir()
    (folder / "small.vec.gz").write_bytes(BODY)
    assert get(replace(server.offer(), urls=("http://vectors.invalid/small.vec.gz",)), folder).read_bytes() == BODY


def test_a_disk_without_room_is_told_before_a_byte_is_written(server, folder, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: namedtuple("Usage", "total used free")(10**6, 10**6, 5000))
    with pytest.raises(StorageError, match=r"small needs 409.6 kB more in .*files, where 5.0 kB are free. Make room"):
        get(server.offer(), folder)
    assert (folder / "small.vec.gz.part").stat().st_size == 0


def test_a_known_size_is_compared_with_the_disk_before_the_server_is_asked(server, folder, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: namedtuple("Usage", "total used free")(10**6, 10**6, 5000))
    with pytest.raises(StorageError, match="small needs 822.0 MB more"):
        get(server.offer(bytes=822_000_000, approximate=("bytes",)), folder)
    assert server.asked == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")
def test_a_disk_that_fills_up_is_told_with_what_is_still_needed(server, folder, monkeypatch):
    whole = Path.open

    def on_a_full_disk(path, mode="r", *rest, **named):
        return whole(Path("/dev/full") if mode == "ab" and path.suffix == ".part" else path, mode, *rest, **named)

    monkeypatch.setattr(Path, "open", on_a_full_disk)
    with pytest.raises(StorageError, match=r"The disk is full: .*files holds 0 B of small. 409.6 kB more are needed. Make room"):
        get(server.offer(), folder)
    monkeypatch.undo()
    assert get(server.offer(), folder).read_bytes() == BODY


def test_a_folder_that_cannot_be_written_is_told(server, tmp_path):
    (tmp_path / "files").write_text("a file")
    with pytest.raises(StorageError, match="files cannot be written: File exists. Set EMBEDDINGS_HOME"):
        get(server.offer(), tmp_path / "files")


def test_two_downloads_of_one_file_at_once_are_not_allowed(server, folder):
    folder.mkdir()
    with Lock(folder / ".small.vec.gz.lock") as lock:
        assert lock.take()
        with pytest.raises(StorageError, match="small.vec.gz is being fetched into .*files already. Wait for it, or cancel it"):
            get(server.offer(), folder)
    assert get(server.offer(), folder).read_bytes() == BODY


# ---- whatever breaks


FAULTS = {
    "break": breaks(3000),
    "break late": breaks(300_000),
    "nothing": breaks(0),
    "500": says(500),
    "404": says(404),
    "416": says(416),
    "page": lambda handler: handler.answer(b"<html>no", Content_Type="text/html"),
    "short": lambda handler: handler.answer(Content_Length="2000"),
    "long": lambda handler: handler.answer(Content_Length="999999"),
    "wrong": lambda handler: handler.answer(BODY[::-1]),
    "gone": lambda handler: handler.connection.close(),
    "good": lambda handler: handler.answer(),
    "no range": lambda handler: (handler.headers.__delitem__("Range"), handler.answer()),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.lists(st.sampled_from(sorted(FAULTS)), max_size=6),
    second=st.lists(st.sampled_from(sorted(FAULTS)), max_size=6),
    known=st.sampled_from(["sha256", "md5", "both"]),
    part=st.sampled_from([None, BODY[:5000], BODY[::-1][:5000]]),
)
def test_whatever_breaks_the_file_is_whole_or_there_is_an_error_and_no_file(server, mirror, folder, first, second, known, part):
    shutil.rmtree(folder, ignore_errors=True)
    server.faults, mirror.faults = [FAULTS[name] for name in first], [FAULTS[name] for name in second]
    sums = {"sha256": hashlib.sha256(BODY).hexdigest(), "md5": hashlib.md5(BODY).hexdigest()}
    facts = {"sha256": ""} | ({"bytes": len(BODY), **sums} if known == "both" else {known: sums[known]})
    offer = replace(server.offer(**facts), urls=(server.url, mirror.url))
    if part is not None:
        _leave(server, folder, part)
    try:
        assert get(offer, folder).read_bytes() == BODY
        assert left(folder) == ["small.vec.gz"]
    except EmbeddingsError:
        assert not (folder / "small.vec.gz").exists()
    server.faults, mirror.faults = [], []
    assert get(offer, folder).read_bytes() == BODY  # and a good server mends all that was left behind


# ---- the command


@pytest.fixture
def imports(monkeypatch) -> list[tuple[Path, dict]]:
    """The calls of catalog.import_file, which imports nothing here."""
    calls = []

    def import_file(path, **named):
        assert path.read_bytes() == BODY
        calls.append((path, named))
        return catalog.Imported(named["name"], Repairs(rows=4, dim=3))

    monkeypatch.setattr(catalog, "import_file", import_file)
    return calls


@pytest.fixture
def run(capsys, server, monkeypatch):
    """Runs a command where the catalogue has one offer alone: its exit status, standard output and standard error."""
    monkeypatch.setitem(cli.VERBS, "fetch", fetch_verb.VERB)
    monkeypatch.setattr(offers, "offers", lambda: (server.offer(note="Small.", member="*.vec"),))

    def run_it(*argv: str) -> tuple[int, str, str]:
        capsys.readouterr()
        return cli.main(["fetch", *argv]), *capsys.readouterr()

    return run_it


def test_fetch_downloads_imports_and_removes_the_file(run, imports, server, home):
    status, out, err = run("small", "--json")
    assert status == 0, err
    told = json.loads(out)
    assert [told[key] for key in ("space", "rows", "dim", "offer", "licence", "file")] == ["small", 4, 3, "small", "CC0", None]
    ((path, named),) = imports
    assert path == home / "files" / "small.vec.gz" and not path.exists()
    assert (named["name"], named["member"]) == ("small", "*.vec")
    assert named["source"] == Source("A small set", "Nobody 2020 (Nowhere)", "CC0", server.url, format="fasttext-vec")
    assert callable(named["report"])


def test_fetch_tells_people_what_it_made_of_what(run, imports):
    lines = run("small", "--name", "mine")[1].splitlines()
    assert lines[:2] == ["mine is kept: A small set.", "Licence: CC0. Paper: Nobody 2020 (Nowhere)."]
    assert lines[-2:] == [
        "The downloaded file was removed; --keep-file would have kept it.",
        "Ask it: python -m embeddings neighbours WORD --space mine",
    ]


def test_what_is_fetched_can_be_asked(run, server, royal, monkeypatch):
    """From the server to a query with nothing put in between: the file is a .vec.gz as fastText gives it out."""
    rows = [f"{word} {' '.join(map(str, royal[word]))}" for word in royal.vocabulary]
    server.body = gzip.compress(f"{len(rows)} {royal.dim}\n{chr(10).join(rows)}\n".encode())
    server.faults = [breaks(40)]
    monkeypatch.setattr(offers, "offers", lambda: (server.offer(),))
    status, _, err = run("small")
    assert status == 0, err
    wv = catalog.open_space("small")
    assert list(wv.vocabulary) == list(royal.vocabulary) and np.array_equal(wv.vectors, royal.vectors)
    assert (wv.source.title, wv.source.licence, wv.source.url) == ("A small set", "CC0", server.url)
    assert wv.source.sha256 == hashlib.sha256(server.body).hexdigest()


def test_fetch_keeps_the_file_where_asked_and_uses_it_again(run, imports, server, home):
    file = home / "files" / "small.vec.gz"
    assert f"The file stays in {file}" in run("small", "--keep-file")[1]
    assert file.read_bytes() == BODY
    assert run("small", "--name", "again")[0] == 0
    assert file.exists()  # it was there before, so it is not this command's to remove
    assert len(server.asked) == 1


def test_a_failed_import_leaves_the_file_for_the_next_try(run, server, home, monkeypatch):
    def import_file(*_, **__):
        raise EmbeddingsError("no")

    monkeypatch.setattr(catalog, "import_file", import_file)
    assert run("small")[0] == 2
    assert (home / "files" / "small.vec.gz").read_bytes() == BODY


def test_a_name_that_cannot_be_had_is_told_before_the_download(run, server, home):
    assert run("small", "--name", "../x")[::2] == (2, "'../x' cannot name a space; 'x' can.\n")
    assert "There is a space 'glove-6b-50d' already. Give another name with --name." in run("small", "--name", "glove-6b-50d")[2]
    broken = home / "spaces" / "small"  # what is left of one stands in the way as well
    broken.mkdir(parents=True)
    told = "There is a space 'small' already. Give another name with --name, or remove it first: python -m embeddings remove small\n"
    assert run("small")[::2] == (2, told)
    assert "'con' cannot name a space; 'con-vectors' can." in run("small", "--name", "con")[2]
    assert server.asked == []


def test_a_failed_fetch_is_an_error_with_the_way_by_hand(run, server, home):
    server.faults = [says(404)]
    status, out, _ = run("small", "--json")
    assert status == 2 and not (home / "files" / "small.vec.gz").exists()
    error = json.loads(out)["error"]
    assert error["type"] == "Unreachable"
    assert (
        f"python -m embeddings import {home / 'files' / 'small.vec.gz'} --member '*.vec' --name small"
        in json.loads(out)["error"]["message"]
    )


def test_without_a_name_the_catalogue_is_listed(run, server):
    status, out, _ = run()
    assert status == 0 and "small" in out and "CC0" in out and server.asked == []
    ((name, told),) = [(each["name"], each["urls"]) for each in json.loads(run("--json")[1])]
    assert (name, told) == ("small", [server.url])


def test_list_with_a_name_tells_all_of_it_and_fetches_nothing(run, server):
    out = run("small", "--list")[1]
    assert "licence   CC0" in out and "note      Small." in out and f"url       {server.url}" in out
    assert server.asked == []


def test_flags_of_the_import_are_refused_where_nothing_is_imported(run):
    for argv in (["--keep-file"], ["--name", "x"], ["small", "--list", "--keep-file"]):
        assert run(*argv)[::2] == (
            2,
            "Nothing is fetched here, so --name and --keep-file do nothing. Give the NAME of vectors, without --list.\n",
        )


def test_an_unknown_name_is_an_error(run):
    assert "There are no vectors 'smalll' to fetch. Near: small." in run("smalll")[2]


def test_the_real_catalogue_is_listed_with_one_line_a_family(capsys, monkeypatch):
    monkeypatch.setitem(cli.VERBS, "fetch", fetch_verb.VERB)
    assert cli.main(["fetch"]) == 0
    short = capsys.readouterr().out
    assert cli.main(["fetch", "--list"]) == 0
    assert len(short.splitlines()) < 60 < len(offers.offers()) < len(capsys.readouterr().out.splitlines())
    assert "fasttext-crawl-XX: fastText in one of 158 languages, 300 dimensions: Common Crawl and Wikipedia" in short
    assert re.search(r"^glove-840b-300d +about 2,200,000 +300 +about 2.03 GB +cased +PDDL 1.0$", short, re.MULTILINE)
