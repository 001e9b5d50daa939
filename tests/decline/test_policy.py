from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from ssd_iter.config.watch import PolicyConfig
from ssd_iter.decline.policy import COLLAPSED, Action, decide
from ssd_iter.records import RoundVerdict

ACTIONS = get_args(Action)
KNOBS = {"COLLAPSE": "on_collapse", "DIVERSITY_COLLAPSE": "on_diversity_collapse"}


@pytest.mark.parametrize(("verdict", "action"), list(product(COLLAPSED, ACTIONS)))
def test_a_collapse_is_followed_by_what_its_own_knob_says(verdict, action):
    other = next(each for each in ACTIONS if each != action)
    policy = PolicyConfig(**{knob: action if of == verdict else other for of, knob in KNOBS.items()})
    decision = decide(4, verdict, policy, best=2)
    assert (decision.action, decision.to) == (action, 2 if action == "rollback" else None)
    assert f"round 4 is {verdict} and policy.{KNOBS[verdict]} is {action!r}" in decision.why


@pytest.mark.parametrize("verdict", sorted(set(get_args(RoundVerdict)) - set(COLLAPSED)))
def test_nothing_else_is_followed_by_anything(verdict):
    assert decide(4, verdict, PolicyConfig(on_collapse="stop", on_diversity_collapse="stop"), best=2) is None


def test_a_run_goes_on_unless_it_is_told_otherwise():
    assert {decide(1, verdict, PolicyConfig(), best=0).action for verdict in COLLAPSED} == {"continue"}


def test_a_rollback_names_the_round_it_goes_to():
    assert "the next round follows round 2" in decide(4, "COLLAPSE", PolicyConfig(on_collapse="rollback"), best=2).why
