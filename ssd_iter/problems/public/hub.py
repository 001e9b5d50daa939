"""Files of public problem sets from the Hugging Face hub: the only place where problems come over the network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.errors import HTTPError

from ssd_iter.exceptions import NotFoundError
from ssd_iter.problems.public.base import PublicSet
from ssd_iter.problems.public.store import files_to_bring, split_of


def fetch(public_set: PublicSet, split: str, revision: str | None) -> tuple[list[Path], str]:
    """A split's files, in order, in the hub's own cache; and the 40-digit commit they are of.

    `revision` is a commit, branch or tag; None means the newest. What is in the cache is not fetched again. No code of
    the repository is run. NotFoundError, with what to do, where the hub cannot be reached or has no such files.
    """
    patterns = split_of(public_set, split).files
    try:
        info = HfApi().dataset_info(public_set.repo, revision=revision)
        # Pinned, so that all files are of one commit even where the branch moves between two of them.
        commit = _commit(info.sha)
        names = _matching(patterns, [sibling.rfilename for sibling in info.siblings or ()])
        files = [hf_hub_download(public_set.repo, name, repo_type="dataset", revision=commit) for name in names]
    except (HTTPError, OSError, LookupError, ValueError) as error:  # ValueError: a name the hub refuses, broken JSON
        at = f" at revision {revision!r}" if revision else ""
        raise NotFoundError(
            f"{public_set.name}:{split} cannot be fetched from {public_set.repo}{at}: {_first_line(error)}; "
            f"try again when it can be reached, or {files_to_bring(public_set, split)} and add `--file PATH` for each"
        ) from None
    return [Path(file) for file in files], commit


def _commit(sha: str | None) -> str:
    if sha is None or not re.fullmatch(r"[0-9a-f]{40}", sha):
        raise ValueError(f"the hub names commit {sha!r}, no 40 hexadecimal digits")
    return sha


def _matching(patterns: Sequence[str], names: Sequence[str]) -> list[str]:
    """The repository's files that the patterns name, in the patterns' order; LookupError where one names none."""
    found: list[str] = []
    for pattern in patterns:
        depth = pattern.count("/")
        matching = sorted(n for n in names if n.count("/") == depth and PurePosixPath(n).match(pattern))
        if not matching:
            raise LookupError(f"the repository has no file {pattern}")
        found += matching
    return found


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {(str(error).strip() or 'no reason given').splitlines()[0]}"
