"""What is refused before anything starts, and which ports are taken."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from flows.serve.settings import Settings, check, free_port, is_loopback, listen, url_of
from ssd_iter.exceptions import ConfigError


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "lab.example"])
def test_what_others_reach_wants_a_password(host: str) -> None:
    with pytest.raises(ConfigError, match="--auth USER:PASSWORD"):
        check(Settings(Path("runs"), host=host))
    check(Settings(Path("runs"), host=host, auth="me:secret"))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_what_only_this_machine_reaches_wants_none(host: str) -> None:
    assert is_loopback(host)
    check(Settings(Path("runs"), host=host))


@pytest.mark.parametrize("auth", ["", "me", "me:", ":secret"])
def test_a_password_without_its_user_is_none(auth: str) -> None:
    with pytest.raises(ConfigError, match="USER:PASSWORD"):
        check(Settings(Path("runs"), auth=auth))


def test_a_port_that_was_asked_for_and_is_taken_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigError, match="is taken"):
        listen("127.0.0.1", taken.getsockname()[1], 0)


def test_where_the_usual_port_is_taken_or_kept_for_another_the_next_is_used() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        usual = taken.getsockname()[1]
        after = free_port("127.0.0.1", None, usual)
        assert usual < after < free_port("127.0.0.1", None, usual, not_these=[after])


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"cannot listen on 192\.0\.2\.1"):
        listen("192.0.2.1", None, 4200)


def test_an_address_is_written_as_a_browser_takes_it() -> None:
    assert url_of("::1", 4200) == "http://[::1]:4200"
    assert url_of("127.0.0.1", 4200) == "http://127.0.0.1:4200"
    assert url_of("0.0.0.0", 4200) == f"http://{socket.getfqdn()}:4200"
