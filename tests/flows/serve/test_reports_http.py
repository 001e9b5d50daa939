"""Pages over HTTP: pages are given out, nothing else is, whatever is asked."""

from __future__ import annotations

import asyncio
import base64
import socket
import urllib.request
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.serve.reports_http import Pages, is_page, serve_reports

SECRET = b"nobody's business"
LOCAL = {"host": "127.0.0.1:4201"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages among what is not one, and links from one to the other."""
    outside = tmp_path_factory.mktemp("project")
    folder = outside / "runs"
    run = folder / "demo-1"
    for page in ("index.html", "demo-1/index.html", "demo-1/report.json", "demo-1/rounds/001/report.md"):
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        (folder / page).write_text(f"the page {page}")
    secrets = (
        "../.prefect/serve.json", "../outside.html", "demo-1/ssd.duckdb", "demo-1/resolved.json", "demo-1/.hidden.html",
        "demo-1/shards/samples/round=001/eval-0000.parquet", "demo-1/rounds/001/train/log.txt",
    )  # fmt: skip
    for secret in secrets:
        (folder / secret).parent.mkdir(parents=True, exist_ok=True)
        (folder / secret).write_bytes(SECRET)
    (run / "out.html").symlink_to(outside / "outside.html")
    (run / "database.html").symlink_to(run / "ssd.duckdb")
    (run / "round.html").symlink_to(run / "round.html")
    (run / "above").symlink_to(outside)
    return folder


def ask(
    app: Pages, path: str, headers: dict[str, str] = LOCAL, method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    """A request as a server would hand it on: status, headers, body."""
    sent: list[dict] = []

    async def receive() -> dict:
        return await asyncio.Event().wait()  # whoever asked stays

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "root_path": "", "query_string": b"", "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()], "server": ("127.0.0.1", 4201),
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(message.get("body", b"") for message in sent[1:])


SEGMENTS = st.sampled_from(
    [
        "", ".", "..", "%2e%2e", "\\", "\0", "demo-1", "index.html", "report.json", "rounds", "001", "train", "log.txt",
        "shards", "ssd.duckdb", "resolved.json", "out.html", "database.html", "round.html", "above", "outside.html",
        ".prefect", "serve.json", ".hidden.html", "runs", "etc", "passwd", "x" * 300,
    ]
)  # fmt: skip


@given(st.lists(SEGMENTS | st.text(max_size=5), max_size=7).map("/".join))
def test_no_path_leads_out_or_to_what_is_no_page(runs: Path, path: str) -> None:
    status, _, body = ask(Pages(runs), f"/{path}")
    assert status in (200, 307, 404)
    assert SECRET not in body
    assert status != 200 or body.startswith(b"the page ")


@pytest.mark.parametrize(
    "path", ["above/outside.html", "database.html", "out.html", "round.html", "../../outside.html"]
)
def test_links_out_or_in_a_circle_lead_nowhere(runs: Path, path: str) -> None:
    assert (runs / "demo-1" / path).is_symlink() or "outside" in path
    assert ask(Pages(runs), f"/demo-1/{path}")[0] == 404


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/demo-1/", "text/html; charset=utf-8"),
        ("/demo-1/report.json", "application/json"),
        ("/demo-1/rounds/001/report.md", "text/markdown; charset=utf-8"),
    ],
)
def test_a_page_comes_as_what_it_is(runs: Path, path: str, kind: str) -> None:
    status, headers, body = ask(Pages(runs), path)
    assert (status, headers["content-type"], headers["x-content-type-options"]) == (200, kind, "nosniff")
    assert body.startswith(b"the page")


def test_a_run_leads_to_its_index_so_that_links_in_it_hold(runs: Path) -> None:
    status, headers, _ = ask(Pages(runs), "/demo-1")
    assert (status, headers["location"]) == (307, "http://127.0.0.1:4201/demo-1/")


def test_no_folder_is_listed(runs: Path) -> None:
    assert ask(Pages(runs), "/demo-1/rounds/")[0] == 404


def test_a_page_that_has_not_changed_is_not_sent_again(runs: Path) -> None:
    tag = ask(Pages(runs), "/")[1]["etag"]
    status, _, body = ask(Pages(runs), "/", LOCAL | {"if-none-match": tag})
    assert (status, body) == (304, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed(runs: Path, method: str) -> None:
    assert ask(Pages(runs), "/index.html", method=method)[0] == 405


@pytest.mark.parametrize("host", ["evil.example", "evil.example:4201", "127.0.0.1.evil.example:4201", ""])
def test_without_a_password_only_this_machine_s_own_names_lead_here(runs: Path, host: str) -> None:
    assert ask(Pages(runs), "/", {"host": host})[0] == 421


def test_with_a_password_any_name_does_and_nothing_without_it(runs: Path) -> None:
    def given_(pair: str) -> int:
        right = base64.b64encode(pair.encode()).decode()
        return ask(Pages(runs, "me:pässword"), "/", {"host": "lab:4201", "authorization": f"Basic {right}"})[0]

    assert given_("me:pässword") == 200
    assert {given_("me:password"), given_(""), ask(Pages(runs, "me:pässword"), "/")[0]} == {401}


@given(st.lists(st.text(min_size=1).filter(lambda part: "/" not in part), max_size=4))
def test_only_pages_are_pages(parts: list[str]) -> None:
    path = PurePosixPath(*parts)
    hidden = any(part.startswith(".") for part in path.parts)
    assert is_page(path) == (not hidden and (path.name == "report.json" or path.suffix in (".html", ".md")))


def test_it_answers_while_it_serves_and_then_the_port_is_free(runs: Path) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    with serve_reports(runs, listening), urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
        assert answer.read() == b"the page index.html"
    socket.create_server(("127.0.0.1", port)).close()
