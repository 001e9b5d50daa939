"""Pipes are functions made of typed stages, one after the other: what a stage is, and how stages become a task's text.

The stages themselves are in `pipe_numbers`, `pipe_lists`, `pipe_texts` and `pipe_grids`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from ssd_iter.problems.fresh.family import Operation
from ssd_iter.problems.fresh.space import Product

Kept = Literal["number", "numbers", "text", "grid"]
"""What a pipe holds between two stages: an integer, a list of integers, a text, or rows of integers."""
Effect = Literal["moves", "pointwise", "unordered", ""]
"""`moves` changes the order alone, `pointwise` sees one element at a time, `unordered` does not see the order."""

MIN_DISTINCT = 6
MAX_MAJORITY = 0.5
"""What answers to typical calls have to show, a little more than the tests must later."""

WHAT: dict[Kept, str] = {"number": "the integer", "numbers": "the list", "text": "the text", "grid": "the grid"}
ENDINGS: dict[Kept, str] = {
    "number": "",
    "numbers": "",
    "text": "",
    "grid": "The grid is a list of rows of equal length; it has at least one row and one column.",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """One step of a pipe, which is defined for every value of the type it takes."""

    name: str
    """For function names."""
    takes: Kept
    gives: Kept
    code: str
    """An expression, as a template over `it`, the value it takes, and the constants."""
    oracle: Callable[..., Any]
    """The same, of the value and the constants, in another way."""
    phrases: tuple[str, ...]
    """Wordings of a command, as templates over the constants: test, dev, then at least two for train."""
    local: str
    """What the code calls the result; no name that an argument can have."""
    constants: Mapping[str, Sequence[int | str]] = field(default_factory=dict)
    hard: bool = False
    group: str = ""
    """Two neighbours of one group (two sums, two orders) would make but one stage."""
    effect: Effect = ""
    needs: str = ""
    """An import the code uses."""


def stage(
    name: str,
    code: str,
    oracle: Callable[..., Any],
    *phrases: str,
    takes: Kept,
    gives: Kept,
    local: str,
    hard: bool = False,
    group: str = "",
    effect: Effect = "",
    needs: str = "",
    **constants: Sequence[int | str],
) -> Stage:
    """A stage, with its wordings and constants as they come."""
    return Stage(
        name=name,
        takes=takes,
        gives=gives,
        code=code,
        oracle=oracle,
        phrases=phrases,
        local=local,
        constants=constants,
        hard=hard,
        group=group,
        effect=effect,
        needs=needs,
    )


class Step(NamedTuple):
    """A stage with its constants' values."""

    stage: Stage
    values: tuple[int | str, ...]


def steps(stages: Iterable[Stage], hard: bool | None = None) -> list[Step]:
    """All steps of the stages, or those of the hard ones, or of the others."""
    return [
        Step(stage, values)
        for stage in stages
        if hard is None or stage.hard is hard
        for values in Product(*stage.constants.values())
    ]


def is_idle(pipe: Sequence[Step]) -> bool:
    """Whether some stage does nothing: it joins with its neighbour, or changes an order that nothing sees later."""
    if any(one.stage.group and one.stage.group == other.stage.group for one, other in pairwise(pipe)):
        return True
    moved = False
    for step in pipe:
        match step.stage.effect:
            case "moves":
                moved = True
            case "unordered" if moved:
                return True
            case "":
                moved = False
    return False


def is_dull(pipe: Sequence[Step], samples: Sequence[Any]) -> bool:
    """Whether some stage leaves all typical values as they are, or the answers tell too little to test the pipe."""
    values = list(samples)
    for step in pipe:
        before, values = values, [step.stage.oracle(value, *step.values) for value in values]
        if before == values:
            return True
    if pipe[-1].stage.gives == "number" and values == [_length(sample) for sample in samples]:
        return True
    answers = Counter(map(repr, values))
    return len(answers) < MIN_DISTINCT or max(answers.values()) > MAX_MAJORITY * len(values)


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, str | list) else None


def constants_of(pipe: Sequence[Step]) -> dict[str, int | str]:
    """Values by slot: a stage's constant k has the slot k1 in the first stage, k2 in the second."""
    return {
        f"{name}{place}": value
        for place, step in enumerate(pipe, 1)
        for name, value in zip(step.stage.constants, step.values, strict=True)
    }


def oracle_of(pipe: Sequence[Step]) -> Callable[[Any], Any]:
    """The stages' oracles, one after the other."""
    calls = [(step.stage.oracle, step.values) for step in pipe]

    def oracle(value: Any) -> Any:
        for call, values in calls:
            value = call(value, *values)
        return value

    return oracle


def operation_of(pipe: Sequence[Step], slot: str) -> Operation:
    """The pipe's code, names and wordings, over one argument slot."""
    return Operation(body=_body(pipe, slot), names=_names(pipe), statements=_statements(pipe, slot))


def _body(pipe: Sequence[Step], slot: str) -> str:
    lines = sorted({step.stage.needs for step in pipe if step.stage.needs})
    seen: Counter[str] = Counter()
    value = slot
    for place, step in enumerate(pipe, 1):
        names = {name: f"{name}{place}" for name in step.stage.constants}
        code = step.stage.code.format(it=value, **names)
        if place == len(pipe):
            lines.append(f"return {code}")
            break
        seen[step.stage.local] += 1
        value = step.stage.local if seen[step.stage.local] == 1 else f"{step.stage.local}_{seen[step.stage.local]}"
        lines.append(f"{value} = {code}")
    return "\n".join(lines)


def _names(pipe: Sequence[Step]) -> tuple[str, ...]:
    words = [step.stage.name for step in pipe]
    noun = {"numbers": "list"}.get(pipe[0].stage.takes, pipe[0].stage.takes)
    if len(pipe) > 3:
        return (f"process_{noun}", f"handle_{noun}", f"transform_{noun}", f"run_{noun}_steps", f"{noun}_pipeline")
    return (
        "_then_".join(words),
        "_and_".join(words),
        f"{words[0]}_before_{words[-1]}",
        f"{words[-1]}_after_{words[0]}",
        f"change_{noun}",
        f"apply_{noun}_steps",
    )


def _statements(pipe: Sequence[Step], slot: str) -> tuple[str, ...]:
    """One for tests, one for dev, then four frames for train, in which the stages' other wordings take turns."""
    given = f"{WHAT[pipe[0].stage.takes]} {{{slot}}}"
    ending = ENDINGS[pipe[0].stage.takes]
    frames = (_first_then, _start_with, _numbered, _step_by_step, _given, _listed)
    texts = [frame(given, _phrases(pipe, number)) for number, frame in enumerate(frames)]
    return tuple(f"{text}{chr(10) if chr(10) in text else ' '}{ending}".rstrip() for text in texts)


def _phrases(pipe: Sequence[Step], number: int) -> list[str]:
    texts = []
    for place, step in enumerate(pipe, 1):
        phrases = step.stage.phrases
        chosen = phrases[number] if number < 2 else phrases[2 + (number + place) % (len(phrases) - 2)]
        texts.append(chosen.format(**{name: f"{{{name}{place}}}" for name in step.stage.constants}))
    return texts


def _first_then(given: str, phrases: Sequence[str]) -> str:
    middle = [f"; then {phrase}" for phrase in phrases[1:-1]]
    last = f"; {'finally, ' if middle else 'then '}{phrases[-1]}"
    return f"Take {given}. First, {phrases[0]}{''.join(middle)}{last}. Return the result."


def _start_with(given: str, phrases: Sequence[str]) -> str:
    return f"Start with {given}: {'; next, '.join(phrases)}. Return what comes out."


def _numbered(given: str, phrases: Sequence[str]) -> str:
    lines = "".join(f"\n{place}. {_sentence(phrase)}" for place, phrase in enumerate(phrases, 1))
    return f"Return the result of applying these steps to {given}, in order:{lines}"


def _step_by_step(given: str, phrases: Sequence[str]) -> str:
    return f"Change {given} step by step and return the end result: {'; then '.join(phrases)}."


def _given(given: str, phrases: Sequence[str]) -> str:
    later = "".join(f" After that, {phrase}." for phrase in phrases[1:])
    return f"Given {given}, {phrases[0]}.{later} Return the final result."


def _listed(given: str, phrases: Sequence[str]) -> str:
    lines = "".join(f"\n- {_sentence(phrase)}" for phrase in phrases)
    return f"Do the following with {given}, one step after the other, and return the outcome:{lines}"


def _sentence(phrase: str) -> str:
    return f"{phrase[0].upper()}{phrase[1:]}."
