"""vLLM, offline: all batches are queued at once and each is handed out as soon as its last completion is drawn.

The engine runs inside this process, so that none of it is left when the stage ends. On CUDA each request has a seed of
its own. On CPU vLLM 0.32 fails where a request with one is prefilled in parts ("CPU Generator does not use offset"), so
there the engine is seeded, and what a request draws depends on the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from ssd_iter.exceptions import StageError
from ssd_iter.records import FinishReason
from ssd_iter.sampling.base import Batch, Completion, EngineSettings, OnEvent, OnProgress
from ssd_iter.seeds import derive_seed


class VllmSampler:
    """`Sampler` on vLLM."""

    def __init__(self, config: EngineSettings) -> None:
        os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
        os.environ["VLLM_CPU_KVCACHE_SPACE"] = str(config.kv_cache_gb)
        os.environ["VLLM_NO_USAGE_STATS"] = "1"
        import torch
        from vllm import LLM

        self._config = config
        self._on_cuda = torch.cuda.is_available()
        self._llm = LLM(
            model=config.folder,
            dtype=config.dtype,
            seed=config.seed,
            max_model_len=config.max_model_len,
            gpu_memory_utilization=config.gpu_memory_utilization,
            enforce_eager=not self._on_cuda,  # on CPU compiling triples the start and gains no speed
            generation_config="vllm",  # take nothing from the model's generation_config.json
            trust_remote_code=config.trust_remote_code,
            disable_log_stats=True,
        )

    def sample(
        self, batches: Sequence[Batch], on_progress: OnProgress, on_event: OnEvent
    ) -> Iterator[tuple[Batch, list[Completion]]]:
        """See `Sampler.sample`."""
        engine = self._llm.llm_engine
        waiting: dict[str, tuple[int, int]] = {}
        token_ids: dict[str, list[int]] = {}
        drawn: list[dict[int, Completion]] = [{} for _ in batches]
        for batch_idx, batch in enumerate(batches):
            for request_idx, request in enumerate(batch.requests):
                name = f"{batch_idx}-{request_idx}"
                waiting[name], token_ids[name] = (batch_idx, request_idx), []
                prompt = {"prompt_token_ids": list(request.prompt_token_ids)}
                engine.add_request(name, prompt, self._params(batch, request_idx))
        while engine.has_unfinished_requests():
            outputs = engine.step()
            for output in outputs:
                token_ids[output.request_id] += output.outputs[0].token_ids
            finished = [output for output in outputs if output.finished]
            on_progress(len(finished), sum(len(output.outputs[0].token_ids) for output in outputs))
            for output in finished:
                batch_idx, request_idx = waiting.pop(output.request_id)
                reason = _finish_reason(output.outputs[0].finish_reason)
                drawn[batch_idx][request_idx] = Completion(tuple(token_ids.pop(output.request_id)), reason)
                batch = batches[batch_idx]
                if len(drawn[batch_idx]) == len(batch.requests):
                    yield batch, [drawn[batch_idx][i] for i in range(len(batch.requests))]

    def _params(self, batch: Batch, request_idx: int) -> object:
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        request, decode = batch.requests[request_idx], batch.shard.decode
        seed = derive_seed(batch.shard.seed, request.problem_id, request.sample_idx) if self._on_cuda else None
        return SamplingParams(
            temperature=decode.temperature,
            top_k=decode.top_k,
            top_p=decode.top_p,
            max_tokens=decode.max_tokens,
            stop_token_ids=list(self._config.stop_token_ids),
            seed=seed,
            detokenize=False,
            output_kind=RequestOutputKind.DELTA,
        )


def _finish_reason(told: str | None) -> FinishReason:
    """vLLM's word as ours. StageError for any other: a request it gave up is no completion."""
    if told == "stop":
        return "stop"
    if told == "length":
        return "length"
    raise StageError(
        f"vLLM ended a request with {told!r} instead of 'stop' or 'length'; its own words are in the log above"
    )
