"""What chunked logits save: one training step on a Llama with a tiny body and a vocabulary of 151,936.

Run `python benchmarks/chunked_logits.py [FILE.json]`: prints a table, writes it to FILE.json too where one is given.
Each step is done in a process of its own, so that peak memory is that step's.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

VOCABULARY = 151_936
WIDTH = 512
LENGTH = 2048
STEPS = [(sequences, chunked, bf16) for sequences in (1, 4) for chunked in (False, True) for bf16 in (True, False)]
COLUMNS = ("sequences", "tokens", "precision", "logits", "peak_gib", "before_gib", "seconds", "loss")


def train_one_step(sequences: int, chunked: bool, bf16: bool) -> dict[str, Any]:
    """Memory and time of one forward and backward pass and AdamW step; every token is learnt."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from ssd_iter.training.loss import summed_loss

    torch.manual_seed(0)
    shape = {"hidden_size": WIDTH, "intermediate_size": 2 * WIDTH, "num_hidden_layers": 2, "num_attention_heads": 8}
    model = LlamaForCausalLM(LlamaConfig(vocab_size=VOCABULARY, tie_word_embeddings=True, **shape))
    optimizer = torch.optim.AdamW(model.parameters())
    ids = torch.randint(0, VOCABULARY, (sequences, LENGTH))
    batch = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": ids}
    num_items = sequences * (LENGTH - 1)
    before, began = peak_gib(), time.perf_counter()
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        own = {"num_items_in_batch": num_items, "use_cache": False}
        loss = summed_loss(model, batch) / num_items if chunked else model(**batch, **own).loss
    loss.backward()
    optimizer.step()
    return {
        "sequences": sequences,
        "tokens": sequences * LENGTH,
        "precision": "bf16" if bf16 else "fp32",
        "logits": "in chunks" if chunked else "all at once",
        "peak_gib": round(peak_gib(), 2),
        "before_gib": round(before, 2),
        "seconds": round(time.perf_counter() - began, 1),
        "loss": round(float(loss.detach()), 4),
    }


def peak_gib() -> float:
    """This process's largest resident memory so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def in_own_process(index: int) -> dict[str, Any]:
    """The step's row; where its process was killed or failed, one that says so."""
    done = subprocess.run([sys.executable, __file__, f"--step={index}"], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return json.loads(done.stdout.splitlines()[-1])
    sequences, chunked, bf16 = STEPS[index]
    row = {"sequences": sequences, "precision": "bf16" if bf16 else "fp32"}
    return row | {"logits": "in chunks" if chunked else "all at once", "peak_gib": "failed"}


def main(arguments: list[str]) -> None:
    """Run all steps, or the one that this process is for."""
    if arguments and arguments[0].startswith("--step="):
        print(json.dumps(train_one_step(*STEPS[int(arguments[0].removeprefix("--step="))])))
        return
    print(*(f"{column:>12}" for column in COLUMNS))
    rows = []
    for index in range(len(STEPS)):
        rows.append(in_own_process(index))
        print(*(f"{rows[-1].get(column, ''):>12}" for column in COLUMNS), flush=True)
    for file in arguments:
        Path(file).write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
