"""The configuration of a run: frozen, documented at the field, refused early.

Every field is part of the experiment's identity unless it is marked `OPERATIONAL` (it changes how a run is
carried out, not what comes out). `rounds` stands apart: it may grow when a run is resumed. The docstring
under a field is its documentation.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from ssd_iter.config.section import GROWS, OPERATIONAL, Section, known
from ssd_iter.config.watch import DetectConfig, PolicyConfig
from ssd_iter.filtering.rules import RULES
from ssd_iter.sampling.engines import BY_NAME

THREADS = "prefect.task_runners:ThreadPoolTaskRunner"


class ModelConfig(Section):
    """The model of round 0."""

    path: str
    """A hub id, a local folder, or a packaged name such as `smollm2-135m-instruct`."""
    trust_remote_code: bool = False
    """Run Python code that comes with the model. Off: such a model is refused."""


class ProblemsConfig(Section):
    """What is trained on, tuned on and evaluated on; no two of them may share a problem."""

    train: tuple[str, ...]
    """Selectors of the training prompts, such as `fresh:train?n=48&levels=0-1`; may be empty where `rounds` is 0."""
    tune: tuple[str, ...] = ()
    """Selectors of problems to choose settings on, such as the temperature of evaluation: kept apart, not used yet."""
    evaluate: tuple[str, ...] = Field(min_length=1)
    """Selectors of the evaluation problems, such as `humaneval`. One that is to be sampled in another way than
    `[evaluate]` says holds the settings itself: `livecodebench:v6?temperature=0.6&max_tokens=32768`; so may `train`'s.
    """
    fresh_seed: Annotated[int, Field(ge=0, lt=2**64)]
    """Seed of the generated problems. Runs that are compared must share it."""


class LineageConfig(Section):
    """Which model each round is made from, and on whose samples."""

    sample_from: Literal["previous", "base"] = "previous"
    """Who draws a round's training samples: the model of the round before, or always the base. The base draws for all
    rounds at once, in round 0."""
    train_from: Literal["previous", "base"] = "previous"
    """Whose weights a round starts from: those of the round before, or always the base's."""
    data: Literal["replace", "accumulate", "mix"] = "replace"
    """What a round is trained on: its own samples, those of all rounds so far, or its own and `mix_fraction` of the
    first round's."""
    mix_fraction: float = Field(default=0.2, gt=0, le=1)
    """Share of the first round's kept samples that `data = "mix"` adds, drawn anew each round."""


class PromptConfig(Section):
    """How a problem becomes a prompt."""

    chat_template: bool = True
    """Wrap the prompt as one user turn in the model's own chat template; off: the bare text."""
    system: str | None = None
    """An optional system message; needs `chat_template`."""
    thinking: bool | None = None
    """Value of the chat template's own switch for reasoning (`enable_thinking`); not set: as the template has it. The
    answer is looked for after the reasoning part."""

    @model_validator(mode="after")
    def _turns_need_chat(self) -> Self:
        if self.system is not None and not self.chat_template:
            raise ValueError("system needs chat_template = true: a bare prompt has no system turn")
        if self.thinking is not None and not self.chat_template:
            raise ValueError("thinking needs chat_template = true: the switch is the chat template's")
        return self


class DecodeConfig(Section):
    """How completions are drawn: temperature, then top-k, then top-p, in this order."""

    num_samples: int = Field(default=1, ge=1)
    """Completions per problem."""
    temperature: float = Field(default=1.0, ge=0.01, le=10)
    """Softmax temperature. vLLM draws no colder than 0.01."""
    top_k: int = Field(default=0, ge=0)
    """Keep the k likeliest tokens; 0 keeps all."""
    top_p: float = Field(default=1.0, gt=0, le=1)
    """Keep the smallest set of likeliest tokens whose mass reaches this; 1 keeps all."""
    max_tokens: int = Field(default=1024, ge=1)
    """Longest completion, in tokens."""

    @property
    def decode_id(self) -> str:
        """The knobs as a readable key."""
        return f"T{self.temperature:g}-k{self.top_k}-p{self.top_p:g}-m{self.max_tokens}"


class EvaluateConfig(DecodeConfig):
    """How a model is evaluated."""

    num_samples: int = Field(default=10, ge=1)
    """Completions per problem."""
    k: tuple[Annotated[int, Field(ge=1)], ...] = (1, 5)
    """Which pass@k to report; undefined (NULL) where `num_samples` is smaller."""

    @field_validator("k")
    @classmethod
    def _each_k_once(cls, k: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(k)) < len(k):
            raise ValueError("each k may be given once")
        return k


class EngineConfig(Section):
    """What draws the completions."""

    name: str = "auto"
    """An engine of `ssd_iter/sampling/engines.py`; `auto` takes the first that is installed, and says which."""
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    """Precision of the weights while sampling. `auto`: bfloat16 where the machine computes in it, else float32, found
    out when the run is made. Masters and training stay fp32."""
    shard_size: int = Field(default=64, ge=1)
    """Completions per planned shard: the unit of seed, of resume, and of what others see while a stage works."""
    batch_size: int = Field(default=32, ge=1)
    """Completions per batch of the transformers engine; vLLM makes its own."""
    max_model_len: int | None = Field(default=None, ge=16)
    """Longest prompt plus completion, in tokens; default: what the planned requests need."""
    kv_cache_gb: Annotated[int, Field(ge=1), OPERATIONAL] = 4
    """Memory for vLLM's key-value cache on CPU."""
    gpu_memory_utilization: Annotated[float, Field(gt=0, le=1), OPERATIONAL] = 0.9
    """Share of the GPU's memory that vLLM may take."""
    processes: Annotated[int, Field(ge=1, le=64), OPERATIONAL] = 1
    """Processes that share a stage's shards, each with the model loaded and, where there are several GPUs, one of its
    own. On the transformers engine in float32 the samples are the same however many there are."""
    task_runner: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]+:[A-Za-z0-9_]+$"), OPERATIONAL] = THREADS
    """What starts these processes: `module:name` of a Prefect task runner, or of a class of them that needs no
    argument, such as `prefect_ray:RayTaskRunner`. On other machines it needs the run's folder in the same place."""

    @field_validator("name")
    @classmethod
    def _is_known(cls, name: str) -> str:
        return known(name, "engine", ("auto", *BY_NAME))


class FilterConfig(Section):
    """Which training samples are dropped, by their form only; correctness is never looked at."""

    rules: tuple[str, ...] = ("empty", "stub", "syntax")
    """Rules of `ssd_iter/filtering/rules/`, in order; the first that matches is the reason. `empty`: nothing but white
    space. `stub`: at most one non-blank line of code. `syntax`: no code that Python parses; the paper's presets leave
    it out."""
    drop_shortest: float = Field(default=0.0, ge=0, lt=1)
    """Then drop this fraction, shortest completions first (by characters)."""
    extraction: Literal["entry_point", "last"] = "entry_point"
    """Which closed code fence counts: the last that defines the entry point (else the last), or always the last."""

    @field_validator("rules")
    @classmethod
    def _are_known(cls, rules: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(rules)) < len(rules):
            raise ValueError("each rule may be given once")
        return tuple(known(rule, "rule", RULES) for rule in rules)


class LoraConfig(Section):
    """Low-rank adapters, merged into the fp32 parent after training."""

    rank: int = Field(default=16, ge=1)
    """Rank of the update."""
    alpha: float = Field(default=32.0, gt=0)
    """The update is scaled by alpha / rank."""
    dropout: float = Field(default=0.0, ge=0, lt=1)
    """Dropout in front of the adapters."""
    target_modules: tuple[str, ...] | Literal["all-linear"] = "all-linear"
    """Module names that get an adapter."""


class TrainConfig(Section):
    """Supervised fine-tuning on the kept samples; the defaults are the paper's."""

    method: Literal["full", "lora"] = "full"
    """Train all weights, or low-rank adapters."""
    learning_rate: float = Field(default=5e-6, ge=0)
    """Peak of the cosine schedule. 0 (and 0 as the floor) repeats the base model: a control run."""
    min_learning_rate: float = Field(default=1e-6, ge=0)
    """Floor of the cosine schedule."""
    warmup_steps: int = Field(default=0, ge=0)
    """Linear warm-up, in optimizer steps."""
    num_epochs: float = Field(default=1.0, gt=0)
    """Passes over the training set; ignored where `max_steps` is given."""
    max_steps: int | None = Field(default=None, ge=1)
    """Optimizer steps."""
    batch_size: int = Field(default=32, ge=1)
    """Sequences per optimizer step."""
    micro_batch_size: int = Field(default=4, ge=1)
    """Sequences per forward pass; the rest of a batch is accumulated."""
    max_length: int = Field(default=65_536, ge=16)
    """Longest prompt plus completion, in tokens; longer pairs are left out and counted."""
    weight_decay: float = Field(default=0.1, ge=0)
    """AdamW's decoupled weight decay."""
    adam_beta1: float = Field(default=0.9, ge=0, lt=1)
    """AdamW's first-moment decay."""
    adam_beta2: float = Field(default=0.95, ge=0, lt=1)
    """AdamW's second-moment decay."""
    max_grad_norm: float = Field(default=1.0, gt=0)
    """Gradients are clipped to this global norm."""
    bf16: bool | Literal["auto"] = "auto"
    """Autocast the forward and backward pass to bfloat16; masters stay fp32. `auto`: where the machine computes in it,
    found out when the run is made."""
    attention: Literal["sdpa", "eager", "flash_attention_2"] = "sdpa"
    """Attention kernel. `eager` is faster for sequences of a few hundred tokens on CPU; `flash_attention_2` needs its
    package and CUDA."""
    gradient_checkpointing: bool = False
    """Recompute activations in the backward pass: less memory, more time."""
    checkpoint_every: int | None = Field(default=None, ge=1)
    """Also keep a resumable checkpoint each so many steps; a killed training goes on from the last one."""
    lora: LoraConfig = LoraConfig()

    @model_validator(mode="after")
    def _batches_and_rates_fit(self) -> Self:
        if self.batch_size % self.micro_batch_size:
            raise ValueError(
                f"batch_size {self.batch_size} is not a multiple of micro_batch_size {self.micro_batch_size}"
            )
        if self.min_learning_rate > self.learning_rate:
            raise ValueError(f"min_learning_rate {self.min_learning_rate} is above learning_rate {self.learning_rate}")
        return self


class ExecutionConfig(Section):
    """How each program is tested: what holds it, and its limits."""

    isolation: Annotated[Literal["auto", "ns", "lsm", "container", "process"], OPERATIONAL] = "auto"
    """How programs are kept from the machine: docs/execution.md. `auto` is `ns` or else `lsm`, found out when the run
    is made; where neither holds, the run is refused and the next choice named."""
    cpu_seconds: float = Field(default=3.0, gt=0)
    """CPU time, all tests of a program together; three times this in wall time ends a sleeper."""
    memory_mb: int = Field(default=1024, ge=128)
    """Address space."""
    output_mb: int = Field(default=16, ge=1)
    """Largest file or output."""
    cache: Annotated[bool, OPERATIONAL] = True
    """Take verdicts that are known of the same program, tests, limits and isolation from the cache all runs share."""
    workers: Annotated[int | None, Field(ge=1), OPERATIONAL] = None
    """Programs tested at once; default: one per usable core."""


class RunConfig(Section):
    """One experiment."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$"), OPERATIONAL]
    """Leads the run's id: lower-case letters, digits and dashes."""
    notes: Annotated[str, OPERATIONAL] = ""
    """Anything a reader of the report should know, such as a learning rate that is for a demo only."""
    seed: int = Field(default=0, ge=0, lt=2**31)
    """Seed of sampling and training."""
    rounds: Annotated[int, Field(ge=0, le=1000), GROWS] = 3
    """Rounds after the base model's round 0; with 0 a model is evaluated and no more. May grow when the run is resumed.
    """
    stage_timeout_minutes: Annotated[float | None, Field(ge=0.01), OPERATIONAL] = None
    """A stage that takes longer is ended, and the run with it; not set: none is. What a stage has finished is kept."""
    model: ModelConfig
    problems: ProblemsConfig
    lineage: LineageConfig = LineageConfig()
    prompt: PromptConfig = PromptConfig()
    sample: DecodeConfig = DecodeConfig()
    evaluate: EvaluateConfig = EvaluateConfig()
    engine: EngineConfig = EngineConfig()
    filter: FilterConfig = FilterConfig()
    train: TrainConfig = TrainConfig()
    execution: ExecutionConfig = ExecutionConfig()
    detect: DetectConfig = DetectConfig()
    policy: PolicyConfig = PolicyConfig()

    @field_validator("problems")
    @classmethod
    def _rounds_need_prompts(cls, problems: ProblemsConfig, known_so_far: ValidationInfo) -> ProblemsConfig:
        if not problems.train and known_so_far.data.get("rounds"):
            raise ValueError(
                "train needs at least one selector such as 'fresh:train?n=40'; only rounds = 0 goes without"
            )
        return problems
