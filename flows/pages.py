"""What a round leaves for readers when it is whole: its rows in the database, its page, and those over the run."""

from __future__ import annotations

from reports.render import link_round_page, write_index, write_round_report
from ssd_iter.run.paths import RunPaths
from stores.run_store import RunStore


def write_pages(paths: RunPaths, round: int) -> None:
    """Bring the database up to date, then write the round's page, the link to it on that of the round before, and the
    pages over the run and all runs."""
    RunStore(paths).ingest()
    write_round_report(paths, round)
    link_round_page(paths, round - 1)
    write_index(paths)
