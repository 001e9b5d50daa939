"""Each stage killed with -9, again and again: what it had finished stays, the rest is done, once, to the same bits."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from faultkit import finished_files, left_over, unlike, write_plan
from forks import Zygote

from ssd_iter.run.paths import RunPaths, StageName

STAGES: list[tuple[int, StageName]] = [
    (0, "generate"), (0, "grade"), (1, "filter"), (1, "train"), (1, "generate"), (1, "grade"),
]  # fmt: skip
AT_A_WRITE, AT_ANY_MOMENT = 4, 3


@pytest.mark.faults
@pytest.mark.parametrize(("round", "stage"), STAGES)
def test_a_stage_killed_at_its_writes_and_at_any_moment_ends_as_if_nothing_had_happened(
    round: int,
    stage: StageName,
    before: Callable[..., RunPaths],
    reference: RunPaths,
    zygote: Zygote,
    outcome: Callable[..., None],
) -> None:
    paths = before(round, stage)
    plan, random = write_plan(paths, round, stage), Random(f"{round} {stage}")
    kept = finished_files(paths)
    faults = [
        {"trap": {"act": "kill", "at": "os.replace", "nth": nth, "after": random.random() < 0.5}}
        # Each but the last takes the stage a write or two further.
        for nth in (1, *random.choices((1, 2), k=AT_A_WRITE - 2), random.randint(2, 8))
    ] + [{"kill_after": random.uniform(0.05, 0.9)} for _ in range(AT_ANY_MOMENT)]
    killed = 0
    for fault in faults:
        killed += zygote.stage(paths, plan, **fault)["code"] == -9
        kept |= finished_files(paths)
    ended = zygote.resume(paths)
    assert (ended["code"], ended["left"]) == (0, []), ended["told"]
    assert killed >= 3
    assert {file: file.read_bytes() for file in kept} == kept
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    outcome(f"kill -9 of stage `{stage}` of round {round}, at its writes and at any moment", killed, SAME)


SAME = "resumed; every row as undisturbed, nothing finished was done again, nothing left"
