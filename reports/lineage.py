"""Who descends from whom: a run's lineage in sentences, as a table, and as the nodes and edges of a drawing."""

from __future__ import annotations

import json
from typing import Any

from reports.facts import Facts
from reports.wording import NOTHING, name_round, name_rounds, number
from ssd_iter.config.schema import LineageConfig
from ssd_iter.records import Round

MOST_OLDER_EDGES = 6
"""More lines than this from older samples are not drawn: the sentences and the table say it better."""

LINES = {
    "trained from": "Solid lines lead to a round from the one whose weights it was trained from.",
    "samples drawn by": "Dashed lines lead to a round from the one whose model drew its samples, if that is another.",
    "also trained on": "Dotted lines lead to a round from those whose older samples it was also trained on.",
}
"""Each kind of edge, and what its line says."""


def lineage(facts: Facts, verdicts: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """The whole run's lineage; `verdicts` are the rounds' (`reports.verdict.verdict_of`)."""
    last = facts.rounds[-1].round if facts.rounds else 0
    path = set(facts.line(last))
    nodes = [_node(facts, row, verdicts[row.round], row.round in path) for row in facts.rounds]
    edges = _edges(facts, path)
    drawn = {edge["kind"] for edge in edges}
    legend = [text for kind, text in LINES.items() if kind in drawn]
    if "also trained on" not in drawn and any(_older(row) for row in facts.rounds):
        legend.append("Lines from older samples are too many to draw: the table has them.")
    if len(path) < len(nodes):
        legend.append("Strong lines and filled marks lead to the latest round; hollow marks are abandoned rounds.")
    return {"sentences": _sentences(facts), "nodes": nodes, "edges": edges, "legend": legend}


def _node(facts: Facts, row: Round, verdict: dict[str, Any], on_path: bool) -> dict[str, Any]:
    named = {"follows": row.parent_round, "weights": row.trained_from_round, "sampler": row.sampled_from_round}
    return {
        "round": row.round,
        "parent_round": row.parent_round,
        "label": f"Round {row.round}" if row.round else "Base model",
        "lane": sum(rolled_back <= row.round for rolled_back in facts.rollbacks),
        "on_path": on_path,
        "kind": verdict["kind"],
        "word": verdict["word"],
        "score": number(facts.metric(row.round, "pass_at_1", "eval"), "fraction"),
        **{key: NOTHING if round is None else name_round(round) for key, round in named.items()},
        "data": name_rounds(row.data_rounds) if row.data_rounds else NOTHING,
        "sentence": round_sentence(facts, row.round),
    }


def _edges(facts: Facts, path: set[int]) -> list[dict[str, Any]]:
    found: list[tuple[str, int | None, int]] = []
    for row in facts.rounds:
        found.append(("trained from", row.trained_from_round, row.round))
        if row.sampled_from_round != row.trained_from_round:
            found.append(("samples drawn by", row.sampled_from_round, row.round))
    older = [("also trained on", source, row.round) for row in facts.rounds for source in _older(row)]
    if len(older) <= MOST_OLDER_EDGES:
        found += older
    ended = {row.round for row in facts.rounds}
    return [
        {"kind": kind, "from": source, "to": round, "on_path": round in path}
        for kind, source, round in found
        if source in ended
    ]


def _sentences(facts: Facts) -> list[str]:
    """How rounds descend in this run, then each rollback."""
    config = _config(facts)
    follows = "Each round follows the one before" + (", except after a rollback" if facts.rollbacks else "")
    weights = "from that round's" if config.train_from == "previous" else "again from the base model's"
    sampler = "that round's model" if config.sample_from == "previous" else "the base model"
    older = {
        "replace": "",
        "accumulate": ", and on the samples of all rounds that led to it",
        "mix": f", and on {_share(config)} of the first round's samples",
    }[config.data]
    return [
        f"{follows}. It starts {weights} weights and is trained on samples drawn by {sampler}{older}.",
        *(_rollback_sentence(facts, round, parent) for round, parent in facts.rollbacks.items()),
    ]


def _rollback_sentence(facts: Facts, round: int, parent: int) -> str:
    left = set(facts.line(round - 1)) - set(facts.line(parent))
    were = "was" if len(left) == 1 else "were"
    return f"Round {round} follows {name_round(parent)}; {name_rounds(sorted(left))} {were} abandoned."


def round_sentence(facts: Facts, round: int) -> str:
    """Whom one round follows, whose weights it had, on which samples it was trained and who drew them."""
    row = next(row for row in facts.rounds if row.round == round)
    if row.parent_round is None or row.trained_from_round is None or row.sampled_from_round is None:
        return ""
    follows = f"Follows {name_round(row.parent_round)}{', after a rollback' if round in facts.rollbacks else ''}."
    trained = "Trained" if row.status == "finished" else "Was to be trained"
    sampler = f"{name_round(row.sampled_from_round)}'s model" if row.sampled_from_round else "the base model"
    weights = f"{follows} {trained} from {name_round(row.trained_from_round)}'s weights on"
    if not _older(row):
        return f"{weights} samples drawn by {sampler}."
    config = _config(facts)
    data = f"the samples of {name_rounds(row.data_rounds)} (accumulate)"
    if config.data == "mix":
        data = f"the samples of round {round} and {_share(config)} of those of {name_rounds(_older(row))} (mix)"
    return f"{weights} {data}; those of round {round} were drawn by {sampler}."


def _older(row: Round) -> tuple[int, ...]:
    """The rounds whose samples it was trained on besides its own, which come last."""
    return row.data_rounds[:-1]


def _share(config: LineageConfig) -> str:
    return f"{100 * config.mix_fraction:g}%"


def _config(facts: Facts) -> LineageConfig:
    return LineageConfig(**json.loads(facts.run.config_json).get("lineage", {}))
