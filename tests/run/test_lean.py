from __future__ import annotations

import os
import subprocess
import sys

from ssd_iter.records import Event
from ssd_iter.run.shards import write_shard

READS = """
import sys
from pathlib import Path
from ssd_iter.records import Event
from ssd_iter.run.shards import read_shards
print(sys.argv[1:], read_shards([Path(sys.argv[1])], Event), "pandas" in sys.modules)
"""


def test_what_reads_shards_does_so_without_pandas(tmp_path):
    (tmp_path / "reads.py").write_text(READS)
    shard = tmp_path / "shard.parquet"
    write_shard(shard, [], Event)
    command = [sys.executable, "-m", "ssd_iter.run.lean", "reads", str(shard)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout == f"{[str(shard)]} [] False\n"
