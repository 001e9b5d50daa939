"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators

Reference = Annotated[str, Parameter(help="A run's id, a unique prefix of it, or @latest.")]
RunsDir = Annotated[Path, Parameter(name="--runs-dir", env_var="SSD_ITER_RUNS", help="The folder that holds the runs.")]
Overrides = Annotated[
    list[str] | None,
    Parameter(
        name="--set",
        negative="",
        help="Override a config field: KEY=VALUE, such as train.learning_rate=1e-5; repeatable.",
    ),
]
Timeout = Annotated[
    float, Parameter(help="Seconds that a query may take.", validator=validators.Number(gt=0, lte=86_400))
]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON document.")]

RUNS = Path("runs")
