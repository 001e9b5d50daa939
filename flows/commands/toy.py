"""`ssd-iter toy`: what rounds of self-distillation do to a machine that is small enough to be computed."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flows.commands.options import AsJson
from flows.display import format_table, say
from reports.charts.toy import FORMATS, toy_picture
from ssd_iter.exceptions import ConfigError
from ssd_iter.toy.finite import FINITE_KEYS, simulate
from ssd_iter.toy.iterate import KEYS, Row, iterate
from ssd_iter.toy.machine import STATES
from ssd_iter.toy.settings import ChainSettings, Data, SampleFrom, ToySettings

DEFAULTS = ToySettings()

MixFraction = Annotated[float | None, Parameter(help="With --data mix_base: the base's share; default: 0.2.")]
Samples = Annotated[int | None, Parameter(help="Tokens that teach each state in a round; without: training is exact.")]
Chains = Annotated[int | None, Parameter(help="With --samples: how often all rounds are run; default: 1000.")]
Seed = Annotated[int | None, Parameter(help="With --samples: seed of the draws; default: 0.")]
Plot = Annotated[Path | None, Parameter(help="Also write a picture, to a file that ends in .svg or .png.")]


def toy(
    *,
    temperature: float = DEFAULTS.temperature,
    top_p: float = DEFAULTS.top_p,
    rounds: int = DEFAULTS.rounds,
    sample_from: SampleFrom = DEFAULTS.sample_from,
    data: Data = DEFAULTS.data,
    mix_fraction: MixFraction = None,
    eval_temperature: float = DEFAULTS.eval_temperature,
    eval_top_p: float = DEFAULTS.eval_top_p,
    samples: Samples = None,
    chains: Chains = None,
    seed: Seed = None,
    plot: Plot = None,
    json_: AsJson = False,
) -> None:
    """Iterate self-distillation on the paper's toy, exactly or with finitely many samples; docs/toy.md.

    Parameters
    ----------
    temperature
        Of the draws that are trained on, from 0.01 to 10.
    top_p
        Of the same draws, above 0 and at most 1.
    rounds
        Rounds after the base.
    sample_from
        Who draws: the model of the round before, or always the base.
    data
        A round's own draws; those of all rounds; those of all rounds and the base's own; or its own and a share of the
        base's own.
    eval_temperature
        Of the fixed decoding at which success is told.
    eval_top_p
        Of that, and of the search for the best temperature.
    """
    if mix_fraction is not None and data != "mix_base":
        raise ConfigError(f"--mix-fraction {mix_fraction} is for --data mix_base; data is {data}")
    if plot is not None and plot.suffix not in FORMATS:
        raise ConfigError(f"--plot {plot}: a picture's name ends in {' or '.join(FORMATS)}")
    settings = ToySettings(
        temperature=temperature,
        top_p=top_p,
        rounds=rounds,
        sample_from=sample_from,
        data=data,
        mix_fraction=DEFAULTS.mix_fraction if mix_fraction is None else mix_fraction,
        eval_temperature=eval_temperature,
        eval_top_p=eval_top_p,
    )
    sampled = _chain_settings(samples, {"chains": chains, "seed": seed})
    rows = iterate(settings) if sampled is None else simulate(settings, sampled)
    print(json.dumps(_document(settings, sampled, rows)) if json_ else _text(settings, sampled, rows))
    if plot is not None:
        _draw(plot, rows, _title(settings, sampled))


def _chain_settings(samples: int | None, given: dict[str, int | None]) -> ChainSettings | None:
    chosen = {name: value for name, value in given.items() if value is not None}
    if samples is not None:
        return ChainSettings(samples=samples, **chosen)
    if chosen:
        raise ConfigError(f"--{next(iter(chosen))} is for finite samples; add --samples")
    return None


def _document(settings: ToySettings, sampled: ChainSettings | None, rows: list[Row]) -> dict[str, Any]:
    parameters = asdict(settings) | (asdict(sampled) if sampled else {})
    if settings.data != "mix_base":
        del parameters["mix_fraction"]
    return {"parameters": parameters, "keys": KEYS if sampled is None else FINITE_KEYS, "rounds": rows}


def _text(settings: ToySettings, sampled: ChainSettings | None, rows: list[Row]) -> str:
    cells = _exact_cells if sampled is None else _finite_cells
    table = format_table([{"round": row["round"]} | cells(row) | _state_cells(row) for row in rows])
    kind = "best: at the best temperature from 0.1 to 2.5" if sampled is None else "means over chains, but the median"
    dead = "" if sampled is None else "dead: share of chains without success; lost: of those that cannot have any\n"
    return (
        f"{table}{_title(settings, sampled)}\n"
        f"success and undecoded in %; {kind}; entropy in bits and tokens above zero: {', '.join(STATES)}\n"
        f"{dead}correct: the fork's right token; kept: what the round before puts on the fork's tokens of this round"
    )


def _exact_cells(row: Row) -> dict[str, str]:
    return {
        "success": _number(row["S_fix"]),
        "best": _number(row["S_best"]),
        "at T": _number(row["T_best"]),
        "undecoded": _number(row["S_raw"]),
    }


def _finite_cells(row: Row) -> dict[str, str]:
    return {
        "success": f"{_number(row['S_fix'])} ± {_number(row['S_fix_se'])}",
        "median": _number(row["S_fix_median"]),
        "dead": _number(row["dead"]),
        "undecoded": _number(row["S_raw"]),
        "lost": _number(row["lost"]),
    }


def _state_cells(row: Row) -> dict[str, str]:
    return {
        "bits": "  ".join(_number(row[f"H_{state}"]) for state in STATES),
        "tokens": "  ".join(f"{row[f'n_{state}']:.3g}" for state in STATES),
        "correct": _number(row["p_correct_fork"]),
        "kept": _number(row["keptmass_fork"]),
    }


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _title(settings: ToySettings, sampled: ChainSettings | None) -> str:
    mixed = f" ({settings.mix_fraction:g})" if settings.data == "mix_base" else ""
    trained = f"{sampled.samples} samples, {sampled.chains} chains, seed {sampled.seed}" if sampled else "exact"
    return (
        f"Drawn from {settings.sample_from} at T {settings.temperature:g}, top-p {settings.top_p:g}; "
        f"data {settings.data}{mixed}; {trained}; evaluated at T {settings.eval_temperature:g}, "
        f"top-p {settings.eval_top_p:g}"
    )


def _draw(path: Path, rows: list[Row], title: str) -> None:
    try:
        path.write_bytes(toy_picture(rows, title, path.suffix))
    except OSError as error:
        raise ConfigError(f"--plot {path} cannot be written: {error.strerror or error}; name another file") from None
    say(f"picture in {path}")
