"""What a command says before it shows less than it should."""

from __future__ import annotations

from flows.display import say
from ssd_iter.run.paths import RunPaths
from stores.missing import missing_shards


def warn_of_missing(paths: RunPaths) -> None:
    """One line on stderr where shards of ended rounds are gone, with the way to have them again."""
    missing = missing_shards(paths)
    if missing:
        count = "1 shard is" if len(missing) == 1 else f"{len(missing)} shards are"
        done = sorted({str(gone.done.relative_to(paths.root)) for gone in missing})
        say(
            f"{count} missing of rounds that have ended, such as {missing[0].shard.relative_to(paths.root)}: "
            "what follows leaves out its rows. Bring it back; or delete "
            f"{', '.join(done)} and `ssd-iter resume {paths.run_id}`"
        )


def warn_of_no_round(paths: RunPaths) -> None:
    """One line on stderr where no round has ended: several tables are filled only then."""
    if not paths.shard_files("rounds"):
        say(
            f"no round of {paths.run_id} has ended yet: rounds, metrics and findings, and the views of them, are "
            f"filled when one has; `ssd-iter status {paths.run_id}` says how far it is"
        )
