"""The runs folder's pages over HTTP: nothing but pages, nothing outside the folder, nothing to be changed.

Links to files (`file://`) are not followed from a page that came over HTTP, such as Prefect's.
"""

from __future__ import annotations

import base64
import os
import secrets
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from socket import socket

import uvicorn
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ssd_iter.exceptions import SsdIterError

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".json": "application/json",
}
_DOCUMENT = "report.json"
"""Of the JSON files only what a page is made from: the others say where things are on this machine."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Beside the page's own policy, which cannot say this: nobody may put a page into his.
    "Content-Security-Policy": "frame-ancestors 'none'",
}
_LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_SECONDS = 10


def is_page(path: PurePath) -> bool:
    """Whether a file, named from the runs folder on, may be read by whoever reads reports."""
    if any(part.startswith(".") for part in path.parts):
        return False
    return path.name == _DOCUMENT or path.suffix in {".html", ".md"}


class Pages(StaticFiles):
    """The pages of a runs folder, `index.html` where a folder is asked for; `auth` is `USER:PASSWORD`."""

    def __init__(self, runs: Path, auth: str | None = None) -> None:
        super().__init__(directory=runs, html=True, check_dir=False)
        self._runs = Path(os.path.realpath(runs))
        self._authorization = None if auth is None else f"Basic {base64.b64encode(auth.encode()).decode()}".encode()

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """The real file behind a path, where it is in the folder and a page."""
        try:
            full, found = super().lookup_path(path)
        except OSError:  # a link in a circle, a folder that is closed to us
            return "", None
        if found is None or stat.S_ISDIR(found.st_mode):
            return full, found
        return (full, found) if is_page(Path(full).relative_to(self._runs)) else ("", None)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A page, or why not, in a line."""
        response = self._refusal(Headers(scope=scope)) or await self._answer(path, scope)
        response.headers.update(_HEADERS)
        return response

    def _refusal(self, headers: Headers) -> Response | None:
        if self._authorization is None:
            # A page elsewhere whose name leads here would otherwise read what only this machine may.
            name = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
            return None if name in _LOCAL_NAMES else PlainTextResponse("unknown host\n", 421)
        if secrets.compare_digest(headers.get("authorization", "").encode(), self._authorization):
            return None
        ask = {"WWW-Authenticate": 'Basic realm="ssd-iter reports", charset="UTF-8"'}
        return PlainTextResponse("a user and a password, please\n", 401, ask)

    async def _answer(self, path: str, scope: Scope) -> Response:
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code == 405:
                return PlainTextResponse("pages are read, not changed\n", 405, error.headers)
            return PlainTextResponse("no such page here; a run has its pages once a round has ended\n", 404)
        kind = _TYPES.get(PurePath(getattr(response, "path", "")).suffix)
        if kind is not None:
            response.headers["Content-Type"] = kind
        return response


@contextmanager
def serve_reports(runs: Path, listening: socket, auth: str | None = None) -> Iterator[None]:
    """Answer on a listening socket, in a thread, until the way out."""
    config = uvicorn.Config(
        Pages(runs, auth), lifespan="off", log_config=None, access_log=False, server_header=False, proxy_headers=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="reports", daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise SsdIterError("the reports' HTTP server did not start")
            thread.join(0.02)
        yield
    finally:
        server.should_exit = True
        thread.join(_SECONDS)
        listening.close()
