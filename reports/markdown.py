"""A report document as Markdown, for terminals and pull requests: verdict, tables, findings, the way to the page.

Text that a model, a problem file or a user wrote may hold markup, links or mentions. Only plain words stand as they
are; all else stands in a code span, whose fence is longer than any in the text, with invisible characters spelt out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reports.wording import NOTHING
from stores.visible import visible

Document = Mapping[str, Any]

PLAIN = re.compile(r"(?:[^\W_]|[ .,:;?%()+=/'–−±→·-]|<(?= )|(?<=\w)_(?=\w)|(?<=pass)@(?=\d)|(?<=unique)@(?=\d))*")
"""Words and numbers, and marks that Markdown gives no meaning inside a line."""
ADDRESS = re.compile(r"://|www\.|^\W*(?:[-+]|\d+[.)])\s", re.IGNORECASE)
"""What would become a link, or at the beginning of a line a list."""
WAYS = {
    "round": "The whole report, with every sample: [report.html](report.html).",
    "index": "The whole report, with charts: [index.html](index.html).",
}
"""How each kind of twin leads to the page beside it."""


def markdown_of(report: Document, way: str = "") -> str:
    """The twin of any report document, ending in a line break. It holds no time of making: the same bytes each time.

    `way` is Markdown that leads to the page, where the twin does not lie beside it.
    """
    kinds: dict[str, Callable[[Document], list[str]]] = {"round": _round, "index": _index, "runs": _runs}
    way = way or WAYS.get(report["kind"], "")
    return "\n\n".join(block for block in [*kinds[report["kind"]](report), way] if block) + "\n"


def inline(text: Any) -> str:
    """A text for the inside of a line or a table cell; an en dash where it is empty."""
    line = " ".join(visible(str(text)).split())
    if not line:
        return NOTHING
    if PLAIN.fullmatch(line) and not ADDRESS.search(line):
        return line
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    space = " " if line[0] == "`" or line[-1] == "`" else ""
    # A pipe ends a table's cell even inside code, and where a backslash stands before it nothing escapes it.
    return f"{fence}{space}{line}{space}{fence}".replace("|", "␣007c")


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; empty where it has no rows."""
    if not rows:
        return ""
    lines = [titles, ["---", *["---:"] * (len(titles) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _round(report: Document) -> list[str]:
    verdict = report["verdict"]
    tiles = [
        [inline(tile["title"]), number_cell(tile["number"]), change_cell(next(iter(tile["changes"]), None))]
        for tile in report["tiles"]
    ]
    before = report["before"] or "the round it follows"
    return [
        f"# {inline(report['title'])}: {inline(verdict['word'])}",
        f"Run {inline(report['run']['id'])}, model {inline(report['run']['model'])}.",
        *(inline(verdict[part]) for part in ("sentence", "power", "beside") if verdict[part]),
        _changes(verdict["changes"]),
        table(["Number", "value (95% interval)", f"since {inline(before)}"], tiles),
        _findings(report["findings"]),
    ]


def _index(report: Document) -> list[str]:
    head, ks = report["head"], report["ks"]
    titles = ["Round", "verdict"]
    for nth, k in enumerate(ks):
        titles += [f"pass@{k}"] if nth else [f"pass@{k}", "since the round it follows", "since the base model"]
    titles += ["extraction rate", "solution diversity"]
    classes = [f"{found['kind']} {found['count']:,}" for found in report["heat"]["classes"]]
    return [
        f"# {inline(report['title'])}" + (f": {inline(head['title'])}" if head else ""),
        f"Run {inline(report['run']['id'])}, model {inline(report['run']['model'])}. {inline(report['state']['text'])}",
        *([inline(head["sentence"]), _advice(head), inline(head["budget"])] if head else []),
        table(titles, [_index_row(row) for row in report["rounds"]]),
        "" if report["heat"]["empty"] else f"Problems: {', '.join(classes)}.",
        _findings(report["findings"]),
    ]


def _index_row(row: Document) -> list[str]:
    label = f"**{inline(row['label'])}** (best)" if row["best"] else inline(row["label"])
    cells = [label, inline(row["verdict"]["word"])]
    for nth, score in enumerate(row["scores"]):
        cells.append(number_cell(score["number"]))
        if not nth:
            changes = score["changes"] or [None]
            cells += [change_cell(changes[0]), change_cell(changes[-1])]
    return [*cells, number_cell(row["extraction"]), number_cell(row["diversity"])]


def _runs(report: Document) -> list[str]:
    titles = ["Run", "seed", "base", "best", "latest", "verdict", *map(inline, report["columns"])]
    rows = [
        [inline(run["id"]), inline(run["seed"]), *_run_cells(run), *map(inline, experiment["settings"])]
        for experiment in report["experiments"]
        for run in experiment["runs"]
    ]
    spreads = [
        f"- {found['num_seeds']} seeds of {inline(experiment['runs'][0]['name'])}, round {found['round']}: pass@1 "
        f"{found['text']} on average, {inline(found['range'])}, standard deviation {found['sd_text']}"
        for experiment in report["experiments"]
        if (found := experiment["spread"])
    ]
    broken = [f"- {inline(run['folder'])}: {inline(run['problem'])}" for run in report["broken"]]
    unlike = f"**Not all of these can be compared by their pass@1.** {inline(report['unlike'])}"
    parts = ("\n".join(lines) for lines in (spreads, broken))
    head = [f"# {report['title']}", unlike if report["unlike"] else ""]
    return [*head, table(titles, rows) or "No run has a report.", *parts]


def _run_cells(run: Document) -> list[str]:
    scores = [f"{number_cell(score['number'])} {inline(score['label'])}" for score in (run["best"], run["last"])]
    return [number_cell(run["base"]["number"]), *scores, inline(run["verdict"]["word"] if run["verdict"] else "")]


def _advice(head: Document) -> str:
    command = f" {inline_code(head['command'])}" if head["command"] else ""
    return f"**{inline(head['advice'])}**{command}"


def inline_code(text: str) -> str:
    """A text as code, whatever it holds."""
    shown = inline(text)
    return shown if "`" in shown else f"`{shown}`"


def number_cell(number: Document) -> str:
    """A number with its interval, as Markdown for a cell."""
    return inline(number["text"]) + (f" ({inline(number['interval'])})" if number["interval"] else "")


def change_cell(change: Document | None) -> str:
    """A change with its interval and what it is called, as Markdown for a cell; an en dash where there is none."""
    if change is None:
        return NOTHING
    interval = f" ({inline(change['interval'])})" if change["interval"] else ""
    return inline(change["text"]) + interval + (f", {inline(change['word'])}" if change["word"] else "")


def _changes(changes: Sequence[Document]) -> str:
    return "\n".join(
        f"- {change_cell(change)}: against {inline(change['against'])}, paired over {change['n']:,} problems"
        for change in changes
    )


def _findings(findings: Sequence[Document]) -> str:
    lines = []
    for found in findings:
        about = f"**{inline(found['severity'])}** {inline(found['name'])} (round {found['round']})"
        lines.append(f"- {about}: {inline(found['message'])}")
    return "\n".join(["## Findings", "", *lines]) if lines else ""
