"""`gc` makes room and breaks nothing: what is still needed stays, and what is gone can be had again."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flows.gc
from flows.cli import app, main
from flows.gc import collect, find_items, read_pins, set_pin, weights_to_keep
from ssd_iter.config.load import validate
from ssd_iter.exceptions import NotFoundError
from ssd_iter.records import Event, Round
from ssd_iter.run.paths import RunPaths, read_json
from ssd_iter.run.processes import run_lock
from ssd_iter.run.shards import read_shards
from stores.sql_console import run_query

Call = Callable[..., "subprocess.CompletedProcess[str]"]


def ended(by_hand: Any, rounds: int, **verdicts: str) -> RunPaths:
    """A run of some ended rounds: round `rN` has the verdict named, or OK; the weights of each are a small file."""
    for round in range(rounds + 1):
        by_hand.evaluated(round, lambda i: i % 5)
        by_hand.ended(round, verdicts.get(f"r{round}", "OK"))
        for folder in (by_hand.paths.checkpoint(round), by_hand.paths.export(round)) if round else ():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "model.safetensors").write_bytes(b"x" * 1000)
        if round:
            by_hand.paths.stage(round, "train").folder.mkdir(parents=True)
            by_hand.paths.stage(round, "train").done.write_text("{}")
    return by_hand.paths


def kept(paths: RunPaths, newest: int = 1) -> dict[int | None, str]:
    return {item.round: item.why for item in find_items(paths, newest) if item.what == "checkpoint" and item.kept}


def gc(paths: RunPaths, *options: str) -> None:
    app(["gc", paths.run_id, "--runs-dir", str(paths.root.parent), *options], result_action="return_value")


def test_the_last_round_of_a_finished_run_stays_and_no_other(by_hand: Any) -> None:
    assert kept(ended(by_hand, 3)) == {3: "the last round"}


def test_the_best_round_stays(by_hand: Any) -> None:
    paths = ended(by_hand, 3)
    by_hand.evaluated(2, lambda _: 10)
    assert kept(paths) == {2: "the best round", 3: "the last round"}


def test_as_many_of_the_last_stay_as_are_asked_for(by_hand: Any) -> None:
    assert kept(ended(by_hand, 3), newest=2) == {2: "among the last 2", 3: "among the last 2"}


def test_what_the_next_round_starts_from_stays(by_hand: Any) -> None:
    assert kept(ended(by_hand, 2))[2] == "the last round; round 3 starts from it; it draws the samples of round 3"


def test_a_rounds_weights_stay_until_it_has_ended(by_hand: Any) -> None:
    paths = ended(by_hand, 1)
    paths.checkpoint(2).mkdir(parents=True)
    assert kept(paths)[2] == "the round has not ended"


def test_what_a_rollback_goes_back_to_stays(by_hand: Any) -> None:
    paths = ended(by_hand, 2)
    paths.lineage.write_text('{"rollbacks": {"3": 1}}')
    assert set(kept(paths)) == {1, 2} and "round 3 starts from it" in kept(paths)[1]


def test_a_policy_that_rolls_back_needs_every_round_it_may_choose(by_hand: Any) -> None:
    by_hand.set("policy.on_collapse=rollback", "rounds=4")
    paths = ended(by_hand, 3, r2="COLLAPSE")
    assert set(kept(paths)) == {1, 3} and kept(paths)[1] == "the policy may go back to it"


def test_pinned_rounds_stay_until_they_are_unpinned(by_hand: Any) -> None:
    paths = ended(by_hand, 3)
    gc(paths, "--pin", "1")
    assert kept(paths)[1] == "pinned" and paths.checkpoint(2).exists()
    gc(paths, "--unpin", "1")
    assert set(kept(paths)) == {3} and read_pins(paths) == []


def test_a_round_without_weights_cannot_be_pinned(by_hand: Any) -> None:
    with pytest.raises(NotFoundError, match="rounds with one: 1, 2"):
        set_pin(ended(by_hand, 2), 7, True)


ROUNDS = st.integers(1, 6)


@given(ROUNDS, ROUNDS, st.integers(0, 6), st.sets(st.integers(0, 6)), st.data())
def test_the_next_rounds_parents_always_stay(
    tiny_config: dict[str, Any], num: int, planned: int, best: int, pinned: set[int], data: st.DataObject
) -> None:
    lineage = {key: data.draw(st.sampled_from(["previous", "base"])) for key in ("sample_from", "train_from")}
    config = validate(tiny_config | {"rounds": max(num, planned), "lineage": lineage}, "the test")
    rollbacks = {num + 1: data.draw(st.integers(0, num))} if planned > num and data.draw(st.booleans()) else {}
    rows = {round: ended_row(round, data.draw(st.sampled_from(["finished", "ended"]))) for round in range(num + 1)}
    keep = weights_to_keep(config, rows, rollbacks, best=best, pinned=pinned, newest=1)
    parent = rollbacks.get(num + 1, num)
    needed = {parent} if "previous" in lineage.values() and planned > num else set()
    with_model = {round for round, row in rows.items() if round and row.status == "finished"}
    assert (needed | pinned | {best, max(with_model, default=0)}) & with_model <= keep.keys() <= with_model


def ended_row(round: int, status: Any) -> Round:
    parent = round - 1 if round else None
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Round(
        run_id="r", round=round, parent_round=parent, sampled_from_round=parent, trained_from_round=parent,
        data_rounds=(), status=status, verdict="OK", started_at=now, finished_at=now,
    )  # fmt: skip


def test_a_dry_run_frees_nothing_and_says_why(by_hand: Any, capsys: pytest.CaptureFixture[str]) -> None:
    paths = ended(by_hand, 2)
    before = sorted(paths.root.rglob("*"))
    gc(paths, "--dry-run", "--json")
    document = json.loads(capsys.readouterr().out)
    (run,) = document["runs"]
    assert sorted(paths.root.rglob("*")) == before and document["dry_run"]
    assert (run["bytes_removed"], run["bytes_kept"]) == (2000, 2000)
    assert {(item["path"], item["kept"]) for item in run["items"]} == {
        (f"rounds/00{round}/{what}", round == 2) for round in (1, 2) for what in ("checkpoint", "export")
    }


def test_what_nobody_needs_is_gone_and_on_record(by_hand: Any, capsys: pytest.CaptureFixture[str]) -> None:
    paths = ended(by_hand, 2)
    gc(paths)
    assert not paths.checkpoint(1).exists() and not paths.export(1).exists() and paths.checkpoint(2).exists()
    assert "would" not in capsys.readouterr().out
    (event,) = [event for event in read_shards(paths.shard_files("events"), Event) if event.kind == "gc"]
    assert json.loads(event.payload_json)["checkpoints"] == [1]
    assert run_query(paths, "SELECT count(*) FROM events WHERE kind = 'gc'").rows == [(1,)]
    before = paths.shard_files("events")
    gc(paths)
    assert paths.shard_files("events") == before


def test_what_rollbacks_trainings_and_crashes_left_goes(by_hand: Any) -> None:
    paths = ended(by_hand, 1)
    steps, aside = paths.stage(1, "train").steps / "checkpoint-1", paths.set_aside("20260101").round(2)
    left = paths.round(1) / f".checkpoint.{2**22 + 1}.tmp"
    unfinished = paths.stage(2, "train").steps
    for folder in (steps, aside, left, unfinished):
        folder.mkdir(parents=True)
    collect(paths, find_items(paths))
    assert [folder.exists() for folder in (steps, aside, left, unfinished)] == [False, False, False, True]


def test_a_crash_while_removing_leaves_what_the_next_gc_removes(by_hand: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = ended(by_hand, 2)
    monkeypatch.setattr(flows.gc, "remove", lambda path: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        collect(paths, find_items(paths))
    assert not paths.checkpoint(1).exists()
    (left,) = paths.round(1).glob(".checkpoint.*.tmp")
    left.rename(left.with_name(f".checkpoint.{2**22 + 1}.tmp"))  # as of a process that is gone
    monkeypatch.undo()
    collect(paths, find_items(paths))
    assert not list(paths.round(1).glob(".checkpoint.*.tmp"))


def test_a_run_at_work_is_refused_and_left_alone_among_all(by_hand: Any, capsys: pytest.CaptureFixture[str]) -> None:
    paths = ended(by_hand, 2)
    with run_lock(paths.lock):
        with pytest.raises(SystemExit) as end:
            main(["gc", paths.run_id, "--runs-dir", str(paths.root.parent)])
        assert end.value.code == 6
        gc(paths, "--all")
        gc(paths, "--dry-run")
    assert paths.checkpoint(1).exists() and "left alone" in capsys.readouterr().err


def test_a_round_whose_weights_are_gone_is_trained_again(copied_run: RunPaths, call: Call) -> None:
    assert call(copied_run, "resume", "--set", "rounds=2").returncode == 0
    weights = (copied_run.checkpoint(1) / "model.safetensors").read_bytes()
    assert call(copied_run, "gc", "@latest").returncode == 0
    assert not copied_run.checkpoint(1).exists()
    pages = call(copied_run, "report"), call(copied_run, "compare", copied_run.run_id, copied_run.run_id)
    assert [page.returncode for page in pages] == [0, 0]
    back = ("resume", "--rollback-to", "1", "--set", "rounds=3")
    refused = call(copied_run, *back)
    done = copied_run.stage(1, "train").done
    assert refused.returncode == 3 and str(done) in refused.stderr
    done.unlink()
    result = call(copied_run, *back)
    assert result.returncode == 0, result.stderr
    assert (copied_run.checkpoint(1) / "model.safetensors").read_bytes() == weights
    assert read_json(copied_run.checkpoint(3) / "lineage.json")["trained_from_round"] == 1
