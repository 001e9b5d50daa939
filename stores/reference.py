"""The store as a page: every table, view and column, and questions to start from.

`python -m stores.reference > docs/store.md` writes it again.
"""

from __future__ import annotations

from ssd_iter.metrics.registry import REGISTRY, MetricSpec
from stores.columns import SHARD, Column, Relation, Word, closed_lists, ledgers, macros, tables, views
from stores.examples import EXAMPLES, Example

READERS = {
    "duckdb": "duckdb.sql(\"FROM read_parquet('runs/RUN/shards/samples/*/*.parquet', hive_partitioning = false)\")",
    "pandas": 'pandas.read_parquet("runs/RUN/shards/samples", partitioning=None)',
    "polars": 'polars.scan_parquet("runs/RUN/shards/samples/*/*.parquet", hive_partitioning=False).collect()',
}
"""How others read one table's shards, by the library's name; RUN stands for the run's id."""

_HEAD = """\
# The store

<!-- Made from ssd_iter/records/ and stores/: python -m stores.reference > docs/store.md -->

All that a run knows is rows of {num_tables} tables. Stages write them as Parquet shards, which are the truth;
`ssd.duckdb` in the run's folder holds the same rows in tables of the same names, and views. It is made from the
shards and can be deleted at any time. [Ten questions](#ten-questions) to start from are at the end, and
[`notebooks/from_run_to_figures.py`](../notebooks/from_run_to_figures.py) goes from there to figures.

```sh
ssd-iter sql @latest "FROM v_rounds"                        # sees shards that are not in the database yet
ssd-iter sql @latest --named                                # questions asked often, ready to run
duckdb -readonly runs/RUN/ssd.duckdb "FROM v_rounds"        # DuckDB's own command line, 1.5 or later
```

A database held open, if only for reading, keeps the run's own process from taking in new shards: it goes on without
and catches up later. `ssd-iter sql` opens it for the moment of its answer.

## Without ssd-iter

```
runs/RUN/shards/TABLE/round=NNN/WRITER.parquet
```

A shard is whole or not there: it is written under another name and renamed. No shard is ever changed; a rollback
moves those of a round that it gives up to `set-aside/`. One line reads a table, also while the run goes on:

```python
{readers}
```

Most tables have a column `round`, and the path says it as well. Left to guess, DuckDB takes the path's (a text,
`003`) and pandas refuses; hence the options. `runs/*/shards/TABLE/*/*.parquet` is a table over all runs: `run_id`
tells them apart.

## Keys

| rows of | have the key |
|---|---|
| `samples`, `filter_verdicts`, `executions` | `run_id, round, purpose, decode_id, problem_id, sample_idx`: a sample |
| `test_results` | the sample's, and `test_idx` |
| `problem_counts` | the sample's, less `sample_idx` |
| `problems` | `run_id, purpose, problem_id`; its `round` is always 0 |
| `metrics` | `run_id, round, name, purpose, problem_set` |
| `rounds` | `run_id, round` |
| `train_steps` | `run_id, round, step` |
| `runs` | `run_id, rounds` |

They are kept by what writes the rows; the database has no constraints. What shares columns joins by them:

```sql
FROM samples JOIN executions USING (run_id, round, purpose, decode_id, problem_id, sample_idx)
FROM samples JOIN problems USING (run_id, purpose, problem_id)      -- not by round
FROM samples JOIN rounds USING (run_id, round)
```

A training sample has a row in `filter_verdicts`, an evaluation sample one in `executions`; none has both. Say which
`purpose` you ask about: samples drawn to look again at a round (`resample`) lie beside those of its evaluation. Their
problems are those of `eval`.

## NULL

NULL is a number that is not defined (pass@k of fewer than k samples), a thing that is not there (code, where none was
found), or a question that does not arise (the round that round 0 follows). It is never 0, and in a table never "not
known yet": a row is written once, when all of it is known. `avg` and `count(x)` leave NULL out; `metrics.n` says how
many things a number is about. A text that is not there is empty where its column cannot be NULL. The loss of a step
can be NaN.

## Units

Fractions lie between 0 and 1 and are never percent. Durations are in seconds, moments in UTC, the loss in nats,
divergences in bits, memory in MiB, lengths in tokens of the run's own tokenizer. A column ending in `_json` holds one
JSON document, one in `_sha256` 64 hexadecimal digits.
"""


_COLUMNS = "| column | type | what it is |\n|---|---|---|\n"
_ABOUT_EXAMPLES = """\
Each is a query for `ssd-iter sql`, DuckDB's command line or a notebook, and there to be changed. They look at one
run, at all its problem sets together, and at rounds that a rollback gave up like at any other.
"""


_ABOUT_TABLES = f"""\
## Tables

What is not marked `or NULL` always has a value. In the database every table of rows has one column more, `{SHARD}`:
the shard the row came from, its path under `shards/`.
"""
_ABOUT_METRICS = """\
What each is, and what it cannot see: [metrics_and_detectors.md](metrics_and_detectors.md).

| name | unit | better | purpose |
|---|---|---|---|
"""


def markdown() -> str:
    """The whole page."""
    relations = [_relation(table) for table in (*tables(), *ledgers())]
    words = [f"| {word.name} | {_or(word)} | {_cell(word.text)} |\n" for word in closed_lists()]
    parts = [
        _HEAD.format(num_tables=len(tables()), readers="\n".join(READERS.values())),
        _ABOUT_TABLES,
        *relations,
        f"## Names in `metrics`\n\n{_ABOUT_METRICS}{''.join(map(_metric, REGISTRY))}",
        "## Closed lists\n\n| list | words | meaning |\n|---|---|---|\n" + "".join(words),
        "## Views\n\nAny of their columns may be NULL.\n",
        *(_relation(view) for view in views()),
        "## Macros\n",
        *(f"`{name}`: {text}\n" for name, text in macros()),
        f"## Ten questions\n\n{_ABOUT_EXAMPLES}",
        *(_example(number, example) for number, example in enumerate(EXAMPLES, 1)),
    ]
    return "\n".join(parts)


def _relation(relation: Relation) -> str:
    rows = [f"| `{column.name}` | {_type(column)} | {_cell(_meaning(column))} |\n" for column in relation.columns]
    return f"### `{relation.name}`\n\n{relation.text}\n\n{_COLUMNS}{''.join(rows)}"


def _metric(spec: MetricSpec) -> str:
    purposes = " or ".join(f"`{purpose}`" if purpose else "empty" for purpose in spec.purposes)
    return f"| `{spec.name}` | {spec.unit} | {spec.better} | {purposes} |\n"


def _type(column: Column) -> str:
    return f"{column.type} or NULL" if column.nullable else column.type


def _meaning(column: Column) -> str:
    return f"{column.text} One of [{column.word}](#closed-lists)." if column.word else column.text


def _or(word: Word) -> str:
    return ", ".join(f"`{value}`" for value in word.values)


def _cell(text: str) -> str:
    """Text for a cell of a table, which a bar would end."""
    return text.replace("|", "\\|")


def _example(number: int, example: Example) -> str:
    return f"### {number}. {example.question}\n\n```sql\n{example.sql.strip()}\n```\n\n{example.reading.strip()}\n"


if __name__ == "__main__":
    print(markdown(), end="")
