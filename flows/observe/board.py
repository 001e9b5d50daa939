"""The artifacts of a run, as they are meant to be, and a thread that makes them so on Prefect's server.

Whoever has something to show never waits for the server. While it is away the latest of each artifact is kept and tried
again. An artifact is known by its key and flow run: shown again, also by a flow run that is tried again, it is changed
and not made twice.
"""

from __future__ import annotations

from contextvars import copy_context
from dataclasses import dataclass
from threading import Condition, Thread
from types import TracebackType
from typing import Literal, Self
from uuid import UUID

from httpx import HTTPStatusError, TimeoutException
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterKey
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from flows.observe.quiet import warn_once

Place = tuple[str, UUID]

_ANSWER_SECONDS = 10.0
_RETRY_SECONDS = 10.0
_PATIENCE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Shown:
    """An artifact as it is to be. Prefect takes its texts for Markdown, table cells too: what is hostile is escaped."""

    key: str
    """Of `[a-z0-9-]`."""
    type: Literal["markdown", "table", "progress"]
    data: str | float
    """A table is a JSON list of rows, progress a percentage."""
    description: str
    flow_run_id: UUID

    @property
    def place(self) -> Place:
        """What makes it the same artifact."""
        return self.key, self.flow_run_id


class Board:
    """Context manager that shows artifacts; at its end it waits for a slow server, but not for one that is away."""

    def __init__(self) -> None:
        self._wanted: dict[Place, Shown] = {}
        self._ids: dict[Place, UUID] = {}
        self._changed = Condition()
        self._open = True
        # The context says which server it is.
        self._thread = Thread(target=copy_context().run, args=(self._work,), name="board", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._open = False
            self._changed.notify()
        self._thread.join(_PATIENCE_SECONDS)

    def show(self, artifact: Shown) -> None:
        """Have an artifact made or changed soon, unless it is changed again before."""
        with self._changed:
            self._wanted[artifact.place] = artifact
            self._changed.notify()

    def _work(self) -> None:
        with (
            temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}),
            get_client(httpx_settings={"timeout": _ANSWER_SECONDS}, sync_client=True) as client,
        ):
            while (artifact := self._next()) is not None:
                try:
                    self._put(client, artifact)
                except Exception as error:
                    warn_once(error)
                    refused = isinstance(error, HTTPStatusError) and error.response.is_client_error
                    slow = isinstance(error, TimeoutException)
                    if not refused and not self._try_later(artifact, slow):
                        return

    def _next(self) -> Shown | None:
        """What is to be shown next, as soon as there is something; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._wanted or not self._open)
            return self._wanted.pop(next(iter(self._wanted))) if self._wanted else None

    def _try_later(self, artifact: Shown, slow: bool) -> bool:
        """Keep what could not be shown, and wait; whether there is a later: after the end only with a slow server."""
        with self._changed:
            self._wanted.setdefault(artifact.place, artifact)
            self._changed.wait_for(lambda: not self._open, _RETRY_SECONDS)
            return self._open or slow

    def _put(self, client: SyncPrefectClient, artifact: Shown) -> None:
        known = self._ids.get(artifact.place) or _find(client, artifact.place)
        if known is None:
            created = ArtifactCreate(
                key=artifact.key,
                type=artifact.type,
                data=artifact.data,
                description=artifact.description,
                flow_run_id=artifact.flow_run_id,
            )
            known = client.create_artifact(created).id
        else:
            # The client's own `update_artifact` leaves an event each time: the server would keep thousands.
            change = {"data": artifact.data, "description": artifact.description}
            client.request("PATCH", "/artifacts/{id}", path_params={"id": known}, json=change)
        self._ids[artifact.place] = known


def _find(client: SyncPrefectClient, place: Place) -> UUID | None:
    key, flow_run_id = place
    wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key]), flow_run_id=ArtifactFilterFlowRunId(any_=[flow_run_id]))
    found = client.read_artifacts(artifact_filter=wanted, limit=1)
    return found[0].id if found else None
