"""Two kinds of the scheduling family: jobs that take turns, and tasks with pauses between those of the same letter."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from functools import partial
from itertools import product
from typing import Any

from ssd_iter.problems.fresh.family import Arguments, Operation, Result, Task
from ssd_iter.problems.fresh.random_stream import RandomStream

TURNS_RESULTS: dict[str, tuple[str, str, Result]] = {
    "ends": (
        "[ends[job] for job in range(len(jobs))]",
        "the times at which the jobs end, in the list's order",
        "list[int]",
    ),
    "waiting": (
        "max((ends[job] - jobs[job] for job in ends), default=0)",
        "the largest difference between the time at which a job ends and its length (0 without jobs)",
        "int",
    ),
    "sum": ("sum(ends.values())", "the sum of the times at which the jobs end (0 without jobs)", "int"),
    "last": ("max(ends.values(), default=0)", "the time at which the last job ends (0 without jobs)", "int"),
}
TURNS_BODY = """
queue = [(job, length, limit) for job, length in enumerate(jobs)]
clock, ends = 0, {{}}
while queue:
    job, left, longest = queue.pop(0)
    turn = min(left, longest)
    clock += turn
    if turn < left:
        queue.append((job, left - turn, longest{growth}))
    else:
        ends[job] = clock
    {paid}clock += switch
return {result}
"""
TURNS_STATEMENTS = (
    "Return {result}. Jobs numbered from 0, of the lengths {{jobs}}, take turns on one machine, beginning at time 0. "
    "They stand in a queue, at first in the order of the list. The first of the queue has its turn: at most {{limit}} "
    "time units, less if it ends earlier.{growth} A job that has not ended goes to the end of the queue. {switch}",
    "One processor runs jobs in turns (round robin), starting at time 0; {{jobs}} lists how many time units each "
    "needs. A queue holds all jobs in this order. The job at its front runs until it has ended, or until {{limit}} "
    "time units of its turn are over; in the latter case it queues up again at the back.{growth} {switch} Return "
    "{result}.",
    "Simulate jobs that share a machine fairly. {{jobs}} gives their lengths; they are numbered 0, 1, 2 and so on and "
    "wait in this order at time 0. Again and again, the one that waits first works for up to {{limit}} time units and, "
    "if something is left of it, joins the end of the line.{growth} {switch} Return {result}.",
    "{{jobs}} holds how long some jobs take. They are done in slices of at most {{limit}} time units on one machine, "
    "from time 0 on: always the job at the head of the queue (which begins in list order) gets a slice, and unless "
    "that finishes it, it moves to the tail.{growth} {switch} Return {result}.",
)
GROWTH = (
    " Each further turn of the same job may last {{growth}} time units longer than its previous one.",
    " Every time a job queues up again, its limit grows by {{growth}} time units.",
    " The limit is a job's own: it grows by {{growth}} time units after each of its turns.",
    " After each slice, a job's next slice may be {{growth}} time units longer.",
)
SWITCH = {
    "": "After each turn, {{switch}} time units pass before the next begins.",
    "if turn == left:\n        ": "When a job has ended, {{switch}} time units pass before the next turn; other turns "
    "follow each other at once.",
    "if turn < left:\n        ": "When a job did not end in its turn, {{switch}} time units pass before the next turn; "
    "after a job's end, the next turn begins at once.",
}
PAUSES_RESULTS: dict[str, tuple[str, str, Result]] = {
    "line": ("timeline", "the timeline: one character for each time unit, the task's letter or a dot when idle", "str"),
    "time": ("len(timeline)", "the number of time units until the last task is done (0 without tasks)", "int"),
    "idle": (
        'timeline.count(".")',
        "the number of idle time units (in which nothing is done) until the last task is done",
        "int",
    ),
}
IN_ORDER_BODY = """
pauses = {pauses}
timeline, free = "", {{}}
for task in tasks:
    timeline = timeline.ljust(free.get(task, 0), ".") + task
    free[task] = len(timeline) + pauses[task]
return {result}
"""
GREEDY_BODY = """
pauses = {pauses}
left = {{task: tasks.count(task) for task in {letters!r}}}
timeline, free = "", dict.fromkeys(left, 0)
while any(left.values()):
    ready = [task for task in left if left[task] and free[task] <= len(timeline)]
    if ready:
        chosen = {choice}
        left[chosen] -= 1
        timeline += chosen
        free[chosen] = len(timeline) + pauses[chosen]
    else:
        timeline += "."
return {result}
"""
CHOICES = {
    "most": (
        "max(ready, key=lambda task: left[task])",
        "of which the most are left, and of several such the first in the alphabet",
    ),
    "fewest": (
        "min(ready, key=lambda task: left[task])",
        "of which the fewest are left, and of several such the first in the alphabet",
    ),
    "first": ("min(ready)", "that comes first in the alphabet"),
    "last": ("max(ready)", "that comes last in the alphabet"),
}
IN_ORDER_STATEMENTS = (
    "Return {result}. {{tasks}} is a text of letters A, B and C (perhaps none): tasks that take one time unit each and "
    "are done in this order, each as early as possible. Between two tasks of the same letter there have to be at least "
    "so many time units: {pauses}.",
    "Tasks of the types A, B and C have to be done in the order of {{tasks}}, a possibly empty text with one letter "
    "for each task. Each takes one time unit. After a task, its type has to cool down ({pauses}) before the next task "
    "of that type can start; other types may go on meanwhile. Every task starts as soon as this allows. Return "
    "{result}.",
    "Simulate a machine with cooldowns. It does the tasks in {{tasks}} (letters A, B and C, perhaps none) one after "
    "the other, one time unit each, never out of order. Two tasks of the same letter must have at least so many time "
    "units between them: {pauses}. Where needed, the machine waits, but never longer than needed. Return {result}.",
    "{{tasks}}, a text of the letters A, B and C which may be empty, is worked off from left to right, one letter per "
    "time unit. A letter has to wait until enough time units lie between it and the previous one of the same kind "
    "({pauses}), and holds up all that follow. No time is lost otherwise. Return {result}.",
)
GREEDY_STATEMENTS = (
    "Return {result}. {{tasks}} is a text of letters A, B and C (perhaps none): tasks that take one time unit each and "
    "may be done in any order. Between two tasks of the same letter there have to be at least so many time units: "
    "{pauses}. Time unit by time unit, of the letters that are left and may be done now, do the one {choice}; if there "
    "is none, nothing is done in that time unit.",
    "The letters of {{tasks}}, each A, B or C (there may be none), are tasks to be done in any order, in one time unit "
    "each. After a task, its letter has to cool down ({pauses}) before the next of that letter can start. Whenever a "
    "task may start, start the letter {choice}; otherwise let a time unit pass. Return {result}.",
    "Simulate a machine with cooldowns. {{tasks}} (letters A, B and C, perhaps none) lists what it has to do, in no "
    "particular order, one time unit each. Two tasks of the same letter must have at least so many time units between "
    "them: {pauses}. In every time unit the machine does, of the remaining letters that are allowed then, the one "
    "{choice}, and if none is allowed it waits for one time unit. Return {result}.",
    "{{tasks}}, a text of the letters A, B and C which may be empty, says how often each letter has to be done; the "
    "order is free, and each takes one time unit. At least so many time units must lie between two of the same letter: "
    "{pauses}. From the start on, each time unit goes to the letter, among those that are left and not forbidden at "
    "that moment, {choice}; it stays empty only if there is no such letter. Return {result}.",
)


def turns_points() -> Sequence[Sequence[Any]]:
    """Dimensions of `turns`."""
    return range(2, 7), range(4), list(SWITCH), range(1, 6), list(TURNS_RESULTS)


def pauses_points() -> Sequence[Sequence[Any]]:
    """Dimensions of `pauses`."""
    return list(product(range(6), repeat=3)), ["in order", *CHOICES], list(PAUSES_RESULTS)


def turns(limit: int, growth: int, paid: str, switch: int, result: str) -> Task:
    """Jobs that share a machine in turns, with time lost in between."""
    code, phrase, returns = TURNS_RESULTS[result]
    growths = GROWTH if growth else [""] * len(GROWTH)
    constants = {"limit": limit, "switch": switch} | ({"growth": growth} if growth else {})
    return Task(
        operation=Operation(
            body=TURNS_BODY.format(growth=" + growth" if growth else "", paid=paid, result=code),
            names=("take_turns", "round_robin", "run_in_turns", "share_machine", "run_slices"),
            statements=tuple(
                statement.replace("{growth}", more).replace("{switch}", SWITCH[paid]).format(result=phrase)
                for statement, more in zip(TURNS_STATEMENTS, growths, strict=True)
            ),
        ),
        constants=constants,
        arguments={"jobs": "list[int]"},
        returns=returns,
        edges=(([],), ([5],), ([limit],), ([limit + 1],), ([3, 3, 3, 3],), ([1, 9, 2],)),
        draw=_draw_jobs,
        oracle=partial(_turns, limit, growth, paid, switch, result),
        argument_names=(("jobs",), ("durations",), ("lengths",), ("needs",), ("work",)),
        battery=_jobs_battery(),
    )


def pauses(numbers: tuple[int, int, int], choice: str, result: str) -> Task | None:
    """Tasks of three letters with pauses between those of one letter; None where there are hardly any."""
    if sum(numbers) < 3:
        return None
    code, phrase, returns = PAUSES_RESULTS[result]
    by_letter = dict(zip("ABC", numbers, strict=True))
    parts = {"result": phrase, "pauses": ", ".join(f"{number} for {letter}" for letter, number in by_letter.items())}
    if choice == "in order":
        body, statements = IN_ORDER_BODY.format(pauses=by_letter, result=code), IN_ORDER_STATEMENTS
    else:
        choice_code, parts["choice"] = CHOICES[choice]
        body = GREEDY_BODY.format(pauses=by_letter, letters="ABC", choice=choice_code, result=code)
        statements = GREEDY_STATEMENTS
    return Task(
        operation=Operation(
            body=body,
            names=("schedule_tasks", "run_with_cooldown", "plan_tasks", "cooldown", "lay_out_tasks"),
            statements=tuple(statement.format(**parts) for statement in statements),
        ),
        constants={},
        arguments={"tasks": "str"},
        returns=returns,
        edges=(("",), ("B",), ("AA",), ("BB",), ("CC",), ("ABCABC",), ("AAAB",)),
        draw=_draw_tasks,
        oracle=partial(_pauses, by_letter, choice, result),
        argument_names=(("tasks",), ("letters",), ("text",), ("work",), ("kinds",)),
        battery=_tasks_battery(),
    )


def _draw_jobs(stream: RandomStream) -> Arguments:
    return ([stream.integer(1, 12) for _ in range(stream.integer(2, 6))],)


def _draw_tasks(stream: RandomStream) -> Arguments:
    letters = stream.choice(("ABC", "AABC", "ABBC", "ABCC"))
    return ("".join(stream.choice(letters) for _ in range(stream.integer(3, 9))),)


@functools.cache
def _jobs_battery() -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "scheduling", "turns")
    return tuple(_draw_jobs(stream) for _ in range(64))


@functools.cache
def _tasks_battery() -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "scheduling", "pauses")
    return tuple(_draw_tasks(stream) for _ in range(64))


def _turns(limit: int, growth: int, paid: str, switch: int, result: str, jobs: Sequence[int]) -> Any:
    """The oracle: each job's turns are known beforehand, and the queue goes through them round by round."""
    rounds: list[list[tuple[int, int, bool]]] = []
    for job, length in enumerate(jobs):
        place, left = 0, length
        while left > 0:
            turn = min(left, limit + growth * place)
            left -= turn
            rounds += [[]] * 0 if place < len(rounds) else [[]]
            rounds[place].append((job, turn, left == 0))
            place += 1
    slices = [piece for pieces in rounds for piece in pieces]
    clock, ends = 0, {}
    for job, turn, is_last in slices:
        clock += turn
        if is_last:
            ends[job] = clock
        pays = {"": True, "if turn =": is_last, "if turn <": not is_last}
        clock += switch * next(value for start, value in reversed(pays.items()) if paid.startswith(start))
    listed = [ends[job] for job in sorted(ends)]
    answers = {"ends": listed, "waiting": max([0, *map(int.__sub__, listed, jobs)]), "sum": sum(listed)}
    return answers[result] if result in answers else sorted([0, *listed])[-1]


def _pauses(by_letter: dict[str, int], choice: str, result: str, tasks: str) -> Any:
    """The oracle, which fills one time unit after the other, and looks back for the same letter."""
    left, line = sorted(tasks), ""
    if choice == "in order":
        left = list(tasks)
    while left:
        allowed = [task for task in left if task not in line[len(line) - min(by_letter[task], len(line)) :]]
        if choice == "in order":
            allowed = left[:1] if left[0] in allowed else []
        elif choice == "last":
            allowed.reverse()
        elif choice != "first":
            allowed.sort(key=lambda task: left.count(task) * (1 if choice == "fewest" else -1))
        line += allowed[0] if allowed else "."
        if allowed:
            left.remove(allowed[0])
    return {"line": line, "time": len(line), "idle": sum(mark == "." for mark in line)}[result]
