"""How many round plans a second: `python benchmarks/plans.py [FILE.json]`. Bar: 1,000 for the demo's config."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from ssd_iter.config.load import load_config, overridden
from ssd_iter.run.plan import Asked, Resources, plan_round

DEMO = Path(__file__).parents[1] / "configs" / "demo.toml"
RESOURCES = Resources(
    run_folder="", base_model="", workers=2, kv_cache_gb=4, gpu_memory_utilization=0.9, trust_remote_code=False,
    isolation="ns", verdict_cache=False,
)  # fmt: skip
SECONDS = 2.0


def plans_per_second(num_train: int, num_eval: int, shard_size: int) -> float:
    config = overridden(
        load_config(DEMO),
        ["engine.name=vllm", "engine.dtype=bfloat16", "train.bf16=true", f"engine.shard_size={shard_size}"],
    )
    sizes = {"train": num_train, "eval": num_eval}
    train, evaluate = ([Asked(f"set/{kind}/{i}", kind) for i in range(n)] for kind, n in sizes.items())
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        plan = plan_round(config, "run", 1 + count % config.rounds, train, evaluate, RESOURCES)
        count += 1
        assert plan.stages
    return count / (time.perf_counter() - began)


def main() -> None:
    cases = {"demo: 40 and 64 problems": (40, 64, 16), "paper: 10,168 and 505 problems": (10_168, 505, 64)}
    table = {name: plans_per_second(*sizes) for name, sizes in cases.items()}
    for name, rate in table.items():
        print(f"{name:34} {rate:10.0f} plans/s")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(table, indent=2))


if __name__ == "__main__":
    main()
