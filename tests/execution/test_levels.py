"""Which level of isolation is taken, and how one finds out that it holds."""

from __future__ import annotations

import pytest

from ssd_iter.exceptions import IsolationError
from ssd_iter.execution.levels import AUTO, LEVELS, resolve_isolation, why_not
from ssd_iter.execution.pool import Pool
from ssd_iter.execution.programs import Program
from ssd_iter.execution.sandbox import execute
from ssd_iter.execution.selftest import BREAKOUTS, FORGERIES_AND_EXCESSES, self_test


@pytest.fixture
def failing(monkeypatch):
    """Makes levels fail their self-test."""

    def fail(*levels):
        monkeypatch.setattr("ssd_iter.execution.levels.why_not", lambda level: f"{level} fails" * (level in levels))

    return fail


@pytest.mark.parametrize(("broken", "taken"), [((), "ns"), (("ns",), "lsm"), (("lsm", "process"), "ns")])
def test_auto_is_the_strongest_level_that_holds(failing, broken, taken):
    failing(*broken)
    assert resolve_isolation("auto") == taken


@pytest.mark.parametrize(
    ("wanted", "next_choice"),
    [
        ("auto", "choose `container`"),
        ("ns", "`lsm` needs no namespaces"),
        ("lsm", "choose `container`"),
        ("container", "`process` stops accidents only"),
        ("process", "needs Linux"),
    ],
)
def test_a_level_that_fails_is_an_error_that_names_the_next_choice(failing, wanted, next_choice):
    failing(*LEVELS)
    with pytest.raises(IsolationError, match=next_choice) as refused:
        resolve_isolation(wanted)
    assert refused.value.exit_code == 5
    assert all(f"{level} fails" in str(refused.value) for level in (AUTO if wanted == "auto" else (wanted,)))
    assert "--isolation" in str(refused.value)


@pytest.mark.parametrize("wanted", LEVELS)
def test_a_level_asked_for_is_never_exchanged_for_another(failing, wanted):
    failing(*(level for level in LEVELS if level != wanted))
    assert resolve_isolation(wanted) == wanted


def test_every_trial_is_held_at_the_level_that_is_taken_here():
    level = resolve_isolation("auto")
    trials = self_test(level)
    assert {trial.name: trial.result.verdict for trial in trials if not trial.held} == {}
    assert [trial.name for trial in trials] == ["a harmless program", *FORGERIES_AND_EXCESSES, *BREAKOUTS]
    assert trials[0].result.verdict == "pass"


@pytest.mark.parametrize("level", ["container", "process"])
def test_levels_without_walls_are_tried_for_what_they_hold(level):
    trials = self_test(level)
    assert all(trial.held for trial in trials)
    assert len(trials) == 1 + len(FORGERIES_AND_EXCESSES)


def test_an_attack_that_works_is_reported_by_its_name(monkeypatch):
    level = resolve_isolation("auto")
    monkeypatch.setitem(BREAKOUTS, "a thing that works", "def trial(): return 1")
    assert [trial.name for trial in self_test(level) if not trial.held] == ["a thing that works"]
    assert why_not(level) == f"isolation level {level} does not hold: a thing that works ended as pass ()"


def test_an_attack_that_breaks_the_sandbox_has_not_been_held(monkeypatch):
    level = resolve_isolation("auto")
    monkeypatch.setattr("ssd_iter.execution.selftest.BREAKOUTS", {})
    monkeypatch.setattr("ssd_iter.execution.selftest.CHECK", "def check(candidate): candidate(print)")
    assert not any(trial.held for trial in self_test(level) if trial.result.verdict == "sandbox_error")
    assert "a harmless program ended as sandbox_error" in why_not(level)


def test_the_breakouts_break_out_where_nothing_holds_them(monkeypatch):
    names = ["reading a file of the machine", "listing a folder of the machine", "a socket", "a process of its own"]
    monkeypatch.setattr("ssd_iter.execution.selftest.FORGERIES_AND_EXCESSES", {name: BREAKOUTS[name] for name in names})
    assert [trial.name for trial in self_test("process") if not trial.held] == names


def test_a_level_that_cannot_be_had_says_so_before_anything_runs(monkeypatch):
    monkeypatch.setattr("ssd_iter.execution.pool.sys.executable", "/bin/false")
    running = execute([Program(code="", entry_point="f", check="def check(c): 1")], isolation="ns", workers=2)
    with pytest.raises(IsolationError, match="a worker of isolation level ns ended as it started"):
        next(running)


def test_a_worker_says_why_its_level_is_refused(monkeypatch):
    pool = Pool("ns", 1)
    monkeypatch.setattr("ssd_iter.execution.pool.Worker.__init__", refuse)
    with pytest.raises(IsolationError, match="no namespaces"):
        list(pool.run([Program(code="", entry_point="f", check="def check(c): 1")]))
    pool.close()


def refuse(worker, level, core):
    raise IsolationError(f"isolation level {level}: no namespaces")
