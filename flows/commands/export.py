"""`ssd-iter export`: a run's tables as files for others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.commands.options import RUNS, Reference, RunsDir
from flows.display import format_table, say
from flows.experiment import find_run
from flows.missing import warn_of_missing
from stores.export import ExportFormat, export_run


def export(
    run: Reference,
    folder: Path,
    *,
    format: ExportFormat = "parquet",
    license: Annotated[str, Parameter(help="As the card of hf says it, such as apache-2.0.")] = "unknown",
    overwrite: Annotated[bool, Parameter(negative="", help="Replace files of the same names in FOLDER.")] = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Write every table as one file, also while the run goes on: `ssd-iter export @latest data --format hf`.

    Parameters
    ----------
    folder
        A new or an empty folder.
    format
        Parquet; JSON lines; or a Hugging Face dataset, with a card, that load_dataset(FOLDER, "samples") reads.
    """
    paths = find_run(runs_dir, run)
    warn_of_missing(paths)
    counts = export_run(paths, folder, format, licence=license, overwrite=overwrite)
    print(format_table([{"table": table, "rows": count} for table, count in counts.items()]), end="")
    say(f"{folder.resolve()} holds {sum(counts.values())} rows of {paths.run_id}")
