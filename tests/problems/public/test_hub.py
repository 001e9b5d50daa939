"""The real client of the hub, in a process of its own, against a server here that plays the hub's endpoints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

COMMIT, OTHER = "a" * 40, "b" * 40
REPO = "/datasets/someone/small"
FILES = {"a.jsonl": b"first\n", "b.jsonl": b"second\n", "more/x.parquet": b"x", "more/y.parquet": b"y",
         "more/deep/z.parquet": b"z", "code.py": b"raise SystemExit"}  # fmt: skip

FETCH = """
import json, sys
from ssd_iter.exceptions import SsdIterError
from ssd_iter.problems.public.base import PublicSet, PublicSplit
from ssd_iter.problems.public.hub import fetch

splits = {"v6": PublicSplit(files=tuple(json.loads(sys.argv[1])))}
small = PublicSet(name="small", repo="someone/small", splits=splits, licence="MIT", description="", parse=None)
try:
    files, commit = fetch(small, "v6", sys.argv[2] or None)
    print(json.dumps([[file.read_text() for file in files], commit]))
except SsdIterError as error:
    print(json.dumps([type(error).__name__, str(error)]))
"""


class Hub(ThreadingHTTPServer):
    """Says what was asked of it."""

    commit: str | None = COMMIT
    asked: list[str]


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append(f"{self.command} {path}")
        headers = {"X-Repo-Commit": self.server.commit or "", "ETag": f'"{hash(path):x}"'}
        for commit in (COMMIT, OTHER):
            file = path.removeprefix(f"{REPO}/resolve/{commit}/")
            if file in FILES:
                return self.send(200, FILES[file], headers)
        if path in (f"/api{REPO}", f"/api{REPO}/revision/old", f"/api{REPO}/revision/{OTHER}"):
            commit = self.server.commit if path == f"/api{REPO}" else OTHER
            siblings = [{"rfilename": name} for name in sorted(FILES)]
            info = {"id": "someone/small", "sha": commit, "siblings": siblings}
            return self.send(200, json.dumps(info).encode(), headers)
        code = "RevisionNotFound" if "/revision/" in path else "EntryNotFound"
        return self.send(404, b"", {"X-Error-Code": code, "X-Error-Message": "it is not there"})

    def send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items() | {("Content-Length", str(len(body)))}:
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fetch(hub: Hub, tmp_path: Path) -> Callable[..., tuple[object, str]]:
    """What `fetch` returns or raises: texts of the files and commit, or name of the error and its message."""

    def run(*files: str, revision: str = "", **environment: str) -> tuple[object, str]:
        home = {"HF_HOME": str(tmp_path / "hf"), "HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}"}
        proxies = {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
        command = [sys.executable, "-c", FETCH, json.dumps(files), revision]
        done = subprocess.run(
            command, env=os.environ | proxies | home | environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        found, text = json.loads(done.stdout)
        return found, text

    return run


def test_files_come_in_order_at_the_commit_that_the_branch_stands_for(fetch, hub):
    assert fetch("b.jsonl", "a.jsonl") == (["second\n", "first\n"], COMMIT)
    assert f"GET {REPO}/resolve/{COMMIT}/a.jsonl" in hub.asked
    assert not [request for request in hub.asked if "/main/" in request or "code.py" in request]


@pytest.mark.parametrize("revision", ["old", OTHER])
def test_a_revision_is_pinned_to_its_commit(fetch, hub, revision):
    assert fetch("a.jsonl", revision=revision) == (["first\n"], OTHER)
    assert f"GET {REPO}/resolve/{OTHER}/a.jsonl" in hub.asked


def test_a_pattern_takes_the_files_of_its_folder_in_order_of_name(fetch):
    assert fetch("more/*.parquet") == (["x", "y"], COMMIT)


def test_what_is_in_the_cache_is_not_fetched_again(fetch, hub):
    fetch("a.jsonl")
    hub.asked.clear()
    assert fetch("a.jsonl") == (["first\n"], COMMIT)
    assert not [request for request in hub.asked if "/resolve/" in request]


def assert_says_the_way_out(kind: object, message: str) -> None:
    assert kind == "NotFoundError"
    assert "small:v6 cannot be fetched from someone/small" in message
    assert "or bring https://huggingface.co/datasets/someone/small/resolve/main/" in message
    assert "`--file PATH`" in message


def test_offline_says_which_file_to_bring(fetch, hub):
    kind, message = fetch("a.jsonl", HF_HUB_OFFLINE="1")
    assert_says_the_way_out(kind, message)
    assert "offline" in message.lower() and not hub.asked


def test_without_a_route_it_says_which_file_to_bring(fetch):
    kind, message = fetch("a.jsonl", HF_ENDPOINT="http://127.0.0.1:9")
    assert_says_the_way_out(kind, message)


def test_a_file_that_the_repository_lacks_is_named(fetch):
    kind, message = fetch("a.jsonl", "c.jsonl")
    assert_says_the_way_out(kind, message)
    assert "the repository has no file c.jsonl" in message


def test_a_revision_that_the_repository_lacks_is_named(fetch):
    kind, message = fetch("a.jsonl", revision="v99")
    assert_says_the_way_out(kind, message)
    assert "at revision 'v99': RevisionNotFoundError" in message


@pytest.mark.parametrize("commit", [None, "main", "A" * 40])
def test_without_a_commit_nothing_is_fetched(fetch, hub, commit):
    hub.commit = commit
    kind, message = fetch("a.jsonl")
    assert_says_the_way_out(kind, message)
    assert f"names commit {commit!r}" in message
    assert not [request for request in hub.asked if "/resolve/" in request]
