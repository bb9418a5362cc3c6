"""What a server says: only http and https are spoken, and an answer is the file, a broken line or a refusal."""

from __future__ import annotations

from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib import request as http
from urllib.parse import urljoin, urlsplit

HEAD = 512                       # as much of a body is looked at to see a web page
HTML = (b"<!doctype html", b"<html", b"<head")


class Broken(Exception):
    """A connection that failed in a way that another try may not."""


class Refused(Exception):
    """A server that will not give the file. `reached` is False where nothing answered at all."""

    def __init__(self, reason: str, reached: bool = True) -> None:
        super().__init__(reason)
        self.reached = reached


class StartOver(Exception):
    """What is here is not the beginning of what the server has."""


class Redirects(http.HTTPRedirectHandler):
    """Follows redirects to http and https only, and never from https down to http."""

    def http_error_302(self, req: http.Request, fp: Any, code: int, msg: str, headers: Any) -> Any:
        target = _joined(req.full_url, headers.get("Location", ""))
        fp.close()                                                             # urllib would read all of its body
        if urlsplit(target).scheme not in ({"https"} if req.type == "https" else {"http", "https"}):
            raise Refused(f"it redirects to {target[:200] or 'no address'!r}, which is not followed")
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def opener() -> http.OpenerDirector:
    """An opener that knows http and https alone, through the proxy that the environment names."""
    opener = http.OpenerDirector()
    for handler in (http.ProxyHandler(), http.UnknownHandler(), http.HTTPHandler(), http.HTTPSHandler(),
                    http.HTTPDefaultErrorHandler(), http.HTTPErrorProcessor(), Redirects()):  # fmt: skip
        opener.add_handler(handler)
    return opener


def _joined(base: str, location: str) -> str:
    """The address that a redirect means, "" where it means none."""
    try:
        target = urljoin(base, location) if location else ""
        urlsplit(target)
    except ValueError:                                                         # a bracket that is not an IPv6 address
        return ""
    return target


def length(response: HTTPResponse) -> int | None:
    told = response.headers.get("Content-Length", "").strip()
    return int(told) if told.isascii() and told.isdigit() and not response.chunked else None


def is_page(block: bytes) -> bool:
    return block.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(HTML)


def in_words(error: Exception) -> str:
    """A failure in the system's words, without its number."""
    if isinstance(error, HTTPException) and not isinstance(error, OSError):
        return "the connection ended early"
    return str(getattr(error, "strerror", None) or error or type(error).__name__)
