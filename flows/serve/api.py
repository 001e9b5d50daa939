"""Prefect's API in a few lines, for whoever only asks: Prefect's own client takes two seconds and 80 MB to load."""

from __future__ import annotations

import base64
import json
import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

_SECONDS = 5
_PATIENCE = 0.2, 0.5, 1.0, 2.0
"""Seconds until a server is asked again that says 503: SQLite was being written. Prefect's own clients do so too."""


@dataclass(frozen=True, slots=True)
class Api:
    """A server's address, `http://127.0.0.1:4200/api`, and `USER:PASSWORD` where it wants one.

    What it asks raises OSError where there is no answer, or a refusal.
    """

    url: str
    auth: str | None = None

    def get(self, path: str) -> Any:
        """The document at a path."""
        return self._ask(urllib.request.Request(self.url + path))

    def post(self, path: str, question: Any) -> Any:
        """The answer to a question, such as a filter."""
        headers = {"Content-Type": "application/json"} | self._token()
        return self._ask(urllib.request.Request(self.url + path, json.dumps(question).encode(), headers))

    def is_healthy(self) -> bool:
        """Whether the server answers."""
        try:
            return bool(self.get("/health"))
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code in (401, 403)  # somebody is there, and wants another password
        except (OSError, ValueError):
            return False

    def _ask(self, request: urllib.request.Request) -> Any:
        authorization = self._authorization()
        if authorization:
            request.add_header("Authorization", authorization)
        for seconds in (*_PATIENCE, None):
            try:
                with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as refusal:
                if seconds is None or refusal.code != HTTPStatus.SERVICE_UNAVAILABLE:
                    raise
                refusal.close()
                time.sleep(seconds)

    def _token(self) -> dict[str, str]:
        """What shows a server that wants to be shown it that no other page in a browser is asking."""
        client = str(uuid4())
        try:
            token = self.get(f"/csrf-token?client={client}")["token"]
        except urllib.error.HTTPError as refusal:
            with refusal:
                if refusal.code not in (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY):
                    raise
            return {}  # it wants none
        return {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": client}

    def _authorization(self) -> str | None:
        """A server that somebody else runs has its password, or Prefect Cloud's key, in Prefect's variables."""
        pair, key = self.auth or os.environ.get("PREFECT_API_AUTH_STRING"), os.environ.get("PREFECT_API_KEY")
        if pair:
            return f"Basic {base64.b64encode(pair.encode()).decode()}"
        return f"Bearer {key}" if key else None
