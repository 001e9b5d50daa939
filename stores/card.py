"""The card of a data set: what it holds, where it comes from, and what each column means.

Whatever a config, a problem set or a model wrote stands in code, where Markdown and HTML mean nothing, or as a JSON
string in the head, which is YAML too.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ssd_iter
from ssd_iter.records import Run
from stores.columns import Relation, tables
from stores.visible import visible

_CARD = """\
---
pretty_name: {pretty_name}
license: {licence}
language:
- code
task_categories:
- text-generation
tags:
- code
- self-distillation
configs:
{configs}
---

# {title}

One run of iterated self-distillation, made with ssd-iter {version}: a code model's solutions to programming problems,
round by round, what was kept for training, and how the tests ended.

```python
from datasets import load_dataset

samples = load_dataset("PATH_OR_ID", "samples", split="train")  # `train` is all there is: a table has no splits
```

**Code here was written by a language model and nobody read it.** It may be wrong or do harm: run it in a sandbox. The
samples of `purpose` `eval` answer the problems that the model is evaluated on: do not train on them.

## Where it comes from

{facts}

Problems, each under the licence of its source; the licence above is for the rest.

{problem_sets}

## Tables

{contents}

{relations}"""


@dataclass(frozen=True, slots=True)
class ProblemUse:
    """The columns of a row of `problems` that the card counts."""

    problem_set: str
    purpose: str
    licence: str


def dataset_card(run: Run, problems: Sequence[ProblemUse], counts: Mapping[str, int], licence: str) -> str:
    """The README.md of a folder that holds the tables with rows as `data/TABLE.parquet`."""
    there = [table for table in tables() if counts[table.name]]
    provenance = json.loads(run.provenance_json)
    facts = {
        "run": run.run_id, "started": run.created_at.isoformat(), "model": run.model,
        "sha256 of the model": run.model_sha256, "rounds": run.rounds, "seed": run.seed,
        "digest of the config": run.config_digest, "git": _dumped(provenance.get("git")),
    }  # fmt: skip
    return _CARD.format(
        pretty_name=json.dumps(f"{run.name}: iterated self-distillation of {run.model}"),
        licence=json.dumps(licence),
        configs="\n".join(map(_config, there)),
        title=_code(run.run_id),
        version=ssd_iter.__version__,
        facts=_table(("what", "value"), [(name, _code(value)) for name, value in facts.items()]),
        problem_sets=_table(("problem set", "used to", "licence", "problems"), _problem_sets(problems)),
        contents=_table(("table", "rows", "what a row is"), [(t.name, counts[t.name], t.text) for t in there]),
        relations="\n\n".join(map(_relation, there)) + "\n",
    )


def _config(table: Relation) -> str:
    # Where no name is asked for, people want the samples.
    default = "\n  default: true" if table.name == "samples" else ""
    return f"- config_name: {table.name}\n  data_files: data/{table.name}.parquet{default}"


def _problem_sets(problems: Sequence[ProblemUse]) -> list[tuple[Any, ...]]:
    counted = Counter((row.problem_set, row.purpose, row.licence) for row in problems)
    return [(*map(_code, key), count) for key, count in sorted(counted.items())]


def _relation(table: Relation) -> str:
    rows = [(column.name, column.type, column.text) for column in table.columns]
    return f"### {table.name}\n\n" + _table(("column", "type", "what it is"), rows)


def _table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _code(value: Any) -> str:
    """A value in a code span that ends where the value does; a dash where there is none."""
    text = " ".join(visible(str(value)).split()) if value not in (None, "") else ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}" if text else "\u2013"


def _dumped(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
