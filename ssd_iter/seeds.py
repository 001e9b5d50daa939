"""Random seeds from coordinates, never from loop order.

A seed is a hash of where it is used, so that redoing one shard of one round, in any order and in
any process, draws from the same stream.
"""

from __future__ import annotations

import hashlib


def derive_seed(seed: int, *coordinates: str | int) -> int:
    """A seed in [0, 2**31) for one place of one run.

    `seed` is the run's; `coordinates` name the place, for example `("generate", 2, "train", 5)`.
    """
    key = "\x1f".join([str(seed), *(f"{type(c).__name__}:{c}" for c in coordinates)])
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big") % 2**31
