"""Family 33: jobs at one machine or several, simulated. Level 4. Turns and pauses are in `time_slices`."""

from __future__ import annotations

import functools
import heapq
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ssd_iter.problems.fresh.families.time_slices import pauses, pauses_points, turns, turns_points
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Result, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

ORDERS = {
    "as they come": ("range(len(jobs))", "in the order of the list"),
    "longest first": (
        "sorted(range(len(jobs)), key=lambda job: jobs[job], reverse=True)",
        "from the longest to the shortest, equally long ones in the order of the list",
    ),
    "shortest first": (
        "sorted(range(len(jobs)), key=lambda job: jobs[job])",
        "from the shortest to the longest, equally long ones in the order of the list",
    ),
}
WORKERS_RESULTS: dict[str, tuple[str, str, Result]] = {
    "ends": (
        "[ends[job] for job in range(len(jobs))]",
        "the times at which the jobs end, in the list's order",
        "list[int]",
    ),
    "sum": ("sum(ends.values())", "the sum of the times at which the jobs end (0 without jobs)", "int"),
    "last": ("max(ends.values(), default=0)", "the time at which the last job ends (0 without jobs)", "int"),
    "free": ("free", "for each worker, in order, the time from which it is free after all this", "list[int]"),
}
WORKERS_BODY = """
free = [worker * delay for worker in range(workers)]
ends = {{}}
for job in {order}:
    worker = free.index(min(free))
    ends[job] = free[worker] + jobs[job]
    free[worker] = ends[job] + rest
return {result}
"""
WORKERS_STATEMENTS = (
    "Return {result}, where {{jobs}} holds the durations of the jobs and {{workers}} workers do them. Workers are "
    "numbered from 0, and worker i is free from time i * {{delay}} on. The jobs are given out one by one, {order}. "
    "Each goes to the worker that is free first (the lowest number among several), who starts when free. After a job, "
    "a worker needs {{rest}} time units of rest until it is free again.",
    "{{workers}} workers (number 0, 1 and so on) do jobs that take {{jobs}} time units. Worker number i becomes free "
    "at time i * {{delay}}. Take the jobs {order}, and give each to the worker with the earliest time at which it is "
    "free, or, if several have the same, to the one with the lowest number. It works from that time on, and is free "
    "again {{rest}} time units after it ended. Return {result}.",
    "Simulate a workshop with {{workers}} workers. Worker 0 can start at time 0, each further worker {{delay}} time "
    "units later than the one before. {{jobs}} lists how long each job takes. The jobs are handed out {order}, each to "
    "whoever can start it soonest; among equals the worker with the lowest number gets it. A worker rests {{rest}} "
    "time units after each of its jobs before it can start another. Return {result}.",
    "{{jobs}} lists durations of jobs, which are assigned {order}. There are {{workers}} workers, and worker i "
    "(counted from 0) is available from time i * {{delay}}. Each job is started by the worker who is available "
    "earliest, ties going to the smaller i, at the time that worker is available. The worker is available again when "
    "the job has ended and {{rest}} more time units have passed. Return {result}.",
)
POLICIES: dict[str, tuple[str, str, Callable[[int, int], int]]] = {
    "first": ("arrivals[job]", "the one that arrived first", lambda arrival, duration: arrival),
    "last": ("-arrivals[job]", "the one that arrived last", lambda arrival, duration: -arrival),
    "shortest": ("durations[job]", "the one with the shortest duration", lambda arrival, duration: duration),
    "longest": ("-durations[job]", "the one with the longest duration", lambda arrival, duration: -duration),
}
TIES = {1: ("job", "the one with the lower number"), -1: ("-job", "the one with the higher number")}
QUEUE_RESULTS: dict[str, tuple[str, str, Result]] = {
    "order": ("list(ends)", "the numbers of the jobs that are done, in the order in which they are done", "list[int]"),
    "ends": (
        "[ends.get(job, -1) for job in range(len(arrivals))]",
        "a list with the time at which each job ends, or -1 for a job that is not done",
        "list[int]",
    ),
    "last": ("max(ends.values(), default=0)", "the time at which the last job ends (0 if none is done)", "int"),
    "waits": (
        "sum(ends[job] - durations[job] - arrivals[job] for job in ends)",
        "the total of the waiting times, from arrival to start, of the jobs that are done",
        "int",
    ),
}
QUEUE_BODY = """
clock, ends = 0, {{}}
waiting = set(range(len(arrivals)))
while waiting:
    clock = max(clock, min(arrivals[job] for job in waiting))
    ready = [job for job in waiting if arrivals[job] <= clock]
    chosen = min(ready, key=lambda job: ({policy}, {tie}))
    waiting.remove(chosen){drop}
    ends[chosen] = clock + durations[chosen]
    clock = ends[chosen] + pause
return {result}
"""
DROP_CODE = """
    if clock - arrivals[chosen] > patience:
        continue"""
DROPS = (
    " If the chosen job has then waited longer than {{patience}} time units since its arrival, it is thrown away at "
    "once, which takes no time, and another is chosen.",
    " A chosen job whose arrival is more than {{patience}} time units ago is not done: it is dropped, without any "
    "pause, and the next is chosen.",
    " Jobs are impatient: when a job is chosen more than {{patience}} time units after its arrival, it has left and is "
    "never done; the machine chooses again at the same time.",
    " Whenever the chosen job has been waiting for more than {{patience}} time units, it is cancelled, and the machine "
    "chooses again without losing time.",
)
QUEUE_STATEMENTS = (
    "Return {result}. Job number i (from 0) arrives at time {{arrivals}}[i] and takes {{durations}}[i] time units. "
    "One machine does one job at a time, from time 0 on. Whenever the machine is free, it chooses among the jobs that "
    "have arrived (at that time or before) and are still there {policy}; among equals, {tie}. If there is none, it "
    "waits for the next arrival.{drop} After each job that is done, the machine pauses for {{pause}} time units.",
    "A machine works through jobs, numbered from 0, one at a time. {{arrivals}} and {{durations}} hold, for each job, "
    "when it arrives and how long it takes. The machine is free at time 0 and, after each job it has done, {{pause}} "
    "time units after the job's end. When free, it takes {policy} of the jobs that are there (arrived by now), and if "
    "several qualify, {tie}; if no job is there it waits until one arrives.{drop} Return {result}.",
    "Simulate one machine with a waiting room. Job i, counted from 0, enters at time {{arrivals}}[i] and needs "
    "{{durations}}[i] time units. The clock starts at 0. A free machine picks, from the jobs that have entered up to "
    "and including the present time, {policy}, with ties going to {tie}; with an empty waiting room it stays idle "
    "until the next job enters.{drop} Between the end of a job and the next choice it cools down for {{pause}} time "
    "units. Return {result}.",
    "Jobs 0, 1, 2 and so on reach a machine at the times {{arrivals}} and keep it busy for {{durations}} time units. "
    "It starts at time 0, handles one job after the other without interrupting any, and has to pause for {{pause}} "
    "time units after each. For its next job it always chooses, among those that have come by then, {policy} (of "
    "equals, {tie}), waiting for the next arrival if it must.{drop} Return {result}.",
)


def kinds() -> list[Kind]:
    """About 8,400 points: (how to make the task, its parameters)."""
    some_workers = Product([workers], range(2, 5), range(6), range(5), list(ORDERS), list(WORKERS_RESULTS))
    some_queues = Product([queue], list(POLICIES), list(TIES), range(6), [None, *range(2, 16)], list(QUEUE_RESULTS))
    return [
        Kind(name="workers", level=4, points=some_workers),
        Kind(name="queue", level=4, points=some_queues),
        Kind(name="turns", level=4, points=Product([turns], *turns_points())),
        Kind(name="pauses", level=4, points=Product([pauses], *pauses_points())),
    ]


def task(make: Callable[..., Task], *parameters: Any) -> Task:
    """What the point's own function makes of its parameters."""
    return make(*parameters)


def workers(num_workers: int, delay: int, rest: int, order: str, result: str) -> Task:
    """Jobs given to whoever is free first."""
    code, phrase, returns = WORKERS_RESULTS[result]
    order_code, order_phrase = ORDERS[order]
    parts = {"result": phrase, "order": order_phrase}
    return Task(
        operation=Operation(
            body=WORKERS_BODY.format(order=order_code, result=code),
            names=("assign_jobs", "run_workshop", "schedule_jobs", "distribute_jobs", "simulate_workers"),
            statements=tuple(statement.format(**parts) for statement in WORKERS_STATEMENTS),
        ),
        constants={"workers": num_workers, "delay": delay, "rest": rest},
        arguments={"jobs": "list[int]"},
        returns=returns,
        edges=(([],), ([5],), ([3, 3, 3, 3, 3],), ([1, 2, 3, 4, 5, 6],), ([6, 5, 4, 3, 2, 1],)),
        draw=_draw_jobs,
        oracle=partial(_workers, num_workers, delay, rest, order, result),
        argument_names=(("jobs",), ("durations",), ("times",), ("tasks",), ("lengths",)),
        battery=_jobs_battery(),
    )


def queue(policy: str, tie: int, pause: int, patience: int | None, result: str) -> Task:
    """Jobs that arrive at one machine."""
    code, phrase, returns = QUEUE_RESULTS[result]
    drops = [""] * len(DROPS) if patience is None else DROPS
    drop_code = "" if patience is None else DROP_CODE
    parts = {"policy": POLICIES[policy][1], "tie": TIES[tie][1], "result": phrase}
    return Task(
        operation=Operation(
            body=QUEUE_BODY.format(policy=POLICIES[policy][0], tie=TIES[tie][0], drop=drop_code, result=code),
            names=("simulate_machine", "simulate_queue", "serve_jobs", "process_jobs", "run_jobs"),
            statements=tuple(
                statement.replace("{drop}", drop).format(**parts)
                for statement, drop in zip(QUEUE_STATEMENTS, drops, strict=True)
            ),
        ),
        constants={"pause": pause} if patience is None else {"pause": pause, "patience": patience},
        arguments={"arrivals": "list[int]", "durations": "list[int]"},
        returns=returns,
        edges=(([], []), ([4], [3]), ([0, 0, 0], [2, 2, 2]), ([9, 0, 5], [1, 9, 1]), ([0, 1, 2, 3], [8, 3, 3, 1])),
        draw=_draw_queue,
        oracle=partial(_queue, POLICIES[policy][2], tie, pause, patience, result),
        argument_names=(("arrivals", "durations"), ("starts", "lengths"), ("arrival", "duration"), ("come", "take")),
        battery=_queue_battery(),
    )


def _draw_jobs(stream: RandomStream) -> Arguments:
    return ([stream.integer(1, 9) for _ in range(stream.integer(3, 9))],)


def _draw_queue(stream: RandomStream) -> Arguments:
    size = stream.integer(3, 7)
    return ([stream.integer(0, 12) for _ in range(size)], [stream.integer(1, 7) for _ in range(size)])


@functools.cache
def _jobs_battery() -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "scheduling", "jobs")
    return tuple(_draw_jobs(stream) for _ in range(64))


@functools.cache
def _queue_battery() -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "scheduling", "queue")
    return tuple(_draw_queue(stream) for _ in range(64))


def _workers(num_workers: int, delay: int, rest: int, order: str, result: str, jobs: Sequence[int]) -> Any:
    """The oracle, with a heap of the times at which workers are free."""
    heap = [(delay * number, number) for number in range(num_workers)]
    numbered = list(enumerate(jobs))
    if order != "as they come":
        numbered.sort(key=lambda pair: (pair[1] if order == "shortest first" else -pair[1], pair[0]))
    done = []
    for job, duration in numbered:
        start, number = heapq.heappop(heap)
        done.append((job, start + duration))
        heapq.heappush(heap, (start + duration + rest, number))
    if result == "free":
        return [time for _, time in sorted((number, time) for time, number in heap)]
    ends = [end for _, end in sorted(done)]
    return {"ends": ends, "sum": sum(ends), "last": max([0, *ends])}[result]


def _queue(
    key: Callable[[int, int], int],
    tie: int,
    pause: int,
    patience: int | None,
    result: str,
    arrivals: Sequence[int],
    durations: Sequence[int],
) -> Any:
    """The oracle, which looks at the machine at every moment."""
    left = [(key(a, d), tie * job, job, a, d) for job, (a, d) in enumerate(zip(arrivals, durations, strict=True))]
    left.sort()
    clock = free = 0
    done: dict[int, tuple[int, int]] = {}
    while left:
        here = [entry for entry in left if entry[3] <= clock] if clock >= free else []
        if not here:
            clock += 1
            continue
        left.remove(here[0])
        *_, job, arrival, duration = here[0]
        if patience is None or clock <= arrival + patience:
            done[job] = (clock - arrival, clock + duration)
            free = clock + duration + pause
    ends = [end for _, end in done.values()]
    answers = {
        "order": list(done),
        "ends": [done.get(job, (0, -1))[1] for job in range(len(arrivals))],
        "last": ends[-1] if ends else 0,
        "waits": sum(wait for wait, _ in done.values()),
    }
    return answers[result]


FAMILY = Family(name="scheduling", kinds=kinds, task=task)
