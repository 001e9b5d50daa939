"""The way to a page from Prefect's pages: over HTTP, since Prefect strips every other link, else its path as text."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from flows.serve.environment import reports_url
from reports.markdown import inline, inline_code
from ssd_iter.run.paths import RunPaths


def page_url(paths: RunPaths, page: Path) -> str | None:
    """The address of one of a run's pages; None where the runs folder is not served."""
    base = reports_url()
    return None if base is None else f"{base}/{quote(os.fsencode(page.relative_to(paths.root.parent)))}"


def page_link(paths: RunPaths, page: Path, text: str, anchor: str = "") -> str:
    """Markdown that leads to a page, or to a part of it: a link, or without an address its path as code."""
    url = page_url(paths, page)
    return f"{inline(text)}: {inline_code(str(page))}" if url is None else f"[{inline(text)}]({url}{anchor})"
