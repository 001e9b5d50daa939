"""transformers' `generate`: batches sorted by prompt length, padded on the left, each seeded by its shard and place.

Slower than vLLM, but everywhere. In float32 on one thread the same plan draws the same tokens bit by bit. When memory
runs out the batch is halved for good and the same requests are drawn again: same keys, same counts, same distribution,
but from there on other tokens than without it, since batches that begin elsewhere have other seeds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ssd_iter.exceptions import StageError
from ssd_iter.records import FinishReason
from ssd_iter.run.memory import is_out_of_memory
from ssd_iter.sampling.base import Batch, Completion, EngineSettings, OnEvent, OnProgress, Request
from ssd_iter.seeds import derive_seed


class TransformersSampler:
    """`Sampler` on transformers."""

    def __init__(self, config: EngineSettings) -> None:
        import torch
        from transformers import AutoModelForCausalLM, GenerationConfig

        self._config = config
        self._batch_size = config.batch_size
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = AutoModelForCausalLM.from_pretrained(
            config.folder,
            dtype=getattr(torch, config.dtype),
            trust_remote_code=config.trust_remote_code,
            generation_config=GenerationConfig(),  # fills what generate() is not told: empty, it leaks nothing
        ).to(self._device)
        self._model.eval()

    def sample(
        self, batches: Sequence[Batch], on_progress: OnProgress, on_event: OnEvent
    ) -> Iterator[tuple[Batch, list[Completion]]]:
        """See `Sampler.sample`. StageError where memory does not suffice for one completion."""
        for batch in batches:
            order = sorted(range(len(batch.requests)), key=lambda i: (len(batch.requests[i].prompt_token_ids), i))
            drawn: dict[int, Completion] = {}
            while len(drawn) < len(order):
                chosen = order[len(drawn) : len(drawn) + self._batch_size]
                seed = derive_seed(batch.shard.seed, len(drawn))
                completions = self._generate(batch, [batch.requests[i] for i in chosen], seed)
                if completions is None:
                    self._halve(batch, batch.requests[chosen[-1]], len(chosen), on_event)
                    continue
                drawn.update(zip(chosen, completions, strict=True))
                on_progress(len(completions), sum(len(completion.token_ids) for completion in completions))
            yield batch, [drawn[i] for i in range(len(batch.requests))]

    def _generate(self, batch: Batch, requests: Sequence[Request], seed: int) -> list[Completion] | None:
        """One completion a request, in order; None where memory ran out."""
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
        torch.manual_seed(seed)
        try:
            with torch.inference_mode():
                output = self._model.generate(
                    input_ids=torch.tensor(ids, device=self._device),
                    attention_mask=torch.tensor(mask, device=self._device),
                    generation_config=knobs,
                )
        except (RuntimeError, MemoryError) as error:
            if is_out_of_memory(error):
                return None
            raise
        return [self._completion(row[width:].tolist()) for row in output]

    def _halve(self, batch: Batch, longest: Request, size: int, on_event: OnEvent) -> None:
        import torch

        if size == 1:
            raise StageError(
                f"memory ran out while one completion of up to {batch.shard.decode.max_tokens} tokens was drawn for "
                f"{longest.problem_id}, whose prompt has {len(longest.prompt_token_ids)}: lower max_tokens, take a "
                'smaller model, set engine.dtype = "bfloat16", or engine.name = "vllm"'
            )
        torch.cuda.empty_cache()  # what the failed attempt left is free by now; does nothing without CUDA
        self._batch_size = size // 2
        on_event(
            "batch_halved",
            f"memory ran out while {size} completions were drawn at once; from here on {self._batch_size}",
            {"old": size, "new": self._batch_size},
        )

    def _completion(self, token_ids: list[int]) -> Completion:
        ends = [i for i, token in enumerate(token_ids) if token in self._config.stop_token_ids]
        reason: FinishReason = "stop" if ends else "length"
        return Completion(tuple(token_ids[: ends[0] + 1] if ends else token_ids), reason)
