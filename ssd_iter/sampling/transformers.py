"""transformers' `generate`: batches sorted by prompt length, padded on the left, one seed a planned shard.

Slower than vLLM, but everywhere; in float32 on one thread the same plan draws the same tokens bit by bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ssd_iter.records import FinishReason
from ssd_iter.sampling.base import Batch, Completion, EngineSettings, OnProgress, Request


class TransformersSampler:
    """`Sampler` on transformers."""

    def __init__(self, config: EngineSettings) -> None:
        import torch
        from transformers import AutoModelForCausalLM, GenerationConfig

        self._config = config
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = AutoModelForCausalLM.from_pretrained(
            config.folder, dtype=getattr(torch, config.dtype), trust_remote_code=config.trust_remote_code
        ).to(self._device)
        self._model.eval()
        # generate() fills what is not set from here: an empty one leaks nothing.
        self._model.generation_config = GenerationConfig()

    def sample(self, batches: Sequence[Batch], on_progress: OnProgress) -> Iterator[tuple[Batch, list[Completion]]]:
        """See `Sampler.sample`."""
        import torch

        for batch in batches:
            torch.manual_seed(batch.shard.seed)
            order = sorted(range(len(batch.requests)), key=lambda i: (len(batch.requests[i].prompt_token_ids), i))
            drawn: dict[int, Completion] = {}
            for start in range(0, len(order), self._config.batch_size):
                chosen = order[start : start + self._config.batch_size]
                completions = self._generate(batch, [batch.requests[i] for i in chosen])
                drawn.update(zip(chosen, completions, strict=True))
                on_progress(len(completions), sum(len(completion.token_ids) for completion in completions))
            yield batch, [drawn[i] for i in range(len(batch.requests))]

    def _generate(self, batch: Batch, requests: Sequence[Request]) -> list[Completion]:
        import torch
        from transformers import GenerationConfig

        decode, config = batch.shard.decode, self._config
        width = max(len(request.prompt_token_ids) for request in requests)
        padding = [width - len(request.prompt_token_ids) for request in requests]
        ids = [[config.pad_token_id] * pad + list(r.prompt_token_ids) for pad, r in zip(padding, requests, strict=True)]
        mask = [[0] * pad + [1] * (width - pad) for pad in padding]
        knobs = GenerationConfig(
            do_sample=True,
            temperature=decode.temperature,
            top_k=decode.top_k,
            top_p=decode.top_p,
            max_new_tokens=decode.max_tokens,
            eos_token_id=list(config.stop_token_ids),
            pad_token_id=config.pad_token_id,
        )
        with torch.inference_mode():
            output = self._model.generate(
                input_ids=torch.tensor(ids, device=self._device),
                attention_mask=torch.tensor(mask, device=self._device),
                generation_config=knobs,
            )
        return [self._completion(row[width:].tolist()) for row in output]

    def _completion(self, token_ids: list[int]) -> Completion:
        ends = [i for i, token in enumerate(token_ids) if token in self._config.stop_token_ids]
        reason: FinishReason = "stop" if ends else "length"
        return Completion(tuple(token_ids[: ends[0] + 1] if ends else token_ids), reason)
