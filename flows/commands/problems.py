"""`ssd-iter problems`: what can be trained and evaluated on."""

from __future__ import annotations

import importlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter, validators

from flows.check import check_problems, prompt_texts
from flows.commands.options import AsJson
from flows.display import format_table, say
from ssd_iter.config.schema import DecodeConfig, ExecutionConfig, PromptConfig
from ssd_iter.exceptions import ConfigError, DataError, NotFoundError
from ssd_iter.execution.levels import Wanted
from ssd_iter.problems.base import Problem, Style
from ssd_iter.problems.catalog import SOURCES, load_problems
from ssd_iter.problems.export import export_problems
from ssd_iter.problems.find import find_problem
from ssd_iter.problems.overlap import NUM_WORDS, overlaps, sequences
from ssd_iter.problems.prompts import render_prompt
from ssd_iter.problems.public import PUBLIC_SETS
from ssd_iter.problems.public.base import PublicSet
from ssd_iter.problems.public.store import Manifest, import_split, manifest_of
from ssd_iter.problems.selectors import FILE
from ssd_iter.sampling.decode import decode_of

Seed = Annotated[int, Parameter(help="Seed of the generated problems, where the selector gives none.")]


def list_problems(selector: str | None = None, *, seed: Seed = 0, json_: AsJson = False) -> None:
    """List the sources, or the problems of a selector, such as `fresh:test?n=5&levels=0-1`.

    Parameters
    ----------
    selector
        A selector as the config takes it.
    """
    if selector is not None:
        rows = [_line(problem) for problem in _load([selector], seed)]
        if json_:
            print(json.dumps(rows))
            return
        # No table: an id that is broken over two lines cannot be copied.
        widths = [max([len(str(row[key])) for row in rows], default=0) for key in ("problem_id", "asks for")]
        for row in rows:
            print(f"{row['problem_id']:{widths[0]}}  {row['asks for']:{widths[1]}}  level {row['level']}")
        return
    sources = _sources()
    if json_:
        print(json.dumps(sources))
        return
    for source in sources:
        splits = f"\n    splits: {source['splits']}" if source["splits"] else ""
        print(f"{source['source']}  ({source['here']})\n    {source['what']}{splits}\n    licence: {source['licence']}")


def show(
    problem_id: str,
    *,
    from_: Annotated[
        str | None, Parameter(name="--from", help="Selector that has it, such as file:mine.jsonl.")
    ] = None,
    prompt: Annotated[bool, Parameter(negative="", help="Show the prompt as the model is given it.")] = False,
    model: Annotated[
        str | None, Parameter(help="Whose chat template --prompt renders; without: the user turn.")
    ] = None,
    system: Annotated[str | None, Parameter(help="A system message for --prompt.")] = None,
    thinking: Annotated[bool | None, Parameter(help="The chat template's switch for reasoning, for --prompt.")] = None,
    tests: Annotated[bool, Parameter(negative="", help="Also print the tests, as JSON.")] = False,
    reference: Annotated[bool, Parameter(negative="", help="Also print the reference solution.")] = False,
) -> None:
    """Show a problem as a model is asked it.

    Parameters
    ----------
    problem_id
        Its id, as `ssd-iter problems list SELECTOR` prints it.
    """
    problem = find_problem(problem_id, from_)
    if model is None and (system, thinking) != (None, None):
        raise ConfigError("--system and --thinking are for a chat template; add --prompt --model MODEL")
    if prompt and model is not None:
        config = PromptConfig(system=system, thinking=thinking)
        # transformers takes seconds to load.
        text, tokens = importlib.import_module("flows.prompt").rendered(problem, model, config)
        print(text)
        say(f"{len(tokens)} tokens")
    elif not prompt and model is not None:
        raise ConfigError("--model says how --prompt is rendered; add --prompt")
    else:
        print(render_prompt(problem))
    if tests:
        print(problem.tests_json)
    if reference:
        print(problem.reference)


def import_(
    source: str,
    *,
    split: Annotated[
        list[str] | None, Parameter(negative="", help="A split to import; repeatable; default: all.")
    ] = None,
    file: Annotated[
        list[Path] | None,
        Parameter(negative="", help="A file that is here already, in place of the hub's; repeatable, for one split."),
    ] = None,
    revision: Annotated[str | None, Parameter(help="Commit of the hub's repository; default: the newest.")] = None,
) -> None:
    """Bring a public problem set into the local cache.

    Parameters
    ----------
    source
        A public set, as `ssd-iter problems list` names it.
    """
    known = {public_set.name: public_set for public_set in PUBLIC_SETS}
    if source not in known:
        raise NotFoundError(f"no public problem set {source!r}; there are: {', '.join(known)}")
    public_set = known[source]
    splits = split or list(public_set.splits)
    if file and len(splits) != 1:
        raise ConfigError(f"--file is for one split; add --split, one of {', '.join(public_set.splits)}")
    if file and revision:
        raise ConfigError("--revision is for the hub; a file given by hand has none")
    for name in splits:
        before = _imported(public_set, name)
        if file:
            manifest = import_split(public_set, name, file, None)
        else:
            # The only command that needs the network.
            files, commit = importlib.import_module("ssd_iter.problems.public.hub").fetch(public_set, name, revision)
            manifest = import_split(public_set, name, files, commit)
        _tell(manifest)
        if before is not None and before.content_sha256 != manifest.content_sha256:
            say(f"in place of {before.rows} problems imported at {before.imported_at}")


def check(
    selectors: Annotated[list[str], Parameter(negative="")],
    *,
    seed: Seed = 0,
    against: Annotated[
        list[Path] | None,
        Parameter(negative="", help=f"A corpus (text, or JSON lines) to look for shared runs of {NUM_WORDS} words in."),
    ] = None,
    isolation: Wanted = "auto",
    cpu_seconds: Annotated[float, Parameter(validator=validators.Number(gt=0))] = ExecutionConfig().cpu_seconds,
    json_: AsJson = False,
) -> None:
    """Run every reference against its problem's tests, and list those that fail. Exits with 1 where some do.

    Parameters
    ----------
    selectors
        What to check, such as `humaneval` or `file:mine.jsonl`.
    isolation
        How programs are held: docs/execution.md.
    cpu_seconds
        CPU time of a program.
    """
    problems = _load(selectors, seed)
    texts = [text for path in against or [] for text in prompt_texts(path)]
    document = check_problems(problems, isolation, cpu_seconds)
    if against:
        found = overlaps([(p.problem_id, p.statement) for p in problems], texts)
        document["overlap"] = [{"problem_id": o.problem_id, "share": round(o.share, 4)} for o in found]
    if json_:
        print(json.dumps(document))
    else:
        if document["faults"]:
            print(format_table(document["faults"]))
        print(
            f"{document['problems']} problems: {document['passed']} references pass, {len(document['faults'])} do not; "
            f"{document['without_reference']} have no reference, {document['without_tests']} no tests"
        )
        for overlap in document.get("overlap", []):
            print(f"{overlap['problem_id']} shares {overlap['share']:.0%} of its runs of {NUM_WORDS} words")
        if against and not document["overlap"]:
            short = sum(next(sequences(problem.statement), None) is None for problem in problems)
            print(f"no problem shares {NUM_WORDS} words in a row with it; {short} are too short to tell")
    sys.exit(1 if document["faults"] else 0)


def make(
    out: Path,
    *,
    seed: Annotated[int, Parameter(help="Chooses the problems, their words and their tests.")] = 0,
    split: Literal["train", "dev", "test-in", "test-out", "test"] = "train",
    n: int | None = None,
    levels: str = "0-5",
    style: Style = "function",
    tiers: Annotated[str | None, Parameter(help="A calibration whose levels count.")] = None,
) -> None:
    """Write generated problems as a file of one's own, and say what is in it.

    Parameters
    ----------
    out
        The file; `file:PATH` is the selector for it.
    split
        Which functions: no two splits share one.
    n
        How many; default: 2000, 200, 400, 200 or 600 by split.
    levels
        Lowest and highest difficulty, such as 0-3.
    style
        Functions, or programs that read and print.
    """
    options = {"n": n, "levels": levels, "style": style, "seed": seed, "tiers": tiers}
    query = "&".join(f"{key}={value}" for key, value in options.items() if value is not None)
    export([f"fresh:{split}?{query}"], out=out)


def export(
    selectors: Annotated[list[str], Parameter(negative="")], *, out: Annotated[Path, Parameter()], seed: Seed = 0
) -> None:
    """Write problems as JSON lines that anybody can read, and `file:PATH` reads again.

    Parameters
    ----------
    selectors
        What to write, such as `fresh:test?n=200`.
    out
        The file.
    """
    problems = _load(selectors, seed)
    try:
        count = export_problems(problems, out)
    except OSError as error:
        raise ConfigError(f"--out {out} cannot be written: {error.strerror or error}; name another file") from None
    groups = Counter((p.problem_set, p.split, p.style, p.level, p.licence) for p in problems)
    keys = ("set", "split", "style", "level", "licence")
    rows = sorted(({**dict(zip(keys, group, strict=True)), "problems": n} for group, n in groups.items()), key=str)
    print(format_table(rows))
    print(f"{count} problems in {out}; the selector for it: {FILE}:{out}")


def _load(selectors: list[str], seed: int) -> list[Problem]:
    """The problems of the selectors, whose decode settings are looked at too."""
    problems = load_problems(selectors, fresh_seed=seed)
    for selector in selectors:
        decode_of(DecodeConfig(), selector)
    return problems


def _imported(public_set: PublicSet, split: str) -> Manifest | None:
    try:
        return manifest_of(public_set, split)
    except (NotFoundError, DataError):
        return None


def _sources() -> list[dict[str, Any]]:
    rows = []
    public = {public_set.name: public_set for public_set in PUBLIC_SETS}
    for source in SOURCES:
        splits = source.splits if source.name in public else ()
        manifests = {split: _imported(public[source.name], split) for split in splits}
        imported = [f"{split} ({manifest.rows})" for split, manifest in manifests.items() if manifest is not None]
        state = "here" if source.name not in public else ", ".join(imported) or "not imported"
        rows.append(
            {
                "source": f"{FILE}:PATH" if source.name == FILE else source.name,
                "splits": " ".join(source.splits),
                "here": state,
                "licence": source.licence,
                "what": source.description,
            }
        )
    return rows


def _line(problem: Any) -> dict[str, Any]:
    return {
        "problem_id": problem.problem_id,
        "asks for": problem.entry_point if problem.style == "function" else "a program",
        "level": problem.difficulty if problem.level is None else problem.level,
        "tests": 1 if problem.check is not None else len(problem.cases),
    }


def _tell(manifest: Manifest) -> None:
    left_out = "; ".join(f"{count} left out: {reason}" for reason, count in manifest.left_out.items())
    revision = f", revision {manifest.revision}" if manifest.revision else ""
    print(f"{manifest.set}:{manifest.split}: {manifest.rows} problems{revision}{f'; {left_out}' if left_out else ''}")
    if manifest.differs:
        say(
            f"{manifest.set}:{manifest.split} is known to have {manifest.expected} problems; are these the right files?"
        )
