"""A run whose Prefect server goes away."""

from __future__ import annotations

import pytest
from prefect import flow
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.observe.outlive import outlive, server_answers
from ssd_iter.exceptions import StageError

NOWHERE = "http://127.0.0.1:9/api"


@flow(name="ssd-iter inner")
def inner(value: int) -> int:
    return value + 1


def test_a_subflow_is_carried_out_though_the_server_has_gone(server, capsys):
    found = []

    def lose_it():
        with temporary_settings({PREFECT_API_URL: NOWHERE}):
            found.append(outlive(inner, 1))

    server.call(lose_it)
    assert found == [2]
    assert "the run goes on without showing itself there" in capsys.readouterr().err


def test_while_the_server_is_there_a_subflow_is_a_run_of_its_own(server):
    flow_run = server.call(lambda: outlive(inner.with_options(flow_run_name="inner of a test"), 1))
    tracked = server.ask("/flow_runs/filter", flow_runs={"parent_flow_run_id": {"any_": [str(flow_run)]}})
    assert [each["name"] for each in tracked] == ["inner of a test"]


def test_an_error_of_ours_is_raised_as_it_is_and_nothing_is_tried_again(server):
    tried = []

    @flow(name="ssd-iter failing")
    def failing() -> None:
        tried.append(True)
        raise StageError("stage train of round 1 ended")

    def fail():
        with pytest.raises(StageError, match="stage train"):
            outlive(failing)

    server.call(fail)
    assert tried == [True]


def test_no_server_answers_nowhere():
    with temporary_settings({PREFECT_API_URL: NOWHERE}):
        assert not server_answers()
