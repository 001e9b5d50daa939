"""What share of a finished run was not stage processes: `python benchmarks/run_overhead.py RUN_FOLDER [FILE.json]`.

Bar: 3 % of the demo's wall time. A stage's own seconds begin after its interpreter has started, so that counts here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ssd_iter.records import Event, Round
from ssd_iter.run.paths import STAGES, RunPaths, read_json
from ssd_iter.run.shards import read_shards


def main() -> None:
    paths = RunPaths(Path(sys.argv[1]).resolve())
    started = min(event.created_at for event in read_shards(paths.shard_files("events"), Event))
    pages = max(paths.round_page(row.round).stat().st_mtime for row in read_shards(paths.shard_files("rounds"), Round))
    wall = pages - started.timestamp()
    done = [paths.stage(round, stage).done for round in paths.rounds() for stage in STAGES]
    stages = sum(read_json(file)["seconds"] for file in done if file.exists())
    table = {"wall_seconds": wall, "stage_seconds": stages, "overhead_share": 1 - stages / wall}
    for name, value in table.items():
        print(f"{name:16} {value:10.3f}")
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(json.dumps(table, indent=2))


if __name__ == "__main__":
    main()
