"""A flow is carried out to its end also where Prefect's server goes away: its records are Prefect's, the run ours."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import ParamSpec, TypeVar

from prefect import Flow
from prefect.context import FlowRunContext
from prefect.settings import get_current_settings

from flows.display import say
from ssd_iter.exceptions import SsdIterError

P = ParamSpec("P")
R = TypeVar("R")

_ANSWER_SECONDS = 3.0


def outlive(flow: Flow[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a flow; where it fails for want of Prefect's server, carry out its body without.

    The body must do nothing twice that it has done. A subflow does not wait for a server that is away at its start;
    Prefect itself tries for a minute. An error of ours is raised as it is.
    """
    if FlowRunContext.get() is None or server_answers():
        try:
            return flow(*args, **kwargs)
        except Exception as error:
            ours = next((link for link in _chain(error) if isinstance(link, SsdIterError)), None)
            if ours is not None:
                raise ours from None
            if server_answers():
                raise
    say("Prefect's server is away: the run goes on without showing itself there")
    return flow.fn(*args, **kwargs)


def server_answers() -> bool:
    """Whether there is a server at Prefect's address, whatever it says."""
    url = get_current_settings().api.url
    if url is None:
        return False
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=_ANSWER_SECONDS):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, and those during whose handling it came about."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__
