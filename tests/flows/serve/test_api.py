"""A server that is busy is asked again; any other refusal is the answer."""

from __future__ import annotations

import urllib.error
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from flows.serve import api
from flows.serve.api import Api


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[list[int]], Api]]:
    """A server that answers with these codes, in order."""
    monkeypatch.setattr(api, "_PATIENCE", (0.0, 0.0))
    servers = []

    def serve(codes: list[int]) -> Api:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(codes.pop(0))
                self.end_headers()
                self.wfile.write(b"true")

            def log_message(self, *arguments: object) -> None:
                pass

        servers.append(HTTPServer(("127.0.0.1", 0), Handler))
        Thread(target=servers[-1].serve_forever).start()
        return Api(f"http://127.0.0.1:{servers[-1].server_port}")

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_busy_server_is_asked_again(answering: Callable[[list[int]], Api]) -> None:
    assert answering([503, 503, 200]).get("/there") is True


@pytest.mark.parametrize(("codes", "left"), [([503, 503, 503, 200], [200]), ([404, 200], [200])])
def test_one_that_stays_busy_and_any_other_refusal_is_told(
    answering: Callable[[list[int]], Api], codes: list[int], left: list[int]
) -> None:
    with pytest.raises(urllib.error.HTTPError) as refusal:
        answering(codes).get("/there")
    refusal.value.close()
    assert codes == left
