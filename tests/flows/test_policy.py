"""What follows from a verdict: the run goes on, ends, or goes back, and the record says why."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from flows.experiment import open_run
from flows.overview import last_verdict, run_state
from flows.policy import follow_policy
from flows.rollback import read_rollbacks, roll_back
from ssd_iter.decline.policy import Decision
from ssd_iter.exceptions import NotFoundError
from ssd_iter.records import Event, Sample
from ssd_iter.run.paths import write_json
from ssd_iter.run.shards import read_shards, write_shard

ROLLBACK = "policy.on_collapse=rollback"


def solved(num: int) -> Callable[[int], int]:
    """All ten samples of the first `num` of 100 problems pass."""
    return lambda i: 10 if i < num else 0


def followed(run: Any, round: int) -> Decision | None:
    return follow_policy(open_run(run.paths), round)


def events(run: Any, kind: str) -> list[Event]:
    return [event for event in read_shards(run.paths.shard_files("events"), Event) if event.kind == kind]


@pytest.fixture
def collapsed(by_hand: Any) -> Any:
    """Two of three rounds have ended: the first was better than the base, the second has collapsed."""
    for round, num in enumerate((50, 70, 0)):
        by_hand.evaluated(round, solved(num))
        by_hand.ended(round, "COLLAPSE" if round == 2 else "OK")
    return by_hand


@pytest.mark.parametrize("verdict", ["OK", "WARN", "NOT_ENOUGH_DATA"])
def test_nothing_is_decided_while_nothing_has_collapsed(by_hand, verdict):
    by_hand.set("policy.on_collapse=stop", "policy.on_diversity_collapse=stop")
    by_hand.evaluated(0, solved(50))
    by_hand.ended(0)
    by_hand.ended(1, verdict)
    assert followed(by_hand, 1) is None and not events(by_hand, "policy")
    assert run_state(by_hand.paths) == "stopped"


def test_by_default_a_run_goes_on_and_the_record_says_so(collapsed):
    assert followed(collapsed, 2).action == "continue"
    (event,) = events(collapsed, "policy")
    assert event.round == 2 and "COLLAPSE and policy.on_collapse is 'continue': the run goes on" in event.message
    assert json.loads(event.payload_json) == {"action": "continue", "to": None}
    assert run_state(collapsed.paths) == "stopped" and last_verdict(collapsed.paths) == "COLLAPSE"


def test_a_run_that_is_to_stop_has_ended_early(collapsed):
    collapsed.set("policy.on_collapse=stop")
    assert followed(collapsed, 2).action == "stop"
    assert run_state(collapsed.paths) == "ended early" and not read_rollbacks(collapsed.paths)


def test_a_stopped_run_goes_on_under_another_policy(collapsed):
    collapsed.set("policy.on_collapse=stop")
    followed(collapsed, 2)
    collapsed.set("policy.on_collapse=continue")
    assert followed(collapsed, 2).action == "continue" and run_state(collapsed.paths) == "stopped"
    collapsed.set("policy.on_collapse=stop")
    followed(collapsed, 2)
    actions = [json.loads(event.payload_json)["action"] for event in events(collapsed, "policy")]
    assert actions == ["stop", "continue", "stop"]


def test_a_rollback_goes_to_the_best_round(collapsed):
    collapsed.set(ROLLBACK)
    assert run_state(collapsed.paths) == "stopped"
    assert followed(collapsed, 2) == Decision("rollback", 1, events(collapsed, "policy")[0].message)
    assert read_rollbacks(collapsed.paths) == {3: 1} and run_state(collapsed.paths) == "stopped"
    assert json.loads(events(collapsed, "rolled_back")[0].payload_json) == {"round": 3, "follows": 1}


def test_a_rollback_does_not_go_to_a_round_whose_numbers_cannot_be_trusted(collapsed):
    collapsed.set(ROLLBACK)
    collapsed.invalid(1)
    assert followed(collapsed, 2).to == 0


def test_what_was_done_is_not_done_again(collapsed):
    collapsed.set(ROLLBACK)
    followed(collapsed, 2)
    drawn = collapsed.paths.shard("samples", 3, "train-0000")
    write_shard(drawn, [], Sample)
    assert followed(collapsed, 2) is None
    assert drawn.exists() and len(events(collapsed, "policy")) == len(events(collapsed, "rolled_back")) == 1


@pytest.mark.parametrize("action", ["continue", "stop"])
def test_a_decision_is_on_record_once(collapsed, action):
    collapsed.set(f"policy.on_collapse={action}")
    assert followed(collapsed, 2) == followed(collapsed, 2)
    assert len(events(collapsed, "policy")) == 1


@pytest.mark.parametrize("torn", ["event", "aside"])
def test_a_rollback_that_a_crash_has_torn_is_done_whole(collapsed, torn, monkeypatch):
    collapsed.set(ROLLBACK)
    begun = collapsed.paths.shard("samples", 3, "train-0000")
    write_shard(begun, [], Sample)
    place = {"event": "flows.policy.roll_back", "aside": "flows.rollback.write_json"}[torn]
    with monkeypatch.context() as patch:
        patch.setattr(place, crash)
        with pytest.raises(KeyboardInterrupt):
            followed(collapsed, 2)
    assert begun.exists() == (torn == "event") and not read_rollbacks(collapsed.paths)
    followed(collapsed, 2)
    assert not begun.exists() and read_rollbacks(collapsed.paths) == {3: 1} and len(events(collapsed, "policy")) == 1


def crash(*_: object) -> None:
    raise KeyboardInterrupt


def test_after_the_last_round_a_rollback_is_only_said_until_rounds_are_added(collapsed):
    collapsed.set(ROLLBACK)
    collapsed.evaluated(3, solved(0))
    collapsed.ended(3, "COLLAPSE")
    assert followed(collapsed, 3).to == 1
    assert not read_rollbacks(collapsed.paths) and run_state(collapsed.paths) == "finished"
    collapsed.set("rounds=4")
    assert followed(collapsed, 3).to == 1
    assert read_rollbacks(collapsed.paths) == {4: 1} and len(events(collapsed, "policy")) == 1


def test_a_round_that_another_one_came_after_is_left_alone(collapsed):
    collapsed.set("policy.on_collapse=stop")
    collapsed.ended(3)
    assert followed(collapsed, 2) is None and not events(collapsed, "policy")


def test_a_rollback_that_was_asked_for_stands_whatever_the_policy_says(collapsed):
    for action in ("stop", "rollback"):
        collapsed.set(f"policy.on_collapse={action}")
        roll_back(collapsed.paths, 0, open_run(collapsed.paths).config)
        assert followed(collapsed, 2) is None
        assert read_rollbacks(collapsed.paths) == {3: 0} and run_state(collapsed.paths) == "stopped"


@pytest.mark.parametrize(
    ("verdict", "status"), [("COLLAPSE", "finished"), ("DIVERSITY_COLLAPSE", "finished"), ("COLLAPSE", "ended")]
)
def test_a_round_that_collapsed_or_ended_is_never_gone_back_to(by_hand, verdict, status):
    by_hand.set(ROLLBACK)
    for round, num in enumerate((50, 90, 0)):
        by_hand.evaluated(round, solved(num))
        by_hand.ended(round, *[("OK",), (verdict, status), ("COLLAPSE",)][round])
    assert followed(by_hand, 2).to == 0


def test_a_collapse_of_diversity_alone_has_a_policy_of_its_own(collapsed):
    collapsed.set("policy.on_collapse=stop", "policy.on_diversity_collapse=rollback")
    collapsed.ended(2, "DIVERSITY_COLLAPSE")
    assert followed(collapsed, 2).action == "rollback" and read_rollbacks(collapsed.paths) == {3: 1}


@pytest.mark.parametrize(
    ("action", "state", "said"),
    [("continue", "ended early", 0), ("stop", "ended early", 1), ("rollback", "stopped", 1)],
)
def test_after_a_round_without_a_model_only_a_rollback_goes_on(by_hand, action, state, said):
    by_hand.set(f"policy.on_collapse={action}")
    by_hand.evaluated(0, solved(50))
    by_hand.ended(0)
    by_hand.ended(1, "COLLAPSE", "ended")
    assert run_state(by_hand.paths) == state
    followed(by_hand, 1)
    assert run_state(by_hand.paths) == state and len(events(by_hand, "policy")) == said
    assert read_rollbacks(by_hand.paths) == ({2: 0} if action == "rollback" else {})


def test_a_rollback_to_a_round_whose_checkpoint_is_gone_says_so(collapsed):
    collapsed.set(ROLLBACK)
    collapsed.paths.checkpoint(1).rmdir()
    write_json(collapsed.paths.stage(1, "train").done, {})  # without it the round is trained again at its turn
    with pytest.raises(NotFoundError, match="checkpoint of round 1 is gone"):
        followed(collapsed, 2)
    assert not read_rollbacks(collapsed.paths)
