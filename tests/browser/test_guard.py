"""The guard over the browser tests: it sees what leaves this computer, and nothing else."""

from __future__ import annotations

import pytest

from scripts.app_server import OutsideRequest, is_outside, open_page, visit

ELSEWHERE = [
    "http://example.invalid/",
    "https://fonts.example/a.woff2",
    "wss://example.invalid/s",
    "http://127.0.0.1.example.invalid/",
    "http://localhost@example.invalid/",
    "http://10.0.0.1/",
]
HERE = [
    "http://127.0.0.1:8501/",
    "ws://localhost:8501/_stcore/stream",
    "http://[::1]:8501/",
    "data:image/png;base64,AAAA",
    "blob:http://127.0.0.1:8501/1-2",
    "about:blank",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_an_address_elsewhere_is_outside(url):
    assert is_outside(url)


@pytest.mark.parametrize("url", HERE)
def test_an_address_here_is_not(url):
    assert not is_outside(url)


def test_a_page_that_fetches_from_elsewhere_is_reported(browser, server):
    with pytest.raises(OutsideRequest, match=r"asked for http://example\.invalid/$"), visit(browser) as (page, _):
        page.goto(server.url)
        page.evaluate("fetch('http://example.invalid/').catch(() => null)")


def test_an_icon_from_elsewhere_is_reported(browser, server):
    with pytest.raises(OutsideRequest, match=r"icon\.png"), visit(browser) as (page, _):
        page.goto(server.url + "/_stcore/health")  # a bare page, which Streamlit does not redraw
        page.evaluate("document.head.insertAdjacentHTML('beforeend', '<link rel=icon href=http://example.invalid/icon.png>')")


def test_a_socket_to_elsewhere_is_reported(browser, server):
    with pytest.raises(OutsideRequest, match="ws://example.invalid/s"), visit(browser) as (page, traffic):
        page.goto(server.url + "/_stcore/health")
        page.evaluate("new WebSocket('ws://example.invalid/s')")
        page.wait_for_timeout(200)
        assert traffic.requests[0] == server.url + "/_stcore/health"  # the rest of the list is kept too


def test_an_error_on_the_console_is_kept(page, traffic, server):
    page.goto(server.url)
    page.evaluate("console.error('the page says no')")
    page.evaluate("setTimeout(() => { throw new Error('thrown in the page') })")
    page.wait_for_timeout(100)
    assert "the page says no" in traffic.console_errors
    assert any("thrown in the page" in error for error in traffic.console_errors)


def test_what_streamlit_asks_first_of_a_deep_link_is_no_error(page, traffic, server):
    page.goto(server.url + "/analogies")
    page.wait_for_timeout(500)
    assert any(url.endswith("/analogies/_stcore/health") for url in traffic.requests)  # it did ask, and got a 404
    assert not any("404" in error for error in traffic.console_errors)


def test_the_front_page_stays_on_this_computer(page, traffic, server):
    open_page(page, server)  # the fixture's own guard looks at its end
    assert any(url.startswith("ws://127.0.0.1") for url in traffic.requests)  # sockets are seen too
    assert traffic.console_errors == []


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_the_theme_follows_the_system(page, server, color_scheme):
    open_page(page, server)
    shown = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert shown == {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 22, 29)"}[color_scheme]


def test_a_fresh_server_has_a_home_of_its_own_and_ends(start_server):
    first, second = start_server(), start_server()
    assert first.url != second.url and first.home != second.home
    assert first.home.is_dir() and first.process.poll() is None
