"""Rounds made of rows, as the blocks see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reports.details import Details, load_details
from reports.facts import Facts, load_facts
from stores.snapshot import open_snapshot

Seen = tuple[Facts, Details]


@pytest.fixture
def seen(new_rows) -> Callable[..., Seen]:
    """The facts of a run that a test fills in, as of one round, and that round's details."""

    def make(fill, round=1, **run):
        rows = new_rows("made-1")
        rows.run(**run)
        fill(rows)
        with open_snapshot(rows.write()) as connection:
            facts = load_facts(connection, "made-1").up_to(round)
            return facts, load_details(connection, facts, round)

    return make


@pytest.fixture
def two_rounds(seen) -> Callable[..., Seen]:
    """The base and round 1, two samples a problem, of which so many pass; and what a test adds."""

    def make(before, now, add=lambda rows: None):
        def fill(rows):
            for round, passes in enumerate((before, now)):
                rows.ended(round)
                rows.solved(round, passes)
            add(rows)

        return seen(fill)

    return make


@pytest.fixture
def step() -> Callable[..., None]:
    """Adds one optimizer step of round 1."""

    def add(rows, step, loss=0.5, grad_norm=0.8, epoch=1.0):
        rates = {"learning_rate": 1e-4, "tokens_per_second": 20.0}
        rows.add(
            "train_steps", round=1, step=step, epoch=epoch, loss=loss, grad_norm=grad_norm, num_tokens=100, **rates
        )

    return add
